//! `[<namespace>.]<kind>[.<group>]-<name>.yaml`: the name of an object's file.

use std::fmt::Write;

use crate::diagnostic::{Fnv, ResourceId};

/// The longest name in bytes. File systems take 255; a temporary name beside it, and its extension, need room too.
const LIMIT: usize = 200;

/// The file's name. The namespace stands in front where it is not `home`, which is the app's.
///
/// The kind is written in lower case, and every character but `a-z`, `0-9`, `-` and `.` as `%` and two hexadecimal
/// digits a byte: file systems that ignore case, or take `:` for something else, keep all objects apart.
pub(super) fn of(id: &ResourceId, home: Option<&str>) -> String {
    let mut name = String::new();
    if let Some(namespace) = id.namespace.as_deref().filter(|namespace| Some(*namespace) != home) {
        push(namespace, &mut name);
        name.push('.');
    }
    push(&id.gvk.kind.to_lowercase(), &mut name);
    if !id.gvk.group.is_empty() {
        name.push('.');
        push(&id.gvk.group, &mut name);
    }
    name.push('-');
    push(&id.name, &mut name);
    if name.len() > LIMIT {
        shorten(&mut name);
    }
    name.push_str(".yaml");
    name
}

fn push(part: &str, name: &mut String) {
    for byte in part.bytes() {
        // A dot in front would hide the file.
        let plain =
            byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-' || byte == b'.' && !name.is_empty();
        if plain {
            name.push(char::from(byte));
        } else {
            let _ = write!(name, "%{byte:02x}");
        }
    }
}

/// Cuts a name, and adds a hash of all of it.
fn shorten(name: &mut String) {
    let hash = Fnv::new().bytes(name.as_bytes());
    name.truncate(LIMIT - 17);
    let _ = write!(name, "-{hash}");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Gvk;

    fn name(api_version: &str, kind: &str, namespace: Option<&str>, name: &str) -> String {
        let id =
            ResourceId { gvk: Gvk::new(api_version, kind), namespace: namespace.map(Into::into), name: name.into() };
        of(&id, Some("shop"))
    }

    #[test]
    fn names_of_files() {
        assert_eq!(name("v1", "Service", Some("shop"), "web"), "service-web.yaml");
        assert_eq!(name("apps/v1", "Deployment", Some("shop"), "web"), "deployment.apps-web.yaml");
        assert_eq!(name("v1", "ConfigMap", Some("other"), "web"), "other.configmap-web.yaml");
        let role = name("rbac.authorization.k8s.io/v1", "ClusterRole", None, "system:Web");
        assert_eq!(role, "clusterrole.rbac.authorization.k8s.io-system%3a%57eb.yaml");
    }

    #[test]
    fn no_name_leads_out_of_its_directory() {
        assert_eq!(name("v1", "../../etc", None, ".."), "%2e.%2f..%2fetc-...yaml");
        assert_eq!(name("", "", None, ""), "-.yaml");
    }

    #[test]
    fn long_names_end_in_a_hash() {
        let long = |tail: &str| name("v1", "ConfigMap", None, &format!("{}{tail}", "a".repeat(250)));
        assert_eq!(long("a").len(), LIMIT + ".yaml".len());
        assert_ne!(long("a"), long("b"));
    }
}
