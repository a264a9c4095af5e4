//! Objectives: limits in the unit of what they limit, and such as can be met.

use super::{bad, impossible, traffic};
use crate::{
    diagnostic::Diagnostic,
    grammar::formats::{percentage, seconds},
    model::{LoadTest, Named},
    node::{Key, Node},
};

pub(super) fn check(test: &LoadTest, diagnostics: &mut Vec<Diagnostic>) {
    check_limits(&test.slo, diagnostics);
    test.targets.iter().for_each(|(_, target)| check_limits(&target.slo, diagnostics));
    let Some((planned, lasts)) = traffic::stretches(test).filter(|(planned, lasts)| *planned > 0.0 && *lasts > 0.0)
    else {
        return;
    };
    let mean = planned / lasts;
    diagnostics.extend(too_many(&test.slo, None, mean));
    let all: f64 = test.targets.iter().map(|(_, target)| traffic::weight(target.weight.as_ref())).sum();
    for (name, target) in &test.targets {
        let share = traffic::weight(target.weight.as_ref()) / all;
        diagnostics.extend(too_many(&target.slo, Some(name), mean * share).filter(|_| share > 0.0));
    }
}

/// Each limit has the form that its name asks for.
fn check_limits(slo: &Named<Node>, diagnostics: &mut Vec<Diagnostic>) {
    for (name, limit) in slo {
        let text = limit.scalar_text().unwrap_or_default();
        let (fits, form) = match name.as_str() {
            "errorRate" | "unsent" => (is_part(limit), "a part of the whole, such as `0.5%`"),
            "minRps" => (limit.as_number().is_some(), "requests per second, such as `190`"),
            _ => (limit.as_str().and_then(seconds).is_some_and(|time| time > 0.0), "a duration, such as `250ms`"),
        };
        if !fits {
            let finding = bad(limit, format!("`{text}` is no limit of `{}`", name.text));
            diagnostics.push(finding.help(format!("write {form}")));
        }
    }
}

fn is_part(limit: &Node) -> bool {
    let part = limit.as_str().map_or_else(|| limit.as_number(), percentage);
    part.is_some_and(|part| (0.0..=1.0).contains(&part))
}

/// A rate that is promised, and not even planned. Rounding makes no promise.
fn too_many(slo: &Named<Node>, target: Option<&Key>, mean: f64) -> Option<Diagnostic> {
    let (_, limit) = slo.iter().find(|(name, _)| name.as_str() == "minRps")?;
    let least = limit.as_number().filter(|least| *least > mean * 1.000_001)?;
    let of = target.map(|name| format!(" of `{}`", name.text)).unwrap_or_default();
    let message =
        format!("`minRps`{of} is {least}, but no more than {mean:.1} requests a second are planned on average");
    Some(impossible(limit.span, message).help("ask for less, or plan a higher rate"))
}
