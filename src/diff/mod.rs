//! What changed between two objects, in the words of their fields.
//!
//! Maps are compared key by key. A list whose items tell themselves apart (containers by `name`, mounts by `mountPath`)
//! is compared item by item, wherever the items stand; any other list by position.
//!
//! | file | its one job |
//! |---|---|
//! | `compare` | walks two trees side by side |
//! | `identity` | what tells the items of a list apart |
//! | `place` | the way to a field, for people and as a JSON pointer |
//! | `value` | a value in a few words |

mod compare;
mod identity;
mod place;
mod value;

pub use compare::changes;
pub use place::Place;
pub use value::{Side, excerpt};

use crate::node::Node;

/// One difference between two trees.
#[derive(Clone, Debug)]
pub struct Change<'a> {
    /// Where it is.
    pub place: Place,
    /// What happened there.
    pub kind: Kind,
    /// The value before; none when it was added.
    pub from: Option<&'a Node>,
    /// The value after; none when it was removed.
    pub to: Option<&'a Node>,
}

/// What happened at a place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    /// There was nothing.
    Added,
    /// There is nothing any more.
    Removed,
    /// There is another value.
    Changed,
    /// The list's items stand in another order.
    Reordered,
}
