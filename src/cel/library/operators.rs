//! Operators: equality, order and arithmetic.

use std::cmp::Ordering;

use super::{Table, no_overload, time};
use crate::cel::value::{Error, List, Map, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("_==_(A, A): bool", |args| Ok(Value::Bool(equal(args)?))),
    ("_!=_(A, A): bool", |args| Ok(Value::Bool(!equal(args)?))),
    ("_<_(bool, bool): bool", less),
    ("_<_(int, int): bool", less),
    ("_<_(int, uint): bool", less),
    ("_<_(int, double): bool", less),
    ("_<_(uint, int): bool", less),
    ("_<_(uint, uint): bool", less),
    ("_<_(uint, double): bool", less),
    ("_<_(double, int): bool", less),
    ("_<_(double, uint): bool", less),
    ("_<_(double, double): bool", less),
    ("_<_(string, string): bool", less),
    ("_<_(bytes, bytes): bool", less),
    ("_<_(duration, duration): bool", less),
    ("_<_(timestamp, timestamp): bool", less),
    ("!_(bool): bool", not),
    ("-_(int): int", negate),
    ("-_(double): double", negate),
    ("_+_(int, int): int", add),
    ("_+_(uint, uint): uint", add),
    ("_+_(double, double): double", add),
    ("_+_(string, string): string", add),
    ("_+_(bytes, bytes): bytes", add),
    ("_+_(list(A), list(A)): list(A)", add),
    ("_+_(duration, duration): duration", add),
    ("_+_(duration, timestamp): timestamp", add),
    ("_+_(timestamp, duration): timestamp", add),
    ("_-_(int, int): int", subtract),
    ("_-_(uint, uint): uint", subtract),
    ("_-_(double, double): double", subtract),
    ("_-_(duration, duration): duration", subtract),
    ("_-_(timestamp, timestamp): duration", subtract),
    ("_-_(timestamp, duration): timestamp", subtract),
    ("_*_(int, int): int", multiply),
    ("_*_(uint, uint): uint", multiply),
    ("_*_(double, double): double", multiply),
    ("_/_(int, int): int", divide),
    ("_/_(uint, uint): uint", divide),
    ("_/_(double, double): double", divide),
    ("_%_(int, int): int", remainder),
    ("_%_(uint, uint): uint", remainder),
    ("_in_(A, list(A)): bool", contains),
    ("_in_(A, map(A, B)): bool", contains),
    ("_[_](list(A), int): A", index),
    ("_[_](map(A, B), A): B", index),
    ("_[_](optional(list(A)), int): optional(A)", optional_index),
    ("_[_](optional(map(A, B)), A): optional(B)", optional_index),
    ("_[?_](list(A), int): optional(A)", optional_index),
    ("_[?_](map(A, B), A): optional(B)", optional_index),
    ("_[?_](optional(list(A)), int): optional(A)", optional_index),
    ("_[?_](optional(map(A, B)), A): optional(B)", optional_index),
];

/// Whether an order is the one that is asked for.
type Holds = fn(Ordering) -> bool;

/// The comparisons that are `<` with the operands or the answer turned round.
pub(in crate::cel) const COMPARISONS: [(&str, Holds); 4] =
    [("_<_", Ordering::is_lt), ("_<=_", Ordering::is_le), ("_>_", Ordering::is_gt), ("_>=_", Ordering::is_ge)];

/// More comparisons than this are no comparison of two values of one object.
const MOST_COMPARISONS: u32 = 200_000;

