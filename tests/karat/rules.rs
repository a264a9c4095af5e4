//! Rules over the worked example: each broken line is the one that is underlined, once for all environments.

use std::{collections::BTreeSet, fs, path::Path};

use karat::{
    diagnostic::Diagnostic,
    lint::{self, Settings},
    model::{LoadOptions, load},
    render,
    source::{MemoryTree, SourceMap},
};

const EXAMPLE: &str = "tests/fixtures/examples";

/// The example, with one text of one file replaced.
fn example(file: &str, from: &str, to: &str) -> MemoryTree {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join(EXAMPLE);
    let entries = walkdir::WalkDir::new(&root).into_iter().map(Result::unwrap);
    entries.filter(|entry| entry.file_type().is_file()).fold(MemoryTree::default(), |tree, entry| {
        let path = entry.path().strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        let mut text = fs::read_to_string(entry.path()).unwrap();
        if path == file {
            assert!(text.contains(from), "{file} has no `{from}`");
            text = text.replacen(from, to, 1);
        }
        tree.with(&path, text)
    })
}

/// What the rules find, as `CODE place text: environments`.
fn findings(tree: &MemoryTree) -> Vec<String> {
    let loaded = load(tree, &LoadOptions::default()).unwrap();
    let mut findings = loaded.diagnostics;
    for environment in &loaded.environments {
        let set = render::render(environment, &mut findings);
        findings.extend(lint::check_rules(&set, &Settings::default()));
    }
    lint::fold(findings).iter().map(|finding| describe(finding, &loaded.sources)).collect()
}

fn describe(finding: &Diagnostic, sources: &SourceMap) -> String {
    let span = finding.primary.as_ref().unwrap().span;
    let environments: BTreeSet<_> = finding.resources.iter().map(|resource| resource.environment.as_str()).collect();
    let environments: Vec<_> = environments.into_iter().collect();
    let (code, place, text) = (finding.code.name, sources.describe(span), sources.text(span));
    format!("{code} {place} `{text}`: {}", environments.join(", "))
}

/// A file, a text of it, what stands there instead, and what is then found.
const BROKEN: &[(&str, &str, &str, &[&str])] = &[
    (
        CHECKOUT,
        "maxUnavailable: 1",
        "maxUnavailable: 0",
        &[
            "SCA006 envs/base/checkout/app.yaml:79:31 `0`: dev, staging",
            "SPC022 envs/base/checkout/app.yaml:79:31 `0`: ",
        ],
    ),
    // The places of the replicas differ, and so do the findings.
    (
        CHECKOUT,
        "maxUnavailable: 1 }",
        "minAvailable: 3 }",
        &["SCA006 envs/base/checkout/app.yaml:79:29 `3`: dev", "SCA006 envs/base/checkout/app.yaml:79:29 `3`: staging"],
    ),
    (
        CHECKOUT,
        "part-of: shop",
        "part-of: my shop",
        &["CFG002 envs/base/checkout/app.yaml:7:40 `my shop`: dev, prod, staging"],
    ),
    (
        CHECKOUT,
        "apiVersion: monitoring.coreos.com/v1\n    kind: ServiceMonitor\n    metadata: { name: checkout }\n    spec: { selector: { matchLabels: { app.kubernetes.io/name: checkout } }, endpoints: [ { port: metrics, interval: 30s } ]",
        "apiVersion: v1\n    kind: Service\n    metadata: { name: other }\n    spec: { selector: { app.kubernetes.io/name: chekout }, ports: [ { port: 80 } ]",
        &["NET001 envs/base/checkout/app.yaml:102:23 `{ app.kubernetes.io/name: chekout }`: dev, prod, staging"],
    ),
    (
        CHECKOUT,
        "config: main, key",
        "config: mian, key",
        &["WRK002 envs/base/checkout/app.yaml:30:32 `mian`: dev, prod, staging"],
    ),
    (
        CHECKOUT,
        "config: main, key: flags.json",
        "config: main, key: flag.json",
        &["WRK052 envs/base/checkout/app.yaml:30:43 `flag.json`: dev, prod, staging"],
    ),
    (
        CHECKOUT,
        "readiness: { http: /readyz, port: http",
        "readiness: { http: /readyz, port: htpp",
        &["WRK011 envs/base/checkout/app.yaml:38:41 `htpp`: dev, prod, staging"],
    ),
    (
        CHECKOUT,
        "secret: db, key",
        "secret: dbs, key",
        &["WRK006 envs/base/checkout/app.yaml:29:30 `dbs`: dev, prod, staging"],
    ),
    // The Deployment and its jobs.
    (
        CHECKOUT,
        "create: true, automountToken: false",
        "create: false, name: none",
        &["WRK002 envs/base/checkout/app.yaml:16:42 `none`: dev, prod, staging"],
    ),
    (STAGING, "min: 2, max: 4", "min: 5, max: 4", &["SCA005 envs/staging/checkout.yaml:6:21 `5`: staging"]),
];

const CHECKOUT: &str = "envs/base/checkout/app.yaml";
const STAGING: &str = "envs/staging/checkout.yaml";

/// What the example itself holds: a fallback beside a `cpu` metric.
const KNOWN: &str = "SCA009 envs/prod/checkout.yaml:6:63 `3`: prod";

#[test]
fn a_broken_line_is_underlined_once() {
    assert_eq!(findings(&example(CHECKOUT, "", "")), [KNOWN]);
    for (file, from, to, expected) in BROKEN {
        let mut found = findings(&example(file, from, to));
        found.retain(|finding| finding != KNOWN);
        assert_eq!(found, *expected, "{to}");
    }
}
