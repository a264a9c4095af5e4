//! A run, from the first thread to the sum of all.

use std::{
    cell::RefCell,
    io,
    rc::Rc,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use serde::{Deserialize, Serialize};
use tokio::{
    runtime::Builder,
    task::{JoinSet, LocalSet},
};

use super::{
    budget::Budget,
    generator::{self, Generator},
    lane::Lane,
    ledger::Ledger,
    plan::Plan,
    record::{histogram, micros},
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
    let (sender, receiver) = mpsc::channel();
    thread::scope(|scope| {
        let threads: Vec<_> = (0..plan.threads)
            .map(|number| {
                let sender = sender.clone();
                let worker = (plan.clone(), budget.clone());
                let body = move || work(worker, number, start, stop, &sender);
                thread::Builder::new().name(format!("load-{number}")).spawn_scoped(scope, body)
            })
            .collect::<io::Result<_>>()?;
        drop(sender);
        loop {
            match receiver.recv_timeout(Duration::from_millis(100)) {
                Ok(progress) if !watch(&progress) => stop.store(true, Ordering::Relaxed),
                Ok(_) | Err(RecvTimeoutError::Timeout) => {}
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        let mut sum = Part::of(plan);
        let mut generator = Generator::default();
        for thread in threads {
            let joined = thread.join().map_err(|_| io::Error::other("a thread of the load test broke down"))?;
            let Own { part, pauses, busy } = joined?;
            sum.add(&part);
            generator.add(&pauses, busy);
        }
        generator.throttled = generator::throttled().zip(before).map(|(after, before)| after.saturating_sub(before));
        let stopped = stop.load(Ordering::Relaxed).then_some(Cut::Stopped);
        let cut = stopped.or(budget.is_spent().then_some(Cut::Bytes));
        Ok(Measured { part: sum, lasted: start.elapsed(), cut, generator })
    })
}

/// What one thread hands over.
struct Own {
    part: Part,
    pauses: Histogram<u64>,
    busy: f64,
}

fn work(
    (plan, budget): (Arc<Plan>, Arc<Budget>),
    number: usize,
    start: Instant,
    stop: &AtomicBool,
    sender: &Sender<Progress>,
) -> io::Result<Own> {
    // Looking up names is all that blocks.
    let runtime = Builder::new_current_thread().enable_all().max_blocking_threads(8).build()?;
    let worker = Rc::new(Worker::new(plan.clone(), budget, start, number as u64));
    let lanes = plan.connections / plan.threads + usize::from(number < plan.connections % plan.threads);
    let lanes = lanes.max(1) * plan.streams;
    let pauses = RefCell::new(histogram(3));
    let (begun, cpu) = (Instant::now(), cpu_time());
    let local = LocalSet::new();
    let done = local.run_until(async {
        begin(&worker, stop).await;
        tokio::select! {
            () = all_lanes(&worker, lanes) => Ok(()),
            failed = worker.pace.keep() => failed,
            never = heartbeat(&worker, stop, &pauses, sender, number) => never,
        }
    });
    runtime.block_on(done)?;
    let busy = cpu_time().saturating_sub(cpu).as_secs_f64() / begun.elapsed().as_secs_f64();
    let part = worker.part.take();
    Ok(Own { part, pauses: pauses.into_inner(), busy })
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

async fn all_lanes(worker: &Rc<Worker>, count: usize) {
    let mut lanes = JoinSet::new();
    for number in 0..count {
        lanes.spawn_local(Lane::new(worker.clone(), number as u64).run());
    }
    while lanes.join_next().await.is_some() {}
}

/// Looks whether the thread gets its turn, whether somebody wants the run to end, and says after each tick how it went.
async fn heartbeat(
    worker: &Worker,
    stop: &AtomicBool,
    pauses: &RefCell<Histogram<u64>>,
    sender: &Sender<Progress>,
    thread: usize,
) -> io::Result<()> {
    let mut told = Duration::ZERO;
    loop {
        let due = Instant::now() + HEARTBEAT;
        tokio::time::sleep_until(due.into()).await;
        pauses.borrow_mut().record(micros(due.elapsed())).ok();
        if stop.load(Ordering::Relaxed) || worker.budget.is_spent() {
            worker.cut();
        }
        // A thread that stood still has several ticks to tell of.
        while let Some((lasts, tick)) = worker.tick_from(told) {
            // Nobody listens any more when the run is over.
            let _ = sender.send(Progress { from: told, lasts, tick, ledger: worker.ledger(), thread });
            told += lasts;
        }
    }
}

/// The time that this thread has been busy.
#[cfg(unix)]
fn cpu_time() -> Duration {
    let time = rustix::time::clock_gettime(rustix::time::ClockId::ThreadCPUTime);
    Duration::try_from(time).unwrap_or_default()
}

#[cfg(not(unix))]
fn cpu_time() -> Duration {
    Duration::ZERO
}
