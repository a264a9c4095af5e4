//! `workload`: how an app's pods are run.

use super::{BOOL, COUNT, DURATION, INT_OR_PERCENT, NAME, POSITIVE, STRING, STRINGS, TEXTS, map, words};
use crate::grammar::{Object, Scalar, Type, Union, field};

pub(super) const WORKLOAD: Object = Object::new(
    "a workload",
    &[
        field("type", words(&["deployment", "statefulset", "daemonset"]), "The controller."),
        field("replicas", COUNT, "How many pods; left out of the output when an autoscaler owns it."),
        field("strategy", Type::Object(&STRATEGY), "How pods are replaced."),
        field("gracePeriod", DURATION, "How long a pod may take to end."),
        field("minReady", DURATION, "How long a new pod must be ready before it counts."),
        field("progressDeadline", DURATION, "When a Deployment that makes no progress has failed."),
        field("revisionHistory", COUNT, "How many old revisions are kept."),
        field("podManagement", words(&["OrderedReady", "Parallel"]), "How a StatefulSet starts its pods."),
        field(
            "service",
            STRING,
            "The `service` entry that names a StatefulSet's pods; its headless one when left out.",
        ),
        field("serviceAccount", Type::Object(&SERVICE_ACCOUNT), "The identity of the pods."),
        field("pod", Type::Object(&POD), "What all containers of the pod share."),
    ],
);

const STRATEGY: Object = Object::new(
    "a strategy",
    &[
        field(
            "type",
            words(&["RollingUpdate", "Recreate", "OnDelete"]),
            "Recreate is for Deployments, OnDelete for the others.",
        ),
        field("maxSurge", INT_OR_PERCENT, "How many pods there may be above the replicas."),
        field("maxUnavailable", INT_OR_PERCENT, "How many pods may be missing."),
        field("partition", COUNT, "The first ordinal of a StatefulSet that is updated."),
    ],
)
.union(Union::Value("type"));

const SERVICE_ACCOUNT: Object = Object::new(
    "a service account",
    &[
        field("create", BOOL, "Whether it is rendered."),
        field("name", NAME, "Its name; the app's when left out."),
        field("automountToken", BOOL, "Whether pods get a token for the Kubernetes API."),
        field("annotations", TEXTS, "Its annotations."),
    ],
);

const POD: Object = Object::new(
    "a pod",
    &[
        field("labels", TEXTS, "Labels of the pods alone; never part of a selector."),
        field("annotations", TEXTS, "Annotations of the pods alone."),
        field("securityContext", Type::Tree, "A PodSecurityContext."),
        field("spread", map(&Type::Object(&SPREAD)), "Topology spread constraints by name."),
        field("affinity", Type::Tree, "An Affinity."),
        field("nodeSelector", TEXTS, "Labels that the node must have."),
        field("tolerations", Type::List(&Type::Tree), "Taints that the pod bears."),
        field("priorityClass", STRING, "The pod's PriorityClass."),
        field("runtimeClass", STRING, "The pod's RuntimeClass."),
        field("imagePullSecrets", STRINGS, "Names of Secrets."),
        field("hostNetwork", BOOL, "Whether the pod uses the node's network."),
        field("dns", Type::Object(&DNS), "How names are looked up."),
    ],
);

const SPREAD: Object = Object::new(
    "a spread constraint",
    &[
        field("key", STRING, "The node label that makes a domain."),
        field("maxSkew", POSITIVE, "How uneven the domains may be."),
        field("minDomains", POSITIVE, "How many domains there must be."),
        field("whenUnsatisfiable", words(&["DoNotSchedule", "ScheduleAnyway"]), "What happens when it cannot be kept."),
    ],
);

const DNS: Object = Object::new(
    "dns",
    &[
        field("policy", words(&["ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"]), "The pod's dnsPolicy."),
        field("ndots", Type::Scalar(Scalar::Int { min: 0, max: 15 }), "How many dots make a name absolute."),
    ],
);
