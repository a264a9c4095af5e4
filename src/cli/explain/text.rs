//! The answer for people.

use std::io::{self, Write};

use super::{
    absence::Absence,
    trace::{Field, History, Row, Rule, Trace},
};

/// Writes an object's fields, one after the other.
pub(super) fn write(out: &mut dyn Write, trace: &Trace) -> io::Result<()> {
    let Trace { kind, name, pointer, .. } = trace;
    let space = if pointer.is_empty() { "" } else { " " };
    writeln!(out, "{kind} {name}{space}{pointer}")?;
    if let Some(absence) = &trace.absence {
        return write_absence(out, absence);
    }
    if let [field] = trace.fields.as_slice()
        && field.pointer == *pointer
    {
        writeln!(out, "  = {}\n", field.value)?;
        return write_origin(out, "", field);
    }
    trace.fields.iter().try_for_each(|field| {
        writeln!(out, "\n{} = {}", field.pointer, field.value)?;
        write_origin(out, "  ", field)
    })
}

fn write_origin(out: &mut dyn Write, indent: &str, field: &Field) -> io::Result<()> {
    match (field.layers.as_slice(), &field.written) {
        ([], Some(place)) => writeln!(out, "{indent}written at {place}")?,
        ([], None) if field.rule.is_none() => writeln!(out, "{indent}made up by the renderer")?,
        (layers, _) => layers.iter().try_for_each(|history| write_history(out, indent, history))?,
    }
    if let Some(rule) = &field.rule {
        write_rule(out, indent, rule, field.written.is_some() && rule.works_out)?;
    }
    let because = field.because.as_ref().map(|place| format!("because of {place}"));
    let documented = field.rule.as_ref().map(|rule| format!("see {}", rule.documented));
    let last: Vec<String> = because.into_iter().chain(documented).collect();
    if last.is_empty() { Ok(()) } else { writeln!(out, "{indent}{}", last.join("; ")) }
}

fn write_rule(out: &mut dyn Write, indent: &str, rule: &Rule, worked_out: bool) -> io::Result<()> {
    let how = if worked_out { "worked out" } else { "filled in" };
    writeln!(out, "{indent}{how}: {}", rule.text)?;
    match rule.unless {
        Some([path, file]) => writeln!(out, "{indent}unless `{path}` in {file} says otherwise"),
        None => Ok(()),
    }
}

fn write_absence(out: &mut dyn Write, absence: &Absence) -> io::Result<()> {
    writeln!(out, "  is not there\n")?;
    if let Some(why) = absence.why {
        writeln!(out, "{why}")?;
    }
    absence.layers.iter().try_for_each(|history| write_history(out, "", history))?;
    let path = if absence.nearest.is_empty() { "the object" } else { &absence.nearest };
    if absence.keys.is_empty() {
        writeln!(out, "{path} is there")
    } else {
        writeln!(out, "{path} has {}", absence.keys.join(", "))
    }
}

fn write_history(out: &mut dyn Write, indent: &str, history: &History) -> io::Result<()> {
    writeln!(out, "{indent}spec {}", history.spec)?;
    let width = |column: fn(&Row) -> usize| history.steps.iter().map(column).max().unwrap_or_default();
    let (layers, places) = (width(|row| row.layer.len()), width(|row| row.place.len()));
    for Row { layer, place, value, wins } in &history.steps {
        let mark = if *wins { "  ← this one" } else { "" };
        writeln!(out, "{indent}  {layer:layers$}  {place:places$}  {value}{mark}")?;
    }
    Ok(())
}
