//! Line plots without a script: a page that is opened years later still shows them.
//!
//! Lines are SVG that is stretched to whatever room there is; words are HTML beside it, which stays readable on a phone.

mod axis;

pub(super) use axis::Axis;

use std::fmt::Write;

use crate::report::escape::escaped;

/// A plot.
pub(super) struct Plot<'a> {
    pub(super) title: &'a str,
    /// What is to be said beside it.
    pub(super) note: String,
    pub(super) x: Axis,
    pub(super) y: Axis,
    /// A value of the axis upwards, for people.
    pub(super) show: &'a dyn Fn(f64) -> String,
    /// What comes before the measurement ends here.
    pub(super) measured_from: f64,
    /// What was promised: a line across.
    pub(super) limits: Vec<(String, f64)>,
    pub(super) series: Vec<Line<'a>>,
}

/// A line.
pub(super) struct Line<'a> {
    pub(super) name: &'a str,
    /// From left to right; a gap where there is no value.
    pub(super) points: Vec<(f64, Option<f64>)>,
    /// Whether a value holds until the next, as a number of pods does.
    pub(super) is_stepped: bool,
    /// Whether another line is likely to lie upon it, or it upon another.
    pub(super) is_framed: bool,
}

const WIDTH: f64 = 1000.0;
const HEIGHT: f64 = 240.0;
/// So many lines look different from each other.
const LOOKS: usize = 8;

