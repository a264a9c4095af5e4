//! `plugin.yaml`: what the server takes, refuses and ignores.

use crate::{
    case::{Case, Expect},
    request::Asked,
};

pub(super) fn cases() -> Vec<Case> {
    let starts = [
        (
            "unknown fields",
            "{generate: {command: [echo, 'kind: A'], comand: [x]}, discovery: {fileName: x}, lockRepo: true}",
        ),
        ("upper and lower case", "{Generate: {COMMAND: [echo], args: ['kind: A']}}"),
        ("a version", "{version: v1.0, generate: {command: [echo, 'kind: A']}}"),
        (
            "announcements alone are never run",
            "{generate: {command: [echo, 'kind: A']}, parameters: {static: [{name: a}]}}",
        ),
    ];
    let refused = [
        (
            "another kind",
            "kind: Plugin\nmetadata: {name: a}\nspec: {generate: {command: [a]}}",
            "kind should be ConfigManagementPlugin, found Plugin",
        ),
        (
            "no name",
            "kind: ConfigManagementPlugin\nspec: {generate: {command: [a]}}",
            "metadata.name should be non-empty",
        ),
        (
            "no command",
            "kind: ConfigManagementPlugin\nmetadata: {name: a}\nspec: {generate: {args: [a]}}",
            "spec.generate command should be non-empty",
        ),
        ("a command that is a text", "generate: {command: echo}", "json: "),
        ("a version that is a number", "{version: 1.0, generate: {command: [a]}}", "json: "),
        ("a flag that is a text", "{preserveFileMode: 'true', generate: {command: [a]}}", "json: "),
        ("an argument that is a number", "generate: {command: [sleep, 1]}", "json: "),
    ];
    let configurations = [
        ("no discovery", "generate: {command: [a]}", (false, false)),
        (
            "discovery and credentials",
            "{generate: {command: [a]}, discover: {fileName: a}, provideGitCreds: true}",
            (true, true),
        ),
        ("arguments are no discovery", "{generate: {command: [a]}, discover: {find: {args: [a]}}}", (false, false)),
    ];
    let mut cases: Vec<Case> = Vec::new();
    cases.extend(refused.map(|(name, spec, said)| Case {
        name,
        spec,
        expect: Expect::NoServer(said),
        ..Case::default()
    }));
    cases.extend(configurations.map(|(name, spec, (discovers, wants))| Case {
        name,
        spec,
        asked: Asked::Configuration,
        expect: Expect::Configuration(discovers, wants),
        ..Case::default()
    }));
    let object = &[r#"{"kind":"A"}"#];
    cases.extend(starts.map(|(name, spec)| Case { name, spec, expect: Expect::Documents(object), ..Case::default() }));
    cases
}
