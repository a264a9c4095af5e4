//! The leaves of the grammar: what they take, and what they refuse.

use smol_str::SmolStr;

use super::{formats, sync_option};
use crate::node::{Node, Value};

/// The type of a leaf.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scalar {
    /// A string. A plain number, boolean or null is refused: the quotes that are missing change its meaning.
    String,
    /// A DNS label (RFC 1123): lower-case letters, digits and `-`.
    Name,
    /// A string that takes a plain decimal or `true` / `false` as the text that stands there: the value of an
    /// environment variable, an annotation.
    Text,
    /// [`Scalar::Text`] in which only `${…}` of the closed set is filled in; anything else is somebody else's syntax.
    Data,
    /// A boolean.
    Bool,
    /// An integer in a closed range.
    Int {
        /// The least.
        min: i64,
        /// The greatest.
        max: i64,
    },
    /// A number of at least 0: a rate, a weight.
    Number,
    /// The limit of an objective: a duration, a percentage or a number.
    Limit,
    /// The permissions of a file, in octal: `0440`.
    Mode,
    /// `45s`, `5m`, `1h30m`, `250ms`.
    Duration,
    /// A Kubernetes quantity: `500m`, `1Gi`.
    Quantity,
    /// A count, or `25%`.
    IntOrPercent,
    /// A port's number or name.
    PortOrName,
    /// A switch that may name a port: `true`, `false`, `http`.
    SwitchOrPort,
    /// One of these words.
    Enum(&'static [&'static str]),
    /// `sha256:` and 64 hexadecimal digits.
    Digest,
    /// Five cron fields, or `@daily` and its like.
    Cron,
    /// Five cron fields and nothing else: the parser that reads them knows no `@daily`.
    CronFields,
    /// `1.34`.
    KubeVersion,
    /// A sync wave: an integer, or `auto`.
    Wave,
    /// A sync option that an Application may have: `ServerSideApply=true`.
    SyncOption,
    /// A JSON pointer (RFC 6901) to a field.
    Pointer,
}

/// Why a leaf does not take a value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refusal {
    /// The value has another type than the leaf; the text says what is meant instead.
    Type(String),
    /// The type is right, the content is not.
    Value(String),
    /// A string is meant, and the plain scalar would be one if it were quoted.
    Quote,
}

impl Scalar {
    /// What the leaf takes, in the words of a message: `a quantity such as 500m or 1Gi`.
    pub fn expected(self) -> String {
        match self {
            Self::String | Self::Text | Self::Data => "a string".into(),
            Self::Name => "a name of lower-case letters, digits and `-`, at most 63 long".into(),
            Self::Bool => "`true` or `false`".into(),
            // The end of Kubernetes' integers is nobody's limit.
            Self::Int { min, max } if max == i64::from(i32::MAX) => format!("an integer of at least {min}"),
            Self::Int { min, max } => format!("an integer from {min} to {max}"),
            Self::Number => "a number of at least 0".into(),
            Self::Limit => "a limit such as `250ms`, `0.5%` or `190`".into(),
            Self::Mode => "permissions in octal such as `0440`".into(),
            Self::Duration => "a duration such as `45s`, `5m` or `1h30m`".into(),
            Self::Quantity => "a quantity such as `500m`, `1Gi` or `2`".into(),
            Self::IntOrPercent => "a count, or a percentage such as `25%`".into(),
            Self::PortOrName => "a port's number or name".into(),
            Self::SwitchOrPort => "`true`, `false` or a port's name".into(),
            Self::Enum(words) => words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(" or "),
            Self::Digest => "`sha256:` and 64 hexadecimal digits".into(),
            Self::Cron => "five cron fields such as `0 3 * * *`, or a word such as `@daily`".into(),
            Self::CronFields => "five cron fields such as `0 3 * * *`".into(),
            Self::KubeVersion => "a minor version such as `\"1.34\"`".into(),
            Self::Wave => "an integer or `auto`".into(),
            Self::SyncOption => "a sync option of an Application".into(),
            Self::Pointer => "a JSON pointer such as `/spec/replicas`".into(),
        }
    }

    /// Whether `${…}` of names outside the closed set is left alone.
    pub fn keeps_foreign_references(self) -> bool {
        self == Self::Data
    }

