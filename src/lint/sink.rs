//! Folds the findings of several environments into one list.

use std::cmp::Ordering;

use crate::diagnostic::{Diagnostic, Label};

/// One finding for each mistake: equal findings become one that names the objects of all of them, in the order in which
/// they came.
///
/// Sorted by place, findings without one last, so that the list is the same whatever order the checks ran in.
pub fn fold(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by(order);
    let mut folded: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for finding in findings {
        match folded.last_mut() {
            Some(last) if order(last, &finding) == Ordering::Equal => last.resources.extend(finding.resources),
            _ => folded.push(finding),
        }
    }
    for finding in &mut folded {
        let mut seen = rustc_hash::FxHashSet::default();
        finding.resources.retain(|resource| seen.insert(resource.clone()));
    }
    folded
}

/// Equal when two findings say the same of the same places.
fn order(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    fn key(finding: &Diagnostic) -> (bool, Option<&Label>, &str, &str, &[Label]) {
        let primary = finding.primary.as_ref();
        (primary.is_none(), primary, finding.code.name, &finding.message, &finding.related)
    }
    key(a).cmp(&key(b)).then(b.severity.cmp(&a.severity))
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        diagnostic::{Code, Gvk, ResourceId, ResourceRef, Severity},
        source::{FileId, Span},
    };

    static CODE: Code =
        Code { name: "TST001", summary: "", severity: Severity::Error, since: "0.1.0", docs: "", file: "" };

    fn finding(environment: &str, file: u32, start: u32, message: &str) -> Diagnostic {
        let id = ResourceId { gvk: Gvk::new("v1", "Service"), namespace: None, name: "cart".into() };
        let resource = ResourceRef { environment: environment.into(), id: Arc::new(id), pointer: String::new() };
        Diagnostic::new(&CODE, message).at(Span::new(FileId::from_index(file), start, start + 1)).resource(resource)
    }

    fn environments(finding: &Diagnostic) -> Vec<&str> {
        finding.resources.iter().map(|resource| resource.environment.as_str()).collect()
    }

    #[test]
    fn one_mistake_in_three_environments_is_one_finding() {
        let folded = fold(vec![
            finding("dev", 1, 4, "b"),
            finding("dev", 0, 9, "a"),
            finding("staging", 1, 4, "b"),
            finding("prod", 1, 4, "b"),
            finding("prod", 1, 4, "b"),
        ]);
        let messages: Vec<_> = folded.iter().map(|finding| finding.message.as_str()).collect();
        assert_eq!(messages, ["a", "b"]);
        assert_eq!(environments(&folded[1]), ["dev", "staging", "prod"]);
    }

    #[test]
    fn another_place_or_severity_is_another_finding() {
        let span = Span::new(FileId::from_index(7), 0, 1);
        let folded = fold(vec![
            Diagnostic::new(&CODE, "a"),
            finding("dev", 0, 0, "a"),
            finding("dev", 0, 1, "a"),
            finding("dev", 0, 1, "a").related(span, "here"),
            finding("dev", 0, 1, "a").severity(Severity::Info),
        ]);
        assert_eq!(folded.len(), 5);
        assert_eq!(folded[4].primary, None);
        assert_eq!(folded[2].severity, Severity::Info);
    }
}
