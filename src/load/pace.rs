//! Wakes connections at the planned moment.
//!
//! The timers of an asynchronous runtime tick in whole milliseconds, so requests would go out in bursts. On Linux a timer
//! of the kernel is used instead, one for each thread. Connections wait in a queue: they take their slots in order, so
//! the first in the queue is always the next to wake.

use std::{
    cell::{Cell, RefCell},
    collections::VecDeque,
    future::poll_fn,
    io,
    task::{Poll, Waker},
    time::Instant,
};

use tokio::sync::Notify;

/// The queue of one thread.
#[derive(Default)]
pub(super) struct Pace {
    waiting: RefCell<VecDeque<(Instant, Waker)>>,
    /// Told when the queue is no longer empty.
    filled: Notify,
    is_over: Cell<bool>,
}

impl Pace {
    /// Wakes everybody, and lets nobody wait any more.
    pub(super) fn stop(&self) {
        self.is_over.set(true);
        self.waiting.borrow_mut().drain(..).for_each(|(_, waker)| waker.wake());
    }

    /// Waits for a moment, or until it is over. Callers have to come in the order of their moments.
    pub(super) async fn until(&self, moment: Instant) {
        let mut is_waiting = false;
        poll_fn(|context| {
            if self.is_over.get() || Instant::now() >= moment {
                return Poll::Ready(());
            }
            if !is_waiting {
                is_waiting = true;
                let mut waiting = self.waiting.borrow_mut();
                if waiting.is_empty() {
                    self.filled.notify_one();
                }
                waiting.push_back((moment, context.waker().clone()));
            }
            Poll::Pending
        })
        .await;
    }

    /// Wakes whoever's moment has come, for ever.
    pub(super) async fn keep(&self) -> io::Result<()> {
        let timer = Timer::new()?;
        loop {
            let next = self.waiting.borrow().front().map(|(moment, _)| *moment);
            let Some(next) = next else {
                self.filled.notified().await;
                continue;
            };
            timer.until(next).await?;
            let now = Instant::now();
            let mut waiting = self.waiting.borrow_mut();
            while waiting.front().is_some_and(|(moment, _)| *moment <= now) {
                waiting.pop_front().into_iter().for_each(|(_, waker)| waker.wake());
            }
        }
    }
}

#[cfg(target_os = "linux")]
use precise::Timer;

#[cfg(target_os = "linux")]
mod precise {
    //! `timerfd`, which the kernel keeps in nanoseconds.

    use std::{io, time::Instant};

    use rustix::time::{
        Itimerspec, TimerfdClockId, TimerfdFlags, TimerfdTimerFlags, Timespec, timerfd_create, timerfd_settime,
    };
    use tokio::net::unix::pipe::Receiver;

    /// A timer is read like a pipe: the eight bytes that come out say how often it has gone off.
    pub(super) struct Timer(Receiver);

    impl Timer {
        pub(super) fn new() -> io::Result<Self> {
            let timer = timerfd_create(TimerfdClockId::Monotonic, TimerfdFlags::NONBLOCK | TimerfdFlags::CLOEXEC)?;
            Receiver::from_owned_fd_unchecked(timer).map(Self)
        }

        pub(super) async fn until(&self, moment: Instant) -> io::Result<()> {
            let rest = moment.saturating_duration_since(Instant::now());
            let Some(value) = Timespec::try_from(rest).ok().filter(|_| !rest.is_zero()) else { return Ok(()) };
            let once = Itimerspec { it_interval: Timespec { tv_sec: 0, tv_nsec: 0 }, it_value: value };
            timerfd_settime(&self.0, TimerfdTimerFlags::empty(), &once)?;
            loop {
                self.0.readable().await?;
                match self.0.try_read(&mut [0; 8]) {
                    Err(error) if error.kind() == io::ErrorKind::WouldBlock => {}
                    read => return read.map(|_| ()),
                }
            }
        }
    }
}

#[cfg(not(target_os = "linux"))]
use coarse::Timer;

#[cfg(not(target_os = "linux"))]
mod coarse {
    //! The runtime's own timers, where there is nothing better.

    use std::{io, time::Instant};

    pub(super) struct Timer;

    impl Timer {
        #[expect(clippy::unnecessary_wraps, reason = "the precise timer may be refused")]
        pub(super) fn new() -> io::Result<Self> {
            Ok(Self)
        }

        pub(super) async fn until(&self, moment: Instant) -> io::Result<()> {
            tokio::time::sleep_until(moment.into()).await;
            Ok(())
        }
    }
}
