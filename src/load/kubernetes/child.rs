//! A program that runs beside this one, as long as somebody waits for it.

use std::{
    io::{self, Read},
    process::{Child, Command, ExitStatus, Stdio},
    thread,
    time::Duration,
};

use tokio::sync::oneshot;

/// More of what it prints is not read.
const MOST_BYTES: u64 = 1 << 20;

/// How often it is looked whether it has ended, after its last word.
const GLANCE: Duration = Duration::from_millis(10);

/// Ends when it is dropped.
struct Running(Child);

/// How a program ends, and what it has printed. It is killed if nobody waits so long.
pub(super) async fn output(command: &mut Command) -> io::Result<(ExitStatus, Vec<u8>)> {
    let mut running = Running(command.stdout(Stdio::piped()).spawn()?);
    let (sender, printed) = oneshot::channel();
    if let Some(stdout) = running.0.stdout.take() {
        thread::Builder::new().name("login".into()).spawn(move || {
            let mut text = Vec::new();
            let read = stdout.take(MOST_BYTES).read_to_end(&mut text);
            // There may be nobody left who waits for it.
            sender.send(read.map(|_| text)).ok();
        })?;
    }
    let text = printed.await.map_err(io::Error::other)??;
    loop {
        if let Some(status) = running.0.try_wait()? {
            return Ok((status, text));
        }
        tokio::time::sleep(GLANCE).await;
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if self.0.kill().is_ok() {
            // What is not waited for stays in the list of processes.
            self.0.wait().ok();
        }
    }
}
