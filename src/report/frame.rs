//! The lines of source around the places of one finding, as miette wants them.
//!
//! miette looks for lines by scanning a whole text, once for every label. It is given only what it is going to show: a
//! short text of [`Chunk`]s, each a few neighbouring lines of one file that know where they come from.

use std::collections::BTreeSet;

use miette::{LabeledSpan, MietteError, MietteSpanContents, SourceCode, SourceSpan, SpanContents};

use super::printable;
use crate::{
    diagnostic::{Diagnostic, Label},
    source::{FileId, Location, SourceFile, SourceMap},
};

/// Lines that are shown before and after a place.
const CONTEXT: u32 = 1;

/// A place of more lines is shown as its first one.
const MOST_LINES: u32 = 8;

/// Characters of a line that are shown.
const WIDTH: usize = 160;

/// Characters that are shown before a place in a line that is cut.
const LEAD: usize = 40;

/// The lines of source around the places of one finding.
#[derive(Debug)]
pub(super) struct Frame {
    text: String,
    chunks: Vec<Chunk>,
    labels: Vec<LabeledSpan>,
    /// Where each label really starts.
    locations: Vec<Location>,
}

/// Neighbouring lines of one file.
#[derive(Debug)]
struct Chunk {
    path: String,
    first_line: u32,
    lines: usize,
    start: usize,
    end: usize,
}

/// A label with its first and last line.
struct Spot<'a> {
    label: &'a Label,
    primary: bool,
    start: Location,
    /// The place's first and last byte, from the starts of their lines.
    bytes: (usize, usize),
    last_line: u32,
}

/// The lines of a chunk, before they are laid out.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Range {
    /// The primary place comes first.
    secondary: bool,
    file: FileId,
    first: u32,
    last: u32,
}

impl Frame {
    /// The places of a finding; nothing when none of them is in a file that has any text.
    pub(super) fn new(diagnostic: &Diagnostic, sources: &SourceMap) -> Option<Self> {
        let primary = diagnostic.primary.iter().map(|label| (label, true));
        let labels = primary.chain(diagnostic.related.iter().map(|label| (label, false)));
        let with_text = labels.filter(|(label, _)| !sources.file(label.span.file).text.is_empty());
        let spots: Vec<Spot<'_>> =
            with_text.map(|(label, primary)| Spot::new(label, primary, sources.file(label.span.file))).collect();
        let mut frame = Self { text: String::new(), chunks: Vec::new(), labels: Vec::new(), locations: Vec::new() };
        for range in ranges(&spots, sources) {
            let inside: Vec<&Spot<'_>> = spots.iter().filter(|spot| spot.is_in(&range)).collect();
            frame.lay_out(&range, sources.file(range.file), &inside);
        }
        (!frame.chunks.is_empty()).then_some(frame)
    }

    /// The labels, where they stand in the short text.
    pub(super) fn labels(&self) -> &[LabeledSpan] {
        &self.labels
    }

    fn lay_out(&mut self, range: &Range, file: &SourceFile, spots: &[&Spot<'_>]) {
        let start = self.text.len();
        let mut starts = vec![0; spots.len()];
        for number in range.first..=range.last {
            let line = file.line(number);
            let first = spots.iter().filter(|spot| spot.start.line == number).map(|spot| spot.bytes.0).min();
            let window = Window::new(line, first.unwrap_or(0));
            for (at, spot) in spots.iter().enumerate() {
                if spot.start.line == number {
                    starts[at] = self.text.len() + window.position(line, spot.bytes.0);
                }
                if spot.last_line == number {
                    let end = self.text.len() + window.position(line, spot.bytes.1);
                    self.label(spot, starts[at], end);
                }
            }
            window.show(line, &mut self.text);
            self.text.push('\n');
        }
        let lines = (range.last - range.first + 1) as usize;
        let path = printable::line(&file.path);
        self.chunks.push(Chunk { path, first_line: range.first, lines, start, end: self.text.len() });
    }

    fn label(&mut self, spot: &Spot<'_>, start: usize, end: usize) {
        let message = (!spot.label.message.is_empty()).then(|| printable::line(&spot.label.message));
        let span = SourceSpan::from(start..end.max(start));
        let new = if spot.primary { LabeledSpan::new_primary_with_span } else { LabeledSpan::new_with_span };
        self.labels.push(new(message, span));
        self.locations.push(spot.start);
    }
}

impl SourceCode for Frame {
    /// The whole chunk. For a place without context, which is what the frame's title is made of, that place itself.
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        before: usize,
        _: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let (start, end) = (span.offset(), span.offset() + span.len());
        let chunk = self.chunks.iter().find(|chunk| chunk.start <= start && end <= chunk.end);
        let chunk = chunk.ok_or(MietteError::OutOfBounds)?;
        let mut at = Location { line: chunk.first_line, column: 1 };
        if before == 0 {
            let label = self.labels.iter().position(|label| label.inner() == span);
            at = label.map_or(at, |label| self.locations[label]);
        }
        Ok(Box::new(MietteSpanContents::new_named(
            chunk.path.clone(),
            &self.text.as_bytes()[chunk.start..chunk.end],
            SourceSpan::from(chunk.start..chunk.end),
            at.line as usize - 1,
            at.column as usize - 1,
            chunk.lines,
        )))
    }
}

