//! `SCA`: autoscalers, disruption budgets, and the replicas that they quarrel about.

mod budget;
mod fallback;
pub(super) mod keda;
mod keeping;
mod metric;
mod replicas;
mod spread;
mod target;
pub(super) mod vertical;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, near_miss};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

pub(super) static RULES: &[&Rule] = &[
    &target::MISSING_TARGET,
    &target::RIVAL_AUTOSCALERS,
    &target::FIXED_REPLICAS,
    &metric::MISSING_REQUEST,
    &target::IMPOSSIBLE_RANGE,
    &budget::BLOCKED_DRAIN,
    &budget::DANGLING_BUDGET,
    &fallback::VOID_FALLBACK,
    &fallback::OVERRIDING_FALLBACK,
    &fallback::UNREACHABLE_ZERO,
    &replicas::SINGLE_REPLICA,
    &replicas::SINGLE_AT_NIGHT,
    &spread::TOGETHER,
    &spread::ANYWHERE,
    &keeping::MISSING_BUDGET,
    &keeping::VOID_BUDGET,
    &keeping::REFUSED_BUDGET,
    &keeping::UNHEALTHY_KEPT,
    &keeping::RIVAL_BUDGETS,
    &replicas::FIXED_RANGE,
    &replicas::UNSCALABLE_TARGET,
    &replicas::REFUSED_RANGE,
    &replicas::SWITCHED_OFF,
];

/// A HorizontalPodAutoscaler or a ScaledObject.
#[derive(Clone, Copy)]
struct Autoscaler<'a> {
    manifest: &'a Manifest,
    fields: &'static Fields,
    /// The kind of its target.
    kind: &'a str,
    /// The name of its target.
    name: &'a str,
}

/// Where a kind of autoscaler keeps its limits, and what holds where it has none.
struct Fields {
    kind: &'static str,
    min: &'static str,
    default_min: i64,
    max: &'static str,
    default_max: i64,
}

static KINDS: &[Fields] = &[
    Fields {
        kind: "HorizontalPodAutoscaler",
        min: "/spec/minReplicas",
        default_min: 1,
        max: "/spec/maxReplicas",
        default_max: i64::MAX,
    },
    Fields {
        kind: "ScaledObject",
        min: "/spec/minReplicaCount",
        default_min: 0,
        max: "/spec/maxReplicaCount",
        default_max: 100,
    },
];

/// Every autoscaler that says what it scales.
fn autoscalers(set: &ManifestSet) -> impl Iterator<Item = Autoscaler<'_>> {
    let all = KINDS.iter().flat_map(|fields| set.of_kind(fields.kind).map(move |manifest| (fields, manifest)));
    all.filter_map(|(fields, manifest)| {
        let target = manifest.object.at("/spec/scaleTargetRef")?;
        let text = |key: &str| target.get(key).and_then(Node::as_str);
        Some(Autoscaler { manifest, fields, kind: text("kind").unwrap_or("Deployment"), name: text("name")? })
    })
}

impl<'a> Autoscaler<'a> {
    fn target(self, set: &'a ManifestSet) -> Option<&'a Manifest> {
        set.find(self.kind, self.manifest.id.namespace.as_deref(), self.name)
    }

    fn min(self) -> i64 {
        self.number(self.fields.min).unwrap_or(self.fields.default_min)
    }

    fn max(self) -> i64 {
        self.number(self.fields.max).unwrap_or(self.fields.default_max)
    }

    fn number(self, pointer: &str) -> Option<i64> {
        self.manifest.object.at(pointer)?.as_int()
    }

    /// The kind and name of the autoscaler itself, for a message.
    fn title(self) -> String {
        format!("{} `{}`", self.manifest.kind(), self.manifest.id.name)
    }
}

/// Whether KEDA leaves a trigger to Kubernetes' own autoscaler, which reads the metric itself.
fn is_resource(trigger: &Node) -> bool {
    matches!(trigger.get("type").and_then(Node::as_str), Some("cpu" | "memory"))
}
