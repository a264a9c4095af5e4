//! What references come to.

use serde_json::json;

use crate::spec::testing::{Bed, bed};

fn values(variables: &str) -> Bed {
    let app = format!("image: acme/web:1.2\ncontainers: {{ app: {{ env: {{ {variables} }} }} }}\n");
    bed().app("web", &app)
}

/// What a variable of a container comes to.
fn value(text: &str) -> serde_json::Value {
    let outcome = values(&format!("X: {text:?}")).resolve();
    assert_eq!(outcome.findings(), [""; 0], "{text}");
    outcome.json("web", "/containers/app/env/X/value")
}

fn refused(text: &str) -> Vec<String> {
    values(&format!("X: {text:?}")).resolve().findings()
}

#[test]
fn names_stand_for_values() {
    assert_eq!(value("${env.name}/${app.name}"), "dev/web");
    assert_eq!(value("${image}"), "acme/web:1.2");
    assert_eq!(value("${image.repository}-${ image.tag }"), "acme/web-1.2");
    assert_eq!(value("${app.namespace}"), "dev");
    assert_eq!(value("${'big' if env.name == 'prod' else 'small'}"), "small");
    assert_eq!(value("${app.name | upper}"), "WEB");
}

#[test]
fn a_digest_wins_over_the_tag() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    let bed = values("X: \"${image}\"").overlay("web", &format!("image: {{ digest: \"{digest}\" }}\n"));
    assert_eq!(bed.resolve().json("web", "/containers/app/env/X/value"), format!("acme/web@{digest}"));
}

#[test]
fn escapes_and_other_peoples_syntax() {
    assert_eq!(value("$${env.name} $$ $HOME"), "${env.name} $$ $HOME");
    assert_eq!(refused("${HOME}"), ["${HOME}: `HOME` is not a name that a reference may use"]);
    let outcome = bed()
        .app(
            "web",
            "config: { main: { data: { a: \"${HOME} ${env.name} $${env.name}\" } } }\n\
             extra: { one: { spec: { query: \"${__rate} ${env.name}\", list: [\"${app.name}\"] } } }\n",
        )
        .resolve();
    assert_eq!(outcome.findings(), [""; 0]);
    assert_eq!(outcome.json("web", "/config/main/data/a"), "${HOME} dev ${env.name}");
    assert_eq!(outcome.json("web", "/extra/one/spec"), json!({ "query": "${__rate} dev", "list": ["web"] }));
}

#[test]
fn whole_values_keep_their_type() {
    let outcome = bed()
        .app("api", "service: { main: { ports: { http: 8081 } } }\n")
        .app(
            "web",
            "network: { connections: { api: { app: api, port: http } } }\n\
             containers: { app: { ports: { same: \"${connections.api.port}\", next: \"${connections.api.port + 1}\" } } }\n\
             config: { main: { data: { port: \"${connections.api.port}\" } } }\n",
        )
        .resolve();
    assert_eq!(outcome.findings(), [""; 0]);
    assert_eq!(outcome.json("web", "/containers/app/ports/same/port"), 8081);
    assert_eq!(outcome.json("web", "/containers/app/ports/next/port"), 8082);
}

#[test]
fn apps_are_asked_for_what_they_are_in_the_end() {
    let outcome = bed()
        .environment("dev", "namespace: \"${app.team}-${env.name}\"\n")
        .app("api", "service: { main: { ports: { http: 8081 } } }\n")
        .file(
            "envs/base/web/app.yaml",
            "apiVersion: karat/v1\nkind: App\nmetadata: { name: web, team: front }\n\
             network: { connections: { api: { app: api, port: http } } }\n\
             containers: { app: { env: { URL: \"${connections.api.url}\" } } }\n",
        )
        .file(
            "envs/dev/api.yaml",
            "apiVersion: karat/v1\nkind: AppOverlay\nmetadata: { name: api, team: back }\n\
             service: { main: { ports: { http: 80 } } }\n",
        )
        .resolve();
    assert_eq!(outcome.findings(), [""; 0]);
    assert_eq!(outcome.json("web", "/containers/app/env/URL/value"), "http://api.back-dev.svc:80");
    assert_eq!(outcome.app("web").namespace.as_str(), Some("front-dev"));
}

#[test]
fn a_mistake_is_underlined_where_it_stands() {
    assert_eq!(refused("a ${env.nam} b"), ["${env.nam}: `env.nam` is not a name that a reference may use"; 1]);
    assert_eq!(refused("${env.domain}"), ["${env.domain}: `env.domain` has no value here"]);
    assert_eq!(refused("x ${env.name"), ["${env.name: `${` without its `}`"]);
}
