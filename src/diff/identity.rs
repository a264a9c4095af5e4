//! What tells the items of a list apart.

use rustc_hash::FxHashSet;
use smol_str::{SmolStr, SmolStrBuilder};

use crate::node::Node;

/// Fields that tell items apart, the more telling ones first: a mount's `name` is its volume's, which may be mounted
/// twice. The first field must be there; the others count when they are.
const IDENTITIES: &[&[&str]] = &[
    &["mountPath"],
    &["devicePath"],
    &["secretKey"],
    &["name"],
    &["kind", "namespace", "name"],
    &["containerPort", "protocol"],
    &["port", "protocol"],
    &["key"],
    &["type"],
    &["path"],
    &["topologyKey"],
    &["ip"],
];

/// The fields that tell the items of both lists apart, if there are any.
pub(super) fn of(from: &[Node], to: &[Node]) -> Option<&'static [&'static str]> {
    IDENTITIES.iter().copied().find(|fields| unique(fields, from) && unique(fields, to))
}

/// What tells this item apart: `name=app`, `containerPort=80,protocol=TCP`.
pub(super) fn key(fields: &[&str], item: &Node) -> Option<SmolStr> {
    let mut key = SmolStrBuilder::new();
    for (at, field) in fields.iter().enumerate() {
        let Some(value) = item.get(field) else {
            if at == 0 {
                return None;
            }
            continue;
        };
        if at > 0 {
            key.push(',');
        }
        key.push_str(field);
        key.push('=');
        key.push_str(&value.scalar_text()?);
    }
    Some(key.finish())
}

fn unique(fields: &[&str], items: &[Node]) -> bool {
    let mut seen = FxHashSet::default();
    items.iter().all(|item| key(fields, item).is_some_and(|key| seen.insert(key)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::object;

    #[test]
    fn the_first_field_that_tells_all_items_apart() {
        let twice = [object! { "name": "data", "mountPath": "/a" }, object! { "name": "data", "mountPath": "/b" }];
        assert_eq!(of(&twice, &[]), Some(&["mountPath"][..]));
        let ports = [object! { "containerPort": 53, "protocol": "UDP" }, object! { "containerPort": 53 }];
        assert_eq!(of(&ports, &ports), Some(&["containerPort", "protocol"][..]));
        let same = [object! { "type": "Resource" }, object! { "type": "Resource" }];
        assert_eq!(of(&same, &same), None);
        assert_eq!(of(&[Node::made("a")], &[Node::made("b")]), None);
    }
}
