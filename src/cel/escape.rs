//! Field names that are no names of the language:
//! <https://kubernetes.io/docs/tasks/extend-kubernetes/custom-resources/custom-resource-definitions/#escaping>.

use smol_str::SmolStr;

use super::parse::RESERVED;

/// Words that mean something.
const WORDS: [&str; 4] = ["true", "false", "null", "in"];

/// How an expression names a field of an object; nothing where it cannot.
pub fn escape(field: &str) -> Option<SmolStr> {
    if WORDS.contains(&field) || RESERVED.contains(&field) {
        return Some(format!("__{field}__").into());
    }
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    if field.is_empty() || field.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    if field.bytes().all(plain) && !field.contains("__") {
        return Some(field.into());
    }
    if !field.bytes().all(|byte| plain(byte) || matches!(byte, b'-' | b'.' | b'/')) {
        return None;
    }
    let underscores = field.replace("__", "\0");
    let escaped = underscores.replace('.', "__dot__").replace('-', "__dash__").replace('/', "__slash__");
    Some(escaped.replace('\0', "__underscores__").into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_no_name_is_spelt_out() {
        for (field, escaped) in [
            ("plain_1", Some("plain_1")),
            ("namespace", Some("__namespace__")),
            ("in", Some("__in__")),
            ("a.b-c/d", Some("a__dot__b__dash__c__slash__d")),
            ("a__b", Some("a__underscores__b")),
            ("a___b", Some("a__underscores___b")),
            ("int", Some("int")),
            ("1a", None),
            ("", None),
            ("ä", None),
            ("a b", None),
        ] {
            assert_eq!(escape(field).as_deref(), escaped, "{field}");
        }
    }
}
