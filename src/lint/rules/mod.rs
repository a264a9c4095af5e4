//! The built-in rules, by family; a rule is its doc comment, its function and one entry in the family's array.
//!
//! Rules look at rendered objects and trust no field of them: what has the wrong shape is the schema check's to report.

mod access;
mod api;
mod image;
mod metadata;
mod network;
mod pod_security;
mod scaling;
mod security;
mod workload;

use super::{
    Check, Findings, Rule,
    findings::{Finding, Hint},
    rule::declare_rule,
};
use crate::{
    grammar::similar,
    manifest::{ManifestSet, Selector},
    node::escape,
};

/// Every rule, by family.
pub static ALL: &[&[&Rule]] = &[
    access::RULES,
    api::RULES,
    image::RULES,
    metadata::RULES,
    network::RULES,
    pod_security::RULES,
    scaling::RULES,
    scaling::keda::RULES,
    scaling::vertical::RULES,
    security::RULES,
    workload::RULES,
    workload::job::RULES,
    workload::port::RULES,
    workload::probe::RULES,
    workload::resource::RULES,
];

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

/// Every rule.
pub fn all() -> impl Iterator<Item = &'static Rule> {
    ALL.iter().copied().flatten().copied()
}
