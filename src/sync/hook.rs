//! Hooks: which objects are no part of the Application, when they run, and when they are deleted.

use super::annotation::{HELM_HOOK, HELM_HOOK_DELETE_POLICY, HOOK, HOOK_DELETE_POLICY, annotation, values};
use crate::manifest::Manifest;

/// A part of a sync. All of one is done before the next begins; `SyncFail` comes only if something has failed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Phase {
    /// Before anything of the Application is applied.
    PreSync,
    /// With the Application's own objects.
    Sync,
    /// When all is applied and healthy.
    PostSync,
    /// When the sync has failed.
    SyncFail,
}

impl Phase {
    /// Every phase, in order.
    pub const ALL: [Self; 4] = [Self::PreSync, Self::Sync, Self::PostSync, Self::SyncFail];

    /// The name, as the annotation has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::PreSync => "PreSync",
            Self::Sync => "Sync",
            Self::PostSync => "PostSync",
            Self::SyncFail => "SyncFail",
        }
    }
}

/// What a word of the hook annotation means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum HookType {
    /// Runs in a phase of each sync.
    In(Phase),
    /// Is left out of the sync, if it stands alone; means nothing beside another type.
    Skip,
    /// Runs before the Application's objects are deleted with it (3.3 and later).
    PreDelete,
    /// Runs after the Application's objects have been deleted with it.
    PostDelete,
}

/// The words that Argo CD knows, case and all.
const TYPES: &[(&str, HookType)] = &[
    ("PreSync", HookType::In(Phase::PreSync)),
    ("Sync", HookType::In(Phase::Sync)),
    ("PostSync", HookType::In(Phase::PostSync)),
    ("SyncFail", HookType::In(Phase::SyncFail)),
    ("Skip", HookType::Skip),
    ("PreDelete", HookType::PreDelete),
    ("PostDelete", HookType::PostDelete),
];

/// Those of Helm's words that Argo CD takes for one of its own. The rest (`test`, `pre-rollback`…) it does not know.
const HELM_TYPES: &[(&str, HookType)] = &[
    ("pre-install", HookType::In(Phase::PreSync)),
    ("pre-upgrade", HookType::In(Phase::PreSync)),
    ("post-install", HookType::In(Phase::PostSync)),
    ("post-upgrade", HookType::In(Phase::PostSync)),
    ("pre-delete", HookType::PreDelete),
    ("post-delete", HookType::PostDelete),
];

fn types(annotation: &str) -> &'static [(&'static str, HookType)] {
    if annotation == HELM_HOOK { HELM_TYPES } else { TYPES }
}

/// What a word in one of the two hook annotations means; nothing if Argo CD does not know it.
pub fn hook_type(annotation: &str, word: &str) -> Option<HookType> {
    types(annotation).iter().find(|(name, _)| *name == word).map(|(_, found)| *found)
}

/// The words that Argo CD knows in one of the two hook annotations.
pub fn hook_words(annotation: &str) -> impl Iterator<Item = &'static str> + use<> {
    types(annotation).iter().map(|(name, _)| *name)
}

/// What becomes of an object in a sync.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It is part of the Application: applied in the phase `Sync`, tracked, pruned.
    Resource,
    /// It is made anew in these phases, in their order, and not tracked.
    Hook(Vec<Phase>),
    /// It runs when the Application is deleted, and in no sync.
    AtDeletion,
    /// Its annotation says that it stays out of the sync.
    Skipped,
    /// It is a hook of no type that Argo CD knows, so it is never applied, and nobody says so.
    Dropped,
}

impl Fate {
    /// The phases that an object has a part in.
    pub fn phases(&self) -> &[Phase] {
        match self {
            Self::Resource => &[Phase::Sync],
            Self::Hook(phases) => phases,
            Self::AtDeletion | Self::Skipped | Self::Dropped => &[],
        }
    }
}

/// What becomes of an object in a sync. Helm's annotation counts where Argo CD's has no word that it knows.
pub fn fate(manifest: &Manifest) -> Fate {
    let words = |name| values(manifest, name).into_iter().filter_map(move |word| hook_type(name, word));
    let own: Vec<HookType> = words(HOOK).collect();
    let all: Vec<HookType> = own.iter().copied().chain(words(HELM_HOOK)).collect();
    // A type of deletion is none to the sync itself, which then looks at Helm's annotation.
    let is_of_sync = |kind: &HookType| matches!(kind, HookType::In(_) | HookType::Skip);
    let own: Vec<HookType> = own.into_iter().filter(is_of_sync).collect();
    let types = if own.is_empty() { words(HELM_HOOK).filter(is_of_sync).collect() } else { own };
    let annotated = annotation(manifest, HOOK).is_some()
        || annotation(manifest, HELM_HOOK).is_some_and(|words| words != "crd-install");
    if types == [HookType::Skip] {
        return Fate::Skipped;
    }
    if !annotated {
        return Fate::Resource;
    }
    let is_in = |phase: &Phase| types.contains(&HookType::In(*phase));
    let phases: Vec<Phase> = Phase::ALL.into_iter().filter(is_in).collect();
    match phases.is_empty() {
        false => Fate::Hook(phases),
        true if all.iter().any(|kind| matches!(kind, HookType::PreDelete | HookType::PostDelete)) => Fate::AtDeletion,
        true => Fate::Dropped,
    }
}

