//! The bar behind a step, and the sign on it.

use super::{
    markup::{Markup, Point, Size},
    measure,
};
use crate::report::waves::{Opening, Step, words};

/// How wide a gate is with the room beside it.
pub(super) const WIDTH: i32 = 72;

const BAR: i32 = 4;
const RADIUS: i32 = 13;

/// Draws the gate behind a step into the room that begins at a place.
pub(super) fn draw(markup: &mut Markup, step: &Step, at: Point, height: i32) {
    let class = step.gate.class();
    let middle = at.right(WIDTH / 2);
    markup.group("gate", &words::gate(step), |markup| {
        if step.gate != Opening::End {
            let bar = Size { width: BAR, height };
            markup.rect(&format!("bar {class}"), middle.right(-BAR / 2), bar, BAR / 2);
        }
        sign(markup, step.gate, middle.down(RADIUS + 1));
        for (line, text) in (0..).zip(label(step)) {
            let place = middle.down(2 * RADIUS + 16 + 13 * line);
            let room = Size { width: 8 + measure::width(&text, measure::NOTE), height: 14 };
            markup.rect("patch", place.right(-room.width / 2).down(-11), room, 3);
            markup.text(&format!("tag middle {class}"), place, &text);
        }
    });
}

/// A clock; two bars for a pause, a tick for the end, a cross where it never opens.
pub(super) fn sign(markup: &mut Markup, opening: Opening, center: Point) {
    let class = opening.class();
    let Point { x, y } = center;
    markup.circle(&format!("face {class}"), center, RADIUS);
    let path = match opening {
        Opening::End => format!("M{} {y}l4 4 7 -8", x - 5),
        Opening::Pause => format!("M{} {}v8M{} {}v8", x - 3, y - 4, x + 3, y - 4),
        Opening::Healthy | Opening::Doubtful => format!("M{x} {}V{y}l5 3", y - 7),
        Opening::Never => format!("M{} {}l10 10M{} {}l-10 10", x - 5, y - 5, x + 5, y - 5),
    };
    markup.path(&format!("sign {class}"), &path);
}

fn label(step: &Step) -> Vec<String> {
    let pause = (step.pause_seconds > 0).then(|| format!("{} s", step.pause_seconds));
    let word = match step.gate {
        Opening::End => "done",
        Opening::Pause => "",
        Opening::Healthy => "waits",
        Opening::Doubtful => "may hang",
        Opening::Never => "hangs",
    };
    pause.into_iter().chain((!word.is_empty()).then(|| word.to_owned())).collect()
}