impl Value<'_> {
    /// Whether both are the same value; numbers are compared across their types.
    pub(in crate::cel) fn equals(&self, other: &Self) -> Outcome<bool> {
        self.equals_within(other, &mut 0)
    }

    fn equals_within(&self, other: &Self, compared: &mut u32) -> Outcome<bool> {
        *compared += 1;
        if *compared > MOST_COMPARISONS {
            return Err(Error::endless());
        }
        Ok(match (self, other) {
            (Value::Null, Value::Null) => true,
            (Value::Bool(a), Value::Bool(b)) => a == b,
            (Value::String(a), Value::String(b)) => **a == **b,
            (Value::Bytes(a), Value::Bytes(b)) => a == b,
            (Value::Duration(a), Value::Duration(b)) => a == b,
            (Value::Timestamp(a), Value::Timestamp(b)) => a == b,
            (Value::Type(a), Value::Type(b)) | (Value::Format(a), Value::Format(b)) => a == b,
            (Value::Quantity(a), Value::Quantity(b)) => a.cmp(b).is_eq(),
            (Value::Url(a), Value::Url(b)) => a == b,
            (Value::Ip(a), Value::Ip(b)) => a == b,
            (Value::Cidr(a), Value::Cidr(b)) => a == b,
            (Value::Semver(a), Value::Semver(b)) => a.cmp(b).is_eq(),
            (Value::Optional(a), Value::Optional(b)) => match (a, b) {
                (Some(a), Some(b)) => a.equals_within(b, compared)?,
                (a, b) => a.is_none() && b.is_none(),
            },
            (Value::List(a), Value::List(b)) => equal_lists(a, b, compared)?,
            (Value::Map(a), Value::Map(b)) => equal_maps(a, b, compared)?,
            _ => order_numbers(self, other).is_some_and(Ordering::is_eq),
        })
    }

    /// Which of two values comes first.
    pub(in crate::cel) fn order(&self, other: &Self) -> Outcome<Option<Ordering>> {
        Ok(match (self, other) {
            (Value::Bool(a), Value::Bool(b)) => Some(a.cmp(b)),
            (Value::String(a), Value::String(b)) => Some((**a).cmp(&**b)),
            (Value::Bytes(a), Value::Bytes(b)) => Some(a.cmp(b)),
            (Value::Duration(a), Value::Duration(b)) => Some(a.cmp(b)),
            (Value::Timestamp(a), Value::Timestamp(b)) => Some(a.cmp(b)),
            (Value::Int(_) | Value::Uint(_) | Value::Double(_), Value::Int(_) | Value::Uint(_) | Value::Double(_)) => {
                order_numbers(self, other)
            }
            _ => return no_overload(),
        })
    }
}

fn equal_lists(a: &List<'_>, b: &List<'_>, compared: &mut u32) -> Outcome<bool> {
    if a.len() != b.len() {
        return Ok(false);
    }
    for (a, b) in a.iter().zip(b.iter()) {
        if !a?.equals_within(&b?, compared)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn equal_maps(a: &Map<'_>, b: &Map<'_>, compared: &mut u32) -> Outcome<bool> {
    let (a, b) = (a.entries()?, b.entries()?);
    if a.len() != b.len() {
        return Ok(false);
    }
    for (key, value) in &a {
        let mut found = false;
        for (other, candidate) in &b {
            if key.equals_within(other, compared)? {
                found = value.equals_within(candidate, compared)?;
                break;
            }
        }
        if !found {
            return Ok(false);
        }
    }
    Ok(true)
}

/// The order of two numbers; nothing for what is no number.
fn order_numbers(a: &Value<'_>, b: &Value<'_>) -> Option<Ordering> {
    match (whole(a), whole(b)) {
        (Some(a), Some(b)) => Some(a.cmp(&b)),
        (Some(a), None) => double(b).and_then(|b| order_mixed(a, b)),
        (None, Some(b)) => double(a).and_then(|a| order_mixed(b, a)).map(Ordering::reverse),
        (None, None) => double(a)?.partial_cmp(&double(b)?),
    }
}

fn whole(value: &Value<'_>) -> Option<i128> {
    match value {
        Value::Int(value) => Some(i128::from(*value)),
        Value::Uint(value) => Some(i128::from(*value)),
        _ => None,
    }
}

fn double(value: &Value<'_>) -> Option<f64> {
    if let Value::Double(value) = value { Some(*value) } else { None }
}

fn order_mixed(whole: i128, double: f64) -> Option<Ordering> {
    if double.is_nan() {
        return None;
    }
    #[expect(clippy::cast_possible_truncation, reason = "what is out of range saturates, which keeps the order")]
    let floor = double.floor() as i128;
    let above = if double.fract() == 0.0 { Ordering::Equal } else { Ordering::Less };
    Some(whole.cmp(&floor).then(above))
}

fn equal(args: &[Value<'_>]) -> Outcome<bool> {
    match args {
        [a, b] => a.equals(b),
        _ => no_overload(),
    }
}

fn less<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [a, b] => Ok(Value::Bool(a.order(b)?.is_some_and(Ordering::is_lt))),
        _ => no_overload(),
    }
}

fn not<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Bool(value)] => Ok(Value::Bool(!value)),
        _ => no_overload(),
    }
}

fn negate<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(value)] => whole_number(value.checked_neg()),
        [Value::Double(value)] => Ok(Value::Double(-value)),
        _ => no_overload(),
    }
}

fn whole_number<'a>(value: Option<i64>) -> Outcome<Value<'a>> {
    value.map(Value::Int).ok_or_else(|| Error::new("integer overflow"))
}

fn unsigned<'a>(value: Option<u64>) -> Outcome<Value<'a>> {
    value.map(Value::Uint).ok_or_else(|| Error::new("unsigned integer overflow"))
}

