//! Anchors (`&name`) and aliases (`*name`): every alias becomes a copy, within limits.

use rustc_hash::FxHashMap;

use super::{LIMIT, SYNTAX, tree::Stop};
use crate::{
    diagnostic::Diagnostic,
    node::{Node, Value},
    source::Span,
};

/// The anchors of one document.
pub(super) struct Anchors {
    anchored: FxHashMap<usize, Anchored>,
    budget: usize,
}

/// What an alias stands for.
struct Anchored {
    node: Node,
    size: Size,
}

/// The number of nodes, and of the levels of lists and maps.
#[derive(Clone, Copy, Default)]
struct Size {
    nodes: usize,
    depth: usize,
}

impl Anchors {
    /// No anchors yet, and aliases that may make `budget` nodes.
    pub(super) fn new(budget: usize) -> Self {
        Self { anchored: FxHashMap::default(), budget }
    }

    /// How many nodes aliases may still make.
    pub(super) fn budget(&self) -> usize {
        self.budget
    }

    /// Remembers a node that has an anchor; 0 is none. The copy that is kept counts like an alias.
    pub(super) fn define(&mut self, id: usize, node: &Node) -> Result<(), Stop> {
        if id == 0 {
            return Ok(());
        }
        let size = measure(node);
        self.spend(size.nodes, node.span)?;
        self.anchored.insert(id, Anchored { node: node.clone(), size });
        Ok(())
    }

    /// A copy of what the alias at `span` stands for, and its depth.
    pub(super) fn expand(&mut self, id: usize, span: Span) -> Result<(Node, usize), Stop> {
        let Some(size) = self.anchored.get(&id).map(|anchored| anchored.size) else {
            let found = Diagnostic::new(&SYNTAX, "an alias stands inside of the value that it repeats").at(span);
            return Err(Box::new(found.help("write the value out")));
        };
        self.spend(size.nodes, Some(span))?;
        Ok((self.anchored[&id].node.clone(), size.depth))
    }

    fn spend(&mut self, nodes: usize, span: Option<Span>) -> Result<(), Stop> {
        let Some(rest) = self.budget.checked_sub(nodes) else {
            let found = Diagnostic::new(&LIMIT, "the aliases of this file expand to too much").at(span);
            return Err(Box::new(found.help("write the values out, or use fewer aliases of aliases")));
        };
        self.budget = rest;
        Ok(())
    }
}

fn measure(node: &Node) -> Size {
    match &node.value {
        Value::List(items) => around(items.iter()),
        Value::Map(map) => around(map.entries().iter().map(|(_, value)| value)),
        _ => Size { nodes: 1, depth: 0 },
    }
}

fn around<'n>(children: impl Iterator<Item = &'n Node>) -> Size {
    let inside = children
        .map(measure)
        .fold(Size::default(), |sum, one| Size { nodes: sum.nodes + one.nodes, depth: sum.depth.max(one.depth) });
    Size { nodes: inside.nodes + 1, depth: inside.depth + 1 }
}
