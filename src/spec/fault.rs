//! Why a reference has no value.

use super::REFERENCE;
use crate::{diagnostic::Diagnostic, grammar::known_or_similar, source::Span};

/// Why a reference has no value.
pub(super) enum Fault {
    /// A mistake that is to be reported.
    Finding(Box<Diagnostic>),
    /// It follows from one that is reported where it was made.
    Reported,
}

impl From<Diagnostic> for Fault {
    fn from(finding: Diagnostic) -> Self {
        Self::Finding(Box::new(finding))
    }
}

impl Fault {
    /// What is to be reported.
    pub(super) fn finding(self) -> Option<Diagnostic> {
        if let Self::Finding(finding) = self { Some(*finding) } else { None }
    }
}

/// References that make something large out of something small.
pub(super) fn too_much(place: Option<Span>) -> Fault {
    let finding = Diagnostic::new(&REFERENCE, "the references expand to too much").at(place);
    finding.help("write the value out, or move it to a file").into()
}

/// A name of an app in a field that belongs to none.
pub(super) fn no_app(name: &str, place: Option<Span>) -> Fault {
    let finding = Diagnostic::new(&REFERENCE, format!("`{name}` belongs to an app, and this field does not")).at(place);
    finding.help("write the value out, or use `env.name` or `env.domain`").into()
}

/// A connection where a part of it is meant.
pub(super) fn not_a_value(connection: &str, place: Option<Span>) -> Fault {
    let finding = Diagnostic::new(&REFERENCE, format!("`connections.{connection}` is not a single value")).at(place);
    finding.help("add `.url`, `.host` or `.port` to it").into()
}

/// A name outside of the closed set.
pub(super) fn unknown<const N: usize>(name: &str, place: Option<Span>, known: [&str; N]) -> Fault {
    let finding = Diagnostic::new(&REFERENCE, format!("`{name}` is not a name that a reference may use")).at(place);
    finding.help(known_or_similar(name, known.into_iter())).into()
}

/// A name of the closed set that nobody has given a value; `home` is where that is done.
pub(super) fn unset(name: &str, place: Option<Span>, home: &str) -> Fault {
    let finding = Diagnostic::new(&REFERENCE, format!("`{name}` has no value here")).at(place);
    finding.help(format!("set it in {home}")).into()
}
