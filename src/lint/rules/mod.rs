//! The built-in rules: a directory for each theme, within those of large families directories for their parts.
//!
//! A rule is its doc comment, its function and one entry in `RULES`, the array of its directory; `ALL` lists these.
//!
//! Rules look at rendered objects and trust no field of them: what has the wrong shape is the schema check's to report.

mod access;
mod api;
mod argocd;
mod chaos;
mod image;
mod mesh;
mod metadata;
mod network;
mod observability;
mod operators;
mod parity;
mod pod_security;
mod recovery;
mod scaling;
mod security;
mod tekton;
mod workload;

use std::collections::BTreeSet;

pub(super) use self::argocd::plugin::is_misspelt_kind as is_misspelt_plugin;
use super::{
    Check, Findings, Rule,
    findings::{Finding, Hint},
    rule::declare_rule,
};
use crate::{
    grammar::{formats, similar},
    manifest::{ManifestSet, Selector},
    node::escape,
    sync::Application,
};

/// Every rule, by directory.
static ALL: &[&[&Rule]] = &[
    access::RULES,
    api::RULES,
    argocd::application::RULES,
    argocd::hook::RULES,
    argocd::plugin::RULES,
    argocd::wave::RULES,
    chaos::RULES,
    image::RULES,
    mesh::RULES,
    metadata::RULES,
    network::RULES,
    observability::RULES,
    operators::RULES,
    parity::RULES,
    pod_security::RULES,
    recovery::RULES,
    scaling::RULES,
    scaling::keda::RULES,
    scaling::vertical::RULES,
    security::RULES,
    tekton::RULES,
    workload::RULES,
    workload::job::RULES,
    workload::port::RULES,
    workload::probe::RULES,
    workload::resource::RULES,
];

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied().flatten().copied()
}

/// The next step for a name that leads nowhere: a similar one, if there is one.
fn did_you_mean<'a>(name: &str, known: impl Iterator<Item = &'a str>, otherwise: impl Into<String>) -> Hint<'a> {
    let meant = similar(name, known);
    Hint { help: meant.map_or_else(|| otherwise.into(), |known| format!("did you mean `{known}`?")), meant }
}

/// Points at pods that have almost the label that a selector asks for.
fn near_miss(set: &ManifestSet, namespace: Option<&str>, selector: Selector<'_>, finding: &mut Finding<'_>) {
    let near = selector.labels().iter().find_map(|(key, value)| {
        let value = similar(value.as_str()?, set.pod_label_values(namespace, key.as_str()))?;
        Some((key, set.labelled(namespace, key.as_str(), value).next()?))
    });
    if let Some((key, pod)) = near {
        let pointer = pod.pointer_to(&format!("/metadata/labels/{}", escape(key.as_str())));
        finding.related(pod.manifest, &pointer, "these pods have a similar label");
    }
}

/// The namespaces that something here belongs to, or will be made: by an object, or by Argo CD for one.
fn known_namespaces(set: &ManifestSet) -> BTreeSet<&str> {
    let own = set.manifests().iter().filter_map(|manifest| manifest.id.namespace.as_deref());
    let made = set.of_kind("Namespace").map(|namespace| namespace.id.name.as_str());
    let applications = Application::all(set).filter(|application| !application.is_template());
    let synced = applications.filter_map(|application| application.text("/spec/destination/namespace"));
    own.chain(made).chain(synced).collect()
}

/// What is wrong with a cron line as robfig/cron's standard parser reads it: with `@every` and a time zone in front.
fn standard_cron(text: &str) -> Result<(), String> {
    let zoned = text.strip_prefix("CRON_TZ=").or_else(|| text.strip_prefix("TZ="));
    let text = zoned.and_then(|rest| rest.split_once(' ')).map_or(text, |(_, line)| line.trim_start());
    match text.strip_prefix("@every ") {
        Some(duration) if formats::seconds(duration).is_some() => Ok(()),
        Some(duration) => Err(format!("`{duration}` is no duration")),
        None => formats::check_cron(text),
    }
}
