//! Values that may be absent: <https://pkg.go.dev/github.com/google/cel-go/cel#OptionalTypes>.

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("optional.of(A): optional(A)", of),
    ("optional.ofNonZeroValue(A): optional(A)", of_non_zero),
    ("optional.none(): optional(A)", |_| Ok(Value::Optional(None))),
    ("(optional(A)).hasValue(): bool", has_value),
    ("(optional(A)).value(): A", value),
    ("(optional(A)).or(optional(A)): optional(A)", or),
    ("(optional(A)).orValue(A): A", or_value),
    ("(list(A)).first(): optional(A)", |args| at(args, |items| items.next())),
    ("(list(A)).last(): optional(A)", |args| at(args, |items| items.next_back())),
    ("optional.unwrap(list(optional(A))): list(A)", unwrap),
    ("(list(optional(A))).unwrapOpt(): list(A)", unwrap),
];

fn of<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    args.first().cloned().map_or_else(no_overload, |value| Ok(Value::some(value)))
}

fn of_non_zero<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let Some(value) = args.first() else { return no_overload() };
    let zero = match value {
        Value::Null | Value::Bool(false) | Value::Int(0) | Value::Uint(0) | Value::Duration(0) => true,
        Value::Double(number) => *number == 0.0,
        Value::String(text) => text.is_empty(),
        Value::Bytes(bytes) => bytes.is_empty(),
        Value::List(list) => list.len() == 0,
        Value::Map(map) => map.len() == 0,
        Value::Optional(value) => value.is_none(),
        _ => false,
    };
    Ok(if zero { Value::Optional(None) } else { Value::some(value.clone()) })
}

fn has_value<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Optional(value)] => Ok(Value::Bool(value.is_some())),
        _ => no_overload(),
    }
}

fn value<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Optional(Some(value))] => Ok((**value).clone()),
        [Value::Optional(None)] => fail("optional.none() dereference"),
        _ => no_overload(),
    }
}

fn or<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Optional(None), other] => Ok(other.clone()),
        [value @ Value::Optional(_), _] => Ok(value.clone()),
        _ => no_overload(),
    }
}

fn or_value<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Optional(None), other] => Ok(other.clone()),
        [Value::Optional(Some(value)), _] => Ok((**value).clone()),
        _ => no_overload(),
    }
}

fn at<'a>(
    args: &[Value<'a>],
    choose: impl Fn(&mut dyn DoubleEndedIterator<Item = Outcome<Value<'a>>>) -> Option<Outcome<Value<'a>>>,
) -> Outcome<Value<'a>> {
    match args {
        [Value::List(list)] => Ok(choose(&mut list.iter()).transpose()?.map_or(Value::Optional(None), Value::some)),
        _ => no_overload(),
    }
}

fn unwrap<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::List(list)] = args else { return no_overload() };
    let mut present = Vec::new();
    for item in list.iter() {
        match item? {
            Value::Optional(Some(value)) => present.push((*value).clone()),
            Value::Optional(None) => {}
            _ => return Err(Error::new("no such overload")),
        }
    }
    Ok(Value::list(present))
}
