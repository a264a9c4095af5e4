//! How to read a picture.

use super::{
    GAP, gate,
    markup::{Markup, Point, Size},
};
use crate::report::waves::Opening;

const SIGNS: [(Opening, &str, &str); 5] = [
    (Opening::End, "Done", "when the step is applied; nobody looks at its health"),
    (Opening::Pause, "Pauses", "2 s; nothing in the step has a health check"),
    (Opening::Healthy, "Waits", "until all that has a health check is healthy"),
    (Opening::Doubtful, "May hang", "somebody or something outside must lend a hand"),
    (Opening::Never, "Hangs", "nothing in this sync can open the gate"),
];

const NOTES: [&str; 5] = [
    "Steps go from left to right. In a step, kinds go from top to bottom, and nothing is waited for between them; objects of one kind are applied at the same time.",
    "A dot stands before each object that the gate waits for; it has the colour of what is to be expected.",
    "Arrows lead from what needs or calls something to that; red ones lead to what comes later.",
    "Violet: a Namespace or CustomResourceDefinition that comes before its time, because something needs it.",
    "What has left is deleted in the opposite order, the highest wave first. Self-healing and syncs of single objects run no hooks.",
];

const LINE: i32 = 17;
const HEIGHT: i32 = 78;

/// Draws it at a place, and says where it ends.
pub(super) fn draw(markup: &mut Markup, at: Point, width: i32) -> Point {
    let notes = i32::try_from(NOTES.len()).unwrap_or_default();
    let height = HEIGHT + notes * LINE + 8;
    markup.rect("panel", at, Size { width, height }, 10);
    let each = (width - 2 * GAP) / 5;
    for (number, (opening, word, meaning)) in (0..).zip(SIGNS) {
        let place = at.right(GAP + number * each).down(36);
        gate::sign(markup, opening, place.right(14));
        markup.text("step", place.right(36).down(-2), word);
        for (line, text) in (0..).zip(super::measure::lines(meaning, each - 44, super::measure::NOTE)) {
            markup.text("note muted", place.right(36).down(12 + line * 13), &text);
        }
    }
    for (line, note) in (0..).zip(NOTES) {
        markup.text("note muted", at.right(GAP).down(HEIGHT + 10 + line * LINE), note);
    }
    at.down(height + GAP)
}
