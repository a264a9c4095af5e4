//! Objects that controllers make: whose they are, as far as another object says so.

use super::Manifest;
use crate::node::Node;

/// Kinds whose controllers make a Secret, and where they say its name; their own name where they do not.
const SECRET_MAKERS: &[(&str, &str)] = &[
    ("Certificate", "/spec/secretName"),
    ("ExternalSecret", "/spec/target/name"),
    ("SealedSecret", "/spec/template/metadata/name"),
    ("VaultDynamicSecret", "/spec/destination/name"),
    ("VaultPKISecret", "/spec/destination/name"),
    ("VaultStaticSecret", "/spec/destination/name"),
];

impl Manifest {
    /// The names of the Secrets that a controller makes of the object, in its own namespace.
    pub fn made_secrets(&self) -> Vec<&str> {
        let maker = SECRET_MAKERS.iter().find(|(kind, _)| *kind == self.kind());
        let named = maker.map(|(_, pointer)| self.object.at(pointer).and_then(Node::as_str).unwrap_or(&self.id.name));
        let classes = if self.kind() == "SecretProviderClass" { self.object.at("/spec/secretObjects") } else { None };
        let listed =
            classes.map_or(&[][..], Node::items).iter().filter_map(|secret| secret.get("secretName")?.as_str());
        named.into_iter().chain(listed).collect()
    }
}
