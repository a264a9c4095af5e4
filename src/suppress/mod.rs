//! Suppressions: findings that somebody has looked at, and wants to live with.
//!
//! They stand in a comment (`# karat: ignore CODE reason`), in an annotation (`karat.dev/ignore`) or in `karat.yaml`. What
//! they suppress is taken out of the findings of each environment, before those are folded; what is wrong with the
//! suppressions themselves is found at the end.
//!
//! | file | its one job |
//! |---|---|
//! | `comment` | comments, and the bytes that they cover |
//! | `extent` | how far a line of YAML reaches |
//! | `annotation` | annotations of objects and pods |
//! | `entry` | entries of `lint.ignore`, and what they cover |
//! | `directive` | what all of them say: codes, a reason, a last day |
//! | `path` | paths to fields |
//! | `glob` | patterns for paths and names |
//! | `date` | days of the calendar |
//! | `ledger` | which suppression was used for which code |
//! | `memory` | findings that were there before |
//! | `baseline` | files of such findings |
//! | `codes` | the codes of suppressions |

mod annotation;
pub mod baseline;
mod codes;
mod comment;
mod date;
mod directive;
mod entry;
mod extent;
mod glob;
mod ledger;
mod memory;
mod path;

pub use codes::{CODES, EXPIRED, GONE, MALFORMED, UNUSED, WITHOUT_REASON};
pub use comment::{Comments, Origin};
pub use date::Date;
pub use memory::Memory;

use std::ops::Range;

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use self::{
    annotation::Annotation,
    codes::can_be_suppressed,
    directive::{Directive, Written},
    entry::Entry,
    ledger::{Ledger, Number},
};
use crate::{
    diagnostic::{Code, Diagnostic, ResourceId, ResourceRef},
    manifest::ManifestSet,
    model::Lint,
    source::{FileId, SourceMap, Span},
};

/// The codes that there are.
#[derive(Clone, Debug)]
pub struct Known(Vec<&'static Code>);

impl Known {
    /// These codes.
    pub fn new(codes: Vec<&'static Code>) -> Self {
        Self(codes)
    }

    fn codes(&self) -> &[&'static Code] {
        &self.0
    }
}

/// Whether a run looked for findings of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Looked {
    /// All there are were found.
    Everywhere,
    /// Nobody wants them.
    Nowhere,
    /// This run left some of them out.
    Unknown,
}

/// All suppressions of a run.
#[derive(Debug)]
pub struct Suppressions {
    ledger: Ledger,
    /// By file, the bytes that a comment covers.
    comments: FxHashMap<FileId, Vec<(Range<u32>, Number)>>,
    /// By environment and object, what its annotations cover.
    objects: FxHashMap<SmolStr, FxHashMap<ResourceId, Vec<Marked>>>,
    entries: Vec<(Entry, Number)>,
    diagnostics: Vec<Diagnostic>,
}

/// What an annotation covers.
#[derive(Debug)]
struct Marked {
    base: &'static str,
    number: Number,
}

impl Suppressions {
    /// Those in the comments of files and in the annotations of objects. Whether one has ended is a matter of the day.
    pub fn new(comments: Comments, sets: &[ManifestSet], sources: &SourceMap, known: Known, today: Date) -> Self {
        let mut suppressions = Self {
            ledger: Ledger::new(known, today),
            comments: FxHashMap::default(),
            objects: FxHashMap::default(),
            entries: Vec::new(),
            diagnostics: comments.diagnostics,
        };
        for comment in comments.found {
            let written = Written { text: &comment.text, span: Some(comment.span), verbatim: true };
            let directive =
                directive::parse(written, false, suppressions.ledger.known(), &mut suppressions.diagnostics);
            let number = suppressions.ledger.add(directive, Some(comment.span), true);
            suppressions.comments.entry(comment.span.file).or_default().push((comment.covers, number));
        }
        suppressions.add_annotations(sets, sources);
        suppressions
    }

    /// One line of a spec may be the annotation of many objects: it is read once, and used if one of them needs it.
    fn add_annotations(&mut self, sets: &[ManifestSet], sources: &SourceMap) {
        let mut read = FxHashMap::<(Option<Span>, &SmolStr), Vec<Number>>::default();
        for set in sets {
            for manifest in set.manifests() {
                for annotation in Annotation::of(manifest) {
                    let numbers = read
                        .entry((annotation.span, annotation.text))
                        .or_insert_with(|| self.add_annotation(&annotation, sources));
                    let environment = self.objects.entry(set.environment.clone()).or_default();
                    let object = environment.entry(ResourceId::clone(&manifest.id)).or_default();
                    object.extend(numbers.iter().map(|number| Marked { base: annotation.base, number: *number }));
                }
            }
        }
    }

