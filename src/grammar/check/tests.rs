//! Layers, and what the check makes of them.

use serde_json::json;

use super::*;
use crate::{
    grammar::fields::{APP, ENVIRONMENT},
    node::yaml,
    source::FileId,
};

/// The canonical form of a text, and the findings as `span: message | help`.
fn checked(object: &'static Object, text: &str, wildcards: bool) -> (serde_json::Value, Vec<String>) {
    let parsed = yaml::read(FileId::from_index(0), text);
    assert_eq!(parsed.diagnostics, [], "{text}");
    let mut diagnostics = Vec::new();
    let ty = Box::leak(Box::new(Type::Object(object)));
    let node = check(&parsed.documents[0].root, ty, &Layer { text, wildcards }, &mut diagnostics);
    let show = |diagnostic: &Diagnostic| {
        let span = diagnostic.primary.as_ref().unwrap().span;
        let at = &text[span.start as usize..span.end as usize];
        let help = diagnostic.help.as_ref().map(|help| format!(" | {help}")).unwrap_or_default();
        format!("{at}: {}{help}", diagnostic.message)
    };
    (node.map_or(serde_json::Value::Null, |node| node.to_json()), diagnostics.iter().map(show).collect())
}

/// An app's layer that is fine becomes this.
#[track_caller]
fn becomes(text: &str, expected: &serde_json::Value) {
    let (found, diagnostics) = checked(&APP, text, false);
    assert_eq!(diagnostics, Vec::<String>::new(), "{text}");
    assert_eq!(found, *expected, "{text}");
}

/// An app's layer that is wrong in one place, which is left out: nothing stays but the maps around it.
#[track_caller]
fn refused_as(text: &str, expected: &str) {
    let (found, diagnostics) = checked(&APP, text, false);
    assert_eq!(diagnostics, [expected], "{text}");
    assert!(!leaves(&found), "{text}: {found}");
}

fn leaves(value: &serde_json::Value) -> bool {
    match value {
        serde_json::Value::Object(map) => map.values().any(leaves),
        serde_json::Value::Array(items) => items.iter().any(leaves),
        serde_json::Value::Null => false,
        _ => true,
    }
}

#[test]
fn images_are_taken_apart() {
    let digest = format!("sha256:{}", "0a".repeat(32));
    becomes("image: nginx", &json!({ "image": { "repository": "nginx" } }));
    becomes("image: acme/web:1.10", &json!({ "image": { "repository": "acme/web", "tag": "1.10" } }));
    becomes("image: registry:5000/web", &json!({ "image": { "repository": "registry:5000/web" } }));
    becomes("image: registry:5000/web:2", &json!({ "image": { "repository": "registry:5000/web", "tag": "2" } }));
    becomes(
        &format!("image: registry:5000/web:2@{digest}"),
        &json!({ "image": { "repository": "registry:5000/web", "tag": "2", "digest": digest } }),
    );
    becomes("image: ${image}", &json!({ "image": { "repository": "${image}" } }));
}

#[test]
fn broken_images() {
    refused_as("image: 'web:'", "'web:': `web:` is not an image | write it as `repository:tag` or `repository@digest`");
    refused_as("image: ''", "'': `` is not an image | write it as `repository:tag` or `repository@digest`");
    refused_as(
        "image: acme/:1",
        "acme/:1: `acme/:1` is not an image | write it as `repository:tag` or `repository@digest`",
    );
    refused_as("image: 1.10", "1.10: expected an image such as `registry.example/app:1.2.3`, found a number");
    let (found, diagnostics) = checked(&APP, "image: web@sha256:12", false);
    assert_eq!(found, json!({ "image": { "repository": "web" } }));
    assert_eq!(diagnostics, ["web@sha256:12: `sha256:12` is not `sha256:` and 64 hexadecimal digits"]);
}

