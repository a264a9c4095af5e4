//! Events of the parser to a tree.

use std::ops::Range;

use granit_parser::{Event, ScalarStyle, Span as EventSpan, StructureStyle, Tag};
use smol_str::SmolStr;

use super::{
    LIMIT, MAX_DEPTH, SYNTAX,
    alias::Anchors,
    mapping::Mapping,
    repair::Repaired,
    scalar::{Scalar, resolve},
};
use crate::{
    diagnostic::Diagnostic,
    node::{Key, Node, Value},
    source::{FileId, Span},
};

/// Why a document's tree cannot be finished.
pub(super) type Stop = Box<Diagnostic>;

/// A tree under construction.
pub(super) struct TreeBuilder<'d> {
    file: FileId,
    document: &'d Repaired<'d>,
    open: Vec<Open>,
    anchors: Anchors,
    root: Option<Node>,
    diagnostics: Vec<Diagnostic>,
    /// Where the last scalar ended, in the document's text.
    last_end: usize,
}

/// A list or a map whose end has not come.
struct Open {
    content: Content,
    flow: bool,
    anchor: usize,
    span: Span,
}

enum Content {
    List(Vec<Node>),
    Map(Box<Mapping>),
}

impl<'d> TreeBuilder<'d> {
    /// A builder for one document, whose aliases may make `budget` nodes.
    pub(super) fn new(file: FileId, document: &'d Repaired<'d>, budget: usize) -> Self {
        Self {
            file,
            document,
            open: Vec::new(),
            anchors: Anchors::new(budget),
            root: None,
            diagnostics: Vec::new(),
            last_end: 0,
        }
    }

    /// How many nodes aliases may still make.
    pub(super) fn budget(&self) -> usize {
        self.anchors.budget()
    }

    /// Whether the document is complete.
    pub(super) fn has_root(&self) -> bool {
        self.root.is_some()
    }

    /// Adds a finding that does not end the work.
    pub(super) fn report(&mut self, found: Diagnostic) {
        self.diagnostics.push(found);
    }

    /// The document, and what is wrong with it although it could be read.
    pub(super) fn finish(self) -> (Option<Node>, Vec<Diagnostic>) {
        (self.root, self.diagnostics)
    }

    /// The first quote behind the last scalar and before the offset `end` of the document's text.
    pub(super) fn next_quote(&self, end: usize) -> Option<Span> {
        let at = self.last_end + self.document.text.get(self.last_end..end)?.find(['"', '\''])?;
        Some(self.span_of(at..at + 1))
    }

    /// Where the innermost `[` or `{` stands that is not closed.
    pub(super) fn open_bracket(&self) -> Option<Span> {
        let innermost = self.open.last().filter(|open| open.flow)?;
        Some(Span { end: innermost.span.start + 1, ..innermost.span })
    }

    /// Takes the next event.
    pub(super) fn event(&mut self, event: &Event<'_>, at: &EventSpan) -> Result<(), Stop> {
        match event {
            Event::Scalar(text, style, anchor, tag) => self.scalar(text, *style, *anchor, tag.as_deref(), at),
            Event::SequenceStart(style, anchor, _) => self.open(Content::List(Vec::new()), *style, *anchor, at),
            Event::MappingStart(style, anchor, _) => self.open(Content::Map(Box::default()), *style, *anchor, at),
            Event::SequenceEnd | Event::MappingEnd => self.close(at),
            Event::Alias(id) => self.alias(*id, at),
            _ => Ok(()),
        }
    }

    fn span(&self, at: &EventSpan) -> Span {
        self.span_of(at.byte_range().unwrap_or_default())
    }

    /// The place in the file of some bytes of the document's text.
    fn span_of(&self, bytes: Range<usize>) -> Span {
        Span::of_bytes(self.file, self.document.origin(bytes.start)..self.document.origin(bytes.end))
    }

    fn open(&mut self, content: Content, style: StructureStyle, anchor: usize, at: &EventSpan) -> Result<(), Stop> {
        let span = self.span(at);
        self.check_depth(1, span)?;
        self.open.push(Open { content, flow: style == StructureStyle::Flow, anchor, span });
        Ok(())
    }

    fn check_depth(&self, more: usize, span: Span) -> Result<(), Stop> {
        if self.open.len() + more <= MAX_DEPTH {
            return Ok(());
        }
        Err(Box::new(too_deep(span)))
    }

    fn close(&mut self, at: &EventSpan) -> Result<(), Stop> {
        let end = self.span(at);
        let Some(open) = self.open.pop() else { return Ok(()) };
        let span = if open.flow { open.span.to(end) } else { open.span };
        let value = match open.content {
            Content::List(items) => Value::List(items),
            Content::Map(mapping) => Value::Map(mapping.finish()),
        };
        let node = Node { value, span: Some(span) };
        self.anchors.define(open.anchor, &node)?;
        self.put(node, span);
        Ok(())
    }

    /// Puts a node where the next one belongs; `span` is where it was used, which for an alias is not where it was
    /// written.
    fn put(&mut self, node: Node, span: Span) {
        let Some(parent) = self.open.last_mut() else {
            self.root.get_or_insert(node);
            return;
        };
        let refused = match &mut parent.content {
            Content::List(items) => {
                items.push(node);
                None
            }
            Content::Map(mapping) if mapping.awaits_key() => take_key(mapping, node.scalar_text(), node.kind(), span),
            Content::Map(mapping) => mapping.value(node),
        };
        self.diagnostics.extend(refused);
        self.extend(span);
    }

