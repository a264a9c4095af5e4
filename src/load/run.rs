//! A run, from the first thread to the sum of all.

use std::{
    cell::RefCell,
    io,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Sender},
    },
    thread::{self, ScopedJoinHandle},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::{
    runtime::Builder,
    sync::mpsc::UnboundedReceiver,
    task::{JoinSet, LocalSet},
};

use super::{
    budget::Budget,
    generator::{self, Generator},
    lane::Lane,
    ledger::Ledger,
    plan::Plan,
    record::{histogram, micros},
    slots::Slots,
    threads::{Handover, Saturation, Spare, cpu_time},
    timeline::Tick,
    worker::{Part, Worker},
};

/// How often a thread looks whether it still gets its turn.
const HEARTBEAT: Duration = Duration::from_millis(10);

/// What a run has measured.
#[derive(Clone, Debug)]
pub struct Measured {
    /// The sum of all threads.
    pub part: Part,
    /// How long it took, to the last answer.
    pub lasted: Duration,
    /// Why it was cut short, if it was.
    pub cut: Option<Cut>,
    /// How this program itself fared.
    pub generator: Generator,
}

/// Why a run ended before its plan.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Cut {
    /// As much has been received as may be.
    Bytes,
    /// Somebody wanted it to end.
    Stopped,
}

impl Cut {
    /// Why it ended, as a sentence.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::Bytes => "the run ended when as many bytes had been received as were asked for",
            Self::Stopped => "the run was cut short; this is what there is of it",
        }
    }
}

/// What there is to see while a run goes on.
#[derive(Clone, Debug)]
pub struct Progress {
    /// When the tick began, from the beginning of the run.
    pub from: Duration,
    /// How long it was: a second, and more in a long run.
    pub lasts: Duration,
    /// What happened in it, on one of the threads.
    pub tick: Tick,
    /// The thread's books so far, the warm-up left out.
    pub ledger: Ledger,
    /// The thread.
    pub thread: usize,
    /// How many threads tell of this tick.
    pub threads: usize,
}

/// What a thread says while it works.
enum Said {
    Tick(Progress),
    /// It has no time left.
    Saturated(Handover),
    /// It has ended, however.
    Over,
}

/// Runs a plan. `watch` is called after each tick for each thread, and ends the run by returning `false`; so does
/// setting `stop`.
///
/// # Errors
/// When the operating system refuses a thread or a timer.
pub fn run(
    plan: &Arc<Plan>,
    start: Instant,
    stop: &AtomicBool,
    mut watch: impl FnMut(&Progress) -> bool,
) -> io::Result<Measured> {
    let before = generator::throttled();
    // Each worker receives its part.
    let budget = Arc::new(Budget::new(plan.max_bytes.map(|most| most.div_ceil(plan.share.step))));
    let spare = Spare::new(plan.threads);
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let mut threads: Vec<(Duration, ScopedJoinHandle<'_, _>)> = Vec::new();
        let spawn = |number: usize, handover: Handover| {
            let context = Context { plan, budget: &budget, spare: &spare, start, stop, number };
            let own = sender.clone();
            let body = move || {
                let _over = Over(&own);
                // The others need not go on with a run that has failed.
                context.work(handover, &own).inspect_err(|_| stop.store(true, Ordering::Relaxed))
            };
            let thread = thread::Builder::new().name(format!("load-{number}")).spawn_scoped(scope, body);
            // The others must not go on alone.
            let thread = thread.inspect_err(|_| stop.store(true, Ordering::Relaxed))?;
            Ok::<_, io::Error>((start.elapsed(), thread))
        };
        let all = Handover::all(Slots::new(plan, plan.share), plan.connections * plan.streams);
        threads.push(spawn(0, all)?);
        let mut over = 0;
        while over < threads.len() {
            match receiver.recv() {
                Ok(Said::Tick(progress)) => {
                    let end = progress.from + progress.lasts;
                    let threads = threads.iter().filter(|(began, _)| *began < end).count();
                    if !watch(&Progress { threads, ..progress }) {
                        stop.store(true, Ordering::Relaxed);
                    }
                }
                Ok(Said::Saturated(handover)) => threads.push(spawn(threads.len(), handover)?),
                Ok(Said::Over) => over += 1,
                Err(_) => break,
            }
        }
        let mut measured =
            Measured { part: Part::of(plan), lasted: start.elapsed(), cut: None, generator: Generator::default() };
        for (_, thread) in threads {
            let joined = thread.join().map_err(|_| io::Error::other("a thread of the load test broke down"))?;
            let Own { part, pauses, busy } = joined?;
            measured.part.add(&part);
            measured.generator.add(&pauses, busy);
        }
        let throttled = generator::throttled().zip(before);
        measured.generator.throttled = throttled.map(|(after, before)| after.saturating_sub(before));
        let stopped = stop.load(Ordering::Relaxed).then_some(Cut::Stopped);
        measured.cut = stopped.or(budget.is_spent().then_some(Cut::Bytes));
        Ok(measured)
    })
}