#[test]
fn scalars_stand_for_maps() {
    let container = |text: &str| format!("containers: {{ app: {{ {text} }} }}");
    let expected = |value| json!({ "containers": { "app": value } });
    becomes(&container("ports: { http: 80 }"), &expected(json!({ "ports": { "http": { "port": 80 } } })));
    becomes(&container("env: { A: b }"), &expected(json!({ "env": { "A": { "value": "b" } } })));
    becomes("autoscaling: { metrics: { cpu: 70 } }", &json!({"autoscaling":{"metrics":{"cpu":{"utilization": 70}}}}));
    becomes(
        "ingress: { main: { tls: web-tls } }",
        &json!({ "ingress": { "main": { "tls": { "secret": "web-tls" } } } }),
    );
    becomes("config: { main: { files: { a: b.txt } } }", &json!({"config":{"main":{"files":{"a":{"path": "b.txt"}}}}}));
    refused_as(&container("ports: { http: yes }"), "yes: expected an integer from 1 to 65535, found a boolean");
    refused_as(&container("ports: { http: [80] }"), "[80]: expected a port (a map), found a list");
    refused_as("workload: deployment", "deployment: expected a workload (a map), found a string");
}

#[test]
fn unknown_keys() {
    refused_as("wrokload: { replicas: 1 }", "wrokload: an App has no field `wrokload` | did you mean `workload`?");
    refused_as(
        "disruption: { budget: 1 }",
        "budget: disruption has no field `budget` | known: minAvailable, maxUnavailable, unhealthyPodEviction",
    );
    becomes("x-note: [1]\nworkload: { x-note: a, replicas: 1 }", &json!({ "workload": { "replicas": 1 } }));
    becomes("metadata: { labels: { x-team: a } }", &json!({ "metadata": { "labels": { "x-team": "a" } } }));
}

#[test]
fn foreign_keys() {
    refused_as(
        "replicaCount: 2",
        "replicaCount: an App has no field `replicaCount` | did you mean `workload.replicas`?",
    );
    refused_as(
        "containers: { app: { startupProbe: {} } }",
        "startupProbe: a container has no field `startupProbe` | did you mean `probes.startup`?",
    );
    let (_, found) = checked(&ENVIRONMENT, "replicaCount: 2", true);
    assert!(found[0].contains("| known: "), "{found:?}");
    let (_, found) = checked(&ENVIRONMENT, "overrides: { replicaCount: 2 }", true);
    assert!(found[0].ends_with("did you mean `workload.replicas`?"), "{found:?}");
}

#[test]
fn lists_that_should_be_maps_by_name() {
    let list = |text: &str, entry: &str| {
        let text = format!("containers: {{ app: {{ {text} }} }}");
        let (_, found) = checked(&APP, &text, false);
        assert_eq!(found.len(), 1, "{found:?}");
        assert!(found[0].ends_with(&format!("as in `{entry}`")), "{found:?}");
    };
    list("env: [{ name: LOG, value: s3cret }, { name: B }]", "LOG: { value: … }");
    list("env: [{ name: KEY, valueFrom: { secretKeyRef: { name: a } } }]", "KEY: { secret: … }");
    list("ports: [{ containerPort: 8080, protocol: TCP }]", "<name>: { port: …, protocol: … }");
    list("mounts: [{ name: tmp, mountPath: /tmp }]", "/tmp: …");
    list("ports: [8080]", "<name>: …");
    list("ports: [{ name: HTTP_Port, containerPort: 80 }]", "http-port: { port: … }");
    list("ports: []", "<name>: …");
}

#[test]
fn keys_that_become_names() {
    let name = |holder: &str, key: &str, name: &str| {
        format!(
            "{key}: `{key}` cannot be the name of {holder} | write `{name}`: a name has at most 63 lower-case letters, digits and `-`"
        )
    };
    refused_as("containers: { My_App: {} }", &name("a container", "My_App", "my-app"));
    refused_as("volumes: { tmp_dir: { emptyDir: {} } }", &name("a volume", "tmp_dir", "tmp-dir"));
    refused_as("jobs: { dbMigrate: { type: job } }", &name("a job", "dbMigrate", "db-migrate"));
    refused_as("service: { main: { ports: { HTTP: 80 } } }", &name("a service port", "HTTP", "http"));
    refused_as(
        "containers: { app: { ports: { prometheus_metrics: 80 } } }",
        "prometheus_metrics: `prometheus_metrics` cannot be the name of a port | write `prometheus-metr`: a name has \
         at most 15 lower-case letters, digits and single `-`, and one of them a letter",
    );
    becomes("extra: { My_Object: { kind: A } }", &json!({ "extra": { "My_Object": { "kind": "A" } } }));
    let (found, diagnostics) = checked(&ENVIRONMENT, "defaults: { containers: { \"*\": { workingDir: / } } }", true);
    assert_eq!(diagnostics, Vec::<String>::new());
    assert!(leaves(&found));
}

