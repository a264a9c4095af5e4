//! What is written is read back, by this reader and by others.

use proptest::prelude::*;
use smol_str::SmolStr;

use super::{read, write, write_flow, write_to};
use crate::{
    node::{Key, Map, Node, Value},
    source::FileId,
};

/// Pieces that make readers disagree, alone and next to each other.
const PIECES: [&str; 40] = [
    "on",
    "y",
    "null",
    "~",
    "0777",
    "1_000",
    "0x1F",
    "12:30",
    "1.5",
    ".inf",
    "1e3",
    "<<",
    "=",
    "2001-01-01",
    "-",
    "?",
    ":",
    "---",
    "...",
    "#",
    " ",
    "\n",
    "\t",
    ": ",
    " #",
    "- ",
    ",",
    "[",
    "}",
    "&a",
    "*a",
    "!t",
    "|",
    ">",
    "'",
    "\"",
    "%",
    "@",
    "\\",
    "\r\n",
];

fn text() -> impl Strategy<Value = SmolStr> {
    let piece = prop_oneof![
        4 => prop::sample::select(&PIECES[..]).prop_map(str::to_owned),
        2 => "[a-z]{1,4}",
        1 => any::<char>().prop_map(String::from),
        1 => prop::sample::select(&['\u{85}', '\u{2028}', '\u{feff}', '\u{7f}', '\u{a0}', '\u{fffe}'][..]).prop_map(String::from),
    ];
    prop::collection::vec(piece, 0..5).prop_map(|pieces| pieces.concat().into())
}

fn tree() -> impl Strategy<Value = Node> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        any::<f64>().prop_filter("JSON has it, and not as an integer", |x| x.fract() != 0.0).prop_map(Value::Float),
        text().prop_map(Value::Str),
    ]
    .prop_map(Node::made);
    leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Node::made),
            prop::collection::btree_map(text(), inner, 0..4).prop_map(|entries| {
                Node::made(entries.into_iter().map(|(key, value)| (Key::new(key, None), value)).collect::<Map>())
            }),
        ]
    })
}

fn only_document(text: &str) -> Node {
    let mut parsed = read(FileId::from_index(0), text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    assert_eq!(parsed.documents.len(), 1, "{text}");
    parsed.documents.remove(0).root
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn reads_what_it_writes(node in tree()) {
        let text = write(&node);
        let again = only_document(&text);
        prop_assert_eq!(&again, &node, "{}", text);
        prop_assert_eq!(write(&again), text);
    }

    #[test]
    fn values_on_one_line_are_the_same(node in tree()) {
        let flow = write_flow(&node);
        prop_assert!(!flow.contains(['\n', '\r']), "{}", flow);
        let text = format!("- {flow}\n- [x, {flow}, {{k: {flow}}}]\n");
        let again = only_document(&text);
        for pointer in ["/0", "/1/1", "/1/2/k"] {
            prop_assert_eq!(again.at(pointer), Some(&node), "{}", text);
        }
        let other: serde_json::Value = yaml_serde::from_str(&text).unwrap();
        prop_assert_eq!(other, again.to_json(), "{}", text);
    }

    #[test]
    fn another_reader_gets_the_same_values(node in tree()) {
        let text = write(&node);
        let other: serde_json::Value = yaml_serde::from_str(&text).unwrap();
        prop_assert_eq!(other, node.to_json(), "{}", text);
    }

    #[test]
    fn strings_stay_strings(string in text()) {
        let node = Node::made(string.clone());
        let text = write(&node);
        let other: yaml_serde::Value = yaml_serde::from_str(&text).unwrap();
        prop_assert_eq!(other.as_str(), Some(string.as_str()), "{}", text);
        prop_assert_eq!(only_document(&text), node);
    }

    #[test]
    fn documents_can_be_joined(nodes in prop::collection::vec(tree(), 1..4)) {
        let mut text = String::new();
        for node in &nodes {
            text.push_str("---\n");
            write_to(node, &mut text);
        }
        let parsed = read(FileId::from_index(0), &text);
        prop_assert_eq!(&parsed.diagnostics, &[]);
        let roots: Vec<Node> = parsed.documents.into_iter().map(|document| document.root).collect();
        prop_assert_eq!(roots, nodes);
    }
}

#[test]
fn long_keys_are_explicit() {
    let map = |value: Node| Node::made(Map::from_iter([(Key::from("k".repeat(2000).as_str()), value)]));
    for value in [Node::made(1), map(Node::made("x")), Node::made(vec![Node::made(1)]), Node::made("a\nb\n")] {
        let node = map(value);
        assert_eq!(only_document(&write(&node)), node);
    }
}

#[test]
fn writes_one_style() {
    let text = include_str!("../../../tests/fixtures/yaml/style.yaml");
    assert_eq!(write(&only_document(text)), text);
}

#[test]
fn writes_numbers_with_the_fewest_digits() {
    let cases =
        [(1.0, "1"), (-0.0, "0"), (0.5, "0.5"), (1e14, "100000000000000"), (1e300, "1.0e+300"), (-2.5e-7, "-2.5e-7")];
    for (value, text) in cases {
        assert_eq!(write(&Node::made(Value::Float(value))).trim_end(), text);
    }
}
