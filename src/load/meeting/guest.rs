//! The workers beside worker 0: they come to it, begin when it says so, and hand over what they have measured.

use std::{
    io::{self, ErrorKind},
    net::{TcpStream, ToSocketAddrs},
    sync::{
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Hello, Meeting,
    wire::{Message, SHORT, Wire, reason},
};
use crate::{
    diagnostic::{Error, Result},
    load::{outcome::Outcome, stored::Stored},
};

/// How long to wait before the next attempt to reach worker 0.
const PAUSE: Duration = Duration::from_millis(200);

/// How long an attempt may take.
const ATTEMPT: Duration = Duration::from_secs(2);

/// A worker while the run goes on.
#[derive(Debug)]
pub(super) struct Guest {
    wire: Wire,
    answer: Receiver<Result<(), String>>,
    grace: Duration,
}

impl Guest {
    /// Comes to worker 0, as often as it takes, and waits for its word.
    pub(super) fn join(meeting: &Meeting, hello: Hello, stop: &'static AtomicBool) -> Result<(Self, Instant)> {
        let deadline = Instant::now() + meeting.patience;
        let unready = hello.unready.clone();
        let hello = Message::hello(hello);
        loop {
            let attempt = attempt(meeting, &hello);
            if let Some(why) = unready {
                // Worker 0 knows now, or sees that nobody comes.
                return Err(Error::new(why));
            }
            match attempt {
                Ok((wire, Message::Begin(micros))) => {
                    let start = Instant::now() + Duration::from_micros(micros);
                    let guest = Self::listen(meeting, wire, start, stop);
                    let guest = guest.map_err(|error| Error::io("cannot listen to worker 0", &error))?;
                    return Ok((guest, start));
                }
                Ok((_, Message::Failed(why))) => return Err(Error::new(format!("there is no run: {why}"))),
                Ok(_) => return Err(Error::new(format!("what answers at {} is no worker", place(meeting)))),
                Err(error) if Instant::now() + PAUSE >= deadline => return Err(unreached(meeting, &error)),
                Err(_) => thread::sleep(PAUSE),
            }
        }
    }

    /// Hears on a thread of its own when the run is to end early, and whether the report has been taken.
    fn listen(meeting: &Meeting, wire: Wire, start: Instant, stop: &'static AtomicBool) -> io::Result<Self> {
        let deadline = start + meeting.lasts + meeting.grace;
        let (sender, answer) = mpsc::channel();
        let ear = wire.again()?;
        thread::Builder::new().name("worker-0".into()).spawn(move || hear(&ear, deadline, stop, &sender))?;
        Ok(Self { wire, answer, grace: meeting.grace })
    }

    pub(super) fn hand_over(self, outcome: &Outcome) -> Result<()> {
        let report = Message::Report(Box::new(Stored::of(outcome)));
        let sent = self.wire.send(&report, self.grace).map_err(|error| reason(&error));
        // What came from worker 0 says more than that it takes no more.
        let taken = match self.answer.recv_timeout(self.grace) {
            Ok(answer) => answer,
            Err(_) => sent.and(Err("nothing came from it in time".to_owned())),
        };
        taken.map_err(|why| Error::new(format!("worker 0 has not taken what this worker measured: {why}")))
    }
}

impl Drop for Guest {
    fn drop(&mut self) {
        self.wire.close();
    }
}

/// Comes to worker 0 once, and waits for its word.
fn attempt(meeting: &Meeting, hello: &Message) -> io::Result<(Wire, Message)> {
    let wire = connect(meeting)?;
    wire.send(hello, ATTEMPT)?;
    // Worker 0 may just have come, and waits for the others as long as this one has.
    let answer = wire.receive(SHORT, Instant::now() + meeting.patience + ATTEMPT)?;
    Ok((wire, answer))
}

/// The name is looked up anew each time: that of a pod is not known before the pod is.
fn connect(meeting: &Meeting) -> io::Result<Wire> {
    let mut last = io::Error::from(ErrorKind::NotFound);
    for address in (meeting.host.trim_matches(['[', ']']), meeting.port).to_socket_addrs()? {
        match TcpStream::connect_timeout(&address, ATTEMPT) {
            Ok(stream) => return Wire::new(stream),
            Err(error) => last = error,
        }
    }
    Err(last)
}

fn hear(wire: &Wire, deadline: Instant, stop: &AtomicBool, sender: &Sender<Result<(), String>>) {
    let answer = loop {
        match wire.receive(SHORT, deadline) {
            Ok(Message::Stop) => stop.store(true, Ordering::Relaxed),
            Ok(Message::Taken) => break Ok(()),
            Ok(Message::Failed(why)) => break Err(why),
            Ok(_) => break Err("it says what no worker says".to_owned()),
            Err(error) => break Err(reason(&error)),
        }
    };
    if answer.is_err() {
        // A run that nobody will hear of is only a burden.
        stop.store(true, Ordering::Relaxed);
    }
    // The worker waits for this, or has given up.
    let _ = sender.send(answer);
}

fn place(meeting: &Meeting) -> String {
    format!("`{}:{}`", meeting.host, meeting.port)
}

fn unreached(meeting: &Meeting, error: &io::Error) -> Error {
    let message = format!("worker 0 cannot be met at {}: {}", place(meeting), reason(error));
    Error::new(message).hint("see why in its output; `--meet-within` gives it more time")
}
