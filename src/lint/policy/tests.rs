//! The fixtures in `tests/fixtures/policy/`, and this repository's own policies.

use std::{fmt::Write, path::Path};

use super::*;
use crate::{
    lint::examples::describe,
    manifest::{Manifest, Owner},
    node::yaml,
    source::{DiskTree, MemoryTree},
};

fn tree(path: &str) -> DiskTree {
    DiskTree::new(&Path::new(env!("CARGO_MANIFEST_DIR")).join(path)).unwrap()
}

fn text(findings: Vec<Diagnostic>, sources: &SourceMap) -> String {
    let mut out = String::new();
    for finding in findings {
        write!(out, "{} ", finding.code.name).unwrap();
        describe(&[finding], sources, &mut out);
    }
    out
}

fn set(environment: &str, yaml: &str, sources: &mut SourceMap) -> ManifestSet {
    let file = sources.add("objects.yaml", yaml);
    let objects = yaml::read(file, yaml).documents.into_iter();
    let objects = objects.map(|document| Manifest::new(Owner::Cluster, None, document.root));
    ManifestSet::new(environment.into(), "1.34".into(), objects.collect())
}

#[test]
fn fixtures() {
    let tree = tree("tests/fixtures/policy");
    let (mut sources, mut findings) = (SourceMap::default(), Vec::new());
    let policies = Policies::load(&tree, &mut sources, &mut findings).unwrap();
    insta::assert_snapshot!("load", text(findings, &sources));
    let yaml = tree.read_text("objects.yaml").unwrap();
    for environment in ["dev", "prod"] {
        let set = set(environment, &yaml, &mut sources);
        insta::assert_snapshot!(environment, text(policies.check(&set).diagnostics, &sources));
    }
    let report = policies.test();
    assert_eq!(report.passed, 1);
    insta::assert_snapshot!("test", text(report.failed, &sources));
}
/// The policies of this repository hold what their own tests say, in the interpreter and in the machine alike.
#[test]
fn policies_of_this_repository() {
    let (mut sources, mut findings) = (SourceMap::default(), Vec::new());
    let policies = Policies::load(&tree(""), &mut sources, &mut findings).unwrap();
    let report = policies.test();
    findings.extend(report.failed);
    assert_eq!(text(findings, &sources), "");
    assert!(report.passed > 10, "{}", report.passed);
    let set = set("prod", &std::fs::read_to_string("tests/fixtures/policy/offender.yaml").unwrap(), &mut sources);
    insta::assert_snapshot!("offender", text(policies.check(&set).diagnostics, &sources));
}

/// The example in the documentation, and its test.
#[test]
fn documented_policies_work() {
    let page = std::fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/checks.md")).unwrap();
    let blocks: Vec<&str> = page.split("```rego\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    let [policy, test] = blocks[..] else { panic!("{blocks:?}") };
    let tree = MemoryTree::default().with("policies/a.rego", policy).with("policies/a_test.rego", test);
    let (mut sources, mut findings) = (SourceMap::default(), Vec::new());
    let policies = Policies::load(&tree, &mut sources, &mut findings).unwrap();
    let report = policies.test();
    assert_eq!((findings, report.failed, report.passed), (Vec::new(), Vec::new(), 1));
    let service = "apiVersion: v1\nkind: Service\nmetadata: {name: a}\nspec: {type: LoadBalancer}\n";
    assert_eq!(policies.check(&set("dev", service, &mut sources)).diagnostics.len(), 1);
    assert_eq!(policies.check(&set("dev", &service.replace("Service", "Other"), &mut sources)).diagnostics, []);
}
