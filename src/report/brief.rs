//! Findings where only the first lines are read: in a condition of an Application, or in a log.

use std::io;

use super::{Report, printable};

/// Characters of one line. A message may quote a value of any length.
const LONGEST: usize = 500;

/// Writes each finding on one line, the place first; no more than `most` lines, the last of which counts the others.
pub fn write(out: &mut dyn io::Write, report: &Report<'_>, most: usize) -> io::Result<()> {
    let all = report.diagnostics;
    let shown = if all.len() > most { most.saturating_sub(1) } else { all.len() };
    for finding in &all[..shown] {
        let place = finding.primary.as_ref().map(|label| format!("{}: ", report.sources.describe(label.span)));
        let help = finding.help.as_deref().map(|help| format!("; {help}"));
        let (message, code) = (&finding.message, finding.code.name);
        let line = format!("{}{message} [{code}]{}", place.unwrap_or_default(), help.unwrap_or_default());
        writeln!(out, "{}", printable::line(&cut(&line)))?;
    }
    if shown < all.len() { writeln!(out, "and {} more", all.len() - shown) } else { Ok(()) }
}

fn cut(line: &str) -> String {
    match line.char_indices().nth(LONGEST) {
        Some((end, _)) => format!("{}…", &line[..end]),
        None => line.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn written(count: usize, most: usize) -> Vec<String> {
        let (sources, diagnostics) = sample::findings();
        let many: Vec<_> = diagnostics.iter().cycle().take(count).cloned().collect();
        let mut out = Vec::new();
        write(&mut out, &sample::report(&sources, &many), most).unwrap();
        String::from_utf8(out).unwrap().lines().map(str::to_owned).collect()
    }

    #[test]
    fn one_line_a_finding() {
        insta::assert_snapshot!(written(4, 20).join("\n"));
    }

    #[test]
    fn the_others_are_counted() {
        assert_eq!(written(20, 20).len(), 20);
        let lines = written(21, 20);
        assert_eq!((lines.len(), lines[19].as_str()), (20, "and 2 more"));
    }

    #[test]
    fn a_long_message_is_cut() {
        let (sources, mut diagnostics) = sample::findings();
        diagnostics[0].message = "é".repeat(100_000);
        let mut out = Vec::new();
        write(&mut out, &sample::report(&sources, &diagnostics[..1]), 20).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.chars().count(), LONGEST + 2);
    }
}
