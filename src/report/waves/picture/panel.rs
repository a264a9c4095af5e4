//! One sync: its steps from left to right, and the gates between them.

use super::{
    arrow,
    column::{Column, HEAD, Spot},
    gate,
    markup::{Markup, Point, Size},
    measure::{self, NOTE},
};
use crate::report::waves::{Id, Object, Opening, Sync};

pub(super) const PADDING: i32 = 18;
/// The line with the name.
const TITLE: i32 = 44;
/// What is said below the steps.
const LINE: i32 = 16;

/// A sync with its room.
pub(super) struct Panel<'a> {
    pub(super) sync: &'a Sync,
    pub(super) size: Size,
    columns: Vec<Column<'a>>,
    remarks: Vec<(&'static str, String)>,
}

impl<'a> Panel<'a> {
    pub(super) fn of(sync: &'a Sync, aside: &dyn Fn(&Object) -> String) -> Self {
        let columns: Vec<Column<'a>> = sync.steps.iter().map(|step| Column::of(step, aside)).collect();
        let remarks = remarks(sync);
        let steps: i32 = columns.iter().map(|column| column.size.width + gate::WIDTH).sum();
        let texts = remarks.iter().map(|(_, text)| measure::width(text, NOTE)).max().unwrap_or_default();
        let title = measure::width(&title(sync), 9);
        let width = steps.max(texts).max(title) + 2 * PADDING;
        let height = columns.iter().map(|column| column.size.height).max().unwrap_or_default();
        let below = LINE * i32::try_from(remarks.len()).unwrap_or_default();
        let height = TITLE + height + below + if below > 0 { 10 } else { 0 } + PADDING;
        Self { sync, size: Size { width, height }, columns, remarks }
    }

    pub(super) fn draw(&self, markup: &mut Markup, at: Point, anchors: &dyn Fn(&Id) -> Option<String>) {
        markup.rect("panel", at, self.size, 10);
        heading(markup, self.sync, at);
        let (top, bottom) = (at.right(PADDING).down(TITLE), self.columns.iter().map(|column| column.size.height).max());
        let (mut left, mut spots) = (top, Vec::<(&Id, Spot)>::new());
        for (number, column) in self.columns.iter().enumerate() {
            spots.extend(column.spots(left, number));
            left = left.right(column.size.width);
            gate::draw(markup, column.step, left, bottom.unwrap_or(HEAD));
            left = left.right(gate::WIDTH);
        }
        arrow::draw(markup, self.sync, &spots);
        left = top;
        for column in &self.columns {
            column.draw(markup, left, anchors);
            left = left.right(column.size.width + gate::WIDTH);
        }
        for (line, (class, text)) in (0..).zip(&self.remarks) {
            let place = top.down(bottom.unwrap_or_default() + 20 + line * LINE);
            markup.text(&format!("note {class}"), place, text);
        }
    }
}

/// The name of a sync, and what syncs it.
fn heading(markup: &mut Markup, sync: &Sync, at: Point) {
    markup.texts(at.right(PADDING).down(26), &[("name", &sync.name), ("muted", &subtitle(sync))]);
}

fn title(sync: &Sync) -> String {
    format!("{} {}", sync.name, subtitle(sync))
}

fn subtitle(sync: &Sync) -> String {
    match &sync.application {
        Some(application) => format!("Application {application} → {}", sync.destination()),
        None => format!("→ {}", sync.destination()),
    }
}

fn remarks(sync: &Sync) -> Vec<(&'static str, String)> {
    let mut remarks = Vec::new();
    if sync.creates_namespace {
        remarks.push((
            "muted",
            format!("Before all else, the namespace {} is made if it is not there.", sync.destination()),
        ));
    }
    for outside in &sync.outside {
        let class = if outside.reason.contains("never") { Opening::Never.class() } else { "muted" };
        remarks.push((class, format!("Not in the sync: {} {}: {}.", outside.id.kind, outside.id.name, outside.reason)));
    }
    if sync.prunes_last {
        remarks.push(("muted", "After all else, what has left is deleted, the highest wave first.".to_owned()));
    }
    remarks
}
