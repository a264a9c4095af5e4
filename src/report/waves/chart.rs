//! What there is to show of a sync: its steps, what they bring, and how their gates open.

use rustc_hash::FxHashSet;
use serde::Serialize;

use crate::{
    diagnostic::ResourceId,
    manifest::Manifest,
    sync::{
        Cause, DeletePolicy, Dependencies, Fate, Gate, HealthChecks, PAUSE, Plan, Task, Wait, delete_policies, fate,
    },
};

/// The syncs of one environment, or of manifests that somebody else made.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Chart {
    /// The environment's name, if it is one.
    pub environment: Option<String>,
    /// Whether Argo CD assesses the health of Applications, so that one holds up another.
    pub assesses_applications: bool,
    /// The Applications that an ApplicationSet syncs in steps of its own (`RollingSync`), by step.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub rolling_steps: Vec<Vec<String>>,
    /// The syncs: parents before their children, these in the order in which they are created.
    pub syncs: Vec<Sync>,
}

/// What one Application does when it is synced.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Sync {
    /// What its objects are called together: an app, or a directory.
    pub name: String,
    /// The Application that syncs them, where that is known.
    pub application: Option<String>,
    /// The namespace of its destination, if it names one.
    pub namespace: Option<String>,
    /// Whether Argo CD makes the namespace before anything else (`CreateNamespace=true`).
    pub creates_namespace: bool,
    /// Whether what has left is deleted after all else (`PruneLast=true`).
    pub prunes_last: bool,
    /// What is applied, in order.
    pub steps: Vec<Step>,
    /// What is not.
    pub outside: Vec<Outside>,
}

/// What is applied before Argo CD pauses or waits: the objects of one phase and wave.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Step {
    /// The phase: `PreSync`, `Sync`, `PostSync` or `SyncFail`.
    pub phase: &'static str,
    /// The wave; the lowest one of hooks of `SyncFail`, which run together.
    pub wave: i64,
    /// The objects, in the order in which they are applied.
    pub objects: Vec<Object>,
    /// What is behind it.
    pub gate: Opening,
    /// Seconds of pause behind it.
    pub pause_seconds: u32,
}

/// When a gate opens, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "camelCase")]
pub enum Opening {
    /// There is none: the sync has succeeded as soon as the step is applied.
    End,
    /// After the pause: nothing in the step has a health check.
    Pause,
    /// When all that has a health check is healthy.
    Healthy,
    /// The same, and something outside of the sync must lend a hand.
    Doubtful,
    /// Not at all.
    Never,
}

/// An object in a step.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Object {
    /// What it is.
    #[serde(flatten)]
    pub id: Id,
    /// Whether it is a hook.
    pub hook: bool,
    /// When it is deleted, if it is a hook.
    pub delete_policies: Vec<&'static str>,
    /// The place that it declares, if it was moved from there.
    pub moved: Option<Moved>,
    /// Whether the gate stays shut until it is healthy.
    pub awaited: bool,
    /// Why that may never be.
    pub doubts: Vec<Doubt>,
    /// Other objects of the sync that it needs or calls.
    pub needs: Vec<Id>,
}

/// What an object is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Id {
    /// Its `apiVersion`.
    pub api_version: String,
    /// Its kind.
    pub kind: String,
    /// Its namespace, if it names one.
    pub namespace: Option<String>,
    /// Its name, or what its name begins with.
    pub name: String,
}

/// That an object comes before its time, since something needs it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Moved {
    /// The phase that it declares.
    pub from_phase: &'static str,
    /// The wave that it declares.
    pub from_wave: i64,
    /// What needs it.
    pub needed_by: Id,
}

/// Why an object may never become healthy.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Doubt {
    /// What is to be said behind the object's name.
    pub message: String,
    /// The field at fault: a JSON pointer.
    pub path: String,
    /// Whether nothing in the sync can put it right.
    pub certain: bool,
}

/// An object that takes no part in a sync.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Outside {
    /// What it is.
    #[serde(flatten)]
    pub id: Id,
    /// Why.
    pub reason: &'static str,
}

impl Sync {
    /// Where its objects go that name no namespace, in words.
    pub fn destination(&self) -> &str {
        self.namespace.as_deref().unwrap_or("no namespace")
    }

