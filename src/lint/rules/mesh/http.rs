//! What the rules of an HTTPRoute take, in the words of the Gateway API.

use crate::{manifest::Manifest, node::Node};

/// A way to tell requests from others.
#[derive(Clone, Copy)]
pub(super) struct Match<'a> {
    /// `Exact`, `PathPrefix` or `RegularExpression`.
    pub(super) kind: &'a str,
    /// The path, in words of its kind.
    pub(super) path: &'a str,
    /// What it says of the rest; nothing where the rule says nothing at all, and so takes every path.
    node: Option<&'a Node>,
}

impl<'a> Match<'a> {
    fn of(node: Option<&'a Node>) -> Self {
        let path = |key: &str| node?.get("path")?.get(key)?.as_str();
        Self { kind: path("type").unwrap_or("PathPrefix"), path: path("value").unwrap_or("/"), node }
    }

    /// The method that it asks for; any other where it asks for none.
    pub(super) fn method(self) -> Option<&'a str> {
        self.node?.get("method")?.as_str()
    }

    /// What it says of `headers` or `queryParams`: names, types and values.
    pub(super) fn values(self, list: &str) -> impl Iterator<Item = (&'a str, &'a str, &'a str)> {
        let items = self.node.and_then(|node| node.get(list)).map_or(&[][..], Node::items);
        items.iter().map(|item| {
            let text = |key: &str| item.get(key).and_then(Node::as_str);
            (text("name").unwrap_or_default(), text("type").unwrap_or("Exact"), text("value").unwrap_or_default())
        })
    }

    /// Whether it goes by the path alone.
    pub(super) fn is_plain(self) -> bool {
        self.method().is_none() && ["headers", "queryParams"].iter().all(|list| self.values(list).next().is_none())
    }

    /// Whether it takes a path. A regular expression is not run: it may.
    pub(super) fn takes(self, path: &str) -> bool {
        match self.kind {
            "Exact" => self.path == path,
            "PathPrefix" => {
                let rest = path.strip_prefix(self.path.trim_end_matches('/'));
                rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
            }
            _ => true,
        }
    }

    /// Whether it goes before another one that takes the same path.
    pub(super) fn goes_before(self, other: Match<'_>) -> bool {
        self.kind != "PathPrefix" || self.path.len() > other.path.len()
    }
}

/// The matches of a rule, with the JSON pointers to them, or to the rule where it has none. `pointer` leads to the rule.
pub(super) fn matches<'a>(rule: &'a Node, pointer: &str) -> Vec<(String, Match<'a>)> {
    let said = rule.get("matches").map_or(&[][..], Node::items);
    let said = said.iter().enumerate().map(|(at, node)| (format!("{pointer}/matches/{at}"), Match::of(Some(node))));
    let mut found: Vec<_> = said.collect();
    if found.is_empty() {
        found.push((pointer.to_owned(), Match::of(None)));
    }
    found
}

/// The hosts of a route; one without a name where it takes what its listeners take.
pub(super) fn hosts(route: &Manifest) -> impl Iterator<Item = &str> {
    let said = route.object.at("/spec/hostnames").map_or(&[][..], Node::items);
    let any = said.is_empty().then_some("");
    said.iter().filter_map(Node::as_str).chain(any)
}
