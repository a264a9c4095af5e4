//! Syncs for people: one block for each, the same one for all environments that have the same.

use std::{fmt::Write, io};

use super::{Chart, Format, Object, Opening, Step, Sync, lines::wrap, words, words::named};
use crate::report::{Style, printable, wording::counted};

/// The format.
pub(super) static FORMAT: Format = Format { name: "text", help: "For people: steps, gates and doubts", write };

/// Columns in front of the objects: `  PostSync 100  `.
const MARGIN: usize = 16;

fn write(out: &mut dyn io::Write, charts: &[Chart], style: Style) -> io::Result<()> {
    for Block { environments, name, body } in blocks(charts, style) {
        let place = if environments.is_empty() { String::new() } else { format!(" in {}", environments.join(", ")) };
        writeln!(out, "{}{place}\n{body}", style.bold(&printable::line(name)))?;
    }
    for rolling in charts.iter().filter_map(words::rolling) {
        writeln!(out, "note: {}\n", printable::line(&rolling))?;
    }
    if charts.iter().any(has_unassessed_applications) {
        writeln!(out, "note: Argo CD does not assess the health of Applications here, so none waits for another\n")?;
    }
    writeln!(out, "{}", summary(charts))
}

/// What is shown of a sync, and the environments where it is the same.
struct Block<'a> {
    environments: Vec<&'a str>,
    name: &'a str,
    body: String,
}

fn blocks(charts: &[Chart], style: Style) -> Vec<Block<'_>> {
    let mut blocks: Vec<Block<'_>> = Vec::new();
    let syncs = charts.iter().flat_map(|chart| chart.syncs.iter().map(move |sync| (chart, sync)));
    for (chart, sync) in syncs {
        let body = body(sync, style);
        let environment = chart.environment.as_deref();
        match blocks.iter_mut().find(|block| block.name == sync.name && block.body == body) {
            Some(block) => block.environments.extend(environment),
            None => blocks.push(Block { environments: environment.into_iter().collect(), name: &sync.name, body }),
        }
    }
    blocks
}

fn body(sync: &Sync, style: Style) -> String {
    let mut text = String::new();
    if sync.creates_namespace {
        push(&mut text, &format!("{:MARGIN$}the destination's namespace, if it is not there", "  PreSync"));
    }
    for step in &sync.steps {
        write_step(&mut text, sync, step, style);
    }
    for outside in &sync.outside {
        let id = &outside.id;
        let line = format!("{:MARGIN$}{} {}: {}", "  outside", id.kind, id.name, outside.reason);
        push(&mut text, &style.dim(&printable::line(&line)));
    }
    if sync.prunes_last {
        push(&mut text, &format!("{:MARGIN$}deletes what has left, the highest wave first", "  at last"));
    }
    text
}

fn push(text: &mut String, line: &str) {
    // A string takes everything.
    let _ = writeln!(text, "{}", line.trim_end());
}

fn write_step(text: &mut String, sync: &Sync, step: &Step, style: Style) {
    let label = format!("  {} {}", step.phase, step.wave);
    let shown = shown(sync, step, style);
    let mut lines = wrap(&format!("{label:MARGIN$}"), shown.iter().map(String::as_str)).into_iter();
    let first = lines.next().unwrap_or_default();
    let rest = first.strip_prefix(&label).unwrap_or_default();
    push(text, &format!("{}{rest}", style.bold(&label)));
    lines.for_each(|line| push(text, &line));
    let moves = step.objects.iter().filter_map(moved);
    let doubts = step.objects.iter().flat_map(doubts);
    let notes = moves.chain([Note { opening: step.gate, text: words::gate(step) }]).chain(doubts);
    for Note { opening, text: note } in notes {
        for line in wrap(&" ".repeat(MARGIN), note.split(' ')) {
            push(text, &style.of(opening, &line));
        }
    }
}

