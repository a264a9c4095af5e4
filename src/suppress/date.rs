//! Days of the calendar, so that a suppression can end.

use std::fmt;

use crate::grammar::formats::digits;

/// A day of the Gregorian calendar, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Date {
    year: u16,
    month: u8,
    day: u8,
}

/// No time of a Unix clock comes before this year.
const FIRST_YEAR: u16 = 1970;
/// The last year of four digits.
const LAST_YEAR: u16 = 9999;
const SECONDS_A_DAY: u64 = 24 * 60 * 60;

impl Date {
    /// From `2027-01-31` (RFC 3339, `full-date`); nothing when there is no such day.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.split('-');
        let mut part = |length: usize| parts.next().filter(|part| part.len() == length);
        let (year, month, day) = (digits(part(4)?)?, digits(part(2)?)?, digits(part(2)?)?);
        let exists = (1..=12).contains(&month) && (1..=days_of(year, month)).contains(&day);
        (exists && parts.next().is_none()).then_some(Self { year, month, day })
    }

    /// The day on which a Unix clock shows these seconds; the last day of the year 9999 for all that come after it.
    pub fn of_unix_seconds(seconds: u64) -> Self {
        let mut days = seconds / SECONDS_A_DAY;
        for year in FIRST_YEAR..=LAST_YEAR {
            for month in 1..=12 {
                let length = u64::from(days_of(year, month));
                match u8::try_from(days + 1) {
                    Ok(day) if days < length => return Self { year, month, day },
                    _ => days -= length,
                }
            }
        }
        Self { year: LAST_YEAR, month: 12, day: 31 }
    }
}

/// How many days a month has.
fn days_of(year: u16, month: u8) -> u8 {
    let is_leap = year.is_multiple_of(4) && (!year.is_multiple_of(100) || year.is_multiple_of(400));
    match month {
        2 if is_leap => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl fmt::Display for Date {
    /// `2027-01-31`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}-{:02}", self.year, self.month, self.day)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_exist() {
        for right in ["2027-01-31", "2028-02-29", "2000-02-29", "0000-01-01"] {
            assert_eq!(Date::parse(right).map(|date| date.to_string()).as_deref(), Some(right));
        }
        let wrong = ["", "2027", "2027-2-1", "2027-02-29", "2100-02-29", "2027-13-01", "2027-00-10", "2027-04-31"];
        for text in wrong.into_iter().chain(["2027-01-00", "2027-01-31-", "+027-01-31", "2027/01/31", "tomorrow"]) {
            assert_eq!(Date::parse(text), None, "{text}");
        }
    }

    #[test]
    fn days_of_a_unix_clock() {
        let date = |seconds| Date::of_unix_seconds(seconds).to_string();
        assert_eq!(date(0), "1970-01-01");
        assert_eq!(date(951_782_399), "2000-02-28");
        assert_eq!(date(951_782_400), "2000-02-29");
        assert_eq!(date(1_795_219_200), "2026-11-21");
        assert_eq!(date(253_402_300_799), "9999-12-31");
        assert_eq!(date(u64::MAX), "9999-12-31");
    }

    #[test]
    fn days_have_an_order() {
        assert!(Date::parse("2026-12-31") < Date::parse("2027-01-01"));
        assert!(Date::parse("2027-01-31") < Date::parse("2027-02-01"));
    }
}
