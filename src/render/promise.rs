//! Objects that a spec says exist, whoever makes them: nobody is to miss them.

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use crate::{
    manifest::Promise,
    model::{App, Environment},
    node::Node,
};

/// What the apps of an environment promise: Secrets and claims that somebody else makes, and the Secrets of ingresses,
/// which are there before an ingress is any good.
pub(super) fn of(environment: &Environment) -> FxHashSet<Promise> {
    environment.apps.iter().flat_map(of_app).collect()
}

fn of_app(app: &App) -> impl Iterator<Item = Promise> {
    let namespace: SmolStr = app.namespace.as_str().unwrap_or_default().into();
    let spec = &app.spec;
    let secrets = spec.secrets.iter().filter_map(|(_, secret)| secret.existing.as_ref());
    let certificates = spec.ingresses.iter().filter_map(|(_, ingress)| ingress.tls.as_ref().map(|tls| &tls.secret));
    let claims = spec.volumes.iter().filter_map(|(_, volume)| volume.existing_claim.as_ref());
    let named = secrets.chain(certificates).map(|name| ("Secret", name));
    let named = named.chain(claims.map(|name| ("PersistentVolumeClaim", name)));
    named.map(move |(kind, name)| promise(kind, &namespace, name))
}

fn promise(kind: &'static str, namespace: &SmolStr, name: &Node) -> Promise {
    Promise { kind, namespace: namespace.clone(), name: name.as_str().unwrap_or_default().into() }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn what_a_spec_says_exists_is_promised_in_its_namespace() {
        let web = rendered(
            "secrets: {db: {existing: legacy-db}, api: {externalSecret: {store: vault, path: api}}}\n\
             volumes: {old: {existingClaim: legacy-data}, tmp: {emptyDir: {}}}\n\
             ingress: {main: {class: nginx, paths: {}, tls: web-cert}}",
        );
        for (kind, name) in [("Secret", "legacy-db"), ("Secret", "web-cert"), ("PersistentVolumeClaim", "legacy-data")]
        {
            assert!(web.set.is_promised(kind, Some("shop"), name), "{kind} {name}");
            assert!(!web.set.is_promised(kind, Some("blog"), name), "{kind} {name}");
        }
        assert!(!web.set.is_promised("Secret", Some("shop"), "web-api"));
        assert!(!web.set.is_promised("PersistentVolumeClaim", Some("shop"), "legacy-db"));
    }
}
