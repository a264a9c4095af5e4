//! Line plots in SVG, without a script: a page that is opened years later still shows them.

use std::fmt::Write;

use crate::report::escape::escaped;

/// A plot.
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    /// What stands below.
    pub(super) below: &'a str,
    /// Whether the values are drawn by their logarithm: times differ by factors.
    pub(super) is_logarithmic: bool,
    /// A value for people.
    pub(super) value: &'a dyn Fn(f64) -> String,
    /// The marks on the axis below: where, and what they say.
    pub(super) marks: Vec<(f64, String)>,
    pub(super) series: Vec<Series<'a>>,
}

/// A line.
pub(super) struct Series<'a> {
    pub(super) name: &'a str,
    /// From left to right; a gap where there is no value.
    pub(super) points: Vec<(f64, Option<f64>)>,
}

const WIDTH: f64 = 900.0;
const HEIGHT: f64 = 260.0;
const LEFT: f64 = 76.0;
const RIGHT: f64 = 16.0;
const TOP: f64 = 34.0;
const BOTTOM: f64 = 40.0;

/// The window of values that is drawn.
struct Frame {
    x: (f64, f64),
    y: (f64, f64),
    is_logarithmic: bool,
}

impl Frame {
    fn x(&self, x: f64) -> f64 {
        LEFT + (x - self.x.0) / (self.x.1 - self.x.0) * (WIDTH - LEFT - RIGHT)
    }

    fn y(&self, y: f64) -> f64 {
        let place = |y: f64| if self.is_logarithmic { y.max(1e-9).log10() } else { y };
        let part = (place(y) - place(self.y.0)) / (place(self.y.1) - place(self.y.0));
        HEIGHT - BOTTOM - part * (HEIGHT - TOP - BOTTOM)
    }
}

impl Plot<'_> {
    /// The plot as an element of a page.
    pub(super) fn svg(&self) -> String {
        let frame = self.frame();
        let mut svg =
            format!("<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\"><title>{}</title>\n", escaped(self.title));
        let _ = writeln!(svg, "<text class=\"title\" x=\"{LEFT}\" y=\"18\">{}</text>", escaped(self.title));
        self.grid(&mut svg, &frame);
        for (at, series) in self.series.iter().enumerate() {
            line(&mut svg, &frame, at, series);
        }
        self.legend(&mut svg);
        svg.push_str("</svg>\n");
        svg
    }

    fn frame(&self) -> Frame {
        let points = || self.series.iter().flat_map(|series| &series.points);
        let values = || points().filter_map(|(_, value)| *value).filter(|value| !self.is_logarithmic || *value > 0.0);
        let left = points().map(|(x, _)| *x).fold(f64::INFINITY, f64::min);
        let right = points().map(|(x, _)| *x).fold(f64::NEG_INFINITY, f64::max);
        let top = values().fold(0.0, f64::max);
        let x = if left < right { (left, right) } else { (0.0, right.max(1.0)) };
        let y = if self.is_logarithmic {
            let least = values().fold(f64::INFINITY, f64::min).min(top / 10.0);
            if top > 0.0 { (10_f64.powf(least.log10().floor()), 10_f64.powf(top.log10().ceil())) } else { (0.1, 1.0) }
        } else {
            (0.0, nice(if top > 0.0 { top * 1.05 } else { 1.0 }))
        };
        Frame { x, y, is_logarithmic: self.is_logarithmic }
    }

    fn grid(&self, svg: &mut String, frame: &Frame) {
        let (right, bottom) = (WIDTH - RIGHT, HEIGHT - BOTTOM);
        for value in steps(frame) {
            let y = frame.y(value);
            let _ = writeln!(svg, "<line class=\"grid\" x1=\"{LEFT}\" x2=\"{right}\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>");
            let text = (self.value)(value);
            let _ = writeln!(
                svg,
                "<text x=\"{:.1}\" y=\"{:.1}\" text-anchor=\"end\">{}</text>",
                LEFT - 8.0,
                y + 4.0,
                escaped(&text)
            );
        }
        for (x, text) in self.marks.iter().filter(|(x, _)| (frame.x.0..=frame.x.1).contains(x)) {
            let x = frame.x(*x);
            let _ = writeln!(svg, "<line class=\"grid\" x1=\"{x:.1}\" x2=\"{x:.1}\" y1=\"{TOP}\" y2=\"{bottom}\"/>");
            let _ = writeln!(
                svg,
                "<text x=\"{x:.1}\" y=\"{:.1}\" text-anchor=\"middle\">{}</text>",
                bottom + 16.0,
                escaped(text)
            );
        }
        let below = escaped(self.below);
        let _ = writeln!(svg, "<text x=\"{right}\" y=\"{:.1}\" text-anchor=\"end\">{below}</text>", HEIGHT - 6.0);
    }

    fn legend(&self, svg: &mut String) {
        let mut right = WIDTH - RIGHT;
        for (at, series) in self.series.iter().enumerate().rev() {
            #[expect(clippy::cast_precision_loss, reason = "names are short")]
            let width = series.name.len() as f64 * 7.2;
            right -= width;
            let _ = writeln!(svg, "<text x=\"{right:.1}\" y=\"18\">{}</text>", escaped(series.name));
            let _ = writeln!(svg, "<path class=\"s{at}\" d=\"M{:.1} 14h14\"/>", right - 20.0);
            right -= 32.0;
        }
    }
}

