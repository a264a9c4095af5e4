//! From what a rule returns to findings.

use regorus::Value as Rego;
use smol_str::{SmolStr, format_smolstr};

use super::{
    FAILED_POLICY,
    bundle::Rule,
    fault::Fault,
    value::{field, text},
};
use crate::{
    diagnostic::{Diagnostic, ResourceRef},
    manifest::Manifest,
    node::Pointer,
};

/// An object before a rule.
pub(super) struct Judged<'a> {
    /// The environment.
    pub(super) environment: &'a SmolStr,
    /// The object.
    pub(super) manifest: &'a Manifest,
    /// The policy's package.
    pub(super) package: &'a str,
    /// The rule.
    pub(super) rule: &'a Rule,
}

impl Judged<'_> {
    /// A finding for each item of the set that the rule returned; items come sorted.
    pub(super) fn findings(&self, result: &Rego) -> Vec<Diagnostic> {
        match result {
            Rego::Undefined | Rego::Bool(false) => Vec::new(),
            Rego::Set(items) => items.iter_sorted().map(|item| self.finding(item)).collect(),
            Rego::Array(items) => items.iter().map(|item| self.finding(item)).collect(),
            one => vec![self.finding(one)],
        }
    }

    fn finding(&self, item: &Rego) -> Diagnostic {
        let part = |name: &str| field(item, name).and_then(text);
        let said = text(item).or_else(|| part("msg")).or_else(|| part("message"));
        let message = match (said, part("code")) {
            (Some(said), Some(code)) => format!("{} (policy `{}`, {code})", sentence(said), self.package),
            (Some(said), None) => format!("{} (policy `{}`)", sentence(said), self.package),
            (None, _) => {
                format!("policy `{}` objects to a {}, and does not say why", self.package, self.manifest.kind())
            }
        };
        let pointer = field(item, "path").and_then(pointer).unwrap_or_default();
        let finding = Diagnostic::new(self.rule.code, message)
            .at(self.manifest.object.span_at(&pointer).unwrap_or(self.rule.span))
            .related(self.rule.span, "the policy")
            .policy(self.name(part("code")))
            .resource(self.resource(pointer));
        match part("help") {
            Some(help) => finding.help(help),
            None => finding.help("change the object, or the policy"),
        }
    }

    /// The package, with the code that the item has in it.
    fn name(&self, code: Option<&str>) -> SmolStr {
        code.map_or_else(|| self.package.into(), |code| format_smolstr!("{}/{code}", self.package))
    }

    fn resource(&self, pointer: String) -> ResourceRef {
        self.manifest.field(self.environment, pointer)
    }
}

/// A finding about a rule that could not come to a result.
pub(super) fn failure(judged: &Judged<'_>, fault: &Fault) -> Diagnostic {
    Diagnostic::new(&FAILED_POLICY, format!("policy `{}` failed: {}", judged.package, fault.message))
        .at(judged.rule.span)
        .help("make the policy cope with this object; until then it protects nothing")
        .policy(judged.package)
        .resource(judged.resource(String::new()))
}

fn sentence(said: &str) -> &str {
    said.trim().trim_end_matches('.')
}

/// A JSON pointer, or a list of steps, as a pointer.
fn pointer(path: &Rego) -> Option<String> {
    if let Some(text) = text(path) {
        return Pointer::parse(text).map(|pointer| pointer.to_string());
    }
    let step =
        |step: &Rego| text(step).map(str::to_owned).or_else(|| step.as_i64().ok().map(|index| index.to_string()));
    let steps: Option<Vec<String>> = path.as_array().ok()?.iter().map(step).collect();
    steps.map(|steps| Pointer(steps).to_string())
}
