//! Syncs as a flowchart for pages that draw Mermaid: one frame for each sync, one box for each step, gates between them.

use std::io;

use super::{Chart, Format, Object, Opening, Step, Sync};
use crate::report::{Style, printable};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "mermaid", help: "A flowchart, for Markdown pages that draw Mermaid", write };

/// Objects of a kind that are named in a box; the others are counted.
const NAMED: usize = 8;

/// Colours that can be read on light and on dark pages.
const CLASSES: &str = "\
classDef pause fill:#818b98,stroke:#818b98,color:#ffffff
classDef healthy fill:#0969da,stroke:#0969da,color:#ffffff
classDef doubtful fill:#9a6700,stroke:#9a6700,color:#ffffff
classDef never fill:#cf222e,stroke:#cf222e,color:#ffffff
classDef done fill:#1a7f37,stroke:#1a7f37,color:#ffffff
";

fn write(out: &mut dyn io::Write, charts: &[Chart], _: Style) -> io::Result<()> {
    writeln!(out, "flowchart TB")?;
    for (number, chart) in charts.iter().enumerate() {
        let prefix = format!("e{number}");
        if let Some(name) = &chart.environment {
            writeln!(out, "subgraph {prefix}[\"{}\"]", escaped(name))?;
        }
        write_rolling(out, &prefix, &chart.rolling_steps)?;
        for (number, sync) in chart.syncs.iter().enumerate() {
            write_sync(out, &format!("{prefix}s{number}"), sync)?;
        }
        if chart.environment.is_some() {
            writeln!(out, "end")?;
        }
    }
    out.write_all(CLASSES.as_bytes())
}

/// The steps in which the controller of an ApplicationSet syncs Applications.
fn write_rolling(out: &mut dyn io::Write, prefix: &str, steps: &[Vec<String>]) -> io::Result<()> {
    if steps.is_empty() {
        return Ok(());
    }
    writeln!(out, "subgraph {prefix}r[\"RollingSync\"]\ndirection LR")?;
    for (number, names) in steps.iter().enumerate() {
        let shown: Vec<String> = names.iter().take(NAMED).map(|name| escaped(name)).collect();
        let more = names.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        writeln!(out, "{prefix}r{number}[\"<b>step {}</b><br>{}{more}\"]", number + 1, shown.join(", "))?;
        if number > 0 {
            writeln!(out, "{prefix}r{} --> {prefix}r{number}", number - 1)?;
        }
    }
    writeln!(out, "end")
}

fn write_sync(out: &mut dyn io::Write, prefix: &str, sync: &Sync) -> io::Result<()> {
    writeln!(out, "subgraph {prefix}[\"{}\"]\ndirection LR", escaped(&sync.name))?;
    for (number, step) in sync.steps.iter().enumerate() {
        let (own, gate) = (format!("{prefix}n{number}"), format!("{prefix}g{number}"));
        writeln!(out, "{own}[\"{}\"]", label(step))?;
        // `end` is a word of Mermaid's own.
        let class = if step.gate == Opening::End { "done" } else { step.gate.class() };
        writeln!(out, "{own} --> {gate}{{{{\"{}\"}}}}:::{class}", opening(step))?;
        match sync.steps.get(number + 1) {
            Some(next) if next.phase == "SyncFail" => writeln!(out, "{gate} -. failed .-> {prefix}n{}", number + 1)?,
            Some(_) => writeln!(out, "{gate} --> {prefix}n{}", number + 1)?,
            None => {}
        }
    }
    writeln!(out, "end")
}

fn label(step: &Step) -> String {
    let kinds = step.objects.chunk_by(|a, b| a.id.kind == b.id.kind).map(|objects| {
        let names: Vec<String> = objects.iter().take(NAMED).map(name).collect();
        let more = objects.len().saturating_sub(NAMED);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        format!("{} {}{more}", escaped(&objects[0].id.kind), names.join(", "))
    });
    let head = format!("<b>{} {}</b>", step.phase, step.wave);
    std::iter::once(head).chain(kinds).collect::<Vec<_>>().join("<br>")
}

fn name(object: &Object) -> String {
    let moved = object.moved.as_ref().map(|moved| format!(" (moved from {} {})", moved.from_phase, moved.from_wave));
    escaped(&object.id.name) + &moved.unwrap_or_default()
}

fn opening(step: &Step) -> String {
    let doubts = step.objects.iter().flat_map(|object| {
        let own =
            move |doubt: &super::Doubt| escaped(&format!("{} {} {}", object.id.kind, object.id.name, doubt.message));
        object.doubts.iter().map(own)
    });
    let word = match step.gate {
        Opening::End => "done",
        Opening::Pause => "pauses",
        Opening::Healthy => "waits",
        Opening::Doubtful => "may hang",
        Opening::Never => "hangs",
    };
    let pause = if step.pause_seconds > 0 { format!("{} s: {word}", step.pause_seconds) } else { word.to_owned() };
    std::iter::once(pause).chain(doubts).collect::<Vec<_>>().join("<br>")
}

/// Text in which Mermaid sees nothing but text: what means something to it is written by its number.
fn escaped(text: &str) -> String {
    let line = printable::line(text);
    let harmless = |own: &char| own.is_alphanumeric() || " -_./:,()…".contains(*own);
    line.chars().map(|own| if harmless(&own) { own.to_string() } else { format!("#{};", u32::from(own)) }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_text_becomes_markup() {
        assert_eq!(escaped("a-b\"]<b>`#"), "a-b#34;#93;#60;b#62;#96;#35;");
    }
}
