//! What the tests of this module share.

use super::Variables;
use crate::diagnostic::Result;

pub(super) fn variables(own: &[(&str, &str)]) -> Variables {
    own.iter().copied().collect()
}

/// The message of a failure, and the next step.
pub(super) fn refused<T>(result: Result<T>) -> String {
    let error = result.err().unwrap();
    format!("{error}\n  {}", error.next_step().unwrap_or("-"))
}
