//! Where each field of an object comes from.

use std::io::{self, Write};

use serde::Serialize;

use super::{
    super::{output, run, scope},
    absence,
    subject::Subject,
};
use crate::{
    diagnostic::{Error, Result},
    grammar::slug,
    manifest::{Manifest, holds_secrets, is_secret},
    model::{App, LoadOptions},
    node::{Leaf, Node, Pointer, Value, yaml},
    render::reason::{self, Reason},
    source::{Span, Tree},
    spec::{EnvironmentFiles, Provenance, Repository, Step},
};

/// The page on which every rule of rendering is documented.
const PAGE: &str = "docs/rendered.md";

/// An object, and where its fields come from.
#[derive(Serialize)]
pub(super) struct Trace {
    pub(super) kind: String,
    pub(super) namespace: Option<String>,
    pub(super) name: String,
    /// What was asked for: empty for the whole object.
    pub(super) pointer: String,
    pub(super) fields: Vec<Field>,
    /// Why nothing is there, in lines.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) absence: Option<absence::Absence>,
}

/// One leaf of an object.
#[derive(Serialize)]
pub(super) struct Field {
    pub(super) pointer: String,
    /// The value on one line, or words in place of one that is not shown.
    pub(super) value: String,
    /// Where a spec says it: `path:line:column`.
    pub(super) written: Option<String>,
    /// The place in the merged spec, and what each layer has there.
    pub(super) layers: Vec<History>,
    /// The rule of rendering that made it, or worked it out.
    pub(super) rule: Option<Rule>,
    /// For what a renderer made up: the nearest line of a spec around it.
    pub(super) because: Option<String>,
}

/// One place of the merged spec.
#[derive(Serialize)]
pub(super) struct History {
    pub(super) spec: String,
    pub(super) steps: Vec<Row>,
}

/// What one layer has at a place.
#[derive(Serialize)]
pub(super) struct Row {
    pub(super) layer: &'static str,
    pub(super) place: String,
    pub(super) value: String,
    /// Whether this is the one that counts.
    pub(super) wins: bool,
}

/// A rule of rendering.
#[derive(Serialize)]
pub(super) struct Rule {
    pub(super) text: &'static str,
    /// The field of a spec that says otherwise, and the kind of file that it stands in.
    pub(super) unless: Option<[&'static str; 2]>,
    /// Where it is documented.
    pub(super) documented: String,
    /// Whether it makes the value of another one, and does not stand in for one that is absent.
    #[serde(skip)]
    pub(super) works_out: bool,
}

/// All that a field's history is read from.
pub(super) struct Tracer<'a> {
    pub(super) repository: &'a Repository,
    pub(super) files: &'a EnvironmentFiles,
    pub(super) manifest: &'a Manifest,
    /// The app that the object was rendered from, if it is one app's.
    pub(super) app: Option<&'a App>,
    /// Credentials that stand in the open.
    exposed: Vec<&'a Node>,
    /// Where what must not be shown was written.
    secrets: Vec<Span>,
}

/// Traces the fields of an object at and below a pointer.
pub(super) fn explain(
    tree: &dyn Tree,
    subject: &Subject<'_>,
    pointer: &Pointer,
    write: fn(&mut dyn Write, &Trace) -> io::Result<()>,
) -> Result<()> {
    // The specs are read twice: once to be rendered, once as they stand, layer by layer. Files get the same ids.
    let options = LoadOptions { environments: vec![subject.environment.to_owned()], ..LoadOptions::default() };
    let repository = Repository::load(tree, &options.selection())?;
    let started = run::start(tree, &options)?;
    let files = repository.environments.get(subject.environment);
    let (Some(files), [environment], [set]) = (files, &started.run.environments[..], &started.run.sets[..]) else {
        return Err(Error::new(format!("there is no environment `{}`", subject.environment)));
    };
    let manifest = subject.find(environment, set)?;
    let app = manifest.app.as_ref().and_then(|name| environment.apps.iter().find(|app| app.name.text == *name));
    let (exposed, secrets) = (manifest.exposed(), manifest.secret_values());
    let tracer = Tracer { repository: &repository, files, manifest, app, exposed, secrets };
    let selected = pointer.clone().select(&manifest.object);
    let trace = tracer.trace(selected.as_ref().unwrap_or(pointer));
    output::print(|out| write(out, &trace))
}

