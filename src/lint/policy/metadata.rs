//! A policy's `METADATA` comment, as OPA has it: <https://www.openpolicyagent.org/docs/policy-language#annotations>.

use smol_str::SmolStr;

use super::BROKEN_POLICY;
use crate::{
    diagnostic::Diagnostic,
    lint::files::TextFile,
    node::{Node, yaml},
};

/// What the comment before `package` says.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Metadata {
    /// `title`: one line.
    pub title: Option<SmolStr>,
    /// `description`.
    pub description: Option<SmolStr>,
    /// `custom.kinds`: the kinds that the policy looks at; all of them when there is no such list.
    pub kinds: Option<Vec<SmolStr>>,
}

impl Metadata {
    /// Reads the comment, if there is one.
    pub(super) fn read(file: &TextFile, diagnostics: &mut Vec<Diagnostic>) -> Self {
        let Some(text) = block(&file.text) else { return Self::default() };
        let parsed = yaml::read(file.id, &text);
        diagnostics.extend(parsed.diagnostics);
        let Some(document) = parsed.documents.into_iter().find(|document| !document.root.is_null()) else {
            return Self::default();
        };
        let root = &document.root;
        let text = |key: &str| root.get(key).and_then(Node::as_str).map(SmolStr::new);
        Self { title: text("title"), description: text("description"), kinds: kinds(root, diagnostics) }
    }
}

fn kinds(root: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<SmolStr>> {
    let list = root.at("/custom/kinds")?;
    let kinds: Option<Vec<SmolStr>> =
        list.as_list().and_then(|items| items.iter().map(|item| item.as_str().map(SmolStr::new)).collect());
    if kinds.is_none() {
        let finding = Diagnostic::new(&BROKEN_POLICY, "`custom.kinds` is not a list of kinds");
        diagnostics.push(finding.at(list.span).help("write a list such as `[Deployment, StatefulSet]`"));
    }
    kinds
}

/// The comment as YAML. Everything else of the file, and the `#` of the comment's lines, is replaced by spaces, so that
/// the places of the YAML are those of the file.
fn block(file: &str) -> Option<String> {
    let lines: Vec<&str> = file.split('\n').collect();
    let package = lines.iter().position(|line| line.starts_with("package"))?;
    let comments = lines[..package].iter().rev().take_while(|line| line.starts_with('#')).count();
    let first = package - comments;
    let mark = lines[first..package].iter().position(|line| line[1..].trim() == "METADATA")? + first;
    let blank = |line: &str| " ".repeat(line.len());
    let masked = lines[..package].iter().enumerate().map(|(at, line)| match line.strip_prefix('#') {
        Some(rest) if at > mark => format!(" {rest}"),
        _ => blank(line),
    });
    Some(masked.collect::<Vec<_>>().join("\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{FileId, SourceMap};

    fn read(text: &str) -> (Metadata, Vec<String>) {
        let mut sources = SourceMap::default();
        let id = sources.add("policies/a.rego", text);
        let file = TextFile { path: "policies/a.rego".into(), id, text: text.into() };
        let mut diagnostics = Vec::new();
        let metadata = Metadata::read(&file, &mut diagnostics);
        assert_eq!(id, FileId::from_index(0));
        let place = |finding: &Diagnostic| sources.describe(finding.primary.as_ref().unwrap().span);
        (metadata, diagnostics.iter().map(place).collect())
    }

    #[test]
    fn reads_the_comment_before_the_package() {
        let (metadata, wrong) = read(
            "# Ünrelated.\n\n# Free text.\n# METADATA\n# title: T\n# custom:\n#   kinds: [Pod]\npackage a\n\n# METADATA\n# title: U\ndeny := 1\n",
        );
        assert_eq!(wrong, [""; 0]);
        assert_eq!(metadata.title.as_deref(), Some("T"));
        assert_eq!(metadata.kinds, Some(vec!["Pod".into()]));
        assert_eq!(read("package a\n").0, Metadata::default());
        assert_eq!(read("# METADATA\n\npackage a\n").0, Metadata::default());
    }

    #[test]
    fn points_at_what_is_wrong() {
        assert_eq!(read("# METADATA\n# custom:\n#   kinds: Pod\npackage a\n").1, ["policies/a.rego:3:12"]);
        assert_eq!(read("# METADATA\n# title: [a\npackage a\n").1, ["policies/a.rego:2:10"]);
    }
}
