//! What pods need before they can start.

use rustc_hash::FxHashSet;

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::manifest::{Manifest, ManifestSet, Pod, Reference};

declare_rule! {
    /// ## What it does
    /// Checks that the ConfigMaps and ServiceAccounts that pods name are rendered here.
    ///
    /// ## Why is this bad?
    /// Without its ConfigMap a container waits in `CreateContainerConfigError`, or its pod in `ContainerCreating`.
    /// Without its ServiceAccount a pod is not even made. A rollout then hangs until its deadline.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: cart
    ///       containers: [{name: cart, envFrom: [{configMapRef: {name: cart-setings}}]}]
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart-settings}
    /// ```
    ///
    /// What is optional may be missing. What Kubernetes makes in every namespace need not be rendered.
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       serviceAccountName: default
    ///       volumes: [{name: ca, configMap: {name: kube-root-ca.crt}}]
    ///       containers: [{name: cart, envFrom: [{configMapRef: {name: overrides, optional: true}}]}]
    /// ```
    ///
    /// Known elsewhere as: kube-linter `env-value-from` and `non-existent-service-account`.
    pub(super) static DANGLING_REFERENCE = {
        code: "WRK002",
        summary: "pod needs a ConfigMap or ServiceAccount that nothing renders",
        severity: Error,
        since: "0.1.0",
        check: Check::Set(dangling_reference),
    }
}

fn dangling_reference(set: &ManifestSet, findings: &mut Findings<'_>) {
    for (pod, reference) in needed(set, &["ConfigMap", "ServiceAccount"]) {
        let Reference { kind, name, .. } = reference;
        let namespace = pod.manifest.id.namespace.as_deref();
        let is_made = matches!(name, "" | "default" | "kube-root-ca.crt") || set.find(kind, namespace, name).is_some();
        if is_made {
            continue;
        }
        let known = words(pod.manifest, set.names(kind, namespace));
        let hint = did_you_mean(name, known, format!("render the {kind}, or name one that is"));
        findings.add(pod.manifest, reference.pointer.as_str(), needs(&reference)).suggest(pod.manifest, hint);
    }
}

declare_rule! {
    /// ## What it does
    /// Points out Secrets and PersistentVolumeClaims that pods name and that nothing here makes. A Secret counts as
    /// made when an ExternalSecret, SealedSecret, Certificate, SecretProviderClass or Vault object makes it; a claim,
    /// when a `StatefulSet` makes it for one of its pods. What the spec itself calls existing (`existing` of a secret,
    /// `existingClaim` of a volume, the `tls` of an ingress) is nothing to point out.
    ///
    /// ## Why is this bad?
    /// It need not be: some Secrets and disks are made by hand. But then they must be there before the first pod, in
    /// every cluster, and a mistyped name looks the same.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec:
    ///   template:
    ///     spec:
    ///       volumes: [{name: data, persistentVolumeClaim: {claimName: cart}}]
    ///       containers: [{name: cart, envFrom: [{secretRef: {name: cart-db}}]}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: backup}
    /// spec:
    ///   volumes: [{name: data, persistentVolumeClaim: {claimName: data-db-0}}]
    ///   containers: [{name: backup, envFrom: [{secretRef: {name: db}}]}]
    /// ---
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db-from-vault}
    /// spec: {target: {name: db}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: db}
    /// spec: {volumeClaimTemplates: [{metadata: {name: data}}]}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `env-value-from`.
    pub(super) static UNKNOWN_STATE = {
        code: "WRK006",
        summary: "pod needs a Secret or claim that nothing renders",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(unknown_state),
    }
}

fn unknown_state(set: &ManifestSet, findings: &mut Findings<'_>) {
    let made = Made::of(set);
    for (pod, reference) in needed(set, &["Secret", "PersistentVolumeClaim"]) {
        let Reference { kind, name, .. } = reference;
        let namespace = pod.manifest.id.namespace.as_deref();
        if made.has(kind, namespace, name) {
            continue;
        }
        let hint = did_you_mean(name, made.words(pod.manifest, kind), elsewhere(kind, pod.manifest.app.is_some()));
        findings.add(pod.manifest, reference.pointer.as_str(), needs(&reference)).suggest(pod.manifest, hint);
    }
}

/// What to do about an object that somebody else may make: an app of Karat says so in its spec, other manifests cannot.
pub(in crate::lint::rules) fn elsewhere(kind: &str, is_of_app: bool) -> &'static str {
    match (kind, is_of_app) {
        ("Secret", true) => {
            "render an ExternalSecret for it; if somebody else makes it, say so by an `existing` entry of `secrets`"
        }
        (_, true) => "render the claim; if somebody else makes it, say so by an `existingClaim` of `volumes`",
        ("Secret", false) => {
            "lint what makes it, too, such as an ExternalSecret; if somebody else makes it, suppress the finding"
        }
        (_, false) => "lint the claim, too; if somebody else makes it, suppress the finding",
    }
}

