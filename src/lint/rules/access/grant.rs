//! One rule of a Role, as
//! <https://kubernetes.io/docs/reference/access-authn-authz/rbac/#role-and-clusterrole> has them.

use crate::{manifest::Manifest, node::Node};

/// One rule of a Role or ClusterRole.
#[derive(Clone, Copy)]
pub(super) struct Grant<'a> {
    /// Its place in the list.
    at: usize,
    node: &'a Node,
}

/// The rules of a Role or ClusterRole.
pub(super) fn grants(role: &Manifest) -> impl Iterator<Item = Grant<'_>> {
    let rules = role.object.get("rules").map_or(&[][..], Node::items);
    rules.iter().enumerate().map(|(at, node)| Grant { at, node })
}

impl<'a> Grant<'a> {
    /// The strings of one of its lists.
    pub(super) fn list(self, field: &str) -> impl Iterator<Item = &'a str> + use<'a> {
        self.node.get(field).map_or(&[][..], Node::items).iter().filter_map(Node::as_str)
    }

    /// A pointer from the root of the role.
    pub(super) fn pointer_to(self, inside: &str) -> String {
        format!("/rules/{}{inside}", self.at)
    }

    /// Whether it is about some objects only, by their names.
    pub(super) fn is_of_some(self) -> bool {
        self.list("resourceNames").next().is_some()
    }

    /// Whether it is for all of the core API, and so for all Secrets, pods and tokens.
    pub(super) fn is_everything(self) -> bool {
        let has_all = |field| self.list(field).any(|item| item == "*");
        has_all("verbs") && has_all("resources") && self.is_in("") && !self.is_of_some()
    }

    /// Whether it is for a group of the API.
    pub(super) fn is_in(self, group: &str) -> bool {
        self.list("apiGroups").any(|own| own == "*" || own == group)
    }

    /// Where it names one of some resources of a group, for one of some verbs; that it is for all of them counts, too.
    pub(super) fn resource(self, group: &str, resources: &[&str], verbs: &[&str]) -> Option<(String, &'a str)> {
        let is_named = |own: &str| resources.iter().any(|resource| is_resource(own, resource));
        let has_verb = || self.list("verbs").any(|own| own == "*" || verbs.contains(&own));
        let (at, resource) = self.list("resources").enumerate().find(|(_, own)| is_named(own))?;
        (self.is_in(group) && has_verb()).then(|| (self.pointer_to(&format!("/resources/{at}")), resource))
    }
}

/// Whether a resource of a rule is another one, or all of which that is one: `*`, `*/exec`.
fn is_resource(own: &str, resource: &str) -> bool {
    let is_of_all = || own.strip_prefix('*').is_some_and(|part| part.starts_with('/') && resource.ends_with(part));
    own == "*" || own == resource || is_of_all()
}

/// Whether a resource is named, and not one of all.
pub(super) fn is_meant((_, resource): &(String, &str)) -> bool {
    *resource != "*"
}
