//! One object against its golden file, field by field.

use similar::TextDiff;

use super::{
    DIFFERS, Directory,
    layout::reference,
    refusal,
    shown::{Beside, Shown},
};
use crate::{
    diagnostic::{Diagnostic, Label},
    diff::{Kind, changes},
    manifest::{Manifest, is_secret},
    node::{Node, Pointer, yaml},
    source::{FileId, SourceMap, Span},
};

/// How many changes a finding shows; it counts the rest.
const SHOWN: usize = 5;

/// Lines around each change in a line by line view.
const CONTEXT: usize = 3;

/// An object whose golden file has other bytes.
#[derive(Debug)]
pub(super) struct Differing<'a> {
    pub(super) environment: &'a str,
    pub(super) manifest: &'a Manifest,
    /// The golden file, from the repository's root.
    pub(super) path: String,
    /// Its text, or why there is none.
    pub(super) content: Result<String, String>,
}

/// An object whose golden file differs, for a line by line view.
#[derive(Debug)]
pub struct Difference<'a> {
    /// The environment's name.
    pub environment: &'a str,
    /// The object.
    pub manifest: &'a Manifest,
    pub(super) golden: FileId,
    /// The fields that differ; none when something is wrong with the file itself.
    pub(super) fields: Option<Fields>,
    /// The credentials that stand in the open in one of the two.
    pub(super) exposed: Vec<Node>,
}

/// What happened to which field, for every field that differs. The values may be those of an environment.
pub(super) type Fields = Vec<(Kind, Pointer)>;

impl Difference<'_> {
    /// A unified diff from the golden file to what is rendered. Nothing for a Secret, nor for an object with a credential
    /// in the open: its lines are its values.
    pub fn unified(&self, sources: &SourceMap) -> Option<String> {
        if is_secret(&self.manifest.object) || !self.exposed.is_empty() {
            return None;
        }
        let golden = sources.file(self.golden);
        let rendered = Directory::content(self.manifest);
        let diff = TextDiff::from_lines(&*golden.text, &*rendered);
        Some(diff.unified_diff().context_radius(CONTEXT).header(&golden.path, "rendered").to_string())
    }
}

/// What is said of an object whose golden file differs.
pub(super) struct Explained<'a> {
    pub(super) finding: Diagnostic,
    /// That the cluster refuses what changes.
    pub(super) refused: Option<Diagnostic>,
    pub(super) difference: Difference<'a>,
}

/// An object beside what its golden file holds.
struct Compared {
    finding: Diagnostic,
    /// The first change, as a JSON pointer.
    pointer: String,
    fields: Option<Fields>,
    refused: Option<Diagnostic>,
}

/// What is wrong with a golden file beside its fields: a message that starts after the object's name, and the place.
type Broken = (String, Span);

impl<'a> Differing<'a> {
    /// What is to be said, and the way to a line by line view.
    pub(super) fn explain(self, sources: &mut SourceMap) -> Explained<'a> {
        let text = self.content.as_deref().unwrap_or_default();
        let file = sources.add(self.path.as_str(), text.trim_start_matches('\u{feff}'));
        let found = match &self.content {
            Ok(_) => read(file, &sources.file(file).text),
            Err(reason) => Err((format!("cannot be read: {reason}"), start(file))),
        };
        let exposed = self.hide(found.as_ref().ok(), sources);
        let compared = found.and_then(|golden| {
            let beside = Beside { golden: &golden, rendered: &self.manifest.object, file, exposed: &exposed };
            self.compare(beside, &sources.file(file).text)
        });
        let Compared { finding, pointer, fields, refused } = compared.unwrap_or_else(|broken| Compared {
            finding: self.broken(broken, file),
            pointer: String::new(),
            fields: None,
            refused: None,
        });
        let finding = finding.resource(reference(self.manifest, self.environment, pointer));
        let Self { environment, manifest, .. } = self;
        let difference = Difference { environment, manifest, golden: file, fields, exposed };
        Explained { finding, refused, difference }
    }

    /// Masks the credentials of a golden file; they, and those of the rendered object.
    fn hide(&self, golden: Option<&Node>, sources: &mut SourceMap) -> Vec<Node> {
        let golden = golden.map(|golden| Manifest::new(self.manifest.owner.clone(), None, golden.clone()));
        if let Some(golden) = &golden {
            sources.mask(golden.secret_values());
        }
        golden.iter().chain([self.manifest]).flat_map(Manifest::exposed).cloned().collect()
    }

    fn compare(&self, beside: Beside<'_>, text: &str) -> Result<Compared, Broken> {
        let changes = changes(beside.golden, beside.rendered);
        let mut shown: Vec<Shown> = changes.iter().map(|change| Shown::new(change, beside)).collect();
        let fields = changes.iter().map(|change| (change.kind, change.place.pointer())).collect();
        // What somebody wrote comes before what only the golden file shows.
        shown.sort_by_key(|change| !change.written);
        match shown.split_first() {
            Some((first, rest)) => Ok(Compared {
                finding: self.changed(first, rest),
                pointer: first.pointer.clone(),
                fields: Some(fields),
                refused: refusal::finding(self, &changes, beside),
            }),
            None => Err(self.same_fields(beside.file, text)),
        }
    }

    fn changed(&self, first: &Shown, rest: &[Shown]) -> Diagnostic {
        let more = if rest.is_empty() { String::new() } else { format!(", and {} more", rest.len()) };
        let message = format!("{} differs from its golden file: {}{more}", self.subject(), first.text);
        let mut finding = Diagnostic::new(&DIFFERS, message).at(first.span);
        if !rest.is_empty() {
            finding = finding.label(&first.text);
        }
        let labels =
            rest.iter().take(SHOWN - 1).map(|change| Label { span: change.span, message: change.text.clone() });
        finding.related = labels.collect();
        finding.help("run `karat golden` if this is what you want")
    }

    fn same_fields(&self, file: FileId, text: &str) -> Broken {
        let rendered = Directory::content(self.manifest);
        let common = text.char_indices().zip(rendered.chars()).find(|((_, old), new)| old != new);
        let at = common.map_or(text.len().min(rendered.len()), |((at, _), _)| at);
        let what =
            if text.contains("\r\n") { "has the line breaks of Windows" } else { "has the same fields in other bytes" };
        (what.to_owned(), Span::of_bytes(file, at..at))
    }

    fn broken(&self, (what, span): Broken, file: FileId) -> Diagnostic {
        let span = if is_secret(&self.manifest.object) { start(file) } else { span };
        Diagnostic::new(&DIFFERS, format!("the golden file of {} {what}", self.subject()))
            .at(span)
            .help("run `karat golden` to write it anew; nobody else should write it")
    }

    /// `Deployment `web``.
    pub(super) fn subject(&self) -> String {
        format!("{} `{}`", self.manifest.kind(), self.manifest.id.name)
    }
}

/// The one object of a golden file.
fn read(file: FileId, text: &str) -> Result<Node, Broken> {
    let mut parsed = yaml::read(file, text);
    if let Some(finding) = parsed.diagnostics.first() {
        let span = finding.primary.as_ref().map_or(start(file), |label| label.span);
        return Err((format!("is broken: {}", finding.message), span));
    }
    match (parsed.documents.pop(), parsed.documents.len()) {
        (Some(document), 0) => Ok(document.root),
        (Some(document), _) => Err(("holds more than one object".into(), document.span)),
        (None, _) => Err(("holds no object".into(), start(file))),
    }
}

fn start(file: FileId) -> Span {
    Span::new(file, 0, 0)
}
