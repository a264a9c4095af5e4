//! How many points of a picture have a colour (PNG, <https://www.w3.org/TR/png-3/>).

use std::io::Read;

use flate2::read::ZlibDecoder;

/// Counts the points of some colours in a picture of eight bits a channel.
pub(super) fn count<const N: usize>(png: &[u8], colours: [[u8; 3]; N]) -> [usize; N] {
    assert_eq!(&png[..8], b"\x89PNG\r\n\x1a\n");
    let number = |at: usize| u32::from_be_bytes(png[at..at + 4].try_into().unwrap()) as usize;
    let width = number(16);
    let channels = match (png[24], png[25]) {
        (8, 2) => 3,
        (8, 6) => 4,
        other => panic!("depth and type {other:?}"),
    };
    let (mut at, mut packed) = (8, Vec::new());
    while at < png.len() {
        let (length, kind) = (number(at), &png[at + 4..at + 8]);
        if kind == b"IDAT" {
            packed.extend_from_slice(&png[at + 8..at + 8 + length]);
        }
        at += length + 12;
    }
    let mut lines = Vec::new();
    ZlibDecoder::new(packed.as_slice()).read_to_end(&mut lines).unwrap();
    let mut above = vec![0; width * channels];
    let mut counts = [0; N];
    for line in lines.chunks(width * channels + 1) {
        let line = unfiltered(line[0], &line[1..], &above, channels);
        for point in line.chunks(channels) {
            for (colour, count) in colours.iter().zip(&mut counts) {
                *count += usize::from(point[..3] == *colour);
            }
        }
        above = line;
    }
    counts
}

/// A line without its filter, which tells what each byte is added to.
fn unfiltered(filter: u8, line: &[u8], above: &[u8], channels: usize) -> Vec<u8> {
    let mut out: Vec<u8> = Vec::with_capacity(line.len());
    for (at, byte) in line.iter().enumerate() {
        let left = if at < channels { 0 } else { out[at - channels] };
        let corner = if at < channels { 0 } else { above[at - channels] };
        let base = match filter {
            0 => 0,
            1 => left,
            2 => above[at],
            3 => left.midpoint(above[at]),
            _ => paeth(left, above[at], corner),
        };
        out.push(byte.wrapping_add(base));
    }
    out
}

fn paeth(left: u8, above: u8, corner: u8) -> u8 {
    let guess = i16::from(left) + i16::from(above) - i16::from(corner);
    let far = |byte: u8| (guess - i16::from(byte)).abs();
    if far(left) <= far(above) && far(left) <= far(corner) {
        left
    } else if far(above) <= far(corner) {
        above
    } else {
        corner
    }
}
