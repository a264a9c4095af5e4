//! `karat explain ENV/APP KIND[/NAME] POINTER`: the layers that set or lost a field.

use std::io::Write;

use crate::{
    diagnostic::{Error, Result},
    grammar::known_or_similar,
    manifest::{Manifest, ManifestSet, holds_secrets, is_secret},
    model::{App, Environment, LoadOptions},
    node::{Node, Pointer, Value, yaml},
    source::Tree,
    spec::{EnvironmentFiles, Provenance, Repository, Step},
};

use super::super::{output, run};

/// What is to be explained.
pub(super) struct Field<'a> {
    pub(super) environment: &'a str,
    pub(super) app: &'a str,
    pub(super) kind: &'a str,
    pub(super) name: Option<&'a str>,
    pub(super) pointer: Pointer,
}

/// A field, and all that its history is read from.
struct Explained<'a> {
    repository: &'a Repository,
    files: &'a EnvironmentFiles,
    app: &'a App,
    manifest: &'a Manifest,
    pointer: &'a Pointer,
}

pub(super) fn explain(tree: &dyn Tree, field: &Field<'_>) -> Result<()> {
    // The specs are read twice: once to be rendered, once as they stand, layer by layer. Files get the same ids.
    let repository = Repository::load(tree)?;
    let options = LoadOptions { environments: vec![field.environment.to_owned()], ..LoadOptions::default() };
    let started = run::start(tree, &options)?;
    let files = repository.environments.get(field.environment);
    let (Some(files), [environment], [set]) = (files, &started.run.environments[..], &started.run.sets[..]) else {
        return Err(Error::new(format!("there is no environment `{}`", field.environment)));
    };
    let app = find_app(environment, field.app)?;
    let manifest = find_manifest(set, field)?;
    let selected = field.pointer.clone().select(&manifest.object);
    let pointer = selected.as_ref().unwrap_or(&field.pointer);
    let explained = Explained { repository: &repository, files, app, manifest, pointer };
    output::print(|out| explained.write(out))
}

fn find_app<'a>(environment: &'a Environment, name: &str) -> Result<&'a App> {
    let known = environment.apps.iter().map(|app| app.name.as_str());
    environment.apps.iter().find(|app| app.name.text == name).ok_or_else(|| {
        let message = format!("`{}` has no app `{name}`", environment.name.as_str());
        Error::new(message).hint(known_or_similar(name, known))
    })
}

fn find_manifest<'a>(set: &'a ManifestSet, field: &Field<'_>) -> Result<&'a Manifest> {
    let of_app: Vec<&Manifest> =
        set.manifests().iter().filter(|manifest| manifest.app.as_deref() == Some(field.app)).collect();
    let is_it = |manifest: &&Manifest| {
        manifest.kind().eq_ignore_ascii_case(field.kind) && field.name.is_none_or(|name| manifest.id.name == name)
    };
    let mut found: Vec<&Manifest> = of_app.iter().copied().filter(is_it).collect();
    if found.is_empty() {
        // Such as a Namespace, which belongs to all apps that live in it.
        found = set.manifests().iter().filter(|manifest| manifest.app.is_none()).filter(is_it).collect();
    }
    let names = |manifests: &[&Manifest]| {
        let names = manifests.iter().map(|manifest| format!("{}/{}", manifest.kind(), manifest.id.name));
        names.collect::<Vec<_>>().join(", ")
    };
    match found.as_slice() {
        [manifest] => Ok(manifest),
        [] => {
            let message = format!("`{}` has no such {} in `{}`", field.app, field.kind, field.environment);
            Err(Error::new(message).hint(format!("it has {}", names(&of_app))))
        }
        // The one that is named after the app is the one that is meant.
        several => match several.iter().find(|manifest| manifest.id.name == field.app) {
            Some(manifest) => Ok(manifest),
            None => Err(Error::new(format!("`{}` has several: say which", field.app)).hint(names(several))),
        },
    }
}

