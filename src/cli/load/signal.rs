//! Ends a load test when somebody wants it to end, with the report of what there is.

use std::{
    process,
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use tokio::runtime::Builder;

use crate::diagnostic::{Error, Result};

/// What a shell reports of a process that an interrupt has ended.
const INTERRUPTED: i32 = 130;

/// What an interrupt does.
#[derive(Debug)]
pub(super) struct Interrupts {
    /// Whether there is a run that it ends. Before that it ends the process at once: the first of all processes in a
    /// container is never ended by a signal that it does not listen for.
    runs: AtomicBool,
    /// Whether one has come. What else ends a run is none: the first interrupt after that still waits for the report.
    interrupted: AtomicBool,
    /// Whether the run is to end, for whatever reason.
    pub(super) stop: AtomicBool,
}

impl Interrupts {
    pub(super) const fn new() -> Self {
        Self { runs: AtomicBool::new(false), interrupted: AtomicBool::new(false), stop: AtomicBool::new(false) }
    }

    /// From now on there is something to report.
    pub(super) fn begin_run(&self) {
        self.runs.store(true, Ordering::Relaxed);
    }

    /// Takes an interrupt. Says whether the process is to end at once.
    fn is_the_last(&self) -> bool {
        let is_last = !self.runs.load(Ordering::Relaxed) || self.interrupted.swap(true, Ordering::Relaxed);
        self.stop.store(true, Ordering::Relaxed);
        is_last
    }
}

/// Listens for an interrupt, and for what Kubernetes sends to a pod that is to end. A second one ends the process at
/// once.
pub(super) fn listen(interrupts: &'static Interrupts) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::io("cannot listen for signals", &error))?;
    let listener = move || {
        runtime.block_on(async {
            while asked_to_end().await {
                if interrupts.is_the_last() {
                    process::exit(INTERRUPTED);
                }
            }
        });
    };
    let listening = thread::Builder::new().name("signals".into()).spawn(listener);
    listening.map(|_| ()).map_err(|error| Error::io("cannot listen for signals", &error))
}

#[cfg(unix)]
async fn asked_to_end() -> bool {
    use tokio::signal::unix::{SignalKind, signal};
    let (Ok(mut interrupt), Ok(mut end)) = (signal(SignalKind::interrupt()), signal(SignalKind::terminate())) else {
        return false;
    };
    tokio::select! {
        came = interrupt.recv() => came.is_some(),
        came = end.recv() => came.is_some(),
    }
}

#[cfg(not(unix))]
async fn asked_to_end() -> bool {
    tokio::signal::ctrl_c().await.is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_second_interrupt_is_the_last() {
        for is_ending in [false, true] {
            let interrupts = Interrupts::new();
            interrupts.begin_run();
            interrupts.stop.store(is_ending, Ordering::Relaxed);
            assert!(!interrupts.is_the_last(), "{is_ending}");
            assert!(interrupts.stop.load(Ordering::Relaxed) && interrupts.is_the_last(), "{is_ending}");
        }
        assert!(Interrupts::new().is_the_last(), "there is no run");
    }
}
