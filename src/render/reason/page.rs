//! The page `docs/rendered.md`.

use super::{Reason, TABLES, Table};

/// All reasons, as a page of Markdown.
pub fn page() -> String {
    let mut lines = vec![INTRODUCTION.to_owned()];
    for table in TABLES.iter().copied().flatten() {
        push(table, &mut lines);
    }
    lines.join("\n") + "\n"
}

fn push(table: &Table, lines: &mut Vec<String>) {
    lines.push(format!("\n## {}\n", table.title));
    let parts: Vec<String> = table
        .places
        .iter()
        .filter(|place| !place.1.is_empty())
        .map(|(kind, at)| format!("`{at}` of a {kind}"))
        .collect();
    if let Some((last, rest)) = parts.split_last() {
        let rest = if rest.is_empty() { String::new() } else { format!("{} and ", rest.join(", ")) };
        lines.push(format!("Fields are those below {rest}{last}.\n"));
    }
    lines.push("| field | why | unless |\n|---|---|---|".into());
    lines.extend(table.reasons.iter().map(row));
}

fn row(reason: &Reason) -> String {
    let unless =
        reason.setting.map_or_else(String::new, |setting| format!("`{}` in `{}`", setting.path, setting.file.path));
    format!("| `{}` | {} | {unless} |", reason.fields, reason.text)
}

const INTRODUCTION: &str = "\
# What renderers add

Every field of a rendered object comes from a line of a spec, or stands on this page: a default, or a rule by which
Karat fills the field in. `karat explain ENV/APP KIND[/NAME]` says it of each field of an object. Where a setting has the
last word it is named; in its path, `<name>` is the name of an entry of your own. Anything else takes a [patch](spec.md).

This page is made from the tables in `src/render/reason/`. In a field, `*` stands for any one step.";
