//! Axes: which values are drawn, and which of them get a line and a number.

use crate::report::load::wording;

/// An axis.
#[derive(Debug)]
pub(in crate::report::load) struct Axis {
    from: f64,
    to: f64,
    is_logarithmic: bool,
    /// Where there is a mark, and what it says.
    pub(super) marks: Vec<(f64, String)>,
}

/// More marks than this get in each other's way.
const MOST_MARKS: f64 = 8.0;

impl Axis {
    /// An axis between two places, with marks of their own.
    pub(in crate::report::load) fn between(from: f64, to: f64, marks: Vec<(f64, String)>) -> Self {
        let to = if to > from { to } else { from + 1.0 };
        Self {
            from,
            to,
            is_logarithmic: false,
            marks: marks.into_iter().filter(|(at, _)| (from..=to).contains(at)).collect(),
        }
    }

    /// From nothing to the largest of some values, in a unit.
    pub(in crate::report::load) fn amounts(values: impl Iterator<Item = f64>, unit: &str) -> Self {
        // A line along the upper edge looks cut off.
        let most = values.fold(0.0, f64::max) * 1.04;
        let step = step(if most > 0.0 { most } else { 1.0 } / 4.0, unit);
        let steps = (most / step).ceil().max(1.0);
        let marks = (0_u32..)
            .map(f64::from)
            .take_while(|at| *at <= steps)
            .map(|at| (at * step, wording::amount(at * step, unit)));
        Self { from: 0.0, to: steps * step, is_logarithmic: false, marks: marks.collect() }.trimmed()
    }

    /// By the logarithm, since times differ by factors; nought has no place on it.
    pub(in crate::report::load) fn factors(values: impl Iterator<Item = f64>, show: impl Fn(f64) -> String) -> Self {
        let (least, most) = values
            .filter(|value| *value > 0.0)
            .fold((f64::INFINITY, 0.0), |(least, most): (f64, f64), value| (least.min(value), most.max(value)));
        let (least, most) = if least <= most { (least, most) } else { (1.0, 10.0) };
        let (from, to) = (round(least, false), round(most, true));
        let to = if to > from { to } else { from * 10.0 };
        let all = rounds(from, to);
        #[expect(clippy::cast_precision_loss, reason = "a handful of marks")]
        let is_crowded = all.len() as f64 > MOST_MARKS;
        let marks = all.into_iter().filter(|value| !is_crowded || is_power(*value));
        Self { from, to, is_logarithmic: true, marks: marks.map(|value| (value, show(value))).collect() }.trimmed()
    }

    /// The time since the beginning of a run.
    pub(in crate::report::load) fn seconds(end: f64) -> Self {
        const STEPS: [f64; 18] = [
            1.0, 2.0, 5.0, 10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0, 10_800.0,
            21_600.0, 43_200.0, 86_400.0,
        ];
        let end = end.max(1.0);
        let step = STEPS.into_iter().find(|step| end / step <= MOST_MARKS).unwrap_or_else(|| nice(end / MOST_MARKS));
        let show = |at: f64| match step {
            _ if at == 0.0 => "0".to_owned(),
            step if step < 60.0 => format!("{at} s"),
            step if step < 3600.0 => format!("{} min", at / 60.0),
            _ => format!("{} h", at / 3600.0),
        };
        let marks = (0_u32..).map(|at| f64::from(at) * step).take_while(|at| *at <= end);
        Self::between(0.0, end, marks.map(|at| (at, show(at))).collect())
    }

    /// The same with numbers as short as they can be: `50 ms` for `50.0 ms`.
    fn trimmed(mut self) -> Self {
        for (_, text) in &mut self.marks {
            let Some((whole, rest)) = text.split_once('.') else { continue };
            let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
            let (digits, unit) = (rest[..end].trim_end_matches('0'), &rest[end..]);
            *text = if digits.is_empty() { format!("{whole}{unit}") } else { format!("{whole}.{digits}{unit}") };
        }
        self
    }

