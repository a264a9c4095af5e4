//! `ExternalSecret` (external-secrets.io/v1): where the operator finds what a Secret shall hold.
//!
//! A Secret with data is never rendered: whoever reads the repository would read it too.

use super::{Context, Kind, Render, api, names};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::ExternalSecret,
    node::{Key, Node, object},
};

pub(super) static KIND: Kind =
    Kind { api_version: "external-secrets.io/v1", name: "ExternalSecret", render: Render::App(render) };

/// Renders an `ExternalSecret` for every entry of `secrets` that is not somebody else's.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let secrets = context.app.spec.secrets.iter();
    let mut secrets = secrets.filter_map(|(key, secret)| Some((key, secret.external_secret.as_ref()?))).peekable();
    if let Some((first, _)) = secrets.peek() {
        diagnostics.extend(api::unavailable(context.environment, KIND.api_version, first.span));
    }
    secrets
        .map(|(key, secret)| {
            let name = names::of_entry(context.app, key);
            let spec = object! {
                "refreshInterval": secret.refresh.clone().unwrap_or_else(|| Node::made("1h")),
                "secretStoreRef": store(secret),
                "target": object! { "name": &name },
                "data": data(secret),
                "dataFrom": data_from(secret),
            };
            KIND.manifest(context, name, object! { "spec": spec })
        })
        .collect()
}

fn store(secret: &ExternalSecret) -> Node {
    let kind = secret.store_kind.clone().unwrap_or_else(|| Node::made("ClusterSecretStore"));
    object! { "name": &secret.store, "kind": kind }
}

/// The keys that the spec names.
fn data(secret: &ExternalSecret) -> Option<Vec<Node>> {
    let item = |(key, property): &(Key, Node)| {
        object! { "secretKey": key, "remoteRef": remote(secret, Some(property)) }
    };
    (!secret.keys.is_empty()).then(|| secret.keys.iter().map(item).collect())
}

/// All keys, when the spec names none.
fn data_from(secret: &ExternalSecret) -> Option<Vec<Node>> {
    secret.keys.is_empty().then(|| vec![object! { "extract": remote(secret, None) }])
}

/// The policies are the operator's defaults. Older versions write them into the object, inside of lists, where Argo CD
/// takes whatever the repository lacks for a difference (external-secrets/external-secrets#6797).
fn remote(secret: &ExternalSecret, property: Option<&Node>) -> Node {
    object! {
        "key": &secret.path,
        "property": property,
        "conversionStrategy": "Default",
        "decodingStrategy": "None",
        "metadataPolicy": "None",
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn named_keys() {
        let rendered = rendered(
            "secrets: { db: { externalSecret: { store: vault, path: shop/db, keys: { password: pw } } }, old: { existing: legacy } }",
        );
        assert_eq!(rendered.names(), ["ExternalSecret web-db"]);
        assert_eq!(rendered.json("ExternalSecret", "/spec/target/name"), "\"web-db\"");
        assert_eq!(rendered.json("ExternalSecret", "/spec/secretStoreRef/kind"), "\"ClusterSecretStore\"");
        assert_eq!(rendered.cause("ExternalSecret", "/spec/data/0/remoteRef/property"), "pw");
        assert_eq!(rendered.cause("ExternalSecret", "/spec/data/0/remoteRef/key"), "shop/db");
        assert_eq!(rendered.cause("ExternalSecret", "/spec/data/0/secretKey"), "password");
        assert_eq!(rendered.json("ExternalSecret", "/spec/dataFrom"), "nothing");
    }

    #[test]
    fn all_keys() {
        let rendered = rendered("secrets: { main: { externalSecret: { store: vault, path: shop/web, refresh: 5m } } }");
        assert_eq!(rendered.names(), ["ExternalSecret web"]);
        assert_eq!(rendered.cause("ExternalSecret", "/spec/refreshInterval"), "5m");
        assert_eq!(rendered.cause("ExternalSecret", "/spec/dataFrom/0/extract/key"), "shop/web");
        assert_eq!(rendered.json("ExternalSecret", "/spec/data"), "nothing");
    }
}
