//! `CFG`: names, labels and sizes that a cluster refuses.

mod label;
mod name;
mod size;

use super::{Check, Findings, Rule, declare_rule};

pub(super) static RULES: &[&Rule] =
    &[&name::BAD_NAME, &label::BAD_LABEL, &size::TOO_LARGE, &size::TOO_LARGE_TO_REMEMBER];

/// Whether a text is a DNS label but for its length: lower-case letters, digits and `-`, with no `-` at an end.
fn is_label(text: &str) -> bool {
    !text.is_empty()
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && !text.starts_with('-')
        && !text.ends_with('-')
}

/// Whether a text is a DNS subdomain but for its length: labels with dots between them.
fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_label)
}
