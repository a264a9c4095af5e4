//! `docs/argocd.md`: its table of checks is whole, and leads somewhere.

use std::{fs, path::Path};

use karat::report::catalogue;

/// The families of checks, with how many of them there are.
const CHECKS: [(char, usize); 4] = [('W', 19), ('H', 22), ('A', 37), ('P', 10)];

#[test]
fn each_check_has_a_code() {
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/argocd.md")).unwrap();
    let (_, table) = page.split_once("## The 88 checks").unwrap();
    let mut checks = Vec::new();
    for row in table.lines().filter(|line| line.contains("](rules/")) {
        let cells: Vec<&str> = row.split(" | ").collect();
        checks.push(cells[0].trim_start_matches("| ").to_owned());
        for link in cells[1].split(", ") {
            let (name, target) = link.trim_matches(['[', ')']).split_once("](").unwrap();
            let code = catalogue::find(name).unwrap_or_else(|| panic!("{row}: there is no {name}"));
            assert_eq!(target, format!("rules/{}.md#{}", code.family(), name.to_lowercase()), "{row}");
        }
    }
    let all: Vec<String> =
        CHECKS.iter().flat_map(|(family, count)| (1..=*count).map(move |at| format!("{family}{at:02}"))).collect();
    assert_eq!(checks, all);
}
