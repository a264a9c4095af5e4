//! How an app's pods are run.

use super::{Named, decode::spec_struct};
use crate::node::Node;

spec_struct! {
    /// The controller of the pods.
    Workload {
        /// `deployment`, `statefulset` or `daemonset`.
        kind: Node = "type",
        /// How many pods.
        replicas: Option<Node> = "replicas",
        /// How pods are replaced.
        strategy: Option<Strategy> = "strategy",
        /// How long a pod may take to end; a duration.
        grace_period: Option<Node> = "gracePeriod",
        /// How long a pod must be ready; a duration.
        min_ready: Option<Node> = "minReady",
        /// When a Deployment has failed; a duration.
        progress_deadline: Option<Node> = "progressDeadline",
        /// How many old revisions are kept.
        revision_history: Option<Node> = "revisionHistory",
        /// `OrderedReady` or `Parallel`.
        pod_management: Option<Node> = "podManagement",
        /// The `service` entry that names a StatefulSet's pods.
        service: Option<Node> = "service",
        /// The pods' identity.
        service_account: Option<ServiceAccount> = "serviceAccount",
        /// What all containers share.
        pod: Option<Pod> = "pod",
    }
}

/// What keeps an app's pods running.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Controller {
    /// Pods that stand for each other.
    Deployment,
    /// Pods with names and storage of their own.
    StatefulSet,
    /// One pod on each node.
    DaemonSet,
}

impl Controller {
    /// The kind of the object; all three are in `apps/v1`.
    pub fn kind(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
            Self::DaemonSet => "DaemonSet",
        }
    }
}

impl Workload {
    /// What `type` stands for.
    pub fn controller(&self) -> Controller {
        match self.kind.as_str() {
            Some("statefulset") => Controller::StatefulSet,
            Some("daemonset") => Controller::DaemonSet,
            _ => Controller::Deployment,
        }
    }
}

spec_struct! {
    /// How pods are replaced.
    Strategy {
        /// `RollingUpdate`, `Recreate` or `OnDelete`.
        kind: Option<Node> = "type",
        /// Pods above the replicas.
        max_surge: Option<Node> = "maxSurge",
        /// Pods that may be missing.
        max_unavailable: Option<Node> = "maxUnavailable",
        /// The first ordinal of a StatefulSet that is updated.
        partition: Option<Node> = "partition",
    }
}

spec_struct! {
    /// The pods' identity.
    ServiceAccount {
        /// Whether it is rendered.
        create: Option<Node> = "create",
        /// Its name; the app's when left out.
        name: Option<Node> = "name",
        /// Whether pods get a token.
        automount_token: Option<Node> = "automountToken",
        /// Its annotations.
        annotations: Named<Node> = "annotations",
    }
}

spec_struct! {
    /// What all containers of a pod share.
    Pod {
        /// Labels of the pods alone.
        labels: Named<Node> = "labels",
        /// Annotations of the pods alone.
        annotations: Named<Node> = "annotations",
        /// A PodSecurityContext.
        security_context: Option<Node> = "securityContext",
        /// Topology spread constraints.
        spread: Named<Spread> = "spread",
        /// An Affinity.
        affinity: Option<Node> = "affinity",
        /// Labels of the node.
        node_selector: Option<Node> = "nodeSelector",
        /// Taints that the pod bears.
        tolerations: Option<Node> = "tolerations",
        /// The PriorityClass.
        priority_class: Option<Node> = "priorityClass",
        /// The RuntimeClass.
        runtime_class: Option<Node> = "runtimeClass",
        /// Names of Secrets.
        image_pull_secrets: Vec<Node> = "imagePullSecrets",
        /// Whether the pod uses the node's network.
        host_network: Option<Node> = "hostNetwork",
        /// How names are looked up.
        dns: Option<Dns> = "dns",
    }
}

spec_struct! {
    /// A topology spread constraint.
    Spread {
        /// The node label that makes a domain.
        key: Node = "key",
        /// How uneven the domains may be.
        max_skew: Option<Node> = "maxSkew",
        /// How many domains there must be.
        min_domains: Option<Node> = "minDomains",
        /// `DoNotSchedule` or `ScheduleAnyway`.
        when_unsatisfiable: Option<Node> = "whenUnsatisfiable",
    }
}

spec_struct! {
    /// How names are looked up.
    Dns {
        /// The pod's dnsPolicy.
        policy: Option<Node> = "policy",
        /// How many dots make a name absolute.
        ndots: Option<Node> = "ndots",
    }
}
