//! What goes when an Application, or all that it renders, is gone.

use super::{Application, Check, Findings, KINDS, Manifest, ManifestSet, Node, Synced, declare_rule};
use crate::{
    diagnostic::Safety,
    grammar::similar,
    sync::{CASCADING_FINALIZERS, Fate, fate},
};

declare_rule! {
    /// ## What it does
    /// Checks the finalizers of Applications: that one of Argo CD's is not misspelt; that an Application which its parent
    /// prunes has one, unless it syncs claims of volumes, which somebody may mean to keep; and that the template of an
    /// ApplicationSet with `preserveResourcesOnDeletion` has none.
    ///
    /// ## Why is this bad?
    /// Without `resources-finalizer.argocd.argoproj.io`, an Application that leaves git is deleted alone, and all that it
    /// had synced runs on with nobody to look after it (Argo CD's page on the deletion of apps). With it, everything goes,
    /// data included. A misspelt finalizer is worse: nothing ever removes it, and the Application cannot be deleted.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, finalizers: [resource-finalizer.argocd.argoproj.io]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev, annotations: {argocd.argoproj.io/hook: Skip}}
    /// spec: {source: {path: golden/dev/_cluster}, syncPolicy: {automated: {prune: true}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev-cart}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   syncPolicy: {preserveResourcesOnDeletion: true}
    ///   template: {metadata: {name: "{{name}}", finalizers: [resources-finalizer.argocd.argoproj.io]}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart, finalizers: [resources-finalizer.argocd.argoproj.io/background, example.com/mine]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: nobody-knows-whose}
    /// ```
    pub(super) static FINALIZER = {
        code: "ARG304",
        summary: "deletion of an Application takes too little or too much",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(finalizer),
    }
}

fn finalizer(set: &ManifestSet, findings: &mut Findings<'_>) {
    let synced = Synced::of(set);
    for application in Application::all(set) {
        let mut cascades = false;
        for (pointer, finalizer) in application.items("/metadata/finalizers") {
            let Some(text) = finalizer.as_str() else { continue };
            if CASCADING_FINALIZERS.contains(&text) {
                cascades = true;
                kept(application, pointer, findings);
            } else {
                misspelt(application, &pointer, text, findings);
            }
        }
        let parent = synced.application(application.manifest).filter(|_| !application.is_template());
        let prunes = parent.is_some_and(|parent| {
            parent.is_automated() && parent.at("/spec/syncPolicy/automated/prune").and_then(Node::as_bool) == Some(true)
        });
        let own = |by: Application<'_>| std::ptr::eq(by.manifest, application.manifest);
        let keeps_data = || synced.objects(set).any(|(by, object)| own(by) && claims_volumes(object));
        if prunes && !cascades && !is_root(application.manifest) && !keeps_data() {
            let message = "what this Application has synced stays behind when it leaves git";
            findings.add(application.manifest, "/metadata/finalizers", message).help(format!(
                "add the finalizer `{}`, or suppress ARG304 with the reason why its objects are to stay",
                CASCADING_FINALIZERS[0]
            ));
        }
    }
}

/// Whether an object has volumes that outlive pods.
fn claims_volumes(object: &Manifest) -> bool {
    object.kind() == "PersistentVolumeClaim" || object.object.at("/spec/volumeClaimTemplates").is_some()
}

/// Whether an Application is kept out of the sync of whoever reads its directory.
fn is_root(manifest: &Manifest) -> bool {
    fate(manifest) == Fate::Skipped
}

fn kept(application: Application<'_>, pointer: String, findings: &mut Findings<'_>) {
    let manifest = application.manifest;
    let keeps =
        manifest.object.at("/spec/syncPolicy/preserveResourcesOnDeletion").and_then(Node::as_bool) == Some(true);
    if application.is_template() && keeps {
        let message = "the finalizer deletes what `preserveResourcesOnDeletion` is to keep";
        findings.add(manifest, pointer, message).help("remove the finalizer");
    }
}

