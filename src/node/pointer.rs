//! JSON pointers (RFC 6901): the names of places inside a tree.

use std::borrow::Cow;

use super::{Node, Value};
use crate::source::Span;

/// A parsed pointer: its steps, unescaped. The empty pointer names the whole tree.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Pointer(pub Vec<String>);

impl Pointer {
    /// Parses `/spec/ports/0`. Nothing when the text is neither empty nor starts with `/`.
    pub fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::default());
        }
        let steps = text.strip_prefix('/')?;
        Some(Self(steps.split('/').map(|step| unescape(step).into_owned()).collect()))
    }

    /// The pointer with one more step.
    #[must_use]
    pub fn then(&self, step: impl Into<String>) -> Self {
        let mut steps = self.0.clone();
        steps.push(step.into());
        Self(steps)
    }
}

impl std::fmt::Display for Pointer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().try_for_each(|step| write!(f, "/{}", escape(step)))
    }
}

/// One step of a pointer as it is written: `~` as `~0`, `/` as `~1`.
pub fn escape(step: &str) -> Cow<'_, str> {
    if step.contains(['~', '/']) { Cow::Owned(step.replace('~', "~0").replace('/', "~1")) } else { Cow::Borrowed(step) }
}

/// The step that is written like this.
fn unescape(written: &str) -> Cow<'_, str> {
    if written.contains('~') {
        Cow::Owned(written.replace("~1", "/").replace("~0", "~"))
    } else {
        Cow::Borrowed(written)
    }
}

/// An index as RFC 6901 writes it: no sign, no leading zero.
pub(super) fn index(step: &str) -> Option<usize> {
    let canonical = step == "0" || step.starts_with(|first: char| first.is_ascii_digit() && first != '0');
    if canonical { step.parse().ok() } else { None }
}

impl Node {
    /// The child that one step of a pointer names.
    pub fn step(&self, step: &str) -> Option<&Node> {
        match &self.value {
            Value::Map(map) => map.get(step),
            Value::List(items) => items.get(index(step)?),
            _ => None,
        }
    }

    /// The same, open to change.
    pub(super) fn step_mut(&mut self, step: &str) -> Option<&mut Node> {
        match &mut self.value {
            Value::Map(map) => map.get_mut(step),
            Value::List(items) => items.get_mut(index(step)?),
            _ => None,
        }
    }

    /// The node at a pointer such as `/spec/replicas`.
    pub fn at(&self, pointer: &str) -> Option<&Node> {
        pointer.split('/').skip(1).try_fold(self, |node, step| node.step(&unescape(step)))
    }

    /// The pointer to a node that is a part of this one.
    pub fn pointer_to(&self, part: &Node) -> Option<Pointer> {
        if std::ptr::eq(self, part) {
            return Some(Pointer::default());
        }
        let inside = |step: &str, node: &Node| {
            let mut pointer = node.pointer_to(part)?;
            pointer.0.insert(0, step.to_owned());
            Some(pointer)
        };
        match &self.value {
            Value::Map(map) => map.entries().iter().find_map(|(key, node)| inside(key.as_str(), node)),
            Value::List(items) => items.iter().enumerate().find_map(|(at, node)| inside(&at.to_string(), node)),
            _ => None,
        }
    }

    /// The span to underline for a pointer, present or not: that of the node itself, or of the nearest place around it
    /// that somebody wrote.
    pub fn span_at(&self, pointer: &str) -> Option<Span> {
        let (mut node, mut span) = (self, self.any_span());
        for step in Pointer::parse(pointer)?.0 {
            let key = node.as_map().and_then(|map| map.entry(&step)).and_then(|(key, _)| key.span);
            let Some(next) = node.step(&step) else { break };
            span = next.any_span().or(key).or(span);
            node = next;
        }
        span
    }

    /// A pointer in the words of a patch: an item of a list goes by its `name`, `/spec/containers/[name=app]/image`, unless
    /// another item has the same.
    pub fn path_to(&self, pointer: &str) -> String {
        let (mut node, mut path) = (Some(self), String::with_capacity(pointer.len()));
        for step in pointer.split('/').skip(1) {
            let parent = node;
            node = parent.and_then(|parent| parent.step(&unescape(step)));
            match parent.zip(node).and_then(|(parent, item)| parent.name_of_item(item)) {
                Some(name) => path.extend(["/[name=", &escape(name), "]"]),
                None => path.extend(["/", step]),
            }
        }
        path
    }

    /// The name that tells an item of this list from the others.
    fn name_of_item<'a>(&self, item: &'a Node) -> Option<&'a str> {
        let Value::List(items) = &self.value else { return None };
        let name = item.get("name").and_then(Node::as_str)?;
        let namesakes = items.iter().filter(|item| item.get("name").and_then(Node::as_str) == Some(name));
        (namesakes.count() == 1).then_some(name)
    }

    /// The span of the key at a pointer: what to underline when the key itself is wrong.
    pub fn key_span_at(&self, pointer: &str) -> Option<Span> {
        let (parent, last) = pointer.rsplit_once('/')?;
        let key = self.at(parent)?.as_map()?.entry(&unescape(last))?.0.span;
        key.or_else(|| self.span_at(pointer))
    }

    /// This node's span, or that of the first thing inside of it that has one.
    pub fn any_span(&self) -> Option<Span> {
        self.span.or_else(|| match &self.value {
            Value::List(items) => items.iter().find_map(Node::any_span),
            Value::Map(map) => map.entries().iter().find_map(|(key, node)| key.span.or_else(|| node.any_span())),
            _ => None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::object;

    #[test]
    fn escapes_round_trip() {
        let pointer = Pointer::parse("/a~1b/~0c/0").unwrap();
        assert_eq!(pointer.0, ["a/b", "~c", "0"]);
        assert_eq!(pointer.to_string(), "/a~1b/~0c/0");
        assert_eq!(Pointer::parse("a"), None);
    }

    #[test]
    fn items_go_by_their_names() {
        let named = |name: &str| object! { "name": name, "ports": vec![Node::made(80)] };
        let containers = vec![named("a/b"), named("twice"), named("twice")];
        let node = object! { "spec": object! { "containers": containers } };
        assert_eq!(node.path_to(""), "");
        assert_eq!(node.path_to("/spec/containers"), "/spec/containers");
        assert_eq!(node.path_to("/spec/containers/0/ports/0"), "/spec/containers/[name=a~1b]/ports/0");
        assert_eq!(node.path_to("/spec/containers/1/name"), "/spec/containers/1/name");
        assert_eq!(node.path_to("/spec/containers/9/x~1y"), "/spec/containers/9/x~1y");
    }

    #[test]
    fn finds_nodes() {
        let node = object! { "spec": object! { "ports": vec![Node::made(80)] } };
        assert_eq!(node.at("/spec/ports/0").and_then(Node::as_int), Some(80));
        assert_eq!(node.at("/spec/ports/1"), None);
        assert_eq!(node.at("/spec/ports/+0"), None);
    }
}
