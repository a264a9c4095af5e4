//! The codes of suppressions, and which codes can be suppressed.

use crate::diagnostic::{Code, Severity, declare_codes};

declare_codes! {
    /// A suppression whose `until=` has passed. It suppresses nothing any more, so what it held back counts again.
    ///
    /// The last day is the one that is named. Put right what was to be put right by then, or agree on a later day.
    EXPIRED = "SUP001", Warning, "suppression has expired";
    /// A suppression that suppresses nothing: what it was for has been put right, or it stands in the wrong place.
    ///
    /// A comment covers its own line and what that line opens; on a line of its own, the line after it. Remove what is
    /// left over, so that it does not hide the next mistake of its kind.
    ///
    /// Nothing is said of codes that a run left out, because of `--only`, `--skip`, `--env` or errors, for nobody knows.
    UNUSED = "SUP002", Warning, "suppression of nothing";
    /// A suppression that does not say why. It works; the next reader will want to know whether it still has to.
    WITHOUT_REASON = "SUP003", Warning, "suppression without a reason";
    /// A suppression that cannot be understood, or asks for what is not possible: an unknown code, a day that is not in
    /// the calendar, a field that is no field. That part of it suppresses nothing.
    ///
    /// Errors in what is read and rendered (`SPC`, `INP`, `REN`), differences from golden files (`GLD`) and findings about
    /// suppressions (`SUP`) cannot be suppressed: ignoring them would not make the objects complete, or the files equal.
    MALFORMED = "SUP004", Error, "malformed suppression";
    /// A baseline (`--baseline`) that has findings which are not there any more.
    ///
    /// They would be hidden if they came back. `--write-baseline` takes them out. Nothing is said where a run does not look
    /// for all of them: because of `--only`, `--skip`, `--env`, `--app` or errors.
    GONE = "SUP005", Info, "baseline names findings that are gone";
}

/// Families of which errors say that something is missing.
const READ: [&str; 3] = ["SPC", "INP", "REN"];
/// Families that no suppression touches.
const NEVER: [&str; 2] = ["GLD", "SUP"];

/// Whether findings of a code can be suppressed.
pub(super) fn can_be_suppressed(code: &Code) -> bool {
    let (family, is_error) = (code.family(), code.severity == Severity::Error);
    !(NEVER.contains(&family) || READ.contains(&family) && is_error)
}
