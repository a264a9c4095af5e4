//! Waves: whether they are read, whether they are kept, and whether the sync gets through them.

mod class;
mod count;
mod cycle;
mod definition;
mod gate;
mod intercept;
mod namespace;
pub(super) mod order;
mod value;

use super::{Check, Findings, Rule, annotation_at, declare_rule, title, wave_at, when, written};
use crate::{
    diagnostic::Safety,
    lint::{Edge, Finding, Operation, Operations, operation::step},
    manifest::Manifest,
    node::Node,
    sync::{Need, Phase, SYNC_WAVE, Task},
};

pub(in crate::lint::rules) static RULES: &[&Rule] = &[
    &value::UNREADABLE,
    &value::LOST,
    &definition::OVERRIDDEN,
    &definition::ELSEWHERE,
    &namespace::LATE,
    &order::DEADLOCK,
    &cycle::CYCLE,
    &gate::CLAIM,
    &gate::ADDRESS,
    &gate::PAUSED,
    &class::SAME_WAVE,
    &class::ISSUER,
    &intercept::WEBHOOK,
    &order::MADE_SECRET,
    &order::AUTOSCALER,
    &gate::IGNORED_HEALTH,
    &count::UNAWAITED,
    &count::MANY_WAVES,
    &gate::ENDING_POD,
];

/// The kinds that Argo CD moves to where they are needed first.
const MOVED: [&str; 2] = ["CustomResourceDefinition", "Namespace"];

/// The kinds that scale another object.
const AUTOSCALERS: [&str; 2] = ["HorizontalPodAutoscaler", "ScaledObject"];

/// Gives an object another wave.
fn set_wave(finding: &mut Finding<'_>, manifest: &Manifest, wave: i64) {
    let (pointer, wave) = (annotation_at(SYNC_WAVE), wave.to_string());
    let title = format!("give it the wave {wave}");
    finding.set(manifest, &pointer, wave.as_str(), Safety::Unsafe, title);
}

impl<'a> Edge<'a> {
    /// Whether the task needs what a later step brings, and cannot do without.
    fn is_forward(&self, operation: &Operation<'a>) -> bool {
        let (user, provider) = self.ends(operation);
        self.dependency.need != Need::Use && step(provider) > step(user)
    }

    /// Whether the step of the task does not end without what it needs.
    fn holds_up(&self, operation: &Operation<'a>) -> bool {
        self.dependency.need == Need::Admission || operation.waits.contains_key(&self.user)
    }
}
