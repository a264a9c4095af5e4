//! Where Applications deploy to.

use super::{Application, Check, Findings, KINDS, Manifest, declare_rule};

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
    /// A patch or a generator may complete a template.
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {destination: {name: "", server: https://kubernetes.default.svc, namespace: shop}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec: {template: {spec: {destination: {namespace: shop}}}}
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
        (None, None) if !application.is_template() && application.at("/spec/destination").is_some() => {
            "the destination has neither a `name` nor a `server`"
        }
        _ => return,
    };
    findings
        .add(manifest, application.pointer_to("/spec/destination"), message)
        .help("name the cluster by one of them: `server: https://kubernetes.default.svc` is Argo CD's own");
}
