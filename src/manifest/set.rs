//! All objects of one environment.

use rustc_hash::{FxHashMap, FxHashSet};
use smol_str::SmolStr;

use super::{Manifest, Pod, Selector, pod::PodIndex};
use crate::diagnostic::ResourceId;

/// All objects of one environment, in apply order.
///
/// Every question is answered by a table: an environment has thousands of objects, and each rule asks about each.
#[derive(Debug)]
pub struct ManifestSet {
    /// The environment's name.
    pub environment: SmolStr,
    /// Kubernetes' minor version, such as `1.34`.
    pub kube_version: SmolStr,
    manifests: Vec<Manifest>,
    by_kind: FxHashMap<SmolStr, Vec<usize>>,
    by_name: FxHashMap<SmolStr, FxHashMap<SmolStr, Vec<usize>>>,
    pods: PodIndex,
    flawed: FxHashSet<SmolStr>,
    promised: FxHashSet<Promise>,
    generated: Vec<Manifest>,
}

/// An object that the specs do not make, and say that somebody does.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Promise {
    /// Its kind.
    pub kind: &'static str,
    /// Its namespace.
    pub namespace: SmolStr,
    /// Its name.
    pub name: SmolStr,
}

impl ManifestSet {
    /// The objects, brought into apply order.
    pub fn new(environment: SmolStr, kube_version: SmolStr, mut manifests: Vec<Manifest>) -> Self {
        super::order::sort(&mut manifests);
        let mut by_kind = FxHashMap::<_, Vec<_>>::default();
        let mut by_name = FxHashMap::<_, FxHashMap<_, Vec<_>>>::default();
        for (at, manifest) in manifests.iter().enumerate().filter(|(_, manifest)| !manifest.is_namesake()) {
            let id = &manifest.id;
            by_kind.entry(id.gvk.kind.clone()).or_default().push(at);
            let namespace = by_name.entry(id.namespace.clone().unwrap_or_default()).or_default();
            namespace.entry(id.name.clone()).or_default().push(at);
        }
        let pods = PodIndex::new(&manifests);
        let (flawed, promised) = (FxHashSet::default(), FxHashSet::default());
        let generated = Vec::new();
        Self { environment, kube_version, manifests, by_kind, by_name, pods, flawed, promised, generated }
    }

    /// Names the apps that could not be rendered as they are meant. Their objects lack fields, and are there for the
    /// others' sake.
    #[must_use]
    pub fn with_flawed(mut self, apps: FxHashSet<SmolStr>) -> Self {
        self.flawed = apps;
        self
    }

    /// Names the objects that nobody is to miss.
    #[must_use]
    pub fn with_promised(mut self, objects: FxHashSet<Promise>) -> Self {
        self.promised = objects;
        self
    }

    /// Adds the Applications that an ApplicationSet of the environment generates.
    #[must_use]
    pub fn with_generated(mut self, applications: Vec<Manifest>) -> Self {
        self.generated = applications;
        self
    }

    /// The Applications that an ApplicationSet generates in the cluster. They are none of the environment's objects: what
    /// is written, printed and judged is the set.
    pub fn generated(&self) -> &[Manifest] {
        &self.generated
    }

    /// Whether the specs say that somebody makes this object.
    pub fn is_promised(&self, kind: &'static str, namespace: Option<&str>, name: &str) -> bool {
        let namespace = namespace.unwrap_or_default().into();
        self.promised.contains(&Promise { kind, namespace, name: name.into() })
    }

    /// The minor version of Kubernetes as a number: 34; the newest that there can be where it is none.
    pub fn kube_minor(&self) -> u32 {
        self.kube_version.strip_prefix("1.").and_then(|minor| minor.parse().ok()).unwrap_or(u32::MAX)
    }

    /// Whether an app could be rendered as it is meant.
    pub fn is_sound_app(&self, app: &str) -> bool {
        !self.flawed.contains(app)
    }

    /// Whether an object is what it is meant to be. One that lacks fields because of an error is judged by nobody.
    pub fn is_sound(&self, id: &ResourceId) -> bool {
        let app = || self.find(&id.gvk.kind, id.namespace.as_deref(), &id.name)?.app.as_ref();
        self.flawed.is_empty() || app().is_none_or(|app| self.is_sound_app(app))
    }

    /// All objects, in apply order.
    pub fn manifests(&self) -> &[Manifest] {
        &self.manifests
    }

    /// The objects of a kind, whatever their group, but for namesakes of Kubernetes' own kinds.
    pub fn of_kind(&self, kind: &str) -> impl Iterator<Item = &Manifest> {
        self.by_kind.get(kind).into_iter().flatten().map(|at| &self.manifests[*at])
    }

    /// The object of this kind, namespace and name.
    pub fn find(&self, kind: &str, namespace: Option<&str>, name: &str) -> Option<&Manifest> {
        let named = self.by_name.get(namespace.unwrap_or_default())?.get(name)?;
        named.iter().map(|at| &self.manifests[*at]).find(|manifest| manifest.kind() == kind)
    }

