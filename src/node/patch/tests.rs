//! Patches by hand, and patches of all kinds against another implementation.

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
fn several_fields_name_an_item_together() {
    let ports = "ports: [{port: 53, protocol: TCP}, {port: 53, protocol: UDP}, {port: 80, name: 'a,b=c'}]";
    let selected = |pointer: &str| Pointer::parse(pointer).unwrap().select(&read(ports)).map(|it| it.to_string());
    assert_eq!(selected("/ports/[port=53,protocol=UDP]/port").as_deref(), Some("/ports/1/port"));
    assert_eq!(selected("/ports/[name=a,b=c]").as_deref(), Some("/ports/2"));
    assert_eq!(selected("/ports/[port=53]"), None);
    assert_eq!(selected("/ports/[port=81,protocol=UDP]"), None);
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
            prop::collection::btree_map("[a-c]", inner, 0..4).prop_map(|map| Json::Object(map.into_iter().collect())),
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

#[test]
fn a_path_that_leads_nowhere_says_how_far_it_gets() {
    for (path, help) in [
        ("/spec", "the object has no `spec`; it has: containers"),
        ("/containers/[name=app]/tty", "`/containers/0` has no `tty`; it has: name, image"),
        ("/containers/7", "`/containers` is a list of 3; `[name=…]` names an item, `-` the place behind the last"),
        ("/containers/0/name/x", "`/containers/0/name` is a single value, with nothing inside of it"),
    ] {
        let operation = format!(r#"{{op: remove, path: "{path}"}}"#);
        assert_eq!(patched(POD, &operation).unwrap_err().help, help, "{path}");
    }
}

#[test]
fn every_failure_has_a_next_step() {
    for operation in [
        "{op: jump, path: /containers}",
        "{path: /containers}",
        "{op: add, path: /a}",
        "{op: add, path: a, value: 1}",
        "{op: remove, path: ''}",
        "{op: move, from: /containers, path: /containers/0}",
        "{op: test, path: /containers, value: 1}",
        "{op: remove, path: '/containers/[name=web]'}",
        "{op: remove, path: '/containers/[name=proxy]'}",
    ] {
        assert_ne!(patched(POD, operation).unwrap_err().help, "", "{operation}");
    }
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
