//! One step: its objects from top to bottom, those of a kind in one box.

use super::{
    markup::{Markup, Point, Size},
    measure::{self, NAME, NOTE, fit, lines},
};
use crate::report::waves::{Id, Object, Step, words};

const PADDING: i32 = 16;
/// The dot before the name of what a gate waits for.
const DOT: i32 = 3;
const GAP: i32 = 8;
/// The line with the phase and wave.
pub(super) const HEAD: i32 = 30;
const KIND: i32 = 18;
const NAME_LINE: i32 = 18;
const NOTE_LINE: i32 = 14;
/// The narrowest column, and the widest.
const WIDTHS: (i32, i32) = (150, 296);

/// A step with its room.
pub(super) struct Column<'a> {
    pub(super) step: &'a Step,
    pub(super) size: Size,
    boxes: Vec<Kind<'a>>,
}

/// The objects of a kind, as long as none of another kind comes between.
struct Kind<'a> {
    name: &'a str,
    top: i32,
    height: i32,
    rows: Vec<Row<'a>>,
}

/// An object, and what is to be said about it.
struct Row<'a> {
    object: &'a Object,
    top: i32,
    height: i32,
    aside: String,
    notes: Vec<(&'static str, String)>,
}

/// Where an object stands in a picture.
#[derive(Clone, Copy, Debug)]
pub(super) struct Spot {
    pub(super) left: Point,
    pub(super) right: Point,
    /// The number of the column.
    pub(super) column: usize,
}

impl<'a> Column<'a> {
    /// The column of a step. `aside` says something short about an object.
    pub(super) fn of(step: &'a Step, aside: &dyn Fn(&Object) -> String) -> Self {
        let asides: Vec<String> = step.objects.iter().map(aside).collect();
        let needed = step.objects.iter().zip(&asides).map(|(object, aside)| {
            let name = measure::width(&object.id.name, NAME);
            let aside = if aside.is_empty() { 0 } else { measure::width(aside, NOTE) + 10 };
            (name + aside).max(measure::width(&object.id.kind, NOTE)) + 2 * PADDING
        });
        let width = needed.max().unwrap_or_default().clamp(WIDTHS.0, WIDTHS.1);
        let (mut boxes, mut top, mut asides) = (Vec::new(), HEAD, asides.into_iter());
        for objects in step.objects.chunk_by(|a, b| a.id.kind == b.id.kind) {
            let kind = Kind::of(objects, top, width, &mut asides);
            top += kind.height + GAP;
            boxes.push(kind);
        }
        Self { step, size: Size { width, height: top - GAP }, boxes }
    }

    /// The spot of every object, if the column begins at a place.
    pub(super) fn spots(&self, at: Point, column: usize) -> Vec<(&'a Id, Spot)> {
        let rows = self.boxes.iter().flat_map(|kind| &kind.rows);
        let spot = |row: &Row<'a>| {
            let left = at.down(row.top + NAME_LINE / 2);
            (&row.object.id, Spot { left, right: left.right(self.size.width), column })
        };
        rows.map(spot).collect()
    }

    pub(super) fn draw(&self, markup: &mut Markup, at: Point, anchors: &dyn Fn(&Id) -> Option<String>) {
        let Step { phase, wave, .. } = self.step;
        if *phase == "SyncFail" {
            let room = Size { width: self.size.width + 2 * GAP, height: self.size.height + 2 * GAP };
            markup.rect("fail", at.right(-GAP).down(-GAP), room, 8);
            markup.text("step", at.down(14), "if the sync fails");
        } else {
            markup.text("step", at.down(14), &format!("{phase} {wave}"));
        }
        for kind in &self.boxes {
            kind.draw(markup, at, self.size.width, anchors);
        }
    }
}

impl<'a> Kind<'a> {
    fn of(objects: &'a [Object], top: i32, width: i32, asides: &mut impl Iterator<Item = String>) -> Self {
        let (mut rows, mut own) = (Vec::new(), top + KIND + 2);
        for (object, aside) in objects.iter().zip(asides) {
            let row = Row::of(object, own, width, aside);
            own += row.height;
            rows.push(row);
        }
        Self { name: &objects[0].id.kind, top, height: own - top + 5, rows }
    }

