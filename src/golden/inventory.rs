//! The list of our files in one directory.

use std::collections::BTreeSet;

use crate::source::{ReadError, Tree};

/// The directory of all inventories, inside of the golden files' own. Its name hides it from Argo CD.
pub(super) const DIRECTORY: &str = ".inventory";

/// An inventory as it stands on disk.
#[derive(Debug, Default)]
pub(super) struct Inventory {
    /// Names of files.
    pub(super) names: BTreeSet<String>,
    /// The text; none when there is no such file.
    pub(super) text: Option<String>,
}

/// The path of an inventory, from the golden files' directory.
pub(super) fn path(environment: &str, directory: &str) -> String {
    format!("{DIRECTORY}/{environment}/{directory}")
}

impl Inventory {
    pub(super) fn read(tree: &dyn Tree, path: &str) -> Result<Self, ReadError> {
        match tree.read_text(path) {
            Ok(text) => Ok(Self { names: parse(&text), text: Some(text) }),
            Err(ReadError::NotFound) => Ok(Self::default()),
            // It lists nothing that we could trust.
            Err(ReadError::NotUtf8 { text, .. }) => Ok(Self { names: BTreeSet::new(), text: Some(text) }),
            Err(error) => Err(error),
        }
    }
}

/// The text of an inventory: one name a line, sorted.
pub(super) fn text<'a>(names: impl IntoIterator<Item = &'a String>) -> String {
    names.into_iter().flat_map(|name| [name, "\n"]).collect()
}

/// The names in a text. A line that no run of ours wrote, such as a mark of an unfinished merge, names nothing: what is
/// listed here may be deleted.
fn parse(text: &str) -> BTreeSet<String> {
    text.lines().filter(|line| is_file_name(line)).map(str::to_owned).collect()
}

fn is_file_name(line: &str) -> bool {
    line.strip_suffix(".yaml").is_some_and(|stem| !stem.is_empty())
        && !line.starts_with('.')
        && !line.contains(['/', '\\', '\0'])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_of_files_are_taken() {
        let text = "<<<<<<< HEAD\nb.yaml\r\n../../c.yaml\n.d.yaml\nnotes.md\n\na.yaml\n..\n";
        assert_eq!(parse(text).into_iter().collect::<Vec<_>>(), ["a.yaml", "b.yaml"]);
    }

    #[test]
    fn text_and_names() {
        let names = BTreeSet::from(["b.yaml".to_owned(), "a.yaml".to_owned()]);
        assert_eq!(text(&names), "a.yaml\nb.yaml\n");
        assert_eq!(parse(&text(&names)), names);
    }
}
