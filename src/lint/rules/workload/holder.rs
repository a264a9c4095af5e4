//! What the keys are in a ConfigMap or Secret, as far as an object says all of them.

use rustc_hash::FxHashMap;

use super::{Findings, did_you_mean};
use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// Where the objects of a set have their keys.
pub(in crate::lint::rules) struct Holders<'a> {
    set: &'a ManifestSet,
    /// The objects that make Secrets, by namespace and name of the Secret.
    makers: FxHashMap<(&'a str, &'a str), &'a Manifest>,
}

/// A ConfigMap or Secret that an object is or makes, and all of whose keys it says.
#[derive(Clone, Copy)]
pub(in crate::lint::rules) struct Holder<'a> {
    kind: &'a str,
    name: &'a str,
    said: &'a Manifest,
}

impl<'a> Holders<'a> {
    /// Those of a set.
    pub(in crate::lint::rules) fn of(set: &'a ManifestSet) -> Self {
        let kinds = [("ExternalSecret", "/spec/target/name"), ("SealedSecret", "/spec/template/metadata/name")];
        let of_kind = |(kind, pointer): (&'static str, &'static str)| {
            set.of_kind(kind).map(move |maker| {
                let name = maker.object.at(pointer).and_then(Node::as_str).unwrap_or(&maker.id.name);
                ((maker.id.namespace.as_deref().unwrap_or_default(), name), maker)
            })
        };
        Self { set, makers: kinds.into_iter().flat_map(of_kind).collect() }
    }

    /// The one of this kind, namespace and name; nothing where not all of its keys are known.
    pub(in crate::lint::rules) fn find<'b>(
        &'b self,
        kind: &'b str,
        namespace: Option<&str>,
        name: &'b str,
    ) -> Option<Holder<'b>> {
        let own = self.set.find(kind, namespace, name);
        let maker = || self.makers.get(&(namespace.unwrap_or_default(), name)).copied();
        let said = if kind == "Secret" { own.or_else(maker) } else { own };
        said.filter(|said| is_closed(said)).map(|said| Holder { kind, name, said })
    }
}

impl Holder<'_> {
    /// Whether it has a key.
    pub(in crate::lint::rules) fn has(self, key: &str) -> bool {
        keys(self.said).any(|known| known == key)
    }

    /// Reports a key that a field of an object asks for, and that is not there.
    pub(in crate::lint::rules) fn miss(
        self,
        pointer: &str,
        key: &str,
        manifest: &Manifest,
        findings: &mut Findings<'_>,
    ) {
        findings
            .add(manifest, pointer, format!("{} `{}` has no key `{key}`", self.kind, self.name))
            .related(self.said, "/metadata/name", "this has the keys")
            .suggest(manifest, did_you_mean(key, keys(self.said), known(self.said)));
    }
}

/// The next step where no key is similar to the one that is asked for.
fn known(said: &Manifest) -> String {
    let known: Vec<&str> = keys(said).collect();
    if known.is_empty() { "it has none; add it".to_owned() } else { format!("known: {}", known.join(", ")) }
}

/// Whether an object says all keys of the ConfigMap or Secret that it is or makes.
fn is_closed(said: &Manifest) -> bool {
    let open: &[&str] = match said.kind() {
        "ExternalSecret" => &["/spec/dataFrom", "/spec/target/template"],
        "SealedSecret" => &["/spec/template/data"],
        _ => &[],
    };
    open.iter().all(|pointer| said.object.at(pointer).is_none())
}

/// The keys of the ConfigMap or Secret that an object is or makes.
fn keys(said: &Manifest) -> impl Iterator<Item = &str> {
    let (maps, list): (&[&str], &str) = match said.kind() {
        "ExternalSecret" => (&[], "/spec/data"),
        "SealedSecret" => (&["/spec/encryptedData"], ""),
        _ => (&["/data", "/binaryData", "/stringData"], ""),
    };
    let entries = maps.iter().flat_map(|map| said.object.at(map).map_or(&[][..], Node::entries));
    let items = said.object.at(list).map_or(&[][..], Node::items);
    let named = items.iter().filter_map(|entry| entry.get("secretKey")?.as_str());
    entries.map(|(key, _)| key.as_str()).chain(named)
}
