//! What renderers make up, and why: the defaults and the rules that no line of a spec says.
//!
//! A field of a rendered object knows the line of a spec that caused it, or has a [`Reason`] here. `karat explain` prints
//! it, and docs/rendered.md is made of it. Every object that a test renders is held to these tables.

mod access;
mod argocd;
mod load_test;
mod network;
mod object;
mod page;
mod scaling;
mod workload;

pub use page::page;

use crate::{grammar::fields::FileKind, node::Pointer};

/// Why a field holds what no line of a spec says.
#[derive(Debug)]
pub struct Reason {
    /// The fields, as a JSON pointer in which `*` stands for any one step.
    pub fields: &'static str,
    /// The rule, in a sentence without a full stop.
    pub text: &'static str,
    /// What says otherwise; nothing where a patch alone can.
    pub setting: Option<Setting>,
    /// Whether the value is worked out of what a line of a spec says, so that the line alone does not explain it.
    pub is_worked_out: bool,
    /// The section of an app's spec, or the last name of the field, that calls for the value and does not hold it.
    pub cause: Option<&'static str>,
}

/// A field of a spec that has the last word.
#[derive(Clone, Copy)]
pub struct Setting {
    /// The kind of file that it stands in.
    pub file: &'static FileKind,
    /// Its path, with dots between the names: `cluster.server`.
    pub path: &'static str,
}

impl std::fmt::Debug for Setting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} in {}", self.path, self.file.path)
    }
}

/// The reasons of fields that several kinds have alike.
struct Table {
    /// What they are the fields of, as a heading.
    title: &'static str,
    /// The kinds, each with the pointer to the part in question; every kind when there are none.
    places: &'static [(&'static str, &'static str)],
    reasons: &'static [Reason],
}

/// The narrow ones come before the wide ones, and those that only a load test calls for behind what they are like.
static TABLES: &[&[Table]] = &[
    argocd::TABLES,
    workload::TABLES,
    scaling::TABLES,
    network::TABLES,
    access::TABLES,
    load_test::TABLES,
    object::TABLES,
];

/// The rules by which renderers fill in a field of objects of this kind, each with the heading under which it is documented.
/// Of those that no field of a spec calls for, the first one holds.
pub fn of<'a>(kind: &'a str, pointer: &'a Pointer) -> impl Iterator<Item = (&'static str, &'static Reason)> + 'a {
    TABLES.iter().copied().flatten().filter_map(move |table| Some((table.title, table.find(kind, &pointer.0)?)))
}

/// All reasons there are.
pub fn all() -> impl Iterator<Item = &'static Reason> {
    TABLES.iter().copied().flatten().flat_map(|table| table.reasons)
}

impl Table {
    fn find(&self, kind: &str, steps: &[String]) -> Option<&'static Reason> {
        let within = |steps: &[String]| self.reasons.iter().find(|reason| reason.covers(steps));
        if self.places.is_empty() {
            return within(steps);
        }
        let mut places = self.places.iter().filter(|(known, _)| *known == kind);
        places.find_map(|(_, prefix)| within(after(steps, prefix)?))
    }
}

/// The steps that come after those of a pointer.
fn after<'a>(steps: &'a [String], prefix: &str) -> Option<&'a [String]> {
    prefix.split('/').skip(1).try_fold(steps, |steps, known| {
        let (first, rest) = steps.split_first()?;
        (known == "*" || known == first).then_some(rest)
    })
}

impl Reason {
    /// What a renderer always does.
    const fn always(fields: &'static str, text: &'static str) -> Self {
        Self { fields, text, setting: None, is_worked_out: false, cause: None }
    }

    /// How a renderer makes a value of another one, which a line of a spec may hold.
    const fn worked_out(fields: &'static str, text: &'static str) -> Self {
        Self { fields, text, setting: None, is_worked_out: true, cause: None }
    }

    /// What a renderer does unless a field of a spec says otherwise.
    const fn unless(file: &'static FileKind, path: &'static str, fields: &'static str, text: &'static str) -> Self {
        Self { fields, text, setting: Some(Setting { file, path }), is_worked_out: false, cause: None }
    }

    /// The same for a value that a field of a spec calls for, so that the value is said to come from there.
    const fn because_of(mut self, cause: &'static str) -> Self {
        self.cause = Some(cause);
        self
    }

    fn covers(&self, steps: &[String]) -> bool {
        let pattern = Pointer::parse(self.fields).unwrap_or_default().0;
        pattern.len() == steps.len() && pattern.iter().zip(steps).all(|(known, step)| known == "*" || known == step)
    }
}

/// The leaves of an object that neither a line of a spec nor a reason explains, as `Kind pointer: value`.
#[cfg(test)]
pub(super) fn unexplained(manifest: &crate::manifest::Manifest) -> Vec<String> {
    let leaves = manifest.object.leaves().into_iter();
    let made = leaves.filter(|leaf| leaf.span().is_none() && of(manifest.kind(), &leaf.pointer).next().is_none());
    let text = |leaf: &crate::node::Leaf<'_>| leaf.node.scalar_text().unwrap_or_default();
    made.map(|leaf| format!("{} {}: {}", manifest.kind(), leaf.pointer, text(&leaf))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::Type;

    #[test]
    fn patterns() {
        let is_known = |kind: &str, pointer: &str| of(kind, &Pointer::parse(pointer).unwrap()).next().is_some();
        assert!(is_known("Anything", "/metadata/labels/app.kubernetes.io~1managed-by"));
        assert!(is_known("AppProject", "/spec/clusterResourceWhitelist/7/kind"));
        assert!(!is_known("AppProject", "/spec/clusterResourceWhitelist/7"));
        assert!(!is_known("AppProject", "/spec/clusterResourceWhitelist/7/kind/x"));
        assert!(is_known("CronJob", "/spec/jobTemplate/spec/template/spec/restartPolicy"));
        assert!(!is_known("CronJob", "/spec/template/spec/restartPolicy"));
    }

    #[test]
    fn settings_are_fields_of_specs() {
        for setting in all().filter_map(|reason| reason.setting) {
            let steps: Vec<&str> = setting.path.split('.').collect();
            let first = setting.file.object.field(steps[0]).map(|field| &field.ty);
            let found = steps[1..].iter().try_fold(first.unwrap(), |ty: &Type, step| ty.child(step));
            assert!(found.is_some(), "{setting:?}");
        }
    }

    #[test]
    fn sentences_are_short() {
        for reason in all() {
            assert!(!reason.text.ends_with('.') && reason.text.len() < 160, "{reason:?}");
            assert!(Pointer::parse(reason.fields).is_some(), "{reason:?}");
        }
    }
}