impl Plot<'_> {
    /// The plot as an element of a page.
    pub(super) fn html(&self) -> String {
        let mut out = String::from("<figure>\n<figcaption>");
        let _ = write!(out, "<h3>{}</h3>", escaped(self.title));
        self.legend(&mut out);
        out.push_str("</figcaption>\n<div class=\"plot\">\n");
        self.marks(&mut out);
        self.svg(&mut out);
        out.push_str("</div>\n");
        if !self.note.is_empty() {
            let _ = writeln!(out, "<p class=\"note\">{}</p>", escaped(&self.note));
        }
        out.push_str("</figure>\n");
        out
    }

    fn legend(&self, out: &mut String) {
        out.push_str("<ul>");
        for (at, series) in self.series.iter().enumerate() {
            let _ = write!(out, "<li class=\"s{}\">{}</li>", at % LOOKS, escaped(series.name));
        }
        for (name, _) in &self.limits {
            let _ = write!(out, "<li class=\"limit\">{}</li>", escaped(name));
        }
        out.push_str("</ul>");
    }

    /// The numbers of the axes. The description says more to those who do not see where they stand.
    fn marks(&self, out: &mut String) {
        for (axis, class, side) in [(&self.y, "y", "bottom"), (&self.x, "x", "left")] {
            let _ = write!(out, "<div class=\"{class}\" aria-hidden=\"true\">");
            for (value, text) in &axis.marks {
                let place = axis.place(*value).unwrap_or_default() * 100.0;
                let _ = write!(out, "<span style=\"{side}:{place:.1}%\">{}</span>", escaped(text));
            }
            out.push_str("</div>\n");
        }
    }

    fn svg(&self, out: &mut String) {
        let _ = writeln!(out, "<svg viewBox=\"0 0 {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\" role=\"img\">");
        let _ = writeln!(out, "<title>{}</title>\n<desc>{}</desc>", escaped(self.title), escaped(&self.description()));
        if self.measured_from > 0.0 {
            let width = self.x.place(self.measured_from).unwrap_or_default() * WIDTH;
            let _ = writeln!(out, "<rect class=\"before\" width=\"{width:.1}\" height=\"{HEIGHT}\"/>");
        }
        let mut grid = String::new();
        for (value, _) in &self.y.marks {
            let _ = write!(grid, "M0 {:.1}H{WIDTH}", self.y(*value).unwrap_or(HEIGHT));
        }
        for (value, _) in &self.x.marks {
            let _ = write!(grid, "M{:.1} 0V{HEIGHT}", self.x(*value));
        }
        let _ = writeln!(out, "<path class=\"grid\" d=\"{grid}\"/>");
        for (at, series) in self.series.iter().enumerate() {
            // Lines that may lie upon each other are drawn ever thinner, so that none is hidden.
            let above = self.series[at..].iter().filter(|other| series.is_framed && other.is_framed).count().max(1);
            let (line, dots) = self.paths(series);
            for (path, width) in [(line, 2 * above), (dots, 2 * above + 5)] {
                if !path.is_empty() {
                    let at = at % LOOKS;
                    let _ = writeln!(out, "<path class=\"s{at}\" stroke-width=\"{width}\" d=\"{path}\"/>");
                }
            }
        }
        for (_, value) in &self.limits {
            let _ = writeln!(out, "<path class=\"limit\" d=\"M0 {:.1}H{WIDTH}\"/>", self.y(*value).unwrap_or(HEIGHT));
        }
        out.push_str("</svg>\n");
    }

    fn x(&self, value: f64) -> f64 {
        self.x.place(value).unwrap_or_default() * WIDTH
    }

    fn y(&self, value: f64) -> Option<f64> {
        self.y.place(value).map(|part| (1.0 - part) * HEIGHT)
    }

    /// A line with its gaps, and the points that have no neighbour: round caps make dots of them.
    fn paths(&self, series: &Line<'_>) -> (String, String) {
        let (mut line, mut dots) = (String::new(), String::new());
        let mut is_down = false;
        for (at, (x, value)) in series.points.iter().enumerate() {
            let Some(y) = value.and_then(|value| self.y(value)) else {
                is_down = false;
                continue;
            };
            let x = self.x(*x);
            let is_last = series.points.get(at + 1).is_none_or(|(_, next)| next.is_none());
            let _ = match (is_down, series.is_stepped) {
                (false, _) if is_last => write!(dots, "M{x:.1} {y:.1}h0"),
                (false, _) => write!(line, "M{x:.1} {y:.1}"),
                (true, true) => write!(line, "H{x:.1}V{y:.1}"),
                (true, false) => write!(line, "L{x:.1} {y:.1}"),
            };
            is_down = true;
        }
        (line, dots)
    }

    /// What the lines show, in words.
    fn description(&self) -> String {
        let of = |series: &Line<'_>| {
            let values = || series.points.iter().filter_map(|(_, value)| *value);
            let least = values().fold(f64::INFINITY, f64::min);
            let most = values().fold(f64::NEG_INFINITY, f64::max);
            if least > most {
                return format!("{}: no values", series.name);
            }
            format!("{}: {} to {}", series.name, (self.show)(least), (self.show)(most))
        };
        self.series.iter().map(of).collect::<Vec<_>>().join("; ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plot(points: Vec<(f64, Option<f64>)>, is_stepped: bool) -> String {
        let values = points.iter().filter_map(|(_, value)| *value).collect::<Vec<_>>();
        let plot = Plot {
            title: "a<b",
            note: "x & y".to_owned(),
            x: Axis::seconds(10.0),
            y: Axis::amounts(values.into_iter(), ""),
            show: &|value| value.to_string(),
            measured_from: 5.0,
            limits: vec![("most".to_owned(), 3.0)],
            series: vec![Line { name: "n", points, is_stepped, is_framed: false }],
        };
        plot.html()
    }

    #[test]
    fn a_plot_of_nothing_is_a_plot() {
        let html = plot(Vec::new(), false);
        assert!(html.contains("a&lt;b") && html.contains("n: no values") && !html.contains("NaN"), "{html}");
    }

    #[test]
    fn gaps_are_gaps_and_lone_points_are_dots() {
        let points = vec![(0.0, Some(4.0)), (5.0, Some(2.0)), (6.0, None), (10.0, Some(4.0))];
        let html = plot(points.clone(), false);
        assert!(html.contains("d=\"M0.0 80.0L500.0 160.0\"") && html.contains("d=\"M1000.0 80.0h0\""), "{html}");
        assert!(plot(points, true).contains("d=\"M0.0 80.0H500.0V160.0\""));
        assert!(html.contains("<desc>n: 2 to 4</desc>") && html.contains("<rect class=\"before\" width=\"500.0\""));
    }
}
