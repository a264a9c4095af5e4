//! Holds a layer against the table: strict keys, types, short forms.

use std::borrow::Cow;

use smol_str::SmolStr;

use super::{
    BAD_VALUE, Keys, Object, Scalar, Short, Type, UNKNOWN_KEY, WRONG_TYPE, empty,
    fields::FileKind,
    foreign, image, keys,
    scalar::Refusal,
    suggest::{is_misspelt, known_or_similar, similar},
    sync_option,
};
use crate::{
    diagnostic::{Diagnostic, Safety},
    node::{Key, Map, Node, Value, edit},
};

/// What the check must know of the layer around a node.
pub struct Layer<'a> {
    /// The text of the layer's file: some leaves keep what stands there.
    pub text: &'a str,
    /// Whether `"*"` may stand for every entry of a map by name.
    pub wildcards: bool,
}

/// The operators that edit a true list.
pub const LIST_OPERATORS: [&str; 3] = ["$append", "$prepend", "$remove"];

/// The operator that sets a value whatever stood there.
pub const REPLACE: &str = "$replace";

/// The canonical form of a file whose root is a map, by the rules of [`check`].
pub fn check_file(root: &Node, file: &FileKind, text: &str, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    check_object(root, file.object, &Layer { text, wildcards: file.wildcards }, diagnostics)
}

/// The canonical form of a layer: short forms expanded, unknown and broken parts left out and reported.
///
/// A null stays where it is: it deletes.
pub fn check(node: &Node, ty: &'static Type, layer: &Layer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    if node.is_null() || matches!(ty, Type::Tree | Type::MergePatch) {
        return Some(node.clone());
    }
    if let Some((key, value)) = node.as_map().and_then(|map| map.entry(REPLACE)) {
        alone(node, key, diagnostics)?;
        let value = check(value, ty, layer, diagnostics)?;
        return Some(Node::new(Map::from_iter([(key.clone(), value)]), node.span));
    }
    match ty {
        Type::Scalar(scalar) => check_scalar(node, *scalar, layer, diagnostics),
        Type::Object(object) => check_object(node, object, layer, diagnostics),
        Type::Map(keys, of) => check_map(node, *keys, of, layer, diagnostics),
        Type::List(of) => check_list(node, of, layer, diagnostics),
        Type::Tree | Type::MergePatch => Some(node.clone()),
    }
}

/// `$replace` says all there is to say of a place.
fn alone(node: &Node, replace: &Key, diagnostics: &mut Vec<Diagnostic>) -> Option<()> {
    let Some((other, _)) = node.entries().iter().find(|(key, _)| key != replace) else { return Some(()) };
    let finding = Diagnostic::new(&UNKNOWN_KEY, format!("`{}` stands beside `{REPLACE}`", other.text)).at(other.span);
    diagnostics.push(finding.help(format!("move it into the value of `{REPLACE}`")));
    None
}

fn check_scalar(node: &Node, scalar: Scalar, layer: &Layer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let source = &source_text(node, layer);
    match scalar.accept(node, source) {
        Ok(value) => Some(Node::new(value, node.span)),
        Err(refusal) => {
            diagnostics.push(refused(node, scalar, source, &refusal));
            None
        }
    }
}

/// The finding for a leaf that does not take a value.
fn refused(node: &Node, scalar: Scalar, source: &str, refusal: &Refusal) -> Diagnostic {
    if let Some(text) =
        node.as_str().filter(|text| source.starts_with(['"', '\'']) && scalar.takes_without_quotes(text))
    {
        return Diagnostic::new(&WRONG_TYPE, format!("`{text}` is a string in its quotes"))
            .at(node.span)
            .help(format!("write it without quotes: {text}"))
            .fix(Safety::Safe, "remove the quotes", [edit::unquote(node)]);
    }
    match refusal {
        Refusal::Quote => Diagnostic::new(&WRONG_TYPE, format!("`{source}` is {}, not a string", node.kind()))
            .at(node.span)
            .help(format!("quote it: \"{source}\""))
            .fix(Safety::Safe, "quote the value", [edit::quote(node)]),
        Refusal::Type(found) => {
            Diagnostic::new(&WRONG_TYPE, format!("expected {}, found {found}", scalar.expected())).at(node.span)
        }
        Refusal::Value(why) => {
            let finding = Diagnostic::new(&BAD_VALUE, why.clone()).at(node.span);
            match (scalar, node.as_str()) {
                (Scalar::Enum(words), Some(text)) => match similar(text, words.iter().copied()) {
                    Some(word) => misspelt(finding.help(format!("did you mean `{word}`?")), node, text, word),
                    None => finding,
                },
                (Scalar::SyncOption, Some(text)) => {
                    let finding = finding.help(sync_option::advice(text));
                    match sync_option::meant(text) {
                        Some(option) => rewritten(finding, node, option),
                        None => finding,
                    }
                }
                (Scalar::Pointer, Some(_)) => {
                    finding.help("start it with `/`, and write `~1` for a `/` and `~0` for a `~` in a key")
                }
                (Scalar::Quantity, Some(_)) => {
                    finding.help("write powers of 1000 as k, M, G and powers of 1024 as Ki, Mi, Gi")
                }
                (Scalar::Duration, None) => {
                    let seconds = format!("{source}s");
                    let help = format!("write `{seconds}` for seconds");
                    let edit = edit::replace(node, &seconds.as_str().into());
                    finding.help(help).fix(Safety::Unsafe, format!("write `{seconds}`"), [edit])
                }
                (Scalar::Mode, None) if source.bytes().all(|byte| byte.is_ascii_digit()) => {
                    finding.help(format!("write `0{source}`"))
                }
                (Scalar::Number, _) => finding.help("write 0 or more, such as `200` or `0.5`"),
                (Scalar::Int { .. } | Scalar::Cron | Scalar::CronFields, _) => {
                    finding.help(format!("expected {}", scalar.expected()))
                }
                _ => finding,
            }
        }
    }
}