impl<'a> Spot<'a> {
    fn new(label: &'a Label, primary: bool, file: &SourceFile) -> Self {
        let (start, end) = (file.location(label.span.start), file.location(label.span.end));
        let byte = |offset: u32, line: u32| (offset as usize).saturating_sub(file.line_start(line) as usize);
        let mut last_line = end.line.max(start.line);
        let mut last = byte(label.span.end, last_line);
        if last == 0 && last_line > start.line {
            // The line break that it ends with is not worth a line of its own.
            last_line -= 1;
            last = file.line(last_line).len();
        }
        if last_line - start.line >= MOST_LINES {
            last_line = start.line;
            last = file.line(last_line).len();
        }
        Self { label, primary, start, bytes: (byte(label.span.start, start.line), last), last_line }
    }

    fn is_in(&self, range: &Range) -> bool {
        self.label.span.file == range.file && range.first <= self.start.line && self.last_line <= range.last
    }
}

/// The lines to show, with those of the primary place first; no line is shown twice.
fn ranges(spots: &[Spot<'_>], sources: &SourceMap) -> BTreeSet<Range> {
    let mut ranges: Vec<Range> = spots.iter().map(|spot| range(spot, sources.file(spot.label.span.file))).collect();
    ranges.sort_by_key(|range| (range.file, range.first));
    let mut merged: Vec<Range> = Vec::new();
    for range in ranges {
        match merged.last_mut() {
            Some(last) if last.file == range.file && range.first <= last.last + 1 => {
                last.last = last.last.max(range.last);
                last.secondary &= range.secondary;
            }
            _ => merged.push(range),
        }
    }
    merged.into_iter().collect()
}

fn range(spot: &Spot<'_>, file: &SourceFile) -> Range {
    let first = spot.start.line.saturating_sub(CONTEXT).max(1);
    let end = file.location(u32::MAX);
    // After the last line break there is no line to show.
    let length = if end.column == 1 { end.line.saturating_sub(1) } else { end.line };
    let last = (spot.last_line + CONTEXT).min(length.max(spot.last_line));
    Range { secondary: !spot.primary, file: spot.label.span.file, first, last }
}

/// The part of a line that is shown.
struct Window {
    start: usize,
    end: usize,
}

impl Window {
    /// A window that shows the byte `anchor`.
    fn new(line: &str, anchor: usize) -> Self {
        if line.len() <= WIDTH {
            return Self { start: 0, end: line.len() };
        }
        let anchor = line.floor_char_boundary(anchor);
        let before = line[..anchor].char_indices().rev().nth(LEAD - 1).map_or(0, |(at, _)| at);
        let start = if line[..anchor].chars().nth(WIDTH - LEAD).is_none() { 0 } else { before };
        let end = line[start..].char_indices().nth(WIDTH).map_or(line.len(), |(at, _)| start + at);
        Self { start, end }
    }

    /// Adds the part to a text.
    fn show(&self, line: &str, text: &mut String) {
        if self.start > 0 {
            text.push('…');
        }
        text.push_str(&printable::source(&line[self.start..self.end]));
        if self.end < line.len() {
            text.push('…');
        }
    }

    /// Where a byte of the line stands in what is shown.
    fn position(&self, line: &str, byte: usize) -> usize {
        let byte = line.floor_char_boundary(byte.min(line.len())).clamp(self.start, self.end);
        let before = if self.start > 0 { '…'.len_utf8() } else { 0 };
        before + printable::source(&line[self.start..byte]).len()
    }
}
