//! What the other objects of a sync mean for one: which come too late for it.

use rustc_hash::FxHashMap;

use super::{Cause, cause};
use crate::{
    manifest::{Manifest, Pod},
    node::Node,
    sync::{Dependencies, Need, Phase, Plan, Task},
};

/// Kinds that are healthy whatever becomes of their pods.
const DETACHED: [&str; 3] = ["CronJob", "PodTemplate", "ScaledJob"];

/// An object, as others of its namespace name it.
type Named<'a> = (&'a str, Option<&'a str>, &'a str);

/// The objects of a plan, and the step that first brings them.
pub(super) struct Around<'p, 'a> {
    plan: &'p Plan<'a>,
    dependencies: &'p Dependencies<'a>,
    first: FxHashMap<Named<'a>, (&'a Manifest, Step)>,
}

type Step = (Phase, i64);

impl<'p, 'a> Around<'p, 'a> {
    pub(super) fn of(plan: &'p Plan<'a>, dependencies: &'p Dependencies<'a>) -> Self {
        let mut first = FxHashMap::default();
        for task in &plan.tasks {
            first.entry(named(task.manifest)).or_insert((task.manifest, step(task)));
        }
        Self { plan, dependencies, first }
    }

    /// Why an object may never become healthy.
    pub(super) fn causes(&self, task: &Task<'a>) -> Vec<Cause<'a>> {
        let mut causes = cause::of_object(task);
        causes.extend(self.later(task));
        causes.extend(self.unmounted(task));
        causes
    }

    /// What an object needs to become healthy and a later step brings. Each is told once.
    fn later(&self, task: &Task<'a>) -> Vec<Cause<'a>> {
        if DETACHED.contains(&task.manifest.kind()) {
            return Vec::new();
        }
        let mut told = Vec::<Cause<'a>>::new();
        for needed in self.dependencies.of(task.manifest).into_iter().filter(|needed| needed.need == Need::Health) {
            let brought = self.first.get(&named(needed.on)).map(|(_, brought)| *brought);
            let is_told =
                |cause: &Cause<'_>| matches!(cause, Cause::Later { needed: told, .. } if told.id == needed.on.id);
            if brought.is_some_and(|brought| brought > step(task)) && !told.iter().any(is_told) {
                told.push(Cause::Later { needed: needed.on, pointer: needed.pointer });
            }
        }
        told
    }

    /// Whether a claim waits for a pod that comes too late. One that names its volume does not, nor does one of a class
    /// that binds at once.
    fn unmounted(&self, task: &Task<'a>) -> Option<Cause<'a>> {
        let claim = task.manifest;
        if claim.kind() != "PersistentVolumeClaim"
            || claim.object.at("/spec/volumeName").is_some_and(|name| !name.is_null())
        {
            return None;
        }
        let class = claim.object.at("/spec/storageClassName").and_then(Node::as_str);
        let known = class.and_then(|class| self.first.get(&("StorageClass", None, class)));
        let mode =
            known.map(|(class, _)| class.object.at("/volumeBindingMode").and_then(Node::as_str).unwrap_or("Immediate"));
        if class == Some("") || mode == Some("Immediate") {
            return None;
        }
        let mounting: Vec<Step> =
            self.plan.tasks.iter().filter(|other| mounts(other.manifest, claim)).map(step).collect();
        let is_late = mounting.iter().all(|mounted| *mounted > step(task));
        is_late.then(|| Cause::Unmounted { is_certain: mode.is_some() && !mounting.is_empty() })
    }
}

fn step(task: &Task<'_>) -> Step {
    (task.phase, task.wave)
}

fn named(manifest: &Manifest) -> Named<'_> {
    (manifest.kind(), manifest.id.namespace.as_deref(), &manifest.id.name)
}

fn mounts(manifest: &Manifest, claim: &Manifest) -> bool {
    let is_claim = |volume: &Node| {
        volume.at("/persistentVolumeClaim/claimName").and_then(Node::as_str) == Some(claim.id.name.as_str())
    };
    manifest.id.namespace == claim.id.namespace
        && Pod::of(manifest).is_some_and(|pod| pod.items("/spec/volumes").any(|(_, volume)| is_claim(volume)))
}