    /// The value in its canonical form. `source` is the text that stands in the file.
    pub fn accept(self, node: &Node, source: &str) -> Result<Value, Refusal> {
        match (&node.value, self) {
            (Value::Str(text), _) => self.accept_text(text).map(|()| node.value.clone()),
            (Value::Bool(_), Self::Bool | Self::SwitchOrPort) | (Value::Int(_), Self::Wave) => Ok(node.value.clone()),
            (Value::Int(value), Self::Int { min, max }) if (min..=max).contains(value) => Ok(node.value.clone()),
            (Value::Int(value), Self::Int { .. }) => Err(Refusal::Value(format!("{value} is out of range"))),
            (Value::Int(_) | Value::Float(_), Self::Number | Self::Limit) if is_amount(&node.value) => {
                Ok(node.value.clone())
            }
            (Value::Int(_) | Value::Float(_), Self::Number | Self::Limit) => {
                Err(Refusal::Value(format!("`{source}` is not {}", self.expected())))
            }
            (Value::Int(value), Self::Mode) if source.starts_with('0') && (0..=0o777).contains(value) => {
                Ok(node.value.clone())
            }
            (Value::Int(_), Self::Mode) => Err(Refusal::Value(format!("`{source}` is not {}", self.expected()))),
            (Value::Int(value), Self::PortOrName) if (1..=65_535).contains(value) => Ok(node.value.clone()),
            (Value::Int(value), Self::PortOrName) => Err(Refusal::Value(format!("{value} is not a port"))),
            (Value::Int(value), Self::IntOrPercent) if *value >= 0 => Ok(node.value.clone()),
            (Value::Int(value), Self::IntOrPercent) => {
                Err(Refusal::Value(format!("{value} is not {}", self.expected())))
            }
            (Value::Int(_) | Value::Float(_), Self::Quantity) if formats::is_quantity(source) => {
                Ok(Value::Str(source.into()))
            }
            (Value::Int(_) | Value::Float(_) | Value::Bool(_), Self::Text | Self::Data) if is_plain_text(source) => {
                Ok(Value::Str(source.into()))
            }
            (Value::Int(0), Self::Duration) => Ok(Value::Str(SmolStr::new_static("0s"))),
            (Value::Int(_) | Value::Float(_), Self::Duration) => Err(Refusal::Value(format!("`{source}` has no unit"))),
            (Value::Int(_) | Value::Float(_) | Value::Bool(_), _) if self.takes_text(source) => Err(Refusal::Quote),
            _ => Err(Refusal::Type(node.kind().into())),
        }
    }

    /// Whether the leaf would take the text of a string if it stood without quotes.
    pub(super) fn takes_without_quotes(self, text: &str) -> bool {
        let number = || text.parse().ok().map(Value::Int);
        let value = text.parse().ok().map(Value::Bool).or_else(number);
        value.is_some_and(|value| self.accept(&Node { value, span: None }, text).is_ok())
    }

    /// Whether the leaf would take `source` if it stood in quotes.
    fn takes_text(self, source: &str) -> bool {
        !matches!(self, Self::Bool | Self::Int { .. } | Self::Mode | Self::Number) && self.accept_text(source).is_ok()
    }

    /// Whether the leaf takes this string. One with `${` in it is looked at again when it is filled in.
    fn accept_text(self, text: &str) -> Result<(), Refusal> {
        if text.contains("${") {
            return Ok(());
        }
        let takes = match self {
            Self::String | Self::Text | Self::Data => true,
            Self::Bool | Self::Int { .. } | Self::Mode | Self::Number => return Err(Refusal::Type("a string".into())),
            Self::Name => formats::is_dns_label(text),
            Self::Limit => formats::seconds(text).is_some() || formats::percentage(text).is_some(),
            Self::Duration => formats::seconds(text).is_some(),
            Self::Quantity => formats::is_quantity(text),
            Self::IntOrPercent => text.strip_suffix('%').is_some_and(|n| formats::digits::<u32>(n).is_some()),
            Self::PortOrName => formats::is_port_name(text),
            Self::SwitchOrPort => formats::is_port_name(text) && !matches!(text, "true" | "false"),
            Self::Enum(words) => words.contains(&text),
            Self::Digest => formats::is_digest(text),
            Self::Cron => return formats::check_cron(text).map_err(Refusal::Value),
            Self::CronFields => return formats::check_cron_fields(text).map_err(Refusal::Value),
            Self::KubeVersion => formats::is_kube_version(text),
            Self::Wave => text == "auto",
            Self::SyncOption => sync_option::OPTIONS.contains(&text),
            Self::Pointer => formats::is_pointer(text),
        };
        if takes { Ok(()) } else { Err(Refusal::Value(format!("`{text}` is not {}", self.expected()))) }
    }
}

/// Whether a number is 0 or more, and ends somewhere.
fn is_amount(value: &Value) -> bool {
    match value {
        Value::Int(value) => *value >= 0,
        Value::Float(value) => value.is_finite() && *value >= 0.0,
        _ => false,
    }
}

/// Whether plain text means the same to everybody: a decimal number, `true` or `false`. `1_000`, `0777`, `on` and
/// `1e3` are read in more than one way.
fn is_plain_text(source: &str) -> bool {
    if matches!(source, "true" | "false") {
        return true;
    }
    let digits = source.strip_prefix('-').unwrap_or(source);
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    all_digits(whole) && all_digits(fraction) && (whole == "0" || !whole.starts_with('0'))
}
