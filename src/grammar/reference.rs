//! The reference page: the table as Markdown.

use super::{
    Object, Scalar, Type,
    fields::{APP, FILES, FileKind, OVERLAY, SECTIONS},
    words::{sentences, slug},
};

/// The page `docs/spec-reference.md`.
pub fn reference() -> String {
    let mut lines = Vec::new();
    lines.push(INTRODUCTION.to_owned());
    lines.extend(FILES.iter().map(|file| {
        let name = file.object.noun();
        format!("| `{}` | [{name}](#{}) | `schemas/karat/{}.json` |", file.path, slug(name), file.schema)
    }));
    lines.push(VALUES.to_owned());
    lines.extend(SCALARS.iter().map(|scalar| format!("| {} | {} |", scalar.words(), scalar.expected())));
    let mut known = Vec::new();
    for file in FILES {
        push_file(file, &mut known, &mut lines);
    }
    lines.join("\n") + "\n"
}

/// What several kinds of files hold is described with the first of them.
fn push_file(file: &FileKind, known: &mut Vec<&'static str>, lines: &mut Vec<String>) {
    lines.push(format!("\n## {}\n\n`{}`\n", file.object.noun(), file.path));
    if file.object.name == OVERLAY.name {
        lines.push(format!("The fields of [{0}](#{1}); `kind` is `{2}`.", APP.noun(), slug(APP.noun()), file.kind));
        return;
    }
    push_table(file.object, lines);
    let mut places = Vec::new();
    find_places(file.object, "", &mut places);
    places.retain(|place| !known.contains(&place.object.name));
    for place in &places {
        lines.push(format!("\n### {}\n", place.object.noun()));
        let paths: Vec<_> = place.paths.iter().map(|path| format!("`{path}`")).collect();
        let paths = format!("At {}.", paths.join(", "));
        lines.push(sentences([paths.as_str(), &place.object.note()]) + "\n");
        push_table(place.object, lines);
        known.push(place.object.name);
    }
}

fn push_table(object: &Object, lines: &mut Vec<String>) {
    lines.push("| field | type | meaning |\n|---|---|---|".into());
    let rows = object.fields.iter();
    lines.extend(rows.map(|field| format!("| `{}` | {} | {} |", field.name, field.ty.words(link), field.doc)));
}

fn link(object: &Object) -> String {
    let noun = object.noun();
    let target = if object.name == SECTIONS.name { APP.noun() } else { noun };
    format!("[{noun}](#{})", slug(target))
}

/// An object, and where a file may hold it.
struct Place {
    object: &'static Object,
    /// From the root of the file; of places inside of an object that has several, only those in the first.
    paths: Vec<String>,
}

/// The objects below `object`, each once, in the order of the table.
fn find_places(object: &Object, path: &str, places: &mut Vec<Place>) {
    for field in object.fields {
        let Some(child) = field.ty.object().filter(|child| child.name != SECTIONS.name) else { continue };
        let dot = if path.is_empty() { "" } else { "." };
        let entry = if matches!(field.ty, Type::Map(..)) { ".<name>" } else { "" };
        let path = format!("{path}{dot}{}{entry}", field.name);
        if let Some(place) = places.iter_mut().find(|place| place.object.name == child.name) {
            place.paths.push(path);
        } else {
            places.push(Place { object: child, paths: vec![path.clone()] });
            find_places(child, &path, places);
        }
    }
}

/// The types whose names do not say everything.
const SCALARS: &[Scalar] = &[
    Scalar::Name,
    Scalar::Duration,
    Scalar::Quantity,
    Scalar::Limit,
    Scalar::IntOrPercent,
    Scalar::PortOrName,
    Scalar::SwitchOrPort,
    Scalar::Cron,
    Scalar::CronFields,
    Scalar::Digest,
    Scalar::KubeVersion,
    Scalar::Mode,
    Scalar::Wave,
    Scalar::SyncOption,
    Scalar::Pointer,
];

const INTRODUCTION: &str = "\
# Spec reference

Every field of every spec file. This page is made from the table in `src/grammar/fields/`, as are the JSON Schemas that
editors read: begin a file with `# yaml-language-server: $schema=<path to the schema>`.

| file | fields | schema |
|---|---|---|";

const VALUES: &str = "
## How to read the tables

- An unknown field is an error. Fields that start with `x-` are yours: they are not read.
- `${…}` may stand for a value of every type, or inside of a string. `$${` is a literal `${`.
- A *string* is quoted where YAML would read something else: `\"1.10\"`, `\"on\"`, `\"null\"`. *Text* also takes a plain
  decimal number, `true` or `false`, as it is written.
- A *map* has entries by a name of your choice; layers are merged name by name. In `envs/defaults.yaml`, and under
  `defaults`, `overrides` and `enforce` of an environment, `\"*\"` stands for every entry that other layers name.
- A *list* of a layer replaces the one below, unless it is edited: `{ $append: [a] }`, `{ $prepend: [a] }`,
  `{ $remove: [a] }`.
- `null` deletes what layers below have set. `{ $replace: value }` sets a value whatever stood there.
- *Any YAML* is read as Kubernetes reads it.

| type | takes |
|---|---|";
