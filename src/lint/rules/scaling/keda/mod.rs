//! What KEDA's own objects say of triggers.

mod authentication;
mod job;
mod reference;
mod table;
mod trigger;
mod value;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, is_resource};
use crate::{
    manifest::Manifest,
    node::{Key, Node},
};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &trigger::UNKNOWN_TRIGGER,
    &trigger::MISSING_METADATA,
    &trigger::UNREAD_METADATA,
    &value::BAD_VALUE,
    &reference::MISSING_AUTHENTICATION,
    &reference::MISSING_VARIABLE,
    &job::RESOURCE_OF_JOB,
    &job::IMPOSSIBLE_JOB_RANGE,
    &trigger::NAMESAKES,
    &value::VOID_COOLDOWN,
    &value::SHORT_ADDRESS,
    &authentication::MISSING_SOURCE,
    &authentication::MISSING_KEY,
];

/// The kinds that have triggers.
const KINDS: &[&str] = &["ScaledObject", "ScaledJob"];

/// One trigger.
struct Trigger<'a> {
    /// Where it stands: a JSON pointer.
    pointer: String,
    node: &'a Node,
    /// Its type, such as `cron`.
    kind: &'a str,
}

/// The triggers of a ScaledObject or ScaledJob; those without a type are the schema's to report.
fn triggers(manifest: &Manifest) -> impl Iterator<Item = Trigger<'_>> {
    manifest.items("/spec/triggers").filter_map(|(pointer, node)| {
        let kind = node.get("type")?.as_str()?;
        Some(Trigger { pointer, node, kind })
    })
}

impl<'a> Trigger<'a> {
    fn metadata(&self) -> &'a [(Key, Node)] {
        self.node.get("metadata").map_or(&[], Node::entries)
    }

    fn value(&self, key: &str) -> Option<&'a str> {
        self.node.get("metadata")?.get(key)?.as_str()
    }

    fn has(&self, key: &str) -> bool {
        self.node.get("metadata").is_some_and(|metadata| metadata.get(key).is_some())
    }

    fn is_authenticated(&self) -> bool {
        self.node.get("authenticationRef").is_some()
    }

    /// A pointer to a key of the metadata, or to where it would stand.
    fn pointer_to(&self, key: &str) -> String {
        format!("{}/metadata/{key}", self.pointer)
    }
}
