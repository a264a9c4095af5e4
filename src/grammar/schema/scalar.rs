//! The editors' view of leaves and keys: what [`Scalar`] and [`Keys`] take, as a JSON Schema.

use serde_json::{Value, json};

use crate::grammar::{Keys, Scalar, sync_option::OPTIONS};

/// A leaf. `${…}` may stand for every type.
pub(super) fn scalar_schema(scalar: Scalar) -> Value {
    match scalar {
        Scalar::String => json!({ "type": "string" }),
        Scalar::Text | Scalar::Data => json!({ "type": ["string", "number", "boolean"] }),
        Scalar::Bool => json!({ "type": ["boolean", "string"], "pattern": REFERENCE }),
        Scalar::Int { min, max } => {
            json!({ "type": ["integer", "string"], "minimum": min, "maximum": max, "pattern": REFERENCE })
        }
        Scalar::Number => json!({ "type": ["number", "string"], "minimum": 0, "pattern": REFERENCE }),
        Scalar::Limit => json!({ "type": ["string", "number"], "minimum": 0, "pattern": or_reference(LIMIT) }),
        // An editor that reads YAML 1.2 takes 0644 for 644.
        Scalar::Mode => json!({ "type": ["integer", "string"], "minimum": 0, "maximum": 777, "pattern": REFERENCE }),
        Scalar::Wave => json!({ "type": ["integer", "string"], "pattern": or_reference("^auto$") }),
        Scalar::Quantity => json!({ "type": ["string", "number"], "pattern": or_reference(QUANTITY) }),
        Scalar::IntOrPercent => {
            json!({ "type": ["integer", "string"], "minimum": 0, "pattern": or_reference("^[0-9]+%$") })
        }
        Scalar::PortOrName => {
            let pattern = or_reference(PORT_NAME);
            json!({ "type": ["string", "integer"], "minimum": 1, "maximum": 65_535, "pattern": pattern })
        }
        Scalar::SwitchOrPort => json!({ "type": ["boolean", "string"], "pattern": or_reference(SWITCH_PORT) }),
        Scalar::Duration => {
            json!({ "type": ["string", "integer"], "minimum": 0, "maximum": 0, "pattern": or_reference(DURATION) })
        }
        Scalar::Name => text(NAME),
        Scalar::Digest => text("^sha256:[0-9a-f]{64}$"),
        Scalar::Cron => text(CRON),
        Scalar::CronFields => text(CRON_FIELDS),
        Scalar::KubeVersion => text("^1\\.[0-9]{1,2}$"),
        Scalar::SyncOption => json!({ "anyOf": [{ "enum": OPTIONS }, { "type": "string", "pattern": REFERENCE }] }),
        Scalar::Pointer => text(POINTER),
        Scalar::Enum(words) => json!({ "anyOf": [{ "enum": words }, { "type": "string", "pattern": REFERENCE }] }),
    }
}

/// What a key matches; operators and `"*"` are no names.
pub(super) fn key_pattern(keys: Keys) -> Option<String> {
    let name = match keys {
        Keys::Any => return None,
        Keys::Label => NAME,
        Keys::PortName => PORT_NAME,
        Keys::Objective => OBJECTIVE,
    };
    Some(format!("{name}|^\\*$|^\\$replace$"))
}

fn text(pattern: &str) -> Value {
    json!({ "type": "string", "pattern": or_reference(pattern) })
}

fn or_reference(pattern: &str) -> String {
    format!("{pattern}|{REFERENCE}")
}

const REFERENCE: &str = "\\$\\{";
const NAME: &str = "^[a-z0-9]([-a-z0-9]{0,61}[a-z0-9])?$";
const PORT_NAME: &str = "^(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$";
const SWITCH_PORT: &str = "^(?!(true|false)$)(?=.*[a-z])(?!.*--)[a-z0-9]([-a-z0-9]{0,13}[a-z0-9])?$";
const DURATION: &str = "^(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|ms|s|m|h))+$";
const LIMIT: &str =
    "^(([0-9]+\\.?[0-9]*|\\.[0-9]+)(ns|us|µs|ms|s|m|h))+$|^(100(\\.0*)?|[0-9]{1,2}(\\.[0-9]*)?|\\.[0-9]+)%$";
