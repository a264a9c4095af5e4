//! A chart as a picture: time goes from left to right, and every gate is a bar.
//!
//! It is made of plain SVG: no scripts, no fonts, nothing from a network; the same chart gives the same bytes. A reader
//! who prefers dark gets dark.

mod arrow;
mod card;
mod column;
mod gate;
mod legend;
mod markup;
mod measure;
mod panel;

use self::{
    card::Card,
    markup::{Markup, Point, Size},
    panel::Panel,
};
use super::{Chart, Id, Object, Opening, Sync};
use crate::report::{escape::escaped, wording::counted};

/// How everything looks.
pub(super) const LOOK: &str = include_str!("look.css");

const MARGIN: i32 = 24;
const GAP: i32 = 16;
/// The narrowest picture.
const LEAST: i32 = 4 * (card::WIDTH + GAP) - GAP;

/// A picture of charts that stands alone: its style and its legend are in it.
pub(super) fn draw(charts: &[Chart]) -> String {
    let sections: Vec<Section<'_>> = charts.iter().map(Section::of).collect();
    let width = sections.iter().map(|section| section.width).max().unwrap_or(LEAST);
    let style = format!("<style>\n{LOOK}</style>\n");
    picture(width, &style, |markup, mut at| {
        for section in &sections {
            at = section.draw(markup, at, width);
        }
        legend::draw(markup, at, width)
    })
}

/// A picture of one chart for a page that has the style and the legend.
pub(super) fn draw_one(chart: &Chart) -> String {
    let section = Section::of(chart);
    picture(section.width, "", |markup, at| section.draw(markup, at, section.width))
}

/// The legend for a page.
pub(super) fn draw_legend() -> String {
    picture(LEAST, "", |markup, at| legend::draw(markup, at, LEAST))
}

fn picture(width: i32, style: &str, draw: impl FnOnce(&mut Markup, Point) -> Point) -> String {
    let mut markup = Markup::default();
    let end = draw(&mut markup, Point::new(MARGIN, MARGIN));
    let (width, height) = (width + 2 * MARGIN, end.y + MARGIN - GAP);
    let title = "<title>The order in which Argo CD syncs, and where it waits</title>";
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" class=\"waves\" role=\"img\" width=\"{width}\" height=\"{height}\" \
         viewBox=\"0 0 {width} {height}\">\n{title}\n{style}<rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n{}</svg>\n",
        markup.into_text()
    )
}

/// The syncs of an environment: those with gates as panels, the others as cards.
struct Section<'a> {
    chart: &'a Chart,
    panels: Vec<Panel<'a>>,
    cards: Vec<Card<'a>>,
    width: i32,
}

impl<'a> Section<'a> {
    fn of(chart: &'a Chart) -> Self {
        let aside = |object: &Object| aside(chart, object);
        let (cards, panels): (Vec<&Sync>, Vec<&Sync>) = chart.syncs.iter().partition(|sync| is_plain(sync));
        let panels: Vec<Panel<'a>> = panels.into_iter().map(|sync| Panel::of(sync, &aside)).collect();
        let width = panels.iter().map(|panel| panel.size.width).max().unwrap_or_default().max(LEAST);
        Self { chart, panels, cards: cards.into_iter().map(Card::of).collect(), width }
    }

    /// Draws it from a place on, and says where the next one begins.
    fn draw(&self, markup: &mut Markup, mut at: Point, width: i32) -> Point {
        if let Some(name) = &self.chart.environment {
            markup.text("head", at.down(18), name);
            let count = counted(self.chart.syncs.len(), "sync");
            markup.text("muted last", at.right(width).down(18), &format!("{count}; {}", said(self.chart)));
            at = at.down(36);
        }
        at = self.draw_panels(markup, at, width);
        self.draw_cards(markup, at, width).down(GAP)
    }

    /// Panels stand beside one another where there is room.
    fn draw_panels(&self, markup: &mut Markup, start: Point, width: i32) -> Point {
        let anchors = |id: &Id| self.anchor_of_child(id);
        let (mut at, mut height) = (start, 0);
        for panel in &self.panels {
            if at.x > start.x && at.x + panel.size.width > start.x + width {
                at = Point::new(start.x, at.y + height + GAP);
                height = 0;
            }
            markup.raw(&format!("<g id=\"{}\">", escaped(&self.anchor(panel.sync))));
            panel.draw(markup, at, &anchors);
            markup.raw("</g>");
            height = height.max(panel.size.height);
            at = at.right(panel.size.width + GAP);
        }
        Point::new(start.x, if height > 0 { at.y + height + GAP } else { start.y })
    }

    fn draw_cards(&self, markup: &mut Markup, mut at: Point, width: i32) -> Point {
        if self.cards.is_empty() {
            return at;
        }
        markup.text("muted", at.down(14), "One step each, and nothing is waited for:");
        at = at.down(24);
        let most = ((width + GAP) / (card::WIDTH + GAP)).max(1);
        let own = (width + GAP) / most - GAP;
        for row in self.cards.chunks(usize::try_from(most).unwrap_or(1)) {
            let size = Size { width: own, height: row.iter().map(|card| card.height).max().unwrap_or_default() };
            let mut place = at;
            for card in row {
                markup.raw(&format!("<g id=\"{}\">", escaped(&self.anchor(card.sync))));
                card.draw(markup, place, size);
                markup.raw("</g>");
                place = place.right(own + GAP);
            }
            at = at.down(size.height + GAP);
        }
        at
    }

    fn anchor(&self, sync: &Sync) -> String {
        format!("{}/{}", self.chart.environment.as_deref().unwrap_or_default(), sync.name)
    }

    fn anchor_of_child(&self, id: &Id) -> Option<String> {
        child(self.chart, id).map(|sync| self.anchor(sync))
    }
}

/// The sync that an Application does.
fn child<'a>(chart: &'a Chart, id: &Id) -> Option<&'a Sync> {
    let is_child = |sync: &&Sync| sync.application.as_deref() == Some(id.name.as_str());
    chart.syncs.iter().find(is_child).filter(|_| id.is_application())
}

/// A sync of one step whose objects nobody waits for, and of which there is nothing else to say.
fn is_plain(sync: &Sync) -> bool {
    let is_quiet = sync.worst() == Opening::End && sync.outside.is_empty();
    is_quiet && sync.steps.len() < 2 && !sync.creates_namespace && !sync.prunes_last
}

/// What is said beside an object's name: what an Application's own sync is like, or that it is a hook.
fn aside(chart: &Chart, object: &Object) -> String {
    match child(chart, &object.id) {
        Some(sync) if sync.steps.len() > 1 => counted(sync.steps.len(), "step"),
        Some(sync) => counted(sync.objects().count(), "object"),
        None if object.hook => "hook".to_owned(),
        None => String::new(),
    }
}

fn said(chart: &Chart) -> String {
    let steps = chart.rolling_steps.len();
    if steps > 0 {
        return format!("an ApplicationSet syncs the Applications in {} (RollingSync)", counted(steps, "step"));
    }
    let said = if chart.assesses_applications {
        "Argo CD assesses the health of Applications"
    } else {
        "Argo CD does not assess the health of Applications: none waits for another"
    };
    said.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_picture_is_a_picture() {
        let picture = draw(&[]);
        assert!(picture.starts_with("<svg ") && picture.ends_with("</svg>\n"));
    }
}
