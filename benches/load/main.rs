//! Speed and truth of `karat load` on loopback, beside wrk and oha where they are on the path; prints Markdown.
//!
//! `cargo bench --bench load -- [closed] [memory] [open] [stall] [overload] [paused] [--runs N]`

mod closed;
mod honest;
mod nginx;
mod open;
#[path = "../speed/process.rs"]
mod process;
mod run;
mod server;
mod tool;

use std::{env, io};

/// Measures so many runs and prints what it finds.
type Part = fn(usize) -> io::Result<()>;

/// What there is to measure.
const PARTS: [(&str, Part); 6] = [
    ("closed", closed::speed),
    ("memory", closed::memory),
    ("open", open::rates),
    ("stall", honest::stall),
    ("overload", honest::overload),
    ("paused", honest::paused),
];

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let runs = match arguments.iter().skip_while(|argument| *argument != "--runs").nth(1) {
        Some(runs) => runs.parse().map_err(|error| io::Error::other(format!("--runs: {error}")))?,
        None => 5,
    };
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !PARTS.iter().any(|(name, _)| named(name));
    for (_, part) in PARTS.iter().filter(|(name, _)| all || named(name)) {
        part(runs)?;
        println!();
    }
    Ok(())
}

/// The figure in the middle; of an even number, the upper one.
fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}
