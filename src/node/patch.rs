//! Changes to a tree: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902).
//!
//! What a patch brings keeps the patch's places, so that a changed field points at the patch that changed it.

use super::{Key, Node, Pointer, Value, pointer::index};
use crate::source::Span;

/// Why an operation of a JSON Patch cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchError {
    /// One sentence without a full stop. It shows paths and no values: those may be secret.
    pub message: String,
    /// The next step.
    pub help: String,
    /// Where the value stands that a `test` found instead.
    pub found: Option<Span>,
}

impl PatchError {
    fn new(message: impl Into<String>, help: impl Into<String>) -> Self {
        Self { message: message.into(), help: help.into(), found: None }
    }
}

type Result<T> = std::result::Result<T, PatchError>;

impl Node {
    /// Applies a JSON Merge Patch: maps are merged, a null deletes, anything else replaces.
    pub fn merge(&mut self, patch: &Node) {
        let Value::Map(changes) = &patch.value else {
            *self = patch.clone();
            return;
        };
        if self.as_map().is_none() {
            *self = Node::new(super::Map::new(), patch.span);
        }
        let Value::Map(map) = &mut self.value else { return };
        for (key, change) in changes.entries() {
            if change.is_null() {
                map.remove(key.as_str());
            } else if let Some(value) = map.get_mut(key.as_str()) {
                value.merge(change);
            } else {
                let mut value = Node::made(Value::Null);
                value.merge(change);
                map.push(key, value);
            }
        }
    }

    /// Applies one operation of a JSON Patch; after an error, nothing has changed.
    ///
    /// A step `[name=app]` of a path is the one item of a list whose `name` is `app`.
    pub fn patch(&mut self, operation: &Node) -> Result<()> {
        let op = text(operation, "op")?;
        let path = path(self, operation, "path")?;
        match op {
            "add" => add(self, &path, value(operation)?.clone()),
            "remove" => remove(self, &path).map(drop),
            "replace" => replace(self, &path, value(operation)?.clone()),
            "move" => relocate(self, &self::path(self, operation, "from")?, &path),
            "copy" => {
                let source = self::path(self, operation, "from")?;
                let value = find(self, &source)?.clone();
                add(self, &path, value)
            }
            "test" => test(self, &path, value(operation)?),
            _ => Err(PatchError::new(
                format!("`{op}` is none of add, remove, replace, move, copy and test"),
                "these are the operations of RFC 6902",
            )),
        }
    }
}

impl Pointer {
    /// The pointer into this tree with indexes for its `[name=app]` steps, as findings and patches write them. Nothing
    /// when one of them does not select one item.
    pub fn select(self, tree: &Node) -> Option<Self> {
        resolve(tree, self).ok()
    }
}

/// A path whose `[name=app]` steps have become indexes.
struct Path {
    steps: Pointer,
    /// Where the operation names it.
    span: Option<Span>,
}

impl Path {
    /// Why it leads nowhere in `tree`: how far one gets, and what is there.
    fn missing(&self, tree: &Node) -> PatchError {
        let (mut around, mut known) = (tree, Pointer::default());
        let mut steps = self.steps.0.iter();
        let step = steps.find(|step| match around.step(step) {
            Some(inner) => {
                around = inner;
                known.0.push((*step).clone());
                false
            }
            None => true,
        });
        let place = if known.0.is_empty() { "the object".to_owned() } else { format!("`{known}`") };
        let help = match &around.value {
            Value::Map(map) => {
                let keys = map.entries().iter().map(|(key, _)| key.as_str());
                let step = step.map(String::as_str).unwrap_or_default();
                format!("{place} has no `{step}`; it has: {}", keys.collect::<Vec<_>>().join(", "))
            }
            Value::List(items) => {
                format!("{place} is a list of {}; `[name=…]` names an item, `-` the place behind the last", items.len())
            }
            _ => format!("{place} is a single value, with nothing inside of it"),
        };
        PatchError::new(format!("nothing is at `{}`", self.steps), help)
    }

    /// The path of what is around, and the last step; nothing for the whole tree.
    fn split(&self) -> Option<(&[String], &str)> {
        self.steps.0.split_last().map(|(last, parent)| (parent, last.as_str()))
    }
}

fn value(operation: &Node) -> Result<&Node> {
    operation
        .get("value")
        .ok_or_else(|| PatchError::new("the operation has no `value`", "add, replace and test take a `value`"))
}

fn text<'a>(operation: &'a Node, field: &str) -> Result<&'a str> {
    let text = operation.get(field).and_then(Node::as_str);
    text.ok_or_else(|| {
        PatchError::new(
            format!("the operation has no `{field}`"),
            "write it as `{ op: replace, path: /spec/…, value: … }`",
        )
    })
}

fn path(tree: &Node, operation: &Node, field: &str) -> Result<Path> {
    let written = text(operation, field)?;
    let steps = parse(written).ok_or_else(|| {
        let help = "begin it with `/`, and write a `/` inside of a name as `~1`, a `~` as `~0`";
        PatchError::new(format!("`{written}` is not a JSON pointer"), help)
    })?;
    let span = operation.get(field).and_then(|node| node.span);
    Ok(Path { steps: resolve(tree, steps)?, span })
}

/// Parses a pointer, and refuses a `~` that escapes nothing.
fn parse(text: &str) -> Option<Pointer> {
    let escapes = text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']));
    if escapes { Pointer::parse(text) } else { None }
}

