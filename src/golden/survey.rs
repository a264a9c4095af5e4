//! What stands in the golden files' directory now.

use std::collections::{BTreeMap, BTreeSet};

use rayon::prelude::*;

use super::{
    Directory,
    inventory::{self, Inventory},
    store::Store,
};
use crate::{diagnostic::Result, manifest::Manifest};

/// What a run is about.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// Only these environments; all when empty.
    pub environments: Vec<String>,
    /// Only these apps; everything when empty.
    pub apps: Vec<String>,
    /// Whether an object may be missing because its spec is broken. What is not rendered is then no news.
    pub incomplete: bool,
}

/// Everything that a run is about. Paths go from the golden files' directory, unless they say otherwise.
#[derive(Debug, Default)]
pub(super) struct Survey<'a> {
    /// Directories with what is rendered into them, and those that an inventory or the disk knows.
    pub(super) holdings: Vec<Holding<'a>>,
    /// Files that stand in no directory of ours, from the tree's root.
    pub(super) strays: Vec<String>,
    /// Temporary files that a killed run left.
    pub(super) leftovers: Vec<String>,
}

/// One directory: what is rendered into it, and what stands there.
#[derive(Debug)]
pub(super) struct Holding<'a> {
    pub(super) environment: String,
    pub(super) name: String,
    /// What is rendered; none when nothing is.
    pub(super) directory: Option<&'a Directory<'a>>,
    pub(super) inventory: Inventory,
    /// Names of files.
    pub(super) present: BTreeSet<String>,
}

impl Scope {
    fn environment(&self, name: &str) -> bool {
        self.environments.is_empty() || self.environments.iter().any(|own| own == name)
    }

    fn directory(&self, name: &str) -> bool {
        self.apps.is_empty() || self.apps.iter().any(|own| own == name)
    }
}

impl<'a> Holding<'a> {
    /// The directory's path.
    pub(super) fn path(&self) -> String {
        format!("{}/{}", self.environment, self.name)
    }

    /// The inventory's path.
    pub(super) fn inventory_path(&self) -> String {
        inventory::path(&self.environment, &self.name)
    }

    /// The objects, by the names of their files.
    pub(super) fn files(&self) -> impl Iterator<Item = (&'a String, &'a Manifest)> + use<'a> {
        let files = self.directory.map(|directory| directory.files.iter());
        files.into_iter().flatten().map(|(name, manifest)| (name, *manifest))
    }

    /// The names of files that an earlier run wrote, and that hold nothing any more.
    pub(super) fn stale(&self) -> impl Iterator<Item = &String> {
        self.inventory.names.intersection(&self.present).filter(|name| !self.renders(name))
    }

    /// Whether there are files, and none of them is rendered any more.
    pub(super) fn is_gone(&self) -> bool {
        self.directory.is_none() && self.stale().next().is_some()
    }

    /// Whether a file of this name is rendered.
    pub(super) fn renders(&self, name: &str) -> bool {
        self.directory.is_some_and(|directory| directory.files.contains_key(name))
    }
}

/// Where a directory belongs: its environment and its name.
type Place = (String, String);

/// Looks around.
pub(super) fn survey<'a>(store: Store<'_>, directories: &'a [Directory<'a>], scope: &Scope) -> Result<Survey<'a>> {
    let mut survey = Survey::default();
    let mut places = BTreeMap::<Place, Option<&'a Directory<'a>>>::new();
    for place in survey.walk(store, scope)?.into_iter().chain(survey.walk_inventories(store, scope)?) {
        places.insert(place, None);
    }
    for directory in directories {
        places.insert((directory.environment.to_owned(), directory.name.to_owned()), Some(directory));
    }
    let places =
        places.into_iter().filter(|((environment, name), _)| scope.environment(environment) && scope.directory(name));
    let places: Vec<_> = places.collect();
    let found: Vec<_> = places.into_par_iter().map(|(place, directory)| hold(store, place, directory)).collect();
    for holding in found {
        let (holding, mut strays, mut leftovers) = holding?;
        survey.holdings.push(holding);
        survey.strays.append(&mut strays);
        survey.leftovers.append(&mut leftovers);
    }
    Ok(survey)
}

impl Survey<'_> {
    /// The directories of `<env>/<app>`. A file beside them is a stray, if the run is about all that is beside it.
    fn walk(&mut self, store: Store<'_>, scope: &Scope) -> Result<Vec<Place>> {
        let top = store.list("")?;
        if scope.environments.is_empty() && scope.apps.is_empty() {
            self.strays.extend(top.files.iter().map(|name| store.path(name)));
        }
        let mut places = Vec::new();
        for environment in top.directories.into_iter().filter(|name| scope.environment(name)) {
            let below = store.list(&environment)?;
            if scope.apps.is_empty() {
                self.strays.extend(below.files.iter().map(|name| store.path(&format!("{environment}/{name}"))));
            }
            places.extend(below.directories.into_iter().map(|name| (environment.clone(), name)));
        }
        Ok(places)
    }

    /// The directories that have an inventory.
    fn walk_inventories(&mut self, store: Store<'_>, scope: &Scope) -> Result<Vec<Place>> {
        let mut places = Vec::new();
        let environments = store.list(inventory::DIRECTORY)?.directories;
        for environment in environments.into_iter().filter(|name| scope.environment(name)) {
            let path = format!("{}/{environment}", inventory::DIRECTORY);
            let below = store.list(&path)?;
            self.leftovers.extend(below.temporaries.iter().map(|name| format!("{path}/{name}")));
            places.extend(below.files.into_iter().map(|name| (environment.clone(), name)));
        }
        Ok(places)
    }
}

/// A directory, the strays in it, and what a killed run left in it.
type Found<'a> = (Holding<'a>, Vec<String>, Vec<String>);

fn hold<'a>(store: Store<'_>, (environment, name): Place, directory: Option<&'a Directory<'a>>) -> Result<Found<'a>> {
    let inventory = store.inventory(&inventory::path(&environment, &name))?;
    let path = format!("{environment}/{name}");
    let listing = store.list(&path)?;
    let mut strays = Vec::new();
    for below in &listing.directories {
        strays.extend(store.files_below(&format!("{path}/{below}"))?);
    }
    let leftovers = listing.temporaries.iter().map(|file| format!("{path}/{file}")).collect();
    let present = listing.files.into_iter().collect();
    Ok((Holding { environment, name, directory, inventory, present }, strays, leftovers))
}
