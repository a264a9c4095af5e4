//! Files that are made from the code are current.

use std::{fs, path::Path};

use karat::{
    grammar::{fields::FILES, json_schema, reference},
    render::reason,
    report::catalogue,
};

#[test]
fn schemas_of_spec_files() {
    for file in FILES {
        let content = serde_json::to_string_pretty(&json_schema(file)).unwrap() + "\n";
        current(&format!("schemas/karat/{}.json", file.schema), &content);
    }
}

#[test]
fn spec_reference() {
    current("docs/spec-reference.md", &reference());
}

#[test]
fn what_renderers_add() {
    current("docs/rendered.md", &reason::page());
}

#[test]
fn catalogue_of_codes() {
    current("docs/rules.md", &catalogue::index());
    for family in catalogue::families() {
        current(&format!("docs/rules/{family}.md"), &catalogue::page(family));
    }
}

/// Holds a checked-in file to what the code makes of it, or writes it.
pub(crate) fn current(path: &str, content: &str) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    if std::env::var_os("KARAT_UPDATE").is_some() {
        fs::create_dir_all(file.parent().unwrap()).unwrap();
        fs::write(&file, content).unwrap();
    }
    let found = fs::read_to_string(&file).unwrap_or_default();
    assert!(found == content, "{path} is out of date; run: KARAT_UPDATE=1 cargo test --test karat");
}
