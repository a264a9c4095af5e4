//! How large objects are.

use super::Manifest;
use crate::node::{Node, Value};

impl Manifest {
    /// About how many bytes of JSON the object is; escapes are not counted. It is counted once.
    pub fn size(&self) -> usize {
        *self.size.get_or_init(|| self.object.size())
    }
}

impl Node {
    /// About how many bytes of JSON this is; escapes are not counted.
    pub fn size(&self) -> usize {
        match &self.value {
            Value::Null | Value::Bool(_) => 4,
            Value::Int(_) | Value::Float(_) => 8,
            Value::Str(text) => text.len() + 2,
            Value::List(items) => items.iter().map(|item| item.size() + 1).sum::<usize>() + 2,
            Value::Map(map) => {
                map.entries().iter().map(|(key, value)| key.text.len() + value.size() + 4).sum::<usize>() + 2
            }
        }
    }
}
