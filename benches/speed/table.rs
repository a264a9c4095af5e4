//! The figures as a table in Markdown.

use std::time::Duration;

use crate::measure::Costs;

/// A run so short ends before anybody has looked at its memory.
const TOO_SHORT: Duration = Duration::from_millis(5);

/// Prints the head of the table.
pub(crate) fn head() {
    println!("| command | median | range | CPU | cores | peak memory |\n|---|---|---|---|---|---|");
}

/// Prints what a command costs.
pub(crate) fn row(what: &str, costs: &Costs) {
    let (wall, cpu) = (time(costs.median()), time(costs.cpu));
    let peak = if costs.median() < TOO_SHORT { "–".to_owned() } else { mebibytes(costs.peak) };
    let range = format!("{} – {}", time(costs.min()), time(costs.max()));
    let cores = costs.cpu.as_secs_f64() / costs.median().as_secs_f64();
    println!("| {what} | {wall} | {range} | {cpu} | {cores:.1} | {peak} |");
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