/// Writes the word that is meant, if it is misspelt.
fn misspelt(finding: Diagnostic, node: &Node, text: &str, word: &str) -> Diagnostic {
    if is_misspelt(text, word) { rewritten(finding, node, word) } else { finding }
}

fn rewritten(finding: Diagnostic, node: &Node, word: &str) -> Diagnostic {
    finding.fix(Safety::Unsafe, format!("write `{word}`"), [edit::replace(node, &word.into())])
}

/// The text that stands in the file; what the value says when it came from elsewhere.
fn source_text<'a>(node: &Node, layer: &Layer<'a>) -> Cow<'a, str> {
    let range = node.span.map(|span| span.start as usize..span.end as usize);
    let written = range.and_then(|range| layer.text.get(range)).map(Cow::Borrowed);
    written.unwrap_or_else(|| node.scalar_text().unwrap_or_default().to_string().into())
}

fn check_object(
    node: &Node,
    object: &'static Object,
    layer: &Layer<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let Some(map) = node.as_map() else { return expand(node, object, layer, diagnostics) };
    let mut checked = Map::new();
    for (key, value) in map.entries() {
        if key.as_str().starts_with("x-") {
            continue;
        }
        match object.field(key.as_str()) {
            Some(field) => {
                diagnostics.extend(empty::value(key, value, &field.ty));
                if let Some(value) = check(value, &field.ty, layer, diagnostics) {
                    checked.push(key.clone(), value);
                }
            }
            None => diagnostics.push(unknown_key(key, node, object)),
        }
    }
    Some(Node::new(checked, node.span))
}

fn unknown_key(key: &Key, node: &Node, object: &Object) -> Diagnostic {
    let names = object.fields.iter().map(|field| field.name);
    if let Some(place) = foreign::place(key.as_str(), object) {
        return missing_key(key, object).help(format!("did you mean `{place}`?"));
    }
    let similar = similar(key.as_str(), names.clone());
    let help = match (similar, inner_field(key.as_str(), object)) {
        (None, Some(path)) => format!("did you mean `{path}`?"),
        _ => known_or_similar(key.as_str(), names),
    };
    let finding = missing_key(key, object).help(help);
    match similar.filter(|name| is_misspelt(key.as_str(), name)) {
        Some(name) => {
            finding.fix(Safety::Unsafe, format!("rename it to `{name}`"), [edit::rename(node, key.as_str(), name)])
        }
        None => finding,
    }
}

fn missing_key(key: &Key, object: &Object) -> Diagnostic {
    Diagnostic::new(&UNKNOWN_KEY, format!("{} has no field `{}`", object.name, key.text)).at(key.span)
}

/// Where a field of this name is, one level further in: `workload.replicas`, `containers.<name>.ports`.
fn inner_field(name: &str, object: &Object) -> Option<String> {
    object.fields.iter().find_map(|field| {
        let (inner, path) = match &field.ty {
            Type::Object(inner) => (inner, field.name.to_owned()),
            Type::Map(_, Type::Object(inner)) => (inner, format!("{}.<name>", field.name)),
            _ => return None,
        };
        inner.field(name).map(|_| format!("{path}.{name}"))
    })
}

fn expand(node: &Node, object: &'static Object, layer: &Layer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let field = match object.short {
        Short::Scalar(name) if node.as_list().is_none() => object.field(name),
        Short::Image => return check_object(&expand_image(node, diagnostics)?, object, layer, diagnostics),
        _ => None,
    };
    let Some(field) = field else {
        let message = format!("expected {} (a map), found {}", object.name, node.kind());
        diagnostics.push(Diagnostic::new(&WRONG_TYPE, message).at(node.span));
        return None;
    };
    let value = check(node, &field.ty, layer, diagnostics)?;
    Some(Node::new(Map::from_iter([(Key::new(SmolStr::new_static(field.name), node.span), value)]), node.span))
}

