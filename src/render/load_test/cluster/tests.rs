//! The objects that run a load test.

use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::{Decode, EnvironmentSpec},
    node::{Node, object, yaml},
    render::{
        render,
        testing::{self, Rendered, rendered},
    },
};

const APP: &str = "containers: { app: { image: 'web:1', ports: { http: 8080 } } }
service: { main: { ports: { http: 80 } } }
ingress: { main: { class: nginx, host: web.example, paths: { /: { port: http } } } }
";

fn with(sections: &str) -> Rendered {
    rendered(&format!("{APP}{sections}"))
}

/// The objects of the load test, as YAML.
fn objects<'a>(manifests: impl IntoIterator<Item = &'a Manifest>) -> String {
    let own = manifests.into_iter().filter(|manifest| manifest.id.name.ends_with("-loadtest"));
    own.map(|manifest| yaml::write(&manifest.object)).collect::<Vec<_>>().join("---\n")
}

#[test]
fn a_load_test_needs_a_job_a_file_and_an_account() {
    let web = with("loadtest: { targets: { home: { path: / } }, slo: { p99: 100ms } }");
    assert_eq!(web.findings(), [""; 0]);
    insta::assert_snapshot!(objects(web.set.manifests()));
}

/// An app in an environment that knows its platform, and the objects of its load test.
fn on_platform(sections: &str) -> (String, Vec<Diagnostic>) {
    let peer = |namespace: &str| object! { "namespace": Node::made(namespace.to_owned()) };
    let platform =
        object! { "ingress": peer("ingress-nginx"), "monitoring": peer("monitoring"), "dns": peer("kube-system") };
    let mut diagnostics = Vec::new();
    let app = testing::app("web", &format!("{APP}{sections}"), &mut diagnostics);
    let mut environment = testing::environment(vec![app]);
    environment.spec = EnvironmentSpec::decode(&object! { "platform": platform }, &mut diagnostics).unwrap();
    let set = render(&environment, &mut diagnostics);
    let policies = set.of_kind("NetworkPolicy").map(|policy| yaml::write(&policy.object));
    (policies.collect::<Vec<_>>().join("---\n"), diagnostics)
}

