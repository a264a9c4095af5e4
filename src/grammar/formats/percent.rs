//! Texts as parts of addresses (RFC 3986).

use std::fmt::Write;

/// A text as a path, or as a value of a query: what has a meaning in an address is written as its bytes, but for `/`.
pub fn percent_encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_' | b'~' | b'/') {
            encoded.push(char::from(byte));
        } else {
            // A string takes whatever is written to it.
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_ascii() {
        assert_eq!(percent_encoded("a b/é#%?.yaml"), "a%20b/%C3%A9%23%25%3F.yaml");
    }
}
