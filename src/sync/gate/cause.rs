//! Why an object may never become healthy, as far as the manifests tell.

use std::fmt;

use crate::{
    manifest::{Manifest, Pod},
    node::Node,
    sync::{Application, Task, annotation},
};

/// Why a gate may stay shut.
#[derive(Clone, Debug)]
pub enum Cause<'a> {
    /// It is paused or suspended: to Argo CD neither healthy nor failed.
    Paused {
        /// The field that says so: a JSON pointer.
        pointer: &'static str,
    },
    /// A Rollout that goes on only when somebody promotes it. The first one of all does not stop there.
    Promotion {
        /// The step, or the setting of a blue-green strategy: a JSON pointer.
        pointer: String,
    },
    /// A PersistentVolumeClaim that is bound when a pod first mounts it, and no pod of this step or an earlier one does.
    Unmounted {
        /// Whether its StorageClass is known to wait for the first consumer, and a later step has one.
        is_certain: bool,
    },
    /// It is healthy only with an address, and something outside of the sync has to give it one.
    Address,
    /// A pod that is healthy only when its containers have ended, and is no hook.
    Endless,
    /// It runs to its end, and nothing says when that has to be.
    NoDeadline,
    /// An Application that nobody syncs while its parent waits for it.
    ByHand,
    /// It cannot become healthy without something that a later step brings.
    Later {
        /// What they need.
        needed: &'a Manifest,
        /// The field that names it: a JSON pointer.
        pointer: String,
    },
}

impl Cause<'_> {
    /// Whether nothing in this sync can open the gate; otherwise it takes somebody or something outside of it.
    pub fn is_certain(&self) -> bool {
        match self {
            Self::Paused { .. } | Self::ByHand | Self::Later { .. } => true,
            Self::Unmounted { is_certain } => *is_certain,
            Self::Promotion { .. } | Self::Address | Self::Endless | Self::NoDeadline => false,
        }
    }

    /// The field that is at fault: a JSON pointer.
    pub fn pointer(&self) -> &str {
        match self {
            Self::Paused { pointer } => pointer,
            Self::Promotion { pointer } | Self::Later { pointer, .. } => pointer,
            Self::Unmounted { .. } | Self::Address | Self::NoDeadline => "/spec",
            Self::Endless => "/spec/restartPolicy",
            Self::ByHand => "/spec/syncPolicy",
        }
    }
}

/// What to say behind the object's name.
impl fmt::Display for Cause<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Paused { .. } => "is paused",
            Self::Promotion { .. } => "goes on only when somebody promotes it",
            Self::Unmounted { is_certain: true } => "is bound only when a pod of a later step mounts it",
            Self::Unmounted { is_certain: false } => "may be bound only when a pod mounts it, and none does by then",
            Self::Address => "needs an address from a controller",
            Self::Endless => "is healthy only when it has ended",
            Self::NoDeadline => "has no deadline",
            Self::ByHand => "is synced by hand only",
            Self::Later { needed, .. } => {
                return write!(f, "needs {} `{}` of a later step", needed.kind(), needed.id.name);
            }
        })
    }
}

/// Where kinds whose health Argo CD assesses say that they are at rest.
const SWITCHES: &[(&str, &str, &str)] = &[
    ("apps", "Deployment", "/spec/paused"),
    ("argoproj.io", "Rollout", "/spec/paused"),
    ("argoproj.io", "Workflow", "/spec/suspend"),
    ("batch", "Job", "/spec/suspend"),
    ("cluster.x-k8s.io", "Cluster", "/spec/paused"),
    ("cluster.x-k8s.io", "MachineDeployment", "/spec/paused"),
    ("helm.toolkit.fluxcd.io", "HelmRelease", "/spec/suspend"),
    ("image.toolkit.fluxcd.io", "ImageRepository", "/spec/suspend"),
    ("image.toolkit.fluxcd.io", "ImageUpdateAutomation", "/spec/suspend"),
    ("kustomize.toolkit.fluxcd.io", "Kustomization", "/spec/suspend"),
    ("notification.toolkit.fluxcd.io", "Receiver", "/spec/suspend"),
    ("source.toolkit.fluxcd.io", "Bucket", "/spec/suspend"),
    ("source.toolkit.fluxcd.io", "GitRepository", "/spec/suspend"),
    ("source.toolkit.fluxcd.io", "HelmChart", "/spec/suspend"),
    ("source.toolkit.fluxcd.io", "HelmRepository", "/spec/suspend"),
    ("source.toolkit.fluxcd.io", "OCIRepository", "/spec/suspend"),
];

