//! The formats of single values: durations, quantities, cron lines, names, time zones, bytes, addresses.

mod base64;
mod objective;
mod percent;
mod time_zone;
mod url;

pub use base64::base64;
pub use objective::{OBJECTIVES, is_objective, percentage, percentile};
pub use percent::percent_encoded;
pub use time_zone::is_time_zone;
pub use url::{host_and_port, http_url};

use std::str::FromStr;

/// Whether the text is a DNS label (RFC 1123).
pub fn is_dns_label(text: &str) -> bool {
    text.len() <= 63 && is_long_dns_label(text)
}

/// Whether the text is a DNS label but for its length, which Kubernetes limits elsewhere.
pub fn is_long_dns_label(text: &str) -> bool {
    let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !text.is_empty() && text.bytes().all(inner) && !text.starts_with('-') && !text.ends_with('-')
}

/// Whether the text is a DNS subdomain (RFC 1123), as most names of Kubernetes are: labels with dots between them.
pub fn is_dns_subdomain(text: &str) -> bool {
    text.len() <= 253 && text.split('.').all(is_long_dns_label)
}

/// Whether the text is a port's name (RFC 6335): a DNS label of at most 15 characters with a letter in it.
pub fn is_port_name(text: &str) -> bool {
    is_dns_label(text) && text.len() <= 15 && text.bytes().any(|byte| byte.is_ascii_lowercase()) && !text.contains("--")
}

/// The seconds of a duration such as `1h30m` (Go's `time.ParseDuration`, without signs), or nothing.
pub fn seconds(text: &str) -> Option<f64> {
    let mut rest = text;
    let mut total = 0.0;
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let number: f64 = rest[..digits].parse().ok()?;
        rest = &rest[digits..];
        let letters = rest.find(|c: char| !c.is_ascii_alphabetic() && c != 'µ').unwrap_or(rest.len());
        total += number
            * match &rest[..letters] {
                "ns" => 1e-9,
                "us" | "µs" => 1e-6,
                "ms" => 1e-3,
                "s" => 1.0,
                "m" => 60.0,
                "h" => 3600.0,
                _ => return None,
            };
        rest = &rest[letters..];
    }
    (!text.is_empty() && total.is_finite()).then_some(total)
}

/// The number that the text is, when it has digits only: `parse` alone takes a `+`, too.
pub fn digits<T: FromStr>(text: &str) -> Option<T> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok())?
}

/// Whether the text is a Kubernetes quantity:
/// <https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/quantity/>.
pub fn is_quantity(text: &str) -> bool {
    quantity(text).is_some()
}

/// The amount that a Kubernetes quantity stands for, or nothing.
pub fn quantity(text: &str) -> Option<f64> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let digits = unsigned.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(unsigned.len());
    let (number, suffix) = unsigned.split_at(digits);
    if !number.bytes().any(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let number: f64 = number.parse().ok()?;
    let scale = match suffix {
        "" => 1.0,
        "n" => 1e-9,
        "u" => 1e-6,
        "m" => 1e-3,
        "k" => 1e3,
        "M" => 1e6,
        "G" => 1e9,
        "T" => 1e12,
        "P" => 1e15,
        "E" => 1e18,
        "Ki" => 1024.0,
        "Mi" => 1024.0_f64.powi(2),
        "Gi" => 1024.0_f64.powi(3),
        "Ti" => 1024.0_f64.powi(4),
        "Pi" => 1024.0_f64.powi(5),
        "Ei" => 1024.0_f64.powi(6),
        _ => 10.0_f64.powi(suffix.strip_prefix(['e', 'E'])?.parse().ok()?),
    };
    let amount = number * scale;
    amount.is_finite().then_some(if text.starts_with('-') { -amount } else { amount })
}

/// Whether the text is `sha256:` and 64 hexadecimal digits.
pub fn is_digest(text: &str) -> bool {
    let hex = |byte: u8| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte);
    text.strip_prefix("sha256:").is_some_and(|rest| rest.len() == 64 && rest.bytes().all(hex))
}

/// Whether the text is a minor version of Kubernetes 1.
pub fn is_kube_version(text: &str) -> bool {
    text.strip_prefix("1.").is_some_and(|minor| minor.len() <= 2 && digits::<u8>(minor).is_some())
}

/// Whether the text is a JSON pointer (RFC 6901) to a field: not to the whole, and `~` only as `~0` or `~1`.
pub fn is_pointer(text: &str) -> bool {
    text.starts_with('/') && text.split('~').skip(1).all(|rest| rest.starts_with(['0', '1']))
}

