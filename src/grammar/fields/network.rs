//! Services, connections and NetworkPolicies.

use super::{BOOL, NAME, PORT, PORT_OR_NAME, STRING, TEXTS, map, named, words};
use crate::grammar::{Object, Scalar, Short, Type, Union, field};

pub(super) const SERVICE: Object = Object::new(
    "a service",
    &[
        field("type", words(&["ClusterIP", "NodePort", "LoadBalancer"]), "`ClusterIP` when left out."),
        field("headless", BOOL, "Whether its name stands for the pods themselves."),
        field("ports", named(&Type::Object(&SERVICE_PORT)), "Ports by name."),
        field("annotations", TEXTS, "Its annotations."),
        field("sessionAffinity", words(&["None", "ClientIP"]), "Whether a client stays with one pod."),
        field("externalTrafficPolicy", words(&["Cluster", "Local"]), "Where outside traffic goes."),
        field("publishNotReady", BOOL, "Whether pods that are not ready are named too."),
    ],
);

const SERVICE_PORT: Object = Object::new(
    "a service port",
    &[
        field("port", PORT, "The number that callers use."),
        field("target", PORT_OR_NAME, "The container's port; the one of the same name when left out."),
        field("protocol", words(&["TCP", "UDP", "SCTP"]), "The container port's when left out."),
        field("appProtocol", STRING, "The container port's when left out."),
        field("nodePort", Type::Scalar(Scalar::Int { min: 30_000, max: 32_767 }), "The number on every node."),
    ],
)
.short(Short::Scalar("port"));

pub(super) const NETWORK: Object = Object::new(
    "network",
    &[
        field(
            "connections",
            map(&Type::Object(&CONNECTION)),
            "What the app calls, by name: `${connections.<name>.url}`.",
        ),
        field(
            "accept",
            map(&Type::Object(&CALLER)),
            "Who calls the app from outside of this repository, by a name of your own.",
        ),
        field("defaultDeny", BOOL, "Whether all other traffic of the app's pods is refused."),
        field("allow", Type::Object(&ALLOW), "The platform's parts that may reach the app, or that it may reach."),
    ],
);

const CONNECTION: Object = Object::new(
    "a connection",
    &[
        field("app", NAME, "An app of this environment."),
        field("host", STRING, "A service of the cluster, `<service>.<namespace>.svc`."),
        field("fqdn", STRING, "A host outside of the cluster."),
        field("port", PORT_OR_NAME, "The port; of an app, the name or number of one of its services' ports."),
        field("service", STRING, "Which `service` entry of the app; the one that has the port when left out."),
        field("scheme", STRING, "The scheme of the URL; from the port when left out."),
        field("cidr", STRING, "Where the host is: `203.0.113.0/24`."),
    ],
)
.union(Union::Key(&["app", "host", "fqdn"]));

const CALLER: Object = Object::new(
    "a caller",
    &[
        field("namespace", NAME, "The namespace that it calls from."),
        field("podLabels", TEXTS, "The labels of its pods; all pods of the namespace when left out."),
        field("port", PORT_OR_NAME, "The container's port that it calls, by name or number."),
    ],
);

const ALLOW: Object = Object::new(
    "allow",
    &[
        field(
            "ingressController",
            BOOL,
            "The ingress controller, or the Gateway's pods, may reach the ports that an ingress leads to.",
        ),
        field(
            "metrics",
            Type::Scalar(Scalar::SwitchOrPort),
            "The scrapers may reach the port named `metrics`, or the one that is named here.",
        ),
        field("dns", BOOL, "The pods may look names up."),
    ],
);
