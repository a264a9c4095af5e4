//! The schemas that are part of the program: Kubernetes' own kinds by minor version, and well-known custom resources.
//!
//! `schemas/generate.py` makes the data; its module docs describe them. Only the definitions that a kind needs are ever
//! parsed.

use std::{
    collections::BTreeMap,
    io::Read,
    sync::{LazyLock, OnceLock},
};

use flate2::read::GzDecoder;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde_json::{Value, value::RawValue};

use super::{
    compile::{Compiled, Origin},
    strict::{self, UnknownFields},
};
use crate::diagnostic::Gvk;

static CORE: LazyLock<Core<'static>> =
    LazyLock::new(|| parse(inflate(include_bytes!("../../../schemas/core.json.gz"))));
static CUSTOM: LazyLock<Custom<'static>> =
    LazyLock::new(|| parse(inflate(include_bytes!("../../../schemas/crds.json.gz"))));

#[derive(Deserialize)]
struct Core<'a> {
    #[serde(borrow)]
    pool: Vec<&'a RawValue>,
    #[serde(borrow)]
    versions: BTreeMap<&'a str, &'a RawValue>,
    #[serde(borrow)]
    kinds: BTreeMap<&'a str, &'a RawValue>,
    #[serde(skip)]
    releases: OnceLock<Vec<Release>>,
}

#[derive(Deserialize)]
struct Custom<'a> {
    #[serde(borrow)]
    defs: FxHashMap<&'a str, &'a RawValue>,
    #[serde(borrow)]
    kinds: FxHashMap<&'a str, CustomKind<'a>>,
}

#[derive(Deserialize)]
struct CustomKind<'a> {
    def: &'a str,
}

/// One minor version of Kubernetes.
pub(super) struct Release {
    /// Such as `1.34`.
    pub(super) version: &'static str,
    index: OnceLock<Index>,
}

struct Index {
    /// Places in the pool, by definition.
    definitions: FxHashMap<&'static str, usize>,
    /// Definitions, by `apps/v1/Deployment`.
    kinds: FxHashMap<&'static str, &'static str>,
}

/// What a kind's schema is made of: its definition, and all that this one refers to.
pub(super) struct Closure {
    root: &'static str,
    origin: Origin,
    definitions: BTreeMap<&'static str, &'static RawValue>,
}

/// Every release, oldest first.
pub(super) fn releases() -> &'static [Release] {
    CORE.releases.get_or_init(|| {
        let mut releases: Vec<Release> =
            CORE.versions.keys().map(|version| Release { version, index: OnceLock::new() }).collect();
        releases.sort_by_key(|release| minor(release.version));
        releases
    })
}

/// `apps/v1/Deployment`.
pub(super) fn key(gvk: &Gvk) -> String {
    format!("{}/{}", gvk.api_version(), gvk.kind)
}

/// The minor version of `1.34` as a number.
pub(super) fn minor(version: &str) -> Option<u32> {
    version.strip_prefix("1.")?.parse().ok()
}

impl Release {
    fn index(&self) -> &Index {
        self.index.get_or_init(|| Index {
            definitions: parse(CORE.versions[self.version].get()),
            kinds: parse(CORE.kinds[self.version].get()),
        })
    }

    /// Whether this release itself has the kind, such as `apps/v1/Deployment`.
    pub(super) fn has(&self, kind: &str) -> bool {
        self.index().kinds.contains_key(kind)
    }

    /// Whether the program has a schema of the kind, Kubernetes' own or custom.
    pub(super) fn knows(&self, gvk: &Gvk) -> bool {
        let key = key(gvk);
        self.has(&key) || CUSTOM.kinds.contains_key(key.as_str())
    }

