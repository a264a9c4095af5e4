//! What a plain scalar stands for: the rules of go-yaml v2, with which Kubernetes reads.
//!
//! They are those of YAML 1.1 (<https://yaml.org/type/>) with three differences: no base 60 numbers, no dates, and `0o`
//! for octal numbers too.

use std::borrow::Cow;

use smol_str::{SmolStr, format_smolstr};

use crate::node::Value;

/// A plain scalar's meaning.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) enum Scalar<'t> {
    Null,
    Bool(bool),
    Int(i64),
    /// An integer above `i64::MAX`.
    Unsigned(u64),
    Float(f64),
    Str(&'t str),
}

/// The meaning of an untagged plain scalar.
pub(super) fn resolve(text: &str) -> Scalar<'_> {
    let meaning = match text.as_bytes().first() {
        None => Some(Scalar::Null),
        Some(b'~' | b'y' | b'Y' | b'n' | b'N' | b't' | b'T' | b'f' | b'F' | b'o' | b'O') => word(text),
        Some(b'.') => special_float(text).or_else(|| point(text)),
        Some(b'+' | b'-') => special_float(text).or_else(|| number(text)),
        Some(b'0'..=b'9') => number(text),
        Some(_) => None,
    };
    meaning.unwrap_or(Scalar::Str(text))
}

fn word(text: &str) -> Option<Scalar<'static>> {
    Some(match text {
        "y" | "Y" | "yes" | "Yes" | "YES" | "true" | "True" | "TRUE" | "on" | "On" | "ON" => Scalar::Bool(true),
        "n" | "N" | "no" | "No" | "NO" | "false" | "False" | "FALSE" | "off" | "Off" | "OFF" => Scalar::Bool(false),
        "~" | "null" | "Null" | "NULL" => Scalar::Null,
        _ => return None,
    })
}

fn special_float(text: &str) -> Option<Scalar<'static>> {
    Some(Scalar::Float(match text {
        ".nan" | ".NaN" | ".NAN" => f64::NAN,
        ".inf" | ".Inf" | ".INF" | "+.inf" | "+.Inf" | "+.INF" => f64::INFINITY,
        "-.inf" | "-.Inf" | "-.INF" => f64::NEG_INFINITY,
        _ => return None,
    }))
}

/// A number that starts with its point. Here an underscore must stand between digits.
fn point(text: &str) -> Option<Scalar<'static>> {
    let bytes = text.as_bytes();
    let is_digit = |at: usize| bytes.get(at).is_some_and(u8::is_ascii_digit);
    let separates = |at: usize| is_digit(at.wrapping_sub(1)) && is_digit(at + 1);
    let misplaced = bytes.iter().enumerate().any(|(at, byte)| *byte == b'_' && !separates(at));
    if misplaced { None } else { float(&without_underscores(text)) }
}

fn number(text: &str) -> Option<Scalar<'static>> {
    let text = without_underscores(text);
    integer(&text).or_else(|| float(&text))
}

fn without_underscores(text: &str) -> Cow<'_, str> {
    if text.contains('_') { Cow::Owned(text.replace('_', "")) } else { Cow::Borrowed(text) }
}

fn integer(text: &str) -> Option<Scalar<'static>> {
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    let (digits, radix) = match unsigned.as_bytes() {
        [b'0', b'x' | b'X', ..] => (&unsigned[2..], 16),
        [b'0', b'o' | b'O', ..] => (&unsigned[2..], 8),
        [b'0', b'b' | b'B', ..] => (&unsigned[2..], 2),
        [b'0', _, ..] => (&unsigned[1..], 8),
        _ => (unsigned, 10),
    };
    // A sign here would be the second one.
    if !digits.as_bytes().first()?.is_ascii_alphanumeric() {
        return None;
    }
    let magnitude = u64::from_str_radix(digits, radix).ok()?;
    match text.as_bytes()[0] {
        b'-' => 0_i64.checked_sub_unsigned(magnitude).map(Scalar::Int),
        sign => match i64::try_from(magnitude) {
            Ok(value) => Some(Scalar::Int(value)),
            Err(_) => (sign != b'+').then_some(Scalar::Unsigned(magnitude)),
        },
    }
}

