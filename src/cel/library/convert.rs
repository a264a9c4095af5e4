//! From one type to another: <https://github.com/google/cel-spec/blob/master/doc/langdef.md#standard-definitions>.

use super::{Table, bytes, no_overload, template, time};
use crate::cel::value::{Error, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("bool(bool): bool", same),
    ("bool(string): bool", boolean),
    ("int(int): int", same),
    ("int(uint): int", int),
    ("int(double): int", int),
    ("int(string): int", int),
    ("int(timestamp): int", int),
    ("int(duration): int", int),
    ("uint(uint): uint", same),
    ("uint(int): uint", uint),
    ("uint(double): uint", uint),
    ("uint(string): uint", uint),
    ("double(double): double", same),
    ("double(int): double", double),
    ("double(uint): double", double),
    ("double(string): double", double),
    ("string(string): string", same),
    ("string(bool): string", string),
    ("string(int): string", string),
    ("string(uint): string", string),
    ("string(double): string", string),
    ("string(bytes): string", string),
    ("string(timestamp): string", string),
    ("string(duration): string", string),
    ("string(ip): string", string),
    ("string(cidr): string", string),
    ("bytes(bytes): bytes", same),
    ("bytes(string): bytes", bytes),
    ("duration(duration): duration", same),
    ("duration(string): duration", duration),
    ("duration(int): duration", duration),
    ("timestamp(timestamp): timestamp", same),
    ("timestamp(string): timestamp", timestamp),
    ("timestamp(int): timestamp", timestamp),
    ("dyn(A): dyn", same),
    ("type(A): type", |args| args.first().map_or_else(no_overload, |value| Ok(Value::Type(value.type_name())))),
    ("size(string): int", size),
    ("size(bytes): int", size),
    ("size(list(A)): int", size),
    ("size(map(A, B)): int", size),
    ("(string).size(): int", size),
    ("(bytes).size(): int", size),
    ("(list(A)).size(): int", size),
    ("(map(A, B)).size(): int", size),
];

fn same<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    args.first().cloned().map_or_else(no_overload, Ok)
}

fn boolean<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args.first().and_then(Value::as_str) {
        Some("1" | "t" | "T" | "true" | "TRUE" | "True") => Ok(Value::Bool(true)),
        Some("0" | "f" | "F" | "false" | "FALSE" | "False") => Ok(Value::Bool(false)),
        _ => fail("type conversion error from string to bool"),
    }
}

#[expect(clippy::cast_possible_truncation, reason = "the range was checked")]
fn int<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let number = match args {
        [Value::Uint(value)] => i64::try_from(*value).ok(),
        // 2^63 itself is out of range, and so is -2^63, as no conversion back would give it.
        [Value::Double(value)] => (value.abs() < 9_223_372_036_854_775_808.0).then_some(*value as i64),
        [Value::String(text)] => {
            return text.parse().map(Value::Int).map_err(|_| Error::new("type conversion error from string to int"));
        }
        [Value::Timestamp(time)] => Some(time.seconds),
        [Value::Duration(nanoseconds)] => Some(*nanoseconds),
        _ => return no_overload(),
    };
    number.map(Value::Int).ok_or_else(|| Error::new("integer overflow"))
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "the range was checked")]
fn uint<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let number = match args {
        [Value::Int(value)] => u64::try_from(*value).ok(),
        [Value::Double(value)] => (0.0..18_446_744_073_709_551_616.0).contains(value).then_some(*value as u64),
        [Value::String(text)] => {
            return text.parse().map(Value::Uint).map_err(|_| Error::new("type conversion error from string to uint"));
        }
        _ => return no_overload(),
    };
    number.map(Value::Uint).ok_or_else(|| Error::new("unsigned integer overflow"))
}

#[expect(clippy::cast_precision_loss, reason = "the nearest number is what is asked for")]
fn double<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(value)] => Ok(Value::Double(*value as f64)),
        [Value::Uint(value)] => Ok(Value::Double(*value as f64)),
        [Value::String(text)] => {
            text.parse().map(Value::Double).map_err(|_| Error::new("type conversion error from string to double"))
        }
        _ => no_overload(),
    }
}

fn string<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    Ok(Value::text(match args {
        [Value::Bytes(bytes)] => match std::str::from_utf8(bytes) {
            Ok(text) => text.to_owned(),
            Err(_) => return fail("invalid UTF-8 in bytes, cannot convert to string"),
        },
        [Value::Double(value)] => template::shortest(*value),
        [value] => value.plain(),
        _ => return no_overload(),
    }))
}

fn bytes<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text)] => Ok(bytes::of_text(text)),
        _ => no_overload(),
    }
}

fn duration<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text)] => time::duration(text).map(Value::Duration),
        [Value::Int(nanoseconds)] => Ok(Value::Duration(*nanoseconds)),
        _ => no_overload(),
    }
}

fn timestamp<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text)] => time::timestamp(text).map(Value::Timestamp),
        [Value::Int(seconds)] => time::Timestamp::new(*seconds, 0).map(Value::Timestamp),
        _ => no_overload(),
    }
}

fn size<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let size = match args {
        [Value::String(text)] => text.chars().count(),
        [Value::Bytes(bytes)] => bytes.len(),
        [Value::List(list)] => list.len(),
        [Value::Map(map)] => map.len(),
        _ => return no_overload(),
    };
    Ok(Value::Int(count(size)))
}

/// A number of things as an integer of the language.
pub(super) fn count(number: usize) -> i64 {
    i64::try_from(number).unwrap_or(i64::MAX)
}