fn misspelt(application: Application<'_>, pointer: &str, text: &str, findings: &mut Findings<'_>) {
    let is_near = text.contains("argocd") || text.contains("argoproj") || text.contains("resources-finalizer");
    let known = ["pre-delete-finalizer.argocd.argoproj.io", "post-delete-finalizer.argocd.argoproj.io"];
    if !is_near || known.iter().any(|known| text.starts_with(known)) {
        return;
    }
    let Some(meant) = similar(text, CASCADING_FINALIZERS.into_iter()) else { return };
    findings
        .add(application.manifest, pointer, format!("nothing ever removes the finalizer `{text}`"))
        .help(format!("did you mean `{meant}`?"))
        .replace(application.manifest, pointer, meant, Safety::Unsafe, format!("write `{meant}`"));
}

declare_rule! {
    /// ## What it does
    /// Points out Applications with `prune` and `allowEmpty` that a plugin renders.
    ///
    /// ## Why is this bad?
    /// A plugin that fails behind a pipe prints nothing and ends well, and for Argo CD that is an app without objects.
    /// It refuses to prune everything at once, unless `allowEmpty` tells it to: then a mistake in a script empties the
    /// namespace, and the UI shows no error ([argo-cd#14090](https://github.com/argoproj/argo-cd/issues/14090),
    /// [argo-cd#15058](https://github.com/argoproj/argo-cd/issues/15058)).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: envs/dev, plugin: {name: karat}}
    ///   syncPolicy: {automated: {prune: true, allowEmpty: true}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: envs/dev, plugin: {name: karat}}
    ///   syncPolicy: {automated: {prune: true}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// spec:
    ///   source: {path: shop}
    ///   syncPolicy: {automated: {prune: true, allowEmpty: true}}
    /// ```
    pub(super) static EMPTY = {
        code: "ARG325",
        summary: "a plugin that prints nothing deletes everything",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: empty },
    }
}

fn empty(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(application) = Application::of(manifest).filter(|application| application.is_automated()) else { return };
    let is_set = |field: &str| {
        application.at(&format!("/spec/syncPolicy/automated/{field}")).and_then(Node::as_bool) == Some(true)
    };
    let by_plugin = || application.sources().iter().any(|(_, source)| source.get("plugin").is_some());
    if is_set("prune") && is_set("allowEmpty") && by_plugin() {
        findings
            .add(
                manifest,
                application.pointer_to("/spec/syncPolicy/automated/allowEmpty"),
                "everything is deleted when the plugin prints nothing",
            )
            .help("remove `allowEmpty`: who wants the app gone removes the Application");
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lint::{Settings, pass},
        manifest::Owner,
        node::object,
    };

    fn application(name: &str, directory: &str, hook: Option<&str>) -> Manifest {
        let annotations = object! { "argocd.argoproj.io/hook": hook };
        let automated = object! { "automated": object! { "prune": true } };
        let source = object! { "path": Node::made(format!("golden/dev/{directory}").as_str()) };
        let object = object! {
            "apiVersion": "argoproj.io/v1alpha1",
            "kind": "Application",
            "metadata": object! { "name": name, "annotations": annotations },
            "spec": object! { "source": source, "syncPolicy": automated },
        };
        Manifest::new(Owner::Argocd, None, object)
    }

    #[test]
    fn who_has_data_may_mean_to_keep_it() {
        let found = |kind: &str| {
            let object = object! { "apiVersion": "v1", "kind": kind, "metadata": object! { "name": "db" } };
            let root = application("dev", "_argocd", Some("Skip"));
            let database = Manifest::new(Owner::App("db".into()), None, object);
            let set = vec![root, application("dev-db", "db", None), database];
            let set = ManifestSet::new("dev".into(), "1.34".into(), set);
            pass::run(std::iter::once(&FINALIZER), &set, &Settings::default()).len()
        };
        assert_eq!((found("ConfigMap"), found("PersistentVolumeClaim")), (1, 0));
    }
}