#[test]
fn workers_find_each_other_and_leave_a_report() {
    let web = with("secrets: { creds: { existing: web-creds } }
config: { ca: { data: { ca.crt: PEM } } }
workload: { type: deployment, pod: { nodeSelector: { pool: load }, securityContext: { runAsGroup: 7 }, hostNetwork: true } }
jobs: { smoke: { type: job, hook: PostSync, wave: 3, request: http } }
loadtest:
  targets: { home: { headers: { Authorization: { secret: creds, key: token } } } }
  tls: { authorities: { config: ca }, identity: { secret: client } }
  stages: [{ rate: 5, for: 1m }, { rate: 9, for: 90s }]
  warmUp: 10s
  waitReady: 1m
  threads: 2
  workers: 4
  replicas: true
  job: { report: configMap, image: { repository: mirror.example/karat }, resources: { limits: { memory: 1Gi } } }");
    assert_eq!(web.findings(), [""; 0]);
    insta::assert_snapshot!(objects(web.set.manifests()));
}

#[test]
fn its_pods_reach_whom_they_ask_and_nobody_else() {
    let (policies, found) = on_platform(
        "network: { defaultDeny: true, allow: { dns: false } }
loadtest:
  targets: { own: { port: http }, public: { ingress: main }, led: { url: 'http://x.example/', via: 'controller.ingress-nginx.svc:80' } }
  prometheus: http://prometheus.monitoring.svc:9090
  workers: 2",
    );
    assert_eq!(found.iter().map(|found| found.message.clone()).collect::<Vec<_>>(), [""; 0]);
    insta::assert_snapshot!(policies);
}

#[test]
fn workers_meet_nobody_else_wherever_they_run() {
    let policies = |test: &str| {
        let web = with(&format!("loadtest: {{ targets: {{ home: {{ path: / }} }}{test} }}"));
        assert_eq!(web.findings(), [""; 0]);
        let own = web.set.of_kind("NetworkPolicy").filter(|policy| policy.id.name == "web-loadtest");
        own.map(|policy| yaml::write(policy.object.at("/spec").unwrap())).collect::<Vec<_>>()
    };
    assert_eq!(policies(""), [""; 0]);
    assert_eq!(policies(", workers: 1"), [""; 0]);
    insta::assert_snapshot!(policies(", workers: 2").join("---\n"));
}

#[test]
fn hosts_that_no_policy_lets_it_reach_are_reported() {
    let found = |sections: &str| {
        let (_, found) = on_platform(sections);
        found
            .into_iter()
            .map(|found| format!("{} {}", found.code.name, found.help.unwrap_or_default()))
            .collect::<Vec<_>>()
    };
    let host = "REN023 add the host to `network.connections`, or name a target of the app itself";
    let deny = "network: { defaultDeny: true }\n";
    let test = "loadtest: { targets: { other: { url: 'http://other.shop.svc/' } } }";
    assert_eq!(found(&format!("{deny}{test}")), [host]);
    assert_eq!(found(test), [""; 0]);
    let report = "loadtest: { targets: { home: {} }, job: { report: configMap } }";
    let api = "REN023 add `kubernetes: { fqdn: kubernetes.default.svc, port: 6443, cidr: … }` to `network.connections`";
    assert_eq!(found(&format!("{deny}{report}")), [api]);
}

#[test]
fn it_is_the_last_of_its_phase() {
    let wave = |jobs: &str, job: &str| {
        let web = with(&format!("jobs: {{ {jobs} }}\nloadtest: {{ targets: {{ home: {{}} }}, job: {{ {job} }} }}"));
        let own = web.set.of_kind("Job").find(|job| job.id.name == "web-loadtest").unwrap();
        let wave = own.object.at("/metadata/annotations/argocd.argoproj.io~1sync-wave");
        wave.map(|wave| wave.as_str().unwrap().to_owned())
    };
    assert_eq!(wave("", ""), None);
    assert_eq!(wave("a: { type: job, hook: PreSync, wave: 4, container: {} }", ""), None);
    assert_eq!(wave("a: { type: job, hook: PostSync, container: {} }", "").as_deref(), Some("1"));
    assert_eq!(wave("a: { type: job, hook: PostSync, wave: -1, container: {} }", ""), None);
    assert_eq!(wave("a: { type: job, hook: PostSync, wave: 2, container: {} }", "wave: -5").as_deref(), Some("-5"));
}

#[test]
fn where_it_is_run_by_hand_there_is_nothing() {
    for test in ["{ targets: { home: {} }, job: { enabled: false } }", "null"] {
        assert_eq!(objects(with(&format!("loadtest: {test}")).set.manifests()), "", "{test}");
    }
}

#[test]
fn deadlines_hold_the_plan() {
    let web = with("loadtest: { targets: { home: {} }, duration: 2m, timeout: 1s, job: { deadline: 1m } }");
    assert_eq!(web.findings(), ["REN021 1m: the load test may take 127s, and its Job ends it before"]);
    assert_eq!(web.json("Job", "/spec/activeDeadlineSeconds"), "60");
    let web = with("loadtest: { targets: { home: {} }, duration: 2m, timeout: 1s }");
    assert_eq!(web.json("Job", "/spec/activeDeadlineSeconds"), "307");
    let few = with("loadtest: { targets: { home: {} }, connections: 3, workers: 4 }");
    assert_eq!(few.findings(), ["REN022 4: 4 workers cannot share the connections"]);
}

#[test]
fn names_leave_room_for_workers() {
    let name = "a".repeat(60);
    let app = testing::app(&name, &format!("{APP}loadtest: {{ targets: {{ home: {{}} }} }}"), &mut Vec::new());
    let set = render(&testing::environment(vec![app]), &mut Vec::new());
    let job = set.of_kind("Job").next().unwrap();
    assert!(job.id.name.len() <= 57, "{}", job.id.name);
}
