//! Whether an Application is the plugin's own.

use crate::{
    case::{Case, Content, Expect},
    request::{Application, Asked},
};

const FILES: &[(&str, Content)] = &[
    ("app/env.yaml", Content::Text("a: 1\n")),
    ("app/deep/er/main.jsonnet", Content::Text("{}\n")),
    ("root.yaml", Content::Text("a: 1\n")),
];

const COMMAND: &[&str] = &["match repository error: error running find command: ", "failed exit status 1"];
const GLOB: &[&str] = &["match repository error: error finding glob match for pattern ", "file does not exist"];

pub(super) fn cases() -> Vec<Case> {
    let found = (true, true);
    let missed = (false, true);
    let rows = [
        ("none", "", (false, false)),
        ("a file", "fileName: env.yaml", found),
        ("a pattern of a file", "fileName: '*.y?ml'", found),
        ("a file in a directory", "fileName: deep/*/main.jsonnet", found),
        ("no stars over directories", "fileName: '**/main.jsonnet'", missed),
        ("a file of the root", "fileName: root.yaml", missed),
        ("a file above", "fileName: ../root.yaml", found),
        ("a glob", "find: {glob: '**/main.jsonnet'}", found),
        ("a glob without a match", "find: {glob: '**/main.libsonnet'}", missed),
        ("a glob without stars", "find: {glob: env.yaml}", found),
        ("a command that prints", "find: {command: [find, ., -name, env.yaml]}", found),
        ("a command that prints nothing", "find: {command: [sh, -c, 'exit 0']}", missed),
        ("a command that prints the end of a line", "find: {command: [echo]}", missed),
        (
            "a command runs in the Application's path",
            "find: {command: [sh, -c, 'test -e env.yaml && echo found']}",
            found,
        ),
        ("only a file counts", "{fileName: absent, find: {glob: '*', command: [echo, found]}}", missed),
        ("a glob counts before a command", "{find: {glob: 'absent*', command: [echo, found]}}", missed),
    ];
    let mut cases: Vec<Case> = rows
        .into_iter()
        .map(|(name, discover, (is_own, looks))| Case {
            name,
            spec: leaked(discover),
            files: FILES,
            asked: Asked::Match,
            expect: Expect::Match(is_own, looks),
            ..Case::default()
        })
        .collect();
    let failing = [
        ("a command that fails", "find: {command: [sh, -c, 'echo found; exit 1']}", COMMAND),
        ("a glob without stars that matches nothing", "find: {glob: absent}", GLOB),
    ];
    cases.extend(failing.map(|(name, discover, said)| Case {
        name,
        spec: leaked(discover),
        files: FILES,
        asked: Asked::Match,
        expect: Expect::Failure(said),
        ..Case::default()
    }));
    cases.push(Case {
        name: "a path out of the repository",
        spec: "{generate: {command: [a]}, discover: {fileName: root.yaml}}",
        files: FILES,
        asked: Asked::Match,
        application: Application { path: "../..".to_owned(), ..Application::default() },
        // It is cut off at the root.
        expect: Expect::Match(true, true),
        ..Case::default()
    });
    cases
}

/// A whole `spec`; rows live as long as the tests.
fn leaked(discover: &str) -> &'static str {
    let discover = if discover.starts_with('{') { discover.to_owned() } else { format!("{{{discover}}}") };
    format!("{{generate: {{command: [a]}}, discover: {discover}}}").leak()
}
