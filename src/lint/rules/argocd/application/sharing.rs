//! What is synced twice, or by itself.

use rustc_hash::FxHashMap;

use super::{Application, Check, Findings, ManifestSet, Node, Synced, declare_rule, is_templated};
use crate::{
    diagnostic::Severity,
    sync::{Fate, fate, normalized},
};

declare_rule! {
    /// ## What it does
    /// Points out two Applications that render the same from the same source, and deploy it to the same place. Of apps of
    /// Karat that render one object, `REN015` says it. Among manifests of unknown origin it is a warning: they may belong
    /// to two clusters, each of which has an Argo CD of its own.
    ///
    /// ## Why is this bad?
    /// Each takes the objects from the other with every sync (`SharedResourceWarning`), and when one of them is deleted,
    /// what the other one needs is gone ([argo-cd#22607](https://github.com/argoproj/argo-cd/issues/22607),
    /// [argo-cd#15467](https://github.com/argoproj/argo-cd/issues/15467)).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {repoURL: https://git.example.com/shop, path: cart, targetRevision: main}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart-next}
    /// spec:
    ///   source: {repoURL: https://git.example.com/shop.git, path: cart/, targetRevision: main}
    ///   destination: {name: in-cluster, namespace: shop}
    /// ```
    ///
    /// Helm calls things by the name of the Application.
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {repoURL: https://charts.example.com, chart: redis, targetRevision: 1.0.0}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: blog}
    /// spec:
    ///   source: {repoURL: https://charts.example.com, chart: redis, targetRevision: 1.0.0}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: wiki}
    /// spec:
    ///   source: {repoURL: https://git.example.com/shop, path: wiki, kustomize: {namePrefix: a-}}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: wiki-next}
    /// spec:
    ///   source: {repoURL: https://git.example.com/shop, path: wiki, kustomize: {namePrefix: b-}}
    ///   destination: {server: https://kubernetes.default.svc, namespace: shop}
    /// ```
    pub(super) static SHARED = {
        code: "ARG317",
        summary: "two Applications sync the same objects",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(shared),
    }
}

fn shared(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut first = FxHashMap::<_, Vec<Application<'_>>>::default();
    for application in Application::all(set).filter(|application| !application.is_template()) {
        let Some(key) = place(application) else { continue };
        let others = first.entry(key).or_default();
        // Two of one name are one object, or one in each of two environments.
        let same = |other: &&Application<'_>| {
            other.manifest.id.name != application.manifest.id.name && renders_alike(**other, application)
        };
        if let Some(other) = others.iter().find(same) {
            let severity = if set.environment.is_empty() { Severity::Warning } else { Severity::Error };
            findings
                .add(
                    application.manifest,
                    "/spec/source",
                    "another Application syncs the same source to the same place",
                )
                .severity(severity)
                .at_key(application.manifest)
                .related(other.manifest, "/metadata/name", "this one")
                .help("remove one of them, or give them namespaces of their own");
        }
        others.push(application);
    }
}

/// Where an Application with a single source reads, and where it deploys to; nothing, if its objects have names of the
/// Application's own.
fn place(application: Application<'_>) -> Option<(String, &str, &str, &str)> {
    let sources = application.sources();
    let [(_, source)] = &sources[..] else { return None };
    let text = |field: &str| source.get(field).and_then(Node::as_str);
    let path = text("path")?.trim_matches('/');
    let named_by_helm = source.get("helm").is_some() && source.at("/helm/releaseName").is_none();
    if named_by_helm || source.get("chart").is_some() || is_templated(path) {
        return None;
    }
    let cluster = match (application.text("/spec/destination/server"), application.text("/spec/destination/name")) {
        (Some("https://kubernetes.default.svc"), None) => "in-cluster",
        (server, name) => server.or(name)?,
    };
    let namespace = application.text("/spec/destination/namespace").unwrap_or_default();
    Some((normalized(text("repoURL")?), path, cluster, namespace))
}

/// Whether two sources that are in one place say the same of how they are rendered.
fn renders_alike(one: Application<'_>, other: Application<'_>) -> bool {
    let (one, other) = (one.sources(), other.sources());
    let fields = ["targetRevision", "directory", "helm", "kustomize", "plugin"];
    one.iter().zip(&other).all(|((_, one), (_, other))| fields.iter().all(|field| one.get(field) == other.get(field)))
}

declare_rule! {
    /// ## What it does
    /// Points out an object without a namespace beside one of the same kind and name in the namespace that Argo CD puts the
    /// first one into: the destination of their Application. Of two in one namespace, `CFG005` and `REN015` say it.
    ///
    /// ## Why is this bad?
    /// They are one object. The last one counts, without an error: Argo CD adds a `RepeatedResourceWarning` to the status
    /// of the Application.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/_cluster}, destination: {namespace: shop}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/_cluster}, destination: {namespace: blog}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart, namespace: shop}
    /// ```
    pub(super) static REPEATED = {
        code: "ARG318",
        summary: "object that is there twice once Argo CD has given it a namespace",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(repeated),
    }
}

fn repeated(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for (application, object) in synced.objects(set).filter(|(_, object)| object.id.namespace.is_none()) {
        let id = &object.id;
        let Some(namespace) = application.text("/spec/destination/namespace") else { continue };
        let other =
            set.find(&id.gvk.kind, Some(namespace), &id.name).filter(|other| other.id.gvk.group == id.gvk.group);
        if let Some(other) = other.filter(|other| other.owner == object.owner && !id.name.is_empty()) {
            let message = format!("Argo CD puts this {} into a namespace that has one of its name", object.kind());
            findings
                .add(object, "/metadata/name", message)
                .related(other, "/metadata/name", "the other one")
                .help("rename or remove one of them");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Applications that sync themselves: those that stand in the directory which they read.
    ///
    /// ## Why is this bad?
    /// Such an Application prunes itself when its file is moved, and a mistake in it stops the sync that would put it
    /// right. Its own health is left out of what a wave waits for.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ```
    ///
    /// `argocd.argoproj.io/hook: Skip` keeps it out of its own sync.
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev, annotations: {argocd.argoproj.io/hook: Skip}}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {source: {path: golden/dev/cart}}
    /// ```
    pub(super) static ITSELF = {
        code: "ARG332",
        summary: "Application syncs itself",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(itself),
    }
}

fn itself(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for application in Application::all(set).filter(|application| !application.is_template()) {
        let manifest = application.manifest;
        let by_itself = synced.application(manifest).is_some_and(|parent| std::ptr::eq(parent.manifest, manifest));
        if by_itself && !matches!(fate(manifest), Fate::Skipped) {
            let pointer =
                application.sources().first().map_or_else(String::new, |(pointer, _)| format!("{pointer}/path"));
            findings
                .add(manifest, pointer, "this Application stands in the directory that it syncs")
                .help("keep it elsewhere, or out of its own sync by the annotation `argocd.argoproj.io/hook: Skip`");
        }
    }
}
