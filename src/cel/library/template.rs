//! Values as text: `'%s of %d'.format([…])`, and what `string()` and messages print.

use std::fmt::Write;

use super::{
    Table, no_overload,
    strings::{LONGEST, quote},
    time,
};
use crate::cel::value::{Error, List, Map, Outcome, Value, fail};

pub(super) const TABLE: Table = &[("(string).format(list(dyn)): string", format)];

fn format<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::String(template), Value::List(list)] = args else { return no_overload() };
    let mut values = list.iter();
    let mut out = String::new();
    let mut rest: &str = template;
    while let Some((plain, after)) = rest.split_once('%') {
        out.push_str(plain);
        if let Some(after) = after.strip_prefix('%') {
            out.push('%');
            rest = after;
            continue;
        }
        let (precision, after) = precision(after)?;
        let Some(verb) = after.chars().next() else { return fail("the format ends after `%`") };
        let Some(value) = values.next() else { return fail("the format asks for more values than there are") };
        print(verb, precision, &value?, &mut out)?;
        rest = &after[verb.len_utf8()..];
        if out.len() > LONGEST {
            return Err(Error::endless());
        }
    }
    out.push_str(rest);
    Ok(Value::text(out))
}

/// The `.3` of `%.3f`, and what follows.
fn precision(text: &str) -> Outcome<(Option<usize>, &str)> {
    let Some(digits) = text.strip_prefix('.') else { return Ok((None, text)) };
    let end = digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len());
    match digits[..end].parse() {
        Ok(precision) if precision <= 1000 => Ok((Some(precision), &digits[end..])),
        _ => fail("the precision of a format must be a number of at most 1000"),
    }
}

fn print(verb: char, precision: Option<usize>, value: &Value<'_>, out: &mut String) -> Outcome<()> {
    let digits = precision.unwrap_or(6);
    let text = match (verb, value) {
        ('s', value) => value.plain(),
        ('d', Value::Int(_) | Value::Uint(_)) => value.plain(),
        ('f' | 'e', Value::Double(number)) if !number.is_finite() => special(*number).to_owned(),
        ('f', Value::Double(number)) => format!("{number:.digits$}"),
        ('e', Value::Double(number)) => exponential(*number, digits),
        ('b', Value::Bool(value)) => i32::from(*value).to_string(),
        ('b', Value::Int(number)) => signed(*number, |number| format!("{number:b}")),
        ('b', Value::Uint(number)) => format!("{number:b}"),
        ('o', Value::Int(number)) => signed(*number, |number| format!("{number:o}")),
        ('o', Value::Uint(number)) => format!("{number:o}"),
        ('x', value) => hexadecimal(value)?,
        ('X', value) => hexadecimal(value)?.to_uppercase(),
        (verb, value) => return fail(format!("`%{verb}` cannot print a value of type {}", value.type_name())),
    };
    out.push_str(&text);
    Ok(())
}

fn signed(number: i64, print: impl Fn(u64) -> String) -> String {
    format!("{}{}", if number < 0 { "-" } else { "" }, print(number.unsigned_abs()))
}

fn hexadecimal(value: &Value<'_>) -> Outcome<String> {
    let bytes = |bytes: &[u8]| {
        let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
        digits.filter_map(|digit| char::from_digit(u32::from(digit), 16)).collect()
    };
    match value {
        Value::Int(number) => Ok(signed(*number, |number| format!("{number:x}"))),
        Value::Uint(number) => Ok(format!("{number:x}")),
        Value::String(text) => Ok(bytes(text.as_bytes())),
        Value::Bytes(value) => Ok(bytes(value)),
        value => fail(format!("`%x` cannot print a value of type {}", value.type_name())),
    }
}

fn special(number: f64) -> &'static str {
    match (number.is_nan(), number > 0.0) {
        (true, _) => "NaN",
        (_, true) => "∞",
        (_, false) => "-∞",
    }
}

