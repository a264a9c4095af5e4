//! A container's environment: `env` and `envFrom`.

use super::{expansion, findings::missing, names};
use crate::{
    diagnostic::Diagnostic,
    model::{App, EnvFrom, EnvVar, Named},
    node::{Key, Node, object},
};

/// The variables, each behind those that it refers to.
pub(super) fn env(app: &App, env: &Named<EnvVar>, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Node>> {
    let order = expansion::order(env, diagnostics);
    let variables = order.into_iter().filter_map(|at| variable(app, &env[at], diagnostics)).collect();
    (!env.is_empty()).then_some(variables)
}

fn variable(app: &App, (name, variable): &(Key, EnvVar), diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let source = if let Some(secret) = &variable.secret {
        object! { "secretKeyRef": key_ref(names::of_secret(app, secret), name, variable, diagnostics)? }
    } else if let Some(config) = &variable.config {
        object! { "configMapKeyRef": key_ref(names::of_config(app, config), name, variable, diagnostics)? }
    } else if let Some(field) = &variable.field {
        object! { "fieldRef": object! { "fieldPath": field } }
    } else if let Some(resource) = &variable.resource {
        object! { "resourceFieldRef": object! { "resource": resource } }
    } else {
        return Some(object! { "name": name, "value": &variable.value });
    };
    Some(object! { "name": name, "valueFrom": source })
}

fn key_ref(object: Node, name: &Key, variable: &EnvVar, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    if variable.key.is_none() {
        let message = format!("the variable `{}` does not say which key it takes", name.text);
        diagnostics.push(missing(name, message, "add `key`"));
    }
    Some(object! { "name": object, "key": variable.key.as_ref()?, "optional": &variable.optional })
}

/// The ConfigMaps and Secrets whose keys all become variables.
pub(super) fn env_from(app: &App, sources: &Named<EnvFrom>) -> Option<Vec<Node>> {
    let source = |(_, source): &(Key, EnvFrom)| {
        let config = source.config.as_ref().map(|name| object! { "name": names::of_config(app, name) });
        let secret = source.secret.as_ref().map(|name| object! { "name": names::of_secret(app, name) });
        object! { "configMapRef": config, "secretRef": secret, "prefix": &source.prefix }
    };
    (!sources.is_empty()).then(|| sources.iter().map(source).collect())
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    const KIND: &str = "Deployment";
    const ENV: &str = "/spec/template/spec/containers/0/env";

    fn with_env(env: &str) -> Rendered {
        rendered(&format!(
            "config: {{ main: {{ data: {{ a: b }} }} }}
secrets: {{ db: {{ existing: legacy-db }}, tls: {{ externalSecret: {{ store: vault, path: tls }} }} }}
containers: {{ app: {{ image: web:1, env: {{ {env} }}, envFrom: {{ all: {{ config: main, prefix: X_ }}, more: {{ secret: tls }} }} }} }}"
        ))
    }

    #[test]
    fn sources() {
        let rendered = with_env(
            "PLAIN: 7, DB: { secret: db, key: pw, optional: true }, FLAGS: { config: main, key: a }, IP: { field: status.podIP }, MEM: { resource: limits.memory }, FOREIGN: { secret: other, key: k }",
        );
        let at = |path: &str| rendered.json(KIND, &format!("{ENV}{path}"));
        assert_eq!(at("/0"), r#"{"name":"PLAIN","value":"7"}"#);
        assert_eq!(at("/1/valueFrom"), r#"{"secretKeyRef":{"key":"pw","name":"legacy-db","optional":true}}"#);
        assert_eq!(at("/2/valueFrom"), r#"{"configMapKeyRef":{"key":"a","name":"web"}}"#);
        assert_eq!(at("/3/valueFrom"), r#"{"fieldRef":{"fieldPath":"status.podIP"}}"#);
        assert_eq!(at("/4/valueFrom"), r#"{"resourceFieldRef":{"resource":"limits.memory"}}"#);
        assert_eq!(at("/5/valueFrom/secretKeyRef/name"), "\"other\"");
        let from = rendered.json(KIND, "/spec/template/spec/containers/0/envFrom");
        assert_eq!(from, r#"[{"configMapRef":{"name":"web"},"prefix":"X_"},{"secretRef":{"name":"web-tls"}}]"#);
    }

    #[test]
    fn places() {
        let rendered = with_env("LEVEL: info, DB: { secret: db, key: pw }");
        assert_eq!(rendered.cause(KIND, &format!("{ENV}/0/name")), "LEVEL");
        assert_eq!(rendered.cause(KIND, &format!("{ENV}/0/value")), "info");
        assert_eq!(rendered.cause(KIND, &format!("{ENV}/1/valueFrom/secretKeyRef/name")), "db");
    }

    #[test]
    fn a_key_is_needed() {
        let rendered = with_env("DB: { secret: db }");
        assert_eq!(rendered.findings(), ["SPC013 DB: the variable `DB` does not say which key it takes"]);
    }
}
