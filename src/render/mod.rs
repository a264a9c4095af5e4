//! From the model to manifests: one file per resource kind, all of one shape.
//!
//! A renderer is a pure function. It takes its values out of the model as nodes, so that each field of its object knows
//! the spec line that caused it; what it makes up has no place, and takes that of the nearest thing around it.

mod address;
mod api;
mod app_project;
mod application;
mod application_set;
mod argocd;
mod cluster;
mod cluster_role;
mod cluster_role_binding;
pub mod codes;
mod collision;
mod config_map;
mod container;
mod cron_job;
mod daemon_set;
mod deployment;
mod duration;
mod early;
mod env;
mod expansion;
mod external_secret;
mod extra;
mod findings;
mod graph;
mod horizontal_pod_autoscaler;
mod http_route;
mod ingress;
mod job;
mod labels;
pub mod load_test;
mod names;
mod namespace;
mod neighbour;
mod network_policy;
mod patch;
mod permissions;
mod persistent_volume_claim;
mod pod;
mod pod_disruption_budget;
mod ports;
mod probe;
mod promise;
mod rbac;
pub mod reason;
mod request;
mod role;
mod role_binding;
mod scaled_object;
mod scaling;
mod service;
mod service_account;
mod source;
mod stateful_set;
mod sync_policy;
mod sync_window;
mod template;
#[cfg(test)]
mod testing;
#[cfg(test)]
mod tests;
mod trigger_authentication;
mod volumes;
mod wave;
mod workload;

pub use collision::across;

use graph::Graph;
use rayon::prelude::*;
use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::{
    diagnostic::{Diagnostic, Severity},
    manifest::{Manifest, ManifestSet, Owner},
    model::{App, Environment},
    node::{Key, Node, Value, object},
    spec::Condition,
};

/// A resource kind: what it is called, and how it is rendered.
struct Kind {
    api_version: &'static str,
    name: &'static str,
    render: Render,
}

