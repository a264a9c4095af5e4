//! Waits until the targets answer as they should.

use std::{
    io,
    rc::Rc,
    sync::Arc,
    time::{Duration, Instant},
};

use tokio::{runtime::Builder, task::LocalSet, time::timeout};

use super::{budget::Budget, exchange::Answer, lane::Lane, ledger::Failure, plan::Plan, slots::Slots, worker::Worker};

/// How long to wait between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// Asks every target once, and again until it answers as it should. Says what the last answer was of the first that
/// never does.
///
/// # Errors
/// When the operating system refuses.
pub fn wait_ready(plan: &Arc<Plan>, most: Duration) -> io::Result<Result<(), String>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let last = Instant::now() + most;
    LocalSet::new().block_on(&runtime, async {
        let slots = Slots::new(plan, plan.share);
        let worker = Rc::new(Worker::new(plan.clone(), Arc::new(Budget::default()), Instant::now(), slots));
        for (at, target) in plan.targets.iter().enumerate() {
            loop {
                // Each attempt has connections of its own: the last ones may lead to what has ended since.
                let mut lane = Lane::new(worker.clone(), 0);
                let rest = last.saturating_duration_since(Instant::now());
                let answer = timeout(rest, lane.request(at, Instant::now())).await;
                let answer = answer.unwrap_or_else(|_| Answer::failed(Failure::Timeout));
                let Some(why) = answer.why else { break };
                if Instant::now() + PAUSE > last {
                    return Ok(Err(format!("`{}` is not ready after {most:?}: {}", target.name, why)));
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(Ok(()))
    })
}
