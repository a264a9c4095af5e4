//! What rules say of a Role or ClusterRole that gives a right.

use super::{Findings, role};
use crate::manifest::{Manifest, ManifestSet};

/// The kinds that give rights.
pub(super) const ROLES: &[&str] = &["ClusterRole", "Role"];

/// What the role may do, for a message.
pub(super) fn message(role: &Manifest, right: &str) -> String {
    format!("{} `{}` may {right}", role.kind(), role.id.name)
}

/// Reports a right, and who gets it first.
pub(super) fn report_with_binding(
    role: &Manifest,
    pointer: String,
    right: &str,
    help: &str,
    findings: &mut Findings<'_>,
) {
    let set = findings.set;
    let mut finding = findings.add(role, pointer, message(role, right));
    finding.help(help);
    if let Some(binding) = binding_of(set, role) {
        finding.related(binding, "/roleRef/name", "this binding gives it");
    }
}

/// The first binding of a role.
fn binding_of<'a>(set: &'a ManifestSet, bound: &Manifest) -> Option<&'a Manifest> {
    let is_here = |binding: &&Manifest| bound.kind() == "ClusterRole" || binding.id.namespace == bound.id.namespace;
    let mut bindings = set.of_kind("ClusterRoleBinding").chain(set.of_kind("RoleBinding")).filter(is_here);
    bindings.find(|binding| role(binding, bound.kind()) == Some(&bound.id.name))
}