/// Turns `[name=app]` steps into indexes. Steps that lead nowhere stay: what is done with the path tells why.
fn resolve(tree: &Node, mut steps: Pointer) -> Result<Pointer> {
    let mut around = Some(tree);
    for step in &mut steps.0 {
        if let Some(items) = around.and_then(Node::as_list)
            && let Some(selector) = selector(step)
        {
            *step = select(items, selector)?.to_string();
        }
        around = around.and_then(|node| node.step(step));
    }
    Ok(steps)
}

/// What stands between the brackets of `[name=app]`.
fn selector(step: &str) -> Option<&str> {
    step.strip_prefix('[')?.strip_suffix(']').filter(|selector| selector.contains('='))
}

/// The one item whose fields are as the selector says; it names one, or several as in `port=80,protocol=TCP`.
fn select(items: &[Node], selector: &str) -> Result<usize> {
    let is = |item: &Node, field: &str| {
        let (key, value) = field.split_once('=').unwrap_or((field, ""));
        item.get(key).and_then(Node::scalar_text).is_some_and(|text| text == value)
    };
    let is_it = |item: &Node| is(item, selector) || selector.split(',').all(|field| is(item, field));
    let mut found = items.iter().enumerate().filter(|(_, item)| is_it(item)).map(|(at, _)| at);
    let fields = || selector.replace('=', "` equal to `").replace(',', "` and `");
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(PatchError::new(format!("no item has `{}`", fields()), names(items))),
        (Some(_), Some(_)) => {
            let help = "tell them apart by a second field, as in `[port=80,protocol=TCP]`, or by number";
            Err(PatchError::new(format!("several items have `{}`", fields()), help))
        }
    }
}

/// What the items of a list are called. Other fields may hold secrets.
fn names(items: &[Node]) -> String {
    let names: Vec<&str> = items.iter().filter_map(|item| item.get("name")?.as_str()).collect();
    if names.is_empty() {
        return format!("the list has {} items, and none has a `name`", items.len());
    }
    format!("the list has: {}", names.join(", "))
}

fn find<'a>(tree: &'a Node, path: &Path) -> Result<&'a Node> {
    path.steps.0.iter().try_fold(tree, |node, step| node.step(step)).ok_or_else(|| path.missing(tree))
}

fn find_mut<'a>(tree: &'a mut Node, steps: &[String]) -> Option<&'a mut Node> {
    steps.iter().try_fold(tree, |node, step| node.step_mut(step))
}

fn add(tree: &mut Node, path: &Path, value: Node) -> Result<()> {
    let Some((parent, last)) = path.split() else {
        *tree = value;
        return Ok(());
    };
    let added = find_mut(tree, parent).is_some_and(|parent| match &mut parent.value {
        Value::Map(map) => {
            map.insert(Key::new(last, path.span), value);
            true
        }
        Value::List(items) => {
            let at = if last == "-" { Some(items.len()) } else { index(last) };
            let at = at.filter(|at| *at <= items.len());
            at.is_some_and(|at| {
                items.insert(at, value);
                true
            })
        }
        _ => false,
    });
    if added { Ok(()) } else { Err(path.missing(tree)) }
}

fn remove(tree: &mut Node, path: &Path) -> Result<Node> {
    let Some((parent, last)) = path.split() else {
        let help = "take out of the spec what it is rendered from";
        return Err(PatchError::new("the whole object cannot be removed", help));
    };
    let removed = find_mut(tree, parent).and_then(|parent| match &mut parent.value {
        Value::Map(map) => map.remove(last),
        Value::List(items) => index(last).filter(|at| *at < items.len()).map(|at| items.remove(at)),
        _ => None,
    });
    removed.ok_or_else(|| path.missing(tree))
}

fn replace(tree: &mut Node, path: &Path, value: Node) -> Result<()> {
    match find_mut(tree, &path.steps.0) {
        Some(target) => {
            *target = value;
            Ok(())
        }
        None => Err(path.missing(tree)),
    }
}

/// `move`. The value goes back where it was when it cannot be put where it should go.
fn relocate(tree: &mut Node, from: &Path, path: &Path) -> Result<()> {
    if path.steps.0.len() > from.steps.0.len() && path.steps.0.starts_with(&from.steps.0) {
        let message = format!("`{}` cannot be moved into itself", from.steps);
        return Err(PatchError::new(message, "use `copy`, or another `path`"));
    }
    let before = tree.clone();
    let value = remove(tree, from)?;
    add(tree, path, value).inspect_err(|_| *tree = before)
}

fn test(tree: &Node, path: &Path, expected: &Node) -> Result<()> {
    let found = find(tree, path)?;
    if same(found, expected) {
        return Ok(());
    }
    let message = format!("`{}` has another value than the one tested for", path.steps);
    let help = "the rendered object has changed since the patch was written: look whether the patch is still needed";
    Err(PatchError { message, help: help.into(), found: found.any_span() })
}

/// Equality of RFC 6902 §4.6: numbers by their value, however they are written.
fn same(a: &Node, b: &Node) -> bool {
    match (&a.value, &b.value) {
        #[expect(clippy::cast_precision_loss, clippy::float_cmp, reason = "a float that equals an integer is exact")]
        (Value::Int(int), Value::Float(float)) | (Value::Float(float), Value::Int(int)) => *int as f64 == *float,
        (Value::List(a), Value::List(b)) => a.len() == b.len() && a.iter().zip(b).all(|(a, b)| same(a, b)),
        (Value::Map(a), Value::Map(b)) => {
            let has = |(key, value): &(Key, Node)| b.get(key.as_str()).is_some_and(|other| same(value, other));
            a.len() == b.len() && a.entries().iter().all(has)
        }
        (a, b) => a == b,
    }
}

#[cfg(test)]
mod tests;
