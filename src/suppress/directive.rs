//! What one suppression says: `CODE[,CODE…] reason [until=2027-01-31]`.

use std::ops::Range;

use smol_str::SmolStr;

use super::{Known, MALFORMED, codes::can_be_suppressed, date::Date, path::FieldPath};
use crate::{
    diagnostic::{Code, Diagnostic},
    grammar::known_or_similar_code,
    source::{SourceMap, Span},
};

/// What starts the last day.
const UNTIL: &str = "until=";

/// A suppression, wherever it was written.
#[derive(Clone, Debug, Default)]
pub(super) struct Directive {
    /// The codes that it is about.
    pub(super) codes: Vec<Pattern>,
    /// The field that it is about, where its place does not say so.
    pub(super) path: Option<FieldPath>,
    /// Whether it says why.
    pub(super) has_reason: bool,
    /// Its last day.
    pub(super) until: Option<(Date, Option<Span>)>,
}

/// The codes that a suppression is about: `NET001`, `NET`, or `POL001/exposure` for one policy.
#[derive(Clone, Debug)]
pub(super) struct Pattern {
    /// As it was written.
    pub(super) text: SmolStr,
    /// Where.
    pub(super) span: Option<Span>,
}

/// A text, and where it was written.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written<'a> {
    /// The text.
    pub(super) text: &'a str,
    /// Its place.
    pub(super) span: Option<Span>,
    /// Whether the place holds the text as it is: without quotes and escapes.
    pub(super) verbatim: bool,
}

impl<'a> Written<'a> {
    /// A part of it, which is a slice of its text.
    pub(super) fn part(self, bytes: Range<usize>) -> Self {
        let exact = self.span.filter(|_| self.verbatim).map(|span| {
            let start = span.start as usize;
            Span::of_bytes(span.file, start + bytes.start..start + bytes.end)
        });
        let span = exact.or(self.span);
        Self { text: &self.text[bytes], span, ..self }
    }

    /// A text that a file may have in quotes.
    pub(super) fn new(text: &'a str, span: Option<Span>, sources: &SourceMap) -> Self {
        Self { text, span, verbatim: false }.found_in(sources)
    }

    /// The same, at the place where the file has it as it is: a block of text has its lines so.
    pub(super) fn found_in(self, sources: &SourceMap) -> Self {
        let found = self.span.and_then(|span| {
            let start = span.start as usize + sources.text(span).find(self.text)?;
            Some(Span::of_bytes(span.file, start..start + self.text.len()))
        });
        Self { span: found.or(self.span), verbatim: found.is_some(), ..self }
    }

    /// Its words, between blanks.
    fn words(self) -> impl Iterator<Item = Self> + use<'a> {
        self.split(char::is_whitespace)
    }

    /// Its parts between separators, without blanks around them; none is empty.
    pub(super) fn split(self, separator: fn(char) -> bool) -> impl Iterator<Item = Self> + use<'a> {
        let mut parts = Vec::new();
        let mut start = 0;
        let ends = self.text.char_indices().filter(|(_, c)| separator(*c)).map(|(at, c)| (at, c.len_utf8()));
        for (end, length) in ends.chain([(self.text.len(), 0)]) {
            let part = &self.text[start..end];
            let first = start + part.len() - part.trim_start().len();
            if !part.trim().is_empty() {
                parts.push(self.part(first..first + part.trim().len()));
            }
            start = end + length;
        }
        parts.into_iter()
    }
}

impl Pattern {
    /// The part that is a code, or the start of one.
    fn start(&self) -> &str {
        self.text.split('/').next().unwrap_or_default()
    }

    /// Whether it is about findings of a code.
    pub(super) fn names(&self, code: &Code) -> bool {
        code.starts_with(self.start())
    }

