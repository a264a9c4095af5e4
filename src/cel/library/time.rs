//! Points in time (RFC 3339) and spans of time (Go's `time.ParseDuration`).

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("(timestamp).getFullYear(): int", |args| part(args, |date| date.year)),
    ("(timestamp).getFullYear(string): int", |args| part(args, |date| date.year)),
    ("(timestamp).getMonth(): int", |args| part(args, |date| date.month - 1)),
    ("(timestamp).getMonth(string): int", |args| part(args, |date| date.month - 1)),
    ("(timestamp).getDate(): int", |args| part(args, |date| date.day)),
    ("(timestamp).getDate(string): int", |args| part(args, |date| date.day)),
    ("(timestamp).getDayOfMonth(): int", |args| part(args, |date| date.day - 1)),
    ("(timestamp).getDayOfMonth(string): int", |args| part(args, |date| date.day - 1)),
    ("(timestamp).getDayOfWeek(): int", |args| part(args, |date| date.weekday)),
    ("(timestamp).getDayOfWeek(string): int", |args| part(args, |date| date.weekday)),
    ("(timestamp).getDayOfYear(): int", |args| part(args, Date::day_of_year)),
    ("(timestamp).getDayOfYear(string): int", |args| part(args, Date::day_of_year)),
    ("(timestamp).getHours(): int", |args| part(args, |date| date.second / 3600)),
    ("(timestamp).getHours(string): int", |args| part(args, |date| date.second / 3600)),
    ("(timestamp).getMinutes(): int", |args| part(args, |date| date.second / 60 % 60)),
    ("(timestamp).getMinutes(string): int", |args| part(args, |date| date.second / 60 % 60)),
    ("(timestamp).getSeconds(): int", |args| part(args, |date| date.second % 60)),
    ("(timestamp).getSeconds(string): int", |args| part(args, |date| date.second % 60)),
    ("(timestamp).getMilliseconds(): int", |args| part(args, |date| date.nanosecond / 1_000_000)),
    ("(timestamp).getMilliseconds(string): int", |args| part(args, |date| date.nanosecond / 1_000_000)),
    ("(duration).getHours(): int", |args| whole(args, 3_600_000_000_000)),
    ("(duration).getMinutes(): int", |args| whole(args, 60_000_000_000)),
    ("(duration).getSeconds(): int", |args| whole(args, 1_000_000_000)),
    ("(duration).getMilliseconds(): int", |args| whole(args, 1_000_000)),
];

/// A point in time.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Timestamp {
    /// Seconds since 1970-01-01T00:00:00Z.
    pub(crate) seconds: i64,
    /// Less than 10⁹.
    pub(crate) nanoseconds: u32,
}

const DAY: i64 = 86_400;
const BILLION: i64 = 1_000_000_000;
/// The years 1 to 9999.
const RANGE: std::ops::RangeInclusive<i64> = -62_135_596_800..=253_402_300_799;

impl Timestamp {
    pub(super) fn new(seconds: i64, nanoseconds: u32) -> Outcome<Self> {
        if RANGE.contains(&seconds) { Ok(Self { seconds, nanoseconds }) } else { fail("timestamp out of range") }
    }

    pub(super) fn later_by(self, nanoseconds: i64) -> Outcome<Self> {
        let total = i64::from(self.nanoseconds) + nanoseconds.rem_euclid(BILLION);
        let seconds = self.seconds + nanoseconds.div_euclid(BILLION) + total / BILLION;
        Self::new(seconds, u32::try_from(total % BILLION).unwrap_or_default())
    }
}

impl std::fmt::Display for Timestamp {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let date = Date::of(*self, 0);
        let (hours, minutes, seconds) = (date.second / 3600, date.second / 60 % 60, date.second % 60);
        write!(f, "{:04}-{:02}-{:02}T{hours:02}:{minutes:02}:{seconds:02}", date.year, date.month, date.day)?;
        if self.nanoseconds > 0 {
            write!(f, ".{}", format!("{:09}", self.nanoseconds).trim_end_matches('0'))?;
        }
        f.write_str("Z")
    }
}