fn line(svg: &mut String, frame: &Frame, at: usize, series: &Series<'_>) {
    let mut path = String::new();
    let mut is_down = false;
    for (x, value) in &series.points {
        let Some(value) = value.filter(|value| !frame.is_logarithmic || *value > 0.0) else {
            is_down = false;
            continue;
        };
        let step = if is_down { 'L' } else { 'M' };
        let _ = write!(path, "{step}{:.1} {:.1}", frame.x(*x), frame.y(value));
        is_down = true;
    }
    if path.is_empty() {
        return;
    }
    let _ = writeln!(svg, "<path class=\"s{at}\" d=\"{path}\"><title>{}</title></path>", escaped(series.name));
    // A line of one point cannot be seen.
    if let [(x, Some(value))] = series.points.as_slice() {
        let _ =
            writeln!(svg, "<circle class=\"s{at}\" cx=\"{:.1}\" cy=\"{:.1}\" r=\"3\"/>", frame.x(*x), frame.y(*value));
    }
}

/// The values that get a line: powers of ten, or a handful of round numbers.
fn steps(frame: &Frame) -> Vec<f64> {
    let (low, high) = frame.y;
    if frame.is_logarithmic {
        let mut value = low;
        return std::iter::from_fn(|| {
            let own = value;
            value *= 10.0;
            (own <= high * 1.001).then_some(own)
        })
        .collect();
    }
    (0..=4).map(|step| low + (high - low) * f64::from(step) / 4.0).collect()
}

/// The least round number from a number on: 1, 2, 4, 5 or 8 with noughts.
fn nice(number: f64) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    [1.0, 2.0, 4.0, 5.0, 8.0, 10.0]
        .into_iter()
        .map(|step| step * power)
        .find(|round| *round >= number)
        .unwrap_or(number)
}

/// Round places on an axis from 0 to an end, about eight of them.
pub(super) fn places(end: f64) -> Vec<f64> {
    let step = nice((end / 8.0).max(1.0));
    let mut places = vec![0.0];
    while places.last().is_some_and(|last| last + step <= end) {
        places.push(places[places.len() - 1] + step);
    }
    places
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_up() {
        let rounded = [0.3, 1.0, 1.1, 47.0, 81.0, 900.0].map(|number| format!("{:.2}", nice(number)));
        assert_eq!(rounded, ["0.40", "1.00", "2.00", "50.00", "100.00", "1000.00"]);
        assert_eq!(format!("{:?} {:?}", places(10.0), places(2.0)), "[0.0, 2.0, 4.0, 6.0, 8.0, 10.0] [0.0, 1.0, 2.0]");
    }

    #[test]
    fn a_plot_of_nothing_is_a_plot() {
        let series = vec![Series { name: "none", points: Vec::new() }];
        let value = |value: f64| value.to_string();
        let plot = Plot { title: "a<b", below: "", is_logarithmic: true, value: &value, marks: Vec::new(), series };
        let svg = plot.svg();
        assert!(svg.contains("a&lt;b") && !svg.contains("NaN") && !svg.contains("inf"), "{svg}");
    }
}
