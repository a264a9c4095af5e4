//! The parser's errors in the words of a diagnostic: what is wrong, where, and the next step.

use granit_parser::ErrorKind;

use super::SYNTAX;
use crate::{
    diagnostic::Diagnostic,
    source::{FileId, Span},
};

/// Message and help for an error of the parser.
type Words = (&'static str, Option<&'static str>);

/// The finding for an error that the parser met at the byte `at` of a file.
pub(super) fn diagnose(file: FileId, text: &str, at: usize, kind: &ErrorKind) -> Diagnostic {
    let (start, end) = place(text, at, kind);
    let span = Span::of_bytes(file, start..end);
    let (message, help) = match kind {
        ErrorKind::UnexpectedCharacter { character } => return unexpected(*character, span),
        ErrorKind::MappingValueNotAllowed => mapping_value(text, start),
        kind => scalar_words(kind).or_else(|| flow_words(kind)).or_else(|| block_words(kind)).unwrap_or(OTHER),
    };
    let found = Diagnostic::new(&SYNTAX, message).at(span);
    if let Some(help) = help { found.help(help) } else { found }
}

/// The finding for text at the byte `at` that follows the end of its document.
pub(super) fn after_end(file: FileId, text: &str, at: usize) -> Diagnostic {
    let (start, end) = place(text, at, &ErrorKind::InvalidDocumentEnd);
    Diagnostic::new(&SYNTAX, "Kubernetes does not read what follows the end of a document (`...`)")
        .at(Span::of_bytes(file, start..end))
        .help("start a new document with `---`")
}

/// Widens a finding that underlines nothing, such as the key that is missing before a `:`.
pub(super) fn underline(text: &str, found: &mut Diagnostic) {
    if let Some(primary) = &mut found.primary
        && primary.span.start == primary.span.end
    {
        let (start, end) = place(text, primary.span.start as usize, &ErrorKind::ExpectedNodeContent);
        primary.span = Span::of_bytes(primary.span.file, start..end);
    }
}

/// The finding for a document whose first line starts with the tab at the byte `at`.
pub(super) fn leading_tab(file: FileId, at: usize) -> Diagnostic {
    let span = Span::of_bytes(file, at..at + 1);
    Diagnostic::new(&SYNTAX, TAB).at(span).help(BLANKS)
}

const OTHER: Words = ("the YAML cannot be read from here on", Some("check the indentation and the quotes around here"));

/// Whether the parser was busy with a quoted string when it met the error.
pub(super) fn is_in_quotes(kind: &ErrorKind) -> bool {
    matches!(
        kind,
        ErrorKind::UnclosedQuotedScalar
            | ErrorKind::InvalidQuotedScalarIndent
            | ErrorKind::DocumentIndicatorInQuotedScalar
            | ErrorKind::InvalidTrailingSingleQuotedScalar
            | ErrorKind::InvalidTrailingDoubleQuotedScalar
    )
}

/// What to underline: never nothing, unless the text is empty.
fn place(text: &str, at: usize, kind: &ErrorKind) -> (usize, usize) {
    let at = floor(text, at);
    let is_tab = matches!(
        kind,
        ErrorKind::TabInPlainScalar
            | ErrorKind::TabInIndentation
            | ErrorKind::TabInBlockIndentation
            | ErrorKind::TabNotAllowed
    );
    if let Some(tab) = is_tab.then(|| indenting_tab(text, at)).flatten() {
        return (tab, tab + 1);
    }
    let word = text[at..].split(|c: char| c.is_whitespace()).next().unwrap_or_default();
    if !word.is_empty() {
        return (at, at + word.len());
    }
    // At a line break or at the end: the last thing before it.
    let before = text[..at].trim_end();
    match before.char_indices().next_back() {
        Some((last, _)) => (last, before.len()),
        None => (at, ceil(text, at)),
    }
}

fn floor(text: &str, at: usize) -> usize {
    text.floor_char_boundary(at.min(text.len()))
}

fn ceil(text: &str, at: usize) -> usize {
    text.ceil_char_boundary((at + 1).min(text.len()))
}

/// The tab that starts the line of `at`, or else one that starts a later line.
fn indenting_tab(text: &str, at: usize) -> Option<usize> {
    let mut start = text[..at].rfind('\n').map_or(0, |line| line + 1);
    for line in text[start..].split_inclusive('\n') {
        let blanks = line.len() - line.trim_start_matches([' ', '\t']).len();
        if let Some(tab) = line[..blanks].find('\t') {
            return Some(start + tab);
        }
        start += line.len();
    }
    None
}

