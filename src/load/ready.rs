//! Waits until the targets answer as they should.

use std::{
    io,
    pin::pin,
    time::{Duration, Instant},
};

use tokio::{runtime::Builder, task::LocalSet};

use super::{
    connect::Connector,
    exchange::Answer,
    ledger::{Ending, Failure},
    plan::Plan,
    target::Target,
};

/// How long to wait between two attempts.
const PAUSE: Duration = Duration::from_millis(200);

/// Asks every target once, and again until it answers as it should. Says what the last answer was of the first that
/// never does.
///
/// # Errors
/// When the operating system refuses.
pub fn wait_ready(plan: &Plan, most: Duration) -> io::Result<Result<(), String>> {
    let runtime = Builder::new_current_thread().enable_all().build()?;
    let last = Instant::now() + most;
    LocalSet::new().block_on(&runtime, async {
        for target in &plan.targets {
            loop {
                let ending = attempt(plan, target).await.ending;
                if ending.is_good() {
                    break;
                }
                if Instant::now() + PAUSE > last {
                    return Ok(Err(format!("`{}` is not ready after {most:?}: {}", target.name, reason(ending))));
                }
                tokio::time::sleep(PAUSE).await;
            }
        }
        Ok(Ok(()))
    })
}

async fn attempt(plan: &Plan, target: &Target) -> Answer {
    let connector = Connector { version: plan.version, tls: plan.tls.clone() };
    let clock = pin!(tokio::time::sleep(plan.timeout));
    let connected = connector.connect(&plan.origins[target.origin]);
    match tokio::time::timeout(plan.connect_timeout, connected).await {
        Ok(Ok(mut wire)) => match wire.exchange(target.request.clone(), &target.expect, clock).await {
            Ok(answer) => answer,
            Err(_) => Answer::failed(Failure::Reset),
        },
        Ok(Err(failure)) => Answer::failed(failure),
        Err(_) => Answer::failed(Failure::Timeout),
    }
}

fn reason(ending: Ending) -> String {
    match ending {
        Ending::Answered { status, .. } => format!("it answers with status {status}, not as expected"),
        Ending::Failed(failure) => failure.sentence().to_owned(),
    }
}
