//! What accounts may do.

use super::{Reason, Table};
use crate::grammar::fields::APP_FILE;

pub(super) static TABLES: &[Table] = &[
    Table { title: "Role and ClusterRole", places: &[("Role", ""), ("ClusterRole", "")], reasons: ROLE },
    Table {
        title: "RoleBinding and ClusterRoleBinding",
        places: &[("RoleBinding", ""), ("ClusterRoleBinding", "")],
        reasons: BINDING,
    },
];

static ROLE: &[Reason] =
    &[Reason::unless(&APP_FILE, "rbac.rules.<name>.apiGroups", "/rules/*/apiGroups/*", "the core group")];

static BINDING: &[Reason] = &[
    Reason::always("/roleRef/apiGroup", "the group that all roles are in"),
    Reason::always("/roleRef/kind", "the kind of the role that the spec names, or of the app's own"),
    Reason::always("/subjects/*/kind", "a role of the app's own goes to the app's ServiceAccount"),
    Reason::always("/subjects/*/apiGroup", "the group that users and groups are in"),
];
