//! What stands where a credential will be: references, placeholders, nothing.

/// What values start with that say where a credential is, or hold it encrypted.
const REFERENCES: [&str; 20] = [
    "$",
    "<",
    "%",
    "@",
    "!",
    ">>",
    "vault:",
    "ref+",
    "op:",
    "file:",
    "env:",
    "secret:",
    "secretref:",
    "ssm:",
    "arn:",
    "kms:",
    "enc:",
    "ENC[",
    "projects/",
    "secrets/",
];

/// What values hold that somebody else fills in.
const FILLED_IN: [&str; 4] = ["$(", "${", "{{", "%s"];

/// What stands in place of a value until somebody knows it.
const PLACEHOLDERS: [&str; 16] = [
    "changeme",
    "change-me",
    "change_me",
    "changeit",
    "replace",
    "placeholder",
    "redacted",
    "example",
    "todo",
    "fixme",
    "dummy",
    "your-",
    "your_",
    "insert",
    "xxxx",
    "****",
];

/// Whether a text is there instead of a value: nothing, a reference to one, or a word for one.
pub fn is_stand_in(text: &str) -> bool {
    let text = text.trim();
    let first = text.chars().next();
    let is_of_one = text.chars().all(|one| Some(one) == first);
    is_of_one
        || REFERENCES.iter().any(|start| text.starts_with(start))
        || FILLED_IN.iter().any(|part| text.contains(part))
        || PLACEHOLDERS.iter().any(|word| contains_word(text, word))
}

/// Whether a text holds a word, in either case.
fn contains_word(text: &str, word: &str) -> bool {
    text.as_bytes().windows(word.len()).any(|part| part.eq_ignore_ascii_case(word.as_bytes()))
}
