//! Rules: what each of them is, and how wide it looks.

use super::{Findings, Operations, Promotion};
use crate::{
    diagnostic::Code,
    manifest::{Container, Manifest, ManifestSet, Pod},
};

/// A check that is part of the program.
#[derive(Debug)]
pub struct Rule {
    /// What it is called, and its documentation.
    pub code: Code,
    /// Who has to follow it.
    pub on: On,
    /// What it does.
    pub check: Check,
}

/// Who has to follow a rule.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum On {
    /// Everybody.
    Always,
    /// Whoever asks for it: what it wants is a matter of taste, or of a house's own rules.
    Request,
    /// Pods of the level `baseline` and above.
    Baseline,
    /// Pods of the level `restricted`.
    Restricted,
}

/// How wide a rule looks: the narrowest that will do.
#[derive(Debug)]
pub enum Check {
    /// At one object at a time.
    Manifest {
        /// Objects of these kinds only; of any kind when empty.
        kinds: &'static [&'static str],
        /// Looks at one.
        check: fn(&Manifest, &mut Findings<'_>),
    },
    /// At the pods of one object at a time, whatever makes them.
    Pod(fn(Pod<'_>, &mut Findings<'_>)),
    /// At one container at a time: init, sidecar, app and ephemeral ones.
    Container(fn(Container<'_>, &mut Findings<'_>)),
    /// At all objects of an environment, to report on one of them.
    Set(fn(&ManifestSet, &mut Findings<'_>)),
    /// At what Argo CD does with the objects of an environment.
    Operations(fn(&Operations<'_>, &mut Findings<'_>)),
    /// At the objects of an environment, beside those of the environments that its changes came through.
    Promotion(fn(&Promotion<'_>, &mut Findings<'_>)),
}

/// Declares a [`Rule`]. Its doc comment is its documentation; the `yaml,fires` and `yaml,silent` examples in it are run
/// as tests. One that not everybody has to follow says so: `on: Request`.
macro_rules! declare_rule {
    ($(#[doc = $doc:expr])+ $visibility:vis static $name:ident = {
        code: $code:literal,
        summary: $summary:literal,
        severity: $severity:ident,
        since: $since:literal,
        $(on: $on:ident,)?
        check: $check:expr,
    }) => {
        $(#[doc = $doc])+
        $visibility static $name: $crate::lint::Rule = $crate::lint::Rule {
            code: $crate::diagnostic::Code {
                name: $code,
                summary: $summary,
                severity: $crate::diagnostic::Severity::$severity,
                since: $since,
                docs: concat!($($doc, "\n"),+),
                file: file!(),
            },
            on: declare_rule!(@on $($on)?),
            check: $check,
        };
    };
    (@on) => { $crate::lint::On::Always };
    (@on $on:ident) => { $crate::lint::On::$on };
}
pub(crate) use declare_rule;