    /// The objects of a namespace that have a name, of whatever kind.
    pub(super) fn named(&self, namespace: Option<&str>, name: &str) -> impl Iterator<Item = &Manifest> {
        let named = self.by_name.get(namespace.unwrap_or_default()).and_then(|namespace| namespace.get(name));
        named.into_iter().flatten().map(|at| &self.manifests[*at])
    }

    /// The names of all objects of a kind in a namespace.
    pub fn names<'a>(&'a self, kind: &str, namespace: Option<&'a str>) -> impl Iterator<Item = &'a str> + Clone {
        let all = self.by_kind.get(kind).map_or(&[][..], Vec::as_slice);
        let all = all.iter().map(|at| &*self.manifests[*at].id);
        all.filter(move |id| id.namespace.as_deref() == namespace).map(|id| id.name.as_str())
    }

    /// All pods.
    pub fn pods(&self) -> impl Iterator<Item = Pod<'_>> {
        self.pods_at(self.pods.all())
    }

    /// The pods of a namespace that a selector takes.
    pub fn select<'a>(&'a self, namespace: Option<&str>, selector: Selector<'a>) -> impl Iterator<Item = Pod<'a>> {
        let candidates = self.pods.candidates(namespace.unwrap_or_default(), &selector);
        self.pods_at(candidates).filter(move |pod| selector.matches_pod(pod.labels()))
    }

    /// The pods of a namespace that have a label.
    pub fn labelled(&self, namespace: Option<&str>, label: &str, value: &str) -> impl Iterator<Item = Pod<'_>> {
        self.pods_at(self.pods.labelled(namespace.unwrap_or_default(), label, value))
    }

    fn pods_at<'a>(&'a self, positions: &'a [usize]) -> impl Iterator<Item = Pod<'a>> + use<'a> {
        positions.iter().filter_map(|at| Pod::of(&self.manifests[*at]))
    }

    /// Whether any pods are made in a namespace.
    pub fn has_pods(&self, namespace: Option<&str>) -> bool {
        !self.pods.namespace(namespace.unwrap_or_default()).is_empty()
    }

    /// The values that a label has among the pods of a namespace, in no order.
    pub fn pod_label_values(&self, namespace: Option<&str>, label: &str) -> impl Iterator<Item = &str> {
        self.pods.values(namespace.unwrap_or_default(), label)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        manifest::Owner,
        node::{Node, object},
    };

    fn object(kind: &str, namespace: &str, name: &str, spec: Node) -> Manifest {
        let metadata = object! { "name": name, "namespace": namespace };
        let object = object! { "apiVersion": "v1", "kind": kind, "metadata": metadata, "spec": spec };
        Manifest::new(Owner::Cluster, None, object)
    }

    fn workload(kind: &str, namespace: &str, name: &str, labels: Node) -> Manifest {
        let template = object! { "metadata": object! { "labels": labels } };
        object(kind, namespace, name, object! { "template": template })
    }

    fn set() -> ManifestSet {
        ManifestSet::new(
            "dev".into(),
            "1.34".into(),
            vec![
                object("Service", "shop", "cart", object! {}),
                workload("Deployment", "shop", "cart", object! { "app": "cart", "tier": "web" }),
                workload("StatefulSet", "shop", "db", object! { "app": "db", "tier": "data" }),
                workload("Deployment", "blog", "cart", object! { "app": "cart" }),
            ],
        )
    }

    #[test]
    fn finds_by_kind_namespace_and_name() {
        let set = set();
        assert_eq!(set.find("Deployment", Some("shop"), "cart").unwrap().id.to_string(), "Deployment shop/cart");
        assert_eq!(set.find("Service", Some("shop"), "cart").unwrap().id.to_string(), "Service shop/cart");
        assert!(set.find("Service", Some("blog"), "cart").is_none());
        assert!(set.find("Deployment", None, "cart").is_none());
        assert_eq!(set.names("Deployment", Some("blog")).collect::<Vec<_>>(), ["cart"]);
    }

    #[test]
    fn selects_pods_of_one_namespace() {
        let set = set();
        let taken = |namespace, labels: Node| {
            let pods: Vec<_> =
                set.select(Some(namespace), Selector::from_labels(&labels)).map(|pod| pod.pointer).collect();
            pods.len()
        };
        assert_eq!(set.pods().count(), 3);
        assert_eq!(taken("shop", object! {}), 2);
        assert_eq!(taken("shop", object! { "app": "cart" }), 1);
        assert_eq!(taken("shop", object! { "app": "cart", "tier": "data" }), 0);
        assert_eq!(taken("shop", object! { "app": "crat" }), 0);
        assert_eq!(taken("none", object! {}), 0);
    }
}
