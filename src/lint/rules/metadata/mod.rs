//! `CFG`: what all objects have: names, namespaces, labels, sizes; and what ConfigMaps and Secrets hold.

mod content;
mod duplicate;
mod label;
mod leftover;
mod name;
mod namespace;
mod required;
mod size;
mod style;

use super::{Check, Findings, Rule, declare_rule};
use crate::grammar::formats::is_long_dns_label;

pub(super) static RULES: &[&Rule] = &[
    &name::BAD_NAME,
    &label::BAD_LABEL,
    &size::TOO_LARGE,
    &size::TOO_LARGE_TO_REMEMBER,
    &duplicate::DUPLICATE_OBJECT,
    &namespace::DEFAULT_NAMESPACE,
    &namespace::MISSING_NAMESPACE,
    &namespace::UNKNOWN_NAMESPACE,
    &required::REQUIRED_LABEL,
    &required::REQUIRED_ANNOTATION,
    &style::OTHER_INSTANCE,
    &leftover::LEFTOVER,
    &style::UNSORTED_KEYS,
    &content::EMPTY_CONFIG_MAP,
    &content::MUTABLE_CONFIG,
    &style::LOOKALIKE_LABEL,
    &content::BAD_KEY,
    &content::INCOMPLETE_SECRET,
];

/// Whether a text is a DNS subdomain but for its length: labels with dots between them.
fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_long_dns_label)
}
