//! Rates: those that exclude each other, and those that send nothing.

use super::{impossible, seconds};
use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    model::{LoadStage, LoadTest, USUAL_DURATION},
    node::Node,
    render::findings::{misplace, place},
};

pub(super) fn check(test: &LoadTest, diagnostics: &mut Vec<Diagnostic>) {
    let (rate, duration) = (place(test.rate.as_ref()), place(test.duration.as_ref()));
    if test.stages.is_empty() {
        if rate.is_none() {
            let open = [("spacing", place(test.spacing.as_ref())), ("shedAfter", place(test.shed_after.as_ref()))];
            let help = "add `rate`: without one, each connection sends when it has the answer to its last request";
            misplace(&open, "a load test without `rate` or `stages`", help, diagnostics);
        }
    } else {
        let help = "write it as a stage, such as `{ rate: 200, for: 2m }`, or take out `stages`";
        misplace(&[("rate", rate), ("duration", duration)], "a load test with `stages`", help, diagnostics);
    }
    test.stages.iter().for_each(|stage| check_stage(stage, diagnostics));
    if stretches(test).is_some_and(|(planned, lasts)| planned == 0.0 && lasts > 0.0) {
        let span = rate.or_else(|| test.stages.first()?.span);
        let finding = impossible(span, "at a rate of 0 nothing is sent".to_owned());
        diagnostics.push(finding.help("write how many requests a second are sent"));
    }
    check_weights(test, diagnostics);
}

fn check_stage(stage: &LoadStage, diagnostics: &mut Vec<Diagnostic>) {
    if stage.rate.is_some() {
        let ends = [("from", place(stage.from.as_ref())), ("to", place(stage.to.as_ref()))];
        misplace(&ends, "a stage with `rate`", "take it out, or take out `rate`", diagnostics);
    } else if stage.from.is_none() || stage.to.is_none() {
        let finding = Diagnostic::new(&MISSING_FIELD, "a stage needs `rate`, or `from` and `to`").at(stage.span);
        diagnostics.push(finding.help("write `{ rate: 200, for: 2m }` or `{ from: 10, to: 200, for: 30s }`"));
    }
}

/// A target that is never chosen is there by mistake only if none is chosen, or if something is promised of it.
fn check_weights(test: &LoadTest, diagnostics: &mut Vec<Diagnostic>) {
    let mut idle = test.targets.iter().filter(|(_, target)| weight(target.weight.as_ref()) == 0.0);
    let Some((_, first)) = idle.clone().next() else { return };
    if idle.clone().count() == test.targets.len() {
        let span = place(first.weight.as_ref());
        let finding = impossible(span, "every target has the weight 0, so that none is ever chosen".to_owned());
        diagnostics.push(finding.help("give one of them 1"));
    } else if let Some((name, target)) = idle.find(|(_, target)| !target.slo.is_empty()) {
        let message = format!("`{}` has the weight 0, so that its `slo` is never met", name.text);
        let finding = impossible(place(target.weight.as_ref()), message);
        diagnostics.push(finding.help("give it a weight, or take out its `slo`"));
    }
}

/// The weight of a target: 1 where it has none.
pub(super) fn weight(node: Option<&Node>) -> f64 {
    node.and_then(Node::as_number).unwrap_or(1.0)
}

/// How many requests an open loop plans, and how many seconds it takes; nothing of a closed one.
pub(super) fn stretches(test: &LoadTest) -> Option<(f64, f64)> {
    let number = |node: &Option<Node>| node.as_ref().and_then(Node::as_number);
    if test.stages.is_empty() {
        let lasts = test.duration.as_ref().and_then(seconds).unwrap_or(USUAL_DURATION.into());
        return number(&test.rate).map(|rate| (rate * lasts, lasts));
    }
    let mut sum = (0.0, 0.0);
    for stage in &test.stages {
        let lasts = seconds(&stage.lasts)?;
        let mean = number(&stage.rate).or_else(|| Some(f64::midpoint(number(&stage.from)?, number(&stage.to)?)))?;
        sum = (sum.0 + mean * lasts, sum.1 + lasts);
    }
    Some(sum)
}
