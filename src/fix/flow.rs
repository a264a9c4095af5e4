//! Fields and items between brackets.

use std::ops::Range;

use super::{
    outline::{Outline, Place},
    plan::{Bytes, range},
};
use crate::source::Span;

impl Outline<'_> {
    /// A new last entry of the list or map of this span.
    pub(super) fn flow_entry(&self, span: Span, entry: &str) -> Option<Bytes> {
        let text = self.at(span);
        let inside = text.get(1..text.len().checked_sub(1)?)?;
        let written = inside.trim_end();
        // A comment would swallow what follows it.
        if written.rsplit('\n').next()?.contains('#') {
            return None;
        }
        if written.is_empty() {
            let (open, close) = (&text[..1], &text[text.len() - 1..]);
            return Some((range(span), format!("{open}{entry}{close}")));
        }
        let at = span.start as usize + 1 + written.len();
        let comma = if written.ends_with(',') { "" } else { "," };
        let bytes = match self.own_line(inside, written) {
            Some(start) => format!("{comma}{start}{entry}{}", if comma.is_empty() { "," } else { "" }),
            None => format!("{comma} {entry}"),
        };
        Some((at..at, bytes))
    }

    /// The line break and the blanks before an entry, where each stands on a line of its own.
    fn own_line(&self, inside: &str, written: &str) -> Option<String> {
        let last = written.rsplit_once('\n')?.1;
        let closes_alone = inside[written.len()..].contains('\n');
        let indent = &last[..last.len() - last.trim_start().len()];
        closes_alone.then(|| format!("{}{indent}", self.line_break))
    }

    /// The bytes of an entry and of one comma beside it.
    pub(super) fn without_flow(&self, place: Place<'_>, parent: Place<'_>) -> Option<Range<usize>> {
        let value = place.node.span?;
        let first = place.key.and_then(|key| key.span).unwrap_or(value);
        // An alias stands behind its key, and its value elsewhere.
        if first.start > value.start || !parent.node.span?.contains(value) {
            return None;
        }
        let (start, end) = (first.start as usize, value.end as usize);
        let (before, after) = (self.text.get(..start)?, self.text.get(end..)?);
        let bytes = if let Some(rest) = after.trim_start().strip_prefix(',') {
            start..self.text.len() - rest.trim_start_matches([' ', '\t']).len()
        } else if let Some(head) = before.trim_end().strip_suffix(',') {
            head.len()..end
        } else {
            start..end
        };
        let beside = [self.text.get(bytes.start..start)?, self.text.get(end..bytes.end)?];
        if beside.iter().any(|text| text.contains('#')) { None } else { Some(self.whole_lines(bytes)) }
    }

    /// The lines of some bytes, if nothing else stands on them.
    fn whole_lines(&self, bytes: Range<usize>) -> Range<usize> {
        let (start, end) = (self.line_start(bytes.start), self.line_end(bytes.end));
        let is_blank = |text: Option<&str>| text.is_some_and(|text| text.trim().is_empty());
        let alone = is_blank(self.text.get(start..bytes.start)) && is_blank(self.text.get(bytes.end..end));
        if alone && bytes.end <= end { start..self.next_line(end) } else { bytes }
    }
}