    /// Where a value is, from 0 to 1; nothing where it has no place.
    pub(super) fn place(&self, value: f64) -> Option<f64> {
        let place = |value: f64| if self.is_logarithmic { value.log10() } else { value };
        let part = (place(value) - place(self.from)) / (place(self.to) - place(self.from));
        part.is_finite().then(|| part.clamp(0.0, 1.0))
    }
}

/// A step that is round in a unit, and no smaller than it has to be.
fn step(least: f64, unit: &str) -> f64 {
    match unit {
        // Half a pod is none.
        "pods" => nice(least.max(1.0)),
        unit if unit.starts_with("bytes") => 2_f64.powf(least.max(1.0).log2().ceil()),
        _ => nice(least),
    }
}

/// The least of 1, 2, 5 with noughts that is no smaller than a number.
fn nice(number: f64) -> f64 {
    round(number, true)
}

/// The next of 1, 2, 5 with noughts.
fn round(number: f64, up: bool) -> f64 {
    let power = 10_f64.powf(number.log10().floor());
    // Powers are not exact.
    let factor = number / power;
    let steps = [1.0, 2.0, 5.0, 10.0];
    let found = if up {
        steps.into_iter().find(|step| *step >= factor * 0.999_999)
    } else {
        steps.into_iter().rev().find(|step| *step <= factor * 1.000_001)
    };
    found.unwrap_or(1.0) * power
}

/// All of 1, 2, 5 with noughts between two of them.
fn rounds(from: f64, to: f64) -> Vec<f64> {
    let mut all = vec![from];
    while let Some(last) = all.last().filter(|last| **last < to * 0.999_999) {
        all.push(round(last * 1.5, true));
    }
    all
}

fn is_power(number: f64) -> bool {
    let log = number.log10();
    (log - log.round()).abs() < 1e-6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(axis: &Axis) -> String {
        axis.marks.iter().map(|(_, text)| text.as_str()).collect::<Vec<_>>().join(", ")
    }

    #[test]
    fn marks_are_round_and_few() {
        let micros = |value: f64| format!("{value:.0}");
        for (axis, marks) in [
            (Axis::amounts([3.0].into_iter(), "pods"), "0, 1, 2, 3, 4"),
            (Axis::amounts([0.0].into_iter(), "pods"), "0, 1"),
            (Axis::amounts([0.31].into_iter(), "cores"), "0, 0.1, 0.2, 0.3, 0.4"),
            (Axis::amounts([7e6].into_iter(), "bytes"), "0 B, 2 MiB, 4 MiB, 6 MiB, 8 MiB"),
            (Axis::amounts([1.9e4].into_iter(), ""), "0, 5000, 10 k, 15 k, 20 k"),
            (Axis::seconds(1.0), "0, 1 s"),
            (Axis::seconds(100.0), "0, 15 s, 30 s, 45 s, 60 s, 75 s, 90 s"),
            (Axis::seconds(600.0), "0, 2 min, 4 min, 6 min, 8 min, 10 min"),
            (Axis::seconds(90_000.0), "0, 6 h, 12 h, 18 h, 24 h"),
            (Axis::factors([1200.0, 7000.0, 0.0].into_iter(), micros), "1000, 2000, 5000, 10000"),
            (Axis::factors([70.0, 3e6].into_iter(), micros), "100, 1000, 10000, 100000, 1000000"),
            (Axis::factors([50.0].into_iter(), micros), "50, 100, 200, 500"),
            (Axis::factors([].into_iter(), micros), "1, 2, 5, 10"),
        ] {
            assert_eq!(said(&axis), marks);
        }
    }

    #[test]
    fn places_are_between_the_ends() {
        let axis = Axis::factors([10.0, 1000.0].into_iter(), |value| value.to_string());
        let places = [10.0, 100.0, 1000.0, 1e9, 0.0].map(|value| axis.place(value));
        assert_eq!(places, [Some(0.0), Some(0.5), Some(1.0), Some(1.0), None]);
    }
}
