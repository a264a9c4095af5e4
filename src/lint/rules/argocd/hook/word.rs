//! The words of the two annotations that make a hook.

use super::{
    Check, Fate, Findings, HELM_HOOK, HOOK, Hook, HookType, Manifest, Operations, Phase, Safety, annotation,
    annotation_at, declare_rule, hook_type, title, values,
};
use crate::{diagnostic::Severity, grammar::similar, sync::hook_words};

declare_rule! {
    /// ## What it does
    /// Checks that every word of `argocd.argoproj.io/hook` is one that Argo CD knows, case and all.
    ///
    /// ## Why is this bad?
    /// An object whose words are all unknown is a hook of no phase: it is never applied, and nobody says so
    /// (`TestGarbageHook` of gitops-engine). Beside a known word, an unknown one is ignored.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: presync}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: "PreSync,pre-upgrade"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: "PreSync, PostSync"}}
    /// ```
    pub(in crate::lint::rules) static UNKNOWN = {
        code: "ARG201",
        summary: "hook of a type that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(unknown),
    }
}

fn unknown(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for Hook { manifest, fate } in operations.ordered.iter().flat_map(|operation| &operation.hooks) {
        let Some(said) = annotation(manifest, HOOK) else { continue };
        let words = values(manifest, HOOK);
        let Some(word) = words.iter().find(|word| hook_type(HOOK, word).is_none()).or(words.is_empty().then_some(&""))
        else {
            continue;
        };
        let consequence = if *fate == Fate::Dropped { "is never applied" } else { "is a hook of less than it says" };
        let message = format!("{} {consequence}: `{word}` is no type of hook", title(manifest));
        let pointer = annotation_at(HOOK);
        let mut finding = findings.add(manifest, pointer.as_str(), message);
        if *fate != Fate::Dropped {
            finding.severity(Severity::Warning);
        }
        let Some(meant) = meant(word) else {
            finding.help(format!("the types are `{}`", hook_words(HOOK).collect::<Vec<_>>().join("`, `")));
            continue;
        };
        finding.help(format!("did you mean `{meant}`?"));
        let fixed = said.replacen(word, meant, 1);
        finding.replace(manifest, &pointer, fixed.as_str(), Safety::Unsafe, format!("write `{meant}`"));
    }
}

/// The word of Argo CD that another one may stand for: in another case, misspelt, or Helm's.
fn meant(word: &str) -> Option<&'static str> {
    let plain = |word: &str| word.replace(['-', '_'], "").to_lowercase();
    let same = hook_words(HOOK).find(|known| plain(known) == plain(word));
    let helms = || match hook_type(HELM_HOOK, word)? {
        HookType::In(Phase::PreSync) => Some("PreSync"),
        HookType::In(_) => Some("PostSync"),
        HookType::PreDelete => Some("PreDelete"),
        HookType::PostDelete => Some("PostDelete"),
        HookType::Skip => None,
    };
    same.or_else(helms).or_else(|| similar(word, hook_words(HOOK)))
}

declare_rule! {
    /// ## What it does
    /// Points out hooks of Helm that Argo CD never applies: those of `test`, which are a note, those of `pre-rollback` and
    /// `post-rollback` alone, which are a warning, and those of a word that Helm does not know either.
    ///
    /// ## Why is this bad?
    /// Argo CD takes `pre-install` and `pre-upgrade` for `PreSync`, `post-install` and `post-upgrade` for `PostSync`, and
    /// the two of deletion for its own. An object with none of these is dropped without a word. It knows no rollback of
    /// Helm's kind: a rollback is a sync.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {helm.sh/hook: pre-instal}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart-test-connection, annotations: {helm.sh/hook: test}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {helm.sh/hook: "pre-upgrade,pre-rollback"}}
    /// ---
    /// apiVersion: apiextensions.k8s.io/v1
    /// kind: CustomResourceDefinition
    /// metadata: {name: widgets.acme.example, annotations: {helm.sh/hook: crd-install}}
    /// ```
    pub(in crate::lint::rules) static UNKNOWN_TO_ARGO_CD = {
        code: "ARG202",
        summary: "hook of Helm that Argo CD never applies",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(unknown_to_argo_cd),
    }
}

