//! `--meet`: the workers of one plan begin together, and one of them makes the report.

use std::{sync::atomic::AtomicBool, time::Duration};

use clap::Args;

use crate::{
    cli::output,
    diagnostic::{Error, Result},
    load::{Ask, Meeting, Met, Plan, parse_time},
};

/// Where workers meet.
#[derive(Args, Debug)]
pub(super) struct MeetArgs {
    /// Meet the other workers here, and begin together: worker 0 listens, and makes the report of all
    #[arg(long, value_name = "HOST:PORT", requires = "worker", conflicts_with = "start_at", value_parser = place)]
    meet: Option<(String, u16)>,
    /// Wait at most this long for the other workers
    #[arg(long, value_name = "TIME", default_value = "2m", requires = "meet", value_parser = parse_time)]
    meet_within: Duration,
}

impl MeetArgs {
    /// Meets the others, if there are any to meet. `unready` says why this worker cannot begin.
    pub(super) fn meet(
        &self,
        ask: &Ask,
        plan: &Plan,
        unready: Option<String>,
        stop: &'static AtomicBool,
    ) -> Result<Option<Met>> {
        match (&self.meet, unready) {
            (Some(place), unready) => {
                let meeting = Meeting::of(place.clone(), plan, ask.fingerprint(), self.meet_within);
                meeting.meet(unready, stop, &note).map(Some)
            }
            (None, Some(why)) => Err(Error::new(why)),
            (None, None) => Ok(None),
        }
    }
}

/// Says what is worth knowing beside the report.
pub(super) fn note(sentence: &str) {
    // Nobody needs to see this for the run to be right.
    let _ = output::print_error(|out| writeln!(out, "warning: {sentence}"));
}

fn place(text: &str) -> Result<(String, u16), String> {
    let parts = text.rsplit_once(':').filter(|(host, _)| !host.is_empty());
    let place = parts.and_then(|(host, port)| Some((host.to_owned(), port.parse().ok()?)));
    place.ok_or_else(|| format!("`{text}` is no place to meet; write `load-0.load:7900`"))
}
