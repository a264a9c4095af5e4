//! One thread of a run: its connections, on a runtime of their own.
//!
//! Nothing is shared with other threads and nothing is allocated for a request but what HTTP needs: each thread has its
//! share of the slots and its own histograms, which are added up in the end.

use std::{
    cell::{Cell, RefCell, RefMut},
    future::poll_fn,
    pin::{Pin, pin},
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::time::Sleep;

use super::{
    connect::Connector,
    exchange::{Answer, NeverSent, Wire, set},
    ledger::{Failure, Ledger},
    pace::Pace,
    plan::{Plan, Reuse},
    random::Random,
    record::{Record, Times, counts},
    schedule::Share,
    slots::{Slot, Slots},
    target::Choice,
    timeline::{Tick, Timeline},
};

/// What a thread has measured.
#[derive(Clone, Debug, Default)]
pub struct Part {
    /// By stage, then by target.
    pub records: Vec<Vec<Record>>,
    /// Tick by tick.
    pub timeline: Timeline,
}

impl Part {
    /// An empty one.
    pub fn new(stages: usize, targets: usize) -> Self {
        Self { records: vec![vec![Record::new(); targets]; stages], timeline: Timeline::default() }
    }

    /// Adds another's.
    pub fn add(&mut self, other: &Self) {
        let (sums, parts) = (self.records.iter_mut().flatten(), other.records.iter().flatten());
        sums.zip(parts).for_each(|(sum, part)| sum.add(part));
        self.timeline.add(&other.timeline);
    }
}

pub(super) struct Worker {
    plan: Arc<Plan>,
    share: Share,
    connector: Connector,
    choice: Choice,
    pub(super) start: Instant,
    slots: RefCell<Slots>,
    pub(super) pace: Pace,
    pub(super) part: RefCell<Part>,
    /// When the run was cut short.
    cut: Cell<Option<Instant>>,
}

/// A connection that is open, and how many requests it may still take.
struct Open {
    wire: Wire,
    left: u64,
}

impl Worker {
    /// The `number`-th thread of a run.
    pub(super) fn new(plan: Arc<Plan>, start: Instant, number: u64) -> Self {
        let share = plan.share.divided(number, plan.threads as u64);
        Self {
            share,
            connector: Connector { version: plan.version, tls: plan.tls.clone() },
            choice: Choice::new(plan.targets.iter().map(|target| target.weight), plan.seed),
            start,
            slots: RefCell::new(Slots::new(&plan, share)),
            pace: Pace::default(),
            part: RefCell::new(Part::new(plan.stages().len(), plan.targets.len())),
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

    /// The books so far, the warm-up left out.
    pub(super) fn ledger(&self) -> Ledger {
        let mut ledger = Ledger::default();
        let part = self.part.borrow();
        let measured = part.records.iter().skip(usize::from(self.plan.has_warm_up()));
        measured.flatten().for_each(|record| ledger.add(&record.ledger));
        ledger
    }

    /// Ends the run before its time.
    pub(super) fn cut(&self) {
        if self.cut.get().is_none() {
            self.cut.set(Some(Instant::now()));
            self.pace.stop();
        }
    }

    /// Sends one request after another, until there are no more. A lane's number is its own in this thread.
    pub(super) async fn lane(self: Rc<Self>, number: u64) {
        let mut clock = pin!(tokio::time::sleep(self.plan.timeout));
        // Lanes of other threads and workers draw other lives for their connections.
        let number = self.share.offset + number * self.share.step;
        let mut random = Random::new(Random::at(self.plan.seed, number));
        let mut wires: Vec<Option<Open>> = self.plan.origins.iter().map(|_| None).collect();
        let mut free = self.start;
        while let Some(slot) = self.claim() {
            let planned = slot.planned.map(|at| self.start + at);
            if let Some(planned) = planned.filter(|planned| *planned > Instant::now()) {
                idle(&mut wires, self.pace.until(planned)).await;
                if self.cut.get().is_some_and(|cut| planned > cut) {
                    return;
                }
            }
            let sent = Instant::now();
            let due = planned.unwrap_or(sent);
            if self.plan.shed_after.is_some_and(|late| sent > due + late) {
                self.record(slot).ledger.book_shed();
                continue;
            }
            let answer = self.request(slot, &mut wires, &mut random, clock.as_mut()).await;
            let ended = Instant::now();
            let times = Times { response: ended - due, service: ended - sent, lag: sent - due.max(free).min(sent) };
            self.book(slot, &answer, times, ended);
            free = ended;
        }
    }

    /// The next slot that is to be sent; what comes too late for that is booked.
    fn claim(&self) -> Option<Slot> {
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
            self.part.borrow_mut().timeline.plan(planned);
            if now <= last {
                return Some(slot);
            }
            self.record(slot).ledger.book_unsent();
        }
    }

    async fn request(
        &self,
        slot: Slot,
        wires: &mut [Option<Open>],
        random: &mut Random,
        mut clock: Pin<&mut Sleep>,
    ) -> Answer {
        let target = &self.plan.targets[self.choice.of(slot.number)];
        let open = &mut wires[target.origin];
        let begun = Instant::now();
        // A connection that the server has closed meanwhile takes no request, and a new one may meet the same fate.
        for _ in 0..3 {
            if !open.as_ref().is_some_and(|open| open.left > 0 && open.wire.is_open()) {
                let limit = self.plan.connect_timeout.min(self.plan.timeout.saturating_sub(begun.elapsed()));
                let connected = self.connector.connect(&self.plan.origins[target.origin]);
                match tokio::time::timeout(limit, connected).await {
                    Ok(Ok(wire)) => *open = Some(Open { wire, left: self.requests_of_connection(random) }),
                    Ok(Err(failure)) => return Answer::failed(failure),
                    Err(_) => return Answer::failed(Failure::Timeout),
                }
            }
            let Some(Open { wire, left }) = open else { continue };
            *left -= 1;
            set(clock.as_mut(), self.plan.timeout.saturating_sub(begun.elapsed()));
            match wire.exchange(target.request.clone(), &target.expect, clock.as_mut()).await {
                Ok(answer) => {
                    if !answer.keeps || *left == 0 {
                        *open = None;
                    }
                    return answer;
                }
                Err(NeverSent) => *open = None,
            }
        }
        Answer::failed(Failure::Reset)
    }

    fn requests_of_connection(&self, random: &mut Random) -> u64 {
        match self.plan.reuse {
            Reuse::Always => u64::MAX,
            Reuse::Between(least, most) => random.between(least, most).max(1),
        }
    }

    fn record(&self, slot: Slot) -> RefMut<'_, Record> {
        let target = self.choice.of(slot.number);
        RefMut::map(self.part.borrow_mut(), |part| &mut part.records[slot.stage][target])
    }

    fn book(&self, slot: Slot, answer: &Answer, times: Times, ended: Instant) {
        let mut part = self.part.borrow_mut();
        let Part { records, timeline } = &mut *part;
        records[slot.stage][self.choice.of(slot.number)].book(answer.ending, times, answer.bytes);
        if slot.planned.is_none() {
            timeline.plan(ended - self.start);
        }
        let response = counts(answer.ending).then_some(times.response);
        timeline.end(ended - self.start, answer.ending.is_good(), response);
    }
}

/// Waits, and notices meanwhile which connections the server closes.
async fn idle(wires: &mut [Option<Open>], until: impl Future<Output = ()>) {
    let mut until = pin!(until);
    poll_fn(|context| {
        wires.iter_mut().flatten().for_each(|open| open.wire.look(context));
        until.as_mut().poll(context)
    })
    .await;
}