    fn add_annotation(&mut self, annotation: &Annotation<'_>, sources: &SourceMap) -> Vec<Number> {
        let mut numbers = Vec::new();
        for entry in annotation.entries(sources) {
            let directive = directive::parse(entry, true, self.ledger.known(), &mut self.diagnostics);
            numbers.push(self.ledger.add(directive, entry.span, true));
        }
        numbers
    }

    /// Adds the entries of a `lint` section: that of the project, or that of an environment. `is_whole` says whether the
    /// run is about everything that they can be about.
    pub fn add_section(&mut self, section: &Lint, environment: Option<&SmolStr>, sources: &SourceMap, is_whole: bool) {
        for node in &section.ignore {
            let known = self.ledger.known();
            let (entry, directive) = Entry::read(node, environment, sources, known, &mut self.diagnostics);
            // Others' manifests are none of the specs.
            let judged = is_whole && entry.is_about(sources.files().iter().map(|file| &*file.path));
            let number = self.ledger.add(directive, node.any_span(), judged);
            self.entries.push((entry, number));
        }
    }

    /// Takes out the findings that are suppressed, and gives them back. `path` says where a file is, from the repository's
    /// root, by the path that reports show.
    pub fn take(
        &mut self,
        findings: &mut Vec<Diagnostic>,
        sources: &SourceMap,
        path: impl Fn(&str) -> Option<String>,
    ) -> Vec<Diagnostic> {
        if self.ledger.is_empty() {
            return Vec::new();
        }
        let path_of = |finding: &Diagnostic| path(&sources.file(finding.primary.as_ref()?.span.file).path);
        findings.extract_if(.., |finding| self.suppresses(finding, &path_of)).collect()
    }

    fn suppresses(&mut self, finding: &Diagnostic, path_of: &impl Fn(&Diagnostic) -> Option<String>) -> bool {
        if !can_be_suppressed(finding.code) {
            return false;
        }
        let mut numbers = self.by_place(finding);
        numbers.extend(self.by_object(finding));
        numbers.extend(self.by_entry(finding, path_of));
        // Each of them is of use: none is to be called superfluous because of another.
        numbers.retain(|number| self.ledger.uses(*number, finding));
        !numbers.is_empty()
    }

    fn by_place(&self, finding: &Diagnostic) -> Vec<Number> {
        let place = finding.primary.as_ref().map(|label| label.span);
        let covers = place.and_then(|place| Some((place.start, self.comments.get(&place.file)?)));
        let covers = covers.into_iter().flat_map(|(start, covers)| covers.iter().map(move |cover| (start, cover)));
        covers.filter(|(start, (bytes, _))| bytes.contains(start)).map(|(_, (_, number))| *number).collect()
    }

    fn by_entry(&self, finding: &Diagnostic, path_of: &impl Fn(&Diagnostic) -> Option<String>) -> Vec<Number> {
        if self.entries.is_empty() {
            return Vec::new();
        }
        let path = path_of(finding);
        let covering = self.entries.iter().filter(|(entry, _)| entry.covers(finding, path.as_deref()));
        covering.map(|(_, number)| *number).collect()
    }

    /// A finding about several objects is suppressed by what all of them have.
    fn by_object(&self, finding: &Diagnostic) -> Vec<Number> {
        let of = |resource: &ResourceRef| -> Vec<Number> {
            let marked = self.objects.get(&resource.environment).and_then(|objects| objects.get(&*resource.id));
            let covers = |marked: &&Marked| self.ledger.directive(marked.number).covers(marked.base, resource);
            marked.into_iter().flatten().filter(covers).map(|marked| marked.number).collect()
        };
        let Some((first, others)) = finding.resources.split_first() else { return Vec::new() };
        let others: Vec<Vec<Number>> = others.iter().map(of).collect();
        of(first).into_iter().filter(|number| others.iter().all(|other| other.contains(number))).collect()
    }

    /// What is wrong with the suppressions. Whether one is of use is known of codes that were looked for.
    pub fn finish(self, looked: impl Fn(&Code) -> Looked) -> Vec<Diagnostic> {
        let mut diagnostics = self.diagnostics;
        diagnostics.extend(self.ledger.findings(looked));
        diagnostics
    }
}

impl Directive {
    /// Whether it is about a field of an object whose annotation it is, or that of the pods at `base`.
    fn covers(&self, base: &str, resource: &ResourceRef) -> bool {
        match &self.path {
            Some(path) => path.covers(base, resource),
            None => resource.pointer.starts_with(base),
        }
    }
}