/// The names by which somebody may mean objects: their own, and in an app of Karat those of its entries, which stand
/// behind the name of the app. The entry `main` has the name of the app alone.
fn words<'a>(by: &'a Manifest, names: impl Iterator<Item = &'a str>) -> impl Iterator<Item = &'a str> {
    let app = by.app.as_deref();
    let entry = move |name: &'a str| match name.strip_prefix(app?)? {
        "" => Some("main"),
        rest => rest.strip_prefix('-'),
    };
    names.flat_map(move |name| std::iter::once(name).chain(entry(name)))
}

/// It does not say whose pods: a Deployment and its jobs name the same object at one place of the spec.
fn needs(reference: &Reference<'_>) -> String {
    format!("pods need {} `{}`, which nothing renders", reference.kind, reference.name)
}

/// The objects of some kinds that pods cannot start without; of several references to one object, the first.
fn needed<'a>(set: &'a ManifestSet, kinds: &[&str]) -> Vec<(Pod<'a>, Reference<'a>)> {
    let mut needed = Vec::new();
    for pod in set.pods() {
        let mut seen = FxHashSet::default();
        let mut references = pod.references();
        references.retain(|reference| !reference.optional && kinds.contains(&reference.kind));
        references.retain(|reference| seen.insert((reference.kind, reference.name)));
        needed.extend(references.into_iter().map(|reference| (pod, reference)));
    }
    needed
}

/// The Secrets and claims that are there when pods start: those of the set, and those that controllers will make.
pub(in crate::lint::rules) struct Made<'a> {
    set: &'a ManifestSet,
    /// With their namespaces.
    secrets: FxHashSet<(&'a str, &'a str)>,
    /// Claims without the number at the end.
    claims: FxHashSet<(&'a str, String)>,
}

impl<'a> Made<'a> {
    pub(in crate::lint::rules) fn of(set: &'a ManifestSet) -> Self {
        let mut made = Self { set, secrets: FxHashSet::default(), claims: FxHashSet::default() };
        for maker in set.manifests() {
            let namespace = maker.id.namespace.as_deref().unwrap_or_default();
            made.secrets.extend(maker.made_secrets().into_iter().map(|name| (namespace, name)));
        }
        for workload in set.of_kind("StatefulSet") {
            let namespace = workload.id.namespace.as_deref().unwrap_or_default();
            let claims = workload.items("/spec/volumeClaimTemplates");
            let names = claims.filter_map(|(_, claim)| claim.at("/metadata/name")?.as_str());
            made.claims.extend(names.map(|name| (namespace, format!("{name}-{}", workload.id.name))));
        }
        made
    }

    /// Whether there is one, or somebody says so.
    pub(in crate::lint::rules) fn has(&self, kind: &'static str, namespace: Option<&str>, name: &str) -> bool {
        let is_here = self.set.find(kind, namespace, name).is_some() || self.set.is_promised(kind, namespace, name);
        is_here || self.is_made(kind, namespace.unwrap_or_default(), name)
    }

    /// The names by which an object may mean one of its own namespace, in no order.
    pub(in crate::lint::rules) fn words<'b>(
        &'b self,
        by: &'b Manifest,
        kind: &'b str,
    ) -> impl Iterator<Item = &'b str> {
        let namespace = by.id.namespace.as_deref();
        let home = namespace.unwrap_or_default();
        let secrets = self.secrets.iter().filter(move |(namespace, _)| kind == "Secret" && *namespace == home);
        words(by, self.set.names(kind, namespace).chain(secrets.map(|(_, name)| *name)))
    }

    fn is_made(&self, kind: &str, namespace: &str, name: &str) -> bool {
        if kind == "Secret" {
            return self.secrets.contains(&(namespace, name));
        }
        let Some((prefix, number)) = name.rsplit_once('-') else { return false };
        number.parse::<u32>().is_ok() && self.claims.contains(&(namespace, prefix.to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        lint::{Settings, pass},
        manifest::{Owner, Promise},
        node::object,
    };

    #[test]
    fn what_is_promised_is_not_missed() {
        let source = object! { "secretRef": object! { "name": "db" } };
        let containers = vec![object! { "name": "app", "envFrom": vec![source] }];
        let metadata = object! { "name": "web", "namespace": "shop" };
        let spec = object! { "containers": containers };
        let pod = object! { "apiVersion": "v1", "kind": "Pod", "metadata": metadata, "spec": spec };
        let set = ManifestSet::new("dev".into(), "1.34".into(), vec![Manifest::new(Owner::Cluster, None, pod)]);
        let run = |set: &ManifestSet| pass::run(std::iter::once(&UNKNOWN_STATE), set, &Settings::default());
        assert_eq!(run(&set).len(), 1);
        let promise = Promise { kind: "Secret", namespace: "shop".into(), name: "db".into() };
        assert_eq!(run(&set.with_promised([promise].into_iter().collect())), []);
    }
}
