//! Syncs of Applications, as rules look at them.
//!
//! Argo CD calls one sync of one Application an operation. What is known of it is found out once for all rules, and only
//! where an object says something of waves or hooks: without that, Argo CD applies everything at once and waits for
//! nothing.

use rayon::prelude::*;
use rustc_hash::FxHashMap;

use crate::{
    manifest::{Manifest, ManifestSet},
    sync::{
        Application, Cause, Dependencies, Dependency, Fate, HELM_HOOK, HELM_HOOK_WEIGHT, HOOK, HealthChecks, Phase,
        Plan, SYNC_WAVE, Synced, Task, fate,
    },
};

/// All operations of an environment.
pub struct Operations<'a> {
    /// All objects of the environment.
    pub set: &'a ManifestSet,
    /// The Applications that say in which order they sync something, or have hooks.
    pub ordered: Vec<Operation<'a>>,
    /// The objects of each of the others.
    pub plain: Vec<&'a [Manifest]>,
    /// Which Application syncs what.
    pub synced: Synced<'a>,
}

/// One sync of an Application from nothing.
pub struct Operation<'a> {
    /// Its objects.
    pub objects: &'a [Manifest],
    /// The Application, if it is known.
    pub application: Option<Application<'a>>,
    /// What it does, in order.
    pub plan: Plan<'a>,
    /// The objects that are hooks of some kind, or are meant to be.
    pub hooks: Vec<Hook<'a>>,
    /// What a task needs of another one, in the order of the tasks that need it.
    pub edges: Vec<Edge<'a>>,
    /// What holds up a step that another one follows.
    pub waits: FxHashMap<usize, Vec<Cause<'a>>>,
}

/// An object with one of the annotations of hooks.
pub struct Hook<'a> {
    /// The object.
    pub manifest: &'a Manifest,
    /// What becomes of it.
    pub fate: Fate,
}

/// That a task needs another one of the same operation; both by their positions in the plan. An object of several
/// phases counts where it comes first.
pub struct Edge<'a> {
    /// The task that needs it.
    pub user: usize,
    /// The task that is needed, or that makes what is needed.
    pub provider: usize,
    /// What is needed.
    pub dependency: Dependency<'a>,
}

/// The annotations that make an operation more than one step.
const STEERING: [&str; 4] = [SYNC_WAVE, HOOK, HELM_HOOK, HELM_HOOK_WEIGHT];

impl<'a> Operations<'a> {
    /// Of an environment. Objects of one owner are those of one Application.
    pub fn of(set: &'a ManifestSet) -> Self {
        let synced = Synced::of(set);
        let owned: Vec<&[Manifest]> = set.manifests().chunk_by(|a, b| a.owner == b.owner).collect();
        let is_ordered = |objects: &&[Manifest]| objects.par_iter().with_min_len(256).any(is_steered);
        let (ordered, plain): (Vec<_>, Vec<_>) = owned.into_iter().partition(is_ordered);
        if ordered.is_empty() {
            return Self { set, ordered: Vec::new(), plain, synced };
        }
        let (dependencies, checks) = (Dependencies::new(set), HealthChecks::of(set.of_kind("ConfigMap")));
        let operation = |objects: &'a [Manifest]| {
            let application = objects.first().and_then(|first| synced.application(first));
            Operation::of(objects, application, &dependencies, &checks)
        };
        let ordered = ordered.into_par_iter().map(operation).collect();
        Self { set, ordered, plain, synced }
    }
}

impl<'a> Operation<'a> {
    fn of(
        objects: &'a [Manifest],
        application: Option<Application<'a>>,
        dependencies: &Dependencies<'a>,
        checks: &HealthChecks,
    ) -> Self {
        let destination = application.and_then(|application| application.text("/spec/destination/namespace"));
        let plan = Plan::of(objects, destination.unwrap_or_default());
        let hooks = objects.iter().filter(|manifest| is_hook(manifest));
        let hooks = hooks.map(|manifest| Hook { manifest, fate: fate(manifest) }).collect();
        let (edges, waits) = (edges(&plan, dependencies), waits(&plan, checks, dependencies));
        Self { objects, application, plan, hooks, edges, waits }
    }

    /// A task of the plan.
    pub fn task(&self, at: usize) -> &Task<'a> {
        &self.plan.tasks[at]
    }

    /// What must be healthy before the next step begins, in order, and why it may never be.
    pub fn waiting(&self) -> Vec<(&Task<'a>, &[Cause<'a>])> {
        let mut waiting: Vec<_> = self.waits.iter().map(|(at, causes)| (*at, causes.as_slice())).collect();
        waiting.sort_by_key(|(at, _)| *at);
        waiting.into_iter().map(|(at, causes)| (self.task(at), causes)).collect()
    }
}

