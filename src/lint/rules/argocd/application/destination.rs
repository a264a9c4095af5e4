//! Where Applications deploy to.

use super::{Application, Check, Findings, KINDS, Manifest, Node, declare_rule};

declare_rule! {
    /// ## What it does
    /// Checks that the destination of an Application is either the name or the address of a cluster.
    ///
    /// ## Why is this bad?
    /// Argo CD cannot tell which cluster is meant, and neither compares nor syncs the Application
    /// (`GetDestinationServer` in its `argo.go`).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {destination: {name: in-cluster, server: https://kubernetes.default.svc, namespace: shop}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {destination: {namespace: shop}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   generators: [{list: {elements: [{cluster: west}]}}]
    ///   template: {spec: {destination: {namespace: shop}}}
    /// ```
    ///
    /// A patch, or the template of a generator, may complete a template.
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {destination: {name: "", server: https://kubernetes.default.svc, namespace: shop}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   templatePatch: "spec: {destination: {name: '{{.cluster}}'}}"
    ///   template: {spec: {destination: {namespace: shop}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: lists}
    /// spec:
    ///   generators: [{list: {elements: [], template: {spec: {destination: {name: west}}}}}]
    ///   template: {spec: {destination: {namespace: shop}}}
    /// ```
    pub(super) static CLUSTER = {
        code: "ARG308",
        summary: "destination without exactly one cluster",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: cluster },
    }
}

fn cluster(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(application) = Application::of(manifest) else { return };
    let message = match (application.text("/spec/destination/name"), application.text("/spec/destination/server")) {
        (Some(_), Some(_)) => "the destination has both a `name` and a `server`",
        (None, None) if !is_completed(manifest) && application.at("/spec/destination").is_some() => {
            "the destination has neither a `name` nor a `server`"
        }
        _ => return,
    };
    findings
        .add(manifest, application.pointer_to("/spec/destination"), message)
        .help("name the cluster by one of them: `server: https://kubernetes.default.svc` is Argo CD's own");
}

/// Whether something may complete the template of an ApplicationSet: a patch, or a generator's own template.
fn is_completed(manifest: &Manifest) -> bool {
    manifest.object.at("/spec/templatePatch").is_some()
        || manifest.object.at("/spec/generators").is_some_and(has_template)
}

/// Whether a generator, or one within it, has a template.
fn has_template(generators: &Node) -> bool {
    let of_generator = |generator: &Node| {
        let parts = generator.entries().iter().map(|(_, part)| part);
        parts.into_iter().any(|part| part.get("template").is_some() || part.get("generators").is_some_and(has_template))
    };
    generators.items().iter().any(of_generator)
}
