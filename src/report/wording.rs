//! Words about findings that several formats share.

use std::{fmt, hash::Hash};

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{Hidden, Report, coverage, printable};
use crate::diagnostic::{Diagnostic, Safety, Severity};

/// Objects of one finding that are named; the others are counted.
const NAMED: usize = 3;

/// Places of one finding that are named beside its own.
const RELATED: usize = 5;

/// The word of a note about a related place.
pub(super) const SEE: &str = "see";

/// A line about a finding beside its message: what it says, under a word.
pub(super) struct Note {
    pub(super) word: &'static str,
    pub(super) text: String,
}

/// `2 errors, 1 warning in 3 environments, 28 resources; 4 suppressed`.
pub(super) fn summary(report: &Report<'_>) -> String {
    let counts = counts(report.diagnostics);
    let counts = if counts.is_empty() { "no findings".to_owned() } else { counts };
    let place =
        report.environments.map_or_else(|| counted(report.files, "file"), |count| counted(count, "environment"));
    format!("{counts} in {place}, {}{}", counted(report.resources, "resource"), hidden(report.hidden))
}

/// `; 3 suppressed, 2 in the baseline`; empty when nothing is hidden.
fn hidden(hidden: Hidden) -> String {
    let Hidden { suppressed, in_baseline, earlier } = hidden;
    let parts = [(suppressed, "suppressed"), (in_baseline, "in the baseline"), (earlier, "there before")];
    let parts: Vec<String> =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, why)| format!("{count} {why}")).collect();
    if parts.is_empty() { String::new() } else { format!("; {}", parts.join(", ")) }
}

/// What is to be said of the run beside its findings: what errors left out, and what was not checked.
pub(super) fn remarks(report: &Report<'_>) -> Vec<String> {
    let coverage = report.coverage.and_then(coverage::line);
    report.omitted.map(str::to_owned).into_iter().chain(coverage).map(|line| printable::line(&line)).collect()
}

/// `2 errors, 1 warning`; empty when there is nothing to count.
pub(super) fn counts<'a>(findings: impl IntoIterator<Item = &'a Diagnostic>) -> String {
    let mut counts = [Severity::Error, Severity::Warning, Severity::Info].map(|severity| (severity, 0));
    for finding in findings {
        counts.iter_mut().filter(|(severity, _)| *severity == finding.severity).for_each(|(_, count)| *count += 1);
    }
    let counts = counts.iter().filter(|(_, count)| *count > 0);
    counts.map(|(severity, count)| counted(*count, severity.name())).collect::<Vec<_>>().join(", ")
}

/// `1 error`, `2 errors`.
pub(super) fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// The message on one line.
pub(super) fn message(finding: &Diagnostic) -> String {
    printable::line(&finding.message)
}

/// What is to be said beside the message, each on one line.
pub(super) fn notes(report: &Report<'_>, finding: &Diagnostic) -> Vec<Note> {
    let note = |word, text: &str| Note { word, text: printable::line(text) };
    let mut notes = Vec::new();
    notes.extend(finding.help.as_deref().map(|help| note("help", help)));
    notes.extend(fix(finding).map(|fix| note("fix", &fix)));
    notes.extend(whereabouts(finding).map(|whereabouts| note("in", &whereabouts)));
    notes.extend(built_in(report, finding).map(|text| note("note", &text)));
    let related = finding.related.iter().filter_map(|label| Some((label, report.place(label)?)));
    notes.extend(related.take(RELATED).map(|(label, place)| {
        let said = if label.message.is_empty() { String::new() } else { format!(": {}", label.message) };
        note(SEE, &format!("{place}{said}"))
    }));
    notes
}

impl fmt::Display for Note {
    /// `help: …`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.word, self.text)
    }
}

/// The same as lines: `help: …`.
pub(super) fn lines(report: &Report<'_>, finding: &Diagnostic) -> Vec<String> {
    notes(report, finding).iter().map(Note::to_string).collect()
}

/// What a fix does, and what makes it happen: `quote the value (--fix)`.
pub(super) fn fix(finding: &Diagnostic) -> Option<String> {
    let fix = finding.fix.as_ref().filter(|fix| fix.is_placed())?;
    let flags = match fix.safety {
        Safety::Safe => "--fix",
        Safety::Unsafe => "--fix --unsafe-fixes",
    };
    Some(format!("{} ({flags})", printable::line(&fix.title)))
}

/// How many of the findings can be fixed, to follow the summary.
pub(super) fn fixable(report: &Report<'_>) -> String {
    let [safe, others] = [Safety::Safe, Safety::Unsafe].map(|safety| report.fixable(safety));
    match (safe, others) {
        (0, 0) => String::new(),
        (safe, 0) => format!("; {safe} fixable with --fix"),
        (0, others) => format!("; {others} fixable with --fix --unsafe-fixes"),
        (safe, others) => format!("; {safe} fixable with --fix, {others} more with --unsafe-fixes"),
    }
}

/// What to say of a text that nobody can edit.
pub(super) fn built_in(report: &Report<'_>, finding: &Diagnostic) -> Option<String> {
    let mut labels = finding.primary.iter().chain(&finding.related);
    let file = labels.find_map(|label| Some(report.sources.file(label.span.file)).filter(|file| file.is_built_in()))?;
    Some(format!("{} is part of Karat; whatever it sets, a layer of yours can set otherwise", file.path))
}

/// `dev, staging (Deployment web, Service web and 2 more)`; just the objects where there are no environments.
pub(super) fn whereabouts(finding: &Diagnostic) -> Option<String> {
    let environments = environments(finding).join(", ");
    let objects = distinct(finding.resources.iter().map(|resource| (&resource.id.gvk.kind, &resource.id.name)));
    let more = objects.len().saturating_sub(NAMED);
    let named = objects.iter().take(NAMED).map(|(kind, name)| format!("{kind} {name}").trim().to_owned());
    let named = named.collect::<Vec<_>>().join(", ");
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    match (environments.is_empty(), named.is_empty()) {
        (true, true) => None,
        (true, false) => Some(named + &more),
        (false, true) => Some(environments),
        (false, false) => Some(format!("{environments} ({named}{more})")),
    }
}

/// Where it holds, each once.
pub(super) fn environments(finding: &Diagnostic) -> Vec<&str> {
    let of_resources = finding.resources.iter().map(|resource| &resource.environment);
    let environments = of_resources.chain(&finding.environments).map(SmolStr::as_str);
    distinct(environments.filter(|name| !name.is_empty()))
}

/// Each once, in the order in which they first came. One line of a shared file may be about thousands of objects.
fn distinct<T: Copy + Eq + Hash>(all: impl Iterator<Item = T>) -> Vec<T> {
    let mut seen = FxHashSet::default();
    all.filter(|one| seen.insert(*one)).collect()
}
