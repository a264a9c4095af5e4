//! Named formats: <https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#Format>.

use super::{Table, no_overload, time, url::Url};
use crate::{
    cel::value::{Outcome, Value, fail},
    grammar::formats::{base64, is_dns_label, is_dns_subdomain},
};

pub(super) const TABLE: Table = &[
    ("format.named(string): optional(format)", named),
    ("format.dns1123Label(): format", |_| Ok(Value::Format("dns1123Label"))),
    ("format.dns1123Subdomain(): format", |_| Ok(Value::Format("dns1123Subdomain"))),
    ("format.dns1035Label(): format", |_| Ok(Value::Format("dns1035Label"))),
    ("format.qualifiedName(): format", |_| Ok(Value::Format("qualifiedName"))),
    ("format.dns1123LabelPrefix(): format", |_| Ok(Value::Format("dns1123LabelPrefix"))),
    ("format.dns1123SubdomainPrefix(): format", |_| Ok(Value::Format("dns1123SubdomainPrefix"))),
    ("format.dns1035LabelPrefix(): format", |_| Ok(Value::Format("dns1035LabelPrefix"))),
    ("format.labelValue(): format", |_| Ok(Value::Format("labelValue"))),
    ("format.uri(): format", |_| Ok(Value::Format("uri"))),
    ("format.uuid(): format", |_| Ok(Value::Format("uuid"))),
    ("format.byte(): format", |_| Ok(Value::Format("byte"))),
    ("format.date(): format", |_| Ok(Value::Format("date"))),
    ("format.datetime(): format", |_| Ok(Value::Format("datetime"))),
    ("(format).validate(string): optional(list(string))", validate),
];

/// A check of a text.
type Holds = fn(&str) -> bool;

const FORMATS: [(&str, Holds, &str); 13] = [
    ("dns1123Label", is_dns_label, "it must be a DNS label (RFC 1123)"),
    ("dns1123Subdomain", is_dns_subdomain, "it must be a DNS name (RFC 1123)"),
    ("dns1035Label", is_1035_label, "it must be a DNS label that starts with a letter (RFC 1035)"),
    ("qualifiedName", is_qualified_name, "it must be a name such as `example.com/name`"),
    ("dns1123LabelPrefix", |text| is_dns_label(&whole(text)), "it must be the start of a DNS label (RFC 1123)"),
    ("dns1123SubdomainPrefix", |text| is_dns_subdomain(&whole(text)), "it must be the start of a DNS name (RFC 1123)"),
    ("dns1035LabelPrefix", |text| is_1035_label(&whole(text)), "it must be the start of a DNS label (RFC 1035)"),
    ("labelValue", is_label_value, "it must be a value of a label"),
    ("uri", |text| Url::parse(text).is_some(), "it must be a URI"),
    ("uuid", is_uuid, "does not match the UUID format"),
    ("byte", |text| base64(text).is_some(), "invalid base64"),
    ("date", |text| time::date(text).is_some(), "invalid date"),
    ("datetime", |text| time::timestamp(text).is_ok(), "invalid datetime"),
];

fn named<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let Some(name) = args.first().and_then(Value::as_str) else { return no_overload() };
    let found = FORMATS.iter().find(|(known, ..)| *known == name);
    Ok(found.map_or(Value::Optional(None), |(name, ..)| Value::some(Value::Format(name))))
}

fn validate<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::Format(name), Value::String(text)] = args else { return no_overload() };
    match FORMATS.iter().find(|(known, ..)| known == name) {
        Some((_, holds, _)) if holds(text) => Ok(Value::Optional(None)),
        Some((_, _, message)) => Ok(Value::some(Value::list(vec![Value::text(*message)]))),
        None => fail("the format is not known"),
    }
}

/// What a prefix becomes the start of: it may end in a hyphen.
fn whole(prefix: &str) -> String {
    match prefix.strip_suffix('-') {
        Some(rest) => format!("{rest}a"),
        None => prefix.to_owned(),
    }
}

fn is_1035_label(text: &str) -> bool {
    is_dns_label(text) && text.starts_with(|c: char| c.is_ascii_lowercase())
}

fn is_qualified_name(text: &str) -> bool {
    match text.split_once('/') {
        Some((prefix, name)) => is_dns_subdomain(prefix) && is_name(name),
        None => is_name(text),
    }
}

fn is_name(text: &str) -> bool {
    !text.is_empty() && is_label_value(text)
}

fn is_label_value(text: &str) -> bool {
    let outer = |c: char| c.is_ascii_alphanumeric();
    let inner = |c: char| outer(c) || matches!(c, '-' | '_' | '.');
    text.is_empty() || (text.len() <= 63 && text.chars().all(inner) && text.starts_with(outer) && text.ends_with(outer))
}

fn is_uuid(text: &str) -> bool {
    let digits = text.replace('-', "");
    let groups: Vec<usize> = text.split('-').map(str::len).collect();
    digits.len() == 32
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && matches!(groups[..], [8, 4, 4, 4, 12] | [32])
}
