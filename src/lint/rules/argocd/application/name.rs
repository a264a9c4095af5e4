//! Names of Applications, and the label by which Argo CD may know what is theirs.

use super::{Application, Check, Findings, Manifest, ManifestSet, Node, Synced, declare_rule, is_templated};
use crate::{diagnostic::Severity, node::escape, sync::Settings};

/// The longest value of a label.
const LONGEST_LABEL: usize = 63;
/// The longest name of a release of Helm.
const LONGEST_RELEASE: usize = 53;

declare_rule! {
    /// ## What it does
    /// Checks the length of the names of Applications: 63 characters, as a label has them, unless a ConfigMap `argocd-cm`
    /// says that Argo CD tracks by annotation; and 53, where the name becomes that of a release of Helm.
    ///
    /// ## Why is this bad?
    /// An Argo CD that tracks objects by a label puts the name of the Application into it, and the API server refuses
    /// every object (Argo CD's page on resource tracking). Helm refuses to render a release whose name is longer than 53.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shopping-cart-of-the-international-store-in-the-north-of-europe-dev}
    /// spec: {source: {path: cart}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shopping-cart-of-the-international-store-in-the-north-dev}
    /// spec: {source: {repoURL: https://charts.example.com, chart: redis}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shopping-cart-of-the-international-store-in-the-north-dev}
    /// spec: {source: {repoURL: https://charts.example.com, chart: redis, helm: {releaseName: cart}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// ```
    pub(super) static LENGTH = {
        code: "ARG326",
        summary: "name of an Application that is too long for what is made of it",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["Application"], check: length },
    }
}

fn length(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(application) = Application::of(manifest) else { return };
    let name = manifest.id.name.as_str();
    let is_release = |source: &Node| {
        (source.get("chart").is_some() || source.get("helm").is_some()) && source.at("/helm/releaseName").is_none()
    };
    if name.len() > LONGEST_RELEASE && application.sources().iter().any(|(_, source)| is_release(source)) {
        findings
            .add(manifest, "/metadata/name", "the name is that of a release of Helm, and longer than 53 characters")
            .severity(Severity::Error)
            .help("give the release a name of its own by `helm.releaseName`");
    } else if name.len() > LONGEST_LABEL
        && Settings::of(findings.set).is_none_or(|settings| settings.tracking() == "label")
    {
        findings
            .add(
                manifest,
                "/metadata/name",
                "the name is longer than a label may be, by which Argo CD may track objects",
            )
            .help("shorten it to 63 characters");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out objects with the label `app.kubernetes.io/instance`, beside a ConfigMap `argocd-cm` that has Argo CD
    /// track objects by this label, where the label is not the name of the Application.
    ///
    /// ## Why is this bad?
    /// Argo CD writes the name of the Application over it, and what selects the object by the value in git, such as a
    /// ServiceMonitor, finds nothing. Argo CD's page on resource tracking advises to track by annotation for that.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: argocd-cm}
    /// data: {application.resourceTrackingMethod: label}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev-cart}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, labels: {app.kubernetes.io/instance: cart}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: argocd-cm}
    /// data: {application.resourceTrackingMethod: annotation}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: dev-cart}
    /// spec: {source: {path: golden/dev/_cluster}}
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: cart, labels: {app.kubernetes.io/instance: cart}}
    /// ```
    pub(super) static INSTANCE = {
        code: "ARG334",
        summary: "label that Argo CD writes over",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(instance),
    }
}

fn instance(set: &ManifestSet, findings: &mut Findings<'_>) {
    let tracked = |settings: &Settings<'_>| matches!(settings.tracking(), "label" | "annotation+label");
    let Some(settings) = Settings::of(set).filter(tracked) else { return };
    let label = settings.get("application.instanceLabelKey").unwrap_or("app.kubernetes.io/instance");
    let synced = Synced::of(set);
    for (application, object) in synced.objects(set) {
        let labels = object.object.at("/metadata/labels");
        let value = labels.and_then(|labels| labels.get(label)?.as_str());
        let name = application.manifest.id.name.as_str();
        if value.is_none_or(|value| value == name || is_templated(name)) {
            continue;
        }
        let message = format!("Argo CD writes the name of the Application over the label `{label}`");
        findings
            .add(object, format!("/metadata/labels/{}", escape(label)), message)
            .related(settings.manifest, "/data/application.resourceTrackingMethod", "it tracks objects by this label")
            .help("have Argo CD track by annotation, or leave the label out");
    }
}
