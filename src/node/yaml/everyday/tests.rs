//! Holds what is read here to what the parser reads.

use std::{fs, path::Path};

use proptest::prelude::*;
use walkdir::WalkDir;

use super::read;
use crate::{
    node::{Node, yaml::reader::parsed},
    source::FileId,
};

/// Whether a document was read at all; if it was, it is what the parser makes of it, place by place.
fn agrees(text: &str) -> Result<bool, String> {
    let Some(root) = read(FileId::from_index(0), text, 0) else { return Ok(false) };
    let parsed = parsed(FileId::from_index(0), text);
    let expected = parsed.documents.first().map(|document| &document.root);
    if parsed.diagnostics.is_empty() && expected.is_some_and(|expected| is_same(&root, expected)) {
        return Ok(true);
    }
    Err(format!("{text}\nread: {root:?}\nparsed: {expected:?}\n{:?}", parsed.diagnostics))
}

/// Whether two trees are equal, with all places and the order of keys.
fn is_same(a: &Node, b: &Node) -> bool {
    format!("{a:?}") == format!("{b:?}")
}

/// The documents of every YAML file of this repository: specs, golden files, what other tools print, broken ones.
fn documents() -> Vec<String> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let directories = ["envs", "golden", "tests/fixtures", "src"].map(|directory| root.join(directory));
    let files = directories.iter().flat_map(WalkDir::new).map(Result::unwrap);
    let files = files.filter(|file| file.path().extension().is_some_and(|extension| extension == "yaml"));
    let texts = files.filter_map(|file| fs::read_to_string(file.path()).ok());
    let mut documents: Vec<String> =
        texts.flat_map(|text| text.split("\n---\n").map(str::to_owned).collect::<Vec<_>>()).collect();
    documents.sort();
    documents
}

#[test]
fn nearly_every_manifest_is_plain() {
    let documents = documents();
    let read = documents.iter().filter(|text| agrees(text).unwrap_or_else(|why| panic!("{why}"))).count();
    assert!(read * 10 > documents.len() * 8, "{read} of {}", documents.len());
}

#[test]
fn traps() {
    for (text, is_read) in [
        ("a: b\n", true),
        ("a: b", true),
        ("a: |\n  b\n c\n", false),
        ("a: |\n\n  b\n\n   c\n\nd: 1\n", true),
        ("a: |-\n  b\n  \n# c\n", true),
        ("a: |\n", false),
        ("a: |\n b", true),
        ("a:\n- b\n-  c: d\n   e: f\n", true),
        ("a:\n- - b\n  - c\n-\n  - d\n", true),
        ("a: b\n c\n", false),
        ("- a\n  b\n", false),
        ("a: b # c\n  # d\nb: c#d\n", true),
        ("a: b: c\n", false),
        ("a: [b, c: d]\n", false),
        ("a: {b: c, d: [e, -1, 'f g', http://h:80/i], j: {}}\n", true),
        ("a: {b}\n", false),
        ("a: [b, ]\n", false),
        ("a: \"b\\n\"\n", false),
        ("a: 'b''c'\n", false),
        ("a: 'b' # c\n'd': \"e\"\n", true),
        ("a:\nb: c\n", false),
        ("a: - b\n", false),
        ("a: &b c\n", false),
        ("<<: {a: b}\n", false),
        ("a: b\na: c\n", false),
        ("yes: on\n1: 0x1f\n1.5: ~\n", true),
        ("a: .inf\n", false),
        ("  a: b\n  c: d\n", true),
        ("  a: b\n c: d\n", false),
        ("...\na: b\n", false),
        ("a: b\n...\n", false),
        ("a: b\u{a0}c ü 😀\n", true),
        ("a:\tb\n", false),
        ("a: b\r\n", false),
        ("a:b: c\n", false),
        ("? a\n", false),
        ("- a: b\n  c: d\n- e\n", true),
        ("- a: b\n   c: d\n", false),
        ("a: [b\n  ]\n", false),
        ("a: {b: c}d\n", false),
        ("a: {b: c}#d\n", false),
        ("a: \"b\"c\n", false),
        ("# only\n", false),
        ("", false),
        ("a: b\n---\n", false),
    ] {
        assert_eq!(agrees(text), Ok(is_read), "{text}");
    }
}

/// A document with some of its characters replaced, removed or doubled.
fn mutated() -> impl Strategy<Value = String> {
    let documents: Vec<String> = documents().into_iter().filter(|text| text.len() < 4000).collect();
    let edit = (any::<prop::sample::Index>(), 0..3_u8, prop::sample::select(&b" \n:-#|'\"[]{},&*!>%@`?~x0.\\<"[..]));
    (prop::sample::select(documents), prop::collection::vec(edit, 1..4)).prop_map(|(text, edits)| {
        let mut characters: Vec<char> = text.chars().collect();
        for (at, what, character) in edits {
            if characters.is_empty() {
                break;
            }
            let at = at.index(characters.len());
            match what {
                0 => characters[at] = char::from(character),
                1 => characters.insert(at, char::from(character)),
                _ => drop(characters.remove(at)),
            }
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(1000))]

    #[test]
    fn mistakes_are_left_to_the_parser(text in mutated()) {
        prop_assert!(text.contains("\n---") || text.starts_with("---") || agrees(&text).is_ok(), "{}", agrees(&text).unwrap_err());
    }
}
