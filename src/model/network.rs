//! Services, connections and NetworkPolicies.

use super::{Named, decode::spec_struct};
use crate::node::Node;

spec_struct! {
    /// A service.
    Service {
        /// `ClusterIP`, `NodePort` or `LoadBalancer`.
        kind: Option<Node> = "type",
        /// Whether its name stands for the pods themselves.
        headless: Option<Node> = "headless",
        /// Ports by name.
        ports: Named<ServicePort> = "ports",
        /// Its annotations.
        annotations: Named<Node> = "annotations",
        /// `None` or `ClientIP`.
        session_affinity: Option<Node> = "sessionAffinity",
        /// `Cluster` or `Local`.
        external_traffic_policy: Option<Node> = "externalTrafficPolicy",
        /// Whether pods that are not ready are named too.
        publish_not_ready: Option<Node> = "publishNotReady",
    }
}

spec_struct! {
    /// A service's port.
    ServicePort {
        /// The number that callers use.
        port: Node = "port",
        /// The container's port, by name or number; the one of the same name when left out.
        target: Option<Node> = "target",
        /// The container port's when left out.
        protocol: Option<Node> = "protocol",
        /// The container port's when left out.
        app_protocol: Option<Node> = "appProtocol",
        /// The number on every node.
        node_port: Option<Node> = "nodePort",
    }
}

spec_struct! {
    /// Who may speak to whom. What the app calls stands in [`super::App::connections`].
    Network {
        /// Whether all other traffic is refused.
        default_deny: Option<Node> = "defaultDeny",
        /// The platform's parts.
        allow: Option<Allow> = "allow",
        /// Callers that are no apps of this repository.
        accept: Named<Caller> = "accept",
    }
}

spec_struct! {
    /// Pods elsewhere that call the app.
    Caller {
        /// Their namespace.
        namespace: Node = "namespace",
        /// Their labels; all pods of the namespace when empty.
        pod_labels: Named<Node> = "podLabels",
        /// The container's port, by name or number.
        port: Node = "port",
    }
}

spec_struct! {
    /// The platform's parts that may reach the app, or that it may reach.
    Allow {
        /// The ingress controller, or the Gateway.
        ingress_controller: Option<Node> = "ingressController",
        /// The scrapers: whether they may reach the port `metrics`, or the name of another one.
        metrics: Option<Node> = "metrics",
        /// The name servers.
        dns: Option<Node> = "dns",
    }
}
