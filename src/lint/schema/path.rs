//! Fields of an object in the words of a message.

use crate::node::{Node, Pointer, Value};

/// A pointer as people write it: `spec.template.spec.containers[web].image`.
///
/// An item of a list goes by its name, if it has one: a layer that adds an item before it does not make another
/// finding of the same mistake.
pub(super) fn words(object: &Node, pointer: &Pointer) -> String {
    let mut words = String::new();
    let mut node = Some(object);
    for step in &pointer.0 {
        let parent = node;
        node = node.and_then(|node| node.step(step));
        if matches!(parent.map(|parent| &parent.value), Some(Value::List(_))) {
            let name = node.and_then(|item| item.get("name")).and_then(Node::as_str);
            words.extend(["[", name.unwrap_or(step), "]"]);
        } else if step.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'$')) {
            words.extend([if words.is_empty() { "" } else { "." }, step]);
        } else {
            words.extend(["[\"", step, "\"]"]);
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::object;

    #[test]
    fn names_lists_and_odd_keys() {
        let named = object! { "name": "web", "ports": vec![Node::made(80)] };
        let object = object! { "spec": object! { "containers": vec![named] } };
        let text = |pointer: &str| words(&object, &Pointer::parse(pointer).unwrap());
        assert_eq!(text("/spec/containers/0/ports/0"), "spec.containers[web].ports[0]");
        assert_eq!(text("/metadata/annotations/a.b~1c"), "metadata.annotations[\"a.b/c\"]");
    }
}
