//! Baselines: files of findings that are known, version 1.
//!
//! Each finding has a line of its own, and the lines are sorted, so that a diff shows what has come and what has gone.

use std::io;

use serde::Deserialize;

use super::{GONE, Memory};
use crate::{
    diagnostic::{Diagnostic, Error, Identity, Result},
    source::{FileId, Span},
};

const VERSION: u32 = 1;
/// What every line of a finding starts with.
const FINDING: &str = "{\"code\":";

#[derive(Deserialize)]
struct Head {
    version: u32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Document {
    #[expect(dead_code, reason = "the head has read it")]
    version: u32,
    findings: Vec<Identity>,
}

/// The findings of a baseline. `path` is what the user calls it.
///
/// # Errors
/// When the text is no baseline, or one of another version.
pub fn read(path: &str, text: &str) -> Result<Memory> {
    let wrong = |error: &serde_json::Error| {
        let error = Error::new(format!("`{path}` is no baseline: {error}"));
        error.hint("write it anew by `--write-baseline`")
    };
    let head: Head = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    if head.version != VERSION {
        let error = Error::new(format!("`{path}` is a baseline of version {}, not {VERSION}", head.version));
        return Err(error.hint("write it anew by `--write-baseline`"));
    }
    let document: Document = serde_json::from_str(text).map_err(|error| wrong(&error))?;
    Ok(document.findings.into_iter().collect())
}

/// Writes a baseline.
pub fn write(out: &mut dyn io::Write, memory: &Memory) -> io::Result<()> {
    write!(out, "{{\"version\":{VERSION},\"findings\":[")?;
    for (at, identity) in memory.identities().enumerate() {
        let separator = if at == 0 { "\n" } else { ",\n" };
        write!(out, "{separator}{}", serde_json::to_string(identity)?)?;
    }
    writeln!(out, "\n]}}")
}

/// What is to be said of findings in a baseline that are gone; they are shown at the first of them.
pub fn gone<'a>(gone: impl IntoIterator<Item = &'a Identity>, file: FileId, text: &str) -> Option<Diagnostic> {
    let gone: Vec<&Identity> = gone.into_iter().collect();
    let line = serde_json::to_string(gone.first()?).ok()?;
    let place = text.find(&line).or_else(|| text.find(FINDING)).map(|at| {
        let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
        Span::of_bytes(file, at..at + text[at..end].trim_end_matches([',', '\r']).len())
    });
    let message = match gone.len() {
        1 => "a finding of the baseline is gone".to_owned(),
        count => format!("{count} findings of the baseline are gone"),
    };
    Some(Diagnostic::new(&GONE, message).at(place).help("take it out by `--write-baseline`, so that it stays away"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn identity(code: &str, name: &str) -> Identity {
        Identity { code: code.into(), name: name.into(), ..Identity::default() }
    }

    #[test]
    fn a_baseline_has_a_line_for_each_finding() {
        let memory: Memory =
            [identity("B", "x"), identity("A", "y"), identity("A", "x"), identity("A", "y")].into_iter().collect();
        let mut out = Vec::new();
        write(&mut out, &memory).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(
            text,
            "{\"version\":1,\"findings\":[\n{\"code\":\"A\",\"name\":\"x\"},\n{\"code\":\"A\",\"name\":\"y\"},\n\
             {\"code\":\"A\",\"name\":\"y\"},\n{\"code\":\"B\",\"name\":\"x\"}\n]}\n"
        );
        assert_eq!(read("a", &text).unwrap(), memory);
        let mut out = Vec::new();
        write(&mut out, &Memory::default()).unwrap();
        assert_eq!(read("a", &String::from_utf8(out).unwrap()).unwrap(), Memory::default());
    }

    #[test]
    fn what_is_no_baseline() {
        let said = |text: &str| read("a.json", text).unwrap_err().to_string();
        for text in ["", "[]", "{}", "{\"version\":1}", "{\"version\":1,\"findings\":[{}]}", "{\"version\":-1}"] {
            assert!(said(text).starts_with("`a.json` is no baseline: "), "{text}");
        }
        assert_eq!(said("{\"version\":2,\"entries\":[]}"), "`a.json` is a baseline of version 2, not 1");
    }
}
