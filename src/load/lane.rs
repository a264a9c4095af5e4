//! One request after another, over connections of one's own.

use std::{
    future::poll_fn,
    pin::{Pin, pin},
    rc::Rc,
    time::Instant,
};

use smol_str::SmolStr;
use tokio::time::{Sleep, sleep, timeout};

use super::{
    exchange::{Answer, NeverSent, Outgoing, Terms, Wire, set},
    fault::Fault,
    ledger::{Ending, Failure},
    plan::Reuse,
    random::Random,
    record::Times,
    target::{Expect, Origin, Target},
    worker::Worker,
};

/// So many connections are kept to hosts that nobody but a redirect has named.
pub(super) const STRANGERS: usize = 2;

/// What sends one request at a time. There is one for each connection, or for each stream of it.
pub(super) struct Lane {
    worker: Rc<Worker>,
    random: Random,
    /// To the plan's origins, in their order, and then to others.
    ways: Vec<Way>,
    clock: Pin<Box<Sleep>>,
}

/// A way to an origin.
struct Way {
    origin: Origin,
    open: Option<Open>,
}

/// A connection that is open, and how many requests it may still take.
struct Open {
    wire: Wire,
    left: u64,
}

impl Lane {
    /// A lane of a worker; its number is its own there. It is made where the thread's clocks are.
    pub(super) fn new(worker: Rc<Worker>, number: u64) -> Self {
        // Lanes of other workers draw other lives for their connections.
        let share = worker.plan.share;
        let number = share.offset + number * share.step;
        let ways = worker.plan.origins.iter().map(|origin| Way { origin: origin.clone(), open: None });
        Self {
            random: Random::new(Random::at(worker.plan.seed, number)),
            ways: ways.collect(),
            clock: Box::pin(sleep(worker.plan.timeout)),
            worker,
        }
    }

    /// Sends until there is nothing more to send.
    pub(super) async fn run(mut self) {
        let worker = self.worker.clone();
        let mut free = worker.start;
        while !worker.lanes.is_to_leave()
            && let Some(slot) = worker.claim()
        {
            let planned = slot.planned.map(|at| worker.start + at);
            if let Some(planned) = planned.filter(|planned| *planned > Instant::now()) {
                self.idle(worker.pace.until(planned)).await;
                if worker.was_cut_before(planned) {
                    return;
                }
            }
            let sent = Instant::now();
            let due = planned.unwrap_or(sent);
            if worker.plan.shed_after.is_some_and(|late| sent > due + late) {
                worker.book_shed(slot);
                continue;
            }
            let answer = self.request(worker.target_of(slot), sent).await;
            let ended = Instant::now();
            let times = Times { response: ended - due, service: ended - sent, lag: sent - due.max(free).min(sent) };
            worker.book(slot, &answer, times, ended);
            free = ended;
        }
    }

    /// Sends the request of a target, follows where it leads, and gives the last answer with the bytes of all.
    pub(super) async fn request(&mut self, target: usize, begun: Instant) -> Answer {
        let worker = self.worker.clone();
        let Target { origin, expect, .. } = &worker.plan.targets[target];
        let answer = self.send(*origin, &worker.outgoing[target], expect, begun).await;
        if answer.location.is_some() { self.follow(target, answer, begun).await } else { answer }
    }

    async fn follow(&mut self, target: usize, mut answer: Answer, begun: Instant) -> Answer {
        let worker = self.worker.clone();
        let redirects = &worker.plan.redirects;
        let Target { origin, expect, request, .. } = &worker.plan.targets[target];
        let (mut at, mut asked) = (*origin, request.clone());
        for _ in 0..redirects.most {
            let (Some(location), Ending::Answered { status, .. }) = (&answer.location, answer.ending) else { break };
            let from = &self.ways[at].origin;
            let Some(hop) = redirects.follow(&asked, from, worker.plan.version, status, location) else { break };
            at = hop.origin.map_or(at, |origin| self.way_to(origin));
            let outgoing = Outgoing::new(hop.request);
            let next = self.send(at, &outgoing, expect, begun).await;
            asked = outgoing.request;
            answer = Answer { bytes: answer.bytes + next.bytes, ..next };
        }
        // It leads nowhere, in a circle, or further than anybody wants to go.
        if let (Some(_), Ending::Answered { expected, .. }) = (&answer.location, &mut answer.ending) {
            *expected = false;
            answer.why = Some(SmolStr::new_static("its redirects lead nowhere, in a circle, or too far"));
        }
        answer
    }

    /// Sends one request over the connection to an origin.
    async fn send(&mut self, at: usize, outgoing: &Outgoing, expect: &Expect, begun: Instant) -> Answer {
        let plan = &self.worker.plan;
        let follows = plan.redirects.most > 0;
        let terms = Terms { expect, budget: &self.worker.budget, follows };
        let Way { origin, open } = &mut self.ways[at];
        // A connection that the server has closed meanwhile takes no request, and a new one may meet the same fate.
        for _ in 0..3 {
            if !open.as_ref().is_some_and(|open| open.left > 0 && open.wire.is_open()) {
                let limit = plan.connect_timeout.min(plan.timeout.saturating_sub(begun.elapsed()));
                match timeout(limit, self.worker.connector.connect(origin)).await {
                    Ok(Ok(wire)) => *open = Some(Open { wire, left: requests(plan.reuse, &mut self.random) }),
                    Ok(Err(fault)) => return Answer::failed(fault),
                    Err(_) => return Answer::failed(Fault::with(Failure::Timeout, "not even a connection")),
                }
            }
            let Some(Open { wire, left }) = open else { continue };
            *left -= 1;
            set(self.clock.as_mut(), begun, plan.timeout);
            match wire.exchange(outgoing, &terms, self.clock.as_mut()).await {
                Ok(answer) => {
                    if *left == 0 {
                        if let Some(open) = open.take() {
                            open.wire.retire();
                        }
                    } else if !answer.keeps {
                        *open = None;
                    }
                    return answer;
                }
                Err(NeverSent) => *open = None,
            }
        }
        Answer::failed(Fault::with(Failure::Reset, "it is closed before a request can be sent"))
    }

    /// The way to an origin that a redirect leads to.
    fn way_to(&mut self, origin: Origin) -> usize {
        if let Some(at) = self.ways.iter().position(|way| way.origin.shares_connections(&origin)) {
            return at;
        }
        let planned = self.worker.plan.origins.len();
        if self.ways.len() >= planned + STRANGERS {
            self.ways.remove(planned);
        }
        self.ways.push(Way { origin, open: None });
        self.ways.len() - 1
    }

    /// Waits, and notices meanwhile which connections the server closes.
    async fn idle(&mut self, until: impl Future<Output = ()>) {
        let mut until = pin!(until);
        poll_fn(|context| {
            self.ways.iter_mut().filter_map(|way| way.open.as_mut()).for_each(|open| open.wire.look(context));
            until.as_mut().poll(context)
        })
        .await;
    }
}

/// How many requests a new connection takes.
fn requests(reuse: Reuse, random: &mut Random) -> u64 {
    match reuse {
        Reuse::Always => u64::MAX,
        Reuse::Between(least, most) => random.between(least, most).max(1),
    }
}
