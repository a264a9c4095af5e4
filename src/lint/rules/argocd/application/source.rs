//! What Applications are rendered from.

use super::{Application, Check, Findings, KINDS, Manifest, declare_rule};

/// The fields that say which tool renders a source.
const TOOLS: [&str; 4] = ["directory", "helm", "kustomize", "plugin"];

declare_rule! {
    /// ## What it does
    /// Checks that an Application says one thing about where its manifests come from: not both `source` and `sources`, nor
    /// one of them beside `sourceHydrator`; and for each source one tool out of `helm`, `kustomize`, `directory` and
    /// `plugin`.
    ///
    /// ## Why is this bad?
    /// Beside `sources`, Argo CD ignores `source` without a word (its page on multiple sources). Of two tools it
    /// renders with none, and fails with `multiple application sources defined`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {repoURL: https://git.example.com/shop, path: cart}
    ///   sources: [{repoURL: https://git.example.com/shop, path: blog}]
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: cart, helm: {releaseName: cart}, plugin: {name: karat}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   sources:
    ///     - {repoURL: https://charts.example.com, chart: cart, helm: {valueFiles: [$values/cart.yaml]}}
    ///     - {repoURL: https://git.example.com/shop, ref: values}
    /// ```
    pub(super) static AMBIGUOUS = {
        code: "ARG309",
        summary: "source of an Application that is ambiguous",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: ambiguous },
    }
}

fn ambiguous(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(application) = Application::of(manifest) else { return };
    let says = |field: &str| application.at(&format!("/spec/{field}")).is_some_and(|node| !is_empty(node));
    for (ignored, before) in [("source", "sources"), ("source", "sourceHydrator"), ("sources", "sourceHydrator")] {
        if says(ignored) && says(before) {
            let pointer = application.pointer_to(&format!("/spec/{ignored}"));
            let message = format!("beside `{before}`, Argo CD ignores `{ignored}`");
            findings.add(manifest, pointer, message).at_key(manifest).help(format!("remove `{ignored}` or `{before}`"));
            break;
        }
    }
    for (pointer, source) in application.sources() {
        let tools: Vec<&str> =
            TOOLS.into_iter().filter(|tool| source.get(tool).is_some_and(|it| !it.is_null())).collect();
        if let [first, second, ..] = tools[..] {
            let message = format!("a source is rendered by one tool, and this one names `{first}` and `{second}`");
            findings.add(manifest, format!("{pointer}/{second}"), message).at_key(manifest).help("remove one of them");
        }
    }
}

/// Whether a field says nothing.
fn is_empty(node: &crate::node::Node) -> bool {
    node.is_null()
        || node.as_list().is_some_and(<[_]>::is_empty)
        || node.as_map().is_some_and(|map| map.entries().is_empty())
}