impl Tracer<'_> {
    fn trace(&self, pointer: &Pointer) -> Trace {
        let id = &self.manifest.id;
        let part = pointer.0.iter().try_fold(&self.manifest.object, |node, step| node.step(step));
        let fields = part.map(|_| self.fields(pointer)).unwrap_or_default();
        Trace {
            kind: id.gvk.kind.to_string(),
            namespace: id.namespace.as_ref().map(ToString::to_string),
            name: id.name.to_string(),
            pointer: pointer.to_string(),
            fields,
            absence: part.is_none().then(|| absence::of(self, pointer)),
        }
    }

    fn fields(&self, pointer: &Pointer) -> Vec<Field> {
        let leaves = self.manifest.object.leaves();
        leaves.iter().filter(|leaf| leaf.pointer.0.starts_with(&pointer.0)).map(|leaf| self.field(leaf)).collect()
    }

    fn field(&self, leaf: &Leaf<'_>) -> Field {
        let span = leaf.span();
        let layers = span.map(|span| self.histories(span)).unwrap_or_default();
        let mut found = reason::of(self.manifest.kind(), &leaf.pointer);
        let is_cause = |cause: &str| {
            layers.iter().any(|history| {
                let steps = &history.pointer.0;
                [steps.first(), steps.last()].into_iter().flatten().any(|step| step == cause)
            })
        };
        let counts = |reason: &Reason| span.is_none() || reason.is_worked_out || reason.cause.is_some_and(is_cause);
        let hidden = self.hidden(&leaf.pointer, leaf.node);
        let around = || self.manifest.object.span_at(&leaf.pointer.to_string()).map(|span| self.place(span));
        Field {
            pointer: leaf.pointer.to_string(),
            value: hidden.map_or_else(|| inline(leaf.node), str::to_owned),
            written: span.map(|span| self.place(span)),
            layers: self.shown_histories(hidden, &layers),
            rule: found.find(|(_, reason)| counts(reason)).map(|(title, reason)| rule(title, reason)),
            because: if span.is_none() { around() } else { None },
        }
    }

    /// The histories of the places that were written at `span`, of the app in whose spec that is.
    fn histories(&self, span: Span) -> Vec<Provenance> {
        let path = &self.repository.sources.file(span.file).path;
        let app = self.app.map(|app| app.name.as_str()).or_else(|| scope::app_of(path));
        let mut found = app.map(|app| self.repository.provenance(self.files, app, &[], span)).unwrap_or_default();
        if found.is_empty() {
            found = self.repository.provenance_of_argocd(self.files, span);
        }
        found
    }

    /// Histories with words in place of values that are not shown. Whoever hides what counts hides what it replaced.
    pub(super) fn shown_histories(&self, hidden: Option<&str>, histories: &[Provenance]) -> Vec<History> {
        let value = |node: &Node| match hidden {
            _ if node.is_null() => "null, which deletes it".to_owned(),
            Some(words) => words.to_owned(),
            None => inline(node),
        };
        let row = |step: &Step| Row {
            layer: step.layer,
            place: step.node.any_span().map(|span| self.place(span)).unwrap_or_default(),
            value: value(&step.node),
            wins: step.wins,
        };
        let shown = |history: &Provenance| History {
            spec: history.pointer.to_string(),
            steps: history.steps.iter().map(row).collect(),
        };
        histories.iter().map(shown).collect()
    }

    fn place(&self, span: Span) -> String {
        self.repository.sources.describe(span)
    }

    /// What is said in place of a value that must not be shown.
    pub(super) fn hidden(&self, pointer: &Pointer, node: &Node) -> Option<&'static str> {
        let is_in_secret = || pointer.0.first().is_some_and(|field| holds_secrets(field));
        if is_secret(&self.manifest.object) && is_in_secret() {
            return Some("a Secret's value, which is not shown");
        }
        let is_exposed = self.exposed.contains(&node) || node.span.is_some_and(|span| self.secrets.contains(&span));
        is_exposed.then_some("a credential, which is not shown")
    }
}

fn rule(title: &str, reason: &Reason) -> Rule {
    Rule {
        text: reason.text,
        unless: reason.setting.map(|setting| [setting.path, setting.file.path]),
        documented: format!("{PAGE}#{}", slug(title)),
        works_out: reason.is_worked_out,
    }
}

/// A value on one line: what a map or a list holds is said by its size.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Map(map) if !map.is_empty() => format!("a map of {}", map.len()),
        Value::List(items) if !items.is_empty() => format!("a list of {}", items.len()),
        _ => {
            let text = yaml::write(node);
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            if lines.next().is_some() { format!("{first} …") } else { first.to_owned() }
        }
    }
}
