//! The rules of a custom resource: `x-kubernetes-validations`, at any depth of its schema:
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#validation-rules>.

use std::{borrow::Cow, sync::Arc};

use serde_json::Value as Json;

use super::compile::Broken;
use crate::{
    cel::{self, Outcome, Program, Type, Value},
    node::{Node, Pointer, escape},
    source::Span,
};

/// The keyword of the rules.
const KEYWORD: &str = "x-kubernetes-validations";

/// The rules of a schema and of all schemas inside of it.
pub(super) struct Rules {
    root: Branch,
    /// How many there are.
    pub(super) all: usize,
    /// How many of them are not evaluated: they compare the object with its predecessor, which is not there, or they are
    /// no valid expressions.
    pub(super) unevaluated: usize,
}

/// The rules of one schema, and where more are to be found.
#[derive(Default)]
struct Branch {
    shape: Option<Arc<Type>>,
    rules: Vec<Rule>,
    fields: Vec<(String, Branch)>,
    /// Of the items of a list, or the values of a map.
    elements: Option<Box<Branch>>,
}

/// A rule that can be evaluated.
pub(super) struct Rule {
    /// The expression, in one line.
    pub(super) text: String,
    /// Where it was written.
    pub(super) span: Option<Span>,
    program: Program,
    message: Option<String>,
    message_expression: Option<Program>,
    field: Pointer,
}

/// A rule that does not hold for a value.
pub(super) struct Breach<'r> {
    /// Where the value is, or the field that the rule is about.
    pub(super) place: Pointer,
    /// The rule.
    pub(super) rule: &'r Rule,
    /// What came of it.
    pub(super) verdict: Verdict,
}

/// What came of a rule that does not hold.
pub(super) enum Verdict {
    /// It is false; this is what its author says.
    False(String),
    /// It came to no value, for which the API server refuses the object as well.
    Failed {
        /// What went wrong.
        error: String,
        /// What its author says, if anything.
        message: Option<String>,
    },
    /// It was given up.
    GivenUp(String),
}

impl Rules {
    /// Compiles the rules of a schema; nothing if there are none. `span` tells where a place of the schema was written.
    pub(super) fn new(schema: &Json, span: &dyn Fn(&str) -> Option<Span>, flaws: &mut Vec<Broken>) -> Option<Self> {
        let mut compiler = Compiler { all: 0, unevaluated: 0, span, flaws };
        let root = compiler.branch(schema, schema, "", true);
        let Compiler { all, unevaluated, .. } = compiler;
        (all > 0).then(|| Self { root: root.unwrap_or_default(), all, unevaluated })
    }

    /// The rules that do not hold for an object.
    pub(super) fn breaches(&self, object: &Node) -> Vec<Breach<'_>> {
        let mut breaches = Vec::new();
        self.root.visit(object, &mut Vec::new(), &mut breaches);
        breaches
    }
}

struct Compiler<'f> {
    all: usize,
    unevaluated: usize,
    span: &'f dyn Fn(&str) -> Option<Span>,
    flaws: &'f mut Vec<Broken>,
}

