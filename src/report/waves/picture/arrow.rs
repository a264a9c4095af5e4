//! Arrows from what needs or calls something to that.

use rustc_hash::FxHashMap;

use super::{
    column::Spot,
    markup::{Markup, Point},
};
use crate::report::waves::{Id, Sync};

/// Draws the arrows of a sync. Inside of a step, only calls of Applications are shown: everything there comes at once.
pub(super) fn draw(markup: &mut Markup, sync: &Sync, spots: &[(&Id, Spot)]) {
    // An object of two phases is where it first stands.
    let mut places = FxHashMap::<(&str, &str, Option<&str>), Spot>::default();
    for (id, spot) in spots {
        places.entry(key(id)).or_insert(*spot);
    }
    for object in sync.objects() {
        let from = places.get(&key(&object.id)).copied();
        for needed in &object.needs {
            let to = places.get(&key(needed)).copied();
            if let Some((from, to)) = from.zip(to) {
                let title = format!("{} → {}", name(&object.id), name(needed));
                connect(markup, &title, object.id.is_application(), from, to);
            }
        }
    }
}

fn key(id: &Id) -> (&str, &str, Option<&str>) {
    (&id.kind, &id.name, id.namespace.as_deref())
}

fn name(id: &Id) -> String {
    format!("{} {}", id.kind, id.name)
}

fn connect(markup: &mut Markup, title: &str, is_call: bool, from: Spot, to: Spot) {
    match from.column.cmp(&to.column) {
        std::cmp::Ordering::Greater => curve(markup, title, "", (from.left, to.right), -1),
        std::cmp::Ordering::Less => curve(markup, title, if is_call { "" } else { "late" }, (from.right, to.left), 1),
        std::cmp::Ordering::Equal if is_call => bulge(markup, title, from.right, to.right),
        std::cmp::Ordering::Equal => {}
    }
}

/// A curve to the left (-1) or to the right (1), whose point is at its end.
fn curve(markup: &mut Markup, title: &str, class: &str, (from, to): (Point, Point), direction: i32) {
    let to = to.right(-direction * 7);
    let bend = direction * ((to.x - from.x).abs() / 2).clamp(20, 60);
    let path =
        format!("M{} {}C{} {} {} {} {} {}", from.x, from.y, from.x + bend, from.y, to.x - bend, to.y, to.x, to.y);
    markup.group("edge", title, |markup| {
        markup.path(&format!("arrow {class}"), &path);
        point(markup, class, to, direction);
    });
}

fn bulge(markup: &mut Markup, title: &str, from: Point, to: Point) {
    let to = to.right(7);
    let path = format!("M{} {}C{} {} {} {} {} {}", from.x, from.y, from.x + 26, from.y, to.x + 20, to.y, to.x, to.y);
    markup.group("edge", title, |markup| {
        markup.path("arrow", &path);
        point(markup, "", to, -1);
    });
}

fn point(markup: &mut Markup, class: &str, at: Point, direction: i32) {
    let class = if class.is_empty() { "point" } else { "late-point" };
    let (tip, back) = (at.right(direction * 7), at.x);
    markup.path(class, &format!("M{} {}L{back} {}V{}Z", tip.x, tip.y, tip.y - 4, tip.y + 4));
}
