//! A map's key.

use smol_str::SmolStr;

use crate::source::Span;

/// A key and the place it was written at. Equality compares texts only.
#[derive(Clone, Debug)]
pub struct Key {
    /// The key.
    pub text: SmolStr,
    /// Where it was written.
    pub span: Option<Span>,
}

impl Key {
    /// A key that was written at `span`.
    pub fn new(text: impl Into<SmolStr>, span: impl Into<Option<Span>>) -> Self {
        Self { text: text.into(), span: span.into() }
    }

    /// The key as text.
    pub fn as_str(&self) -> &str {
        &self.text
    }
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl From<&str> for Key {
    fn from(text: &str) -> Self {
        Self::new(text, None)
    }
}

impl From<&Key> for Key {
    fn from(key: &Key) -> Self {
        key.clone()
    }
}