impl Compiler<'_> {
    /// The rules of a schema for values that `spine` describes: inside of `allOf`, a schema has no types of its own.
    fn branch(&mut self, schema: &Json, spine: &Json, pointer: &str, is_root: bool) -> Option<Branch> {
        let mut branch = Branch::default();
        let rules = schema.get(KEYWORD).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
        if !rules.is_empty() {
            let shape = Type::of_schema(spine, is_root || cel::is_embedded(spine));
            self.rules(rules, shape.unwrap_or(Type::Dyn), spine, &format!("{pointer}/{KEYWORD}"), &mut branch);
        }
        for (name, field) in schema.get("properties").and_then(Json::as_object).into_iter().flatten() {
            let of_spine = spine.get("properties").and_then(|fields| fields.get(name)).unwrap_or(field);
            let place = format!("{pointer}/properties/{}", escape(name));
            branch.fields.extend(self.branch(field, of_spine, &place, false).map(|inner| (name.clone(), inner)));
        }
        for keyword in ["items", "additionalProperties"] {
            if let Some(inner) = schema.get(keyword).filter(|inner| inner.is_object()) {
                let of_spine = spine.get(keyword).unwrap_or(inner);
                let inner = self.branch(inner, of_spine, &format!("{pointer}/{keyword}"), false);
                branch.elements = inner.map(Box::new).or(branch.elements);
            }
        }
        for (at, part) in schema.get("allOf").and_then(Json::as_array).into_iter().flatten().enumerate() {
            if let Some(part) = self.branch(part, spine, &format!("{pointer}/allOf/{at}"), is_root) {
                branch.merge(part);
            }
        }
        (!branch.rules.is_empty() || !branch.fields.is_empty() || branch.elements.is_some()).then_some(branch)
    }

    fn rules(&mut self, rules: &[Json], shape: Type, spine: &Json, pointer: &str, branch: &mut Branch) {
        for (at, rule) in rules.iter().enumerate() {
            self.all += 1;
            match compile(rule, &shape, spine) {
                Ok((rule, false)) => {
                    branch.rules.push(Rule { span: (self.span)(&format!("{pointer}/{at}/rule")), ..rule });
                }
                Ok((_, true)) => self.unevaluated += 1,
                Err((keyword, message)) => {
                    self.unevaluated += 1;
                    self.flaws.push(Broken { pointer: format!("{pointer}/{at}/{keyword}"), message });
                }
            }
        }
        branch.shape = Some(Arc::new(shape));
    }
}

/// A rule, and whether it needs the object's predecessor; else the keyword that is wrong, and why.
fn compile(rule: &Json, shape: &Type, spine: &Json) -> Result<(Rule, bool), (&'static str, String)> {
    let text = |keyword: &str| rule.get(keyword).and_then(Json::as_str).filter(|text| !text.trim().is_empty());
    let source = text("rule").ok_or_else(|| ("rule", "the rule is empty".to_owned()))?;
    let optional = rule.get("optionalOldSelf") == Some(&Json::Bool(true));
    let old = if optional { Type::Optional(Arc::new(shape.clone())) } else { shape.clone() };
    let variables = [("self", shape.clone()), ("oldSelf", old)];
    let program = Program::compile(source, &variables).map_err(|fault| ("rule", explained(source, &fault)))?;
    if !matches!(program.result(), Type::Bool) {
        let message = format!("the rule must be true or false, and it is of type {}", program.result());
        return Err(("rule", message));
    }
    let compiled = text("messageExpression").map(|source| (source, Program::compile(source, &variables)));
    let message_expression = match compiled {
        Some((source, Err(fault))) => return Err(("messageExpression", explained(source, &fault))),
        Some((_, Ok(program))) if !matches!(program.result(), Type::String) => {
            return Err((
                "messageExpression",
                format!("this must be a string, and it is of type {}", program.result()),
            ));
        }
        compiled => compiled.and_then(|(_, program)| program.ok()),
    };
    let field = match text("fieldPath") {
        Some(path) => field_path(path, spine)
            .ok_or_else(|| ("fieldPath", "this must be a field of the schema, such as `.spec.size`".to_owned()))?,
        None => Pointer::default(),
    };
    if source.trim().contains(['\n', '\r']) && text("message").is_none() {
        return Err(("rule", "a rule of more than one line needs a `message`".to_owned()));
    }
    let is_transition = program.mentions("oldSelf") && !optional;
    let message = text("message").map(in_one_line);
    Ok((Rule { text: in_one_line(source), span: None, program, message, message_expression, field }, is_transition))
}

/// What is wrong with an expression, and where.
fn explained(source: &str, fault: &cel::Fault) -> String {
    let before = source.get(..fault.at).unwrap_or(source);
    let rest = in_one_line(&source[before.len()..]);
    let near: String = rest.chars().take(24).collect();
    let dots = if near.len() < rest.len() { "…" } else { "" };
    if near.is_empty() { fault.message.clone() } else { format!("{}, at `{near}{dots}`", fault.message) }
}