/// How wide a renderer looks.
enum Render {
    /// At one app.
    App(fn(&Context<'_>, &mut Vec<Diagnostic>) -> Vec<Manifest>),
    /// At one app, and at what was rendered from it.
    Rendered(fn(&Context<'_>, &[Manifest], &mut Vec<Diagnostic>) -> Vec<Manifest>),
    /// At a whole environment, at what was rendered from its apps, and by the kinds above.
    Environment(fn(&Environment, &Graph<'_>, &[Manifest], &mut Vec<Diagnostic>) -> Vec<Manifest>),
}

/// Every kind that is rendered.
static KINDS: &[&Kind] = &[
    &cluster_role::KIND,
    &cluster_role_binding::KIND,
    &config_map::KIND,
    &cron_job::KIND,
    &daemon_set::KIND,
    &deployment::KIND,
    &external_secret::KIND,
    &horizontal_pod_autoscaler::KIND,
    &http_route::KIND,
    &ingress::KIND,
    &job::KIND,
    &network_policy::KIND,
    &persistent_volume_claim::KIND,
    &pod_disruption_budget::KIND,
    &role::KIND,
    &role_binding::KIND,
    &scaled_object::KIND,
    &service::KIND,
    &service_account::KIND,
    &stateful_set::KIND,
    &trigger_authentication::KIND,
    &load_test::CONFIG_MAP,
    &load_test::JOB,
    &load_test::NETWORK_POLICY,
    &load_test::ROLE,
    &load_test::ROLE_BINDING,
    &load_test::SERVICE,
    &load_test::SERVICE_ACCOUNT,
    &application::CHILD,
    &namespace::KIND,
    &app_project::KIND,
    &application::SHARED,
];

/// One app, and the environment around it.
struct Context<'a> {
    environment: &'a Environment,
    graph: &'a Graph<'a>,
    app: &'a App,
}

/// Renders an environment; nothing of one whose files are lost.
pub fn render(environment: &Environment, diagnostics: &mut Vec<Diagnostic>) -> ManifestSet {
    if environment.condition == Condition::Lost {
        return ManifestSet::new(environment.name.text.clone(), environment.kube_version.clone(), Vec::new());
    }
    let graph = Graph::of(environment);
    let rendered: Vec<(Vec<Manifest>, Vec<Diagnostic>)> = environment
        .apps
        .par_iter()
        .map(|app| {
            let mut found = Vec::new();
            let manifests = render_app(&Context { environment, graph: &graph, app }, &mut found);
            // What an error took out of the spec is not missing.
            (manifests, if app.sound { found } else { Vec::new() })
        })
        .collect();
    let (mut manifests, mut flawed) = (Vec::new(), FxHashSet::default());
    for (app, (mut objects, mut found)) in environment.apps.iter().zip(rendered) {
        if !app.sound || found.iter().any(|finding| finding.severity == Severity::Error) {
            flawed.insert(app.name.text.clone());
        }
        manifests.append(&mut objects);
        diagnostics.append(&mut found);
    }
    for kind in KINDS {
        if let (Render::Environment(render), true) = (&kind.render, environment.whole) {
            let mut rendered = render(environment, &graph, &manifests, diagnostics);
            manifests.append(&mut rendered);
        }
    }
    let mut generated = application_set::fold(environment, &graph, &mut manifests, diagnostics);
    collision::find(&manifests, diagnostics);
    if !environment.whole {
        // What apps share, and Argo CD's own objects, take all of them.
        manifests.retain(|manifest| matches!(manifest.owner, Owner::App(_)));
        generated.clear();
    }
    ManifestSet::new(environment.name.text.clone(), environment.kube_version.clone(), manifests)
        .with_flawed(flawed)
        .with_promised(promise::of(environment))
        .with_generated(generated)
}

/// Renders one app of an environment, and applies its patches.
fn render_app(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let mut manifests = Vec::new();
    for kind in KINDS {
        if let Render::App(render) = kind.render {
            manifests.append(&mut render(context, diagnostics));
        }
    }
    load_test::document(context.app, diagnostics);
    manifests.append(&mut extra::render(context, diagnostics));
    for kind in KINDS {
        if let Render::Rendered(render) = kind.render {
            let mut rendered = render(context, &manifests, diagnostics);
            manifests.append(&mut rendered);
        }
    }
    patch::apply(context.app, &mut manifests, diagnostics);
    early::place(context, &mut manifests, diagnostics);
    manifests
}

impl Kind {
    /// A namespaced object of an app: `body` holds what comes beside apiVersion, kind and metadata.
    fn manifest(&self, context: &Context<'_>, name: impl Into<Node>, body: Node) -> Manifest {
        self.annotated(context, name, &[], body)
    }

    /// The same with annotations of its own, over those that all objects of the app have.
    fn annotated(
        &self,
        context: &Context<'_>,
        name: impl Into<Node>,
        annotations: &[(Key, Node)],
        body: Node,
    ) -> Manifest {
        let app = &context.app.name.text;
        let metadata = object! {
            "name": name,
            "namespace": &context.app.namespace,
            "labels": labels::object_labels(context),
            "annotations": labels::annotations(context, annotations),
        };
        self.with_metadata(Owner::App(app.clone()), Some(app.clone()), metadata, body)
    }

    /// An object of an app that lives outside of namespaces.
    fn cluster_wide(&self, context: &Context<'_>, body: Node) -> Manifest {
        let metadata = object! {
            "name": names::cluster_wide(context.app),
            "labels": labels::object_labels(context),
            "annotations": labels::annotations(context, &[]),
        };
        let app = &context.app.name.text;
        self.with_metadata(Owner::App(app.clone()), Some(app.clone()), metadata, body)
    }

    /// An object with metadata of its own.
    fn with_metadata(&self, owner: Owner, app: Option<SmolStr>, metadata: Node, body: Node) -> Manifest {
        let mut object = object! { "apiVersion": self.api_version, "kind": self.name, "metadata": metadata };
        if let (Some(object), Value::Map(body)) = (object.as_map_mut(), body.value) {
            object.extend(body);
        }
        Manifest::new(owner, app, object)
    }
}
