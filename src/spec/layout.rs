//! Which files of a repository are specs, told by their names.

use smol_str::SmolStr;

use super::{LAYOUT, selection::Part};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{
        fields::{self, FileKind},
        similar,
    },
    source::{Entry, EntryKind, ReadError, Tree},
};

/// The names that were found in a repository.
#[derive(Default)]
pub(super) struct Layout {
    has_defaults: bool,
    /// The directories of `envs/base`.
    pub apps: Vec<SmolStr>,
    /// The directories of `envs` beside `base`.
    pub names: Vec<SmolStr>,
    /// The environments that are asked for, and the apps of their overlays.
    pub environments: Vec<(SmolStr, Vec<SmolStr>)>,
    /// Files that are not read, each with the reason.
    pub strays: Vec<(String, Diagnostic)>,
}

/// A file that is going to be read.
pub(super) struct Planned {
    pub path: String,
    pub file: &'static FileKind,
    pub name: Option<SmolStr>,
}

/// `web.yaml` and `web.yml` are neighbours in a sorted list, in this order.
const BOTH: &str = "the file of this name that ends in `.yaml` is read instead";

impl Layout {
    /// Looks for the files that a repository of Karat consists of.
    ///
    /// # Errors
    /// When there is no `karat.yaml`, or a directory cannot be listed.
    pub(super) fn find(tree: &dyn Tree, environments: &Part) -> Result<Self> {
        if matches!(tree.read("karat.yaml"), Err(ReadError::NotFound)) {
            let is_misnamed = tree.read("karat.yml").is_ok();
            let hint =
                if is_misnamed { "rename karat.yml to karat.yaml" } else { "`karat init` makes a new repository" };
            return Err(Error::new("there is no karat.yaml here").hint(hint));
        }
        let mut layout = Self::default();
        for entry in list(tree, "envs")? {
            match (entry.name.as_str(), entry.kind) {
                ("defaults.yml", EntryKind::File) if layout.has_defaults => layout.stray("envs", &entry, BOTH),
                ("defaults.yaml" | "defaults.yml", EntryKind::File) => layout.has_defaults = true,
                ("base", EntryKind::Directory) => layout.find_apps(tree)?,
                (name, EntryKind::Directory) => {
                    layout.names.push(name.into());
                    if environments.has(name) {
                        layout.find_environment(tree, name)?;
                    }
                }
                _ => layout.stray("envs", &entry, "an environment is a directory with an env.yaml in it"),
            }
        }
        Ok(layout)
    }

    fn find_apps(&mut self, tree: &dyn Tree) -> Result<()> {
        for entry in list(tree, "envs/base")? {
            match entry.kind {
                EntryKind::Directory => self.apps.push(entry.name.into()),
                _ => self.stray("envs/base", &entry, "an app is a directory with an app.yaml in it"),
            }
        }
        Ok(())
    }

    fn find_environment(&mut self, tree: &dyn Tree, name: &str) -> Result<()> {
        let directory = format!("envs/{name}");
        let mut overlays: Vec<SmolStr> = Vec::new();
        for entry in list(tree, &directory)? {
            match (stem(&entry.name), entry.kind) {
                (_, EntryKind::Link) | (None, _) => self.stray(&directory, &entry, ""),
                (Some("env"), _) | (_, EntryKind::Directory) => {}
                (Some(app), _) if overlays.last().is_some_and(|last| last == app) => {
                    self.stray(&directory, &entry, BOTH);
                }
                (Some(app), _) => overlays.push(app.into()),
            }
        }
        self.environments.push((name.into(), overlays));
        Ok(())
    }

