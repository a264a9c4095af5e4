//! The run, tick by tick, in bounded memory.
//!
//! A tick is a second at first. When there are too many, pairs are put together, and a tick is two seconds long: a test
//! of a day takes as much memory as one of an hour.

use std::time::Duration;

use hdrhistogram::Histogram;

use super::record::{add, histogram, micros};

/// More ticks than this are too many to look at.
pub(super) const MOST_TICKS: usize = 600;

/// What happened in one tick.
#[derive(Clone, Debug)]
pub struct Tick {
    /// Requests that were planned for it.
    pub planned: u64,
    /// Requests that ended in it as they were meant to.
    pub good: u64,
    /// Requests that ended in it in another way.
    pub bad: u64,
    /// Response times, in microseconds with two digits.
    pub response: Histogram<u64>,
}

impl Default for Tick {
    fn default() -> Self {
        Self { planned: 0, good: 0, bad: 0, response: histogram(2) }
    }
}

impl Tick {
    /// Adds another.
    pub fn add(&mut self, other: &Self) {
        self.planned += other.planned;
        self.good += other.good;
        self.bad += other.bad;
        add(&mut self.response, &other.response);
    }
}

/// The ticks of a run.
#[derive(Clone, Debug)]
pub struct Timeline {
    /// How long a tick is.
    pub width: Duration,
    /// The ticks, from the beginning of the run.
    pub ticks: Vec<Tick>,
}

impl Default for Timeline {
    fn default() -> Self {
        Self { width: Duration::from_secs(1), ticks: Vec::new() }
    }
}

impl Timeline {
    /// The tick of a moment, counted from the beginning of the run.
    pub fn at(&mut self, moment: Duration) -> &mut Tick {
        let mut tick = self.number(moment);
        while tick >= MOST_TICKS {
            self.widen();
            tick = self.number(moment);
        }
        if tick >= self.ticks.len() {
            self.ticks.resize_with(tick + 1, Tick::default);
        }
        &mut self.ticks[tick]
    }

    /// Counts a request that is planned for a moment.
    pub fn plan(&mut self, moment: Duration) {
        self.at(moment).planned += 1;
    }

    /// Counts a request that ends at a moment; with its response time, if that counts.
    pub fn end(&mut self, moment: Duration, is_good: bool, response: Option<Duration>) {
        let tick = self.at(moment);
        tick.good += u64::from(is_good);
        tick.bad += u64::from(!is_good);
        if let Some(response) = response {
            tick.response.record(micros(response)).ok();
        }
    }

    /// Adds another's ticks.
    pub fn add(&mut self, other: &Self) {
        let mut other = other.clone();
        while other.width < self.width {
            other.widen();
        }
        while self.width < other.width {
            self.widen();
        }
        if self.ticks.len() < other.ticks.len() {
            self.ticks.resize_with(other.ticks.len(), Tick::default);
        }
        self.ticks.iter_mut().zip(&other.ticks).for_each(|(sum, part)| sum.add(part));
    }

    fn number(&self, moment: Duration) -> usize {
        usize::try_from(moment.as_micros() / self.width.as_micros()).unwrap_or(usize::MAX)
    }

    fn widen(&mut self) {
        self.width *= 2;
        let pairs = self.ticks.chunks(2).map(|pair| {
            let mut tick = pair[0].clone();
            pair.get(1).into_iter().for_each(|second| tick.add(second));
            tick
        });
        self.ticks = pairs.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn memory_is_bounded_and_nothing_is_lost() {
        let mut timeline = Timeline::default();
        for second in 0..5_000 {
            let moment = Duration::from_secs(second);
            timeline.plan(moment);
            timeline.end(moment, second % 2 == 0, Some(Duration::from_millis(second)));
        }
        assert_eq!((timeline.width, timeline.ticks.len()), (Duration::from_secs(16), 313));
        assert_eq!(timeline.ticks.iter().map(|tick| tick.planned).sum::<u64>(), 5_000);
        assert_eq!(timeline.ticks.iter().map(|tick| tick.response.len()).sum::<u64>(), 5_000);
        assert_eq!(timeline.ticks[0].good, 8);
    }

    #[test]
    fn timelines_of_different_widths_add_up() {
        let (mut long, mut short) = (Timeline::default(), Timeline::default());
        long.plan(Duration::from_secs(700));
        short.plan(Duration::from_secs(3));
        short.add(&long);
        assert_eq!((short.width, short.ticks[1].planned, short.ticks[350].planned), (Duration::from_secs(2), 1, 1));
    }
}
