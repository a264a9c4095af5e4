//! A hash that stands in rendered objects, in the names of their files and in the baselines of findings, and so must be
//! the same on every machine and in every version.

use std::fmt;

/// FNV-1a with 64 bits (RFC 9923).
///
/// Nobody attacks a checksum of one's own configuration, so a cryptographic hash would buy nothing; and the hashers of
/// the standard library and of `rustc-hash` may change with their versions.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Fnv(u64);

impl Fnv {
    /// The hash of nothing.
    pub(crate) fn new() -> Self {
        Self(0xcbf2_9ce4_8422_2325)
    }

    /// The hash of what it stood for, and of a text. Its length counts, so that `ab`, `c` differs from `a`, `bc`.
    #[must_use]
    pub(crate) fn text(self, text: &str) -> Self {
        self.bytes(&(text.len() as u64).to_le_bytes()).bytes(text.as_bytes())
    }

    /// The last 32 bits as eight digits.
    pub(crate) fn short(self) -> String {
        format!("{:08x}", self.0 & u64::from(u32::MAX))
    }

    /// The hash of what it stood for, and of some bytes.
    #[must_use]
    pub(crate) fn bytes(self, bytes: &[u8]) -> Self {
        Self(bytes.iter().fold(self.0, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0000_0100_0000_01b3)))
    }
}

impl fmt::Display for Fnv {
    /// All 64 bits as sixteen digits.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:016x}", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The values are those of the test vectors of RFC 9923.
    #[test]
    fn is_fnv_1a() {
        assert_eq!(Fnv::new().to_string(), "cbf29ce484222325");
        assert_eq!(Fnv::new().bytes(b"a").to_string(), "af63dc4c8601ec8c");
        assert_eq!(Fnv::new().bytes(b"foobar").to_string(), "85944171f73967e8");
    }

    #[test]
    fn where_a_text_ends_counts() {
        assert_ne!(Fnv::new().text("ab").text("c").to_string(), Fnv::new().text("a").text("bc").to_string());
    }
}
