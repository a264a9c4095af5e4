//! Parts of the platform that pods speak with, and whose places only env.yaml knows.

use super::codes::UNKNOWN_NEIGHBOUR;
use crate::{
    diagnostic::Diagnostic,
    model::{Allow, App, Environment, Peer, Platform},
    node::Node,
};

/// A part of the platform.
pub(super) struct Neighbour {
    switch: fn(&Allow) -> Option<&Node>,
    place: fn(&Platform) -> Option<&Peer>,
    name: &'static str,
    example: &'static str,
}

pub(super) const INGRESS_CONTROLLER: Neighbour = Neighbour {
    switch: |allow| allow.ingress_controller.as_ref(),
    place: |platform| platform.ingress.as_ref(),
    name: "ingress controller",
    example: "ingress: { namespace: ingress-nginx, podLabels: { app.kubernetes.io/name: ingress-nginx } }",
};

/// The pods of the Gateways; whoever lets the ingress controller in lets them in, too.
pub(super) const GATEWAY: Neighbour = Neighbour {
    switch: |allow| allow.ingress_controller.as_ref(),
    place: |platform| platform.gateway.as_ref(),
    name: "Gateway",
    example: "gateway: { namespace: gateways, podLabels: { gateway.networking.k8s.io/gateway-name: public } }",
};

pub(super) const SCRAPER: Neighbour = Neighbour {
    switch: |allow| allow.metrics.as_ref(),
    place: |platform| platform.monitoring.as_ref(),
    name: "scraper of metrics",
    example: "monitoring: { namespace: monitoring, podLabels: { app.kubernetes.io/name: prometheus } }",
};

pub(super) const NAME_SERVER: Neighbour = Neighbour {
    switch: |allow| allow.dns.as_ref(),
    place: |platform| platform.dns.as_ref(),
    name: "name server",
    example: "dns: { namespace: kube-system, podLabels: { k8s-app: kube-dns } }",
};

impl Neighbour {
    /// The field that allows traffic with it, if it does.
    pub(super) fn switch<'a>(&self, app: &'a App) -> Option<&'a Node> {
        let allow = app.spec.network.as_ref()?.allow.as_ref()?;
        (self.switch)(allow).filter(|switch| switch.as_bool() != Some(false))
    }

    /// Where it lives, if that is known.
    pub(super) fn place<'a>(&self, environment: &'a Environment) -> Option<&'a Peer> {
        (self.place)(environment.spec.platform.as_ref()?)
    }

    /// The finding when it is allowed and nobody knows where it lives.
    pub(super) fn unknown(&self, app: &App, switch: &Node) -> Diagnostic {
        let deny = app.spec.network.as_ref().and_then(|network| network.default_deny.as_ref());
        Diagnostic::new(&UNKNOWN_NEIGHBOUR, format!("the environment does not say where the {} lives", self.name))
            .at(switch.span)
            .related(deny.and_then(|deny| deny.span), "all other traffic is refused here")
            .help(format!("add it to `platform` in env.yaml, such as `{}`", self.example))
    }
}
