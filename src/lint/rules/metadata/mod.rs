//! `CFG`: names, labels and sizes that a cluster refuses.

mod label;
mod name;
mod size;

use super::{Check, Findings, Rule, declare_rule};
use crate::grammar::formats::is_long_dns_label;

pub(super) static RULES: &[&Rule] =
    &[&name::BAD_NAME, &label::BAD_LABEL, &size::TOO_LARGE, &size::TOO_LARGE_TO_REMEMBER];

/// Whether a text is a DNS subdomain but for its length: labels with dots between them.
fn is_subdomain(text: &str) -> bool {
    text.split('.').all(is_long_dns_label)
}
