//! Walks a merged spec by the table, fills in its references and checks what only a complete spec can be asked.

use super::{fault::Fault, layers::MergedApp, scope::Scope, stack::Stack};
use crate::{
    diagnostic::Diagnostic,
    grammar::{self, BAD_VALUE, MISSING_FIELD, Object, Refusal, Scalar, Type, WRONG_TYPE},
    node::{Node, Value},
};

/// Fills in every reference below a node. One that fails is reported, and its field left out.
pub(super) struct Filler<'a> {
    pub scope: &'a Scope<'a>,
    pub app: Option<&'a MergedApp>,
    pub diagnostics: Vec<Diagnostic>,
    /// Whether every reference had a value so far.
    pub sound: bool,
}

impl<'a> Filler<'a> {
    /// One that has filled in nothing.
    pub(super) fn new(scope: &'a Scope<'a>, app: Option<&'a MergedApp>) -> Self {
        Self { scope, app, diagnostics: Vec::new(), sound: true }
    }

    /// Fills a node in place; false when it has no value.
    pub(super) fn fill(&mut self, node: &mut Node, ty: &'static Type) -> bool {
        match (ty, &mut node.value) {
            (Type::Tree | Type::MergePatch, _) => self.fill_tree(node),
            (Type::Scalar(scalar), Value::Str(text)) if text.contains("${") => self.fill_scalar(node, *scalar),
            (Type::List(of), Value::List(items)) => {
                items.retain_mut(|item| self.fill(item, of));
                true
            }
            (Type::Object(_) | Type::Map(..), Value::Map(_)) => self.fill_map(node, ty),
            _ => true,
        }
    }

    fn fill_map(&mut self, node: &mut Node, ty: &'static Type) -> bool {
        if let Type::Object(object) = ty
            && let Some(problem) = union_problem(object, node)
        {
            // What an error took out of the spec is not missing.
            let is_flawed = self.app.is_some_and(|app| !app.sound);
            self.fail(if is_flawed { Fault::Reported } else { problem.into() });
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
                self.fail(fault);
                return false;
            }
        }
        // In a tree every type is right, and a `${` that is left belongs to somebody else.
        if foreign {
            return true;
        }
        let text = node.scalar_text().unwrap_or_default();
        match scalar.accept(node, &text) {
            Ok(value) => node.value = value,
            // Nobody forgot quotes: the value never stood in a file.
            Err(Refusal::Quote) => node.value = Value::Str(text),
            Err(refusal) => {
                self.fail(unfitting(node, scalar, &text, &refusal).into());
                return false;
            }
        }
        true
    }

    fn fail(&mut self, fault: Fault) {
        self.sound = false;
        self.diagnostics.extend(fault.finding());
    }
}

/// What a reference gives differs between environments, so it does not stand in the message.
fn unfitting(node: &Node, scalar: Scalar, text: &str, refusal: &Refusal) -> Diagnostic {
    let code = if matches!(refusal, Refusal::Type(_)) { &WRONG_TYPE } else { &BAD_VALUE };
    let message = format!("the reference does not give {}", scalar.expected());
    Diagnostic::new(code, message).at(node.span).help(format!("here it gives `{text}`"))
}

/// The finding for a union that is not exactly one of its members.
pub(super) fn union_problem(object: &Object, node: &Node) -> Option<Diagnostic> {
    let problem = grammar::union_problem(object, node)?;
    Some(Diagnostic::new(&MISSING_FIELD, problem.message).at(node.any_span()).help(problem.help))
}
