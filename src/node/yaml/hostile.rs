//! Input that wants to crash the reader, or to keep it busy.

use proptest::prelude::*;

use super::{DUPLICATE_KEY, LIMIT, MAX_DEPTH, Parsed, write};
use crate::source::FileId;

fn read(text: &str) -> Parsed {
    super::read(FileId::from_index(0), text)
}

fn limits(text: &str) -> usize {
    read(text).diagnostics.iter().filter(|found| found.code == &LIMIT).count()
}

fn lines(count: usize, line: impl FnMut(usize) -> String) -> String {
    (0..count).map(line).collect()
}

/// The threads that read files have stacks of this size.
fn on_a_small_stack(work: impl FnOnce() + Send + 'static) {
    std::thread::Builder::new().stack_size(512 * 1024).spawn(work).unwrap().join().unwrap();
}

#[test]
fn nesting_is_limited() {
    on_a_small_stack(|| {
        for open in ["[", "{a: ", "- ", "? ", "[{a: ", "{? "] {
            assert_eq!(limits(&open.repeat(100_000)), 1, "{open}");
        }
        assert_eq!(limits(&format!("{}{}", "[".repeat(100_000), "]".repeat(100_000))), 1);
        let indented = lines(2000, |depth| " ".repeat(depth) + "a:\n");
        assert_eq!(limits(&indented), 1);
    });
}

#[test]
fn what_is_nested_to_the_limit_can_be_used() {
    on_a_small_stack(|| {
        for (open, close) in [("[", "]"), ("{a: ", "}")] {
            let deep = |depth: usize| format!("{}1{}", open.repeat(depth), close.repeat(depth));
            let parsed = read(&deep(MAX_DEPTH));
            assert_eq!(parsed.diagnostics, []);
            let root = &parsed.documents[0].root;
            assert_eq!(read(&write(root)).documents[0].root, *root);
            assert_eq!(root.to_json(), root.clone().to_json());
            assert_eq!(limits(&deep(MAX_DEPTH + 1)), 1);
        }
    });
}

#[test]
fn aliases_are_limited_in_number_and_in_depth() {
    let laughs =
        |level: usize| format!("a{}: &a{} [{}]\n", level + 1, level + 1, vec![format!("*a{level}"); 9].join(", "));
    assert_eq!(limits(&format!("a0: &a0 x\n{}", lines(30, laughs))), 1);
    let chain = |level: usize| format!("a{}: &a{} [*a{level}]\n", level + 1, level + 1);
    assert_eq!(limits(&format!("a0: &a0 x\n{}", lines(MAX_DEPTH - 1, chain))), 0);
    assert_eq!(limits(&format!("a0: &a0 x\n{}", lines(MAX_DEPTH, chain))), 1);
    let map = lines(1000, |key| format!("  k{key}: 1\n"));
    let merges = lines(2000, |key| format!("m{key}:\n  <<: *a\n"));
    assert_eq!(limits(&format!("a: &a\n{map}{merges}")), 1);
}

#[test]
fn every_document_pays_from_one_purse() {
    let laughs =
        "a: &a [x, x, x, x, x, x, x, x]\nb: &b [*a, *a, *a, *a, *a, *a, *a, *a]\nc: [*b, *b, *b, *b, *b, *b]\n";
    let parsed = read(&vec![laughs; 200].join("---\n"));
    assert!(parsed.diagnostics.iter().all(|found| found.code == &LIMIT));
    assert!(parsed.documents.len() < 200);
}

#[test]
fn many_keys_take_no_quadratic_time() {
    let mut text = lines(200_000, |key| format!("key{key}: 1\n"));
    text.push_str("key7: 2\n");
    let parsed = read(&text);
    assert_eq!(parsed.documents[0].root.entries().len(), 200_000);
    assert_eq!(parsed.diagnostics.iter().map(|found| found.code).collect::<Vec<_>>(), [&DUPLICATE_KEY]);
}

#[test]
fn many_merges_take_no_quadratic_time() {
    let parsed = read(&lines(100_000, |key| format!("<<: {{key{key}: 1}}\n")));
    assert_eq!(parsed.documents[0].root.entries().len(), 100_000);
}

#[test]
fn repairs_end() {
    for text in
        ["- a: \"x\n  y\"\n", "- a: \"x\n  'y\n  z\"\n", "- a: \"x\n\u{a0}y\"\n", "a: 'x\n\u{85}y'\n", "- a: 'x\n  y\n"]
    {
        read(text);
        read(&text.repeat(100));
    }
    let text = "- a: \"x\n  y'\n\n  z\"\n  b: 'it''s\n  one'\n  c: plain\n";
    let parsed = read(text);
    assert_eq!(parsed.diagnostics, []);
    let root = &parsed.documents[0].root;
    assert_eq!(root.to_json(), serde_json::json!([{ "a": "x y'\nz", "b": "it's one", "c": "plain" }]));
    let span = root.at("/0/c").unwrap().span.unwrap();
    assert_eq!(&text[span.start as usize..span.end as usize], "plain");
}

/// What breaks parsers, in front of what they were about to read.
const PIECES: [&str; 36] = [
    "\n", "\n  ", "\n- ", ": ", ":", "- ", "? ", "#", " #", "[", "]", "{", "}", ",", "&a ", "*a", "!!str ", "!t ",
    "<<: ", "|\n  ", ">-\n ", "'", "\"", "\\", "\t", "\r", "\r\n", "\u{feff}", "\u{85}", "\0", "---", "\n--- ",
    "\n...\n", "%YAML", "é", "a",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_breaks_the_reader(
        pieces in prop::collection::vec(
            prop_oneof![4 => prop::sample::select(&PIECES[..]).prop_map(String::from), 1 => "\\PC{0,4}"], 0..24)
    ) {
        check(&pieces.concat())?;
    }

    #[test]
    fn no_mutation_breaks_the_reader(
        cuts in prop::collection::vec((any::<prop::sample::Index>(), 0..4usize, prop::sample::select(&PIECES[..])), 1..5)
    ) {
        let mut text: Vec<char> = include_str!("../../../tests/fixtures/yaml/style.yaml").chars().collect();
        for (at, length, piece) in cuts {
            let at = at.index(text.len());
            let end = text.len().min(at + length);
            text.splice(at..end, piece.chars());
        }
        check(&text.into_iter().collect::<String>())?;
    }
}

/// Every finding underlines something, everything that was read lies in the text and can be written.
fn check(text: &str) -> Result<(), TestCaseError> {
    let parsed = read(text);
    for found in &parsed.diagnostics {
        let span = found.primary.as_ref().unwrap().span;
        let underlined = text.get(span.start as usize..span.end as usize);
        prop_assert!(underlined.is_some_and(|it| !it.is_empty()), "{:?} in {:?}", found, text);
    }
    for document in &parsed.documents {
        prop_assert!(text.get(document.span.start as usize..document.span.end as usize).is_some());
        prop_assert_eq!(&read(&write(&document.root)).documents[0].root, &document.root);
    }
    Ok(())
}
