//! Hooks: whether Argo CD knows them, when they run, and what is left of them.

mod application;
mod end;
mod long_lived;
mod name;
mod order;
mod policy;
mod remains;
mod word;

use super::{Check, Findings, Rule, annotation_at, declare_rule, title, wave::order::report, wave_at};
use crate::{
    diagnostic::Safety,
    lint::{Hook, Operation, Operations, operation::step},
    manifest::Manifest,
    node::Node,
    sync::{
        DeletePolicy, Fate, HELM_HOOK, HELM_HOOK_DELETE_POLICY, HOOK, HOOK_DELETE_POLICY, HookType, Phase, annotation,
        delete_policies, hook_type, values,
    },
};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &word::UNKNOWN,
    &word::UNKNOWN_TO_ARGO_CD,
    &policy::UNKNOWN,
    &order::BEFORE_SYNC,
    &order::BEFORE_WAVE,
    &policy::KEPT,
    &name::PILES_UP,
    &name::TOO_LONG,
    &name::NOT_A_HOOK,
    &remains::LEFT_BEHIND,
    &remains::NO_LOGS,
    &long_lived::RECREATED,
    &end::RESTARTED,
    &end::ENDLESS,
    &end::SHORT_LIVED,
    &end::RETRIED,
    &application::SKIPPED,
    &order::INTERLEAVED,
    &word::TWO_MEANINGS,
    &word::VOID_SKIP,
    &application::REPLACED,
    &application::IMMUTABLE,
];

/// The hooks that run in a sync.
fn running<'o, 'a>(operations: &'o Operations<'a>) -> impl Iterator<Item = &'o Hook<'a>> {
    let hooks = operations.ordered.iter().flat_map(|operation| &operation.hooks);
    hooks.filter(|hook| matches!(hook.fate, Fate::Hook(_)))
}

impl Hook<'_> {
    /// Whether it is a hook because Helm's annotation says so.
    fn is_of_helm(&self) -> bool {
        values(self.manifest, HOOK).iter().all(|word| hook_type(HOOK, word).is_none())
    }

    /// Whether it is made by a fixed name.
    fn is_named(&self) -> bool {
        !self.manifest.id.name.is_empty()
    }

    /// Whether it is of a kind that runs once: a Job or a Pod.
    fn runs_once(&self) -> bool {
        matches!(self.manifest.kind(), "Job" | "Pod") && !self.manifest.is_namesake()
    }

    fn has_policy(&self, policy: DeletePolicy) -> bool {
        delete_policies(self.manifest).contains(&policy)
    }
}

/// The annotation that says when a hook is deleted: Argo CD's, unless there is only Helm's.
fn policy_name(manifest: &Manifest) -> &'static str {
    let is_helms = annotation(manifest, HOOK_DELETE_POLICY).is_none() && annotation(manifest, HELM_HOOK).is_some();
    if is_helms { HELM_HOOK_DELETE_POLICY } else { HOOK_DELETE_POLICY }
}

/// Where a hook says when it is deleted; where it says that it is a hook, if it does not.
fn policy_at(manifest: &Manifest) -> String {
    let said = [HOOK_DELETE_POLICY, HELM_HOOK_DELETE_POLICY];
    let said = said.into_iter().find(|name| annotation(manifest, name).is_some());
    said.map_or_else(|| hook_at(manifest), annotation_at)
}

/// Where an object says that it is a hook.
fn hook_at(manifest: &Manifest) -> String {
    annotation_at(if annotation(manifest, HOOK).is_some() { HOOK } else { HELM_HOOK })
}