/// The time between two points, unless it is too long.
pub(super) fn between(later: &Timestamp, earlier: &Timestamp) -> Option<i64> {
    let seconds = later.seconds.checked_sub(earlier.seconds)?.checked_mul(BILLION)?;
    seconds.checked_add(i64::from(later.nanoseconds) - i64::from(earlier.nanoseconds))
}

/// A point in time as a calendar and a clock show it.
struct Date {
    year: i64,
    month: i64,
    day: i64,
    /// 0 is Sunday.
    weekday: i64,
    /// Of the day.
    second: i64,
    nanosecond: i64,
}

impl Date {
    /// Howard Hinnant's `civil_from_days`: years start in March, and eras have 400 of them.
    fn of(time: Timestamp, offset: i64) -> Self {
        let seconds = time.seconds + offset;
        let days = seconds.div_euclid(DAY) + 719_468;
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + days.div_euclid(146_097) * 400 + i64::from(month <= 2);
        let weekday = (seconds.div_euclid(DAY) + 4).rem_euclid(7);
        let nanosecond = i64::from(time.nanoseconds);
        Self { year, month, day, weekday, second: seconds.rem_euclid(DAY), nanosecond }
    }

    fn day_of_year(&self) -> i64 {
        days_from_civil(self.year, self.month, self.day) - days_from_civil(self.year, 1, 1)
    }
}

/// Days since 1970-01-01; the inverse of [`Date::of`].
fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    year.div_euclid(400) * 146_097 + day_of_era - 719_468
}

fn part<'a>(args: &[Value<'a>], of: impl Fn(&Date) -> i64) -> Outcome<Value<'a>> {
    let (Some(Value::Timestamp(time)), zone) = (args.first(), args.get(1)) else { return no_overload() };
    let offset = match zone.and_then(Value::as_str) {
        None | Some("" | "UTC" | "GMT" | "Etc/UTC" | "Z") => 0,
        Some(zone) => zone_offset(zone)?,
    };
    Ok(Value::Int(of(&Date::of(*time, offset))))
}

/// Seconds east of Greenwich. The names of time zones are not known here, for their rules change every year.
fn zone_offset(zone: &str) -> Outcome<i64> {
    let digits = zone.strip_prefix(['+', '-']).unwrap_or(zone);
    let parsed = digits.split_once(':').and_then(|(hours, minutes)| Some((number(hours)?, number(minutes)?)));
    match parsed {
        Some((hours, minutes)) if hours < 24 && minutes < 60 => {
            let offset = hours * 3600 + minutes * 60;
            Ok(if zone.starts_with('-') { -offset } else { offset })
        }
        _ => Err(Error::unknown(format!("the time zone `{zone}` is not known here"))),
    }
}

fn number(digits: &str) -> Option<i64> {
    let only_digits = digits.len() <= 2 && digits.bytes().all(|byte| byte.is_ascii_digit());
    if only_digits { digits.parse().ok() } else { None }
}

fn whole<'a>(args: &[Value<'a>], unit: i64) -> Outcome<Value<'a>> {
    match args {
        [Value::Duration(nanoseconds)] => Ok(Value::Int(nanoseconds / unit)),
        _ => no_overload(),
    }
}

/// The point in time that a text such as `2026-01-31T12:00:00Z` names.
pub(in crate::cel) fn timestamp(text: &str) -> Outcome<Timestamp> {
    let parsed = parse_timestamp(text).ok_or_else(|| Error::new("a time must be written as `2026-01-31T12:00:00Z`"));
    parsed.and_then(|(seconds, nanoseconds)| Timestamp::new(seconds, nanoseconds))
}

/// The same for a field, whose format may be `date` as well.
pub(in crate::cel) fn of_field(text: &str) -> Outcome<Timestamp> {
    match date(text) {
        Some(days) => Timestamp::new(days * DAY, 0),
        None => timestamp(text),
    }
}

