//! Manifests that somebody else made: what `helm template` and `kustomize build` print, or what was written by hand.

use std::{collections::BTreeMap, ops::Range};

use rayon::prelude::*;

pub use super::files::Named;
use super::files::{self, TextFile};
use crate::{
    diagnostic::{Diagnostic, Result, Severity, declare_codes},
    manifest::{Manifest, Owner},
    node::{Node, Value, yaml},
    source::{SourceMap, Span},
};

declare_codes! {
    /// A file that `karat lint` is to look at and cannot: too large, not UTF-8, no regular file, or a link that leads out
    /// of the directory that was named.
    UNREADABLE = "INP001", Error, "input cannot be read";
    /// A YAML document that is no Kubernetes object: it has at most one of `apiVersion`, `kind` and `metadata`.
    ///
    /// Nothing of it is checked. Values of a chart, workflows and other YAML are better not named to `karat lint`.
    NOT_AN_OBJECT = "INP002", Warning, "not a Kubernetes object";
    /// A file that is no YAML, because it holds the `{{ … }}` of a template.
    ///
    /// Karat renders no templates, so nothing of the file is checked. It checks what Helm makes of it: `helm template
    /// CHART | karat lint -`.
    TEMPLATE = "INP003", Error, "a template in place of what it renders";
    /// Documents that no cluster ever sees: specs of Karat, kustomizations. They look like objects and are the input of
    /// a tool, so nothing of them is checked; what the tool makes of them is worth checking.
    FOR_A_TOOL = "INP004", Info, "input of a tool, not of a cluster";
    /// Nothing that was named holds an object, and nothing else is wrong with it.
    ///
    /// So nothing was checked. What should have written the objects most likely failed: in a pipe, a shell hides that
    /// unless it is told `set -o pipefail`.
    EMPTY = "INP005", Warning, "nothing to check";
}

/// A tool whose input looks like objects.
struct Tool {
    /// The API group of its documents.
    group: &'static str,
    /// The `apiVersion` of documents that are about parts of the tool itself.
    own_version: Option<&'static str>,
    /// Files whose documents need no `apiVersion` and `kind`.
    files: &'static [&'static str],
    /// What they are.
    documents: &'static str,
    help: &'static str,
}

const TOOLS: [Tool; 2] = [
    Tool {
        group: "karat",
        own_version: None,
        files: &[],
        documents: "specs of Karat",
        help: "`karat check` renders them, and checks what they render",
    },
    Tool {
        group: "kustomize.config.k8s.io",
        own_version: Some("builtin"),
        files: &["kustomization.yaml", "kustomization.yml", "Kustomization"],
        documents: "kustomizations",
        help: "check what they build: `kustomize build DIR | karat lint -`",
    },
];

impl Tool {
    /// The tool that a document of a file is for.
    fn of(file: &TextFile, root: &Node) -> Option<&'static Self> {
        let version = root.get("apiVersion").and_then(Node::as_str);
        let group = version.and_then(|version| version.split_once('/'));
        let name = file.path.rsplit('/').next().unwrap_or_default();
        let is_bare = root.as_map().is_some() && root.get("kind").is_none();
        TOOLS.iter().find(|tool| match group {
            Some((group, _)) => group == tool.group,
            None if version.is_some() && version == tool.own_version => true,
            None => is_bare && tool.files.contains(&name),
        })
    }
}

/// What tells an object from other YAML. One of them may be missing: that is a mistake in an object.
const MARKS: [&str; 3] = ["apiVersion", "kind", "metadata"];

/// The files to look at.
pub struct Input {
    files: Vec<TextFile>,
}

