//! Bytes, which stand in an object as base64 (RFC 4648, section 4).

use crate::{
    cel::value::{Outcome, Value, fail},
    grammar::formats::base64,
};

/// The bytes of a text.
pub(super) fn of_text<'a>(text: &str) -> Value<'a> {
    Value::Bytes(text.as_bytes().into())
}

/// The bytes that a field of the format `byte` stands for.
pub(in crate::cel) fn of_field<'a>(text: &str) -> Outcome<Value<'a>> {
    match base64(text) {
        Some(bytes) => Ok(Value::Bytes(bytes.into())),
        None => fail("a field of the format `byte` is not encoded in base64"),
    }
}
