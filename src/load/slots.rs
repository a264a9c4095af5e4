//! Which request is next.

use std::time::Duration;

use super::{
    plan::{Plan, Traffic},
    schedule::{Schedule, Share},
};

/// A request that is to be sent.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Slot {
    /// Its place in the plan, which decides about its target.
    pub(super) number: u64,
    /// When it is to be sent, from the beginning of the run; at once, in a closed loop.
    pub(super) planned: Option<Duration>,
    /// Which stage it belongs to; none in the warm-up.
    pub(super) stage: Option<usize>,
}

/// One thread's share of the requests.
#[derive(Debug)]
pub(super) enum Slots {
    /// As many as there is time for.
    Closed { next: u64, share: Share, most: u64, warm_up: Duration, lasts: Duration },
    /// As many as are planned.
    Open { schedule: Schedule, most: u64, has_warm_up: bool },
}

impl Slots {
    pub(super) fn new(plan: &Plan, share: Share) -> Self {
        let most = plan.requests.unwrap_or(u64::MAX);
        match &plan.traffic {
            Traffic::Closed { .. } => {
                Self::Closed { next: share.offset, share, most, warm_up: plan.warm_up, lasts: plan.lasts() }
            }
            Traffic::Open { spacing, .. } => {
                let schedule = Schedule::new(plan.stages(), *spacing, plan.seed, share);
                Self::Open { schedule, most, has_warm_up: plan.has_warm_up() }
            }
        }
    }

    /// Gives away every other of the slots that are left.
    pub(super) fn split(&mut self) -> Self {
        match self {
            Self::Closed { next, share, most, warm_up, lasts } => {
                let after = *next + share.step;
                let is_first = (*next - share.offset) / share.step % 2 == 0;
                let (kept, given) = if is_first { (*next, after) } else { (after, *next) };
                let (most, warm_up, lasts) = (*most, *warm_up, *lasts);
                let given = Self::Closed { next: given, share: share.divided(1, 2), most, warm_up, lasts };
                (*next, *share) = (kept, share.divided(0, 2));
                given
            }
            Self::Open { schedule, most, has_warm_up } => {
                Self::Open { schedule: schedule.split(), most: *most, has_warm_up: *has_warm_up }
            }
        }
    }

    /// The next request, when the run has lasted for some time.
    pub(super) fn claim(&mut self, now: Duration) -> Option<Slot> {
        match self {
            Self::Closed { next, share, most, warm_up, lasts } => {
                let number = *next;
                if number >= *most || now >= *lasts {
                    return None;
                }
                *next += share.step;
                let stage = (now >= *warm_up).then_some(0);
                Some(Slot { number, planned: None, stage })
            }
            Self::Open { schedule, most, has_warm_up } => {
                let arrival = schedule.next().filter(|arrival| arrival.slot < *most)?;
                let stage = arrival.stage.checked_sub(usize::from(*has_warm_up));
                Some(Slot { number: arrival.slot, planned: Some(arrival.at), stage })
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::load::{Spacing, Stage};

    const SECOND: Duration = Duration::from_secs(1);

    /// What is left, slot by slot.
    fn rest(slots: &mut Slots) -> Vec<Slot> {
        std::iter::from_fn(|| slots.claim(Duration::ZERO)).collect()
    }

    fn open(share: Share) -> Slots {
        let stages = vec![Stage { from: 10.0, to: 90.0, lasts: 3 * SECOND }, Stage::steady(50.0, SECOND)];
        let schedule = Schedule::new(stages, Spacing::Poisson, 5, share);
        Slots::Open { schedule, most: 150, has_warm_up: true }
    }

    fn closed(share: Share) -> Slots {
        Slots::Closed { next: share.offset, share, most: 100, warm_up: Duration::ZERO, lasts: SECOND }
    }

    #[test]
    fn nothing_is_lost_and_nothing_is_sent_twice_when_slots_are_shared_out() {
        for make in [open, closed] {
            for share in [Share::WHOLE, Share { offset: 2, step: 3 }] {
                for (before, between) in [(0, 0), (1, 3), (7, 2), (20, 20)] {
                    let mut first = make(share);
                    let mut taken: Vec<Slot> = (0..before).filter_map(|_| first.claim(Duration::ZERO)).collect();
                    let mut second = first.split();
                    taken.extend((0..between).filter_map(|_| second.claim(Duration::ZERO)));
                    let mut third = second.split();
                    for slots in [&mut first, &mut second, &mut third] {
                        let own = rest(slots);
                        assert!(own.windows(2).all(|pair| pair[0].number < pair[1].number));
                        taken.extend(own);
                    }
                    taken.sort_by_key(|slot| slot.number);
                    assert_eq!(taken, rest(&mut make(share)), "{share:?} {before} {between}");
                }
            }
        }
    }
}
