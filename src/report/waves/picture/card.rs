//! A sync of one step that waits for nothing: what it applies, in order.

use super::{
    markup::{Markup, Point, Size},
    measure::{self, NOTE, fit},
    panel::PADDING,
};
use crate::report::waves::{Object, Sync};

/// The narrowest one.
pub(super) const WIDTH: i32 = 250;
const TITLE: i32 = 46;
const LINE: i32 = 16;

/// A sync with its room.
pub(super) struct Card<'a> {
    pub(super) sync: &'a Sync,
    pub(super) height: i32,
    kinds: Vec<&'a [Object]>,
}

impl<'a> Card<'a> {
    pub(super) fn of(sync: &'a Sync) -> Self {
        let steps = sync.steps.iter();
        let kinds: Vec<&'a [Object]> =
            steps.flat_map(|step| step.objects.chunk_by(|a, b| a.id.kind == b.id.kind)).collect();
        let height = TITLE + LINE * i32::try_from(kinds.len()).unwrap_or_default() + 12;
        Self { sync, height, kinds }
    }

    pub(super) fn draw(&self, markup: &mut Markup, at: Point, size: Size) {
        markup.rect("panel", at, size, 10);
        let inner = at.right(PADDING - 4);
        let room = size.width - 2 * (PADDING - 4);
        markup.text("name", inner.down(24), &fit(&self.sync.name, room, 9));
        markup.text("kind", inner.down(40), &fit(&self.subtitle(), room, NOTE));
        for (line, objects) in (0..).zip(&self.kinds) {
            let (kind, names) = (&objects[0].id.kind, self.names(objects));
            let rest = room - measure::width(kind, NOTE) - 8;
            let title = format!("{kind} {}", names.join(", "));
            markup.group("object", &title, |markup| {
                let shown = if names == std::slice::from_ref(&self.sync.name) {
                    String::new()
                } else {
                    fit(&names.join(", "), rest, NOTE)
                };
                let place = inner.down(TITLE + 12 + line * LINE);
                markup.texts(place, &[("note", &fit(kind, room, NOTE)), ("kind", &shown)]);
            });
        }
    }

    /// The names of objects, with their namespaces where these are not the destination's.
    fn names(&self, objects: &[Object]) -> Vec<String> {
        let name = |object: &Object| match &object.id.namespace {
            Some(namespace) if Some(namespace) != self.sync.namespace.as_ref() => {
                format!("{namespace}/{}", object.id.name)
            }
            _ => object.id.name.clone(),
        };
        objects.iter().map(name).collect()
    }

    fn subtitle(&self) -> String {
        let application = self.sync.application.as_deref().unwrap_or_default();
        format!("{application} → {}", self.sync.destination()).trim_start().to_owned()
    }
}
