//! Where findings are in the repository that a forge shows, which may be around that of Karat.

use std::fmt;

use super::{Report, printable};
use crate::{
    diagnostic::{Diagnostic, Label},
    source::Location,
};

/// The repository of a version control system that the files stand in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Checkout {
    /// Its root, as an absolute path; empty when it is not known.
    pub root: String,
    /// The directory that paths start from, as a path from its root; empty, or with a `/` at the end.
    pub prefix: String,
    /// What a path follows to become the address of a page that shows the file.
    pub pages: Option<String>,
}

/// A place in a file that somebody can open.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The path from the root of the checkout, or an absolute one for a file outside of it.
    pub(super) path: String,
    /// The first character.
    pub(super) start: Location,
    /// The character after the last one.
    pub(super) end: Location,
}

/// Nothing is known of it: paths are as they are.
pub(super) static UNKNOWN: Checkout = Checkout { root: String::new(), prefix: String::new(), pages: None };

impl Checkout {
    /// A path from the root of the checkout.
    pub(super) fn path(&self, path: &str) -> String {
        if path.starts_with('/') && !self.root.is_empty() {
            let below = path.strip_prefix(&self.root).and_then(|below| below.strip_prefix('/'));
            return below.unwrap_or(path).to_owned();
        }
        if path.starts_with(['/', '<']) || !path.contains("..") && self.prefix.is_empty() {
            return path.to_owned();
        }
        let mut steps: Vec<&str> = Vec::new();
        for step in self.prefix.split('/').chain(path.split('/')).filter(|step| !matches!(*step, "" | ".")) {
            match (step, steps.last()) {
                ("..", Some(last)) if *last != ".." => drop(steps.pop()),
                _ => steps.push(step),
            }
        }
        steps.join("/")
    }
}

impl Report<'_> {
    /// The place of a label; nothing in a text that is part of the program.
    pub(super) fn place(&self, label: &Label) -> Option<Place> {
        let file = self.sources.file(label.span.file);
        let (start, end) = (file.location(label.span.start), file.location(label.span.end));
        (!file.is_built_in()).then(|| Place { path: self.checkout.path(&file.path), start, end: end.max(start) })
    }

    /// The place to change, if somebody can.
    pub(super) fn primary(&self, finding: &Diagnostic) -> Option<Place> {
        self.place(finding.primary.as_ref()?)
    }

    /// The start of the first file, for formats in which nothing can be without a place.
    pub(super) fn anywhere(&self) -> Place {
        let file = self.sources.files().iter().find(|file| !file.is_built_in());
        let path = self.checkout.path(file.map_or("karat.yaml", |file| &file.path));
        let start = Location { line: 1, column: 1 };
        Place { path, start, end: start }
    }
}

impl Place {
    /// The path as it may be shown.
    pub(super) fn name(&self) -> String {
        printable::line(&self.path)
    }

    /// The last line that has a part in it.
    pub(super) fn last_line(&self) -> u32 {
        if self.end.column == 1 { self.end.line.saturating_sub(1).max(self.start.line) } else { self.end.line }
    }
}

impl fmt::Display for Place {
    /// `envs/prod/web.yaml:5:13`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}:{}", self.name(), self.start.line, self.start.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_start_from_the_root_of_the_checkout() {
        let below = Checkout { root: "/home/a".into(), prefix: "deploy/karat/".into(), pages: None };
        for (path, from_root) in [
            ("envs/a.yaml", "deploy/karat/envs/a.yaml"),
            ("../b.yaml", "deploy/b.yaml"),
            ("../../../c.yaml", "../c.yaml"),
            ("/d.yaml", "/d.yaml"),
            ("/home/a/e.yaml", "e.yaml"),
            ("/home/ab/e.yaml", "/home/ab/e.yaml"),
            ("<stdin>", "<stdin>"),
        ] {
            assert_eq!(below.path(path), from_root);
        }
        assert_eq!(UNKNOWN.path("a/../b.yaml"), "b.yaml");
        assert_eq!(UNKNOWN.path("a/b.yaml"), "a/b.yaml");
    }

    #[test]
    fn the_last_line_is_one_that_has_a_character() {
        let place = |end: (u32, u32)| {
            let [start, end] = [(3, 5), end].map(|(line, column)| Location { line, column });
            Place { path: String::new(), start, end }.last_line()
        };
        assert_eq!([place((3, 5)), place((4, 1)), place((5, 2))], [3, 3, 5]);
    }
}
