//! The Pod Security Standards, by version of Kubernetes.

use std::{collections::BTreeMap, fmt::Write as _, fs, path::Path};

use karat::{
    lint::{Asked, PodSecurity, Settings, check_rules},
    manifest::{Manifest, ManifestSet, Owner},
    node::yaml,
    source::FileId,
};

const VERSIONS: std::ops::RangeInclusive<u32> = 27..=37;

fn objects(file: &str) -> Vec<Manifest> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/pss").join(file);
    let read = yaml::read(FileId::from_index(0), &fs::read_to_string(path).unwrap());
    assert_eq!(read.diagnostics, [], "{file}");
    read.documents.into_iter().map(|document| Manifest::new(Owner::Cluster, None, document.root)).collect()
}

/// What is found of each object: code, and whether it is refused.
fn found(file: &str, level: PodSecurity, minor: u32) -> BTreeMap<String, String> {
    let set = ManifestSet::new("".into(), format!("1.{minor}").into(), objects(file));
    let settings = Settings::default().asked(&Asked { pss: Some(level), ..Asked::default() });
    let mut by_object = BTreeMap::<String, String>::new();
    let mut findings = check_rules(&set, &settings);
    findings.retain(|finding| finding.code.family() == "PSS");
    findings.sort_by_key(|finding| finding.code.name);
    for finding in findings {
        let mark = if finding.related.is_empty() { "" } else { "!" };
        let (id, code) = (finding.resources[0].id.to_string(), finding.code.name);
        write!(by_object.entry(id).or_default(), " {code}{mark}").unwrap();
    }
    by_object
}

/// A table of what is found of each object of a file, in as many lines as versions differ.
fn table(file: &str) -> String {
    let mut text = String::new();
    for manifest in objects(file).iter().filter(|manifest| manifest.kind() != "Namespace") {
        let id = manifest.id.to_string();
        writeln!(text, "{id}").unwrap();
        for (name, level) in [("baseline", PodSecurity::Baseline), ("restricted", PodSecurity::Restricted)] {
            let of = |minor| found(file, level, minor).remove(&id).unwrap_or_else(|| " -".to_owned());
            let all: Vec<(u32, String)> = VERSIONS.map(|minor| (minor, of(minor))).collect();
            for alike in all.chunk_by(|one, other| one.1 == other.1) {
                let (first, last) = (alike[0].0, alike[alike.len() - 1].0);
                writeln!(text, "  {name} 1.{first}-1.{last}:{}", alike[0].1).unwrap();
            }
        }
    }
    text
}

#[test]
fn every_version_has_rules_of_its_own() {
    for file in ["containers", "namespaces", "sysctls", "users", "windows"] {
        insta::assert_snapshot!(file, table(&format!("{file}.yaml")));
    }
}

#[test]
fn whatever_is_privileged_is_let_in() {
    for file in ["containers.yaml", "sysctls.yaml", "users.yaml", "windows.yaml"] {
        assert_eq!(found(file, PodSecurity::Privileged, 34), BTreeMap::new(), "{file}");
    }
}
