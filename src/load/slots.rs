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