impl Edge<'_> {
    /// The tasks that need and that are needed.
    pub fn ends<'o, 'a>(&self, operation: &'o Operation<'a>) -> (&'o Task<'a>, &'o Task<'a>) {
        (operation.task(self.user), operation.task(self.provider))
    }
}

/// The phase and wave of a task.
pub(super) fn step(task: &Task<'_>) -> (Phase, i64) {
    (task.phase, task.wave)
}

fn is_steered(manifest: &Manifest) -> bool {
    let annotations = manifest.object.get("metadata").and_then(|metadata| metadata.get("annotations")?.as_map());
    annotations.is_some_and(|annotations| annotations.keys().any(|key| STEERING.contains(&key.as_str())))
}

fn is_hook(manifest: &Manifest) -> bool {
    let annotations = manifest.object.get("metadata").and_then(|metadata| metadata.get("annotations")?.as_map());
    annotations.is_some_and(|annotations| annotations.contains(HOOK) || annotations.contains(HELM_HOOK))
}

fn edges<'a>(plan: &Plan<'a>, dependencies: &Dependencies<'a>) -> Vec<Edge<'a>> {
    let mut first = FxHashMap::<*const Manifest, usize>::default();
    for (at, task) in plan.tasks.iter().enumerate() {
        first.entry(std::ptr::from_ref(task.manifest)).or_insert(at);
    }
    let at = |manifest: &Manifest| first.get(&std::ptr::from_ref(manifest)).copied();
    let users = plan.tasks.iter().enumerate().filter(|(user, task)| at(task.manifest) == Some(*user));
    let edges = users
        .flat_map(|(user, task)| dependencies.of(task.manifest).into_iter().map(move |dependency| (user, dependency)));
    edges.filter_map(|(user, dependency)| Some(Edge { user, provider: at(dependency.on)?, dependency })).collect()
}

fn waits<'a>(
    plan: &Plan<'a>,
    checks: &HealthChecks,
    dependencies: &Dependencies<'a>,
) -> FxHashMap<usize, Vec<Cause<'a>>> {
    let (mut waits, mut start) = (FxHashMap::default(), 0);
    for gate in plan.gates(checks, dependencies) {
        let mut waiting = gate.waits.into_iter().peekable();
        for (at, task) in gate.step.iter().enumerate() {
            if let Some(wait) = waiting.next_if(|wait| gate.is_followed && std::ptr::eq(wait.task, task)) {
                waits.insert(start + at, wait.causes);
            }
        }
        start += gate.step.len();
    }
    waits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::yaml, source::FileId};

    fn set(objects: &[(&str, &str)]) -> ManifestSet {
        let manifest = |(directory, text): &(&str, &str)| {
            let root = yaml::read(FileId::from_index(0), text).documents.remove(0).root;
            Manifest::new(Owner::Directory((*directory).into()), None, root)
        };
        ManifestSet::new("".into(), "1.34".into(), objects.iter().map(manifest).collect())
    }

    const MAP: &str = "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}}";
    const POD: &str = "
apiVersion: v1
kind: Pod
metadata: {name: p, annotations: {argocd.argoproj.io/sync-wave: '-1'}}
spec: {containers: [{name: p, envFrom: [{configMapRef: {name: c}}]}]}
";

    #[test]
    fn one_directory_is_one_application() {
        let set = set(&[("a", POD), ("a", MAP), ("b", MAP)]);
        let operations = Operations::of(&set);
        assert_eq!((operations.ordered.len(), operations.plain.len()), (1, 1));
        let operation = &operations.ordered[0];
        let ends: Vec<_> = operation.edges.iter().map(|edge| (edge.user, edge.provider)).collect();
        assert_eq!((operation.objects.len(), ends), (2, vec![(0, 1)]));
        assert!(operation.waits.contains_key(&0) && !operation.waits.contains_key(&1), "nothing follows the last step");
    }

    #[test]
    fn what_stands_elsewhere_is_not_waited_for() {
        let set = set(&[("a", POD), ("b", MAP)]);
        let operations = Operations::of(&set);
        assert!(operations.ordered[0].edges.is_empty());
        assert!(operations.ordered[0].waits.is_empty());
    }

    #[test]
    fn where_nothing_speaks_of_waves_nothing_is_worked_out() {
        assert!(Operations::of(&set(&[("a", MAP), ("b", MAP)])).ordered.is_empty());
    }
}
