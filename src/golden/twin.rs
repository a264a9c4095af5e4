//! One change of several environments as one finding.

use rustc_hash::FxHashMap;

use super::difference::{Difference, Fields};
use crate::{
    diagnostic::{Diagnostic, Label},
    source::Span,
};

/// What the same change has in common wherever it happens: the kind and the name of the object, its fields, and the lines
/// of the spec. Values and golden files are those of an environment.
type Change<'a> = (&'a str, &'a str, &'a Fields, Vec<Option<Span>>);

/// Folds each finding into the first one of the same change. That one shows the golden file of its own environment, and
/// names the objects of all.
pub(super) fn fold(findings: Vec<Diagnostic>, differences: &[Difference<'_>]) -> Vec<Diagnostic> {
    let mut folded: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    let mut first = FxHashMap::<Change<'_>, usize>::default();
    for (finding, difference) in findings.into_iter().zip(differences) {
        let twin = change(&finding, difference).map(|change| *first.entry(change).or_insert(folded.len()));
        match twin.and_then(|at| folded.get_mut(at)) {
            Some(twin) => twin.resources.extend(finding.resources),
            None => folded.push(finding),
        }
    }
    folded
}

/// Folds what is left over in several environments; the file of the first one is shown.
pub(super) fn fold_stale(findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    let mut folded: Vec<Diagnostic> = Vec::new();
    for finding in findings {
        match folded.iter_mut().find(|twin| twin.message == finding.message) {
            Some(twin) => twin.environments.extend(finding.environments),
            None => folded.push(finding),
        }
    }
    folded
}

/// Nothing for a file that is broken, which it is in a way of its own.
fn change<'a>(finding: &Diagnostic, difference: &'a Difference<'_>) -> Option<Change<'a>> {
    let written = |label: &Label| Some(label.span).filter(|span| span.file != difference.golden);
    let spans = finding.primary.iter().chain(&finding.related).map(written).collect();
    Some((difference.manifest.kind(), &difference.manifest.id.name, difference.fields.as_ref()?, spans))
}
