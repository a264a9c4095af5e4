//! A case of bad input: some files of a repository, and what Karat has to say to them, in one text.
//!
//! ```text
//! # What the case is.
//! $ -e dev --set image.tag=2
//! -- envs/dev/web.yaml --
//! the content up to the next line like the one above
//! == expected ==
//! one finding after the other
//! ```

use karat::source::MemoryTree;

/// The line below which the findings stand.
pub(crate) const EXPECTED: &str = "== expected ==\n";

/// One archive.
pub(crate) struct Archive<'t> {
    /// Flags of the command line.
    pub(crate) flags: Vec<&'t str>,
    /// Paths and contents.
    pub(crate) files: Vec<(&'t str, String)>,
    /// The findings.
    pub(crate) expected: &'t str,
}

impl<'t> Archive<'t> {
    /// Takes a text apart.
    pub(crate) fn parse(text: &'t str) -> Self {
        assert!(text.starts_with("# "), "the first line says what the case is");
        let (input, expected) = text.split_once(EXPECTED).unwrap_or((text, ""));
        let mut archive = Self { flags: Vec::new(), files: Vec::new(), expected };
        for line in input.split_inclusive('\n') {
            let path = line.strip_prefix("-- ").and_then(|line| line.strip_suffix(" --\n"));
            match (path, archive.files.last_mut()) {
                (Some(path), _) => archive.files.push((path, String::new())),
                (None, Some((_, content))) => content.push_str(line),
                (None, None) => archive.flags.extend(line.strip_prefix("$ ").unwrap_or_default().split_whitespace()),
            }
        }
        archive
    }

    /// Lays the files over those of a tree.
    pub(crate) fn over(&self, tree: MemoryTree) -> MemoryTree {
        self.files.iter().fold(tree, |tree, (path, content)| tree.with(path, content.as_str()))
    }
}