fn unknown_to_argo_cd(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    let hooks = operations.ordered.iter().flat_map(|operation| &operation.hooks);
    let helms = hooks.filter(|hook| hook.fate == Fate::Dropped && annotation(hook.manifest, HOOK).is_none());
    for manifest in helms.map(|hook| hook.manifest) {
        let words = values(manifest, HELM_HOOK);
        let (severity, help) = judge(&words);
        let message = format!("Argo CD never applies {}, a hook of Helm of no type that it knows", title(manifest));
        let pointer = annotation_at(HELM_HOOK);
        let mut finding = findings.add(manifest, pointer.as_str(), message);
        finding.severity(severity).help(help);
        let [word] = words.as_slice() else { continue };
        if let Some(meant) = similar(word, hook_words(HELM_HOOK)).filter(|_| severity == Severity::Error) {
            finding.replace(manifest, &pointer, meant, Safety::Unsafe, format!("write `{meant}`"));
        }
    }
}

fn judge(words: &[&str]) -> (Severity, &'static str) {
    let all = |known: &[&str]| !words.is_empty() && words.iter().all(|word| known.contains(word));
    if all(&["test", "test-success", "test-failure"]) {
        (Severity::Info, "make it a hook of `PostSync` if it is to test each sync")
    } else if all(&["pre-rollback", "post-rollback"]) {
        (Severity::Warning, "add `pre-upgrade` or `post-upgrade`: to Argo CD a rollback is a sync")
    } else {
        (Severity::Error, "write `argocd.argoproj.io/hook` with a type such as `PreSync`, or correct Helm's")
    }
}

declare_rule! {
    /// ## What it does
    /// Points out objects that are one hook to Argo CD and another one to Helm. One that Argo CD is to skip is meant to be.
    ///
    /// ## Why is this bad?
    /// Argo CD goes by its own annotation as soon as that has a word that it knows, and ignores Helm's. What a chart does
    /// when Helm installs it is not what happens then.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {helm.sh/hook: post-install, argocd.argoproj.io/hook: PreSync}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {helm.sh/hook: "pre-install,pre-upgrade", argocd.argoproj.io/hook: PreSync}}
    /// ```
    pub(in crate::lint::rules) static TWO_MEANINGS = {
        code: "ARG219",
        summary: "one hook to Argo CD, another one to Helm",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(two_meanings),
    }
}

fn two_meanings(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for Hook { manifest, .. } in operations.ordered.iter().flat_map(|operation| &operation.hooks) {
        let (own, helms) = (types(manifest, HOOK), types(manifest, HELM_HOOK));
        let differ = own.iter().any(|kind| !helms.contains(kind)) || helms.iter().any(|kind| !own.contains(kind));
        if own.is_empty() || helms.is_empty() || own == [HookType::Skip] || !differ {
            continue;
        }
        let message = format!("{} is one hook to Argo CD, and another one to Helm", title(manifest));
        findings
            .add(manifest, annotation_at(HELM_HOOK), message)
            .related(manifest, &annotation_at(HOOK), "Argo CD goes by this one alone")
            .help("let both say the same, or remove Helm's");
    }
}

fn types(manifest: &Manifest, name: &str) -> Vec<HookType> {
    values(manifest, name).into_iter().filter_map(|word| hook_type(name, word)).collect()
}

declare_rule! {
    /// ## What it does
    /// Checks that `Skip` stands alone.
    ///
    /// ## Why is this bad?
    /// Beside another type of hook it means nothing: the object is applied (`TestSkipAndHook` of gitops-engine).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: "Skip,PreSync"}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: migrate, annotations: {argocd.argoproj.io/hook: Skip}}
    /// ```
    pub(in crate::lint::rules) static VOID_SKIP = {
        code: "ARG220",
        summary: "`Skip` beside another type of hook",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(void_skip),
    }
}

fn void_skip(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for Hook { manifest, .. } in operations.ordered.iter().flat_map(|operation| &operation.hooks) {
        let own = types(manifest, HOOK);
        if own.contains(&HookType::Skip) && own.len() > 1 {
            let message = format!("{} is not skipped, since it is another hook as well", title(manifest));
            let help = "write `Skip` alone, or leave it out";
            findings.add(manifest, annotation_at(HOOK), message).help(help);
        }
    }
}
