//! Runs the examples in the rules' documentation: each rule alone over each of its examples.

use std::{collections::BTreeMap, fmt::Write};

use super::{Asked, Check, On, PodSecurity, Promotion, Rule, Settings, pass, rules};
use crate::{
    diagnostic::{Diagnostic, Label},
    manifest::{Manifest, ManifestSet, Owner},
    node::{Node, Value, yaml},
    source::{FileId, SourceMap},
};

/// An example: whether the rule must fire, and on what.
struct Example {
    fires: bool,
    yaml: String,
}

/// The fenced blocks of a rule's documentation.
fn examples(rule: &Rule) -> Vec<Example> {
    let docs = rule.code.markdown();
    let blocks = docs.split("\n```").filter_map(|block| block.split_once('\n'));
    blocks
        .filter_map(|(language, text)| match language {
            "yaml,fires" => Some(Example { fires: true, yaml: format!("{text}\n") }),
            "yaml,silent" => Some(Example { fires: false, yaml: format!("{text}\n") }),
            _ => None,
        })
        .collect()
}

fn run(rule: &'static Rule, yaml: &str) -> Vec<Diagnostic> {
    let read = yaml::read(FileId::from_index(0), yaml);
    assert_eq!(read.diagnostics, [], "{}", rule.code.name);
    let objects = read.documents.into_iter().zip(yaml.split("\n---\n")).map(|(mut document, text)| {
        grow(&mut document.root);
        Manifest::new(owner(text), None, document.root)
    });
    let set = |environment: &str, version: &str, objects| ManifestSet::new(environment.into(), version.into(), objects);
    if matches!(rule.check, Check::Promotion(_)) {
        // What stands in the namespace of an environment is rendered for it.
        let (before, own): (Vec<_>, Vec<_>) =
            objects.partition(|object| object.id.namespace.as_deref() == Some("staging"));
        let (before, own) = (set("staging", "1.37", before), set("prod", "1.37", own));
        return Promotion::new(&own, [&before]).run(rule, &settings(rule));
    }
    // An example of one version says so in its first line.
    let version = yaml.strip_prefix("# Kubernetes ").and_then(|rest| rest.lines().next());
    let set = set("dev", version.unwrap_or("1.37"), objects.collect());
    pass::run(std::iter::once(rule), &set, &settings(rule))
}

/// An object that an Application has a directory of its own for says so in its first line: `# golden/dev/cart`.
fn owner(document: &str) -> Owner {
    let directory = document.lines().next().and_then(|line| line.strip_prefix("# golden/dev/"));
    directory.map_or(Owner::Cluster, |app| Owner::App(app.into()))
}

/// Those of somebody who wants to hear of the rule.
fn settings(rule: &Rule) -> Settings {
    let asked = Asked { pss: (rule.on == On::Restricted).then_some(PodSecurity::Restricted), ..Asked::default() };
    let mut settings = Settings::default().asked(&asked);
    settings.required_labels = vec!["owner".into()];
    settings.required_annotations = vec!["example.com/contact".into()];
    settings.registries = vec!["registry.example.com/shop/".into()];
    settings
}

/// Makes each `300 KiB of …` as long as it says: nobody wants to read an example of that size.
fn grow(node: &mut Node) {
    match &mut node.value {
        Value::Str(text) => {
            let size = text.split_once(" KiB of ").and_then(|(size, _)| size.parse::<usize>().ok());
            *text = size.map_or(text.clone(), |size| "x".repeat(size * 1024).into());
        }
        Value::List(items) => items.iter_mut().for_each(grow),
        Value::Map(map) => map.entries_mut().for_each(|(_, node)| grow(node)),
        _ => {}
    }
}

/// The findings of an example as text, for a snapshot.
pub(super) fn describe(findings: &[Diagnostic], sources: &SourceMap, out: &mut String) {
    let place = |label: &Label| format!("{} `{}`", sources.describe(label.span), sources.text(label.span));
    for finding in findings {
        let primary = finding.primary.as_ref().map(place).unwrap_or_default();
        writeln!(out, "{primary}\n  {}: {}", finding.severity.name(), finding.message).unwrap();
        for label in &finding.related {
            writeln!(out, "  {} {}", place(label), label.message).unwrap();
        }
        for resource in &finding.resources {
            writeln!(out, "  at {} {}", resource.id, resource.pointer).unwrap();
        }
        writeln!(out, "  help: {}", finding.help.as_deref().unwrap_or("none")).unwrap();
    }
}

#[test]
fn rules_fire_and_stay_silent_as_documented() {
    for rule in rules::all() {
        for example in examples(rule) {
            let findings = run(rule, &example.yaml);
            assert_eq!(!findings.is_empty(), example.fires, "{} on:\n{}", rule.code.name, example.yaml);
            for finding in &findings {
                assert!(finding.primary.is_some(), "{} has no place for {}", rule.code.name, finding.message);
                assert!(finding.help.is_some(), "{} has no help for {}", rule.code.name, finding.message);
            }
        }
    }
}

/// What the rules say, each of its example: a change of a word shows.
#[test]
fn rules_speak() {
    let mut families: BTreeMap<&str, String> = BTreeMap::new();
    for rule in rules::all() {
        for example in examples(rule).into_iter().filter(|example| example.fires) {
            let mut sources = SourceMap::default();
            sources.add(rule.code.name, example.yaml.as_str());
            describe(&run(rule, &example.yaml), &sources, families.entry(rule.code.family()).or_default());
        }
    }
    for (family, said) in families {
        insta::assert_snapshot!(family, said);
    }
}

#[test]
fn rules_have_both_examples_and_all_sections() {
    for rule in rules::all() {
        let (name, docs) = (rule.code.name, rule.code.markdown());
        for heading in ["## What it does", "## Why is this bad?", "## Example"] {
            assert!(docs.lines().any(|line| line == heading), "{name} has no {heading}");
        }
        for fires in [true, false] {
            assert!(examples(rule).iter().any(|example| example.fires == fires), "{name} lacks an example");
        }
    }
}