/// `repository:tag@digest` as a map of its parts.
fn expand_image(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let Some(text) = node.as_str() else {
        let message = format!("expected an image such as `registry.example/app:1.2.3`, found {}", node.kind());
        diagnostics.push(Diagnostic::new(&WRONG_TYPE, message).at(node.span));
        return None;
    };
    let mut map = Map::new();
    let mut add = |name: &'static str, text: &str| {
        map.push(Key::new(SmolStr::new_static(name), node.span), Node::new(text, node.span));
    };
    // A reference is filled in as a whole: its parts are not known before.
    if text.contains("${") {
        add("repository", text);
        return Some(Node::new(map, node.span));
    }
    let Some(image) = image::parse(text) else {
        let finding = Diagnostic::new(&BAD_VALUE, format!("`{text}` is not an image")).at(node.span);
        diagnostics.push(finding.help("write it as `repository:tag` or `repository@digest`"));
        return None;
    };
    add("repository", image.repository);
    for (name, part) in [("tag", image.tag), ("digest", image.digest)] {
        if let Some(part) = part {
            add(name, part);
        }
    }
    Some(Node::new(map, node.span))
}

fn check_map(
    node: &Node,
    keys: Keys,
    of: &'static Type,
    layer: &Layer<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let Some(map) = node.as_map() else {
        let message = format!("expected a map by name, found {}", node.kind());
        let finding = Diagnostic::new(&WRONG_TYPE, message).at(node.span);
        let item = node.items().first();
        let entry = item.map_or_else(|| "<name>: …".into(), |item| foreign::entry(item, keys, of));
        diagnostics.push(finding.help(format!("write each entry below its name, as in `{entry}`")));
        return None;
    };
    let mut checked = Map::new();
    for (key, value) in map.entries() {
        if key.as_str() == "*" && !layer.wildcards && !matches!(of, Type::Tree | Type::Scalar(Scalar::Data)) {
            diagnostics.push(misplaced_wildcard(key));
            continue;
        }
        if key.as_str() != "*" && !keys.take(key.as_str()) {
            diagnostics.push(keys::refused(key, keys, of.object().map_or("an entry", |object| object.name)));
            continue;
        }
        diagnostics.extend(empty::value(key, value, of));
        if let Some(value) = check(value, of, layer, diagnostics) {
            checked.push(key.clone(), value);
        }
    }
    Some(Node::new(checked, node.span))
}

fn misplaced_wildcard(key: &Key) -> Diagnostic {
    Diagnostic::new(&BAD_VALUE, "`\"*\"` stands for every entry only in an environment's layers")
        .at(key.span)
        .help("name the entry, or write this in `defaults`, `overrides` or `enforce` of an environment")
}

fn check_list(node: &Node, of: &'static Type, layer: &Layer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    match &node.value {
        Value::List(items) => {
            let items = items.iter().filter_map(|item| check_item(item, of, layer, diagnostics)).collect::<Vec<_>>();
            Some(Node::new(items, node.span))
        }
        Value::Map(map) if !map.is_empty() => Some(Node::new(check_operators(map, of, layer, diagnostics), node.span)),
        _ => {
            let message = format!("expected a list, found {}", node.kind());
            diagnostics.push(Diagnostic::new(&WRONG_TYPE, message).at(node.span));
            None
        }
    }
}

fn check_item(item: &Node, of: &'static Type, layer: &Layer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    if item.is_null() && !matches!(of, Type::Tree) {
        diagnostics.push(Diagnostic::new(&WRONG_TYPE, "a list cannot hold null").at(item.span));
        return None;
    }
    if item.get(REPLACE).is_some() && !matches!(of, Type::Tree) {
        let finding = Diagnostic::new(&WRONG_TYPE, format!("`{REPLACE}` cannot stand for an item of a list"));
        diagnostics.push(finding.at(item.span).help("an operator edits the list as a whole"));
        return None;
    }
    check(item, of, layer, diagnostics)
}

fn check_operators(map: &Map, of: &'static Type, layer: &Layer<'_>, diagnostics: &mut Vec<Diagnostic>) -> Map {
    let mut checked = Map::new();
    for (key, value) in map.entries() {
        if !LIST_OPERATORS.contains(&key.as_str()) {
            let finding = Diagnostic::new(&UNKNOWN_KEY, format!("a list has no operator `{}`", key.text)).at(key.span);
            diagnostics.push(finding.help(match similar(key.as_str(), LIST_OPERATORS.into_iter()) {
                Some(operator) => format!("did you mean `{operator}`?"),
                None => "write a list, or edit that of the layers below by $append, $prepend and $remove".into(),
            }));
            continue;
        }
        // One item may stand for a list of one.
        let items = value.as_list().unwrap_or(std::slice::from_ref(value));
        let items = items.iter().filter_map(|item| check_item(item, of, layer, diagnostics)).collect::<Vec<_>>();
        checked.push(key.clone(), Node::new(items, value.span));
    }
    checked
}

#[cfg(test)]
mod tests;