/// `ConfigMap a, b → Service web`, in words that a line may be broken between.
fn shown(sync: &Sync, step: &Step, style: Style) -> Vec<String> {
    let arrow = if style.unicode { "→" } else { "->" };
    let mut words = Vec::new();
    let kinds: Vec<&[Object]> = step.objects.chunk_by(|a, b| a.id.kind == b.id.kind).collect();
    for (at, objects) in kinds.iter().enumerate() {
        let names: Vec<String> = objects.iter().map(|object| shown_name(sync, step, object)).collect();
        words.push(format!("{} {}{}", objects[0].id.kind, names[0], comma(0, &names)));
        words.extend(names.iter().enumerate().skip(1).map(|(at, name)| format!("{name}{}", comma(at, &names))));
        if at + 1 < kinds.len() {
            words.push(arrow.to_owned());
        }
    }
    words
}

fn comma(at: usize, names: &[String]) -> &'static str {
    if at + 1 < names.len() { "," } else { "" }
}

/// The name, with the namespace if it is not the destination's.
fn shown_name(sync: &Sync, step: &Step, object: &Object) -> String {
    let hook = if object.hook && step.phase == "Sync" { " (hook)" } else { "" };
    match &object.id.namespace {
        Some(namespace) if Some(namespace) != sync.namespace.as_ref() => {
            format!("{namespace}/{}{hook}", object.id.name)
        }
        _ => format!("{}{hook}", object.id.name),
    }
}

/// A line below a step.
struct Note {
    opening: Opening,
    text: String,
}

fn moved(object: &Object) -> Option<Note> {
    let text = format!("{} {}", named(&object.id), words::moved(object)?);
    Some(Note { opening: Opening::Healthy, text })
}

fn doubts(object: &Object) -> impl Iterator<Item = Note> {
    object.doubts.iter().map(|doubt| {
        let opening = doubt.opening();
        let text = format!("! {} {}: {}", named(&object.id), doubt.message, opening.consequence());
        Note { opening, text }
    })
}

fn has_unassessed_applications(chart: &Chart) -> bool {
    let is_parent = |sync: &Sync| {
        let held = sync.steps.iter().filter(|step| step.pause_seconds > 0);
        held.flat_map(|step| &step.objects).any(|object| object.id.is_application())
    };
    !chart.assesses_applications && chart.rolling_steps.is_empty() && chart.syncs.iter().any(is_parent)
}

fn summary(charts: &[Chart]) -> String {
    let syncs = || charts.iter().flat_map(|chart| &chart.syncs);
    let gates = |opening| syncs().flat_map(|sync| &sync.steps).filter(|step| step.gate == opening).count();
    let mut parts =
        vec![counted(syncs().count(), "sync"), counted(syncs().flat_map(|sync| &sync.steps).count(), "step")];
    let awaited = gates(Opening::Healthy) + gates(Opening::Doubtful) + gates(Opening::Never);
    parts.push(format!("{} for health", counted(awaited, "wait")));
    for (opening, word) in [(Opening::Doubtful, "may be for ever"), (Opening::Never, "surely for ever")] {
        let count = gates(opening);
        if count > 0 {
            parts.push(format!("{count} {word}"));
        }
    }
    parts.join(", ")
}

impl Style {
    fn bold(self, text: &str) -> String {
        self.sequence("1", text)
    }

    fn dim(self, text: &str) -> String {
        self.sequence("2", text)
    }

    /// In the colour of a gate.
    fn of(self, opening: Opening, text: &str) -> String {
        match opening {
            Opening::End | Opening::Pause => self.dim(text),
            Opening::Healthy => self.sequence("36", text),
            Opening::Doubtful => self.sequence("33", text),
            Opening::Never => self.sequence("31", text),
        }
    }

    fn sequence(self, code: &str, text: &str) -> String {
        if self.color { format!("\u{1b}[{code}m{text}\u{1b}[0m") } else { text.to_owned() }
    }
}
