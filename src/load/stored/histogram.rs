//! Histograms in the form HDR V2, compressed, in base64.
//!
//! The head of the form says how much room the histogram takes, whatever is in it. It is looked at before any room is
//! taken: a few bytes of somebody else must not become gigabytes.

use std::io::Read;

use base64::{Engine as _, prelude::BASE64_STANDARD};
use flate2::read::ZlibDecoder;
use hdrhistogram::{
    Histogram,
    serialization::{Deserializer, Serializer, V2DeflateSerializer},
};

use crate::diagnostic::{Error, Result};

/// The highest value, in microseconds: 35 years.
const HIGHEST: u64 = 1 << 50;

/// The most bytes of counts: nine for each that there is room for below [`HIGHEST`] with three digits.
const LONGEST: u32 = 9 * 1024 * 41;

pub(super) fn encode(histogram: &Histogram<u64>) -> String {
    let mut bytes = Vec::new();
    // A vector takes all that is written to it, and a histogram has no count that the form has no room for.
    let _ = V2DeflateSerializer::new().serialize(histogram, &mut bytes);
    BASE64_STANDARD.encode(bytes)
}

/// Reads a histogram of so many digits.
pub(super) fn decode(text: &str, digits: u8) -> Result<Histogram<u64>> {
    let wrong = || Error::new("it holds a histogram that cannot be read");
    let bytes = BASE64_STANDARD.decode(text).map_err(|_| wrong())?;
    if !is_bounded(&bytes, digits).unwrap_or_default() {
        return Err(wrong());
    }
    let mut histogram: Histogram<u64> = Deserializer::new().deserialize(&mut bytes.as_slice()).map_err(|_| wrong())?;
    histogram.auto(true);
    Ok(histogram)
}

/// Whether a histogram has as many digits as it should, and takes no more room than those of a run. Behind its cookie, the
/// compressed form has the length; behind another cookie the form itself has the length of the counts, an offset, the
/// digits, and the lowest and the highest value.
fn is_bounded(bytes: &[u8], digits: u8) -> Option<bool> {
    let mut head = [0; 32];
    ZlibDecoder::new(bytes.get(8..)?).read_exact(&mut head).ok()?;
    let word = |at: usize| Some(u32::from_be_bytes(head.get(at..at + 4)?.try_into().ok()?));
    let (length, own) = (word(4)?, word(12)?);
    let highest = u64::from_be_bytes(head.get(24..32)?.try_into().ok()?);
    Some(length <= LONGEST && own == u32::from(digits) && highest <= HIGHEST)
}
