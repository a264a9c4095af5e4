//! `ConfigMap` (v1): the app's configuration, written inline or taken from files beside its spec.

use smol_str::SmolStr;

use super::{Context, Kind, Render, names};
use crate::{
    diagnostic::Diagnostic,
    diagnostic::Fnv,
    manifest::Manifest,
    model::{App, Config},
    node::{Key, Map, Node, object},
};

pub(super) static KIND: Kind = Kind { api_version: "v1", name: "ConfigMap", render: Render::App(render) };

/// Renders a `ConfigMap` for every entry of `config`.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let maps = context.app.spec.config.iter().map(|(key, config)| {
        let body = object! { "data": data(config), "immutable": &config.immutable };
        KIND.manifest(context, names::of_entry(context.app, key), body)
    });
    maps.collect()
}

/// Keys and texts. A file that could not be read has no content, and has been reported.
fn data(config: &Config) -> Map {
    let mut data: Map = config.data.iter().cloned().collect();
    for (key, file) in &config.files {
        if let Some(content) = &file.content {
            data.insert(key.clone(), content.clone());
        }
    }
    data
}

/// A checksum over what the named entries of `config` hold: as an annotation of the pods it replaces them when their
/// configuration changes, and only then. Nothing when the app has none of these entries.
///
/// It is caused by the first entry that it covers.
pub(super) fn checksum(app: &App, used: &[SmolStr]) -> Option<Node> {
    let mut used: Vec<&(Key, Config)> = app.spec.config.iter().filter(|(key, _)| used.contains(&key.text)).collect();
    let span = used.first()?.0.span;
    used.sort_by(|(a, _), (b, _)| a.text.cmp(&b.text));
    let hash = used.into_iter().fold(Fnv::new(), |hash, (key, config)| hash_data(hash.text(&key.text), &data(config)));
    Some(Node::new(hash.to_string(), span))
}

/// Keys are taken in the order of the output, so that one who moves a line in the spec restarts nothing.
fn hash_data(hash: Fnv, data: &Map) -> Fnv {
    let mut data = data.clone();
    data.sort();
    let text = |hash: Fnv, node: &Node| hash.text(node.as_str().unwrap_or_default());
    data.entries().iter().fold(hash, |hash, (key, node)| text(hash.text(&key.text), node))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::{app, rendered};

    #[test]
    fn texts_keep_their_place() {
        let rendered = rendered("config: { flags: { data: { new.cart: true }, immutable: true } }");
        assert_eq!(rendered.names(), ["ConfigMap web-flags"]);
        assert_eq!(rendered.json("ConfigMap", "/data/new.cart"), "\"true\"");
        assert_eq!(rendered.cause("ConfigMap", "/data/new.cart"), "true");
        assert_eq!(rendered.cause("ConfigMap", "/metadata/name"), "flags");
        assert_eq!(rendered.json("ConfigMap", "/immutable"), "true");
    }

    #[test]
    fn the_checksum_follows_the_data_alone() {
        let of = |text: &str, used: &[&str]| {
            let used: Vec<SmolStr> = used.iter().map(SmolStr::new).collect();
            checksum(&app("web", text, &mut Vec::new()), &used).map(|node| node.as_str().unwrap().to_owned())
        };
        let text = "config: { main: { data: { a: '1', b: '2' } }, more: { data: { c: '3' } } }";
        let moved = "config: { more: { data: { c: '3' } }, main: { data: { b: '2', a: '1' } } }";
        let changed = "config: { main: { data: { a: '1', b: '3' } }, more: { data: { c: '3' } } }";
        assert_eq!(of(text, &["main", "more"]), of(moved, &["more", "main"]));
        assert_ne!(of(text, &["main"]), of(changed, &["main"]));
        assert_eq!(of(text, &["more"]), of(changed, &["more"]));
        assert_eq!(of(text, &["other"]), None);
    }
}
