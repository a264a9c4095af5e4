//! `PersistentVolumeClaim` (v1): storage that outlives the app's pods.

use super::{Context, Kind, Render, names};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{App, Claim, Controller},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind = Kind { api_version: "v1", name: "PersistentVolumeClaim", render: Render::App(render) };

/// Renders the claims that all pods share.
fn render(context: &Context<'_>, _: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let shared = claims(context.app).filter(|(_, claim)| !is_per_replica(context.app, claim));
    shared
        .map(|(key, claim)| KIND.manifest(context, names::of_part(context.app, key), object! { "spec": spec(claim) }))
        .collect()
}

/// The templates of the claims that a StatefulSet makes for each of its pods, if there are any.
///
/// API version and kind are the API server's defaults. Argo CD would take what the repository lacks for a difference
/// (argoproj/argo-cd#11143).
pub(super) fn templates(app: &App) -> Option<Vec<Node>> {
    let template = |(key, claim): (&Key, &Claim)| {
        object! {
            "apiVersion": KIND.api_version,
            "kind": KIND.name,
            "metadata": object! { "name": key },
            "spec": spec(claim),
        }
    };
    let templates: Vec<Node> = claims(app).filter(|(_, claim)| is_per_replica(app, claim)).map(template).collect();
    (!templates.is_empty()).then_some(templates)
}

/// Whether each pod gets a claim of its own. Only a StatefulSet can do that.
pub(super) fn is_per_replica(app: &App, claim: &Claim) -> bool {
    let asked = claim.per_replica.as_ref().and_then(Node::as_bool).unwrap_or(false);
    asked && app.controller() == Some(Controller::StatefulSet)
}

fn claims(app: &App) -> impl Iterator<Item = (&Key, &Claim)> {
    app.spec.volumes.iter().filter_map(|(key, volume)| Some((key, volume.claim.as_ref()?)))
}

fn spec(claim: &Claim) -> Node {
    object! {
        "accessModes": claim.access_modes.clone().unwrap_or_else(|| Node::made(vec![Node::made("ReadWriteOnce")])),
        "resources": object! { "requests": object! { "storage": &claim.size } },
        "storageClassName": &claim.storage_class,
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    #[test]
    fn a_shared_claim() {
        let rendered =
            rendered("volumes: { data: { claim: { size: 10Gi, storageClass: fast } }, tmp: { emptyDir: {} } }");
        assert_eq!(rendered.names(), ["PersistentVolumeClaim web-data"]);
        let kind = "PersistentVolumeClaim";
        assert_eq!(rendered.json(kind, "/spec/accessModes"), r#"["ReadWriteOnce"]"#);
        assert_eq!(rendered.cause(kind, "/spec/resources/requests/storage"), "10Gi");
        assert_eq!(rendered.cause(kind, "/spec/storageClassName"), "fast");
    }
}
