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

/// Listens for an interrupt, and for what Kubernetes sends to a pod that is to end. A second one ends the process at
/// once.
pub(super) fn listen(stop: &'static AtomicBool) -> Result<()> {
    let runtime = Builder::new_current_thread().enable_all().build();
    let runtime = runtime.map_err(|error| Error::io("cannot listen for signals", &error))?;
    let listener = move || {
        runtime.block_on(async {
            while asked_to_end().await {
                if stop.swap(true, Ordering::Relaxed) {
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
