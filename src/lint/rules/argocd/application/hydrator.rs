//! Applications whose manifests Argo CD's hydrator writes into git.

use rustc_hash::FxHashMap;

use super::{Application, Check, Findings, ManifestSet, Node, declare_rule, is_templated};
use crate::sync::normalized;

declare_rule! {
    /// ## What it does
    /// Checks where the source hydrator writes: not to the root of a repository; not where another Application's manifests
    /// go; and not to the branch that it reads from.
    ///
    /// ## Why is this bad?
    /// Argo CD refuses the first two (`validateApplications` in its `hydrator.go`): of two Applications with one path,
    /// neither is hydrated. A branch that is written to and read from makes each commit the cause of the next.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   sourceHydrator:
    ///     drySource: {repoURL: https://git.example.com/shop, path: cart, targetRevision: main}
    ///     syncSource: {targetBranch: environments/dev, path: .}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// spec:
    ///   sourceHydrator:
    ///     drySource: {repoURL: https://git.example.com/shop, path: shop, targetRevision: main}
    ///     syncSource: {targetBranch: main, path: golden/shop}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   sourceHydrator:
    ///     drySource: {repoURL: https://git.example.com/shop, path: cart, targetRevision: main}
    ///     syncSource: {targetBranch: environments/dev, path: apps}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// spec:
    ///   sourceHydrator:
    ///     drySource: {repoURL: https://git.example.com/shop, path: shop, targetRevision: main}
    ///     syncSource: {targetBranch: environments/dev, path: apps/}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   sourceHydrator:
    ///     drySource: {repoURL: https://git.example.com/shop, path: cart, targetRevision: main}
    ///     syncSource: {targetBranch: environments/dev, path: cart}
    ///     hydrateTo: {targetBranch: environments/dev-next}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart-prod}
    /// spec:
    ///   sourceHydrator:
    ///     drySource: {repoURL: https://git.example.com/shop, path: cart, targetRevision: main}
    ///     syncSource: {targetBranch: environments/prod, path: cart}
    /// ```
    pub(super) static TARGET = {
        code: "ARG337",
        summary: "hydrator writes where it must not",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(target),
    }
}

/// Where the hydrator writes.
struct Target<'a> {
    path: &'a str,
    branch: &'a str,
    repository: String,
}

impl<'a> Target<'a> {
    fn of(application: Application<'a>) -> Option<Self> {
        let hydrator = application.at("/spec/sourceHydrator")?;
        let text = |pointer: &str| hydrator.at(pointer).and_then(Node::as_str);
        let path = text("/syncSource/path").unwrap_or_default();
        let branch = text("/hydrateTo/targetBranch").or_else(|| text("/syncSource/targetBranch")).unwrap_or_default();
        let repository = text("/syncSource/repoURL").or_else(|| text("/drySource/repoURL")).unwrap_or_default();
        let known = ![path, branch, repository].into_iter().any(is_templated);
        known.then(|| Self { path, branch, repository: normalized(repository) })
    }

    /// The path without what does not count.
    fn steps(&self) -> Vec<&'a str> {
        self.path.split('/').filter(|step| !step.is_empty() && *step != ".").collect()
    }
}

fn target(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut seen = FxHashMap::default();
    for application in Application::all(set) {
        let Some(target) = Target::of(application) else { continue };
        let manifest = application.manifest;
        let pointer = |field: &str| application.pointer_to(&format!("/spec/sourceHydrator/{field}"));
        let source = |field: &str| application.text(&format!("/spec/sourceHydrator/drySource/{field}"));
        if target.steps().is_empty() {
            findings
                .add(manifest, pointer("syncSource/path"), "the manifests would go to the root of the repository")
                .help("give the Application a directory of its own");
            continue;
        }
        let reads = source("repoURL").map(normalized);
        if reads.as_ref() == Some(&target.repository) && source("targetRevision") == Some(target.branch) {
            findings
                .add(
                    manifest,
                    pointer("drySource/targetRevision"),
                    "the hydrator writes to the branch that it reads from",
                )
                .help("write to a branch of the environment, such as `environments/dev`");
        }
        if application.is_template() {
            continue;
        }
        let place = (target.repository.clone(), target.branch, target.steps());
        let first = *seen.entry(place).or_insert(application.manifest);
        // Two of one name are one object, or one in each of two environments.
        if first.id.name != manifest.id.name {
            findings
                .add(manifest, pointer("syncSource/path"), "another Application's manifests go to the same directory")
                .related(first, "/spec/sourceHydrator/syncSource/path", "that one's")
                .help("give each Application a directory of its own");
        }
    }
}