fn in_one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The steps of `.a['b.c'].d`, all of which the schema must know.
fn field_path(path: &str, schema: &Json) -> Option<Pointer> {
    let (mut steps, mut rest, mut schema) = (Vec::new(), path, schema);
    while !rest.is_empty() {
        let (step, after) = if let Some(quoted) = rest.strip_prefix("['") {
            quoted.split_once("']")?
        } else {
            let name = rest.strip_prefix('.').or_else(|| steps.is_empty().then_some(rest))?;
            name.split_at(name.find(['.', '[']).unwrap_or(name.len()))
        };
        let step = step.replace("\\'", "'").replace("\\\\", "\\");
        let declared = schema.get("properties").and_then(|fields| fields.get(&step));
        schema = declared.or_else(|| schema.get("additionalProperties").filter(|values| values.is_object()))?;
        steps.push(step);
        rest = after;
    }
    (!steps.is_empty()).then_some(Pointer(steps))
}

impl Branch {
    /// Adds the rules of another schema for the same values.
    fn merge(&mut self, other: Self) {
        self.shape = self.shape.take().or(other.shape);
        self.rules.extend(other.rules);
        for (name, inner) in other.fields {
            match self.fields.iter_mut().find(|(own, _)| *own == name) {
                Some((_, own)) => own.merge(inner),
                None => self.fields.push((name, inner)),
            }
        }
        match (&mut self.elements, other.elements) {
            (Some(own), Some(other)) => own.merge(*other),
            (own @ None, other) => *own = other,
            (Some(_), None) => {}
        }
    }

    fn visit<'r, 'n>(&'r self, node: &'n Node, place: &mut Vec<Cow<'n, str>>, breaches: &mut Vec<Breach<'r>>) {
        if node.is_null() {
            return;
        }
        if let Some(shape) = &self.shape {
            for rule in &self.rules {
                breaches.extend(rule.breach(node, shape, place));
            }
        }
        let mut inner = |branch: &'r Self, step: Cow<'n, str>, node: &'n Node| {
            place.push(step);
            branch.visit(node, place, breaches);
            place.pop();
        };
        for (name, branch) in &self.fields {
            if let Some((key, value)) = node.as_map().and_then(|map| map.entry(name)) {
                inner(branch, Cow::Borrowed(key.as_str()), value);
            }
        }
        let Some(branch) = &self.elements else { return };
        for (at, item) in node.items().iter().enumerate() {
            inner(branch, Cow::Owned(at.to_string()), item);
        }
        for (key, value) in node.entries() {
            if self.fields.iter().all(|(name, _)| *name != key.text) {
                inner(branch, Cow::Borrowed(key.as_str()), value);
            }
        }
    }
}

impl Rule {
    fn breach<'r>(&'r self, node: &Node, shape: &Type, place: &[Cow<'_, str>]) -> Option<Breach<'r>> {
        let verdict = match Self::value(&self.program, node, shape) {
            Ok(value) if value.as_bool() == Some(true) => return None,
            Ok(_) => Verdict::False(self.message(node, shape).unwrap_or_else(|| format!("`{}` is false", self.text))),
            Err(error) if error.inconclusive => Verdict::GivenUp(error.message.into_owned()),
            Err(error) => Verdict::Failed { error: error.message.into_owned(), message: self.message(node, shape) },
        };
        let mut steps: Vec<String> = place.iter().map(|step| step.clone().into_owned()).collect();
        steps.extend(self.field.0.iter().cloned());
        Some(Breach { place: Pointer(steps), rule: self, verdict })
    }

    fn value<'a>(program: &'a Program, node: &'a Node, shape: &'a Type) -> Outcome<Value<'a>> {
        // A new object has no predecessor; a rule that cannot do without one is not here.
        program.evaluate(vec![("self", Value::view(node, shape)?), ("oldSelf", Value::Optional(None))])
    }

    /// What its author says to a value for which it does not hold, if anything.
    fn message(&self, node: &Node, shape: &Type) -> Option<String> {
        let made = self.message_expression.as_ref().and_then(|program| {
            let value = Self::value(program, node, shape).ok()?;
            Some(in_one_line(value.as_str()?)).filter(|text| !text.is_empty())
        });
        made.or_else(|| self.message.clone())
    }
}
