//! Worker 0: it waits for all, says when to begin, and adds up what they have measured.

use std::{
    collections::BTreeMap,
    io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use super::{
    Hello, Meeting,
    wire::{LONG, Message, SHORT, Wire, reason},
};
use crate::{
    diagnostic::{Error, Result},
    load::{outcome::Outcome, run::Cut},
};

/// How long somebody who has come may take to say who it is.
const INTRODUCTION: Duration = Duration::from_secs(5);

/// How long a message may take that fits into any buffer.
const MESSAGE: Duration = Duration::from_secs(2);

/// How often to look who has come and who has left.
const LOOK: Duration = Duration::from_millis(20);

/// As many are listened to at a time that have not said who they are.
const STRANGERS: usize = 64;

/// The time between the word and the beginning: longer than the word takes to the last worker.
const LEAD: Duration = Duration::from_secs(1);

/// Worker 0, while the run goes on.
#[derive(Debug)]
pub(super) struct Host {
    workers: u64,
    guests: BTreeMap<u64, Wire>,
    reports: Receiver<(u64, Result<Outcome, String>)>,
    grace: Duration,
}

/// Somebody who has come: a worker, or an address.
type Comer = Result<(Hello, Wire), IpAddr>;

impl Host {
    /// Waits for all others, and tells them when to begin.
    pub(super) fn gather(
        meeting: &Meeting,
        own: &Hello,
        stop: &'static AtomicBool,
        note: &dyn Fn(&str),
    ) -> Result<(Self, Instant)> {
        let listener = listen(meeting)?;
        let mut guests = BTreeMap::new();
        match wait(meeting, own, &listener, &mut guests, note).and_then(|()| begin(&guests)) {
            Ok(start) => Ok((Self::hear(meeting, guests, start, stop)?, start)),
            Err(error) => {
                tell_all(&guests, &Message::failed(&error.to_string()));
                Err(error)
            }
        }
    }

    /// Listens to each worker on a thread of its own. One that is lost, or that has ended early, ends the run of all.
    fn hear(meeting: &Meeting, guests: BTreeMap<u64, Wire>, start: Instant, stop: &'static AtomicBool) -> Result<Self> {
        let deadline = start + meeting.lasts + meeting.grace;
        let (sender, reports) = mpsc::channel();
        for (worker, wire) in &guests {
            let wire = wire.again().map_err(|error| failed(&error))?;
            let (worker, sender) = (*worker, sender.clone());
            let listening = move || {
                let report = take(&wire, deadline);
                if report.as_ref().map_or(true, |outcome| outcome.cut == Some(Cut::Stopped)) {
                    stop.store(true, Ordering::Relaxed);
                }
                // The host waits until all have told, or has given up.
                let _ = sender.send((worker, report));
            };
            let thread = thread::Builder::new().name(format!("worker-{worker}")).spawn(listening);
            thread.map_err(|error| failed(&error))?;
        }
        Ok(Self { workers: meeting.workers, guests, reports, grace: meeting.grace })
    }

    /// What all workers have measured.
    pub(super) fn collect(self, mut sum: Outcome, note: &dyn Fn(&str)) -> Outcome {
        if sum.cut == Some(Cut::Stopped) {
            tell_all(&self.guests, &Message::Stop);
        }
        let deadline = Instant::now() + self.grace;
        let mut reports = BTreeMap::new();
        while reports.len() < self.guests.len() {
            let left = deadline.saturating_duration_since(Instant::now());
            let Ok((worker, report)) = self.reports.recv_timeout(left) else { break };
            reports.insert(worker, report);
        }
        let mut lost = Vec::new();
        for worker in 1..self.workers {
            let report = reports.remove(&worker).unwrap_or_else(|| Err("nothing came from it in time".to_owned()));
            let merged = report.and_then(|part| sum.merge(&part).map_err(|error| error.to_string()));
            if let Err(why) = merged {
                note(&format!("worker {worker} is lost: {why}"));
                lost.push(worker);
            }
        }
        sum.lose(&lost);
        sum
    }
}

impl Drop for Host {
    fn drop(&mut self) {
        self.guests.values().for_each(Wire::close);
    }
}

fn listen(meeting: &Meeting) -> Result<TcpListener> {
    let port = meeting.port;
    let bound = match meeting.host.trim_matches(['[', ']']).parse::<IpAddr>() {
        Ok(address) => TcpListener::bind((address, port)),
        // IPv6's wildcard takes IPv4, too, where there is IPv6 at all.
        Err(_) => TcpListener::bind((Ipv6Addr::UNSPECIFIED, port))
            .or_else(|_| TcpListener::bind((Ipv4Addr::UNSPECIFIED, port))),
    };
    let listener = bound.and_then(|listener| listener.set_nonblocking(true).map(|()| listener));
    listener.map_err(|error| Error::io(format!("worker 0 cannot listen on port {port}"), &error))
}

/// Waits until every worker is there.
fn wait(
    meeting: &Meeting,
    own: &Hello,
    listener: &TcpListener,
    guests: &mut BTreeMap<u64, Wire>,
    note: &dyn Fn(&str),
) -> Result<()> {
    if let Some(why) = &own.unready {
        return Err(Error::new(why.clone()));
    }
    let (sender, comers) = mpsc::channel();
    let (strangers, mut has_noted) = (Arc::new(()), false);
    let deadline = Instant::now() + meeting.patience;
    while (guests.len() as u64) + 1 < meeting.workers {
        if Instant::now() >= deadline {
            return Err(absent(meeting, guests));
        }
        while let Ok((stream, address)) = listener.accept() {
            if Arc::strong_count(&strangers) <= STRANGERS {
                greet(stream, address, sender.clone(), strangers.clone());
            }
        }
        match comers.recv_timeout(LOOK) {
            Ok(Ok((hello, wire))) => welcome(own, guests, &hello, wire)?,
            Ok(Err(address)) if !has_noted => {
                has_noted = true;
                note(&format!("somebody who is no worker came from {address}, and was sent away"));
            }
            _ => {}
        }
        guests.retain(|_, wire| !wire.is_closed());
    }
    Ok(())
}

/// Hears on a thread of its own who has come.
fn greet(stream: TcpStream, address: SocketAddr, sender: Sender<Comer>, stranger: Arc<()>) {
    let hear = move || {
        let deadline = Instant::now() + INTRODUCTION;
        let heard = Wire::new(stream).and_then(|wire| Ok((wire.receive(SHORT, deadline)?, wire)));
        let comer = match heard {
            Ok((Message::Hello(hello), wire)) => Ok((hello, wire)),
            _ => Err(address.ip()),
        };
        // Nobody is waited for any more once all are there.
        let _ = sender.send(comer);
        drop(stranger);
    };
    // Without a thread nobody hears it, and it will come again.
    let _ = thread::Builder::new().name("stranger".into()).spawn(hear);
}

/// Lets a worker in, or says why there can be no run with it.
fn welcome(own: &Hello, guests: &mut BTreeMap<u64, Wire>, hello: &Hello, wire: Wire) -> Result<()> {
    let is_taken = guests.get(&hello.worker).is_some_and(|known| !known.is_closed());
    if let Some(error) = objection(own, hello, is_taken) {
        // It may have gone already.
        let _ = wire.send(&Message::failed(&error.to_string()), MESSAGE);
        return Err(error);
    }
    guests.insert(hello.worker, wire);
    Ok(())
}

pub(super) fn objection(own: &Hello, other: &Hello, is_taken: bool) -> Option<Error> {
    let (number, plans) = (other.worker, "give all workers the same options, `--worker` alone left out");
    if other.version != own.version {
        let message = format!("worker {number} is Karat {}, and worker 0 is {}", other.version, own.version);
        return Some(Error::new(message).hint("run the same version everywhere"));
    }
    if other.workers != own.workers {
        let message = format!("worker {number} is one of {}, and worker 0 is one of {}", other.workers, own.workers);
        return Some(Error::new(message).hint(plans));
    }
    if is_taken || number == 0 || number >= own.workers {
        let message = format!("two workers have the number {number}");
        return Some(Error::new(message).hint("number them from 0: `--worker 0/2`, `--worker 1/2`"));
    }
    if other.plan != own.plan {
        return Some(Error::new(format!("worker {number} has another plan than worker 0")).hint(plans));
    }
    let why = other.unready.as_ref()?;
    Some(Error::new(format!("worker {number} cannot begin: {why}")))
}

fn absent(meeting: &Meeting, guests: &BTreeMap<u64, Wire>) -> Error {
    let absent: Vec<_> = (1..meeting.workers).filter(|worker| !guests.contains_key(worker)).collect();
    let numbers = absent.iter().map(u64::to_string).collect::<Vec<_>>().join(", ");
    let (who, are) = if absent.len() == 1 { ("worker", "is") } else { ("workers", "are") };
    let message = format!("{who} {numbers} of {} {are} not there after {:?}", meeting.workers, meeting.patience);
    Error::new(message).hint("see why in their output; `--meet-within` gives them more time")
}

/// Tells all when to begin.
fn begin(guests: &BTreeMap<u64, Wire>) -> Result<Instant> {
    let start = Instant::now() + LEAD;
    for (worker, wire) in guests {
        let left = start.saturating_duration_since(Instant::now());
        let message = Message::Begin(u64::try_from(left.as_micros()).unwrap_or(u64::MAX));
        wire.send(&message, MESSAGE)
            .map_err(|error| Error::new(format!("worker {worker} cannot be told to begin: {}", reason(&error))))?;
    }
    Ok(start)
}

/// Takes what a worker has measured.
fn take(wire: &Wire, deadline: Instant) -> Result<Outcome, String> {
    let outcome = match wire.receive(LONG, deadline).map_err(|error| reason(&error))? {
        Message::Report(stored) => stored.outcome().map_err(|error| error.to_string())?,
        Message::Failed(why) => return Err(why),
        _ => return Err("it says what no worker says".to_owned()),
    };
    // One that has gone by now has handed its report over all the same.
    let _ = wire.send(&Message::Taken, MESSAGE);
    Ok(outcome)
}

fn tell_all(guests: &BTreeMap<u64, Wire>, message: &Message) {
    for wire in guests.values() {
        // Whoever has gone needs to know nothing.
        let _ = wire.send(message, MESSAGE);
    }
}

fn failed(error: &io::Error) -> Error {
    Error::io("cannot listen to the other workers", error)
}
