//! The engine's errors, which are text, as findings with a place.

use crate::{lint::files::TextFile, source::Span};

/// What the engine says of a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fault {
    /// Path, line and column, both from 1.
    place: Option<(String, u32, u32)>,
    /// One sentence.
    pub(super) message: String,
}

impl Fault {
    /// Takes the engine's text apart: `--> file:line:column`, the line, a caret, and `error: message`.
    pub(super) fn parse(text: &str) -> Self {
        let place = text.split_once("--> ").and_then(|(_, rest)| place(rest.lines().next()?));
        let message = text.rsplit_once("error: ").map_or(text, |(_, message)| message);
        let message = message.lines().next().unwrap_or_default().trim().trim_end_matches('.');
        Self { place, message: message.to_owned() }
    }

    /// Where it is, if the engine says so, and the file is one of these.
    pub(super) fn span<'a>(&self, files: impl IntoIterator<Item = &'a TextFile>) -> Option<Span> {
        let (path, line, column) = self.place.as_ref()?;
        let file = files.into_iter().find(|file| file.path == *path)?;
        let start = offset(&file.text, *line, *column)?;
        Some(Span::of_bytes(file.id, start..start))
    }
}

fn place(text: &str) -> Option<(String, u32, u32)> {
    let mut parts = text.trim().rsplitn(3, ':');
    let (column, line) = (parts.next()?.parse().ok()?, parts.next()?.parse().ok()?);
    let path = parts.next()?.to_owned();
    (line > 0 && column > 0).then_some((path, line, column))
}

/// The byte at a line and column.
fn offset(text: &str, line: u32, column: u32) -> Option<usize> {
    let start = text.split('\n').take(line as usize - 1).map(|line| line.len() + 1).sum::<usize>();
    let rest = text.get(start..)?;
    let before = rest.chars().take(column as usize - 1).map(char::len_utf8).sum::<usize>();
    Some(start + before)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    #[test]
    fn takes_the_text_apart() {
        let text = "\n--> policies/a.rego:2:4\n  |\n2 | é b\n  |   ^\nerror: expecting `:=` or `=`";
        let fault = Fault::parse(text);
        assert_eq!(fault.message, "expecting `:=` or `=`");
        let id = FileId::from_index(0);
        let file = TextFile { path: "policies/a.rego".into(), id, text: "package a\né b\n".into() };
        assert_eq!(fault.span([&file]), Some(Span::new(id, 14, 14)));
        assert_eq!(Fault::parse("no place"), Fault { place: None, message: "no place".to_owned() });
        assert_eq!(Fault::parse("--> a.rego:9:9\nerror: e").span([&file]), None);
    }
}