impl Explained<'_> {
    fn write(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let manifest = self.manifest;
        writeln!(out, "{} {} {}", manifest.kind(), manifest.id.name, self.pointer)?;
        if let Some(node) = manifest.object.at(&self.pointer.to_string()) {
            writeln!(out, "  = {}\n", self.shown(node))?;
            return self.write_present(out, node);
        }
        writeln!(out, "  is not there\n")?;
        self.write_absent(out)
    }

    fn write_present(&self, out: &mut dyn Write, node: &Node) -> std::io::Result<()> {
        let Some(span) = node.span else { return self.write_made(out) };
        let histories = self.repository.provenance(self.files, self.app.name.as_str(), &[], span);
        if histories.is_empty() {
            return writeln!(out, "written at {}", self.repository.sources.describe(span));
        }
        histories.iter().try_for_each(|history| self.write_history(out, history))
    }

    /// A value that no file holds: the renderer made it up, because of what stands around it.
    fn write_made(&self, out: &mut dyn Write) -> std::io::Result<()> {
        writeln!(out, "made up by the renderer of {}", self.manifest.kind())?;
        match self.manifest.object.span_at(&self.pointer.to_string()) {
            Some(span) => writeln!(out, "because of {}", self.repository.sources.describe(span)),
            None => Ok(()),
        }
    }

    fn write_absent(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let name = self.pointer.0.last().map_or("", String::as_str);
        if name == "replicas"
            && let Some(autoscaling) = self.app.autoscaler()
        {
            writeln!(out, "an autoscaler owns it")?;
            return match autoscaling.max.as_ref().or(autoscaling.min.as_ref()) {
                Some(bound) => self.write_present(out, bound),
                None => Ok(()),
            };
        }
        let deletions = self.repository.deletions(self.files, self.app.name.as_str(), &[], name);
        for history in &deletions {
            self.write_history(out, history)?;
        }
        if deletions.is_empty() {
            writeln!(out, "no layer sets it")?;
        }
        self.write_nearest(out)
    }

    /// The part of the path that is there.
    fn write_nearest(&self, out: &mut dyn Write) -> std::io::Result<()> {
        let steps = &self.pointer.0;
        let prefixes = (0..steps.len()).rev().map(|length| Pointer(steps[..length].to_vec()));
        let present = prefixes.filter_map(|prefix| Some((self.manifest.object.at(&prefix.to_string())?, prefix)));
        let Some((node, prefix)) = present.into_iter().next() else { return Ok(()) };
        let keys: Vec<&str> = node.entries().iter().map(|(key, _)| key.as_str()).collect();
        let path = if prefix.0.is_empty() { "the object".to_owned() } else { prefix.to_string() };
        if keys.is_empty() { writeln!(out, "{path} is there") } else { writeln!(out, "{path} has {}", keys.join(", ")) }
    }

    fn write_history(&self, out: &mut dyn Write, history: &Provenance) -> std::io::Result<()> {
        writeln!(out, "spec {}", history.pointer)?;
        let rows: Vec<(&str, String, String)> = history.steps.iter().map(|step| self.row(step)).collect();
        let width = |column: fn(&(&str, String, String)) -> usize| rows.iter().map(column).max().unwrap_or_default();
        let (layers, places) = (width(|row| row.0.len()), width(|row| row.1.len()));
        for (layer, place, value) in &rows {
            writeln!(out, "  {layer:layers$}  {place:places$}  {value}")?;
        }
        Ok(())
    }

    /// A value on one line, unless it is a Secret's.
    fn shown(&self, node: &Node) -> String {
        let secret =
            is_secret(&self.manifest.object) && self.pointer.0.first().is_some_and(|field| holds_secrets(field));
        let is_exposed = || self.manifest.exposed().contains(&node);
        if secret {
            "a Secret's value, which is not shown".to_owned()
        } else if is_exposed() {
            "a credential, which is not shown".to_owned()
        } else {
            inline(node)
        }
    }

    fn row<'a>(&self, step: &'a Step) -> (&'a str, String, String) {
        let place = step.node.any_span().map(|span| self.repository.sources.describe(span)).unwrap_or_default();
        let value = if step.node.is_null() { "null, which deletes it".to_owned() } else { self.shown(&step.node) };
        (step.layer, place, if step.wins { format!("{value}  ← this one") } else { value })
    }
}

/// A value on one line: what a map or a list holds is said by its size.
fn inline(node: &Node) -> String {
    match &node.value {
        Value::Map(map) => format!("a map of {}", map.len()),
        Value::List(items) => format!("a list of {}", items.len()),
        _ => {
            let text = yaml::write(node);
            let mut lines = text.lines();
            let first = lines.next().unwrap_or_default();
            if lines.next().is_some() { format!("{first} …") } else { first.to_owned() }
        }
    }
}