/// A decimal number. One that is too large is no number but a string.
fn float(text: &str) -> Option<Scalar<'static>> {
    let decimal = text.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'.' | b'e' | b'E' | b'+' | b'-'));
    let value = if decimal { text.parse::<f64>().ok()? } else { return None };
    value.is_finite().then_some(Scalar::Float(value))
}

impl Scalar<'_> {
    /// The value that Kubernetes gets, which has gone through JSON; nothing for numbers that JSON cannot hold.
    pub(super) fn value(self) -> Option<Value> {
        Some(match self {
            Self::Null => Value::Null,
            Self::Bool(value) => Value::Bool(value),
            Self::Int(value) => Value::Int(value),
            #[expect(clippy::cast_precision_loss, reason = "Kubernetes loses it too")]
            Self::Unsigned(value) => Value::Float(value as f64),
            Self::Float(value) if value.is_finite() => json_number(value),
            Self::Float(_) => return None,
            Self::Str(text) => Value::Str(text.into()),
        })
    }

    /// The key that Kubernetes gets; nothing when it refuses the key.
    pub(super) fn key(self) -> Option<SmolStr> {
        Some(match self {
            Self::Null | Self::Unsigned(_) => return None,
            Self::Bool(true) => SmolStr::new_static("true"),
            Self::Bool(false) => SmolStr::new_static("false"),
            Self::Int(value) => format_smolstr!("{value}"),
            Self::Float(value) => float_key(value),
            Self::Str(text) => text.into(),
        })
    }
}

/// Kubernetes takes a number without a fraction for an integer, because JSON writes `1.0` as `1`.
fn json_number(value: f64) -> Value {
    if value.fract() != 0.0 {
        return Value::Float(value);
    }
    // The digits as JSON has them, which are the fewest that name the number.
    format_smolstr!("{}", value + 0.0).parse().map_or(Value::Float(value), Value::Int)
}

/// A key such as `1.10`, for which Kubernetes takes the fewest digits that name the number in single precision.
fn float_key(value: f64) -> SmolStr {
    #[expect(clippy::cast_possible_truncation, reason = "Kubernetes truncates it too")]
    let value = value as f32;
    if !value.is_finite() {
        let name = if value.is_nan() {
            ".nan"
        } else if value > 0.0 {
            ".inf"
        } else {
            "-.inf"
        };
        return SmolStr::new_static(name);
    }
    let scientific = format!("{value:e}");
    let (mantissa, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>().unwrap_or_default() {
        -4..=5 => format_smolstr!("{value}"),
        exponent => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format_smolstr!("{mantissa}e{sign}{:02}", exponent.abs())
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value as Json;

    use super::*;
    use crate::node::Node;

    #[test]
    fn scalars_mean_what_kubernetes_makes_of_them() {
        let table = include_str!("../../../tests/fixtures/yaml/scalars.tsv");
        for row in table.lines().filter(|row| !row.starts_with("# ")) {
            let [text, value, key] = row.split('\t').collect::<Vec<_>>()[..] else { panic!("three columns: {row}") };
            let expected = (value != "error").then(|| serde_json::from_str::<Json>(value).unwrap());
            let found = resolve(text).value().map(|value| Node::made(value).to_json());
            assert_eq!(found.as_ref().map(number), expected.as_ref().map(number), "the value `{text}`");
            let expected = (key != "error").then(|| SmolStr::from(serde_json::from_str::<String>(key).unwrap()));
            assert_eq!(resolve(text).key(), expected, "the key `{text}`");
        }
    }

    /// Integers beyond 64 bits are floats here.
    fn number(json: &Json) -> Json {
        if json.as_i64().is_none() { json.as_f64().map_or_else(|| json.clone(), Json::from) } else { json.clone() }
    }
}
