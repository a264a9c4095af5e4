//! Folds the findings of several environments into one list.

use std::cmp::{Ordering, Reverse};

use rustc_hash::FxHashSet;

use crate::{
    diagnostic::{Diagnostic, Fix, Label, Severity},
    source::Span,
};

/// One finding for each mistake: findings of one code about one place become one that names the objects of all of them,
/// in the order in which they came. A line in a shared file may be wrong for many objects, in words that name each; the
/// first of them speaks for all.
///
/// Sorted by place, findings without one last, so that the list is the same whatever order the checks ran in.
pub fn fold(mut findings: Vec<Diagnostic>) -> Vec<Diagnostic> {
    findings.sort_by(order);
    let mut folded: Vec<Diagnostic> = Vec::with_capacity(findings.len());
    for group in findings.chunk_by(is_alike) {
        let [first, rest @ ..] = group else { continue };
        let mut finding = first.clone();
        finding.fix = common_fix(first, rest);
        finding.resources.extend(rest.iter().flat_map(|alike| alike.resources.iter().cloned()));
        let mut seen = FxHashSet::default();
        finding.resources.retain(|resource| seen.insert(resource.clone()));
        finding.environments.extend(rest.iter().flat_map(|alike| alike.environments.iter().cloned()));
        let mut seen = FxHashSet::default();
        finding.environments.retain(|environment| seen.insert(environment.clone()));
        let others = group.windows(2).filter(|pair| pair[0].message != pair[1].message).count();
        if others > 0 {
            finding.message = format!("{}; {others} more like it", finding.message);
        }
        folded.push(finding);
    }
    folded
}

/// The fix of all findings that became one; nothing when one of them has none, or wants another.
fn common_fix(first: &Diagnostic, rest: &[Diagnostic]) -> Option<Box<Fix>> {
    let fix = Fix::clone(first.fix.as_ref()?);
    rest.iter().try_fold(fix, |fix, alike| fix.join(alike.fix.as_ref()?)).map(Box::new)
}

/// By place, then by what is said of it.
fn order(a: &Diagnostic, b: &Diagnostic) -> Ordering {
    place(a).cmp(&place(b)).then_with(|| related(a).cmp(related(b))).then_with(|| a.message.cmp(&b.message))
}

fn place(finding: &Diagnostic) -> (bool, Option<&Label>, &str, Reverse<Severity>) {
    (finding.primary.is_none(), finding.primary.as_ref(), finding.code.name, Reverse(finding.severity))
}

fn related(finding: &Diagnostic) -> impl Iterator<Item = Span> {
    finding.related.iter().map(|label| label.span)
}

/// Whether two neighbours are one mistake: they say the same, or the same kind of thing of objects at one place.
fn is_alike(a: &Diagnostic, b: &Diagnostic) -> bool {
    let about_objects = a.primary.is_some() && !a.resources.is_empty() && !b.resources.is_empty();
    place(a) == place(b) && related(a).eq(related(b)) && (about_objects || a.message == b.message)
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        diagnostic::{Code, Gvk, ResourceId, ResourceRef},
        source::FileId,
    };

    static CODE: Code =
        Code { name: "TST001", summary: "", severity: Severity::Error, since: "0.1.0", docs: "", file: "" };

    fn finding(environment: &str, file: usize, start: u32, message: &str) -> Diagnostic {
        let id = ResourceId { gvk: Gvk::new("v1", "Service"), namespace: None, name: "cart".into() };
        let resource = ResourceRef {
            environment: environment.into(),
            id: Arc::new(id),
            pointer: String::new(),
            path: String::new(),
        };
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
    fn one_line_that_many_objects_share_is_one_finding() {
        let folded = fold(vec![finding("dev", 0, 4, "b"), finding("dev", 0, 4, "a"), finding("prod", 0, 4, "b")]);
        assert_eq!(folded.len(), 1);
        assert_eq!(folded[0].message, "a; 1 more like it");
        let [one, other] = ["a", "b"].map(|message| finding("dev", 0, 4, message));
        let spec = [one, other].map(|finding| Diagnostic { resources: Vec::new(), ..finding });
        assert_eq!(fold(spec.to_vec()).len(), 2);
    }

    #[test]
    fn environments_without_objects_are_named_once() {
        let of = |environment: &str| {
            let mut finding = Diagnostic::new(&CODE, "a");
            finding.in_environment(&environment.into());
            finding
        };
        let folded = fold(vec![of("dev"), of("prod"), of("dev")]);
        assert_eq!(folded.iter().map(|finding| &finding.environments[..]).collect::<Vec<_>>(), [["dev", "prod"]]);
        let mut with_object = finding("dev", 0, 0, "a");
        with_object.in_environment(&"dev".into());
        assert_eq!(with_object.environments.len(), 0);
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
        assert_eq!(folded[3].severity, Severity::Info);
    }
}