    /// A file, or a link to a directory, that somebody may take for a spec. Other files are nobody's business.
    fn stray(&mut self, directory: &str, entry: &Entry, help: &str) {
        let finding = match entry.kind {
            EntryKind::Link => Diagnostic::new(&LAYOUT, "a link to a directory is not followed")
                .help("put the directory itself here, or the files into a directory of this name"),
            _ if stem(&entry.name).is_none() => return,
            _ => {
                let meant =
                    if directory == "envs" { similar(&entry.name, ["defaults.yaml"].into_iter()) } else { None };
                let help = meant.map_or(help.to_owned(), |name| format!("did you mean `{name}`?"));
                Diagnostic::new(&LAYOUT, "a spec in this place is not read").help(help)
            }
        };
        self.strays.push((format!("{directory}/{}", entry.name), finding));
    }

    /// Every file to read, in the order of the layers.
    pub(super) fn plans(&self) -> Vec<Planned> {
        let plan = |path: String, file, name: Option<&SmolStr>| Planned { path, file, name: name.cloned() };
        let mut plans = vec![plan(fields::PROJECT_FILE.path.into(), &fields::PROJECT_FILE, None)];
        plans.extend(self.defaults_path().map(|path| plan(path.into(), &fields::DEFAULTS_FILE, None)));
        plans.extend(self.apps.iter().map(|app| plan(base_path(app), &fields::APP_FILE, Some(app))));
        for (name, overlays) in &self.environments {
            plans.push(plan(environment_path(name), &fields::ENVIRONMENT_FILE, Some(name)));
            plans.extend(overlays.iter().map(|app| plan(overlay_path(name, app), &fields::OVERLAY_FILE, Some(app))));
        }
        plans
    }

    /// Where the defaults of all environments stand, if there are any.
    pub(super) fn defaults_path(&self) -> Option<&'static str> {
        self.has_defaults.then_some(fields::DEFAULTS_FILE.path)
    }
}

impl Planned {
    /// The app that the file belongs to, if it is one app's.
    pub(super) fn app(&self) -> Option<&SmolStr> {
        self.name.as_ref().filter(|_| matches!(self.file.kind, "App" | "AppOverlay"))
    }

    /// The finding for a file that is not there.
    pub(super) fn missing(&self) -> Diagnostic {
        let help = match self.file.kind {
            "App" => "an app is a directory of envs/base with an app.yaml in it",
            "Environment" => "an environment is a directory of envs with an env.yaml in it",
            // It has been listed.
            _ => "the symbolic link leads nowhere: correct or remove it",
        };
        Diagnostic::new(&LAYOUT, format!("there is no {}", self.path)).help(help)
    }

    /// The path with the ending that is not read, and the finding for a file that has it.
    pub(super) fn misnamed(&self) -> Option<(String, Diagnostic)> {
        let stem = self.path.strip_suffix(".yaml")?;
        let name = self.path.rsplit('/').next().unwrap_or_default();
        let finding = Diagnostic::new(&LAYOUT, "a spec file ends in `.yaml`, so this one is not read");
        Some((format!("{stem}.yml"), finding.help(format!("rename it to {name}"))))
    }
}

/// The name of a YAML file without its ending.
fn stem(name: &str) -> Option<&str> {
    name.strip_suffix(".yaml").or_else(|| name.strip_suffix(".yml"))
}

/// What is in a directory; `_…` and dot files are not Karat's.
fn list(tree: &dyn Tree, directory: &str) -> Result<Vec<Entry>> {
    let mut entries =
        tree.entries(directory).map_err(|error| Error::new(format!("cannot list {directory}: {error}")))?;
    entries.retain(|entry| !entry.name.starts_with(['_', '.']));
    Ok(entries)
}

pub(super) fn base_path(app: &str) -> String {
    fields::APP_FILE.path.replace("<app>", app)
}

pub(super) fn environment_path(name: &str) -> String {
    fields::ENVIRONMENT_FILE.path.replace("<env>", name)
}

pub(super) fn overlay_path(environment: &str, app: &str) -> String {
    fields::OVERLAY_FILE.path.replace("<env>", environment).replace("<app>", app)
}
