//! Walks a merged spec by the table, fills in its references and checks what only a complete spec can be asked.

use super::{
    layers::MergedApp,
    scope::{Scope, Stack},
};
use crate::{
    diagnostic::Diagnostic,
    grammar::{self, MISSING_FIELD, Scalar, Type},
    node::{Node, Value},
};

/// Fills in every reference below a node. One that fails is reported, and its field left out.
pub(super) struct Filler<'a> {
    pub scope: &'a Scope<'a>,
    pub app: Option<&'a MergedApp>,
    pub diagnostics: Vec<Diagnostic>,
}

impl Filler<'_> {
    /// Fills a node in place; false when it has no value.
    pub(super) fn fill(&mut self, node: &mut Node, ty: &'static Type) -> bool {
        match (ty, &mut node.value) {
            (Type::Tree, _) => self.fill_tree(node),
            (Type::Scalar(scalar), Value::Str(text)) if text.contains("${") => self.fill_scalar(node, *scalar),
            (Type::List(of), Value::List(items)) => {
                items.retain_mut(|item| self.fill(item, of));
                true
            }
            (Type::Object(_) | Type::Map(_), Value::Map(_)) => self.fill_map(node, ty),
            _ => true,
        }
    }

    fn fill_map(&mut self, node: &mut Node, ty: &'static Type) -> bool {
        if let Type::Object(object) = ty
            && let Some(problem) = grammar::union_problem(object, node)
        {
            self.diagnostics.push(Diagnostic::new(&MISSING_FIELD, problem).at(node.any_span()));
            return false;
        }
        if let Some(map) = node.as_map_mut() {
            map.retain(|key, value| self.fill(value, ty.child(key.as_str()).unwrap_or(&Type::Tree)));
        }
        true
    }

    fn fill_tree(&mut self, node: &mut Node) -> bool {
        match &mut node.value {
            Value::Str(text) if text.contains("${") => self.fill_scalar(node, Scalar::Data),
            Value::List(items) => {
                items.retain_mut(|item| self.fill_tree(item));
                true
            }
            Value::Map(map) => {
                map.retain(|_, value| self.fill_tree(value));
                true
            }
            _ => true,
        }
    }

    /// A whole-value reference keeps its type, so the leaf is checked again: it may be of the wrong one.
    fn fill_scalar(&mut self, node: &mut Node, scalar: Scalar) -> bool {
        let foreign = scalar.keeps_foreign_references();
        match self.scope.fill(self.app, node, foreign, &mut Stack::default()) {
            Ok(value) => node.value = value,
            Err(fault) => {
                self.diagnostics.push(*fault);
                return false;
            }
        }
        // In a tree every type is right, and a `${` that is left belongs to somebody else.
        if foreign {
            return true;
        }
        let text = node.scalar_text().unwrap_or_default();
        match scalar.accept(node, &text) {
            Ok(value) => {
                node.value = value;
                true
            }
            Err(refusal) => {
                self.diagnostics.push(grammar::refused(node, scalar, &text, &refusal));
                false
            }
        }
    }
}
