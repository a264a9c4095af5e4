//! What becomes of standard output.

use crate::case::{Case, Content, Expect};

/// Prints a file of the repository.
const PRINT: &str = "generate: {command: [cat, out]}";

pub(super) fn cases() -> Vec<Case> {
    let large = Case {
        name: "more than a message of gRPC has by itself",
        spec: "generate: {command: [sh, -c, 'echo kind: A; printf \"text: \"; head -c 5000000 /dev/zero | tr \"\\0\" x']}",
        expect: Expect::Fields(vec![("text", "x".repeat(5_000_000).into())]),
        ..Case::default()
    };
    let rows =
        rows().into_iter().map(|(name, files, expect)| Case { name, spec: PRINT, files, expect, ..Case::default() });
    rows.chain([large]).collect()
}

type Row = (&'static str, &'static [(&'static str, Content)], Expect);

macro_rules! out {
    ($text:expr) => {
        &[("app/out", Content::Text($text))]
    };
}

fn rows() -> Vec<Row> {
    vec![
        ("documents", out!("kind: A\n---\nkind: B\n"), Expect::Documents(&[r#"{"kind":"A"}"#, r#"{"kind":"B"}"#])),
        ("a separator at both ends", out!("---\nkind: A\n---\n"), Expect::Documents(&[r#"{"kind":"A"}"#])),
        (
            "a comment behind a separator",
            out!("kind: A\n--- # b\nkind: B\n"),
            Expect::Documents(&[r#"{"kind":"A"}"#, r#"{"kind":"B"}"#]),
        ),
        (
            "content behind a separator",
            out!("kind: A\n--- {kind: B}\n"),
            Expect::Failure(&[
                "error generating manifests: failed to unmarshal manifest: ",
                "invalid Yaml document separator: {kind: B}",
            ]),
        ),
        ("nothing", out!(""), Expect::Documents(&[])),
        ("an end of a line", out!("\n\n"), Expect::Documents(&[])),
        (
            "comments and nulls",
            out!("# one\n---\nnull\n---\n~\n---\n\n---\nkind: A\n"),
            Expect::Documents(&[r#"{"kind":"A"}"#]),
        ),
        (
            "a separator inside of a text",
            out!("kind: A\ntext: |\n  ---\n  b\n"),
            Expect::Documents(&[r#"{"kind":"A","text":"---\nb\n"}"#]),
        ),
        ("one JSON document", out!(" {\"kind\": \"A\"}\n"), Expect::Documents(&[r#"{"kind":"A"}"#])),
        (
            "JSON documents",
            out!("{\"kind\":\"A\"}{\"kind\":\"B\"}\n{\"kind\":\"C\"}"),
            Expect::Documents(&[r#"{"kind":"A"}"#, r#"{"kind":"B"}"#, r#"{"kind":"C"}"#]),
        ),
        (
            "YAML after one JSON document",
            out!("{\"kind\":\"A\"}\n---\nkind: B\n"),
            Expect::Documents(&[r#"{"kind":"A"}"#, r#"{"kind":"B"}"#]),
        ),
        (
            "YAML after two JSON documents",
            out!("{\"kind\":\"A\"}{\"kind\":\"B\"}\n---\nkind: C\n"),
            Expect::Failure(&["error generating manifests: failed to unmarshal manifest: "]),
        ),
        ("a flow map that is no JSON", out!("{kind: A}\n"), Expect::Documents(&[r#"{"kind":"A"}"#])),
        (
            "values of YAML 1.1",
            out!("kind: A\nyes: no\noctal: 0o17\nquoted: 'no'\n"),
            Expect::Fields(vec![("kind", "A".into()), ("quoted", "no".into())]),
        ),
        (
            "a list of kind List",
            out!("kind: List\nitems:\n- kind: A\n- kind: B\n"),
            Expect::Objects(&[r#"{"kind":"A"}"#, r#"{"kind":"B"}"#]),
        ),
        ("a list with null items", out!("kind: List\nitems: null\n"), Expect::Objects(&[])),
        ("a list without a kind", out!("- kind: A\n"), Expect::NoObjects("Object 'Kind' is missing")),
        ("a line of a log alone", out!("rendering app\n---\nkind: A\n"), Expect::NoObjects("Object 'Kind' is missing")),
        (
            "a line of a log before a document",
            out!("rendering app\nkind: A\n"),
            Expect::Failure(&["error generating manifests: failed to unmarshal manifest: "]),
        ),
        ("an object without a kind", out!("name: a\n"), Expect::NoObjects("Object 'Kind' is missing")),
        (
            "a tab",
            out!("kind:\tA\n\tb: c\n"),
            Expect::Failure(&["error generating manifests: failed to unmarshal manifest: "]),
        ),
    ]
}