    /// Whether it is about a finding.
    pub(super) fn takes(&self, finding: &Diagnostic) -> bool {
        let Some((_, wanted)) = self.text.split_once('/') else { return self.names(finding.code) };
        let rest = finding.policy.as_deref().and_then(|policy| policy.strip_prefix(wanted));
        self.names(finding.code) && rest.is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

/// Parses a suppression. What is wrong with it is reported, and what is right of it is used.
pub(super) fn parse(
    written: Written<'_>,
    takes_path: bool,
    known: &Known,
    diagnostics: &mut Vec<Diagnostic>,
) -> Directive {
    let mut directive = Directive::default();
    let mut words = written.words().peekable();
    let mut codes = Vec::new();
    let is_code = |word: &Written<'_>, last: Option<&Written<'_>>| {
        last.is_none_or(|last| last.text.ends_with(',')) && !word.text.starts_with(UNTIL)
    };
    while let Some(word) = words.next_if(|word| is_code(word, codes.last())) {
        codes.push(word);
    }
    let mut usable = true;
    if let Some((word, at)) =
        codes.last_mut().filter(|_| takes_path).and_then(|last| Some((*last, last.text.find('@')?)))
    {
        let path = word.part(at + 1..word.text.len());
        directive.path = field(path, &mut usable, diagnostics);
        if let Some(last) = codes.last_mut() {
            *last = word.part(0..at);
        }
    }
    for word in words {
        match word.text.strip_prefix(UNTIL) {
            Some(_) => directive.until = day(word.part(UNTIL.len()..word.text.len()), &mut usable, diagnostics),
            None => directive.has_reason = true,
        }
    }
    let codes: Vec<Written<'_>> = codes.into_iter().flat_map(|word| word.split(|c| c == ',')).collect();
    if codes.is_empty() {
        let finding = Diagnostic::new(&MALFORMED, "a suppression that names no code").at(written.span);
        diagnostics.push(finding.help(format!("write `CODE[,CODE…] reason [{UNTIL}2027-01-31]`")));
    }
    let patterns = codes.into_iter().filter_map(|code| pattern(code, known, diagnostics));
    directive.codes = patterns.filter(|_| usable).collect();
    directive
}

/// The path to a field.
pub(super) fn field(path: Written<'_>, usable: &mut bool, diagnostics: &mut Vec<Diagnostic>) -> Option<FieldPath> {
    match FieldPath::parse(path.text) {
        Ok(path) => Some(path),
        Err(why) => {
            *usable = false;
            let finding = Diagnostic::new(&MALFORMED, format!("`{}` is no path to a field: {why}", path.text));
            diagnostics.push(finding.at(path.span).help("write it like `spec.template.spec.containers[web].image`"));
            None
        }
    }
}

/// The last day.
pub(super) fn day(
    day: Written<'_>,
    usable: &mut bool,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<(Date, Option<Span>)> {
    let date = Date::parse(day.text);
    if date.is_none() {
        *usable = false;
        let finding = Diagnostic::new(&MALFORMED, format!("there is no day `{}`", day.text));
        diagnostics.push(finding.at(day.span).help(format!("write it like `{UNTIL}2027-01-31`")));
    }
    Some((date?, day.span))
}

/// A code that exists, and can be suppressed.
pub(super) fn pattern(code: Written<'_>, known: &Known, diagnostics: &mut Vec<Diagnostic>) -> Option<Pattern> {
    let pattern = Pattern { text: code.text.into(), span: code.span };
    let named: Vec<&Code> = known.codes().iter().copied().filter(|code| pattern.names(code)).collect();
    let (message, help) = if named.is_empty() {
        (format!("no code is or starts with `{}`", code.text), known_or_similar_code(pattern.start(), known.codes()))
    } else if !named.into_iter().any(can_be_suppressed) {
        let help = "put right what is wrong; what is missing or differs cannot be ignored away";
        (format!("findings of `{}` cannot be suppressed", code.text), help.to_owned())
    } else {
        return Some(pattern);
    };
    diagnostics.push(Diagnostic::new(&MALFORMED, message).at(code.span).help(help));
    None
}
