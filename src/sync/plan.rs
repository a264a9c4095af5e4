//! The order of one Application's sync, as `syncTasks.Sort` of gitops-engine makes it.
//!
//! Tasks are sorted by phase, wave, kind and name. Then a Namespace, and after that a CustomResourceDefinition, is moved
//! before the first task that needs it, and takes over that task's phase and wave: what it declares of its own is a lie
//! from then on. Across Applications nothing of the kind happens.

use rustc_hash::FxHashMap;
use smol_str::{SmolStr, format_smolstr};

use super::{
    hook::{Fate, Phase, fate},
    wave::wave,
};
use crate::manifest::{Manifest, apply_rank};

/// An object in one phase of a sync.
#[derive(Clone, Debug)]
pub struct Task<'a> {
    /// The object.
    pub manifest: &'a Manifest,
    /// The phase that it is applied in.
    pub phase: Phase,
    /// The wave that it is applied in.
    pub wave: i64,
    /// The phase and wave that it declares.
    pub declared: (Phase, i64),
    /// Whether it is a hook.
    pub is_hook: bool,
    /// The object that it was moved for, if it is a Namespace or CustomResourceDefinition that was needed earlier.
    pub moved_for: Option<&'a Manifest>,
    /// The namespace that it is in; the Application's own, where the object names none. Argo CD adds that to objects of
    /// the cluster, too.
    namespace: SmolStr,
}

impl Task<'_> {
    /// Whether it is applied in another phase or wave than it declares.
    pub fn is_overridden(&self) -> bool {
        (self.phase, self.wave) != self.declared
    }
}

/// All tasks of one sync, in order.
#[derive(Clone, Debug)]
pub struct Plan<'a> {
    /// The tasks.
    pub tasks: Vec<Task<'a>>,
}

impl<'a> Plan<'a> {
    /// The plan for the objects of an Application whose destination is a namespace.
    ///
    /// Where Argo CD leaves the order open (two kinds that it does not know, with the same name), it is that of
    /// namespaces, groups and kinds here.
    pub fn of(manifests: impl IntoIterator<Item = &'a Manifest>, namespace: &str) -> Self {
        let mut tasks: Vec<Task<'a>> = manifests.into_iter().flat_map(|manifest| tasks(manifest, namespace)).collect();
        tasks.sort_by(|a, b| key(a).cmp(&key(b)));
        move_up(&mut tasks, namespace_made, namespace_used);
        move_up(&mut tasks, kind_made, kind_used);
        Self { tasks }
    }

    /// The first task of the phase that a Namespace or a definition declares that needs it in an earlier wave than the one
    /// that it declares.
    pub fn first_before_declared(&self, made: &Task<'_>) -> Option<&Task<'a>> {
        let (phase, wave) = made.declared;
        let (namespace, kind) = (namespace_made(made), kind_made(made));
        let is_user = |task: &&Task<'_>| {
            namespace.is_some() && namespace_made(task).is_none() && namespace_used(task) == namespace
                || kind.is_some() && kind_used(task) == kind
        };
        self.tasks.iter().filter(|task| task.phase == phase && task.wave < wave).find(is_user)
    }

    /// The tasks by phase and wave: what Argo CD applies before it waits.
    pub fn steps(&self) -> impl Iterator<Item = &[Task<'a>]> {
        self.tasks.chunk_by(|a, b| (a.phase, a.wave) == (b.phase, b.wave))
    }

    /// Whether there is more than one phase or wave. Only then, or for hooks, does Argo CD wait for anything at all.
    pub fn is_multi_step(&self) -> bool {
        let step = |task: &Task<'_>| (task.phase, task.wave);
        self.tasks.first().map(step) != self.tasks.last().map(step)
    }
}

fn tasks<'a>(manifest: &'a Manifest, namespace: &str) -> Vec<Task<'a>> {
    let (fate, wave) = (fate(manifest), wave(manifest));
    let is_hook = matches!(fate, Fate::Hook(_));
    let namespace = manifest.id.namespace.clone().unwrap_or_else(|| namespace.into());
    let task = |phase| Task {
        manifest,
        phase,
        wave,
        declared: (phase, wave),
        is_hook,
        moved_for: None,
        namespace: namespace.clone(),
    };
    fate.phases().iter().copied().map(task).collect()
}

fn key<'t>(task: &'t Task<'_>) -> impl Ord + use<'t> {
    let id = &task.manifest.id;
    (task.phase, task.wave, apply_rank(&id.gvk.kind), &id.name, &task.namespace, &id.gvk)
}

fn namespace_made(task: &Task<'_>) -> Option<SmolStr> {
    let id = &task.manifest.id;
    (id.gvk.kind == "Namespace" && id.gvk.group.is_empty()).then(|| id.name.clone())
}

fn namespace_used(task: &Task<'_>) -> Option<SmolStr> {
    (!task.namespace.is_empty()).then(|| task.namespace.clone())
}

fn kind_made(task: &Task<'_>) -> Option<SmolStr> {
    let (group, kind) = task.manifest.defined_kind()?;
    Some(format_smolstr!("{group}/{kind}"))
}

#[expect(clippy::unnecessary_wraps, reason = "it is the other half of `kind_made`")]
fn kind_used(task: &Task<'_>) -> Option<SmolStr> {
    let gvk = &task.manifest.id.gvk;
    Some(format_smolstr!("{}/{}", gvk.group, gvk.kind))
}

/// Moves each task that makes something before the first one that uses it (`syncTasks.adjustDeps`).
fn move_up<'a>(
    tasks: &mut [Task<'a>],
    makes: fn(&Task<'_>) -> Option<SmolStr>,
    uses: fn(&Task<'_>) -> Option<SmolStr>,
) {
    let mut first_use = FxHashMap::<SmolStr, usize>::default();
    for at in 0..tasks.len() {
        if let Some(made) = makes(&tasks[at]) {
            let Some(first) = first_use.get(&made).copied() else { continue };
            let Task { phase, wave, manifest, .. } = tasks[first];
            let task = &mut tasks[at];
            (task.phase, task.wave, task.moved_for) = (phase, wave, Some(manifest));
            tasks[first..=at].rotate_right(1);
            first_use.values_mut().filter(|other| **other >= first).for_each(|other| *other += 1);
        } else if let Some(used) = uses(&tasks[at]) {
            first_use.entry(used).or_insert(at);
        }
    }
}

#[cfg(test)]
mod tests;
