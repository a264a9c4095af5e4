//! The `ConfigMap` (v1) that holds the load test as a file.

use super::InCluster;
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    node::{Map, object, yaml},
    render::{Context, Kind, Render, load_test::document},
};

pub(in crate::render) static KIND: Kind = Kind { api_version: "v1", name: "ConfigMap", render: Render::App(render) };

/// The file's name.
pub(super) const FILE: &str = "loadtest.yaml";

/// Its name stays when the test changes: the Job that reads it is made anew after each change.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(load) = InCluster::of(context.app) else { return Vec::new() };
    // Whoever renders the app asks for the document, too, and takes what is found.
    let Some(document) = document(context.app, &mut Vec::new()) else { return Vec::new() };
    let data = Map::from_iter([(FILE.into(), load.node(yaml::write(&document.node)))]);
    vec![KIND.manifest(context, load.name(), object! { "data": data })]
}
