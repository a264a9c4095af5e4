//! Bad input: each case of `tests/fixtures/bad` and the findings that stand in it.
//!
//! A second mistake stands in another file of every repository: what is wrong in one file must not hide what is wrong in
//! the others.

use std::{fmt::Write, fs, path::PathBuf};

use karat::{
    diagnostic::{Diagnostic, Error, Label},
    lint::{self, Checks, schema::Options},
    model::{LoadOptions, load},
    render::render,
    source::{MemoryTree, SourceMap, Tree},
};

use crate::archive::{Archive, EXPECTED};

const GOOD: &str = include_str!("../fixtures/bad/_good.txt");
const BYSTANDER: &str = include_str!("../fixtures/bad/_bystander.txt");

/// What `check` finds before it compares with golden files, one finding a paragraph.
pub(crate) fn findings(tree: &dyn Tree, options: &LoadOptions) -> String {
    match diagnose(tree, options) {
        Ok((sources, found)) => found.iter().map(|finding| describe(&sources, finding)).collect(),
        Err(error) => {
            let hint = error.next_step().map(|hint| format!("  hint: {hint}\n")).unwrap_or_default();
            format!("exit 2: {error}\n{hint}")
        }
    }
}

fn diagnose(tree: &dyn Tree, options: &LoadOptions) -> Result<(SourceMap, Vec<Diagnostic>), Error> {
    let mut loaded = load(tree, options)?;
    let checks = Checks::load(tree, Options::default(), &mut loaded.sources, &mut loaded.diagnostics)?;
    for environment in &loaded.environments {
        let set = render(environment, &mut loaded.diagnostics);
        loaded.diagnostics.extend(checks.check(environment, &set, &|_| true).diagnostics);
    }
    Ok((loaded.sources, lint::fold(loaded.diagnostics)))
}

fn describe(sources: &SourceMap, finding: &Diagnostic) -> String {
    let place = |label: &Label| sources.describe(label.span);
    let primary = finding.primary.as_ref().map_or("nowhere".into(), place);
    let mut text = format!("{primary} {} {} {}\n", finding.severity.name(), finding.code.name, finding.message);
    for label in &finding.related {
        let _ = writeln!(text, "  {} {}", place(label), label.message);
    }
    if let Some(help) = &finding.help {
        let _ = writeln!(text, "  help: {help}");
    }
    text
}

fn options(flags: &[&str]) -> LoadOptions {
    let mut options = LoadOptions::default();
    for flag in flags.chunks(2) {
        match flag {
            ["-e", name] => options.environments.push((*name).to_owned()),
            ["--set", set] => options.sets.push((*set).to_owned()),
            _ => panic!("{flag:?}"),
        }
    }
    options
}

/// The good repository.
pub(crate) fn good() -> MemoryTree {
    Archive::parse(GOOD).over(MemoryTree::default())
}

/// The good repository with the second mistake.
pub(crate) fn with_bystander() -> MemoryTree {
    Archive::parse(BYSTANDER).over(good())
}

/// The findings without that of the second mistake, which must be among them.
pub(crate) fn without_bystander(found: &str) -> String {
    let bystander = Archive::parse(BYSTANDER).expected;
    assert_eq!(found.matches(bystander).count(), 1, "the second mistake is not reported beside:\n{found}");
    found.replacen(bystander, "", 1)
}

#[test]
fn the_good_repository_is_clean() {
    assert_eq!(findings(&good(), &LoadOptions::default()), "");
}

#[test]
fn every_case_has_its_findings() {
    let directory = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/bad");
    let mut wrong = Vec::new();
    for entry in fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_stem().unwrap().to_string_lossy().into_owned();
        if name.starts_with('_') {
            continue;
        }
        let text = fs::read_to_string(&path).unwrap();
        let case = Archive::parse(&text);
        let found = findings(&case.over(with_bystander()), &options(&case.flags));
        let found = if found.starts_with("exit 2") { found } else { without_bystander(&found) };
        if found.is_empty() || found != case.expected {
            wrong.push(format!("{name}\nexpected:\n{}found:\n{found}", case.expected));
            if std::env::var_os("KARAT_UPDATE").is_some() {
                let input = text.split(EXPECTED).next().unwrap_or_default();
                fs::write(&path, format!("{input}{EXPECTED}{found}")).unwrap();
            }
        }
    }
    wrong.sort();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