    /// The sync of some objects into a namespace; an empty one is none, as it is to Argo CD.
    pub fn of<'a>(
        name: &str,
        namespace: &str,
        manifests: &[&'a Manifest],
        (checks, dependencies): (&HealthChecks, &Dependencies<'a>),
    ) -> Self {
        let plan = Plan::of(manifests.iter().copied(), namespace);
        let mut steps: Vec<Step> = plan.gates(checks, dependencies).iter().map(step).collect();
        let here: FxHashSet<&ResourceId> = plan.tasks.iter().map(|task| &*task.manifest.id).collect();
        let objects = steps.iter_mut().flat_map(|step| &mut step.objects);
        for (task, object) in plan.tasks.iter().zip(objects) {
            object.needs = needs(task, &here, dependencies);
        }
        Self {
            name: name.to_owned(),
            application: None,
            namespace: Some(namespace.to_owned()).filter(|name| !name.is_empty()),
            creates_namespace: false,
            prunes_last: false,
            steps,
            outside: manifests.iter().filter_map(|manifest| outside(manifest)).collect(),
        }
    }

    /// All objects, in order.
    pub fn objects(&self) -> impl Iterator<Item = &Object> {
        self.steps.iter().flat_map(|step| &step.objects)
    }

    /// How its worst gate opens.
    pub fn worst(&self) -> Opening {
        self.steps.iter().map(|step| step.gate).max().unwrap_or(Opening::End)
    }
}

impl Id {
    /// Whether it is an Application of Argo CD's.
    pub fn is_application(&self) -> bool {
        self.kind == "Application" && self.api_version.starts_with("argoproj.io/")
    }

    /// What an object is.
    pub fn of(manifest: &Manifest) -> Self {
        let id = &manifest.id;
        let prefix = || manifest.object.at("/metadata/generateName").and_then(crate::node::Node::as_str);
        Self {
            api_version: id.gvk.api_version().into(),
            kind: id.gvk.kind.to_string(),
            namespace: id.namespace.as_ref().map(ToString::to_string),
            name: if id.name.is_empty() { prefix().unwrap_or_default().to_owned() } else { id.name.to_string() },
        }
    }
}

impl Object {
    /// How it lets its gate open.
    pub fn opening(&self) -> Opening {
        let free = if self.awaited { Opening::Healthy } else { Opening::Pause };
        self.doubts.iter().map(Doubt::opening).max().unwrap_or(free)
    }
}

impl Doubt {
    /// What it makes of a gate.
    pub fn opening(&self) -> Opening {
        if self.certain { Opening::Never } else { Opening::Doubtful }
    }
}

fn step(gate: &Gate<'_, '_>) -> Step {
    // Both are in the order of the step.
    let mut waits = gate.waits.iter().peekable();
    let mut object = |task: &Task<'_>| object(task, waits.next_if(|wait| std::ptr::eq(wait.task, task)));
    Step {
        phase: gate.step[0].phase.name(),
        wave: gate.step[0].wave,
        objects: gate.step.iter().map(&mut object).collect(),
        gate: opening(gate),
        pause_seconds: if gate.is_followed { PAUSE } else { 0 },
    }
}

fn opening(gate: &Gate<'_, '_>) -> Opening {
    let worst = gate.waits.iter().map(|wait| match wait {
        wait if wait.is_for_ever() => Opening::Never,
        wait if wait.causes.is_empty() => Opening::Healthy,
        _ => Opening::Doubtful,
    });
    worst.max().unwrap_or(if gate.is_followed { Opening::Pause } else { Opening::End })
}

fn object(task: &Task<'_>, wait: Option<&Wait<'_, '_>>) -> Object {
    let policies = if task.is_hook { delete_policies(task.manifest) } else { Vec::new() };
    let moved = task.moved_for.filter(|_| task.is_overridden()).map(|user| Moved {
        from_phase: task.declared.0.name(),
        from_wave: task.declared.1,
        needed_by: Id::of(user),
    });
    Object {
        id: Id::of(task.manifest),
        hook: task.is_hook,
        delete_policies: policies.into_iter().map(DeletePolicy::name).collect(),
        moved,
        awaited: wait.is_some(),
        doubts: wait.map_or(&[][..], |wait| &wait.causes).iter().map(doubt).collect(),
        needs: Vec::new(),
    }
}

/// The objects of the sync that an object needs; not its namespace, nor its kind.
fn needs<'a>(task: &Task<'a>, here: &FxHashSet<&ResourceId>, dependencies: &Dependencies<'a>) -> Vec<Id> {
    let mut needs: Vec<Id> = Vec::new();
    for needed in dependencies.of(task.manifest) {
        let is_frame = matches!(needed.on.kind(), "Namespace" | "CustomResourceDefinition" | "AppProject");
        if !is_frame && here.contains(&*needed.on.id) && !needs.iter().any(|id| *id == Id::of(needed.on)) {
            needs.push(Id::of(needed.on));
        }
    }
    needs
}

fn doubt(cause: &Cause<'_>) -> Doubt {
    Doubt { message: cause.to_string(), path: cause.pointer().to_owned(), certain: cause.is_certain() }
}

fn outside(manifest: &Manifest) -> Option<Outside> {
    let reason = match fate(manifest) {
        Fate::Resource | Fate::Hook(_) => return None,
        Fate::AtDeletion => "runs when the Application is deleted",
        Fate::Skipped => "its hook type `Skip` keeps it out",
        Fate::Dropped => "its hook types are none that Argo CD knows, so it is never applied",
    };
    Some(Outside { id: Id::of(manifest), reason })
}