/// The seconds since 1970-01-01T00:00:00Z at a point in time such as `2026-01-31T12:00:00Z` (RFC 3339).
pub fn unix_seconds(text: &str) -> Option<i64> {
    timestamp(text).ok().map(|time| time.seconds)
}

/// Days since 1970-01-01 of `2026-01-31`.
pub(super) fn date(text: &str) -> Option<i64> {
    let plain = text.len() == 10 && text.is_ascii() && text.get(4..5) == Some("-") && text.get(7..8) == Some("-");
    if !plain || !text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-') {
        return None;
    }
    let [year, month, day] = [&text[..4], &text[5..7], &text[8..]].map(|part| part.parse::<i64>().unwrap_or(-1));
    let leap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
    let longest = match month {
        2 => 28 + i64::from(leap),
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    };
    ((1..=12).contains(&month) && (1..=longest).contains(&day) && year >= 0).then(|| days_from_civil(year, month, day))
}

fn parse_timestamp(text: &str) -> Option<(i64, u32)> {
    let (day, clock) = (date(text.get(..10)?)?, text.get(10..)?.strip_prefix(['T', 't'])?);
    let (time, rest) = clock.split_at_checked(8)?;
    let mut parts = time.split(':').map(|part| number(part).filter(|_| part.len() == 2));
    let (hours, minutes, seconds) = (parts.next()??, parts.next()??, parts.next()??);
    let (fraction, zone) = match rest.strip_prefix('.') {
        Some(rest) => rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?),
        None => ("0", rest),
    };
    let nanoseconds = format!("{fraction:0<9}").get(..9)?.parse().ok()?;
    let offset = match zone {
        "Z" | "z" => 0,
        zone if zone.len() == 6 && zone.starts_with(['+', '-']) => zone_offset(zone).ok()?,
        _ => return None,
    };
    let fits = hours < 24 && minutes < 60 && seconds < 60 && !fraction.is_empty();
    fits.then_some((day * DAY + hours * 3600 + minutes * 60 + seconds - offset, nanoseconds))
}

/// The nanoseconds of a duration such as `1h30m` or `-0.5s`.
pub(in crate::cel) fn duration(text: &str) -> Outcome<i64> {
    let parsed = parse_duration(text);
    parsed.ok_or_else(|| {
        Error::new("a duration must be written as `1h30m`, with the units `h`, `m`, `s`, `ms`, `us`, `ns`")
    })
}

fn parse_duration(text: &str) -> Option<i64> {
    let negative = text.starts_with('-');
    let mut rest = text.strip_prefix(['+', '-']).unwrap_or(text);
    if rest == "0" {
        return Some(0);
    }
    let mut total = if rest.is_empty() { None } else { Some(0_i128) }?;
    while !rest.is_empty() {
        let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit() && c != '.')?);
        let (unit, after) = after.split_at(after.find(|c: char| c.is_ascii_digit() || c == '.').unwrap_or(after.len()));
        let unit: i128 = match unit {
            "ns" => 1,
            "us" | "µs" | "μs" => 1_000,
            "ms" => 1_000_000,
            "s" => 1_000_000_000,
            "m" => 60_000_000_000,
            "h" => 3_600_000_000_000,
            _ => return None,
        };
        let (whole, fraction) = number.split_once('.').unwrap_or((number, ""));
        if (whole.is_empty() && fraction.is_empty()) || whole.len() > 20 {
            return None;
        }
        // More digits than these are below a nanosecond.
        let fraction: &str = fraction.get(..16).unwrap_or(fraction);
        if fraction.contains('.') {
            return None;
        }
        let digits = |digits: &str| if digits.is_empty() { Some(0) } else { digits.parse::<i128>().ok() };
        total += digits(whole)?.checked_mul(unit)?;
        total += digits(fraction)? * unit / 10_i128.checked_pow(u32::try_from(fraction.len()).ok()?)?;
        rest = after;
    }
    i64::try_from(if negative { -total } else { total }).ok()
}

