//! Holds the tree to the picture in the crate's documentation: one way, no turning back.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// More than this is two modules in one file.
const MOST_LINES: usize = 500;

/// The modules in the order of the picture.
fn flow() -> Vec<&'static str> {
    let picture = include_str!("lib.rs").lines().find(|line| line.contains(" → ")).unwrap();
    picture.trim_start_matches("//!").split('→').map(str::trim).collect()
}

/// Every source file by its path below `src`, with its text.
fn files() -> Vec<(PathBuf, String)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let entries = walkdir::WalkDir::new(&root).sort_by_file_name().into_iter().map(Result::unwrap);
    let paths =
        entries.map(walkdir::DirEntry::into_path).filter(|path| path.extension().is_some_and(|end| end == "rs"));
    paths.map(|path| (path.strip_prefix(&root).unwrap().to_owned(), fs::read_to_string(path).unwrap())).collect()
}

/// The top-level module that a file belongs to.
fn module(path: &Path) -> &str {
    let first = path.iter().next().unwrap().to_str().unwrap();
    first.strip_suffix(".rs").unwrap_or(first)
}

/// The modules that the `crate::` paths of a text name.
fn named(text: &str) -> Vec<String> {
    let lines = text.lines().map(|line| line.split("//").next().unwrap_or_default());
    let code = lines.collect::<Vec<_>>().join("\n");
    let paths = code.match_indices("crate::").map(|(at, start)| &code[at + start.len()..]);
    paths.flat_map(|path| path.strip_prefix('{').map_or_else(|| vec![first_name(path)], members)).collect()
}

fn first_name(path: &str) -> String {
    path.trim_start().chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect()
}

/// The first name of each member of a `use crate::{…}`, whose braces may nest.
fn members(group: &str) -> Vec<String> {
    let (mut depth, mut starts) = (0_usize, vec![0]);
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => break,
            '}' => depth -= 1,
            ',' if depth == 0 => starts.push(at + 1),
            _ => {}
        }
    }
    starts.into_iter().map(|at| first_name(&group[at..])).filter(|name| !name.is_empty()).collect()
}

#[test]
fn paths_are_found_in_every_form() {
    let text = "use crate::{\n    a::{b, c},\n    d,\n};\nuse crate::e::F; // not crate::g\n$crate::h::i!();";
    assert_eq!(named(text), ["a", "d", "e", "h"]);
}

#[test]
fn a_module_uses_only_what_stands_before_it() {
    let flow = flow();
    let place = |module: &str| flow.iter().position(|name| *name == module);
    let mut backwards = Vec::new();
    for (path, text) in files() {
        let Some(user) = place(module(&path)) else { continue };
        let wrong = named(&text).into_iter().filter(|used| place(used).is_none_or(|used| used > user));
        backwards.extend(wrong.map(|used| format!("{} uses {used}", path.display())));
    }
    assert_eq!(backwards, Vec::<String>::new());
}

#[test]
fn the_picture_shows_every_module() {
    let declared = include_str!("lib.rs").lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(';'));
    let mut pictured = flow();
    pictured.sort_unstable();
    assert_eq!(declared.collect::<Vec<_>>(), pictured);
}

#[test]
fn no_file_is_forgotten() {
    let known = [flow(), vec!["lib", "main", "flow"]].concat();
    let forgotten = files().into_iter().filter(|(path, _)| !known.contains(&module(path)));
    assert_eq!(forgotten.map(|(path, _)| path).collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

#[test]
fn every_file_says_what_it_is_for() {
    let silent = files().into_iter().filter(|(_, text)| !text.starts_with("//! "));
    assert_eq!(silent.map(|(path, _)| path).collect::<Vec<_>>(), Vec::<PathBuf>::new());
}

#[test]
fn no_file_is_too_long() {
    let long = files().into_iter().filter(|(_, text)| text.lines().count() > MOST_LINES);
    assert_eq!(long.map(|(path, _)| path).collect::<Vec<_>>(), Vec::<PathBuf>::new());
}
