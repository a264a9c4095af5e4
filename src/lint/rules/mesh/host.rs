//! What the hosts of Istio's objects lead to, as <https://istio.io/latest/docs/reference/config/networking/virtual-service/>
//! reads them.

use super::{is_here, istio};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// What a host leads to.
#[derive(Clone, Copy)]
pub(super) enum Target<'a> {
    /// A Service that is here.
    Service(&'a Manifest),
    /// Nothing, though it would have to be here.
    Missing,
    /// Something that is not for us to know: a ServiceEntry, a pattern, a host of another namespace or of the world.
    Outside,
}

/// The Service that a host names from a namespace: its namespace and its name. A host with one dot is one of the world
/// as likely.
pub(super) fn service_of<'a>(host: &'a str, namespace: Option<&'a str>) -> Option<(Option<&'a str>, &'a str)> {
    if host.contains('*') {
        return None;
    }
    let Some((name, rest)) = host.split_once('.') else { return Some((namespace, host)) };
    let (namespace, domain) = rest.split_once('.').unwrap_or((rest, "svc"));
    (domain == "svc" || domain.starts_with("svc.")).then_some((Some(namespace), name))
}

/// What a host leads to from a namespace.
pub(super) fn target<'a>(set: &'a ManifestSet, host: &str, namespace: Option<&str>) -> Target<'a> {
    let Some((namespace, name)) = service_of(host, namespace) else { return Target::Outside };
    match set.find("Service", namespace, name) {
        Some(service) => Target::Service(service),
        None if has_entry(set, host) => Target::Outside,
        // A namespace that is named may be somebody else's.
        None if host.contains('.') && !is_here(set, namespace) => Target::Outside,
        None => Target::Missing,
    }
}

/// Whether a ServiceEntry has the host.
fn has_entry(set: &ManifestSet, host: &str) -> bool {
    let entries = istio(set, "ServiceEntry").flat_map(|entry| entry.items("/spec/hosts"));
    entries.filter_map(|(_, entry)| entry.as_str()).any(|entry| takes(entry, host))
}

/// Whether a host that may be a pattern takes another one.
pub(super) fn takes(pattern: &str, host: &str) -> bool {
    pattern.strip_prefix('*').map_or(pattern == host, |end| host.ends_with(end))
}

/// Whether two hosts are one, each seen from its own namespace.
pub(super) fn is_same(one: (&str, Option<&str>), other: (&str, Option<&str>)) -> bool {
    match (service_of(one.0, one.1), service_of(other.0, other.1)) {
        (Some(one), Some(other)) => one == other,
        _ => takes(one.0, other.0),
    }
}

/// The `host` of an object or a part of one.
pub(super) fn of(node: &Node) -> Option<&str> {
    node.get("host")?.as_str()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_name_services() {
        for (host, expected) in [
            ("cart", Some((Some("shop"), "cart"))),
            ("cart.blog", Some((Some("blog"), "cart"))),
            ("cart.blog.svc", Some((Some("blog"), "cart"))),
            ("cart.blog.svc.cluster.local", Some((Some("blog"), "cart"))),
            ("www.example.com", None),
            ("*.blog.svc.cluster.local", None),
        ] {
            assert_eq!(service_of(host, Some("shop")), expected, "{host}");
        }
    }

    #[test]
    fn hosts_are_compared_from_their_namespaces() {
        assert!(is_same(("cart", Some("shop")), ("cart.shop.svc.cluster.local", Some("blog"))));
        assert!(!is_same(("cart", Some("shop")), ("cart", Some("blog"))));
        assert!(is_same(("*.example.com", None), ("www.example.com", None)));
        assert!(!is_same(("*.example.com", None), ("example.com", None)));
    }
}