/// The nanoseconds of a field of the format `duration`, which may be written as `2 days`, too.
pub(in crate::cel) fn duration_of_field(text: &str) -> Option<i64> {
    parse_duration(text).or_else(|| {
        let (mut total, mut rest) = (0_i64, text.trim());
        while !rest.is_empty() {
            let (number, after) = rest.split_at(rest.find(|c: char| !c.is_ascii_digit())?);
            let after = after.trim_start();
            let (unit, after) = after.split_at(after.find(|c: char| !c.is_alphabetic()).unwrap_or(after.len()));
            total = total.checked_add(number.parse::<i64>().ok()?.checked_mul(long_unit(&unit.to_lowercase())?)?)?;
            rest = after.trim_start();
        }
        (!text.trim().is_empty()).then_some(total)
    })
}

fn long_unit(unit: &str) -> Option<i64> {
    const UNITS: [(&[&str], &str, i64); 8] = [
        (&["ns"], "nano", 1),
        (&["us", "µs"], "micro", 1_000),
        (&["ms"], "milli", 1_000_000),
        (&["s"], "sec", BILLION),
        (&["m"], "min", 60 * BILLION),
        (&["h", "hr"], "hour", 3_600 * BILLION),
        (&["d"], "day", DAY * BILLION),
        (&["w", "wk"], "week", 7 * DAY * BILLION),
    ];
    let found = UNITS.into_iter().find(|(short, long, _)| short.contains(&unit) || unit.starts_with(long));
    found.map(|(.., nanoseconds)| nanoseconds)
}

/// A duration as the language prints it: in seconds.
pub(super) fn seconds(nanoseconds: i64) -> String {
    let sign = if nanoseconds < 0 { "-" } else { "" };
    let (whole, rest) = (nanoseconds.unsigned_abs() / 1_000_000_000, nanoseconds.unsigned_abs() % 1_000_000_000);
    let fraction = format!(".{rest:09}");
    format!("{sign}{whole}{}s", fraction.trim_end_matches('0').trim_end_matches('.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_and_days_agree() {
        for days in (-719_162..2_932_896).step_by(97) {
            let date = Date::of(Timestamp { seconds: days * DAY, nanoseconds: 0 }, 0);
            assert_eq!(days_from_civil(date.year, date.month, date.day), days);
        }
        assert_eq!(date("1970-01-01"), Some(0));
        assert_eq!(date("2000-02-29"), Some(11_016));
        assert_eq!(date("1900-02-29"), None);
    }

    #[test]
    fn timestamps() {
        let show = |text| timestamp(text).map(|time| time.to_string());
        assert_eq!(show("2026-01-31T12:00:00.250+02:00").unwrap(), "2026-01-31T10:00:00.25Z");
        assert_eq!(show("9999-12-31T23:59:59Z").unwrap(), "9999-12-31T23:59:59Z");
        for wrong in
            ["2026-01-31", "2026-13-01T00:00:00Z", "2026-01-31T24:00:00Z", "2026-01-31T12:00:00", "äääääääääää"]
        {
            assert!(timestamp(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn durations() {
        for (text, nanoseconds) in [
            ("1h30m", 5_400_000_000_000),
            ("-1.5s", -1_500_000_000),
            ("0", 0),
            ("1.000000001s", 1_000_000_001),
            (".5us", 500),
        ] {
            assert_eq!(duration(text), Ok(nanoseconds), "{text}");
        }
        for wrong in ["", "1", "1d", "s", "1.2.3s", "9999999999h", "-", "1 s"] {
            assert!(duration(wrong).is_err(), "{wrong}");
        }
        assert_eq!(duration_of_field("2 days 1h"), Some(176_400_000_000_000));
        assert_eq!(duration_of_field("1 fortnight"), None);
        assert_eq!(seconds(-1_500_000_000), "-1.5s");
        assert_eq!(seconds(3_600_000_000_000), "3600s");
    }
}
