//! The figures as a table in Markdown.

use std::{fmt, time::Duration};

use crate::measure::Costs;

/// Rows, and what they say about each other.
#[derive(Default)]
pub(crate) struct Table {
    rows: Vec<String>,
    notes: Vec<String>,
}

impl Table {
    /// Adds what a command costs.
    pub(crate) fn add(&mut self, what: &str, costs: &Costs) {
        let (wall, cpu, peak) = (time(costs.median()), time(costs.cpu), mebibytes(costs.peak));
        let range = format!("{} – {}", time(costs.min()), time(costs.max()));
        let cores = costs.cpu.as_secs_f64() / costs.median().as_secs_f64();
        self.rows.push(format!("| {what} | {wall} | {range} | {cpu} | {cores:.1} | {peak} |"));
    }

    /// Adds a sentence below the table.
    pub(crate) fn note(&mut self, note: &str) {
        self.notes.push(format!("- {note}"));
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "| command | median | range | CPU | cores | peak memory |\n|---|---|---|---|---|---|")?;
        self.rows.iter().try_for_each(|row| writeln!(f, "{row}"))?;
        writeln!(f)?;
        self.notes.iter().try_for_each(|note| writeln!(f, "{note}"))
    }
}

fn time(duration: Duration) -> String {
    let milliseconds = duration.as_secs_f64() * 1e3;
    match milliseconds {
        ..10.0 => format!("{milliseconds:.1} ms"),
        ..1000.0 => format!("{milliseconds:.0} ms"),
        _ => format!("{:.2} s", milliseconds / 1e3),
    }
}

/// A size, as people read it.
#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
pub(crate) fn mebibytes(bytes: u64) -> String {
    format!("{:.1} MiB", bytes as f64 / f64::from(1 << 20))
}
