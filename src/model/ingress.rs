//! What leads in from outside.

use super::{Named, decode::spec_struct};
use crate::node::Node;

/// What takes requests from outside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Provider {
    /// An ingress controller, told by an Ingress.
    Ingress,
    /// A Gateway, told by an HTTPRoute.
    Gateway,
}

spec_struct! {
    /// An Ingress, or a route of a Gateway.
    Ingress {
        /// `ingress` or `gateway`.
        provider: Option<Node> = "provider",
        /// The IngressClass.
        class: Option<Node> = "class",
        /// The host name.
        host: Option<Node> = "host",
        /// Further host names.
        more_hosts: Vec<Node> = "moreHosts",
        /// Where each path goes.
        paths: Named<IngressPath> = "paths",
        /// The certificate.
        tls: Option<Tls> = "tls",
        /// The Gateways of a route.
        gateways: Named<Gateway> = "gateways",
        /// What the controller reads.
        annotations: Named<Node> = "annotations",
    }
}

impl Ingress {
    /// What `provider` stands for.
    pub fn provider(&self) -> Provider {
        match self.provider.as_ref().and_then(Node::as_str) {
            Some("gateway") => Provider::Gateway,
            _ => Provider::Ingress,
        }
    }

    /// All host names.
    pub fn hosts(&self) -> impl Iterator<Item = &Node> {
        self.host.iter().chain(&self.more_hosts)
    }
}

spec_struct! {
    /// Where a path goes.
    IngressPath {
        /// The path; the entry's key when left out.
        path: Option<Node> = "path",
        /// An entry of `service`; `main` when left out.
        service: Option<Node> = "service",
        /// The service's port, by name or number.
        port: Option<Node> = "port",
        /// `Prefix`, `Exact`, `ImplementationSpecific` or `RegularExpression`.
        kind: Option<Node> = "type",
        /// The method.
        method: Option<Node> = "method",
        /// Headers that a request must have.
        headers: Named<ValueMatch> = "headers",
        /// Parameters of the query that it must have.
        query: Named<ValueMatch> = "query",
        /// Entries of `service` that share the requests.
        backends: Named<Backend> = "backends",
        /// What is changed on the way.
        rewrite: Option<Rewrite> = "rewrite",
        /// Where the caller is sent.
        redirect: Option<Redirect> = "redirect",
        /// How long it waits.
        timeouts: Option<Timeouts> = "timeouts",
    }
}

spec_struct! {
    /// An ingress's certificate.
    Tls {
        /// The Secret that holds it.
        secret: Node = "secret",
    }
}

spec_struct! {
    /// A Gateway that a route is attached to.
    Gateway {
        /// Its namespace.
        namespace: Option<Node> = "namespace",
        /// One of its listeners.
        listener: Option<Node> = "listener",
        /// The listeners' port.
        port: Option<Node> = "port",
    }
}

spec_struct! {
    /// What a header or a parameter must be.
    ValueMatch {
        /// The value.
        value: Node = "value",
        /// `Exact` or `RegularExpression`.
        kind: Option<Node> = "type",
    }
}

spec_struct! {
    /// A service that takes its share of the requests.
    Backend {
        /// The service's port, by name or number.
        port: Node = "port",
        /// Its share of the sum.
        weight: Option<Node> = "weight",
    }
}

spec_struct! {
    /// What a route changes before it passes a request on.
    Rewrite {
        /// The host.
        host: Option<Node> = "host",
        /// The whole path.
        path: Option<Node> = "path",
        /// The part of the path that matched.
        prefix: Option<Node> = "prefix",
    }
}

spec_struct! {
    /// Where a route sends the caller.
    Redirect {
        /// `http` or `https`.
        scheme: Option<Node> = "scheme",
        /// The host.
        host: Option<Node> = "host",
        /// The port.
        port: Option<Node> = "port",
        /// The whole path.
        path: Option<Node> = "path",
        /// The part of the path that matched.
        prefix: Option<Node> = "prefix",
        /// The status.
        status: Option<Node> = "status",
    }
}

spec_struct! {
    /// How long a route waits; durations.
    Timeouts {
        /// For the whole request.
        request: Option<Node> = "request",
        /// For each attempt.
        backend: Option<Node> = "backend",
    }
}
