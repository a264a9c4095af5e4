//! How much was checked, for people and for programs.

use serde::Serialize;

use crate::{
    diagnostic::Gvk,
    lint::{Coverage, Evaluations},
};

/// Kinds that are named; the others are counted.
const NAMED: usize = 3;

/// What was not checked, in a line; nothing when all was.
///
/// What errors left out is not worth a line of its own: the errors are.
pub fn line(coverage: &Coverage) -> Option<String> {
    let gaps = gaps(coverage)?;
    let objects = if coverage.objects == 1 { "object" } else { "objects" };
    Some(format!("{} of {} {objects} fully checked; {gaps}", percent(coverage.permille()), coverage.objects))
}

/// Why objects are not checked; nothing when all are.
pub fn gaps(coverage: &Coverage) -> Option<String> {
    let kinds: Vec<String> = coverage.without_schema.iter().map(|(gvk, count)| kind(gvk, *count)).collect();
    let more = kinds.len().saturating_sub(NAMED);
    let more = if more == 0 { String::new() } else { format!(" and {more} more") };
    let named = kinds[..kinds.len().min(NAMED)].join(", ");
    let gaps = [
        (!kinds.is_empty()).then(|| format!("no schema for {named}{more}")),
        (coverage.policies.failed > 0).then(|| format!("no result of a policy: {}", coverage.policies.failed)),
        (coverage.rules.failed > 0).then(|| format!("no result of a rule: {}", coverage.rules.failed)),
    ];
    let gaps: Vec<String> = gaps.into_iter().flatten().collect();
    (!gaps.is_empty()).then(|| gaps.join("; "))
}

/// `Widget of example.com/v1 (2)`.
fn kind(gvk: &Gvk, count: usize) -> String {
    let kind = if gvk.kind.is_empty() { "objects without kind" } else { &gvk.kind };
    match gvk.api_version() {
        version if version.is_empty() => format!("{kind} ({count})"),
        version => format!("{kind} of {version} ({count})"),
    }
}

/// `99.5 %`.
pub fn percent(permille: usize) -> String {
    match (permille / 10, permille % 10) {
        (whole, 0) => format!("{whole} %"),
        (whole, tenth) => format!("{whole}.{tenth} %"),
    }
}

/// The same for programs.
#[derive(Debug, Serialize)]
pub(super) struct Document<'a> {
    objects: usize,
    checked: usize,
    percent: f64,
    validated: usize,
    without_schema: Vec<Unknown<'a>>,
    left_out: usize,
    policies: Evaluated,
    rules: Evaluated,
}

#[derive(Debug, Serialize)]
#[serde(rename_all = "camelCase")]
struct Unknown<'a> {
    api_version: String,
    kind: &'a str,
    objects: usize,
}

#[derive(Debug, Serialize)]
struct Evaluated {
    evaluated: usize,
    not_evaluated: usize,
}

impl<'a> From<&'a Coverage> for Document<'a> {
    fn from(coverage: &'a Coverage) -> Self {
        let kind = |(gvk, objects): (&'a Gvk, &usize)| Unknown {
            api_version: gvk.api_version().to_string(),
            kind: &gvk.kind,
            objects: *objects,
        };
        Self {
            objects: coverage.objects,
            checked: coverage.checked,
            percent: u32::try_from(coverage.permille()).map_or(100.0, f64::from) / 10.0,
            validated: coverage.validated,
            without_schema: coverage.without_schema.iter().map(kind).collect(),
            left_out: coverage.left_out,
            policies: evaluated(coverage.policies),
            rules: evaluated(coverage.rules),
        }
    }
}

fn evaluated(Evaluations { evaluated, failed, put_off }: Evaluations) -> Evaluated {
    Evaluated { evaluated, not_evaluated: failed + put_off }
}
