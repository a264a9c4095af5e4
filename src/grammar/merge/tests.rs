//! The merge against `json-patch`, and against itself.

use proptest::prelude::*;
use serde_json::{Value as Json, json};

use super::*;
use crate::{
    grammar::{Keys, Object, Union},
    node::yaml,
    source::{FileId, SourceMap},
};

/// JSON is YAML: the reader gives the nodes spans.
fn node(file: FileId, json: &Json) -> Node {
    let parsed = yaml::read(file, &json.to_string());
    assert!(parsed.diagnostics.is_empty(), "{json}");
    parsed.documents.into_iter().next().unwrap().root
}

fn merge_all(layers: &[Json], ty: &'static Type) -> (Option<Node>, MergeLog) {
    let nodes: Vec<Node> = layers.iter().enumerate().map(|(at, json)| node(FileId::from_index(at), json)).collect();
    let parts: Vec<Part<'_>> = nodes.iter().map(|node| Part { strength: Strength::Strong, node }).collect();
    let mut log = MergeLog::default();
    let merged = merge(&parts, ty, &mut log, &mut ());
    (merged, log)
}

/// Trees in which a key says whether a map or a value stands there, so that no layer changes what another one means.
/// The weakest layer has no nulls: in the oracle they would stay.
fn layer(nulls: bool) -> impl Strategy<Value = Json> {
    let null = u32::from(nulls);
    let leaf = prop_oneof![
        null => Just(Json::Null),
        4 => any::<i8>().prop_map(Json::from),
        2 => "[a-z]{0,4}".prop_map(Json::from),
        1 => prop::collection::vec(any::<bool>().prop_map(Json::from), 0..3).prop_map(Json::Array),
    ];
    let leaves = prop::collection::btree_map("v[a-d]", leaf, 0..4);
    leaves.prop_map(|map| Json::Object(map.into_iter().collect())).prop_recursive(3, 24, 4, move |inner| {
        let child = prop_oneof![null => Just(Json::Null), 4 => inner.clone()];
        (inner, prop::collection::btree_map("m[a-d]", child, 0..3)).prop_map(|(mut map, children)| {
            if let Json::Object(map) = &mut map {
                map.extend(children);
            }
            map
        })
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn equals_json_patch(base in layer(false), patches in prop::collection::vec(layer(true), 0..4)) {
        let mut expected = base.clone();
        for patch in &patches {
            json_patch::merge(&mut expected, patch);
        }
        let layers: Vec<Json> = std::iter::once(base).chain(patches).collect();
        let (merged, log) = merge_all(&layers, &Type::Tree);
        prop_assert!(log.diagnostics.is_empty());
        prop_assert_eq!(merged.unwrap().to_json(), expected);
    }

    #[test]
    fn all_at_once_equals_one_by_one(layers in prop::collection::vec(layer(true), 1..5)) {
        let at_once = merge_all(&layers, &Type::Tree).0;
        let mut one_by_one = json!({});
        for layer in &layers {
            one_by_one = merge_all(&[one_by_one, layer.clone()], &Type::Tree).0.unwrap().to_json();
        }
        prop_assert_eq!(at_once.unwrap().to_json(), one_by_one);
    }

    #[test]
    fn every_span_lies_in_its_file(layers in prop::collection::vec(layer(true), 1..5)) {
        let mut sources = SourceMap::default();
        for layer in &layers {
            sources.add("layer.yaml", layer.to_string());
        }
        let merged = merge_all(&layers, &Type::Tree).0.unwrap();
        check_spans(&merged, &sources)?;
    }
}

/// Each scalar stands, as text, where its span says.
fn check_spans(node: &Node, sources: &SourceMap) -> Result<(), TestCaseError> {
    let span = node.span.unwrap();
    prop_assert!(span.end as usize <= sources.file(span.file).text.len());
    if let Some(text) = node.scalar_text() {
        prop_assert_eq!(sources.text(span).trim_matches('"'), text.as_str());
    }
    for (key, child) in node.entries() {
        prop_assert_eq!(sources.text(key.span.unwrap()).trim_matches('"'), key.as_str());
        check_spans(child, sources)?;
    }
    node.items().iter().try_for_each(|item| check_spans(item, sources))
}

const TEXT: Type = Type::Scalar(Scalar::String);
const ENTRY: Object = Object::new(
    "an entry",
    &[
        crate::grammar::field("a", TEXT, "One."),
        crate::grammar::field("b", TEXT, "Another."),
        crate::grammar::field("list", Type::List(&TEXT), "A list."),
    ],
)
.union(Union::Key(&["a", "b"]));
static ENTRIES: Type = Type::Map(Keys::Any, &Type::Object(&ENTRY));
static PLAIN: Type = Type::Map(Keys::Any, &Type::Map(Keys::Any, &TEXT));

#[test]
fn a_wildcard_reaches_every_entry_and_makes_none() {
    let layers = [
        json!({"*": {"x": "weak", "y": "weak"}}),
        json!({"one": {"x": "base"}, "two": {}, "gone": {}}),
        json!({"*": {"y": "strong"}, "two": {"y": "named"}, "gone": null}),
    ];
    let (merged, log) = merge_all(&layers, &PLAIN);
    let expected = json!({"one": {"x": "base", "y": "strong"}, "two": {"x": "weak", "y": "named"}});
    assert_eq!(merged.unwrap().to_json(), expected);
    assert_eq!(log.void, FxHashSet::default());
}

#[test]
fn a_union_that_changes_its_member_is_replaced() {
    let (merged, _) = merge_all(&[json!({"e": {"a": "1"}}), json!({"e": {"b": "2"}})], &ENTRIES);
    assert_eq!(merged.unwrap().to_json(), json!({"e": {"b": "2"}}));
    let (merged, _) = merge_all(&[json!({"e": {"a": "1", "list": []}}), json!({"e": {"a": "2"}})], &ENTRIES);
    assert_eq!(merged.unwrap().to_json(), json!({"e": {"a": "2", "list": []}}));
}

#[test]
fn lists_are_edited_by_operators() {
    let edit = json!({"e": {"list": {"$remove": ["x"], "$prepend": ["0"], "$append": ["9"]}}});
    let (merged, log) = merge_all(&[json!({"e": {"list": ["x", "y"]}}), edit.clone()], &ENTRIES);
    assert_eq!(merged.unwrap().at("/e/list").unwrap().to_json(), json!(["0", "y", "9"]));
    assert_eq!(log.void.len(), 0);
    let (merged, log) = merge_all(&[json!({"e": {}}), edit], &ENTRIES);
    assert_eq!(merged.unwrap().at("/e/list").unwrap().to_json(), json!(["0", "9"]));
    assert_eq!(log.void.len(), 1);
}

#[test]
fn a_change_of_kind_is_an_error_unless_it_is_said() {
    for (below, above) in [(json!({"x": {"y": 1}}), json!({"x": 2})), (json!({"x": 2}), json!({"x": {"y": 1}}))] {
        let (_, log) = merge_all(&[below.clone(), above.clone()], &Type::Tree);
        assert_eq!(log.diagnostics.len(), 1);
        let replaced = json!({"x": {"$replace": above["x"]}});
        let (merged, log) = merge_all(&[below, replaced], &Type::Tree);
        assert_eq!(log.diagnostics, []);
        assert_eq!(merged.unwrap().to_json(), above);
    }
}

#[test]
fn a_null_that_deletes_nothing_is_noted() {
    let (merged, log) = merge_all(&[json!({"x": 1}), json!({"x": null, "y": null})], &Type::Tree);
    assert_eq!(merged.unwrap().to_json(), json!({}));
    assert_eq!((log.effective.len(), log.void.len()), (1, 1));
}

#[test]
fn an_enforced_value_meets_none_that_differs() {
    let merge_with = |weak: &Json, strong: &Json, enforced: &Json| {
        let [weak, strong, enforced] = [weak, strong, enforced].map(|json| node(FileId::from_index(0), json));
        let parts = [
            Part { strength: Strength::Weak, node: &weak },
            Part { strength: Strength::Strong, node: &strong },
            Part { strength: Strength::Enforced, node: &enforced },
        ];
        let mut log = MergeLog::default();
        let merged = merge(&parts, &Type::Tree, &mut log, &mut ()).unwrap().to_json();
        (merged, log.diagnostics.len())
    };
    let enforced = json!({"x": 1, "y": null});
    assert_eq!(merge_with(&json!({"x": 2, "y": 2}), &json!({}), &enforced), (json!({"x": 1}), 0));
    assert_eq!(merge_with(&json!({}), &json!({"x": 1}), &enforced), (json!({"x": 1}), 0));
    assert_eq!(merge_with(&json!({}), &json!({"x": 2, "y": 3}), &enforced), (json!({"x": 1}), 2));
}

#[test]
fn nulls_of_a_patch_outlive_the_layers() {
    static PATCH: Type = Type::Map(Keys::Any, &Type::MergePatch);
    let below = json!({"p": {"spec": {"replicas": null, "paused": true, "a": 1}}, "q": {"x": null}});
    let above = json!({"p": {"spec": {"paused": null, "a": 2}}, "q": null});
    let (merged, log) = merge_all(&[below, above], &PATCH);
    assert_eq!(merged.unwrap().to_json(), json!({"p": {"spec": {"replicas": null, "paused": null, "a": 2}}}));
    assert_eq!((log.effective.len(), log.void.len()), (0, 0));
}

#[test]
fn many_keys_take_no_quadratic_time() {
    let layer = |value: &str| Json::Object((0..30_000).map(|key| (format!("k{key}"), json!(value))).collect());
    let (merged, _) = merge_all(&[layer("a"), layer("b")], &Type::Tree);
    let merged = merged.unwrap();
    assert_eq!(merged.entries().len(), 30_000);
    assert_eq!(merged, node(FileId::from_index(0), &layer("b")));
}
