//! One thread of a run: its connections, on a runtime of their own.
//!
//! Nothing is shared with other threads and nothing is allocated for a request but what HTTP needs: each thread has its
//! share of the slots and its own histograms, which are added up in the end.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
    time::{Duration, Instant},
};

use super::{
    budget::Budget,
    connect::Connector,
    exchange::{Answer, Outgoing},
    ledger::{Ending, Ledger},
    pace::Pace,
    plan::Plan,
    record::{Record, Times, counts},
    slots::{Slot, Slots},
    target::Choice,
    threads::{Handover, Lanes, Spare},
    timeline::{Tick, Timeline},
};

/// What a thread has measured.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// In the warm-up, of all targets.
    pub warm_up: Record,
    /// By target.
    pub targets: Vec<Record>,
    /// The same requests by stage; none where there is but one.
    pub stages: Vec<Record>,
    /// Tick by tick.
    pub timeline: Timeline,
}

impl Part {
    /// An empty one, for a number of stages beside the warm-up, and of targets.
    pub fn new(stages: usize, targets: usize) -> Self {
        let records = |count| vec![Record::new(); count];
        let stages = if stages > 1 { stages } else { 0 };
        Self { targets: records(targets), stages: records(stages), ..Self::default() }
    }

    /// The part of a plan.
    pub(super) fn of(plan: &Plan) -> Self {
        Self::new(plan.stages().len() - usize::from(plan.has_warm_up()), plan.targets.len())
    }

    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        self.warm_up.add(&other.warm_up);
        self.targets.iter_mut().zip(&other.targets).for_each(|(sum, part)| sum.add(part));
        self.stages.iter_mut().zip(&other.stages).for_each(|(sum, part)| sum.add(part));
        self.timeline.add(&other.timeline);
    }

    /// The records that a request belongs to, by its target and its stage; no stage is the warm-up.
    fn records(&mut self, target: usize, stage: Option<usize>) -> impl Iterator<Item = &mut Record> {
        let (first, second) = match stage {
            None => (&mut self.warm_up, None),
            Some(stage) => (&mut self.targets[target], self.stages.get_mut(stage)),
        };
        [first].into_iter().chain(second)
    }
}

/// What the lanes of one thread share.
pub(super) struct Worker {
    pub(super) plan: Arc<Plan>,
    pub(super) connector: Connector,
    pub(super) budget: Arc<Budget>,
    /// What is sent to each target.
    pub(super) outgoing: Vec<Outgoing>,
    choice: Choice,
    pub(super) start: Instant,
    slots: RefCell<Slots>,
    pub(super) lanes: Lanes,
    pub(super) pace: Pace,
    pub(super) part: RefCell<Part>,
    /// When the run was cut short.
    cut: Cell<Option<Instant>>,
}

impl Worker {
    /// What a thread of a run works with.
    pub(super) fn new(plan: Arc<Plan>, budget: Arc<Budget>, start: Instant, slots: Slots) -> Self {
        Self {
            connector: Connector::new(plan.version, plan.tls.clone(), plan.streams),
            choice: Choice::new(plan.targets.iter().map(|target| target.weight), plan.seed),
            budget,
            outgoing: plan.targets.iter().map(|target| Outgoing::new(target.request.clone())).collect(),
            start,
            slots: RefCell::new(slots),
            lanes: Lanes::default(),
            pace: Pace::default(),
            part: RefCell::new(Part::of(&plan)),
            cut: Cell::new(None),
            plan,
        }
    }

    /// The tick that began at a moment, and how long it was; nothing until it is over.
    pub(super) fn tick_from(&self, from: Duration) -> Option<(Duration, Tick)> {
        let mut part = self.part.borrow_mut();
        let lasts = part.timeline.width;
        (from + lasts <= self.start.elapsed()).then(|| (lasts, part.timeline.at(from).clone()))
    }

    /// When the tick began that goes on.
    pub(super) fn tick_now(&self) -> Duration {
        let width = self.part.borrow().timeline.width.as_secs().max(1);
        Duration::from_secs(self.start.elapsed().as_secs() / width * width)
    }

    /// Gives half of what is left to do away, if there may be another thread that takes it.
    pub(super) fn split(&self, spare: &Spare) -> Option<Handover> {
        // What is taken is not given back, so it is asked for last.
        if self.cut.get().is_some() || !self.lanes.can_split() || !spare.take() {
            return None;
        }
        self.lanes.split().map(|lanes| Handover { slots: self.slots.borrow_mut().split(), lanes })
    }

    /// The books so far, the warm-up left out.
    pub(super) fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::default();
        let part = self.part.borrow();
        part.targets.iter().for_each(|record| ledger.add(&record.ledger));
        ledger
    }

    /// Ends the run before its time.
    pub(super) fn cut(&self) {
        if self.cut.get().is_none() {
            self.cut.set(Some(Instant::now()));
            self.pace.stop();
        }
    }

    /// Whether the run was cut short before a moment.
    pub(super) fn was_cut_before(&self, moment: Instant) -> bool {
        self.cut.get().is_some_and(|cut| moment > cut)
    }

    /// The next slot that is to be sent; what comes too late for that is booked.
    pub(super) fn claim(&self) -> Option<Slot> {
        if self.budget.is_spent() {
            self.cut();
        }
        let now = Instant::now();
        let cut = self.cut.get();
        let last = cut.unwrap_or(self.start + self.plan.lasts() + self.plan.drain);
        let mut slots = self.slots.borrow_mut();
        loop {
            let slot = slots.claim(now - self.start.min(now))?;
            let Some(planned) = slot.planned else { return (now <= last && cut.is_none()).then_some(slot) };
            if cut.is_some_and(|cut| self.start + planned > cut) {
                return None;
            }
            if now <= last {
                return Some(slot);
            }
            self.give_up(slot, Ledger::book_unsent);
        }
    }

    /// Which target a slot is for.
    pub(super) fn target_of(&self, slot: Slot) -> usize {
        self.choice.of(slot.number)
    }

    /// Books a request that is given up.
    pub(super) fn book_shed(&self, slot: Slot) {
        self.give_up(slot, Ledger::book_shed);
    }

    fn give_up(&self, slot: Slot, book: impl Fn(&mut Ledger)) {
        let mut part = self.part.borrow_mut();
        part.records(self.target_of(slot), slot.stage).for_each(|record| book(&mut record.ledger));
        if let Some(planned) = slot.planned {
            part.timeline.plan(planned);
        }
    }

    /// Books the end of a request.
    pub(super) fn book(&self, slot: Slot, answer: &Answer, times: Times, ended: Instant) {
        let mut part = self.part.borrow_mut();
        part.records(self.target_of(slot), slot.stage).for_each(|record| {
            record.book(answer.ending, times, answer.bytes);
            answer.why.iter().for_each(|why| record.note(answer.ending, why));
        });
        let timeline = &mut part.timeline;
        // Here and not where it is claimed: a lane that waits for its moment when the run is cut books nothing.
        timeline.plan(slot.planned.unwrap_or(ended - self.start));
        let response = counts(answer.ending).then_some(times.response);
        if answer.ending != Ending::Aborted {
            timeline.end(ended - self.start, answer.ending.is_good(), response);
        }
    }
}