fn span<'a>(value: Option<i64>) -> Outcome<Value<'a>> {
    value.map(Value::Duration).ok_or_else(|| Error::new("duration out of range"))
}

fn add<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(a), Value::Int(b)] => whole_number(a.checked_add(*b)),
        [Value::Uint(a), Value::Uint(b)] => unsigned(a.checked_add(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a + b)),
        [Value::String(a), Value::String(b)] => Ok(Value::text([&**a, &**b].concat())),
        [Value::Bytes(a), Value::Bytes(b)] => Ok(Value::Bytes([&**a, &**b].concat().into())),
        [Value::List(a), Value::List(b)] => {
            let mut items = a.values()?;
            items.extend(b.values()?);
            Ok(Value::list(items))
        }
        [Value::Duration(a), Value::Duration(b)] => span(a.checked_add(*b)),
        [Value::Timestamp(a), Value::Duration(b)] | [Value::Duration(b), Value::Timestamp(a)] => {
            Ok(Value::Timestamp(a.later_by(*b)?))
        }
        _ => no_overload(),
    }
}

fn subtract<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(a), Value::Int(b)] => whole_number(a.checked_sub(*b)),
        [Value::Uint(a), Value::Uint(b)] => unsigned(a.checked_sub(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a - b)),
        [Value::Duration(a), Value::Duration(b)] => span(a.checked_sub(*b)),
        [Value::Timestamp(a), Value::Timestamp(b)] => span(time::between(a, b)),
        [Value::Timestamp(a), Value::Duration(b)] => match b.checked_neg() {
            Some(back) => Ok(Value::Timestamp(a.later_by(back)?)),
            None => fail("duration out of range"),
        },
        _ => no_overload(),
    }
}

fn multiply<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(a), Value::Int(b)] => whole_number(a.checked_mul(*b)),
        [Value::Uint(a), Value::Uint(b)] => unsigned(a.checked_mul(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a * b)),
        _ => no_overload(),
    }
}

fn divide<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => fail("division by zero"),
        [Value::Int(a), Value::Int(b)] => whole_number(a.checked_div(*b)),
        [Value::Uint(a), Value::Uint(b)] => unsigned(a.checked_div(*b)),
        [Value::Double(a), Value::Double(b)] => Ok(Value::Double(a / b)),
        _ => no_overload(),
    }
}

fn remainder<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(_), Value::Int(0)] | [Value::Uint(_), Value::Uint(0)] => fail("modulus by zero"),
        [Value::Int(a), Value::Int(b)] => whole_number(a.checked_rem(*b)),
        [Value::Uint(a), Value::Uint(b)] => unsigned(a.checked_rem(*b)),
        _ => no_overload(),
    }
}

fn contains<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [wanted, Value::List(list)] => {
            for item in list.iter() {
                if item?.equals(wanted)? {
                    return Ok(Value::Bool(true));
                }
            }
            Ok(Value::Bool(false))
        }
        [key, Value::Map(map)] => Ok(Value::Bool(map.get(key).is_some())),
        _ => no_overload(),
    }
}

/// What an index or a key stands for, if it is there.
fn find<'a>(of: &Value<'a>, key: &Value<'a>) -> Outcome<Option<Value<'a>>> {
    match of {
        Value::List(list) => {
            let at = match key {
                Value::Double(at) if at.fract() == 0.0 => order_mixed_index(*at),
                key => whole(key),
            };
            let Some(at) = at else { return no_overload() };
            usize::try_from(at).ok().and_then(|at| list.get(at)).transpose()
        }
        Value::Map(map) => map.get(key).transpose(),
        _ => no_overload(),
    }
}

fn order_mixed_index(at: f64) -> Option<i128> {
    #[expect(clippy::cast_possible_truncation, reason = "no list is so long")]
    at.is_finite().then_some(at as i128)
}

fn index<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Optional(_), _] => optional_index(args),
        [of, key] => match (find(of, key)?, of) {
            (Some(value), _) => Ok(value),
            (None, Value::List(_)) => fail(format!("index out of bounds: {}", key.plain())),
            (None, _) => fail(format!("no such key: {}", key.plain())),
        },
        _ => no_overload(),
    }
}

fn optional_index<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Optional(None), _] => Ok(Value::Optional(None)),
        [Value::Optional(Some(of)), key] => Ok(find(of, key)?.map_or(Value::Optional(None), Value::some)),
        [of, key] => Ok(find(of, key)?.map_or(Value::Optional(None), Value::some)),
        _ => no_overload(),
    }
}
