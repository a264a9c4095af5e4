//! Semantic versions: <https://semver.org/spec/v2.0.0.html>.

use std::{cmp::Ordering, fmt};

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value};

pub(super) const TABLE: Table = &[
    ("semver(string): semver", |args| parse(args).map(|version| Value::Semver(version.into()))),
    ("semver(string, bool): semver", |args| parse(args).map(|version| Value::Semver(version.into()))),
    ("isSemver(string): bool", |args| Ok(Value::Bool(parse(args).is_ok()))),
    ("isSemver(string, bool): bool", |args| Ok(Value::Bool(parse(args).is_ok()))),
    ("(semver).major(): int", |args| number(args, 0)),
    ("(semver).minor(): int", |args| number(args, 1)),
    ("(semver).patch(): int", |args| number(args, 2)),
    ("(semver).isLessThan(semver): bool", |args| compare(args, |order| Value::Bool(order.is_lt()))),
    ("(semver).isGreaterThan(semver): bool", |args| compare(args, |order| Value::Bool(order.is_gt()))),
    ("(semver).compareTo(semver): int", |args| compare(args, |order| Value::Int(order as i64))),
];

/// A version.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Semver {
    numbers: [u64; 3],
    /// What stands after the hyphen, if anything does.
    pre: Vec<String>,
    /// What stands after the plus sign; it has no part in the order.
    build: String,
}

impl Semver {
    /// Reads a version; a lenient one may start with `v`, lack its last numbers, and have leading zeros.
    fn new(text: &str, lenient: bool) -> Option<Self> {
        let text = if lenient { text.strip_prefix('v').unwrap_or(text) } else { text };
        let (rest, build) = text.split_once('+').map_or((text, None), |(rest, build)| (rest, Some(build)));
        let (core, pre) = rest.split_once('-').map_or((rest, None), |(core, pre)| (core, Some(pre)));
        let mut numbers = [0; 3];
        let parts: Vec<&str> = core.split('.').collect();
        if parts.len() > 3 || (parts.len() < 3 && !(lenient && pre.is_none() && build.is_none())) {
            return None;
        }
        for (number, part) in numbers.iter_mut().zip(parts) {
            let digits = if lenient { part.trim_start_matches('0') } else { part };
            let digits = if digits.is_empty() && !part.is_empty() { "0" } else { digits };
            *number = numeric(digits)?;
        }
        let pre: Vec<String> = pre.map(|pre| pre.split('.').map(str::to_owned).collect()).unwrap_or_default();
        let words = pre.iter().map(String::as_str);
        let sound = words.clone().chain(build.into_iter().flat_map(|build| build.split('.'))).all(is_identifier)
            && words.filter(|word| word.bytes().all(|byte| byte.is_ascii_digit())).all(|word| numeric(word).is_some());
        sound.then(|| Self { numbers, pre, build: build.unwrap_or_default().to_owned() })
    }

    pub(super) fn cmp(&self, other: &Self) -> Ordering {
        let released = |version: &Self| version.pre.is_empty();
        self.numbers.cmp(&other.numbers).then(released(self).cmp(&released(other))).then_with(|| {
            let words = self.pre.iter().zip(&other.pre).map(|(a, b)| compare_words(a, b));
            let first = words.into_iter().find(|order| order.is_ne());
            first.unwrap_or_else(|| self.pre.len().cmp(&other.pre.len()))
        })
    }
}

fn is_identifier(word: &str) -> bool {
    !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
}

/// Digits without a leading zero.
fn numeric(digits: &str) -> Option<u64> {
    let canonical = digits == "0" || !digits.starts_with('0');
    (canonical && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok())?
}

/// Numbers come before words.
fn compare_words(a: &str, b: &str) -> Ordering {
    match (a.parse::<u64>(), b.parse::<u64>()) {
        (Ok(a), Ok(b)) => a.cmp(&b),
        (Ok(_), Err(_)) => Ordering::Less,
        (Err(_), Ok(_)) => Ordering::Greater,
        (Err(_), Err(_)) => a.cmp(b),
    }
}

impl fmt::Display for Semver {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let [major, minor, patch] = self.numbers;
        write!(f, "{major}.{minor}.{patch}")?;
        if !self.pre.is_empty() {
            write!(f, "-{}", self.pre.join("."))?;
        }
        if self.build.is_empty() { Ok(()) } else { write!(f, "+{}", self.build) }
    }
}

fn parse(args: &[Value<'_>]) -> Outcome<Semver> {
    let lenient = matches!(args.get(1), Some(Value::Bool(true)));
    let version = args.first().and_then(Value::as_str).and_then(|text| Semver::new(text, lenient));
    version.ok_or_else(|| Error::new("this is no semantic version such as `1.2.3`"))
}

fn number<'a>(args: &[Value<'a>], at: usize) -> Outcome<Value<'a>> {
    match args {
        [Value::Semver(version)] => Ok(Value::Int(i64::try_from(version.numbers[at]).unwrap_or(i64::MAX))),
        _ => no_overload(),
    }
}

fn compare<'a>(args: &[Value<'a>], of: impl Fn(Ordering) -> Value<'a>) -> Outcome<Value<'a>> {
    match args {
        [Value::Semver(a), Value::Semver(b)] => Ok(of(a.cmp(b))),
        _ => no_overload(),
    }
}
