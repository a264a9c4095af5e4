//! Commands that fail, and how that is told.

use crate::case::{Case, Content, Expect};

pub(super) fn cases() -> Vec<Case> {
    let long = "generate: {command: [sh, -c, 'i=0; while [ $i -lt 2000 ]; do echo \"line $i of the error\" >&2; i=$((i+1)); done; exit 1']}";
    let rows = [
        (
            "an exit code, and standard error",
            r#"generate: {command: [sh, -c, "echo kind; echo ' why ' >&2; exit 3"]}"#,
            Expect::Failure(&[
                r#"error generating manifests: `sh -c "echo kind; echo ' why ' >&2; exit 3"` failed exit status 3: why"#,
            ]),
        ),
        (
            "nothing on standard error",
            "generate: {command: [\"false\"]}",
            Expect::Failure(&["error generating manifests: `false` failed exit status 1"]),
        ),
        (
            "standard error of a success",
            r#"generate: {command: [sh, -c, "echo warning >&2; echo 'kind: A'"]}"#,
            Expect::Documents(&[r#"{"kind":"A"}"#]),
        ),
        (
            "standard error is never cut",
            long,
            Expect::Failure(&["error generating manifests: ", "line 0 of", "line 1999 of the error"]),
        ),
        (
            "each argument is shown",
            r#"generate: {command: [sh, -c], args: ["exit 1", "", "a b", "c\nd", 'e"f', é]}"#,
            Expect::Failure(&[
                r#"error generating manifests: `sh -c "exit 1" "" "a b" "c\nd" e"f é` failed exit status 1"#,
            ]),
        ),
        ("a pipe hides a failure", r#"generate: {command: [sh, -c, "(exit 1) | cat"]}"#, Expect::Documents(&[])),
        (
            "a signal",
            r#"generate: {command: [sh, -c, "kill -9 $$"]}"#,
            Expect::Failure(&["error generating manifests: ", "failed signal: killed"]),
        ),
        (
            "no such program",
            "generate: {command: [no-such-program]}",
            Expect::Failure(&[
                r#"error generating manifests: exec: "no-such-program": executable file not found in $PATH"#,
            ]),
        ),
        (
            "no such file",
            "generate: {command: [./no-such-file]}",
            Expect::Failure(&["error generating manifests: fork/exec ./no-such-file: no such file or directory"]),
        ),
        (
            "init runs before",
            r#"{init: {command: [sh, -c, "echo 'kind: A' > made; echo noise"]}, generate: {command: [cat, made]}}"#,
            Expect::Documents(&[r#"{"kind":"A"}"#]),
        ),
        (
            "init fails",
            r#"{init: {command: [sh, -c, "echo why >&2; exit 2"]}, generate: {command: [echo]}}"#,
            Expect::Failure(&["error generating manifests: `sh -c", "failed exit status 2: why"]),
        ),
        (
            "init has arguments alone",
            "{init: {args: [x]}, generate: {command: [echo, 'kind: A']}}",
            Expect::Documents(&[r#"{"kind":"A"}"#]),
        ),
        ("standard input is empty", "generate: {command: [cat]}", Expect::Documents(&[])),
    ];
    let mut cases: Vec<Case> =
        rows.into_iter().map(|(name, spec, expect)| Case { name, spec, expect, ..Case::default() }).collect();
    cases.extend(modes());
    cases
}

/// A script of the repository that prints an object.
const SCRIPT: &[(&str, Content)] = &[("app/run.sh", Content::Script("#!/bin/sh\necho 'kind: A'\n"))];

fn modes() -> [Case; 4] {
    let stat = r#"generate: {command: [sh, -c, "echo 'kind: A'; set -- $(ls -ld . run.sh | cut -c1-10); echo directory: $1; echo file: $2"]}"#;
    let modes = |file: &str| Expect::Fields(vec![("file", file.into()), ("directory", "drwxr-xr-x".into())]);
    [
        Case {
            name: "a script without its mode",
            spec: "generate: {command: [./run.sh]}",
            files: SCRIPT,
            expect: Expect::Failure(&["error generating manifests: fork/exec ./run.sh: permission denied"]),
            ..Case::default()
        },
        Case {
            name: "a script without its mode, in a shell",
            spec: "generate: {command: [sh, -c, ./run.sh]}",
            files: SCRIPT,
            expect: Expect::Failure(&["error generating manifests: `sh -c ./run.sh` failed exit status 126: "]),
            ..Case::default()
        },
        Case {
            name: "a script with its mode",
            spec: "{preserveFileMode: true, generate: {command: [./run.sh]}}",
            files: SCRIPT,
            expect: Expect::Documents(&[r#"{"kind":"A"}"#]),
            ..Case::default()
        },
        Case {
            name: "modes without preserveFileMode",
            spec: stat,
            files: SCRIPT,
            expect: modes("-rw-r--r--"),
            ..Case::default()
        },
    ]
}
