//! `extra`: any other object, as the spec has it, with the labels and annotations that all objects of the app carry.

use super::{Context, api, argocd, codes::INCOMPLETE_OBJECT, labels, names};
use crate::{
    diagnostic::{Diagnostic, Gvk},
    manifest::{Manifest, Owner, is_cluster_scoped},
    node::{Key, Map, Node},
};

/// Renders every entry of `extra`.
pub(super) fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let entries = context.app.spec.extra.iter();
    entries.filter_map(|(name, object)| manifest(context, name, object, diagnostics)).collect()
}

fn manifest(context: &Context<'_>, name: &Key, given: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Manifest> {
    let (Some(api_version), Some(kind)) = (text(given, "apiVersion"), text(given, "kind")) else {
        diagnostics.push(incomplete(name, given));
        return None;
    };
    let gvk = Gvk::new(api_version, kind);
    // Applications live where Argo CD does, which need not be the environment's cluster.
    if !argocd::is_own(&gvk) {
        let span = given.get("apiVersion").and_then(|node| node.span);
        diagnostics.extend(api::unavailable(context.environment, api_version, span));
    }
    let (owner, namespace) = home(context, &gvk);
    let mut object = given.clone();
    if let Some(object) = object.as_map_mut() {
        change_map(object, "metadata", |metadata| complete(context, metadata, name, namespace));
    }
    Some(Manifest::new(owner, Some(context.app.name.text.clone()), object))
}

fn text<'a>(object: &'a Node, field: &str) -> Option<&'a str> {
    object.get(field).and_then(Node::as_str).filter(|text| !text.is_empty())
}

/// Who syncs an object of the kind, and which namespace it gets if it names none.
fn home(context: &Context<'_>, gvk: &Gvk) -> (Owner, Option<Node>) {
    if is_cluster_scoped(gvk) {
        // It stays with its app, not with what is shared: a policy must not be synced before the app that brings its
        // CustomResourceDefinition.
        (Owner::App(context.app.name.text.clone()), None)
    } else if argocd::is_own(gvk) {
        (Owner::Argocd, Some(argocd::namespace(context.environment)))
    } else {
        (Owner::App(context.app.name.text.clone()), Some(context.app.namespace.clone()))
    }
}

/// Fills what the metadata leaves open.
fn complete(context: &Context<'_>, metadata: &mut Map, name: &Key, namespace: Option<Node>) {
    // A `generateName` asks for a name at every creation.
    if !metadata.contains("name") && !metadata.contains("generateName") {
        metadata.push("name", names::of_entry(context.app, name));
    }
    if let Some(namespace) = namespace.filter(|_| !metadata.contains("namespace")) {
        metadata.push("namespace", namespace);
    }
    fill(metadata, "labels", Some(labels::object_labels(context)));
    fill(metadata, "annotations", labels::annotations(context, &[]));
}

/// Adds the app's entries that the object does not give itself.
fn fill(metadata: &mut Map, field: &str, common: Option<Node>) {
    let Some(common) = common else { return };
    change_map(metadata, field, |own| {
        for (key, node) in common.entries() {
            if !own.contains(key.as_str()) {
                own.push(key.clone(), node.clone());
            }
        }
    });
}

/// Works on the map under a key, which is made if it is not there. Anything but a map stays: the schema check refuses it.
fn change_map(around: &mut Map, key: &str, change: impl FnOnce(&mut Map)) {
    if !around.contains(key) {
        around.push(key, Node::made(Map::new()));
    }
    if let Some(map) = around.get_mut(key).and_then(Node::as_map_mut) {
        change(map);
    }
}

fn incomplete(name: &Key, given: &Node) -> Diagnostic {
    let lacks = ["apiVersion", "kind"].into_iter().find(|field| text(given, field).is_none()).unwrap_or("kind");
    Diagnostic::new(&INCOMPLETE_OBJECT, format!("`{}` has no `{lacks}`", name.text))
        .at(name.span)
        .help("an entry of `extra` is a whole Kubernetes object: `apiVersion`, `kind` and what follows from them")
}

#[cfg(test)]
mod tests {
    use super::super::testing::rendered;
    use crate::manifest::Owner;

    #[test]
    fn gaps_are_filled() {
        let web = rendered(
            "metadata: {name: web, team: shop, labels: {tier: front}, annotations: {note: all}}\n\
             extra: {quota: {apiVersion: v1, kind: ResourceQuota, metadata: {labels: {tier: own}}, spec: {hard: {pods: 5}}}}",
        );
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(web.names(), ["ResourceQuota web-quota"]);
        assert_eq!(web.json("ResourceQuota", "/metadata/namespace"), r#""shop""#);
        assert_eq!(web.json("ResourceQuota", "/metadata/labels/tier"), r#""own""#);
        assert_eq!(web.json("ResourceQuota", "/metadata/labels/karat.dev~1team"), r#""shop""#);
        assert_eq!(web.json("ResourceQuota", "/metadata/annotations"), r#"{"note":"all"}"#);
        assert_eq!(web.cause("ResourceQuota", "/spec/hard/pods"), "5");
        assert_eq!(web.cause("ResourceQuota", "/metadata/name"), "quota");
    }

    #[test]
    fn what_is_given_stays() {
        let web = rendered("extra: {x: {apiVersion: v1, kind: LimitRange, metadata: {name: own, namespace: other}}}");
        assert_eq!(web.only("LimitRange").id.to_string(), "LimitRange other/own");
        assert_eq!(web.only("LimitRange").owner, Owner::App("web".into()));
    }

    #[test]
    fn cluster_scoped_kinds_belong_to_the_cluster() {
        let web = rendered("extra: {high: {apiVersion: scheduling.k8s.io/v1, kind: PriorityClass, value: 1000}}");
        assert_eq!(web.only("PriorityClass").id.to_string(), "PriorityClass web-high");
        assert_eq!(web.only("PriorityClass").owner, Owner::App("web".into()));
    }

    #[test]
    fn applications_live_with_argo_cd() {
        let web = rendered("extra: {main: {apiVersion: argoproj.io/v1alpha1, kind: Application, spec: {}}}");
        assert_eq!(web.findings(), [""; 0]);
        assert_eq!(web.only("Application").id.to_string(), "Application argocd/web");
        assert_eq!(web.only("Application").owner, Owner::Argocd);
    }

    #[test]
    fn what_cannot_be_applied_is_reported() {
        let web = rendered("extra: {a: {kind: ConfigMap}, b: text, c: {apiVersion: kyverno.io/v1, kind: Policy}}");
        assert_eq!(
            web.findings(),
            [
                "REN011 a: `a` has no `apiVersion`",
                "REN011 b: `b` has no `apiVersion`",
                "REN010 kyverno.io/v1: the cluster does not offer `kyverno.io/v1`"
            ]
        );
    }
}
