//! What differs between manifests and golden files, as findings.

use rayon::prelude::*;

use super::{
    DIRECTORY, Difference, Directory, FOREIGN, INVENTORY, MISSING, STALE, Scope,
    difference::{Differing, Explained},
    inventory,
    layout::reference,
    store::Store,
    survey::{Holding, survey},
    twin,
};
use crate::{
    diagnostic::{Diagnostic, Result},
    manifest::{Manifest, Owner},
    node::Node,
    source::{ReadError, SourceMap, Span, Tree},
};

/// What a comparison found.
#[derive(Debug, Default)]
pub struct Comparison<'a> {
    /// The findings, one an object.
    pub diagnostics: Vec<Diagnostic>,
    /// The objects whose files differ, for a line by line view.
    pub differences: Vec<Difference<'a>>,
}

/// Holds rendered objects against the golden files of a repository. Golden files that a finding points into are added
/// to `sources`.
///
/// # Errors
/// When a golden file or a directory cannot be read.
pub fn compare<'a>(
    tree: &dyn Tree,
    directories: &'a [Directory<'a>],
    scope: &Scope,
    sources: &mut SourceMap,
) -> Result<Comparison<'a>> {
    let store = Store::new(tree, DIRECTORY);
    let survey = survey(store, directories, scope)?;
    let compared: Vec<_> = survey.holdings.par_iter().map(|holding| compare_files(store, holding)).collect();
    let mut compared = compared.into_iter().collect::<Result<Vec<_>>>()?;
    adopt(&survey.holdings, &mut compared);
    let gone: Vec<&str> = survey.holdings.iter().filter(|it| it.is_gone()).map(|it| it.environment.as_str()).collect();
    let mut comparison = Comparison::default();
    let (mut stale, mut changes, mut refused) = (Vec::new(), Vec::new(), Vec::new());
    for (holding, files) in survey.holdings.iter().zip(compared) {
        let mut report = Report { store, holding, sources, diagnostics: Vec::new() };
        report.missing(&files);
        if !scope.incomplete {
            // The Application and the Namespace of an app that is gone go with it.
            if holding.is_gone() || !is_shared(holding) || !gone.contains(&holding.environment.as_str()) {
                stale.append(&mut report.stale());
            }
            report.inventory();
        }
        report.foreign();
        comparison.diagnostics.append(&mut report.diagnostics);
        for differing in files.differing {
            let Explained { finding, refused: refusal, difference } = differing.explain(sources);
            changes.push(finding);
            refused.extend(refusal);
            comparison.differences.push(difference);
        }
    }
    comparison.diagnostics.append(&mut twin::fold_stale(stale));
    comparison.diagnostics.append(&mut twin::fold(changes, &comparison.differences));
    comparison.diagnostics.append(&mut refused);
    let mut strays = survey.strays;
    strays.sort_unstable();
    comparison.diagnostics.extend(strays.iter().map(|path| foreign(path, sources)));
    Ok(comparison)
}

/// The objects of one directory that are not in their files.
#[derive(Default)]
struct Files<'a> {
    missing: Vec<&'a Manifest>,
    /// Missing objects of shared directories, which are news because this directory is.
    brought: Vec<&'a Manifest>,
    differing: Vec<Differing<'a>>,
}

impl Files<'_> {
    /// Whether nobody has written this directory yet.
    fn is_new(&self, holding: &Holding<'_>) -> bool {
        let rendered = holding.directory.map_or(0, |directory| directory.files.len());
        rendered > 0 && self.missing.len() == rendered
    }
}

/// Gives what a new app brings into shared directories, such as its Application and its Namespace, to the app.
fn adopt<'a>(holdings: &[Holding<'a>], files: &mut [Files<'a>]) {
    let is_new = |at: &usize| !is_shared(&holdings[*at]) && files[*at].is_new(&holdings[*at]);
    let new: Vec<usize> = (0..holdings.len()).filter(is_new).collect();
    for at in (0..holdings.len()).filter(|at| is_shared(&holdings[*at])) {
        let beside = |app: &&usize| holdings[**app].environment == holdings[at].environment;
        let Some(any) = new.iter().find(beside).copied() else { continue };
        for manifest in std::mem::take(&mut files[at].missing) {
            let own = |app: &&usize| manifest.app.as_deref() == Some(holdings[**app].name.as_str());
            let adopter = new.iter().filter(beside).find(own).copied().unwrap_or(any);
            files[adopter].brought.push(manifest);
        }
    }
}

/// Whether a directory belongs to no app.
fn is_shared(holding: &Holding<'_>) -> bool {
    Owner::is_shared(&holding.name)
}

fn compare_files<'a>(store: Store<'_>, holding: &Holding<'a>) -> Result<Files<'a>> {
    let mut files = Files::default();
    for (name, manifest) in holding.files() {
        if !holding.present.contains(name) {
            files.missing.push(manifest);
            continue;
        }
        let path = format!("{}/{name}", holding.path());
        let content = match store.read(&path) {
            Ok(bytes) if bytes == Directory::content(manifest).as_bytes() => continue,
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| "it is not UTF-8".to_owned()),
            Err(error @ ReadError::Io(_)) => return Err(store.unreadable(&path, &error)),
            Err(error) => Err(error.to_string()),
        };
        let environment = holding.directory.map_or("", |directory| directory.environment);
        files.differing.push(Differing { environment, path: store.path(&path), manifest, content });
    }
    Ok(files)
}

