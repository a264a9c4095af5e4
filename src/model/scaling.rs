//! Autoscaling and disruption.

use super::{Named, decode::spec_struct};
use crate::node::Node;

spec_struct! {
    /// An autoscaler.
    Autoscaling {
        /// True when left out.
        enabled: Option<Node> = "enabled",
        /// The fewest replicas.
        min: Option<Node> = "min",
        /// The most replicas.
        max: Option<Node> = "max",
        /// Targets for `cpu` and `memory`.
        metrics: Named<Metric> = "metrics",
        /// KEDA triggers.
        triggers: Named<Trigger> = "triggers",
        /// How fast it scales.
        behavior: Option<Behavior> = "behavior",
        /// What KEDA does when a trigger cannot be read.
        fallback: Option<Fallback> = "fallback",
        /// How often KEDA reads its triggers; a duration.
        polling_interval: Option<Node> = "pollingInterval",
        /// How long KEDA waits before it scales to zero; a duration.
        cooldown: Option<Node> = "cooldown",
        /// Replicas when no trigger is active.
        idle: Option<Node> = "idle",
        /// Whether the replicas go back in the end.
        restore_replicas: Option<Node> = "restoreReplicas",
    }
}

impl Autoscaling {
    /// Whether it is rendered.
    pub fn is_on(&self) -> bool {
        self.enabled.as_ref().and_then(Node::as_bool).unwrap_or(true)
    }
}

spec_struct! {
    /// A target: one of its fields.
    Metric {
        /// Percent of the requests.
        utilization: Option<Node> = "utilization",
        /// An amount for each pod.
        average: Option<Node> = "average",
    }
}

spec_struct! {
    /// A KEDA trigger.
    Trigger {
        /// The scaler.
        kind: Node = "type",
        /// Its settings.
        metadata: Named<Node> = "metadata",
        /// How the value is compared.
        metric_type: Option<Node> = "metricType",
        /// How KEDA proves who it is.
        authentication: Option<Authentication> = "authentication",
        /// Whether a value serves for a polling interval.
        cached_metrics: Option<Node> = "cachedMetrics",
    }
}

spec_struct! {
    /// A TriggerAuthentication: one that exists, or the trigger's own.
    Authentication {
        /// One that exists.
        name: Option<Node> = "name",
        /// `TriggerAuthentication` or `ClusterTriggerAuthentication`.
        kind: Option<Node> = "kind",
        /// What the scaler is given.
        parameters: Named<Parameter> = "parameters",
        /// An identity of the cloud.
        pod_identity: Option<PodIdentity> = "podIdentity",
    }
}

impl Authentication {
    /// Whether it is the trigger's own: what it says stands here, and has no name.
    pub fn is_own(&self) -> bool {
        self.name.is_none() && (!self.parameters.is_empty() || self.pod_identity.is_some())
    }
}

spec_struct! {
    /// Where a parameter comes from: one of `secret`, `env`.
    Parameter {
        /// An entry of `secrets`, or a Secret's name.
        secret: Option<Node> = "secret",
        /// The key in the Secret.
        key: Option<Node> = "key",
        /// A variable of a container.
        env: Option<Node> = "env",
        /// That container.
        container: Option<Node> = "container",
    }
}

spec_struct! {
    /// An identity of the cloud.
    PodIdentity {
        /// Whose identity it is.
        provider: Node = "provider",
        /// Azure's client id, or GCP's service account.
        identity_id: Option<Node> = "identityId",
        /// `keda` or `workload`.
        identity_owner: Option<Node> = "identityOwner",
        /// Azure's tenant.
        identity_tenant_id: Option<Node> = "identityTenantId",
        /// Azure's authority.
        identity_authority_host: Option<Node> = "identityAuthorityHost",
        /// The role on AWS.
        role_arn: Option<Node> = "roleArn",
        /// What AWS asks for beside the role.
        external_id: Option<Node> = "externalID",
    }
}

spec_struct! {
    /// How fast it scales.
    Behavior {
        /// Towards more replicas.
        scale_up: Option<Direction> = "scaleUp",
        /// Towards fewer.
        scale_down: Option<Direction> = "scaleDown",
    }
}

spec_struct! {
    /// One direction.
    Direction {
        /// How long it looks back; a duration.
        stabilization: Option<Node> = "stabilization",
        /// `Max`, `Min` or `Disabled`.
        select: Option<Node> = "select",
        /// Policies.
        policies: Named<Policy> = "policies",
    }
}

spec_struct! {
    /// A scaling policy.
    Policy {
        /// `Pods` or `Percent`.
        kind: Node = "type",
        /// How many.
        value: Node = "value",
        /// In which time; a duration.
        period: Node = "period",
    }
}

spec_struct! {
    /// What KEDA does when a trigger cannot be read.
    Fallback {
        /// How many failures count.
        failure_threshold: Node = "failureThreshold",
        /// How many replicas there are then.
        replicas: Node = "replicas",
        /// Which number counts.
        behavior: Option<Node> = "behavior",
    }
}

spec_struct! {
    /// A budget: one of `min_available`, `max_unavailable`.
    Disruption {
        /// How many pods must stay.
        min_available: Option<Node> = "minAvailable",
        /// How many pods may be missing.
        max_unavailable: Option<Node> = "maxUnavailable",
        /// Whether pods that are not ready may always go.
        unhealthy_pod_eviction: Option<Node> = "unhealthyPodEviction",
    }
}
