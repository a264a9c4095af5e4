//! Failures: Karat could not do its work. Exit code 2.

use std::fmt;

/// Why Karat could not work, and the next step.
#[derive(Debug)]
pub struct Error {
    message: String,
    hint: Option<String>,
}

/// The result of whatever can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

impl Error {
    /// One sentence without a full stop.
    pub fn new(message: impl Into<String>) -> Self {
        Self { message: message.into(), hint: None }
    }

    /// An operating system's refusal, with what was being done.
    pub fn io(doing: impl fmt::Display, error: &std::io::Error) -> Self {
        Self::new(format!("{doing}: {error}"))
    }

    /// Adds the next step.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The next step, if one is known.
    pub fn next_step(&self) -> Option<&str> {
        self.hint.as_deref()
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Error {}