    fn scalar(
        &mut self,
        text: &str,
        style: ScalarStyle,
        anchor: usize,
        tag: Option<&Tag>,
        at: &EventSpan,
    ) -> Result<(), Stop> {
        let span = self.scalar_span(style, at);
        // The parser says `~` where nothing is written.
        let text = if at.is_empty() { "" } else { text };
        let meaning = match tag {
            Some(tag) => self.tagged(text, tag, span),
            None if style == ScalarStyle::Plain => resolve(text),
            None => Scalar::Str(text),
        };
        if let Some(mapping) = self.awaiting_key() {
            let merges = text == "<<" && style == ScalarStyle::Plain && tag.is_none();
            let refused = if merges {
                mapping.merge_key(span);
                None
            } else {
                take_scalar_key(mapping, meaning, span)
            };
            self.diagnostics.extend(refused);
            self.extend(span);
            let value = meaning.value().unwrap_or(Value::Null);
            return self.anchors.define(anchor, &Node { value, span: Some(span) });
        }
        let value = meaning.value().unwrap_or_else(|| {
            self.diagnostics.push(not_json(span));
            Value::Null
        });
        let node = Node { value, span: Some(span) };
        self.anchors.define(anchor, &node)?;
        self.put(node, span);
        Ok(())
    }

    /// The innermost collection reaches to the end of `span`.
    fn extend(&mut self, span: Span) {
        if let Some(open) = self.open.last_mut() {
            open.span = open.span.to(span);
        }
    }

    fn awaiting_key(&mut self) -> Option<&mut Mapping> {
        match &mut self.open.last_mut()?.content {
            Content::Map(mapping) if mapping.awaits_key() => Some(mapping),
            _ => None,
        }
    }

    /// The parser's span of a block scalar is that of its lines; this one has the `|` or `>` too, so that it cannot be
    /// taken for a plain scalar.
    fn scalar_span(&mut self, style: ScalarStyle, at: &EventSpan) -> Span {
        let range = at.byte_range().unwrap_or_default();
        let (text, mut bytes) = (&self.document.text, range.clone());
        // Nothing stands behind the `:` of its key, not before it.
        if range.is_empty() && text.as_bytes().get(range.start) == Some(&b':') {
            bytes = range.start + 1..range.end + 1;
        }
        if matches!(style, ScalarStyle::Literal | ScalarStyle::Folded) {
            let before = text.get(self.last_end..range.start).unwrap_or_default();
            bytes.start = before.find(['|', '>']).map_or(range.start, |header| self.last_end + header);
            let content = text.get(range.clone()).unwrap_or_default();
            bytes.end = (range.start + content.trim_end().len()).max(bytes.start + 1);
        }
        self.last_end = range.end;
        self.span_of(bytes)
    }

    fn tagged<'t>(&mut self, text: &'t str, tag: &Tag, span: Span) -> Scalar<'t> {
        let name = tag.suffix_in_namespace("tag:yaml.org,2002:");
        let meaning = match name.as_deref() {
            Some("int" | "float" | "bool" | "null") => resolve(text),
            // Kubernetes drops any other tag, and with it what the text would mean without one.
            _ => Scalar::Str(text),
        };
        let fits = match name.as_deref() {
            Some("int") => matches!(meaning, Scalar::Int(_) | Scalar::Unsigned(_)),
            Some("float") => matches!(meaning, Scalar::Int(_) | Scalar::Unsigned(_) | Scalar::Float(_)),
            Some("bool") => matches!(meaning, Scalar::Bool(_)),
            Some("null") => meaning == Scalar::Null,
            Some("binary") => {
                let refused = Diagnostic::new(&SYNTAX, "the tag `!!binary` is not supported").at(span);
                self.diagnostics.push(refused.help("write the decoded text without the tag"));
                true
            }
            _ => true,
        };
        if !fits {
            let message = format!("the value does not fit its tag `{}`", tag.original());
            self.diagnostics
                .push(Diagnostic::new(&SYNTAX, message).at(span).help("remove the tag, or change the value"));
        }
        meaning
    }

    fn alias(&mut self, id: usize, at: &EventSpan) -> Result<(), Stop> {
        let span = self.span(at);
        self.last_end = at.byte_range().unwrap_or_default().end;
        let (node, depth) = self.anchors.expand(id, span)?;
        self.check_depth(depth, span)?;
        self.put(node, span);
        Ok(())
    }
}

/// Gives a map a scalar as its next key, or says why this one cannot be it.
fn take_scalar_key(mapping: &mut Mapping, meaning: Scalar<'_>, span: Span) -> Option<Diagnostic> {
    let kind = if meaning == Scalar::Null { "null" } else { "too large a number" };
    take_key(mapping, meaning.key(), kind, span)
}

/// Gives a map its next key, or says why this one cannot be it: because it is `kind`.
fn take_key(mapping: &mut Mapping, key: Option<SmolStr>, kind: &str, span: Span) -> Option<Diagnostic> {
    if let Some(text) = key {
        return mapping.key(Key::new(text, span));
    }
    mapping.ignore_key();
    Some(not_a_key(kind, span))
}

/// The finding for a document with too many levels.
pub(super) fn too_deep(span: Span) -> Diagnostic {
    Diagnostic::new(&LIMIT, format!("lists and maps are nested more than {MAX_DEPTH} levels deep"))
        .at(span)
        .help("flatten the document")
}

fn not_a_key(kind: &str, span: Span) -> Diagnostic {
    let help = if kind == "a map" || kind == "a list" {
        "quote the text if it is a template such as `{{ name }}`"
    } else {
        "quote the key, or write the one that is missing"
    };
    Diagnostic::new(&SYNTAX, format!("a key must be a string, and this one is {kind}")).at(span).help(help)
}

fn not_json(span: Span) -> Diagnostic {
    Diagnostic::new(&SYNTAX, "Kubernetes cannot store this number, because JSON has no infinity and no `NaN`")
        .at(span)
        .help("quote it if it is meant to be a string")
}
