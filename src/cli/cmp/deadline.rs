//! Work that must end in time.

use std::{
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::Duration,
};

use crate::diagnostic::{Error, Result};

/// The stack of the thread that works: as large as a main thread's.
const STACK_BYTES: usize = 8 << 20;

/// Does the work on a thread of its own, and waits no longer than the limit. Work that is late is left alone: it prints
/// nothing, and ends with the process.
///
/// # Errors
/// Those of the work, and when it is late.
pub(super) fn within<T: Send + 'static>(
    limit: Duration,
    work: impl FnOnce() -> Result<T> + Send + 'static,
) -> Result<T> {
    let (sender, receiver) = mpsc::channel();
    // Nobody waits for the result of work that is late.
    let worker = thread::Builder::new().stack_size(STACK_BYTES).spawn(move || drop(sender.send(work())));
    worker.map_err(|error| Error::io("cannot start a thread", &error))?;
    match receiver.recv_timeout(limit) {
        Ok(result) => result,
        Err(RecvTimeoutError::Timeout) => {
            let error = Error::new(format!("no manifests after {} s, so this run gives up", limit.as_secs()));
            Err(error.hint(
                "give the sidecar more CPU, or raise `--timeout` and Argo CD's `--repo-server-timeout-seconds` together",
            ))
        }
        Err(RecvTimeoutError::Disconnected) => Err(Error::new("the work ended without a result")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn work_in_time_and_late() {
        assert_eq!(within(Duration::from_mins(1), || Ok(1)).unwrap(), 1);
        let failed = within::<()>(Duration::from_mins(1), || Err(Error::new("broken")));
        assert_eq!(failed.unwrap_err().to_string(), "broken");
        let late = within(Duration::ZERO, || {
            thread::sleep(Duration::from_mins(1));
            Ok(())
        });
        assert_eq!(late.unwrap_err().to_string(), "no manifests after 0 s, so this run gives up");
    }
}
