//! What the keys of a map by name may be: many become names in Kubernetes.

use super::{BAD_VALUE, formats, suggest::similar};
use crate::{diagnostic::Diagnostic, node::Key};

/// What the keys of a map by name may be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Keys {
    /// Any text.
    Any,
    /// DNS labels (RFC 1123).
    Label,
    /// Names of ports (RFC 6335).
    PortName,
    /// Names of objectives: `p99.9`, `errorRate`.
    Objective,
}

impl Keys {
    /// Whether a key is one of them.
    pub fn take(self, key: &str) -> bool {
        match self {
            Self::Any => true,
            Self::Label => formats::is_dns_label(key),
            Self::PortName => formats::is_port_name(key),
            Self::Objective => formats::is_objective(key),
        }
    }

    /// The most characters that a name of this kind has.
    fn longest(self) -> usize {
        match self {
            Self::Any | Self::Objective => usize::MAX,
            Self::Label => 63,
            Self::PortName => 15,
        }
    }

    /// The name that somebody meant who wrote `key`, if that can be told.
    pub(super) fn similar(self, key: &str) -> Option<String> {
        let mut name = String::new();
        let mut after_lower = false;
        for c in key.chars() {
            if after_lower && c.is_ascii_uppercase() || !c.is_ascii_alphanumeric() {
                name.push('-');
            }
            after_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
            name.extend(c.is_ascii_alphanumeric().then(|| c.to_ascii_lowercase()));
        }
        let parts: Vec<&str> = name.split('-').filter(|part| !part.is_empty()).collect();
        let name = parts.join("-");
        let name = name.get(..self.longest().min(name.len()))?.trim_end_matches('-');
        self.take(name).then(|| name.to_owned())
    }
}

/// The finding for a key that cannot be the name of `holder`, such as `a container`.
pub(super) fn refused(key: &Key, keys: Keys, holder: &str) -> Diagnostic {
    if keys == Keys::Objective {
        return no_objective(key);
    }
    let finding = Diagnostic::new(&BAD_VALUE, format!("`{}` cannot be the name of {holder}", key.text)).at(key.span);
    let limit = keys.longest();
    let rule = match keys {
        Keys::PortName => {
            format!("at most {limit} lower-case letters, digits and single `-`, and one of them a letter")
        }
        _ => format!("at most {limit} lower-case letters, digits and `-`"),
    };
    finding.help(match keys.similar(key.as_str()) {
        Some(name) => format!("write `{name}`: a name has {rule}"),
        None => format!("a name has {rule}"),
    })
}

fn no_objective(key: &Key) -> Diagnostic {
    let finding = Diagnostic::new(&BAD_VALUE, format!("there is no objective `{}`", key.text)).at(key.span);
    finding.help(match similar(key.as_str(), formats::OBJECTIVES.into_iter()) {
        Some(name) => format!("did you mean `{name}`?"),
        None => "there are `p50` to `p99.999`, `max`, `errorRate`, `minRps` and `unsent`".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_made_out_of_what_was_written() {
        let label = |key: &str| Keys::Label.similar(key);
        assert_eq!(label("My_App").as_deref(), Some("my-app"));
        assert_eq!(label("myApp.v2").as_deref(), Some("my-app-v2"));
        assert_eq!(label("-web--").as_deref(), Some("web"));
        assert_eq!(label("HTTPServer").as_deref(), Some("httpserver"));
        assert_eq!(label("***"), None);
        assert_eq!(label(&"a".repeat(70)), Some("a".repeat(63)));
        assert_eq!(Keys::PortName.similar("prometheus-metrics").as_deref(), Some("prometheus-metr"));
        assert_eq!(Keys::PortName.similar("8080"), None);
    }
}
