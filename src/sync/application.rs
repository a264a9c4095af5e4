//! What Argo CD's Applications say.

use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// The API group of Argo CD's own kinds.
const GROUP: &str = "argoproj.io";

/// With this finalizer, deleting an Application deletes what it has synced, owners after what they own.
pub const FOREGROUND_FINALIZER: &str = "resources-finalizer.argocd.argoproj.io/foreground";
/// The same, owners before what they own.
pub const BACKGROUND_FINALIZER: &str = "resources-finalizer.argocd.argoproj.io/background";
/// All of them; the one that does not say in which order is the first of the two above.
pub const CASCADING_FINALIZERS: [&str; 3] =
    ["resources-finalizer.argocd.argoproj.io", BACKGROUND_FINALIZER, FOREGROUND_FINALIZER];

/// An Application, or the template of an ApplicationSet that makes Applications.
#[derive(Clone, Copy, Debug)]
pub struct Application<'a> {
    /// The object that says it.
    pub manifest: &'a Manifest,
    /// The Application in the object.
    root: &'a Node,
    /// The JSON pointer to it.
    base: &'static str,
}

impl<'a> Application<'a> {
    /// What an object says of Applications, if it is an Application or an ApplicationSet of Argo CD's.
    pub fn of(manifest: &'a Manifest) -> Option<Self> {
        if manifest.id.gvk.group != GROUP {
            return None;
        }
        let base = match manifest.kind() {
            "Application" => "",
            "ApplicationSet" => "/spec/template",
            _ => return None,
        };
        Some(Self { manifest, root: manifest.object.at(base)?, base })
    }

    /// All Applications of an environment, those that its ApplicationSets are known to generate, and the templates of
    /// these.
    pub fn all(set: &'a ManifestSet) -> impl Iterator<Item = Self> {
        let own = set.of_kind("Application").chain(set.generated());
        own.chain(set.of_kind("ApplicationSet")).filter_map(Self::of)
    }

    /// Whether it is a template: any text in it may hold `{{ … }}`, and patches may add to it.
    pub fn is_template(self) -> bool {
        !self.base.is_empty()
    }

    /// The JSON pointer into the object to a field of the Application, given as one into that: `/spec/project`.
    pub fn pointer_to(self, inside: &str) -> String {
        format!("{}{inside}", self.base)
    }

    /// The field of the Application at a JSON pointer: `/spec/project`.
    pub fn at(self, inside: &str) -> Option<&'a Node> {
        self.root.at(inside)
    }

    /// The text at a JSON pointer. Argo CD takes an empty one for none.
    pub fn text(self, inside: &str) -> Option<&'a str> {
        self.at(inside).and_then(Node::as_str).filter(|text| !text.is_empty())
    }

    /// The items of the list at a JSON pointer, with the pointers to them from the object.
    pub fn items(self, inside: &str) -> impl Iterator<Item = (String, &'a Node)> {
        let items = self.at(inside).map_or(&[][..], Node::items);
        let pointer = self.pointer_to(inside);
        items.iter().enumerate().map(move |(at, item)| (format!("{pointer}/{at}"), item))
    }

    /// What it is rendered from, with the pointers from the object. Argo CD ignores `source` beside `sources`, and both
    /// beside `sourceHydrator`.
    pub fn sources(self) -> Vec<(String, &'a Node)> {
        let one = |inside| self.at(inside).map(|source| vec![(self.pointer_to(inside), source)]);
        let several = || Some(self.items("/spec/sources").collect::<Vec<_>>()).filter(|sources| !sources.is_empty());
        one("/spec/sourceHydrator/drySource").or_else(several).or_else(|| one("/spec/source")).unwrap_or_default()
    }

    /// The name of its project: `default`, where it names none.
    pub fn project(self) -> &'a str {
        self.text("/spec/project").unwrap_or("default")
    }

    /// Whether it is synced without anybody's doing.
    pub fn is_automated(self) -> bool {
        let enabled = |automated: &Node| automated.get("enabled").and_then(Node::as_bool) != Some(false);
        self.at("/spec/syncPolicy/automated")
            .is_some_and(|automated| automated.as_map().is_some() && enabled(automated))
    }

    /// Whether it has a sync option, such as `CreateNamespace=true`. Argo CD knows it in this spelling only.
    pub fn has_option(self, option: &str) -> bool {
        let options = self.at("/spec/syncPolicy/syncOptions").map_or(&[][..], Node::items);
        options.iter().any(|own| own.as_str() == Some(option))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::yaml, source::FileId};

    fn manifest(text: &str) -> Manifest {
        let root = yaml::read(FileId::from_index(0), text).documents.remove(0).root;
        Manifest::new(Owner::Argocd, None, root)
    }

    #[test]
    fn an_application_of_another_group_is_none() {
        let said = "metadata: {name: a}\nspec: {project: b}\n";
        assert!(Application::of(&manifest(&format!("apiVersion: app.k8s.io/v1\nkind: Application\n{said}"))).is_none());
        let own = manifest(&format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\n{said}"));
        assert_eq!(Application::of(&own).unwrap().project(), "b");
    }

    #[test]
    fn a_template_is_read_like_an_application() {
        let set = manifest(
            "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nspec: {template: {spec: {sources: [{path: a}]}}}\n",
        );
        let template = Application::of(&set).unwrap();
        let pointers: Vec<_> = template.sources().into_iter().map(|(pointer, _)| pointer).collect();
        assert_eq!((template.is_template(), pointers), (true, vec!["/spec/template/spec/sources/0".to_owned()]));
    }

    #[test]
    fn what_a_set_generates_is_looked_at() {
        let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: apps}\nspec: {template: {spec: {}}}\n";
        let made = "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: dev-web}\n";
        let set =
            ManifestSet::new("dev".into(), "1.34".into(), vec![manifest(set)]).with_generated(vec![manifest(made)]);
        let names: Vec<_> = Application::all(&set).map(|it| (it.manifest.id.name.as_str(), it.is_template())).collect();
        assert_eq!(names, [("dev-web", false), ("apps", true)]);
    }

    #[test]
    fn the_hydrator_counts_before_sources_and_these_before_the_source() {
        let sources = |spec: &str| {
            let text = format!("apiVersion: argoproj.io/v1alpha1\nkind: Application\nspec: {{{spec}}}\n");
            let manifest = manifest(&text);
            let sources = Application::of(&manifest).unwrap().sources();
            sources.into_iter().map(|(pointer, _)| pointer).collect::<Vec<_>>()
        };
        assert_eq!(sources("source: {}, sources: []"), ["/spec/source"]);
        assert_eq!(sources("source: {}, sources: [{}, {}]"), ["/spec/sources/0", "/spec/sources/1"]);
        let hydrated = "sourceHydrator: {drySource: {}}, source: {}, sources: [{}]";
        assert_eq!(sources(hydrated), ["/spec/sourceHydrator/drySource"]);
    }

    #[test]
    fn automation_can_be_switched_off() {
        for (policy, expected) in [
            ("{automated: {}}", true),
            ("{automated: {enabled: true}}", true),
            ("{automated: {enabled: false}}", false),
            ("{automated: null}", false),
            ("{}", false),
        ] {
            let text = format!(
                "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {{}}\nspec: {{syncPolicy: {policy}}}\n"
            );
            assert_eq!(Application::of(&manifest(&text)).unwrap().is_automated(), expected, "{policy}");
        }
    }
}