/// The findings about one directory that need no look into a file.
struct Report<'r, 'a> {
    store: Store<'r>,
    holding: &'r Holding<'a>,
    sources: &'r mut SourceMap,
    diagnostics: Vec<Diagnostic>,
}

impl Report<'_, '_> {
    /// A directory that nobody has written yet is one finding.
    fn missing(&mut self, files: &Files<'_>) {
        let all = [&files.missing[..], &files.brought[..]].concat();
        if all.len() > 1 && files.is_new(self.holding) {
            let message = format!("`{}` has no golden files", self.holding.name);
            self.diagnostics.push(self.absent(message, &all));
            return;
        }
        for manifest in &files.missing {
            let message = format!("{} `{}` has no golden file", manifest.kind(), manifest.id.name);
            self.diagnostics.push(self.absent(message, &[manifest]));
        }
    }

    fn absent(&self, message: String, manifests: &[&Manifest]) -> Diagnostic {
        // A whole app stands where its name does.
        let app = |manifest: &&Manifest| manifest.object.at("/metadata/labels/karat.dev~1app").and_then(Node::any_span);
        let app = manifests.iter().filter(|_| manifests.len() > 1).find_map(app);
        let place = |manifest: &&Manifest| manifest.object.at("/metadata/name").and_then(Node::any_span);
        let anywhere = |manifest: &&Manifest| manifest.object.any_span();
        let namesake = manifests.iter().filter(|manifest| manifest.id.name == self.holding.name);
        let named = || namesake.chain(manifests).find_map(place);
        let span = app.or_else(named).or_else(|| manifests.iter().find_map(anywhere));
        let them = if manifests.len() > 1 { "them" } else { "it" };
        let mut finding =
            Diagnostic::new(&MISSING, message).at(span).help(format!("run `karat golden` to write {them}"));
        let resources = manifests.iter().map(|manifest| reference(manifest, &self.holding.environment, ""));
        finding.resources = resources.collect();
        finding
    }

    /// A directory of which nothing is rendered any more is one finding.
    fn stale(&mut self) -> Vec<Diagnostic> {
        let (holding, directory) = (self.holding, &self.holding.name);
        if holding.is_gone() {
            let message = format!("`{directory}` is not rendered any more, but has golden files");
            return vec![self.leftover(message, &holding.path(), "run `karat golden` to remove them")];
        }
        let finding = |name: &String| {
            let message = format!("`{name}` of `{directory}` holds an object that is not rendered any more");
            self.leftover(message, &format!("{}/{name}", holding.path()), "run `karat golden` to remove it")
        };
        holding.stale().map(finding).collect()
    }

    fn leftover(&mut self, message: String, path: &str, help: &str) -> Diagnostic {
        let span = whole(&self.store.path(path), self.sources);
        let mut finding = Diagnostic::new(&STALE, message).at(span).help(help);
        finding.in_environment(&self.holding.environment.as_str().into());
        finding
    }

    /// Says that the inventory is wrong, where no other finding says so.
    fn inventory(&mut self) {
        let Holding { inventory, present, .. } = self.holding;
        let unlisted = present.iter().any(|name| self.holding.renders(name) && !inventory.names.contains(name));
        let gone = inventory.names.iter().any(|name| !self.holding.renders(name) && !present.contains(name));
        let canonical = inventory.text.as_ref().is_none_or(|text| *text == inventory::text(&inventory.names));
        let what = match (unlisted, gone, canonical) {
            (true, _, _) => "does not list all of its golden files",
            (_, true, _) => "lists files that are gone",
            (_, _, false) => "has lines that name no file",
            _ => return,
        };
        let message = format!("the inventory of `{}` {what}", self.holding.name);
        let finding = Diagnostic::new(&INVENTORY, message).at(self.inventory_span());
        self.diagnostics.push(finding.help("run `karat golden` to write it anew"));
    }

    fn inventory_span(&mut self) -> Option<Span> {
        let text = self.holding.inventory.text.as_deref()?;
        let file = self.sources.add(self.store.path(&self.holding.inventory_path()), text);
        let end = self.sources.file(file).line(1).len();
        Some(Span::of_bytes(file, 0..end))
    }

    fn foreign(&mut self) {
        let holding = self.holding;
        let known = |name: &&String| holding.renders(name) || holding.inventory.names.contains(*name);
        for name in holding.present.iter().filter(|name| !known(name)) {
            let path = self.store.path(&format!("{}/{name}", holding.path()));
            self.diagnostics.push(foreign(&path, self.sources));
        }
    }
}

fn foreign(path: &str, sources: &mut SourceMap) -> Diagnostic {
    let name = path.rsplit('/').next().unwrap_or(path);
    Diagnostic::new(&FOREIGN, format!("`{name}` is not a golden file of ours, and is left alone"))
        .at(whole(path, sources))
        .help("move it out of the golden files' directory")
}

/// A file as a place. Its content says nothing, and is not read.
fn whole(path: &str, sources: &mut SourceMap) -> Span {
    Span::new(sources.add(path, ""), 0, 0)
}
