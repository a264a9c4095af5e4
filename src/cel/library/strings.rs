//! Strings, counted in characters: <https://pkg.go.dev/github.com/google/cel-go/ext#Strings> up to version 2.

use super::{Table, convert::count, no_overload};
use crate::cel::value::{Error, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("(string).contains(string): bool", |args| test(args, |text, part| text.contains(part))),
    ("(string).startsWith(string): bool", |args| test(args, |text, part| text.starts_with(part))),
    ("(string).endsWith(string): bool", |args| test(args, |text, part| text.ends_with(part))),
    ("(string).charAt(int): string", char_at),
    ("(string).indexOf(string): int", index_of),
    ("(string).indexOf(string, int): int", index_of),
    ("(string).lastIndexOf(string): int", last_index_of),
    ("(string).lastIndexOf(string, int): int", last_index_of),
    ("(string).lowerAscii(): string", |args| map(args, str::to_ascii_lowercase)),
    ("(string).upperAscii(): string", |args| map(args, str::to_ascii_uppercase)),
    ("(string).trim(): string", |args| map(args, |text| text.trim().to_owned())),
    ("(string).replace(string, string): string", replace),
    ("(string).replace(string, string, int): string", replace),
    ("(string).split(string): list(string)", split),
    ("(string).split(string, int): list(string)", split),
    ("(string).substring(int): string", substring),
    ("(string).substring(int, int): string", substring),
    ("(list(string)).join(): string", join),
    ("(list(string)).join(string): string", join),
    ("strings.quote(string): string", |args| map(args, quote)),
];

/// A longer text is not made.
pub(super) const LONGEST: usize = 1 << 20;

fn test<'a>(args: &[Value<'a>], holds: impl Fn(&str, &str) -> bool) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text), Value::String(part)] => Ok(Value::Bool(holds(text, part))),
        _ => no_overload(),
    }
}

fn map<'a>(args: &[Value<'a>], change: impl Fn(&str) -> String) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text)] => Ok(Value::text(change(text))),
        _ => no_overload(),
    }
}

/// The byte at which a character starts; the end of the text is the place after the last one.
fn byte_at(text: &str, character: i64) -> Outcome<usize> {
    let out_of_range = || Error::new(format!("index out of range: {character}"));
    let at = usize::try_from(character).map_err(|_| out_of_range())?;
    let places = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    places.into_iter().nth(at).ok_or_else(out_of_range)
}

fn character_of(text: &str, byte: usize) -> i64 {
    count(text[..byte].chars().count())
}

fn char_at<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::String(text), Value::Int(at)] = args else { return no_overload() };
    let start = byte_at(text, *at)?;
    Ok(Value::text(text[start..].chars().next().map(String::from).unwrap_or_default()))
}

fn index_of<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let (Some(Value::String(text)), Some(Value::String(part))) = (args.first(), args.get(1)) else {
        return no_overload();
    };
    let start = match args.get(2) {
        Some(Value::Int(at)) if part.is_empty() && *at >= 0 => return Ok(Value::Int(*at)),
        Some(Value::Int(at)) if is_beyond(text, *at) => return Ok(Value::Int(-1)),
        Some(Value::Int(at)) => byte_at(text, *at)?,
        _ => 0,
    };
    let found = text[start..].find(&**part).map(|at| character_of(text, start + at));
    Ok(Value::Int(found.unwrap_or(-1)))
}

fn last_index_of<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let (Some(Value::String(text)), Some(Value::String(part))) = (args.first(), args.get(1)) else {
        return no_overload();
    };
    let latest = match args.get(2) {
        Some(Value::Int(at)) if is_beyond(text, *at) => return Ok(Value::Int(-1)),
        Some(Value::Int(at)) => byte_at(text, *at)?,
        _ => text.len(),
    };
    let starts = text.char_indices().map(|(at, _)| at).chain([text.len()]);
    let found = starts.take_while(|at| *at <= latest).filter(|at| text[*at..].starts_with(&**part)).last();
    Ok(Value::Int(found.map_or(-1, |at| character_of(text, at))))
}

/// Whether a text has no such place.
fn is_beyond(text: &str, character: i64) -> bool {
    character > count(text.chars().count())
}

fn replace<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::String(text), Value::String(old), Value::String(new), rest @ ..] = args else { return no_overload() };
    let limit = match rest {
        [Value::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let found = text.matches(&**old).take(limit).count();
    if found.saturating_mul(new.len()).saturating_add(text.len()) > LONGEST {
        return Err(Error::endless());
    }
    Ok(Value::text(text.replacen(&**old, new, limit)))
}

fn split<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::String(text), Value::String(separator), rest @ ..] = args else { return no_overload() };
    let limit = match rest {
        [Value::Int(0)] => return Ok(Value::list(Vec::new())),
        [Value::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let parts: Vec<Value<'a>> = if separator.is_empty() {
        let mut starts: Vec<usize> = text.char_indices().map(|(at, _)| at).take(limit).collect();
        starts.push(text.len());
        starts.windows(2).map(|pair| Value::text(&text[pair[0]..pair[1]])).collect()
    } else {
        text.splitn(limit, &**separator).map(Value::text).collect()
    };
    Ok(Value::list(parts))
}

fn substring<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::String(text), Value::Int(start), rest @ ..] = args else { return no_overload() };
    let from = byte_at(text, *start)?;
    let to = match rest {
        [Value::Int(end)] => byte_at(text, *end)?,
        _ => text.len(),
    };
    match text.get(from..to) {
        Some(part) => Ok(Value::text(part)),
        None => fail("invalid substring range: it ends before it starts"),
    }
}

fn join<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::List(list), rest @ ..] = args else { return no_overload() };
    let separator = rest.first().and_then(Value::as_str).unwrap_or_default();
    let mut joined = String::new();
    for (at, item) in list.iter().enumerate() {
        let item = item?;
        let Some(text) = item.as_str() else { return no_overload() };
        joined.extend([if at == 0 { "" } else { separator }, text]);
        if joined.len() > LONGEST {
            return Err(Error::endless());
        }
    }
    Ok(Value::text(joined))
}

/// The text as a literal of the language.
pub(super) fn quote(text: &str) -> String {
    let mut quoted = String::from('"');
    for c in text.chars() {
        match c {
            '\u{7}' => quoted.push_str("\\a"),
            '\u{8}' => quoted.push_str("\\b"),
            '\u{c}' => quoted.push_str("\\f"),
            '\n' => quoted.push_str("\\n"),
            '\r' => quoted.push_str("\\r"),
            '\t' => quoted.push_str("\\t"),
            '\u{b}' => quoted.push_str("\\v"),
            '\\' => quoted.push_str("\\\\"),
            '"' => quoted.push_str("\\\""),
            c => quoted.push(c),
        }
    }
    quoted.push('"');
    quoted
}
