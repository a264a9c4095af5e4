//! Which object is meant.

use crate::{
    diagnostic::{Error, Result},
    grammar::known_or_similar,
    manifest::{Manifest, ManifestSet, Owner},
    model::Environment,
};

/// An object, as the user names it.
pub(super) struct Subject<'a> {
    pub(super) environment: &'a str,
    pub(super) app: Option<&'a str>,
    pub(super) kind: &'a str,
    pub(super) name: Option<&'a str>,
}

impl Subject<'_> {
    /// The one object that is meant.
    pub(super) fn find<'s>(&self, environment: &Environment, set: &'s ManifestSet) -> Result<&'s Manifest> {
        self.check_app(environment)?;
        let near: Vec<&Manifest> = set.manifests().iter().filter(|manifest| self.is_near(manifest)).collect();
        let mut found: Vec<&Manifest> = near.iter().copied().filter(|manifest| self.is_it(manifest)).collect();
        if found.is_empty() {
            // Such as a Namespace, which belongs to all apps that live in it.
            found = set.manifests().iter().filter(|it| it.app.is_none() && self.is_it(it)).collect();
        }
        match found.as_slice() {
            [manifest] => Ok(manifest),
            [] => Err(self.nothing(&near)),
            // The one that is named after the app is the one that is meant.
            several => match several.iter().find(|manifest| self.app == Some(manifest.id.name.as_str())) {
                Some(manifest) => Ok(manifest),
                None => Err(Error::new(format!("`{}` has several: say which", self.place())).hint(names(several))),
            },
        }
    }

    fn check_app(&self, environment: &Environment) -> Result<()> {
        let shared = [Owner::Cluster, Owner::Argocd];
        let Some(name) = self.app.filter(|name| shared.iter().all(|owner| owner.directory() != *name)) else {
            return Ok(());
        };
        let known = environment.apps.iter().map(|app| app.name.as_str());
        if known.clone().any(|app| app == name) {
            return Ok(());
        }
        let message = format!("`{}` has no app `{name}`", environment.name.as_str());
        Err(Error::new(message).hint(known_or_similar(name, known)))
    }

    /// Whether an object belongs to the app, or stands in the directory of that name; all do where there is none.
    fn is_near(&self, manifest: &Manifest) -> bool {
        self.app.is_none_or(|app| manifest.app.as_deref() == Some(app) || manifest.owner.directory() == app)
    }

    fn is_it(&self, manifest: &Manifest) -> bool {
        manifest.kind().eq_ignore_ascii_case(self.kind) && self.name.is_none_or(|name| manifest.id.name == name)
    }

    fn place(&self) -> &str {
        self.app.unwrap_or(self.environment)
    }

    fn nothing(&self, near: &[&Manifest]) -> Error {
        let kind = match self.name {
            Some(name) => format!("{}/{name}", self.kind),
            None => self.kind.to_owned(),
        };
        let message = match self.app {
            Some(app) => format!("`{app}` has no such {kind} in `{}`", self.environment),
            None => format!("`{}` has no {kind}", self.environment),
        };
        let namesakes: Vec<&Manifest> =
            near.iter().copied().filter(|manifest| manifest.kind().eq_ignore_ascii_case(self.kind)).collect();
        let choice = if self.app.is_some() && namesakes.is_empty() { names(near) } else { names(&namesakes) };
        let hint = if choice.is_empty() {
            format!("name an app: `{}/web`", self.environment)
        } else {
            format!("it has {choice}")
        };
        Error::new(message).hint(hint)
    }
}

fn names(manifests: &[&Manifest]) -> String {
    let names = manifests.iter().map(|manifest| format!("{}/{}", manifest.kind(), manifest.id.name));
    names.collect::<Vec<_>>().join(", ")
}
