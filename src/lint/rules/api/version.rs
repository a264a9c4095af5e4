//! What is wrong with the `apiVersion` of an object.

use super::{Check, Findings, declare_rule};
use crate::{
    diagnostic::Safety,
    lint::{
        lifecycle::{Fate, Successor, Verdict, verdict},
        schema::embedded_takes,
    },
    manifest::Manifest,
};

declare_rule! {
    /// ## What it does
    /// Finds objects whose `apiVersion` the cluster has no longer: Kubernetes' own by the minor version that is asked
    /// for, custom resources where every supported release of their operator has dropped it.
    ///
    /// ## Why is this bad?
    /// The API server does not know the kind, and a sync fails as a whole. A release that is there already keeps
    /// running until somebody changes it, so that the mistake shows in the worst moment.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: policy/v1beta1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// The fields of the newer version may be others.
    /// ```yaml,fires
    /// apiVersion: extensions/v1beta1
    /// kind: Ingress
    /// metadata: {name: cart}
    /// spec: {backend: {serviceName: cart, servicePort: 80}}
    /// ---
    /// apiVersion: policy/v1beta1
    /// kind: PodSecurityPolicy
    /// metadata: {name: restricted}
    /// ---
    /// apiVersion: cert-manager.io/v1alpha2
    /// kind: Certificate
    /// metadata: {name: cart}
    /// spec: {secretName: cart-tls, dnsNames: [cart.example.com], issuerRef: {name: letsencrypt}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: policy/v1
    /// kind: PodDisruptionBudget
    /// metadata: {name: cart}
    /// spec: {maxUnavailable: 1, selector: {matchLabels: {app: cart}}}
    /// ```
    ///
    /// Known elsewhere as: kube-linter `no-extensions-v1beta`, kube-score `stable-version`, gatekeeper-library
    /// `verifydeprecatedapi`.
    pub(super) static GONE = {
        code: "API001",
        summary: "version of an API that the cluster has no longer",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: gone },
    }
}

fn gone(manifest: &Manifest, findings: &mut Findings<'_>) {
    report(manifest, findings, |fate, api| match fate {
        Fate::Gone(since) => Some(format!("{api} is gone since {since}")),
        _ => None,
    });
}

declare_rule! {
    /// ## What it does
    /// Finds objects whose `apiVersion` is deprecated, where something takes its place already.
    ///
    /// ## Why is this bad?
    /// With the named release the API server knows the kind no longer. Until then it warns whoever applies the object.
    ///
    /// ## Example
    /// ```yaml,fires
    /// # Kubernetes 1.36
    /// apiVersion: networking.k8s.io/v1beta1
    /// kind: ServiceCIDR
    /// metadata: {name: more}
    /// spec: {cidrs: [10.96.0.0/12]}
    /// ---
    /// apiVersion: external-secrets.io/v1beta1
    /// kind: ExternalSecret
    /// metadata: {name: db}
    /// spec: {secretStoreRef: {name: vault}, target: {name: db}, dataFrom: [{extract: {key: db}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: external-secrets.io/v1
    /// kind: ExternalSecret
    /// metadata: {name: db}
    /// spec: {secretStoreRef: {name: vault}, target: {name: db}, dataFrom: [{extract: {key: db}}]}
    /// ```
    pub(super) static GOING = {
        code: "API002",
        summary: "deprecated version of an API",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: going },
    }
}

fn going(manifest: &Manifest, findings: &mut Findings<'_>) {
    report(manifest, findings, |fate, api| match fate {
        Fate::Going(since) => Some(format!("{api} is deprecated, and no longer served from {since} on")),
        _ => None,
    });
}

declare_rule! {
    /// ## What it does
    /// Finds objects whose `apiVersion` comes with a newer Kubernetes than the one that is asked for.
    ///
    /// ## Why is this bad?
    /// The API server does not know the kind, and a sync fails as a whole.
    ///
    /// ## Example
    /// ```yaml,fires
    /// # Kubernetes 1.34
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: MutatingAdmissionPolicy
    /// metadata: {name: sidecars}
    /// ```
    ///
    /// ```yaml,silent
    /// # Kubernetes 1.36
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: MutatingAdmissionPolicy
    /// metadata: {name: sidecars}
    /// ```
    pub(super) static COMING = {
        code: "API003",
        summary: "version of an API that the cluster has not yet",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: coming },
    }
}

fn coming(manifest: &Manifest, findings: &mut Findings<'_>) {
    report(manifest, findings, |fate, api| match fate {
        Fate::Coming(since) => Some(format!("{api} comes with {since}")),
        _ => None,
    });
}

declare_rule! {
    /// ## What it does
    /// Points out custom resources of an alpha or beta version whose stable version has been there for long.
    ///
    /// ## Why is this bad?
    /// The operator still serves the old version, and at some time it will not. What is new comes to the stable version
    /// alone.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: networking.istio.io/v1beta1
    /// kind: DestinationRule
    /// metadata: {name: cart}
    /// spec: {host: cart}
    /// ```
    ///
    /// An EnvoyFilter has no other version.
    /// ```yaml,silent
    /// apiVersion: networking.istio.io/v1alpha3
    /// kind: EnvoyFilter
    /// metadata: {name: cart}
    /// ```
    pub(super) static OLD = {
        code: "API004",
        summary: "old version of an API that has a stable one",
        severity: Info,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: old },
    }
}

fn old(manifest: &Manifest, findings: &mut Findings<'_>) {
    report(manifest, findings, |fate, api| match fate {
        Fate::Old(since) => Some(format!("{api} has had a stable successor since {since}")),
        _ => None,
    });
}

fn report(manifest: &Manifest, findings: &mut Findings<'_>, message: impl Fn(&Fate, &str) -> Option<String>) {
    let gvk = &manifest.id.gvk;
    let Some(Verdict { fate, successor }) = verdict(gvk, findings.set.kube_minor()) else { return };
    let Some(message) = message(&fate, &format!("`{}` of {}", gvk.api_version(), gvk.kind)) else { return };
    let kube_version = findings.set.kube_version.clone();
    let mut finding = findings.add(manifest, "/apiVersion", message);
    let Some(Successor { api_version, kind }) = successor else {
        finding.help(nothing_instead(&gvk.kind));
        return;
    };
    let is_same = kind.is_none() && embedded_takes(&manifest.object, api_version, &kube_version);
    finding.help(match kind {
        Some(kind) => format!("write a {kind} of `{api_version}` instead"),
        None if is_same => format!("write `apiVersion: {api_version}`; the object fits as it is"),
        None => format!("write `apiVersion: {api_version}`, and see which of the fields it calls otherwise"),
    });
    if is_same {
        // Whoever refuses the old version loses nothing; elsewhere the two are one object in two spellings.
        let title = format!("write `{api_version}`");
        finding.replace(manifest, "/apiVersion", api_version, Safety::Safe, title);
    }
}

fn nothing_instead(kind: &str) -> &'static str {
    match kind {
        "PodSecurityPolicy" => {
            "label the namespaces with `pod-security.kubernetes.io/enforce` instead, or use a policy engine"
        }
        "PipelineResource" => "use workspaces, params and results of tasks instead",
        "ClusterTask" => "write a Task, and refer to it by a resolver where other namespaces need it",
        _ => "remove the object; nothing of this name takes its place",
    }
}
