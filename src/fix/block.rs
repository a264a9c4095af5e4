//! Fields and items that stand on lines of their own.

use std::ops::Range;

use smol_str::SmolStr;

use super::{
    outline::{Outline, Place},
    plan::Bytes,
    scalar,
};
use crate::node::{Node, Value};

impl<'t> Outline<'t> {
    /// A new last field of a map, in lines below the last one of it: comments behind it stay behind.
    pub(super) fn block_entry(&self, map: Place<'t>, key: &SmolStr, value: &Node) -> Option<Bytes> {
        let span = map.node.span?;
        let indent = self.column(span.start as usize)?;
        let mut lines = Vec::new();
        self.field_lines(indent, key, value, &mut lines);
        self.below(span.end as usize, indent, &lines)
    }

    /// A new last item of a list.
    pub(super) fn block_item(&self, list: Place<'t>, item: &Node) -> Option<Bytes> {
        let first = list.node.items().first()?.span?;
        let indent = self.column(self.dash(first.start as usize)?)?;
        let mut lines = Vec::new();
        self.item_lines(indent, item, &mut lines);
        self.below(list.node.span?.end as usize, indent, &lines)
    }

    fn field_lines(&self, indent: usize, key: &str, value: &Node, lines: &mut Vec<String>) {
        let key = scalar::replacing("", &Node::made(key), true).unwrap_or_default();
        let head = format!("{}{key}:", blanks(indent));
        match &value.value {
            Value::Map(map) if !map.is_empty() => {
                lines.push(head);
                for (key, value) in map.entries() {
                    self.field_lines(indent + 2, key.as_str(), value, lines);
                }
            }
            Value::List(items) if !items.is_empty() => {
                lines.push(head);
                let indent = indent + self.list_indent();
                for item in items {
                    self.item_lines(indent, item, lines);
                }
            }
            _ => lines.push(format!("{head} {}", scalar::value(value))),
        }
    }

    fn item_lines(&self, indent: usize, item: &Node, lines: &mut Vec<String>) {
        let first = lines.len();
        for (key, value) in item.entries() {
            self.field_lines(indent + 2, key.as_str(), value, lines);
        }
        match lines.get_mut(first) {
            Some(line) => line.replace_range(indent..indent + 2, "- "),
            None => lines.push(format!("{}- {}", blanks(indent), scalar::value(item))),
        }
    }

    /// Whole lines below that of a byte, at which a block ends.
    fn below(&self, end: usize, indent: usize, lines: &[String]) -> Option<Bytes> {
        let rest = self.text.get(end..self.line_end(end))?.trim_start();
        let line_break = self.line_break;
        let is_end = rest.is_empty() || rest.starts_with('#');
        let at = self.below_comments(self.line_end(end), indent);
        is_end.then(|| (at..at, line_break.to_owned() + &lines.join(line_break)))
    }

    /// The end of the last comment below a line that is indented further than what is to be added: it belongs to what
    /// stands above.
    fn below_comments(&self, end: usize, indent: usize) -> usize {
        let (mut last, mut line) = (end, end);
        loop {
            let start = self.next_line(line);
            if start == line {
                return last;
            }
            line = self.line_end(start);
            let text = self.text.get(start..line).unwrap_or_default();
            let comment = text.trim_start();
            if comment.starts_with('#') && text.len() - comment.len() > indent {
                last = line;
            } else if !comment.is_empty() {
                return last;
            }
        }
    }

    /// The lines of a field or an item. Comments around them stay.
    pub(super) fn without_block(&self, place: Place<'t>, parent: Place<'t>) -> Option<Range<usize>> {
        let key = place.key.and_then(|key| key.span);
        let start = match key {
            Some(key) => key.start as usize,
            None => self.dash(place.node.span?.start as usize)?,
        };
        let (line, end) = (self.line_start(start), self.last_line_end(place, parent)?);
        if self.text.get(line..start)?.trim().is_empty() {
            Some(self.lines(line, end))
        } else {
            key.and_then(|_| self.up_to_next(start, end))
        }
    }