/// When a hook is deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeletePolicy {
    /// When the sync has succeeded.
    HookSucceeded,
    /// When the sync has failed.
    HookFailed,
    /// When the next sync is about to make it again.
    BeforeHookCreation,
}

impl DeletePolicy {
    /// Every policy.
    pub const ALL: [Self; 3] = [Self::HookSucceeded, Self::HookFailed, Self::BeforeHookCreation];

    /// The name, as Argo CD's annotation has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::HookSucceeded => "HookSucceeded",
            Self::HookFailed => "HookFailed",
            Self::BeforeHookCreation => "BeforeHookCreation",
        }
    }

    /// The word for it in one of the two annotations of delete policies.
    pub fn word(self, annotation: &str) -> &'static str {
        match self {
            _ if annotation != HELM_HOOK_DELETE_POLICY => self.name(),
            Self::HookSucceeded => "hook-succeeded",
            Self::HookFailed => "hook-failed",
            Self::BeforeHookCreation => "before-hook-creation",
        }
    }

    /// Reads a word in one of the two annotations.
    pub fn parse(annotation: &str, word: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|policy| policy.word(annotation) == word)
    }
}

/// The delete policies of a hook, from both annotations; `BeforeHookCreation` where there is none that Argo CD knows.
pub fn delete_policies(manifest: &Manifest) -> Vec<DeletePolicy> {
    let words = |name| values(manifest, name).into_iter().filter_map(move |word| DeletePolicy::parse(name, word));
    let policies: Vec<_> = words(HOOK_DELETE_POLICY).chain(words(HELM_HOOK_DELETE_POLICY)).collect();
    if policies.is_empty() { vec![DeletePolicy::BeforeHookCreation] } else { policies }
}

#[cfg(test)]
mod tests {
    use super::{super::annotation::annotated, *};
    use crate::grammar::fields;

    fn fate_of(argo: Option<&str>, helm: Option<&str>) -> Fate {
        let annotations = [(HOOK, argo), (HELM_HOOK, helm)];
        let given: Vec<_> = annotations.iter().filter_map(|(name, value)| Some((*name, (*value)?.into()))).collect();
        fate(&annotated(&given))
    }

    #[test]
    fn specs_know_the_same_words() {
        let types: Vec<&str> = hook_words(HOOK).filter(|word| *word != "Skip").collect();
        assert_eq!(types, fields::HOOKS);
        assert_eq!(DeletePolicy::ALL.map(DeletePolicy::name), fields::HOOK_DELETE_POLICIES);
    }

    #[test]
    fn types_are_words_case_and_all() {
        use Phase::{PostSync, PreSync, Sync, SyncFail};
        let hook = |phases: &[Phase]| Fate::Hook(phases.to_vec());
        for (argo, expected) in [
            ("PreSync", hook(&[PreSync])),
            ("SyncFail, PostSync ,Sync", hook(&[Sync, PostSync, SyncFail])),
            ("Sync,Garbage", hook(&[Sync])),
            ("Skip", Fate::Skipped),
            ("Skip,Garbage", Fate::Skipped),
            ("Skip,PreSync", hook(&[PreSync])),
            ("presync", Fate::Dropped),
            ("", Fate::Dropped),
            ("PostDelete", Fate::AtDeletion),
            ("PreDelete,PreSync", hook(&[PreSync])),
        ] {
            assert_eq!(fate_of(Some(argo), None), expected, "{argo:?}");
        }
        assert_eq!(fate_of(None, None), Fate::Resource);
    }

    #[test]
    fn helms_words_count_where_argo_cds_do_not() {
        let hook = |phase: Phase| Fate::Hook(vec![phase]);
        for (argo, helm, expected) in [
            (None, "pre-install,pre-upgrade", hook(Phase::PreSync)),
            (None, "post-upgrade", hook(Phase::PostSync)),
            (None, "crd-install", Fate::Resource),
            (None, "test", Fate::Dropped),
            (None, "pre-rollback", Fate::Dropped),
            (None, "post-delete", Fate::AtDeletion),
            (Some("Sync"), "pre-install", hook(Phase::Sync)),
            (Some("Garbage"), "pre-install", hook(Phase::PreSync)),
            (Some("Skip"), "pre-install", Fate::Skipped),
        ] {
            assert_eq!(fate_of(argo, Some(helm)), expected, "{argo:?} {helm}");
        }
    }

    #[test]
    fn a_hook_without_a_known_policy_goes_before_the_next() {
        use DeletePolicy::{BeforeHookCreation, HookFailed, HookSucceeded};
        let policies = |name, value: &str| delete_policies(&annotated(&[(name, value.into())]));
        assert_eq!(policies(HOOK_DELETE_POLICY, "HookSucceeded,HookFailed"), [HookSucceeded, HookFailed]);
        assert_eq!(policies(HOOK_DELETE_POLICY, "hook-succeeded"), [BeforeHookCreation]);
        assert_eq!(policies(HELM_HOOK_DELETE_POLICY, "hook-succeeded"), [HookSucceeded]);
        assert_eq!(delete_policies(&annotated(&[])), [BeforeHookCreation]);
    }
}