#[test]
fn wrong_types() {
    refused_as("workload: { replicas: two }", "two: expected an integer of at least 0, found a string");
    refused_as("workload: { replicas: -1 }", "-1: -1 is out of range | expected an integer of at least 0");
    refused_as(
        "containers: [app]",
        "[app]: expected a map by name, found a list | write each entry below its name, as in `<name>: …`",
    );
    refused_as("containers: { app: { args: --debug } }", "--debug: expected a list, found a string");
    refused_as("containers: { app: { args: [null] } }", "null: a list cannot hold null");
    refused_as("disruption: { maxUnavailable: -1 }", "-1: -1 is not a count, or a percentage such as `25%`");
    refused_as(
        "workload: { type: deploymint }",
        "deploymint: `deploymint` is not `deployment` or `statefulset` or `daemonset` | did you mean `deployment`?",
    );
    becomes(
        "workload: { replicas: '${env.n}', pod: { hostNetwork: '${env.h}' } }",
        &json!({
            "workload": { "replicas": "${env.n}", "pod": { "hostNetwork": "${env.h}" } },
        }),
    );
}

#[test]
fn strings_want_quotes() {
    refused_as("image: { tag: 1.10 }", "1.10: `1.10` is a number, not a string | quote it: \"1.10\"");
    refused_as("image: { tag: 0777 }", "0777: `0777` is an integer, not a string | quote it: \"0777\"");
    refused_as("metadata: { name: on }", "on: `on` is a boolean, not a string | quote it: \"on\"");
    becomes("image: { tag: '1.10' }", &json!({ "image": { "tag": "1.10" } }));
}

#[test]
fn numbers_and_booleans_want_none() {
    let container = |text: &str| format!("containers: {{ app: {{ {text} }} }}");
    refused_as("workload: { replicas: '2' }", "'2': `2` is a string in its quotes | write it without quotes: 2");
    refused_as(
        &container("ports: { http: \"80\" }"),
        "\"80\": `80` is a string in its quotes | write it without quotes: 80",
    );
    refused_as("disruption: { minAvailable: '1' }", "'1': `1` is a string in its quotes | write it without quotes: 1");
    refused_as(
        "autoscaling: { enabled: 'true' }",
        "'true': `true` is a string in its quotes | write it without quotes: true",
    );
    refused_as("workload: { replicas: '-2' }", "'-2': expected an integer of at least 0, found a string");
}

#[test]
fn environment_variables_keep_their_text() {
    for plain in ["1.10", "true", "false", "0", "-5", "100", "0.50", "text"] {
        let expected = json!({ "containers": { "app": { "env": { "A": { "value": plain } } } } });
        becomes(&format!("containers: {{ app: {{ env: {{ A: {plain} }} }} }}"), &expected);
    }
    let many = [("on", "a boolean"), ("True", "a boolean"), ("0777", "an integer"), ("1_000", "an integer")];
    for (plain, kind) in many.into_iter().chain([
        ("0x1F", "an integer"),
        ("+5", "an integer"),
        ("1e3", "an integer"),
        (".5", "a number"),
    ]) {
        refused_as(
            &format!("containers: {{ app: {{ env: {{ A: {plain} }} }} }}"),
            &format!("{plain}: `{plain}` is {kind}, not a string | quote it: \"{plain}\""),
        );
    }
}

#[test]
fn a_value_without_a_place_says_what_it_is() {
    static QUANTITY: Type = Type::Scalar(Scalar::Quantity);
    let mut diagnostics = Vec::new();
    let found = check(&Node::made(2_i64), &QUANTITY, &Layer { text: "", wildcards: false }, &mut diagnostics);
    assert_eq!((found, diagnostics), (Some(Node::made("2")), vec![]));
}

#[test]
fn lists_are_edited() {
    let args = |value: &str| format!("containers: {{ app: {{ args: {value} }} }}");
    let expected = |value| json!({ "containers": { "app": { "args": value } } });
    becomes(&args("[a, 1]"), &expected(json!(["a", "1"])));
    becomes(&args("{ $append: [a], $prepend: b }"), &expected(json!({ "$append": ["a"], "$prepend": ["b"] })));
    becomes(&args("{ $remove: [a] }"), &expected(json!({ "$remove": ["a"] })));
    becomes(&args("{ $replace: [a] }"), &expected(json!({ "$replace": ["a"] })));
    refused_as(&args("{ $apend: [a] }"), "$apend: a list has no operator `$apend` | did you mean `$append`?");
    refused_as(&args("{}"), "{}: expected a list, found a map");
    refused_as(
        &args("[{ $replace: a }]"),
        "{ $replace: a }: `$replace` cannot stand for an item of a list | an operator edits the list as a whole",
    );
}

