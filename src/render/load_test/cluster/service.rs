//! The headless `Service` (v1) by which workers find worker 0.

use super::{InCluster, MEETING_PORT};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    node::object,
    render::{Context, Kind, Render},
};

pub(in crate::render) static KIND: Kind = Kind { api_version: "v1", name: "Service", render: Render::App(render) };

/// The name of the port.
pub(super) const PORT: &str = "meeting";

/// A worker that waits for the others is not ready for anything, and has to be found all the same.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(load) = InCluster::of(context.app).filter(|load| load.workers().is_some()) else { return Vec::new() };
    let port = object! {
        "name": load.node(PORT),
        "port": load.node(MEETING_PORT),
        "targetPort": load.node(PORT),
    };
    let spec = object! {
        "clusterIP": load.node("None"),
        "publishNotReadyAddresses": load.node(true),
        "selector": load.selector(),
        "ports": vec![port],
    };
    vec![KIND.manifest(context, load.name(), object! { "spec": spec })]
}