/// What is wrong with a cron line, as Kubernetes reads it (robfig/cron's standard parser).
pub fn check_cron(text: &str) -> Result<(), String> {
    if let Some(word) = text.strip_prefix('@') {
        let known = ["yearly", "annually", "monthly", "weekly", "daily", "midnight", "hourly"];
        return if known.contains(&word) { Ok(()) } else { Err(format!("`@{word}` is not a word that cron knows")) };
    }
    check_cron_fields(text)
}

/// The same where the parser is told to know no words, as Argo CD's is for sync windows.
pub fn check_cron_fields(text: &str) -> Result<(), String> {
    if text.starts_with('@') {
        return Err(format!("`{text}` is a word, where only fields are known"));
    }
    let fields: Vec<&str> = text.split_ascii_whitespace().collect();
    if fields.len() != CRON_FIELDS.len() {
        return Err(format!("`{text}` has {} fields; a cron line has 5", fields.len()));
    }
    fields.iter().zip(CRON_FIELDS).try_for_each(|(text, field)| check_cron_field(text, field))
}

struct CronField {
    name: &'static str,
    min: u32,
    max: u32,
    words: &'static [&'static str],
}

const MONTHS: &[&str] = &["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
const DAYS: &[&str] = &["sun", "mon", "tue", "wed", "thu", "fri", "sat"];
const CRON_FIELDS: &[CronField] = &[
    CronField { name: "minute", min: 0, max: 59, words: &[] },
    CronField { name: "hour", min: 0, max: 23, words: &[] },
    CronField { name: "day of the month", min: 1, max: 31, words: &[] },
    CronField { name: "month", min: 1, max: 12, words: MONTHS },
    CronField { name: "day of the week", min: 0, max: 6, words: DAYS },
];

fn check_cron_field(text: &str, field: &CronField) -> Result<(), String> {
    text.split(',').try_for_each(|part| {
        let (range, step) = part.split_once('/').map_or((part, None), |(range, step)| (range, Some(step)));
        if step.is_some_and(|step| digits::<u32>(step).is_none_or(|step| step == 0)) {
            return Err(format!("`{part}` has a step that is not a number above 0"));
        }
        if matches!(range, "*" | "?") {
            return Ok(());
        }
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        let (from, to) = (cron_number(from, field)?, cron_number(to, field)?);
        if from > to { Err(format!("`{range}` runs backwards")) } else { Ok(()) }
    })
}

fn cron_number(text: &str, field: &CronField) -> Result<u32, String> {
    let word = field.words.iter().position(|word| word.eq_ignore_ascii_case(text));
    let number = word.and_then(|at| u32::try_from(at).ok()).map(|at| at + field.min).or_else(|| digits(text));
    match number {
        Some(number) if (field.min..=field.max).contains(&number) => Ok(number),
        _ => {
            let article = if field.name.starts_with('h') { "an" } else { "a" };
            Err(format!("`{text}` is not {article} {}: from {} to {}", field.name, field.min, field.max))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        assert_eq!(seconds("1h30m"), Some(5400.0));
        assert_eq!(seconds("250ms"), Some(0.25));
        assert_eq!(seconds("5"), None);
        assert_eq!(seconds("5 m"), None);
        for wrong in ["", "m", ".s", "1.2.3s", "-1s", "1d"] {
            assert_eq!(seconds(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn quantities() {
        assert_eq!(quantity("500m"), Some(0.5));
        assert_eq!(quantity("1Gi"), Some(1_073_741_824.0));
        assert_eq!(quantity("1e3"), Some(1000.0));
        assert_eq!(quantity("-1"), Some(-1.0));
        for wrong in ["1GB", "1 Gi", "", "m", ".", "1gi", "1.2.3", "1e", "1e999", "--1"] {
            assert_eq!(quantity(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn pointers() {
        for right in ["/", "/spec/replicas", "/metadata/annotations/a.b~1c", "/a~0"] {
            assert!(is_pointer(right), "{right}");
        }
        for wrong in ["", "spec/replicas", "/a~", "/a~2", "$.spec"] {
            assert!(!is_pointer(wrong), "{wrong}");
        }
    }

    #[test]
    fn cron_lines() {
        for right in ["0 3 * * *", "*/5 0-6,12 1 jan mon-fri", "@daily"] {
            assert_eq!(check_cron(right), Ok(()), "{right}");
        }
        for wrong in [
            "61 * * * *",
            "* * * *",
            "*/0 * * * *",
            "5-1 * * * *",
            "0 0 * * 7",
            "@often",
            "TZ=UTC 0 0 * * *",
            "+5 * * * *",
        ] {
            assert!(check_cron(wrong).is_err(), "{wrong}");
        }
        assert_eq!(check_cron_fields("0 3 * * *"), Ok(()));
        assert_eq!(check_cron_fields("@daily"), Err("`@daily` is a word, where only fields are known".into()));
    }
}
