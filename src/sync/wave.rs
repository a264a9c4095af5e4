//! The wave of an object, as `syncwaves.Wave` of gitops-engine reads it.

use super::annotation::{HELM_HOOK_WEIGHT, SYNC_WAVE, annotation};
use crate::manifest::Manifest;

/// The wave that an object says it is in: Argo CD's annotation, or else Helm's weight, or else 0.
///
/// A number that cannot be read counts as none at all, without a word.
pub fn wave(manifest: &Manifest) -> i64 {
    let read = |name| annotation(manifest, name).and_then(parse);
    read(SYNC_WAVE).or_else(|| read(HELM_HOOK_WEIGHT)).unwrap_or_default()
}

/// Reads a number as Go's `strconv.Atoi` does: decimal digits, a sign before them if need be, and nothing else.
pub fn parse(text: &str) -> Option<i64> {
    // Rust's own reading takes the same texts: no space, no underscore, no empty one, 64 bits.
    text.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::{super::annotation::annotated, *};

    #[test]
    fn what_is_no_number_is_zero() {
        for (text, expected) in [
            ("5", 5),
            ("-3", -3),
            ("+7", 7),
            ("007", 7),
            ("", 0),
            (" 5", 0),
            ("1.5", 0),
            ("five", 0),
            ("1_000", 0),
            ("0x10", 0),
            ("9223372036854775808", 0),
        ] {
            assert_eq!(wave(&annotated(&[(SYNC_WAVE, text.into())])), expected, "{text:?}");
        }
    }

    #[test]
    fn helms_weight_stands_in() {
        let both = |wave: &str| annotated(&[(SYNC_WAVE, wave.into()), (HELM_HOOK_WEIGHT, "-5".into())]);
        assert_eq!(wave(&both("2")), 2);
        assert_eq!(wave(&both("two")), -5);
        assert_eq!(wave(&annotated(&[(HELM_HOOK_WEIGHT, "-5".into())])), -5);
        assert_eq!(wave(&annotated(&[])), 0);
    }
}
