//! The worked example, from its files to manifests.

use std::path::Path;

use karat::{
    model::{LoadOptions, load},
    source::DiskTree,
};

#[test]
fn the_example_loads_without_findings() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/examples");
    let tree = DiskTree::new(&root).unwrap();
    let loaded = load(&tree, &LoadOptions::default()).unwrap();
    let findings: Vec<String> = loaded
        .diagnostics
        .iter()
        .map(|finding| {
            let place = finding.primary.as_ref().map(|label| loaded.sources.describe(label.span));
            format!("{} {} {:?}", finding.code.name, finding.message, place)
        })
        .collect();
    assert_eq!(findings, Vec::<String>::new());
    let names: Vec<&str> = loaded.environments.iter().map(|environment| environment.name.as_str()).collect();
    assert_eq!(names, ["dev", "prod", "staging"]);
}
