//! How far a line of YAML reaches: to the end of everything that begins on it.

use std::ops::Range;

use crate::{
    node::{Node, Value},
    source::Span,
};

/// Where the entries and items end that begin on a line; nothing when none does.
///
/// A block's first line opens its first entry, not the block: that is what the line of its key does, or the `- ` of an
/// item.
pub(super) fn end(node: &Node, line: &Range<u32>) -> Option<u32> {
    match &node.value {
        Value::Map(map) => {
            let ends = map.entries().iter().map(|(key, value)| {
                let start = key.span?;
                if !line.contains(&start.start) {
                    return below(value, line);
                }
                // An alias stands for something that was written before it.
                let value = value.span.filter(|value| value.start >= start.start);
                Some(value.map_or(start.end, |value| value.end.max(start.end)))
            });
            ends.flatten().max()
        }
        Value::List(items) => {
            let begins = |item: &Node| item.span.filter(|span| line.contains(&span.start)).map(|span| span.end);
            items.iter().filter_map(|item| begins(item).or_else(|| below(item, line))).max()
        }
        _ => None,
    }
}

fn below(node: &Node, line: &Range<u32>) -> Option<u32> {
    let span = node.span.filter(|span| span.start < line.end && line.start < span.end);
    span.and_then(|_| end(node, line))
}

/// Calls a function with the place of every scalar in a tree, keys among them.
pub(super) fn scalars(node: &Node, visit: &mut impl FnMut(Span)) {
    match &node.value {
        Value::Map(map) => map.entries().iter().for_each(|(key, value)| {
            key.span.into_iter().for_each(&mut *visit);
            scalars(value, visit);
        }),
        Value::List(items) => items.iter().for_each(|item| scalars(item, visit)),
        _ => node.span.into_iter().for_each(visit),
    }
}
