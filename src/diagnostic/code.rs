//! Codes: stable names of the kinds of findings, each with its documentation.

use super::Severity;

/// A kind of finding. Its documentation is the text of `karat explain CODE` and of the catalogue page.
#[derive(Debug, PartialEq, Eq)]
pub struct Code {
    /// Family and number, such as `NET001`. Never reused.
    pub name: &'static str,
    /// One line.
    pub summary: &'static str,
    /// How bad it is unless the user says otherwise.
    pub severity: Severity,
    /// The first version that has it.
    pub since: &'static str,
    /// Markdown.
    pub docs: &'static str,
    /// The source file that makes it.
    pub file: &'static str,
}

impl Code {
    /// The first letters of the name, such as `NET`.
    pub fn family(&self) -> &'static str {
        self.name.trim_end_matches(|last: char| last.is_ascii_digit())
    }

    /// Whether the name is this, or starts so, in either case. Nothing starts with nothing.
    pub fn starts_with(&self, start: &str) -> bool {
        !start.is_empty() && self.name.get(..start.len()).is_some_and(|head| head.eq_ignore_ascii_case(start))
    }

    /// The documentation as Markdown: without the space that a doc comment has before each line.
    pub fn markdown(&self) -> String {
        let lines = self.docs.lines().map(|line| line.strip_prefix(' ').unwrap_or(line));
        lines.collect::<Vec<_>>().join("\n").trim().to_owned()
    }
}

/// Declares the codes of a stage that is not a rule: the reader, the merge, the schema check, the golden store.
///
/// The doc comment of each becomes its [`Code::docs`]; all of them are listed in a `CODES` array, from which the
/// catalogue is made.
macro_rules! declare_codes {
    ($($(#[doc = $doc:expr])+ $name:ident = $code:literal, $severity:ident, $summary:literal;)+) => {
        $(
            $(#[doc = $doc])+
            pub static $name: $crate::diagnostic::Code = $crate::diagnostic::Code {
                name: $code,
                summary: $summary,
                severity: $crate::diagnostic::Severity::$severity,
                since: "0.1.0",
                docs: concat!($($doc, "\n"),+),
                file: file!(),
            };
        )+
        /// Every code of this module.
        pub static CODES: &[&$crate::diagnostic::Code] = &[$(&$name),+];
    };
}
pub(crate) use declare_codes;