    /// The end of the last line of a field or an item.
    fn last_line_end(&self, place: Place<'t>, parent: Place<'t>) -> Option<usize> {
        let (value, key) = (place.node.span?, place.key.and_then(|key| key.span));
        // An alias stands behind its key, and its value elsewhere.
        let is_behind = key.is_none_or(|key| key.end <= value.start) && parent.node.span?.contains(value);
        Some(self.line_end(if is_behind { value.end as usize } else { key?.end as usize }))
    }

    /// A field whose map or list loses the only thing that it holds: with nothing behind its colon it would be null.
    pub(super) fn emptied(&self, place: Place<'t>, parent: Place<'t>) -> Option<Bytes> {
        let empty = if parent.node.as_list().is_some() { ": []" } else { ": {}" };
        let (colon, inside) = (parent.key?.span?.end as usize, parent.node.span?.start as usize);
        // Comments, anchors and tags keep their places, and so the field does.
        let between = self.text.get(colon..inside)?.strip_prefix(':')?.trim();
        let is_bare = between.is_empty() || between == "-";
        is_bare.then_some(())?;
        Some((colon..self.last_line_end(place, parent)?, empty.to_owned()))
    }

    /// The first field of an item, whose dash the next field takes over.
    fn up_to_next(&self, start: usize, end: usize) -> Option<Range<usize>> {
        let rest = self.text.get(end..)?;
        let next = end + rest.len() - rest.trim_start().len();
        let is_field = !self.text.get(next..)?.starts_with(['#', '-']) && self.column(next) == self.column(start);
        is_field.then_some(start..next)
    }

    /// Lines with one line break: that behind them, or the one before them at the end of a file that has none.
    fn lines(&self, start: usize, end: usize) -> Range<usize> {
        let next = self.next_line(end);
        let before = self.text.get(..start).unwrap_or_default();
        let above = before.strip_suffix('\n').map_or(before, |line| line.strip_suffix('\r').unwrap_or(line));
        if next > end { start..next } else { above.len()..end }
    }

    /// The dash before an item.
    fn dash(&self, item: usize) -> Option<usize> {
        let before = self.text.get(..item)?.trim_end();
        before.ends_with('-').then(|| before.len() - 1)
    }

    /// How far right a byte stands on its line, where nothing but blanks and dashes are before it.
    fn column(&self, at: usize) -> Option<usize> {
        let before = self.text.get(self.line_start(at)..at)?;
        before.bytes().all(|byte| matches!(byte, b' ' | b'-')).then_some(before.len())
    }

    /// How far the file's lists are indented below their keys.
    fn list_indent(&self) -> usize {
        *self.list_indent.get_or_init(|| self.find_list_indent())
    }

    fn find_list_indent(&self) -> usize {
        let lists = self.places().filter(|place| place.key.is_some() && !self.is_flow(place.node));
        let indents = lists.filter_map(|place| {
            let dash = self.dash(place.node.as_list()?.first()?.span?.start as usize)?;
            let key = place.key?.span?.start as usize;
            self.column(dash)?.checked_sub(self.column(key)?)
        });
        indents.take(1).sum()
    }

    /// The first byte of a byte's line.
    pub(super) fn line_start(&self, at: usize) -> usize {
        self.text.get(..at).and_then(|before| before.rfind('\n')).map_or(0, |end| end + 1)
    }

    /// The line break behind a byte, or the end of the text.
    pub(super) fn line_end(&self, at: usize) -> usize {
        let rest = self.text.get(at..).unwrap_or_default();
        let line = rest.split('\n').next().unwrap_or_default();
        at + line.strip_suffix('\r').unwrap_or(line).len()
    }

    /// What follows the line break at the end of a line; the end itself where there is none.
    pub(super) fn next_line(&self, end: usize) -> usize {
        let rest = self.text.get(end..).unwrap_or_default();
        ["\r\n", "\n"].iter().find(|line_break| rest.starts_with(**line_break)).map_or(end, |it| end + it.len())
    }
}

fn blanks(count: usize) -> String {
    " ".repeat(count)
}
