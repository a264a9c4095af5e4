//! The repository on its way: its files, its links, its checksum.

use crate::{
    case::{Case, Content, Expect},
    request::Application,
};

/// Says which files there are.
const LIST: &str = r#"generate: {command: [sh, -c, "echo kind: A; cd ..; find . ! -type d | LC_ALL=C sort | sed 's/^/- /' | (echo files:; cat)"]}"#;

/// Prints what links lead to.
const FOLLOW: &str = "generate: {command: [cat, link]}";

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "all files are there, those of git too",
            spec: LIST,
            files: &[
                (".git/HEAD", Content::Text("ref")),
                ("app/.hidden", Content::Text("")),
                ("other/a b", Content::Text("c")),
            ],
            expect: Expect::Fields(vec![(
                "files",
                serde_json::json!(["./.git/HEAD", "./app/.hidden", "./app/README", "./other/a b"]),
            )]),
            ..Case::default()
        },
        Case {
            name: "a link inside",
            spec: FOLLOW,
            files: &[("app/link", Content::Link("../other/file")), ("other/file", Content::Text("kind: A\n"))],
            expect: Expect::Documents(&[r#"{"kind":"A"}"#]),
            ..Case::default()
        },
        Case {
            name: "a link to a directory",
            spec: "generate: {command: [cat, link/file]}",
            files: &[("app/link", Content::Link("../other")), ("other/file", Content::Text("kind: A\n"))],
            expect: Expect::Documents(&[r#"{"kind":"A"}"#]),
            ..Case::default()
        },
        Case {
            name: "a link out of the repository",
            spec: FOLLOW,
            files: &[("app/link", Content::Link("../../../etc/passwd"))],
            expect: Expect::Failure(&[
                "generate manifest error receiving stream: error decompressing tgz file: illegal filepath in symlink: ",
            ]),
            ..Case::default()
        },
        Case {
            // The link is made relative to where it stands, and leads nowhere.
            name: "an absolute link",
            spec: FOLLOW,
            files: &[("app/link", Content::Link("/etc/passwd"))],
            expect: Expect::Failure(&["error generating manifests: `cat link` failed exit status 1: "]),
            ..Case::default()
        },
        Case {
            name: "a large file in many chunks",
            spec: "generate: {command: [sh, -c, 'echo kind: A; echo size: $(wc -c < large)']}",
            files: &[("app/large", Content::Text(LARGE))],
            expect: Expect::Fields(vec![("size", LARGE.len().into())]),
            ..Case::default()
        },
        Case {
            name: "another checksum",
            spoil: |stream| stream.metadata.checksum = "0".repeat(64),
            expect: Expect::Failure(&[
                "generate manifest error receiving stream: error receiving tgz file: file checksum validation error",
            ]),
            ..Case::default()
        },
        Case {
            name: "no archive",
            spoil: |stream| {
                stream.file = b"nothing".to_vec();
                stream.metadata.checksum = crate::archive::checksum(&stream.file);
            },
            expect: Expect::Failure(&["generate manifest error receiving stream: error decompressing tgz file: "]),
            ..Case::default()
        },
        Case {
            name: "the size is not looked at",
            spec: "generate: {command: [echo, 'kind: A']}",
            spoil: |stream| stream.metadata.size = 1,
            expect: Expect::Documents(&[r#"{"kind":"A"}"#]),
            ..Case::default()
        },
        Case {
            name: "a path out of the repository",
            application: Application { path: "../..".to_owned(), ..Application::default() },
            expect: Expect::Failure(&["illegal appPath: out of workDir bound"]),
            ..Case::default()
        },
        Case {
            name: "a path that there is not",
            application: Application { path: "nowhere".to_owned(), ..Application::default() },
            expect: Expect::Failure(&["error generating manifests: ", "no such file or directory"]),
            ..Case::default()
        },
        Case {
            name: "the root of the repository",
            spec: "generate: {command: [cat, root.yaml]}",
            files: &[("root.yaml", Content::Text("kind: A\n"))],
            application: Application { path: ".".to_owned(), ..Application::default() },
            expect: Expect::Documents(&[r#"{"kind":"A"}"#]),
            ..Case::default()
        },
    ]
}

/// A text of which there are many chunks.
const LARGE: &str = include_str!("../../../CHANGELOG.md");
