//! Many fixes of one file, and the proof that nothing else changed.

use std::{cmp::Reverse, collections::BTreeMap};

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::{expected::expected, outline::Outline, plan::Step};
use crate::{
    diagnostic::{Fix, Severity},
    node::yaml::{self, Document, Parsed},
    source::{FileId, SourceFile, Span},
};

/// What an encrypted file has at its top: every change of it would break its seal.
const SEAL: &str = "sops";

/// How often the text of a file is read again to find the edits that do more than they should.
const MOST_PROOFS: usize = 100;

/// A file as it is.
pub(super) struct Original<'t> {
    file: FileId,
    text: &'t str,
    documents: Vec<Document>,
    /// How many findings there are about its syntax; warnings all of them.
    warnings: usize,
}

/// A file after its fixes.
#[derive(Debug)]
pub(super) struct Rewritten {
    /// The new text.
    pub(super) text: String,
    /// How many fixes are in it.
    pub(super) fixed: usize,
    /// How many would have changed something else too.
    pub(super) refused: usize,
}

impl<'t> Original<'t> {
    /// A file that can be edited: of YAML that can be read from its first to its last line, and not encrypted.
    pub(super) fn read(file: FileId, source: &'t SourceFile) -> Option<Self> {
        let text = &*source.text;
        let Parsed { documents, diagnostics } = yaml::read(file, text);
        let broken = diagnostics.iter().any(|found| found.severity == Severity::Error);
        let sealed = documents.iter().any(|document| document.root.get(SEAL).is_some());
        let usable = !broken && !sealed && !source.path.ends_with(".json");
        usable.then_some(Self { file, text, documents, warnings: diagnostics.len() })
    }

    pub(super) fn outline(&self) -> Outline<'_> {
        Outline::new(self.file, self.text, &self.documents)
    }

    /// The file after as many of these fixes as do not stand in each other's way. One that is refused stands in nobody's.
    pub(super) fn rewrite(&self, fixes: &[&Fix]) -> Rewritten {
        let outline = self.outline();
        let mut waiting: Vec<Vec<Step>> = fixes.iter().filter_map(|fix| outline.plan(fix)).collect();
        let mut refused = 0;
        loop {
            let mut taken = Taken::default();
            let (free, others): (Vec<_>, Vec<_>) = waiting.into_iter().partition(|plan| taken.take(plan));
            let plans: Vec<&[Step]> = free.iter().map(Vec::as_slice).collect();
            let sound = self.sound(&plans, &mut { MOST_PROOFS });
            refused += plans.len() - sound.len();
            if !sound.is_empty() || others.is_empty() {
                return Rewritten { text: self.edited(&sound), fixed: sound.len(), refused };
            }
            waiting = others;
        }
    }

    /// The plans that together change what they say and nothing else. A bad one is found by halving, until there were
    /// too many of them.
    fn sound<'p>(&self, plans: &[&'p [Step]], proofs: &mut usize) -> Vec<&'p [Step]> {
        let Some(rest) = proofs.checked_sub(1) else { return Vec::new() };
        *proofs = rest;
        if self.proves(plans) {
            return plans.to_vec();
        }
        if plans.len() < 2 {
            return Vec::new();
        }
        let (left, right) = plans.split_at(plans.len() / 2);
        let (left, right) = (self.sound(left, proofs), self.sound(right, proofs));
        let both = [&left[..], &right[..]].concat();
        if right.is_empty() || self.proves(&both) { both } else { left }
    }

    /// Whether the edited text holds what was to be.
    fn proves(&self, plans: &[&[Step]]) -> bool {
        let Parsed { documents, diagnostics } = yaml::read(self.file, &self.edited(plans));
        let expected = expected(&self.documents, plans.iter().copied().flatten());
        diagnostics.len() == self.warnings && documents.iter().map(|document| &document.root).eq(&expected)
    }

    fn edited(&self, plans: &[&[Step]]) -> String {
        let mut steps: Vec<&Step> = plans.iter().copied().flatten().collect();
        // Where several things end at one place, the innermost ends first.
        steps.sort_by_key(|step| (step.change.span, Reverse(step.node)));
        let (mut text, mut from) = (String::with_capacity(self.text.len() + 64 * steps.len()), 0);
        for Step { change, .. } in steps {
            text.push_str(self.text.get(from..change.span.start as usize).unwrap_or_default());
            text.push_str(&change.text);
            from = change.span.end as usize;
        }
        text.push_str(self.text.get(from..).unwrap_or_default());
        text
    }
}

/// What fixes have taken.
#[derive(Default)]
struct Taken {
    /// The end of each range of bytes by its start, and whether something is only added there.
    ranges: BTreeMap<u32, (u32, bool)>,
    /// The names of fields that maps get.
    names: FxHashSet<(usize, SmolStr)>,
}

impl Taken {
    /// Takes what a plan needs, unless others have some of it. Many may add something at one place.
    fn take(&mut self, plan: &[Step]) -> bool {
        let free = plan.iter().all(|step| self.is_free(step));
        if free {
            self.ranges.extend(plan.iter().map(|step| (step.change.span.start, (step.change.span.end, step.adds()))));
            self.names.extend(plan.iter().filter_map(|step| step.name.clone()));
        }
        free
    }

    fn is_free(&self, step: &Step) -> bool {
        let Span { start, end, .. } = step.change.span;
        let before = self.ranges.range(..=end).next_back();
        let apart = before.is_none_or(|(_, (other_end, other_adds))| {
            *other_end < start || *other_end == end && *other_adds && step.adds()
        });
        apart && step.name.as_ref().is_none_or(|name| !self.names.contains(name))
    }
}