/// KEDA's annotations, which pause the scaling of what they stand on.
const KEDA_PAUSED: [&str; 2] = ["autoscaling.keda.sh/paused", "autoscaling.keda.sh/paused-replicas"];

/// The causes that an object shows by itself, whatever is around it.
pub(super) fn of_object<'a>(task: &Task<'a>) -> Vec<Cause<'a>> {
    let manifest = task.manifest;
    let gvk = &manifest.id.gvk;
    let mut causes: Vec<Cause<'a>> = paused(manifest).map(|pointer| Cause::Paused { pointer }).into_iter().collect();
    match (gvk.group.as_str(), gvk.kind.as_str()) {
        ("", "Service") if text(manifest, "/spec/type") == Some("LoadBalancer") => causes.push(Cause::Address),
        ("networking.k8s.io" | "extensions", "Ingress") => causes.push(Cause::Address),
        ("", "Pod") if Pod::of(manifest).is_some_and(Pod::ends) => causes.extend(ending(task)),
        ("batch", "Job") | ("argoproj.io", "Workflow") => causes.extend(no_deadline(manifest)),
        ("argoproj.io", "Rollout") => causes.extend(promotion(manifest)),
        ("argoproj.io", "Application") => causes.extend(by_hand(manifest)),
        _ => {}
    }
    causes
}

fn text<'a>(manifest: &'a Manifest, pointer: &str) -> Option<&'a str> {
    manifest.object.at(pointer).and_then(Node::as_str)
}

fn paused(manifest: &Manifest) -> Option<&'static str> {
    let gvk = &manifest.id.gvk;
    if gvk.group == "keda.sh" {
        let is_set = |name: &&&str| annotation(manifest, name).is_some_and(|value| value != "false");
        return KEDA_PAUSED.iter().find(is_set).map(|_| "/metadata/annotations");
    }
    let switch = SWITCHES.iter().find(|(group, kind, _)| gvk.group == *group && gvk.kind == *kind);
    let (.., pointer) = switch?;
    manifest.object.at(pointer).and_then(Node::as_bool).filter(|is_paused| *is_paused).map(|_| *pointer)
}

/// A pod that is to end: a hook is over then, anything else was most likely not meant to be.
fn ending<'a>(task: &Task<'a>) -> Option<Cause<'a>> {
    if task.is_hook {
        return no_deadline(task.manifest);
    }
    let is_excused = annotation(task.manifest, "argocd.argoproj.io/ignore-restart-policy") == Some("true");
    (!is_excused).then_some(Cause::Endless)
}

fn no_deadline<'a>(manifest: &Manifest) -> Option<Cause<'a>> {
    let fields = ["/spec/activeDeadlineSeconds", "/spec/template/spec/activeDeadlineSeconds"];
    let is_limited = fields.iter().any(|field| manifest.object.at(field).is_some_and(|seconds| !seconds.is_null()));
    (!is_limited).then_some(Cause::NoDeadline)
}

fn by_hand<'a>(manifest: &Manifest) -> Option<Cause<'a>> {
    let is_automated = Application::of(manifest).is_some_and(Application::is_automated);
    (!is_automated).then_some(Cause::ByHand)
}

/// A pause without a duration, or a blue-green strategy that does not promote by itself.
fn promotion<'a>(manifest: &Manifest) -> Option<Cause<'a>> {
    let by_itself = "/spec/strategy/blueGreen/autoPromotionEnabled";
    if manifest.object.at(by_itself).and_then(Node::as_bool) == Some(false) {
        return Some(Cause::Promotion { pointer: by_itself.into() });
    }
    let is_endless =
        |step: &Node| step.get("pause").is_some_and(|pause| pause.get("duration").is_none_or(Node::is_null));
    let mut steps = manifest.items("/spec/strategy/canary/steps");
    steps
        .find(|(_, step)| is_endless(step))
        .map(|(pointer, _)| Cause::Promotion { pointer: format!("{pointer}/pause") })
}