fn unexpected(character: char, span: Span) -> Diagnostic {
    let found = |message: String| Diagnostic::new(&SYNTAX, message).at(span);
    match character {
        '@' | '`' => found(format!("a value cannot start with `{character}`")).help("put the whole value into quotes"),
        '%' => found("a value cannot start with `%`".into()).help("put the whole value into quotes"),
        '\t' => found("a tab stands where only blanks may stand".into()).help(BLANKS),
        _ if character.is_control() => {
            found(format!("the control character U+{:04X} is not allowed", u32::from(character)))
                .help("remove it, or write it as an escape in double quotes")
        }
        _ => found(format!("the character U+{:04X} is not allowed here", u32::from(character)))
            .help("remove it, or put the whole value into quotes"),
    }
}

/// `a: b: c` and a line that is indented too far lead to the same error.
fn mapping_value(text: &str, colon: usize) -> Words {
    let line = text[..colon].rsplit('\n').next().unwrap_or_default();
    if line.contains(": ") {
        let help = "put the value into quotes if it contains `: `, or start a new line for the inner key";
        return ("a second `:` on one line starts no new key", Some(help));
    }
    let help = "indent the line like its neighbours, and check that the line before has a `: ` behind its key";
    ("this key does not belong to any map", Some(help))
}

const TAB: &str = "a tab is used for indentation";
const BLANKS: &str = "indent with blanks";
const FITTING: &str = "add the bracket that is missing, or put the whole value into quotes";
const CLOSE: &str = "close it, or put the whole value into quotes";

fn scalar_words(kind: &ErrorKind) -> Option<Words> {
    use ErrorKind as E;
    Some(match kind {
        E::UnclosedQuotedScalar => ("this quote is never closed", Some("add the closing quote")),
        E::DocumentIndicatorInQuotedScalar => {
            ("a line in a quoted string starts with `---` or `...`, which ends the document", Some("indent the line"))
        }
        E::InvalidQuotedScalarIndent => {
            ("a quoted string runs on into this line", Some("close the quote, or indent the line further than the key"))
        }
        E::InvalidTrailingSingleQuotedScalar => (
            "there is text behind the closing quote",
            Some("write `''` for a quote inside of single quotes, or quote the whole value"),
        ),
        E::InvalidTrailingDoubleQuotedScalar => (
            "there is text behind the closing quote",
            Some("write `\\\"` for a quote inside of double quotes, or quote the whole value"),
        ),
        E::UnknownQuotedScalarEscape => (
            "the string has an escape that YAML does not know",
            Some("write `\\\\` for a backslash, or use single quotes, in which it means itself"),
        ),
        E::InvalidQuotedScalarHexEscape
        | E::InvalidLowSurrogateHexEscape
        | E::InvalidLowSurrogate
        | E::MissingLowSurrogate
        | E::UnpairedLowSurrogate
        | E::InvalidUnicodeEscape => (
            "the string has an escape that names no character",
            Some("double the `\\`, or put the text in single quotes, where it has no meaning"),
        ),
        E::TabInPlainScalar | E::TabInIndentation | E::TabInBlockIndentation | E::TabNotAllowed => (TAB, Some(BLANKS)),
        E::TabAtBlockScalarStart => ("a block of text starts with a tab", Some("indent it with blanks before the tab")),
        E::InvalidBlockScalarIndent => (
            "a line of a block of text is not indented enough",
            Some("indent it like the first line, or say how far to indent, as in `|2`"),
        ),
        E::ZeroBlockScalarIndent => ("a block of text cannot be indented by 0", Some("use 1 to 9")),
        E::InvalidBlockScalarHeader => (
            "only `-`, `+`, a digit or a comment may follow `|` or `>`",
            Some("start the text on the next line, or quote the value"),
        ),
        E::CommentInterceptedScalar => {
            ("a comment interrupts a value of several lines", Some("move the comment, or quote the value"))
        }
        E::PlainScalarStartsWithDashFlowIndicator => {
            ("a value cannot start with `-` and a bracket or comma", Some("quote the value, or put a blank after `-`"))
        }
        _ => return None,
    })
}

