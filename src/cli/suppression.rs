//! What a run does with suppressions.

use super::{findings::FindingArgs, today::TodayArgs};
use crate::{
    diagnostic::{Code, Diagnostic, Result},
    lint::Settings,
    manifest::ManifestSet,
    report::catalogue,
    source::SourceMap,
    suppress::{Comments, Known, Looked, Suppressions},
};

/// Takes what is suppressed out of the findings, and gives it back; what is wrong with the suppressions is added.
pub(super) fn apply(
    comments: Comments,
    sets: &[ManifestSet],
    sources: &SourceMap,
    today: &TodayArgs,
    findings: &mut Vec<Diagnostic>,
    looked: impl Fn(&Code) -> Looked,
) -> Result<Vec<Diagnostic>> {
    let known = Known::new(catalogue::all());
    let mut suppressions = Suppressions::new(comments, sets, sources, known, today.date()?);
    let suppressed = suppressions.take(findings);
    findings.append(&mut suppressions.finish(looked));
    Ok(suppressed)
}

/// Which codes a run looks for, in environments with these settings. One that errors or the user kept from seeing all does
/// not know what it has missed.
pub(super) fn looked(
    findings: &FindingArgs,
    settings: Vec<Settings>,
    knows_all: bool,
) -> impl Fn(&Code) -> Looked + use<'_> {
    move |code| match settings.iter().any(|settings| settings.wants(code)) {
        _ if !knows_all || !findings.selection().selects(code) => Looked::Unknown,
        true => Looked::Everywhere,
        false => Looked::Nowhere,
    }
}