    /// The kinds of this release itself, in no order.
    pub(super) fn kinds(&self) -> impl Iterator<Item = &'static str> {
        self.index().kinds.keys().copied()
    }

    /// The name of the definition of a kind of this release itself, such as `apps/v1/Deployment`.
    pub(super) fn definition_of(&self, kind: &str) -> Option<&'static str> {
        self.index().kinds.get(kind).copied()
    }

    /// The schema of a kind, Kubernetes' own or custom.
    pub(super) fn closure(&self, kind: &str) -> Option<Closure> {
        match self.index().kinds.get(kind) {
            Some(root) => Some(self.closure_of(root, Origin::Kubernetes)),
            None => CUSTOM.kinds.get(kind).map(|kind| self.closure_of(kind.def, Origin::Snapshot)),
        }
    }

    /// A definition such as `meta.v1.ObjectMeta`, and all that it refers to.
    pub(super) fn closure_of(&self, root: &'static str, origin: Origin) -> Closure {
        let mut definitions = BTreeMap::new();
        let mut open = vec![root];
        while let Some(name) = open.pop() {
            if !definitions.contains_key(name)
                && let Some(text) = self.definition(name)
            {
                definitions.insert(name, text);
                open.extend(references(text.get()));
            }
        }
        Closure { root, origin, definitions }
    }

    /// The text of a definition such as `meta.v1.ObjectMeta`.
    pub(super) fn definition(&self, name: &str) -> Option<&'static RawValue> {
        let own = self.index().definitions.get(name).map(|at| CORE.pool[*at]);
        own.or_else(|| CUSTOM.defs.get(name).copied())
    }
}

/// The kinds of custom resources, in no order.
pub(super) fn custom_kinds() -> impl Iterator<Item = &'static str> {
    CUSTOM.kinds.keys().copied()
}

/// The names after `"$ref":"#/$defs/`. The data hold no spaces, and inside of a string a quote would be escaped, so
/// that this text is always a reference.
fn references(text: &'static str) -> impl Iterator<Item = &'static str> {
    const MARK: &str = r##""$ref":"#/$defs/"##;
    text.match_indices(MARK).filter_map(|(at, _)| text[at + MARK.len()..].split('"').next())
}

impl Closure {
    /// What tells this schema from every other one, so that releases can share it.
    pub(super) fn identity(&self) -> Vec<usize> {
        self.definitions.values().map(|text| text.get().as_ptr().addr()).collect()
    }

    /// The schema, ready for use.
    pub(super) fn compile(&self, unknown: UnknownFields) -> Compiled {
        let mut document = self.document();
        strict::close(&mut document, unknown);
        #[expect(clippy::expect_used, reason = "a test compiles all of them")]
        Compiled::new(document, self.origin).expect("embedded schemas are sound")
    }

    /// The definitions as the value of `$defs`.
    pub(super) fn definitions(&self) -> Value {
        let mut document = self.document();
        document["$defs"].take()
    }

    fn document(&self) -> Value {
        let mut text = format!(r##"{{"$ref":"#/$defs/{}","$defs":{{"##, self.root);
        for (at, (name, definition)) in self.definitions.iter().enumerate() {
            let comma = if at == 0 { "" } else { "," };
            text.extend([comma, "\"", name, "\":", definition.get()]);
        }
        text.push_str("}}");
        parse(&text)
    }
}

fn inflate(data: &[u8]) -> &'static str {
    let mut text = String::new();
    #[expect(clippy::expect_used, reason = "the data are part of the program, and a test reads all of them")]
    GzDecoder::new(data).read_to_string(&mut text).expect("embedded schemas are gzip");
    text.leak()
}

fn parse<'a, T: Deserialize<'a>>(text: &'a str) -> T {
    #[expect(clippy::expect_used, reason = "the data are part of the program, and a test reads all of them")]
    serde_json::from_str(text).expect("embedded schemas are JSON")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::manifest::is_cluster_scoped;

    #[test]
    fn scopes_are_those_of_the_data() {
        let core: Value = parse(inflate(include_bytes!("../../../schemas/core.json.gz")));
        let custom: Value = parse(inflate(include_bytes!("../../../schemas/crds.json.gz")));
        let gvk = |key: &str| key.rsplit_once('/').map(|(version, kind)| Gvk::new(version, kind)).unwrap();
        let mut wrong: Vec<String> = Vec::new();
        let mut check = |key: &str, is_of_cluster: bool| {
            if is_cluster_scoped(&gvk(key)) != is_of_cluster {
                wrong.push(key.to_owned());
            }
        };
        let kinds = core["kinds"].as_object().unwrap().values().flat_map(|kinds| kinds.as_object().unwrap().keys());
        // Lists and requests such as a SubjectAccessReview are nobody's manifests.
        let is_kept = |key: &&String| !key.ends_with("List") && !key.ends_with("Review");
        for key in kinds.filter(is_kept) {
            check(key, core["scopes"].get(key).is_some());
        }
        for (key, kind) in custom["kinds"].as_object().unwrap() {
            check(key, kind["scope"] == "Cluster");
        }
        wrong.sort_unstable();
        wrong.dedup();
        assert_eq!(wrong, [""; 0]);
    }
}