/// `1.5×10⁰²`.
fn exponential(number: f64, digits: usize) -> String {
    let text = format!("{number:.digits$e}");
    let (mantissa, exponent) = go_exponent(&text);
    let raised = exponent.chars().map(|c| match c {
        '-' => '⁻',
        '+' => '⁺',
        '1' => '¹',
        '2' => '²',
        '3' => '³',
        '4'..='9' => char::from_u32(u32::from(c) - u32::from('4') + u32::from('⁴')).unwrap_or(c),
        _ => '⁰',
    });
    format!("{mantissa}×10{}", raised.filter(|c| *c != '⁺').collect::<String>())
}

/// Unlike Rust, Go prints a sign and at least two digits of an exponent.
fn go_exponent(text: &str) -> (&str, String) {
    let (mantissa, exponent) = text.split_once('e').unwrap_or((text, "0"));
    let (sign, exponent) = exponent.strip_prefix('-').map_or(('+', exponent), |exponent| ('-', exponent));
    (mantissa, format!("{sign}{exponent:0>2}"))
}

/// A number with as few digits as tell it from its neighbours; large and small ones with an exponent.
pub(super) fn shortest(number: f64) -> String {
    if !number.is_finite() {
        let sign = if number.is_sign_negative() { "-Inf" } else { "+Inf" };
        return if number.is_nan() { "NaN" } else { sign }.to_owned();
    }
    let scientific = format!("{number:e}");
    let (mantissa, exponent) = go_exponent(&scientific);
    match exponent.parse::<i32>() {
        Ok(power) if number != 0.0 && !(-4..6).contains(&power) => format!("{mantissa}e{exponent}"),
        _ => format!("{number}"),
    }
}

impl Value<'_> {
    /// The value as a message shows it.
    pub(in crate::cel) fn plain(&self) -> String {
        match self {
            Value::String(text) => text.to_string(),
            Value::Bytes(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Value::Duration(nanoseconds) => time::seconds(*nanoseconds),
            Value::Timestamp(time) => time.to_string(),
            Value::Double(number) => shortest(*number),
            _ => {
                let mut out = String::new();
                self.print_into(&mut out);
                out
            }
        }
    }

    /// The value as it is printed inside of another.
    fn print_into(&self, out: &mut String) {
        if out.len() > LONGEST {
            return;
        }
        // Writing to a string cannot fail.
        let _ = match self {
            Value::Null => out.write_str("null"),
            Value::Bool(value) => write!(out, "{value}"),
            Value::Int(number) => write!(out, "{number}"),
            Value::Uint(number) => write!(out, "{number}"),
            Value::Double(number) if number.is_finite() => write!(out, "{number:.6}"),
            Value::Double(number) => out.write_str(&quote(&shortest(*number))),
            Value::String(text) => out.write_str(&quote(text)),
            Value::Bytes(bytes) => write!(out, "b{}", quote(&String::from_utf8_lossy(bytes))),
            Value::Duration(nanoseconds) => write!(out, "duration(\"{}\")", time::seconds(*nanoseconds)),
            Value::Timestamp(time) => write!(out, "timestamp(\"{time}\")"),
            Value::Type(name) | Value::Format(name) => out.write_str(name),
            Value::Quantity(quantity) => write!(out, "{quantity}"),
            Value::Url(url) => write!(out, "{url}"),
            Value::Ip(ip) => write!(out, "{ip}"),
            Value::Cidr(cidr) => write!(out, "{cidr}"),
            Value::Semver(version) => write!(out, "{version}"),
            Value::Optional(None) => out.write_str("optional.none()"),
            Value::Optional(Some(value)) => {
                out.push_str("optional.of(");
                value.print_into(out);
                out.write_str(")")
            }
            Value::List(list) => print_list(list, out),
            Value::Map(map) => print_map(map, out),
        };
    }
}

fn print_list(list: &List<'_>, out: &mut String) -> std::fmt::Result {
    out.push('[');
    for (at, item) in list.iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        item.unwrap_or(Value::Null).print_into(out);
    }
    out.write_str("]")
}

fn print_map(map: &Map<'_>, out: &mut String) -> std::fmt::Result {
    let mut entries = map.entries().unwrap_or_default();
    entries.sort_by_cached_key(|(key, _)| key.plain());
    out.push('{');
    for (at, (key, value)) in entries.into_iter().enumerate() {
        out.push_str(if at == 0 { "" } else { ", " });
        key.print_into(out);
        out.push(':');
        value.print_into(out);
    }
    out.write_str("}")
}