#[test]
fn replace_stands_for_every_type() {
    becomes("workload: { $replace: { replicas: 1 } }", &json!({ "workload": { "$replace": { "replicas": 1 } } }));
    becomes("image: { $replace: web:1 }", &json!({ "image": { "$replace": { "repository": "web", "tag": "1" } } }));
    becomes("workload: { replicas: { $replace: 1 } }", &json!({ "workload": { "replicas": { "$replace": 1 } } }));
    refused_as(
        "workload: { $replace: { replicas: 1 }, type: deployment }",
        "type: `type` stands beside `$replace` | move it into the value of `$replace`",
    );
    refused_as("workload: { replicas: { $replace: one } }", "one: expected an integer of at least 0, found a string");
}

#[test]
fn null_deletes() {
    becomes("workload: null\nservice: { main: ~ }", &json!({ "workload": null, "service": { "main": null } }));
    becomes(
        "containers: { app: { env: { A: null }, args: null } }",
        &json!({
            "containers": { "app": { "env": { "A": null }, "args": null } },
        }),
    );
}

#[test]
fn wildcards_stand_in_an_environment_only() {
    refused_as(
        "containers: { '*': { workingDir: / } }",
        "'*': `\"*\"` stands for every entry only in an environment's layers | name the entry, or write this in \
         `defaults`, `overrides` or `enforce` of an environment",
    );
    becomes("config: { main: { data: { '*': a } } }", &json!({ "config": { "main": { "data": { "*": "a" } } } }));
    becomes("extra: { '*': { a: on } }", &json!({ "extra": { "*": { "a": true } } }));
    let (found, diagnostics) = checked(&ENVIRONMENT, "overrides: { containers: { '*': { workingDir: / } } }", true);
    assert_eq!(diagnostics, Vec::<String>::new());
    assert_eq!(found, json!({ "overrides": { "containers": { "*": { "workingDir": "/" } } } }));
}

#[test]
fn a_layer_of_an_environment_has_no_header() {
    let (_, diagnostics) = checked(&ENVIRONMENT, "defaults: { kind: App }", true);
    assert!(diagnostics[0].starts_with("kind: a layer of an App has no field `kind`"), "{diagnostics:?}");
}

#[test]
fn quantities_keep_their_text() {
    let request = |value: &str| format!("containers: {{ app: {{ resources: {{ requests: {{ cpu: {value} }} }} }} }}");
    let expected = |value| json!({ "containers": { "app": { "resources": { "requests": { "cpu": value } } } } });
    for value in ["500m", "1", "0.50", "1e3", "1Gi"] {
        becomes(&request(value), &expected(json!(value)));
    }
    refused_as(
        &request("1GB"),
        "1GB: `1GB` is not a quantity such as `500m`, `1Gi` or `2` | write powers of 1000 as k, M, G and powers of \
         1024 as Ki, Mi, Gi",
    );
}

#[test]
fn formats_are_held_to() {
    refused_as(
        "jobs: { a: { schedule: 61 * * * * } }",
        "61 * * * *: `61` is not a minute: from 0 to 59 | expected five cron fields such as `0 3 * * *`, or a word \
         such as `@daily`",
    );
    refused_as("workload: { gracePeriod: 45 }", "45: `45` has no unit | write `45s` for seconds");
    refused_as(
        "containers: { app: { mounts: { /a: { mode: 440 } } } }",
        "440: `440` is not permissions in octal such as `0440` | write `0440`",
    );
    becomes(
        "containers: { app: { mounts: { /a: { mode: 0440 } } } }",
        &json!({
            "containers": { "app": { "mounts": { "/a": { "mode": 0o440 } } } },
        }),
    );
}

#[test]
fn an_alias_is_read_where_it_was_anchored() {
    becomes(
        "x-cpu: &cpu 0.50\ncontainers: { app: { resources: { requests: { cpu: *cpu } } } }",
        &json!({
            "containers": { "app": { "resources": { "requests": { "cpu": "0.50" } } } },
        }),
    );
}
