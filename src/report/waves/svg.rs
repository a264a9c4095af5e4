//! Syncs as one picture, which needs nothing but itself.

use std::io;

use super::{Chart, Format, picture};
use crate::report::Style;

/// The format.
pub(super) static FORMAT: Format = Format { name: "svg", help: "A picture: steps, gates and what needs what", write };

fn write(out: &mut dyn io::Write, charts: &[Chart], _: Style) -> io::Result<()> {
    out.write_all(picture::draw(charts).as_bytes())
}
