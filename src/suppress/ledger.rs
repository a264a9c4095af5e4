//! Which suppression was used, for which of its codes.

use super::{
    Date, EXPIRED, Known, Looked, UNUSED, WITHOUT_REASON,
    codes::can_be_suppressed,
    directive::{Directive, Pattern},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    source::Span,
};

/// Every suppression, and what became of it.
#[derive(Debug)]
pub(super) struct Ledger {
    known: Known,
    today: Date,
    entries: Vec<Entry>,
}

/// Which suppression of a [`Ledger`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Number(usize);

#[derive(Debug)]
struct Entry {
    directive: Directive,
    span: Option<Span>,
    /// One for each of its codes.
    used: Vec<bool>,
    /// Whether the run is about everything that it can be about.
    judged: bool,
}

impl Ledger {
    pub(super) fn new(known: Known, today: Date) -> Self {
        Self { known, today, entries: Vec::new() }
    }

    pub(super) fn known(&self) -> &Known {
        &self.known
    }

    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    pub(super) fn add(&mut self, directive: Directive, span: Option<Span>, judged: bool) -> Number {
        let used = vec![false; directive.codes.len()];
        self.entries.push(Entry { directive, span, used, judged });
        Number(self.entries.len() - 1)
    }

    pub(super) fn directive(&self, number: Number) -> &Directive {
        &self.entries[number.0].directive
    }

    /// Whether a suppression that covers a finding's place suppresses it: it has to name its code, and not have ended.
    pub(super) fn uses(&mut self, number: Number, finding: &Diagnostic) -> bool {
        let entry = &mut self.entries[number.0];
        if entry.expired(self.today).is_some() {
            return false;
        }
        let mut suppresses = false;
        for (pattern, used) in entry.directive.codes.iter().zip(&mut entry.used) {
            let takes = pattern.takes(finding);
            *used |= takes;
            suppresses |= takes;
        }
        suppresses
    }

    /// What is wrong with the suppressions.
    pub(super) fn findings(&self, looked: impl Fn(&Code) -> Looked) -> Vec<Diagnostic> {
        self.entries.iter().flat_map(|entry| self.judge(entry, &looked)).collect()
    }

    fn judge(&self, entry: &Entry, looked: &impl Fn(&Code) -> Looked) -> Vec<Diagnostic> {
        // What is malformed has been reported.
        if entry.directive.codes.is_empty() {
            return Vec::new();
        }
        let mut findings = Vec::new();
        if !entry.directive.has_reason {
            let finding = Diagnostic::new(&WITHOUT_REASON, "a suppression that does not say why").at(entry.span);
            findings.push(finding.help("say why this is right here: behind the codes, or by `reason` in karat.yaml"));
        }
        if let Some((until, span)) = entry.expired(self.today) {
            let finding = Diagnostic::new(&EXPIRED, format!("this suppression ended with {until}")).at(span);
            findings.push(finding.help("put right what it covers and remove it, or agree on a later day"));
            return findings;
        }
        let codes = entry.directive.codes.iter().zip(&entry.used);
        for (pattern, _) in codes.filter(|(pattern, used)| entry.judged && !**used && self.knows_all(pattern, looked)) {
            let finding = Diagnostic::new(&UNUSED, format!("there is nothing of `{}` to suppress here", pattern.text));
            findings.push(finding.at(pattern.span).help("remove it"));
        }
        findings
    }

    /// Whether all findings that a pattern is about were found, and there could have been some.
    fn knows_all(&self, pattern: &Pattern, looked: &impl Fn(&Code) -> Looked) -> bool {
        let codes = self.known.codes().iter().copied().filter(|code| pattern.names(code) && can_be_suppressed(code));
        let looked: Vec<Looked> = codes.map(looked).collect();
        looked.contains(&Looked::Everywhere) && !looked.contains(&Looked::Unknown)
    }
}

impl Entry {
    /// The last day, if it has passed.
    fn expired(&self, today: Date) -> Option<(Date, Option<Span>)> {
        self.directive.until.filter(|(until, _)| *until < today)
    }
}
