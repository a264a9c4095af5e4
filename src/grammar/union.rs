//! Maps that are one of several things.

use super::{Object, Type, Union};
use crate::node::Node;

/// Whether a map says that its union is another thing than the parts below say.
pub(super) fn changes_member<'a>(below: impl DoubleEndedIterator<Item = &'a Node>, above: &Node, ty: &Type) -> bool {
    let Type::Object(object) = ty else { return false };
    match object.union {
        Union::None => false,
        Union::Key(keys) => {
            let member = |node: &Node| keys.iter().find(|key| node.get(key).is_some_and(|value| !value.is_null()));
            let below = below.rev().find_map(member);
            matches!((member(above), below), (Some(above), Some(below)) if above != below)
        }
        Union::Value(key) => {
            let below = below.rev().find_map(|node| node.get(key));
            matches!((above.get(key), below), (Some(above), Some(below)) if above != below)
        }
    }
}

/// Why a map is not exactly one of the things that its union may be.
pub struct UnionProblem {
    /// What is wrong.
    pub message: String,
    /// The next step.
    pub help: String,
}

/// Which key of a union a complete value must have, and has not exactly once.
pub fn union_problem(object: &Object, node: &Node) -> Option<UnionProblem> {
    let Union::Key(keys) = object.union else { return None };
    let present: Vec<&str> = keys.iter().filter(|key| node.get(key).is_some()).copied().collect();
    let words = |keys: &[&str]| keys.iter().map(|key| format!("`{key}`")).collect::<Vec<_>>().join(", ");
    match present.as_slice() {
        [_] => None,
        [] => Some(UnionProblem {
            message: format!("{} needs one of {}", object.name, words(keys)),
            help: format!("add one of {}", words(keys)),
        }),
        several => Some(UnionProblem {
            message: format!("{} takes only one of {}", object.name, words(several)),
            help: "keep one of them".into(),
        }),
    }
}
