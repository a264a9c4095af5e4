//! Which cluster an app is synced to: that of its environment, or another one that it names.

use super::{codes::FAR_CALLEE, findings};
use crate::{
    diagnostic::Diagnostic,
    model::{App, Environment, OtherCluster},
    node::{Key, Node, object},
    spec::Peer,
    sync::OWN_CLUSTER,
};

/// A namespace of the environment's cluster, as Applications and projects name it.
pub(super) fn destination(environment: &Environment, namespace: &Node) -> Node {
    let cluster = environment.spec.cluster.as_ref();
    let name = cluster.and_then(|cluster| cluster.name.as_ref());
    named(name, cluster.and_then(|cluster| cluster.server.as_ref()), namespace)
}

/// A namespace of another cluster.
pub(super) fn destination_in(other: &OtherCluster, namespace: &Node) -> Node {
    named(other.name.as_ref(), other.server.as_ref(), namespace)
}

/// A namespace of the cluster that an app is synced to.
pub(super) fn destination_of(environment: &Environment, app: &App, namespace: &Node) -> Node {
    match other(environment, app) {
        Some((_, other)) => destination_in(other, namespace),
        None => destination(environment, namespace),
    }
}

/// Argo CD takes a name or a server, never both.
fn named(name: Option<&Node>, server: Option<&Node>, namespace: &Node) -> Node {
    let server = || server.cloned().unwrap_or_else(|| OWN_CLUSTER.into());
    object! { "name": name, "server": name.is_none().then(server), "namespace": namespace }
}

/// The other clusters that apps are synced to.
pub(super) fn others(environment: &Environment) -> Vec<&(Key, OtherCluster)> {
    let is_used =
        |(name, _): &&(Key, OtherCluster)| environment.apps.iter().any(|app| asked(app) == Some(name.as_str()));
    environment.spec.clusters.iter().filter(is_used).collect()
}

fn other<'a>(environment: &'a Environment, app: &App) -> Option<&'a (Key, OtherCluster)> {
    let asked = asked(app)?;
    environment.spec.clusters.iter().find(|(name, _)| name.text == asked)
}

/// The name of the cluster that an app asks for.
fn asked(app: &App) -> Option<&str> {
    app.spec.argocd.as_ref()?.cluster.as_ref()?.as_str()
}

/// What is wrong with an app's choice: the cluster is not there, or apps that it calls are in another one, where their
/// Services have no names.
pub(super) fn check(environment: &Environment, app: &App, diagnostics: &mut Vec<Diagnostic>) {
    let named = app.spec.argocd.as_ref().and_then(|argocd| argocd.cluster.as_ref());
    if let Some(named) = named.filter(|_| other(environment, app).is_none()) {
        diagnostics.push(findings::unknown(named, "clusters", &environment.spec.clusters));
        return;
    }
    for connection in &app.connections {
        let Peer::App { name, .. } = &connection.peer else { continue };
        let callee = environment.apps.iter().find(|callee| callee.name.text == *name);
        if callee.is_some_and(|callee| asked(callee) != asked(app)) {
            diagnostics.push(
                Diagnostic::new(&FAR_CALLEE, format!("`{name}` is synced to another cluster"))
                    .at(connection.name.span)
                    .help("sync both to one cluster, or call it by a host that both clusters know (`fqdn`)"),
            );
        }
    }
}
