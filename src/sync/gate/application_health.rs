//! The health check of Applications, which Argo CD has had none of since 1.8: without it, waves between Applications are
//! pauses of two seconds (<https://argo-cd.readthedocs.io/en/stable/operator-manual/health/#argocd-app>).

use crate::node::{Key, Map, Node, Value, object, yaml};

/// The check, in Lua. Argo CD gives it the object as `obj`, and takes a status and a message from it.
const SCRIPT: &str = include_str!("application_health.lua");

/// The key of the check among Argo CD's settings.
const KEY: &str = "resource.customizations.health.argoproj.io_Application";

/// The check as a merge patch of the ConfigMap `argocd-cm`.
///
/// It is no ConfigMap: whoever applied that in place of the one that is there would lose all other settings.
pub fn application_health_patch() -> String {
    let script = Map::from_iter([(Key::from(KEY), Node::made(SCRIPT))]);
    yaml::write(&object! { "data": Value::Map(script) })
}

#[cfg(test)]
mod tests {
    use super::super::HealthChecks;
    use super::*;
    use crate::manifest::{Manifest, Owner};

    #[test]
    fn the_patch() {
        insta::assert_snapshot!(application_health_patch());
    }

    #[test]
    fn whoever_has_patched_has_a_check() {
        let text = format!("kind: ConfigMap\nmetadata: {{ name: argocd-cm }}\n{}", application_health_patch());
        let parsed = yaml::read(crate::source::FileId::from_index(0), &text);
        assert!(parsed.diagnostics.is_empty());
        let settings = Manifest::new(Owner::Cluster, None, parsed.documents[0].root.clone());
        assert!(HealthChecks::of([&settings]).know_applications());
    }
}