impl Input {
    /// Reads files, in the order given. One that is no text is reported.
    ///
    /// # Errors
    /// When the operating system refuses to read one.
    pub fn read(files: &[Named<'_>], sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Result<Self> {
        Ok(Self { files: files::read_all(files, &UNREADABLE, sources, diagnostics)? })
    }

    /// The objects of all files, in their order. Those of a `List` stand for themselves.
    ///
    /// What cannot be read, or is no object, is reported, and the other documents are read.
    pub fn objects(&self, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
        let contents: Vec<Content> = self.files.par_iter().map(Content::of).collect();
        let (mut objects, mut tools) = (Vec::new(), BTreeMap::<&str, (&Tool, Vec<Option<Span>>)>::new());
        for mut content in contents {
            objects.append(&mut content.objects);
            diagnostics.append(&mut content.diagnostics);
            for (tool, span) in content.for_tools {
                tools.entry(tool.group).or_insert((tool, Vec::new())).1.push(span);
            }
        }
        diagnostics.extend(tools.into_values().map(|(tool, spans)| for_a_tool(tool, &spans)));
        if objects.is_empty() && diagnostics.is_empty() {
            diagnostics.extend(self.files.first().map(empty));
        }
        objects
    }
}

fn empty(first: &TextFile) -> Diagnostic {
    let finding = Diagnostic::new(&EMPTY, "there is no object here, so nothing is checked").at(first.start());
    finding.help("see whether the command that should write the objects failed")
}

/// One finding about all documents of a tool: a repository has hundreds of them.
fn for_a_tool(tool: &Tool, spans: &[Option<Span>]) -> Diagnostic {
    let others = match spans.len() {
        0 | 1 => String::new(),
        count => format!(", like {} more", count - 1),
    };
    let message = format!("{} are no objects: this document is not checked{others}", tool.documents);
    Diagnostic::new(&FOR_A_TOOL, message).at(spans.first().copied().flatten()).help(tool.help)
}

/// What a file holds.
#[derive(Default)]
struct Content {
    objects: Vec<Manifest>,
    diagnostics: Vec<Diagnostic>,
    for_tools: Vec<(&'static Tool, Option<Span>)>,
}

impl Content {
    fn of(file: &TextFile) -> Self {
        let parsed = yaml::read(file.id, &file.text);
        if let Some(action) = template_action(&parsed.diagnostics, file) {
            let finding = Diagnostic::new(&TEMPLATE, "the file is a template, and no YAML until it is rendered");
            let finding = finding.at(action).help("check what it renders: `helm template CHART | karat lint -`");
            return Self { diagnostics: vec![finding], ..Self::default() };
        }
        let mut content = Self { diagnostics: parsed.diagnostics, ..Self::default() };
        parsed.documents.into_iter().for_each(|document| content.add(file, document.root));
        content
    }

    fn add(&mut self, file: &TextFile, root: Node) {
        if root.is_null() {
            // Nothing but comments: a part of a chart that is switched off.
        } else if let Some(tool) = Tool::of(file, &root) {
            let first = root.entries().first().and_then(|(key, _)| key.span);
            self.for_tools.push((tool, root.at("/apiVersion").and_then(|version| version.span).or(first)));
        } else if is_list(&root) {
            for item in into_items(root) {
                self.add(file, item);
            }
        } else {
            let absent: Vec<&str> = MARKS.into_iter().filter(|field| root.get(field).is_none()).collect();
            match absent.as_slice() {
                [] | [_] => self.objects.push(Manifest::new(Owner::Directory(file.directory().into()), None, root)),
                absent => self.diagnostics.push(not_an_object(&root, absent)),
            }
        }
    }
}

/// Whether an object is a `List` of others.
fn is_list(root: &Node) -> bool {
    let kind = root.get("kind").and_then(Node::as_str);
    kind.is_some_and(|kind| kind.ends_with("List")) && root.get("items").is_some_and(|items| items.as_list().is_some())
}

fn into_items(root: Node) -> Vec<Node> {
    let Value::Map(mut map) = root.value else { return Vec::new() };
    match map.remove("items").map(|items| items.value) {
        Some(Value::List(items)) => items,
        _ => Vec::new(),
    }
}

fn not_an_object(root: &Node, absent: &[&str]) -> Diagnostic {
    let message = match root.as_map() {
        Some(_) => format!("this is no Kubernetes object: it has no `{}`", absent.join("`, no `")),
        None => format!("a Kubernetes object is a map, not {}", root.kind()),
    };
    let first = root.entries().first().and_then(|(key, _)| key.span);
    let finding = Diagnostic::new(&NOT_AN_OBJECT, message).at(first.or(root.span));
    finding.help("leave it out of what is linted, or complete it; nothing of it is checked")
}

/// The first `{{ … }}` on a line that is no YAML, or on the line before: a template ends where nobody expects it.
fn template_action(diagnostics: &[Diagnostic], file: &TextFile) -> Option<Span> {
    let errors = diagnostics.iter().filter(|found| found.severity == Severity::Error);
    errors.filter_map(|found| found.primary.as_ref()).find_map(|label| {
        let lines = lines_around(&file.text, label.span.start as usize)?;
        let start = lines.start + file.text.get(lines.clone())?.find("{{")?;
        let rest = file.text.get(start..lines.end)?;
        let length = rest.find("}}").map_or(2, |at| at + 2);
        Some(Span::of_bytes(file.id, start..start + length))
    })
}

/// The line of a byte, and the one before it.
fn lines_around(text: &str, at: usize) -> Option<Range<usize>> {
    let (before, after) = (text.get(..at)?, text.get(at..)?);
    let start = before.rfind('\n').map_or(0, |end| before[..end].rfind('\n').map_or(0, |start| start + 1));
    Some(start..at + after.find('\n').unwrap_or(after.len()))
}