fn flow_words(kind: &ErrorKind) -> Option<Words> {
    use ErrorKind as E;
    Some(match kind {
        E::UnclosedFlowCollection { open: '{' } | E::UnexpectedEofFlowMapping | E::UnexpectedEofImplicitFlowMapping => {
            ("this `{` is never closed", Some(CLOSE))
        }
        E::UnclosedFlowCollection { .. } | E::UnexpectedEofFlowSequence => ("this `[` is never closed", Some(CLOSE)),
        E::ExpectedFlowMappingSeparator => {
            ("a `,` or `}` is missing before this", Some("separate the entries by `, `, or close the `{`"))
        }
        E::ExpectedFlowSequenceSeparator => {
            ("a `,` or `]` is missing before this", Some("separate the items by `, `, or close the `[`"))
        }
        E::InvalidColonPlacement | E::FlowMappingValueAdjacentCollection => (
            "this `:` starts no value inside of the brackets",
            Some("close the brackets on the lines before, or quote the text"),
        ),
        E::MisplacedFlowCollectionEnd => {
            ("this bracket closes nothing", Some("remove it, or put the value into quotes"))
        }
        // The parser names the place of the bracket that is open.
        E::MismatchedFlowCollectionEnd { open: '[', .. } => ("this `[` is closed by a `}`", Some(FITTING)),
        E::MismatchedFlowCollectionEnd { .. } => ("this `{` is closed by a `]`", Some(FITTING)),
        E::BlockEntryInFlowCollection => {
            ("`- ` starts no item inside of brackets", Some("separate the items by commas"))
        }
        E::InvalidFlowScalarIndent => ("a line inside of brackets is not indented enough", Some("indent it further")),
        _ => return None,
    })
}

fn block_words(kind: &ErrorKind) -> Option<Words> {
    use ErrorKind as E;
    Some(match kind {
        E::ExpectedBlockMappingKey => (
            "the lines above belong to a map, and this is not the next key of it",
            Some("indent the line like its neighbours, and check that its key has a `: ` behind it"),
        ),
        E::ExpectedBlockSequenceEntry => (
            "there is no `- ` here, although the lines before belong to a list",
            Some("add `- `, or indent the line like the map that holds the list"),
        ),
        E::SimpleKeyExpected | E::InvalidSimpleKey => (
            "a `:` is missing behind this key",
            Some("write `key: value` on one line; a key may have at most 1024 characters"),
        ),
        E::InvalidIndentation => ("the indentation fits no line above", Some("indent the line like its neighbours")),
        E::BlockSequenceEntryNotAllowed => ("a list cannot start here", Some("start it on a new line")),
        E::InvalidBlockEntryWhitespace => ("`-` must be followed by a blank", None),
        E::MappingKeyNotAllowed => ("a key cannot start here", Some("start it on a new line, or quote the value")),
        E::InvalidMappingValueWhitespace | E::ExpectedWhitespace => ("a blank is missing here", None),
        E::CommentNotSeparated => ("a comment needs a blank before its `#`", Some("add a blank, or quote the value")),
        E::ExpectedNodeContent => ("a value is missing here", None),
        E::ExpectedDocumentStart => (
            "this does not belong to the value before it",
            Some("indent the line like its neighbours, or start a new document with `---`"),
        ),
        E::UnexpectedEofBlockMapping | E::UnexpectedEofBlockSequence | E::UnexpectedEof => {
            ("no value can start like this", Some("put the whole value into quotes"))
        }
        E::UnknownAnchor => {
            ("no `&` before this alias defines its name", Some("quote the value if it is meant to start with `*`"))
        }
        E::MissingAnchorOrAliasName => {
            ("a name is missing behind this `&` or `*`", Some("put the whole value into quotes if it is a string"))
        }
        E::DirectiveDisallowed => ("Kubernetes does not read directives such as `%YAML`", Some("remove the line")),
        E::InvalidDocumentEnd => ("only a comment may follow `...`", Some("remove the line")),
        E::BomInsideDocument => ("a byte order mark stands inside of a document", Some("remove it")),
        E::UndeclaredTagHandle => ("this tag's prefix is not known", Some("quote the value if it is a string")),
        _ if format!("{kind:?}").contains("Tag") => {
            ("this tag is malformed", Some("quote the value if it is a string"))
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use std::fmt::Write as _;

    use crate::{node::yaml::read, source::SourceMap};

    #[test]
    fn mistakes_are_explained_where_they_are() {
        let mut map = SourceMap::default();
        let text = include_str!("../../../tests/fixtures/yaml/broken.yaml");
        let file = map.add("broken.yaml", text);
        let parsed = read(file, text);
        let mut out = String::new();
        for found in &parsed.diagnostics {
            let primary = found.primary.as_ref().unwrap();
            writeln!(out, "{} `{}`: {}", map.describe(primary.span), map.text(primary.span), found.message).unwrap();
            for label in &found.related {
                writeln!(out, "  {} `{}`: {}", map.describe(label.span), map.text(label.span), label.message).unwrap();
            }
            writeln!(out, "  help: {}", found.help.as_deref().unwrap_or("-")).unwrap();
        }
        let lines = parsed.documents.iter().map(|document| map.describe(document.span)).collect::<Vec<_>>();
        writeln!(out, "read: {lines:?}").unwrap();
        insta::assert_snapshot!(out);
    }
}
