//! Which Application syncs which objects.
//!
//! Karat knows it of what it renders: an Application of an environment reads one directory of golden files, or has the
//! plugin render it. Of manifests that somebody else made, nobody knows, and nothing here says anything.

use rustc_hash::FxHashMap;

use super::Application;
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// The Applications of an environment by the directory that they sync.
#[derive(Debug)]
pub struct Synced<'a>(FxHashMap<&'a str, Application<'a>>);

impl<'a> Synced<'a> {
    /// What the Applications of an environment sync.
    pub fn of(set: &'a ManifestSet) -> Self {
        // The first one counts, and those that are not templates before those that are.
        let mut applications: Vec<_> = Application::all(set).collect();
        applications.reverse();
        let read = |application: Application<'a>| Some((directory(application, &set.environment)?, application));
        Self(applications.into_iter().filter_map(read).collect())
    }

    /// The Application that syncs an object, if it is known.
    pub fn application(&self, object: &Manifest) -> Option<Application<'a>> {
        self.of_directory(object.owner.directory())
    }

    /// The Application that syncs a directory of the environment's golden files, if it is known.
    pub fn of_directory(&self, directory: &str) -> Option<Application<'a>> {
        self.0.get(directory).copied()
    }

    /// All objects whose Application is known, with it, in apply order.
    pub fn objects(&self, set: &'a ManifestSet) -> impl Iterator<Item = (Application<'a>, &'a Manifest)> {
        let known = if self.0.is_empty() { &[][..] } else { set.manifests() };
        known.iter().filter_map(|object| Some((self.application(object)?, object)))
    }
}

/// The directory of an environment's golden files that an Application syncs: `cart` of `golden/dev/cart`, or of the
/// plugin's parameter `app` beside the path `envs/dev`.
fn directory<'a>(application: Application<'a>, environment: &str) -> Option<&'a str> {
    let text = |node: &'a Node, field: &str| node.get(field).and_then(Node::as_str);
    let sources = application.sources();
    sources.into_iter().filter(|_| !environment.is_empty()).find_map(|(_, source)| {
        let mut steps = text(source, "path")?.trim_end_matches('/').rsplit('/');
        let (last, parent) = (steps.next()?, steps.next()?);
        if parent == environment {
            return Some(last);
        }
        let parameters = source.at("/plugin/parameters").filter(|_| last == environment)?.items();
        parameters.iter().find(|parameter| text(parameter, "name") == Some("app")).and_then(|app| text(app, "string"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::object};

    fn application(name: &str, source: Node) -> Manifest {
        let object = object! {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": object! { "name": name },
            "spec": object! { "source": source },
        };
        Manifest::new(Owner::Argocd, None, object)
    }

    fn service(owner: Owner) -> Manifest {
        let object = object! { "apiVersion": "v1", "kind": "Service", "metadata": object! { "name": "a" } };
        Manifest::new(owner, None, object)
    }

    fn plugin(app: &str) -> Node {
        let parameter = object! { "name": "app", "string": app };
        object! { "path": "envs/dev", "plugin": object! { "parameters": vec![parameter] } }
    }

    fn synced_by(environment: &str, applications: Vec<Manifest>, owner: Owner) -> Option<String> {
        let set = ManifestSet::new(environment.into(), "1.34".into(), applications);
        let synced = Synced::of(&set);
        synced.application(&service(owner)).map(|application| application.manifest.id.name.to_string())
    }

    #[test]
    fn a_directory_or_a_parameter_names_what_is_synced() {
        let applications = || {
            vec![
                application("golden", object! { "path": "golden/dev/cart" }),
                application("plugin", plugin("shop")),
                application("cluster", plugin("_cluster")),
                application("other", object! { "path": "golden/prod/blog" }),
            ]
        };
        let app = |name: &str| synced_by("dev", applications(), Owner::App(name.into()));
        assert_eq!(app("cart").as_deref(), Some("golden"));
        assert_eq!(app("shop").as_deref(), Some("plugin"));
        assert_eq!(app("blog"), None);
        assert_eq!(synced_by("dev", applications(), Owner::Cluster).as_deref(), Some("cluster"));
    }

    #[test]
    fn nothing_is_known_of_what_others_made() {
        let application = application("a", object! { "path": "golden/dev/_cluster" });
        assert_eq!(synced_by("", vec![application], Owner::Cluster), None);
    }

    #[test]
    fn what_a_set_generates_is_known() {
        let generated = vec![application("dev-cart", object! { "path": "golden/dev/cart" })];
        let set = ManifestSet::new("dev".into(), "1.34".into(), Vec::new()).with_generated(generated);
        let application = Synced::of(&set).application(&service(Owner::App("cart".into())));
        assert_eq!(
            application.map(|application| application.manifest.id.name.to_string()).as_deref(),
            Some("dev-cart")
        );
    }

    #[test]
    fn the_first_of_two_counts() {
        let both = || {
            vec![
                application("b", object! { "path": "golden/dev/cart" }),
                application("a", object! { "path": "golden/dev/cart/" }),
            ]
        };
        assert_eq!(synced_by("dev", both(), Owner::App("cart".into())).as_deref(), Some("a"));
    }
}
