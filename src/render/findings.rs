//! Findings that several renderers make.

use super::codes::{MISPLACED_FIELD, UNKNOWN_REFERENCE};
use crate::{
    diagnostic::Diagnostic,
    grammar::{MISSING_FIELD, known_or_similar},
    model::Named,
    node::{Key, Node},
    source::Span,
};

/// A field that `holder`, such as `a StatefulSet`, has no place for. The next step is left to the caller.
pub(super) fn misplaced(field: &str, span: Option<Span>, holder: &str) -> Diagnostic {
    Diagnostic::new(&MISPLACED_FIELD, format!("`{field}` has no place in {holder}")).at(span)
}

/// Reports every one of these fields that is there.
pub(super) fn misplace(fields: &[(&str, Option<Span>)], holder: &str, help: &str, diagnostics: &mut Vec<Diagnostic>) {
    let there = fields.iter().filter(|(_, span)| span.is_some());
    diagnostics.extend(there.map(|(field, span)| misplaced(field, *span, holder).help(help)));
}

/// Where a field was written, if it is there.
pub(super) fn place(field: Option<&Node>) -> Option<Span> {
    field.and_then(Node::any_span)
}

/// A name that is no entry of `section`.
pub(super) fn unknown<T>(name: &Node, section: &str, entries: &Named<T>) -> Diagnostic {
    let text = name.as_str().unwrap_or_default();
    let finding = Diagnostic::new(&UNKNOWN_REFERENCE, format!("`{text}` is no entry of `{section}`")).at(name.span);
    if entries.is_empty() {
        // Clusters are the environment's, everything else is the app's.
        let holder = if section == "clusters" { "the environment's env.yaml" } else { "the app" };
        return finding.help(format!("{holder} has no `{section}`; add `{text}` there"));
    }
    finding.help(known_or_similar(text, entries.iter().map(|(key, _)| key.as_str())))
}

/// Something that must be there, missing from what stands under `key`.
pub(super) fn missing(key: &Key, message: String, help: &str) -> Diagnostic {
    Diagnostic::new(&MISSING_FIELD, message).at(key.span).help(help)
}
