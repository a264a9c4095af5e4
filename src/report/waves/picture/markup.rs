//! Elements of SVG, written one after the other.

use std::fmt::Write;

use crate::report::escape::escaped;

/// Markup that grows.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

/// A place, in pixels from the upper left corner.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Point {
    pub(super) x: i32,
    pub(super) y: i32,
}

/// Width and height.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Size {
    pub(super) width: i32,
    pub(super) height: i32,
}

impl Point {
    pub(super) fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }

    pub(super) fn right(self, by: i32) -> Self {
        Self { x: self.x + by, ..self }
    }

    pub(super) fn down(self, by: i32) -> Self {
        Self { y: self.y + by, ..self }
    }
}

impl Markup {
    /// The whole of it.
    pub(super) fn into_text(self) -> String {
        self.0
    }

    /// Markup that is known to be sound.
    pub(super) fn raw(&mut self, markup: &str) {
        self.0.push_str(markup);
        self.0.push('\n');
    }

    /// What belongs together, with what is told where the pointer rests on it.
    pub(super) fn group(&mut self, class: &str, title: &str, draw: impl FnOnce(&mut Self)) {
        self.raw(&format!("<g class=\"{class}\">"));
        if !title.is_empty() {
            self.raw(&format!("<title>{}</title>", escaped(title)));
        }
        draw(self);
        self.raw("</g>");
    }

    /// What leads to another place of the picture.
    pub(super) fn link(&mut self, anchor: &str, draw: impl FnOnce(&mut Self)) {
        self.raw(&format!("<a href=\"#{}\">", escaped(anchor)));
        draw(self);
        self.raw("</a>");
    }

    /// A rectangle with round corners.
    pub(super) fn rect(&mut self, class: &str, at: Point, size: Size, radius: i32) {
        let (Point { x, y }, Size { width, height }) = (at, size);
        self.put(format_args!(
            "<rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\"/>"
        ));
    }

    /// A line of text, whose first letter stands on the place.
    pub(super) fn text(&mut self, class: &str, at: Point, text: &str) {
        let Point { x, y } = at;
        self.put(format_args!("<text class=\"{class}\" x=\"{x}\" y=\"{y}\">{}</text>", escaped(text)));
    }

    /// A line of texts of several classes, one behind the other.
    pub(super) fn texts(&mut self, at: Point, texts: &[(&str, &str)]) {
        let Point { x, y } = at;
        let spans = texts.iter().enumerate().map(|(number, (class, text))| {
            let gap = if number > 0 { " dx=\"8\"" } else { "" };
            format!("<tspan class=\"{class}\"{gap}>{}</tspan>", escaped(text))
        });
        self.put(format_args!("<text x=\"{x}\" y=\"{y}\">{}</text>", spans.collect::<String>()));
    }

    pub(super) fn circle(&mut self, class: &str, at: Point, radius: i32) {
        let Point { x, y } = at;
        self.put(format_args!("<circle class=\"{class}\" cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"/>"));
    }

    /// A path, in the language of SVG.
    pub(super) fn path(&mut self, class: &str, path: &str) {
        self.put(format_args!("<path class=\"{class}\" d=\"{path}\"/>"));
    }

    fn put(&mut self, element: std::fmt::Arguments<'_>) {
        // A string takes everything.
        let _ = writeln!(self.0, "{element}");
    }
}
