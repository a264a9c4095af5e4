//! Autoscaling and disruption.

use super::{BOOL, COUNT, DURATION, INT_OR_PERCENT, NAME, POSITIVE, QUANTITY, STRING, TEXTS, map, words};
use crate::grammar::{Object, Short, Type, Union, field};

pub(super) const AUTOSCALING: Object = Object::new(
    "autoscaling",
    &[
        field("enabled", BOOL, "Whether it is rendered; true when left out."),
        field("min", COUNT, "The fewest replicas."),
        field("max", POSITIVE, "The most replicas."),
        field("metrics", map(&Type::Object(&METRIC)), "Targets for `cpu` and `memory`."),
        field("triggers", map(&Type::Object(&TRIGGER)), "KEDA triggers by name; with one, a ScaledObject is rendered."),
        field("behavior", Type::Object(&BEHAVIOR), "How fast it scales."),
        field("fallback", Type::Object(&FALLBACK), "What KEDA does when a trigger cannot be read."),
        field("pollingInterval", DURATION, "How often KEDA reads its triggers."),
        field("cooldown", DURATION, "How long KEDA waits before it scales to zero."),
        field("idle", COUNT, "Replicas when no trigger is active; KEDA takes 0 only."),
        field("restoreReplicas", BOOL, "Whether the replicas go back when the ScaledObject is deleted."),
    ],
);

const METRIC: Object = Object::new(
    "a metric",
    &[
        field("utilization", POSITIVE, "Percent of what the containers request."),
        field("average", QUANTITY, "An amount for each pod."),
    ],
)
.short(Short::Scalar("utilization"))
.union(Union::Key(&["utilization", "average"]));

const TRIGGER: Object = Object::new(
    "a trigger",
    &[
        field("type", STRING, "The scaler, such as `prometheus`, `cron`, `rabbitmq`."),
        field("metadata", TEXTS, "The scaler's own settings."),
        field("metricType", words(&["AverageValue", "Value", "Utilization"]), "How the value is compared."),
        field("authentication", Type::Object(&AUTHENTICATION), "How KEDA proves to the scaler's server who it is."),
        field("cachedMetrics", BOOL, "Whether a value serves for a polling interval."),
    ],
)
.union(Union::Value("type"));

const AUTHENTICATION: Object = Object::new(
    "an authentication",
    &[
        field("name", NAME, "A TriggerAuthentication that is not this trigger's own."),
        field("kind", words(&["TriggerAuthentication", "ClusterTriggerAuthentication"]), "What has that name."),
        field(
            "parameters",
            map(&Type::Object(&PARAMETER)),
            "What the scaler is given, by its names for it; the TriggerAuthentication is `<app>-<trigger>`.",
        ),
        field("podIdentity", Type::Object(&POD_IDENTITY), "An identity of the cloud, instead of a secret."),
    ],
)
.short(Short::Scalar("name"));

const PARAMETER: Object = Object::new(
    "a parameter",
    &[
        field("secret", STRING, "An entry of `secrets`, or a Secret's name."),
        field("key", STRING, "The key in the Secret."),
        field("env", STRING, "A variable of the container that KEDA reads."),
        field("container", NAME, "That container; the first one when left out."),
    ],
)
.union(Union::Key(&["secret", "env"]));

const POD_IDENTITY: Object = Object::new(
    "a pod identity",
    &[
        field("provider", words(&["aws", "aws-eks", "azure-workload", "gcp"]), "Whose identity it is."),
        field("identityId", STRING, "Azure's client id, or GCP's service account."),
        field("identityOwner", words(&["keda", "workload"]), "Whose ServiceAccount has the identity on AWS."),
        field("identityTenantId", STRING, "Azure's tenant."),
        field("identityAuthorityHost", STRING, "Azure's authority."),
        field("roleArn", STRING, "The role that KEDA takes on AWS."),
        field("externalID", STRING, "What AWS asks for beside the role."),
    ],
)
.union(Union::Value("provider"));

const BEHAVIOR: Object = Object::new(
    "behavior",
    &[
        field("scaleUp", Type::Object(&DIRECTION), "Towards more replicas."),
        field("scaleDown", Type::Object(&DIRECTION), "Towards fewer."),
    ],
);

const DIRECTION: Object = Object::new(
    "a direction",
    &[
        field("stabilization", DURATION, "How long it looks back."),
        field("select", words(&["Max", "Min", "Disabled"]), "Which policy counts."),
        field("policies", map(&Type::Object(&POLICY)), "Policies by a name of your own."),
    ],
);

const POLICY: Object = Object::new(
    "a policy",
    &[
        field("type", words(&["Pods", "Percent"]), "What the value counts."),
        field("value", POSITIVE, "How many pods, or how many percent."),
        field("period", DURATION, "In which time."),
    ],
);

const FALLBACK: Object = Object::new(
    "a fallback",
    &[
        field("failureThreshold", POSITIVE, "How many failures in a row count."),
        field("replicas", COUNT, "How many replicas there are then."),
        field(
            "behavior",
            words(&["static", "currentReplicas", "currentReplicasIfHigher", "currentReplicasIfLower"]),
            "Which number counts.",
        ),
    ],
);

pub(super) const DISRUPTION: Object = Object::new(
    "disruption",
    &[
        field("minAvailable", INT_OR_PERCENT, "How many pods must stay."),
        field("maxUnavailable", INT_OR_PERCENT, "How many pods may be missing."),
        field(
            "unhealthyPodEviction",
            words(&["IfHealthyBudget", "AlwaysAllow"]),
            "Whether pods that are not ready may always go.",
        ),
    ],
)
.union(Union::Key(&["minAvailable", "maxUnavailable"]));
