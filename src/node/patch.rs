//! Changes to a tree: JSON Merge Patch (RFC 7396) and JSON Patch (RFC 6902).
//!
//! What a patch brings keeps the patch's places, so that a changed field points at the patch that changed it.

use super::{Key, Node, Pointer, Value};
use crate::source::Span;

/// Why an operation of a JSON Patch cannot be done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PatchError {
    /// One sentence without a full stop. It shows paths and no values: those may be secret.
    pub message: String,
    /// Where the value stands that a `test` found instead.
    pub found: Option<Span>,
}

impl PatchError {
    fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), found: None }
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
            _ => Err(PatchError::new(format!("`{op}` is none of add, remove, replace, move, copy and test"))),
        }
    }
}

/// A path whose `[name=app]` steps have become indexes.
struct Path {
    steps: Pointer,
    /// Where the operation names it.
    span: Option<Span>,
}

impl Path {
    fn missing(&self) -> PatchError {
        PatchError::new(format!("nothing is at `{}`", self.steps))
    }

    /// The path of what is around, and the last step; nothing for the whole tree.
    fn split(&self) -> Option<(&[String], &str)> {
        self.steps.0.split_last().map(|(last, parent)| (parent, last.as_str()))
    }
}

fn value(operation: &Node) -> Result<&Node> {
    operation.get("value").ok_or_else(|| PatchError::new("the operation has no `value`"))
}

fn text<'a>(operation: &'a Node, field: &str) -> Result<&'a str> {
    let text = operation.get(field).and_then(Node::as_str);
    text.ok_or_else(|| PatchError::new(format!("the operation has no `{field}`")))
}

fn path(tree: &Node, operation: &Node, field: &str) -> Result<Path> {
    let written = text(operation, field)?;
    let steps = parse(written).ok_or_else(|| PatchError::new(format!("`{written}` is not a JSON pointer")))?;
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
            && let Some((key, value)) = selector(step)
        {
            *step = select(items, key, value)?.to_string();
        }
        around = around.and_then(|node| child(node, step));
    }
    Ok(steps)
}

fn selector(step: &str) -> Option<(&str, &str)> {
    step.strip_prefix('[')?.strip_suffix(']')?.split_once('=')
}

fn select(items: &[Node], key: &str, value: &str) -> Result<usize> {
    let is_it = |item: &Node| item.get(key).and_then(Node::scalar_text).is_some_and(|text| text == value);
    let mut found = items.iter().enumerate().filter(|(_, item)| is_it(item)).map(|(at, _)| at);
    match (found.next(), found.next()) {
        (Some(at), None) => Ok(at),
        (None, _) => Err(PatchError::new(format!("no item has `{key}` equal to `{value}`"))),
        (Some(_), Some(_)) => Err(PatchError::new(format!("several items have `{key}` equal to `{value}`"))),
    }
}

/// An index as RFC 6901 writes it: no sign, no leading zero.
fn index(step: &str) -> Option<usize> {
    let canonical = step == "0" || step.starts_with(|first: char| first.is_ascii_digit() && first != '0');
    if canonical { step.parse().ok() } else { None }
}

fn child<'a>(node: &'a Node, step: &str) -> Option<&'a Node> {
    match &node.value {
        Value::Map(map) => map.get(step),
        Value::List(items) => items.get(index(step)?),
        _ => None,
    }
}

fn child_mut<'a>(node: &'a mut Node, step: &str) -> Option<&'a mut Node> {
    match &mut node.value {
        Value::Map(map) => map.get_mut(step),
        Value::List(items) => items.get_mut(index(step)?),
        _ => None,
    }
}

fn find<'a>(tree: &'a Node, path: &Path) -> Result<&'a Node> {
    path.steps.0.iter().try_fold(tree, |node, step| child(node, step)).ok_or_else(|| path.missing())
}

fn find_mut<'a>(tree: &'a mut Node, steps: &[String]) -> Option<&'a mut Node> {
    steps.iter().try_fold(tree, |node, step| child_mut(node, step))
}

fn add(tree: &mut Node, path: &Path, value: Node) -> Result<()> {
    let Some((parent, last)) = path.split() else {
        *tree = value;
        return Ok(());
    };
    let parent = find_mut(tree, parent).ok_or_else(|| path.missing())?;
    match &mut parent.value {
        Value::Map(map) => map.insert(Key::new(last, path.span), value),
        Value::List(items) => {
            let at = if last == "-" { Some(items.len()) } else { index(last) };
            let at = at.filter(|at| *at <= items.len()).ok_or_else(|| path.missing())?;
            items.insert(at, value);
        }
        _ => return Err(path.missing()),
    }
    Ok(())
}

fn remove(tree: &mut Node, path: &Path) -> Result<Node> {
    let Some((parent, last)) = path.split() else {
        return Err(PatchError::new("the whole object cannot be removed"));
    };
    let parent = find_mut(tree, parent).ok_or_else(|| path.missing())?;
    let removed = match &mut parent.value {
        Value::Map(map) => map.remove(last),
        Value::List(items) => index(last).filter(|at| *at < items.len()).map(|at| items.remove(at)),
        _ => None,
    };
    removed.ok_or_else(|| path.missing())
}

fn replace(tree: &mut Node, path: &Path, value: Node) -> Result<()> {
    let target = find_mut(tree, &path.steps.0).ok_or_else(|| path.missing())?;
    *target = value;
    Ok(())
}

