//! `--today`: the day by which suppressions end.

use std::{
    env,
    time::{SystemTime, UNIX_EPOCH},
};

use clap::Args;

use crate::{
    diagnostic::{Error, Result},
    grammar::formats::digits,
    suppress::Date,
};

/// The day of a build that is to give the same result at any time: <https://reproducible-builds.org/specs/source-date-epoch/>.
const EPOCH: &str = "SOURCE_DATE_EPOCH";

/// The day by which suppressions end.
#[derive(Args, Debug, Default)]
pub(super) struct TodayArgs {
    /// Let suppressions end as if this were the day; today is that of `SOURCE_DATE_EPOCH`, or else of the clock, in UTC
    #[arg(long, value_name = "DATE", value_parser = date)]
    today: Option<Date>,
}

impl TodayArgs {
    /// The day.
    pub(super) fn date(&self) -> Result<Date> {
        match (self.today, env::var_os(EPOCH)) {
            (Some(date), _) => Ok(date),
            (None, Some(seconds)) => of_epoch(&seconds.to_string_lossy()),
            (None, None) => {
                let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
                Ok(Date::of_unix_seconds(since.as_secs()))
            }
        }
    }
}

fn of_epoch(text: &str) -> Result<Date> {
    let seconds = digits(text).filter(|_| !text.is_empty());
    seconds.map(Date::of_unix_seconds).ok_or_else(|| {
        let error = Error::new(format!("{EPOCH} is `{text}`, which is no number of seconds"));
        error.hint("set it to the seconds since 1970, as `date +%s` prints them, or unset it")
    })
}

fn date(text: &str) -> Result<Date, String> {
    Date::parse(text).ok_or_else(|| "a day looks like 2027-01-31".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_are_days() {
        assert_eq!(of_epoch("1795219200").unwrap().to_string(), "2026-11-21");
        for wrong in ["", "-1", "1.5", "today"] {
            assert!(of_epoch(wrong).is_err(), "{wrong}");
        }
    }
}