const OBJECTIVE: &str = "^(p(?!0*(\\.0*)?$)[0-9]{1,2}(\\.[0-9]{1,3})?|max|errorRate|minRps|unsent)$";
const QUANTITY: &str = "^[-+]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([numkMGTPE]|[KMGTPE]i|[eE][-+]?[0-9]+)?$";
const POINTER: &str = "^(/([^~]|~[01])*)$";
const CRON: &str = "^(@(yearly|annually|monthly|weekly|daily|midnight|hourly)|[^@ ]+( +[^ ]+){4})$";
const CRON_FIELDS: &str = "^[^@ ]+( +[^ ]+){4}$";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::Node;

    const SCALARS: &[Scalar] = &[
        Scalar::String,
        Scalar::Name,
        Scalar::Text,
        Scalar::Data,
        Scalar::Bool,
        Scalar::Number,
        Scalar::Limit,
        Scalar::Int { min: 0, max: 100 },
        Scalar::Duration,
        Scalar::Quantity,
        Scalar::IntOrPercent,
        Scalar::PortOrName,
        Scalar::SwitchOrPort,
        Scalar::Enum(&["", "a"]),
        Scalar::Digest,
        Scalar::Cron,
        Scalar::CronFields,
        Scalar::KubeVersion,
        Scalar::Wave,
        Scalar::SyncOption,
        Scalar::Pointer,
    ];

    /// Strings at the edges of the formats; what all of them take or refuse is taken or refused alike.
    const STRINGS: &[&str] = &[
        "",
        "a",
        "A",
        "a-b",
        "-a",
        "a-",
        "a--b",
        "a.b",
        "0",
        "1",
        "80",
        "5%",
        "0.5%",
        ".5%",
        "100%",
        "101%",
        "5.%",
        "+5%",
        "%",
        "1s",
        "1.5h",
        "1h30m",
        ".5s",
        ".s",
        "1",
        "1d",
        "10µs",
        "500m",
        "1Gi",
        "1GB",
        "1e3",
        "1E+3",
        "1e",
        "-1",
        "+1.5k",
        "1.",
        ".",
        "auto",
        "${a}",
        "x-${a}",
        "1.34",
        "1.+3",
        "1.999",
        "2.1",
        "@daily",
        "@often",
        "0 3 * * *",
        "* * * *",
        "abcdefghijklmno",
        "abcdefghijklmnop",
        "sha256:ab",
        "true",
        "null",
        "ServerSideApply=true",
        "Force=true",
        "/",
        "/spec/replicas",
        "/metadata/annotations/a.b~1c",
        "/a~2b",
        "spec/replicas",
    ];

    #[test]
    fn strings_are_taken_as_the_check_takes_them() {
        for scalar in SCALARS {
            let schema = jsonschema::draft7::new(&scalar_schema(*scalar)).unwrap();
            for text in STRINGS {
                let taken = scalar.accept(&Node::made(*text), text).is_ok();
                assert_eq!(schema.is_valid(&json!(text)), taken, "{scalar:?}: `{text}`");
            }
        }
    }

    #[test]
    fn numbers_are_taken_as_the_check_takes_them() {
        for scalar in SCALARS.iter().chain(&[Scalar::Mode]) {
            let schema = jsonschema::draft7::new(&scalar_schema(*scalar)).unwrap();
            for number in [-1_i64, 0, 1, 100, 101, 65_535, 65_536] {
                let source = if *scalar == Scalar::Mode { format!("0{number:o}") } else { number.to_string() };
                let taken = scalar.accept(&Node::made(number), &source).is_ok();
                assert_eq!(schema.is_valid(&json!(number)), taken, "{scalar:?}: {number}");
            }
        }
    }
}