/// `move`. The value goes back where it was when it cannot be put where it should go.
fn relocate(tree: &mut Node, from: &Path, path: &Path) -> Result<()> {
    if path.steps.0.len() > from.steps.0.len() && path.steps.0.starts_with(&from.steps.0) {
        return Err(PatchError::new(format!("`{}` cannot be moved into itself", from.steps)));
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
    Err(PatchError { message, found: found.any_span() })
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
mod tests {
    use proptest::prelude::*;
    use serde_json::{Value as Json, json};

    use super::*;
    use crate::{node::yaml, source::FileId};

    fn read(text: &str) -> Node {
        let parsed = yaml::read(FileId::from_index(0), text);
        assert_eq!(parsed.diagnostics, []);
        parsed.documents.into_iter().next().unwrap().root
    }

    fn patched(object: &str, operation: &str) -> Result<Json> {
        let mut node = read(object);
        node.patch(&read(operation)).map(|()| node.to_json())
    }

    const POD: &str = "containers: [{name: app, image: a/b}, {name: proxy, image: c}, {name: proxy, image: d}]";

    #[test]
    fn an_item_is_named_by_a_field() {
        let operation = r#"{op: replace, path: "/containers/[image=a~1b]/name", value: web}"#;
        assert_eq!(patched(POD, operation).unwrap()["containers"][0]["name"], "web");
    }

    #[test]
    fn a_name_that_is_not_one_item_is_refused() {
        for (name, message) in
            [("web", "no item has `name` equal to `web`"), ("proxy", "several items have `name` equal to `proxy`")]
        {
            let operation = format!(r#"{{op: remove, path: "/containers/[name={name}]"}}"#);
            assert_eq!(patched(POD, &operation).unwrap_err().message, message);
        }
    }

    #[test]
    fn numbers_are_tested_by_value() {
        let mut node = Node::made(1);
        let mut operation = read(r#"{op: test, path: "", value: 0}"#);
        operation.as_map_mut().unwrap().insert("value", Node::made(Value::Float(1.0)));
        assert_eq!(node.patch(&operation), Ok(()));
    }

    #[test]
    fn a_failed_test_shows_the_place_and_no_value() {
        let mut node = read("password: hunter2");
        let error = node.patch(&read("{op: test, path: /password, value: other}")).unwrap_err();
        assert_eq!(error.message, "`/password` has another value than the one tested for");
        assert_eq!(error.found.unwrap().start, 10);
    }

    #[test]
    fn what_a_patch_brings_keeps_its_place() {
        let (mut merged, mut patched) = (read("a: {b: 1}"), read("a: {b: 1}"));
        let patch = read("{a: {b: 2, c: {d: 3, e: null}}}");
        merged.merge(&patch);
        assert_eq!(merged.to_json(), json!({"a": {"b": 2, "c": {"d": 3}}}));
        assert_eq!(merged.at("/a/b").unwrap().span, patch.at("/a/b").unwrap().span);
        assert_eq!(merged.at("/a/c/d").unwrap().span, patch.at("/a/c/d").unwrap().span);

        let operation = read("{op: add, path: /a/b, value: 2}");
        patched.patch(&operation).unwrap();
        assert_eq!(patched.at("/a/b").unwrap().span, operation.get("value").unwrap().span);
        assert_eq!(patched.key_span_at("/a/b"), operation.get("path").unwrap().span);
    }

    fn documents() -> impl Strategy<Value = Json> {
        let leaf = prop_oneof![Just(Json::Null), any::<bool>().prop_map(Json::from), (0..3).prop_map(Json::from)];
        leaf.prop_recursive(3, 24, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Json::from),
                prop::collection::btree_map("[a-c]", inner, 0..4)
                    .prop_map(|map| Json::Object(map.into_iter().collect())),
            ]
        })
    }

    fn pointers() -> impl Strategy<Value = String> {
        let step = prop_oneof![6 => "[a-c]", 6 => "[0-3]", 1 => Just("-".to_owned()), 1 => "0[0-1]|~[012]|[+]1"];
        prop::collection::vec(step, 0..4).prop_map(|steps| Pointer(steps).to_string().replace("~0", "~"))
    }

    fn operations() -> impl Strategy<Value = Json> {
        let op = prop::sample::select(vec!["add", "remove", "replace", "move", "copy", "test"]);
        (op, pointers(), pointers(), documents())
            .prop_map(|(op, path, from, value)| json!({"op": op, "path": path, "from": from, "value": value}))
    }

    /// What the `json-patch` crate makes of it.
    fn oracle(document: &Json, operations: &[Json]) -> Option<Json> {
        let patch: json_patch::Patch = serde_json::from_value(Json::from(operations.to_vec())).ok()?;
        let mut document = document.clone();
        json_patch::patch_unsafe(&mut document, &patch).ok().map(|()| document)
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 512, ..ProptestConfig::default() })]

        #[test]
        fn operations_do_what_json_patch_does(
            document in documents(),
            operations in prop::collection::vec(operations(), 1..4),
        ) {
            let mut node = read(&document.to_string());
            let result = operations.iter().try_for_each(|operation| node.patch(&read(&operation.to_string())));
            let ours = result.ok().map(|()| node.to_json());
            prop_assert_eq!(ours, oracle(&document, &operations));
        }

        #[test]
        fn a_failed_operation_changes_nothing(document in documents(), operation in operations()) {
            let mut node = read(&document.to_string());
            if node.patch(&read(&operation.to_string())).is_err() {
                prop_assert_eq!(node.to_json(), document);
            }
        }

        #[test]
        fn merging_does_what_json_patch_does(document in documents(), patch in documents()) {
            let mut node = read(&document.to_string());
            node.merge(&read(&patch.to_string()));
            let mut expected = document;
            json_patch::merge(&mut expected, &patch);
            prop_assert_eq!(node.to_json(), expected);
        }
    }
}
