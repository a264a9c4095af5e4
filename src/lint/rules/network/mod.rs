//! `NET`: objects of the network that lead nowhere.

mod ingress;
mod policy;
mod service;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
use crate::{
    grammar::similar,
    lint::Finding,
    manifest::{ManifestSet, Selector},
    node::escape,
};

pub(super) static RULES: &[&Rule] = &[
    &service::DANGLING_SERVICE,
    &ingress::MISSING_BACKEND,
    &ingress::MISSING_BACKEND_PORT,
    &policy::DANGLING_POLICY,
    &service::MISSING_TARGET_PORT,
    &policy::DANGLING_PEER,
];

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