/// What one thread hands over in the end.
struct Own {
    part: Part,
    pauses: Histogram<u64>,
    busy: f64,
}

/// Says that a thread has ended, even if it has broken down.
struct Over<'a>(&'a Sender<Said>);

impl Drop for Over<'_> {
    fn drop(&mut self) {
        // Nobody listens where the run has failed.
        let _ = self.0.send(Said::Over);
    }
}

/// What a thread works with.
struct Context<'a> {
    plan: &'a Arc<Plan>,
    budget: &'a Arc<Budget>,
    spare: &'a Spare,
    start: Instant,
    stop: &'a AtomicBool,
    number: usize,
}

impl Context<'_> {
    fn work(&self, handover: Handover, sender: &Sender<Said>) -> io::Result<Own> {
        // Looking up names is all that blocks.
        let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(8).build()?;
        let Handover { slots, lanes } = handover;
        let worker = Rc::new(Worker::new(self.plan.clone(), self.budget.clone(), self.start, slots));
        let pauses = RefCell::new(histogram(3));
        let (begun, cpu) = (Instant::now(), cpu_time());
        let local = LocalSet::new();
        let done = local.run_until(async {
            begin(&worker, self.stop).await;
            tokio::select! {
                done = all_lanes(&worker, lanes) => done,
                failed = worker.pace.keep() => failed,
                never = self.heartbeat(&worker, &pauses, sender) => never,
            }
        });
        runtime.block_on(done)?;
        let busy = cpu_time().saturating_sub(cpu).as_secs_f64() / begun.elapsed().as_secs_f64();
        let part = worker.part.take();
        Ok(Own { part, pauses: pauses.into_inner(), busy })
    }

    /// Looks whether the thread gets its turn, and has time left, and whether somebody wants the run to end; and says after
    /// each tick how it went.
    async fn heartbeat(
        &self,
        worker: &Worker,
        pauses: &RefCell<Histogram<u64>>,
        sender: &Sender<Said>,
    ) -> io::Result<()> {
        let mut told = worker.tick_now();
        let mut saturation = Saturation::new();
        loop {
            let due = Instant::now() + HEARTBEAT;
            tokio::time::sleep_until(due.into()).await;
            pauses.borrow_mut().record(micros(due.elapsed())).ok();
            if self.stop.load(Ordering::Relaxed) || self.budget.is_spent() {
                worker.cut();
            }
            if saturation.is_reached()
                && let Some(handover) = worker.split(self.spare)
            {
                let _ = sender.send(Said::Saturated(handover));
            }
            // A thread that stood still has several ticks to tell of.
            while let Some((lasts, tick)) = worker.tick_from(told) {
                let progress =
                    Progress { from: told, lasts, tick, ledger: worker.ledger(), thread: self.number, threads: 1 };
                // Nobody listens any more when the run is over.
                let _ = sender.send(Said::Tick(progress));
                told += lasts;
            }
        }
    }
}

/// Waits for the beginning, or until somebody wants the run to end before that.
async fn begin(worker: &Worker, stop: &AtomicBool) {
    while Instant::now() < worker.start && !stop.load(Ordering::Relaxed) {
        tokio::time::sleep_until(worker.start.min(Instant::now() + HEARTBEAT).into()).await;
    }
    if stop.load(Ordering::Relaxed) {
        worker.cut();
    }
}

/// Runs lanes as they come, until all have ended and no more can come. What one that breaks down had to send is in no
/// books, so it ends the run.
async fn all_lanes(worker: &Rc<Worker>, mut numbers: UnboundedReceiver<u64>) -> io::Result<()> {
    let mut lanes = JoinSet::new();
    loop {
        tokio::select! {
            Some(number) = numbers.recv() => {
                worker.lanes.begin();
                let worker = worker.clone();
                lanes.spawn_local(async move {
                    Lane::new(worker.clone(), number).run().await;
                    worker.lanes.end(number);
                });
            }
            Some(ended) = lanes.join_next() => {
                ended.map_err(|_| io::Error::other("a connection of the load test broke down"))?;
            }
            else => return Ok(()),
        }
    }
}