    fn draw(&self, markup: &mut Markup, at: Point, width: i32, anchors: &dyn Fn(&Id) -> Option<String>) {
        markup.rect("box", at.down(self.top), Size { width, height: self.height }, 6);
        let count =
            if self.rows.len() > 1 { format!("{} ×{}", self.name, self.rows.len()) } else { self.name.to_owned() };
        markup.text("kind", at.right(PADDING).down(self.top + 14), &fit(&count, width - 2 * PADDING, NOTE));
        for row in &self.rows {
            match anchors(&row.object.id) {
                Some(anchor) => markup.link(&anchor, |markup| row.draw(markup, at, width)),
                None => row.draw(markup, at, width),
            }
        }
    }
}

impl<'a> Row<'a> {
    fn of(object: &'a Object, top: i32, width: i32, aside: String) -> Self {
        let notes = notes(object);
        let room = width - 2 * PADDING;
        let notes: Vec<(&'static str, String)> = notes
            .into_iter()
            .flat_map(|(class, note)| lines(&note, room, NOTE).into_iter().map(move |line| (class, line)))
            .collect();
        let count = i32::try_from(notes.len()).unwrap_or_default();
        Self { object, top, height: NAME_LINE + count * NOTE_LINE + if count > 0 { 3 } else { 0 }, aside, notes }
    }

    fn draw(&self, markup: &mut Markup, at: Point, width: i32) {
        let at = at.down(self.top);
        markup.group("object", &title(self.object), |markup| {
            let worst = self.notes.iter().map(|(class, _)| *class).max_by_key(|class| *class == "never");
            if let Some(class) = worst.filter(|class| *class != "moved") {
                let room = Size { width: width - 8, height: self.height - 1 };
                markup.rect(&format!("tint {class}"), at.right(4), room, 4);
            }
            let aside = if self.aside.is_empty() { 0 } else { measure::width(&self.aside, NOTE) + 10 };
            let name = fit(&self.object.id.name, width - 2 * PADDING - aside, NAME);
            markup.text("object", at.right(PADDING).down(13), &name);
            if self.object.awaited {
                markup.circle(&format!("bar {}", self.object.opening().class()), at.right(PADDING - 8).down(9), DOT);
            }
            if !self.aside.is_empty() {
                markup.text("kind last", at.right(width - PADDING).down(13), &self.aside);
            }
            for (line, (class, note)) in (0..).zip(&self.notes) {
                let place = at.right(PADDING).down(NAME_LINE + 9 + line * NOTE_LINE);
                markup.text(&format!("note {class}"), place, note);
            }
        });
    }
}

/// What is said below an object's name, and the class that it is said in.
fn notes(object: &Object) -> Vec<(&'static str, String)> {
    let moved = object.moved.as_ref().map(|moved| {
        let user = words::named(&moved.needed_by).replace('`', "");
        ("moved", format!("moved from {} {} for {user}", moved.from_phase, moved.from_wave))
    });
    let doubts = object.doubts.iter().map(|doubt| (doubt.opening().class(), doubt.message.replace('`', "")));
    moved.into_iter().chain(doubts).collect()
}

/// What is told where the pointer rests.
fn title(object: &Object) -> String {
    let Id { api_version, kind, namespace, name } = &object.id;
    let place = namespace.as_ref().map(|namespace| format!(" in {namespace}")).unwrap_or_default();
    let hook =
        if object.hook { format!("; a hook, deleted: {}", object.delete_policies.join(", ")) } else { String::new() };
    let awaited = if object.awaited { "; the gate waits for it" } else { "" };
    let moved = words::moved(object).map(|moved| format!("; it {moved}")).unwrap_or_default();
    format!("{kind} {name}{place} ({api_version}){hook}{awaited}{moved}")
}
