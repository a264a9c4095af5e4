//! Whole environments, rendered: what takes more than one app.

use std::path::Path;

use karat::{
    diagnostic::Diagnostic,
    manifest::{Manifest, ManifestSet},
    model::{LoadOptions, load},
    node::yaml,
    render::render,
    source::{DiskTree, MemoryTree, SourceMap, Tree},
};

/// The only environment of a repository.
struct Rendered {
    sources: SourceMap,
    set: ManifestSet,
    diagnostics: Vec<Diagnostic>,
}

fn rendered(tree: &dyn Tree) -> Rendered {
    let loaded = load(tree, &LoadOptions::default()).unwrap();
    let mut diagnostics = loaded.diagnostics;
    let set = render(&loaded.environments[0], &mut diagnostics);
    Rendered { sources: loaded.sources, set, diagnostics }
}

fn fixture() -> Rendered {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render/environment");
    rendered(&DiskTree::new(&root).unwrap())
}

/// A repository with one app, `web`.
fn repository(project: &str, app: &str) -> MemoryTree {
    let header = |kind: &str| format!("apiVersion: karat/v1\nkind: {kind}\n");
    MemoryTree::default()
        .with("karat.yaml", header("Project") + project)
        .with("envs/dev/env.yaml", header("Environment") + "metadata: {name: dev}")
        .with("envs/base/web/app.yaml", header("App") + "metadata: {name: web}\n" + app)
}

impl Rendered {
    fn text(&self, kinds: &[&str]) -> String {
        let chosen = self.set.manifests().iter().filter(|manifest| kinds.contains(&manifest.kind()));
        chosen.map(|manifest| yaml::write(&manifest.object)).collect::<Vec<_>>().join("---\n")
    }

    fn find(&self, kind: &str, name: &str) -> &Manifest {
        self.set.of_kind(kind).find(|manifest| manifest.id.name == name).unwrap()
    }

    /// The file and text that caused what is at a pointer.
    fn cause(&self, kind: &str, name: &str, pointer: &str) -> (&str, &str) {
        let span = self.find(kind, name).object.at(pointer).unwrap().span.unwrap();
        (&self.sources.file(span.file).path, self.sources.text(span))
    }

    fn findings(&self) -> Vec<String> {
        let line = |finding: &Diagnostic| {
            let span = finding.primary.as_ref().unwrap().span;
            format!("{} {} {}", finding.code.name, self.sources.describe(span), finding.message)
        };
        self.diagnostics.iter().map(line).collect()
    }
}

#[test]
fn network_policies() {
    let fixture = fixture();
    assert_eq!(
        fixture.findings(),
        [
            "REN017 envs/base/web/app.yaml:17:5 the address behind `pay` is unknown, so its port is open to every public \
             address"
        ]
    );
    insta::assert_snapshot!(fixture.text(&["NetworkPolicy"]));
}

#[test]
fn routes() {
    insta::assert_snapshot!(fixture().text(&["HTTPRoute", "Ingress"]));
}

#[test]
fn hooks() {
    let fixture = fixture();
    let own = |manifest: &&Manifest| manifest.owner.directory() == "ledger" && manifest.kind() != "NetworkPolicy";
    let own = fixture.set.manifests().iter().filter(own);
    insta::assert_snapshot!(own.map(|manifest| yaml::write(&manifest.object)).collect::<Vec<_>>().join("---\n"));
}

#[test]
fn a_route_points_at_its_settings() {
    let fixture = fixture();
    let edge = |name: &str, pointer: &str| fixture.cause("HTTPRoute", name, pointer);
    let file = "envs/base/edge/app.yaml";
    assert_eq!(edge("edge", "/spec/parentRefs/0/sectionName"), (file, "https"));
    assert_eq!(edge("edge", "/spec/rules/1/backendRefs/1/name"), (file, "next"));
    assert_eq!(edge("edge", "/spec/rules/1/backendRefs/1/weight"), (file, "10"));
    assert_eq!(edge("edge", "/spec/rules/2/matches/0/headers/0/value"), (file, "beta"));
    assert_eq!(edge("edge-plain", "/spec/rules/0/filters/0/requestRedirect/statusCode"), (file, "301"));
}

#[test]
fn argo_cd() {
    insta::assert_snapshot!(fixture().text(&["Namespace", "AppProject", "Application"]));
}

#[test]
fn a_rule_points_at_the_connection() {
    let fixture = fixture();
    let api = |pointer: &str| fixture.cause("NetworkPolicy", "api", pointer);
    assert_eq!(api("/spec/ingress/1"), ("envs/base/web/app.yaml", "api"));
    assert_eq!(api("/spec/ingress/1/ports/0/port"), ("envs/base/api/app.yaml", "8000"));
    assert_eq!(api("/spec/egress/2"), ("envs/base/api/app.yaml", "store"));
    assert_eq!(fixture.cause("NetworkPolicy", "web", "/spec/ingress/1"), ("envs/base/web/app.yaml", "true"));
    assert_eq!(fixture.cause("NetworkPolicy", "web", "/spec/policyTypes"), ("envs/base/web/app.yaml", "true"));
}

#[test]
fn an_application_points_at_its_settings() {
    let fixture = fixture();
    let application = |name: &str, pointer: &str| fixture.cause("Application", name, pointer);
    assert_eq!(
        application("dev-store", "/metadata/annotations/argocd.argoproj.io~1sync-wave"),
        ("envs/base/store/app.yaml", "-3")
    );
    assert_eq!(application("dev-web", "/spec/project"), ("envs/base/web/app.yaml", "shop"));
    assert_eq!(application("dev-web", "/spec/destination/name"), ("envs/dev/env.yaml", "dev-cluster"));
    assert_eq!(application("dev", "/spec/source/targetRevision"), ("karat.yaml", "main"));
}

#[test]
fn neighbours_are_never_guessed() {
    let app = "containers: {app: {image: a:1, ports: {http: 80, metrics: 9464}}}\nservice: {main: {ports: {http: 80}}}\n\
               ingress: {main: {class: nginx, paths: {/: {port: http}}}}\n\
               network: {defaultDeny: true, allow: {ingressController: true, metrics: true, dns: true}}";
    let web = rendered(&repository("", app));
    assert_eq!(
        web.findings(),
        [
            "REN016 envs/base/web/app.yaml:7:57 the environment does not say where the ingress controller lives",
            "REN016 envs/base/web/app.yaml:7:72 the environment does not say where the scraper of metrics lives",
            "REN016 envs/base/web/app.yaml:7:83 the environment does not say where the name server lives",
        ]
    );
    assert!(web.find("NetworkPolicy", "web").object.at("/spec/ingress").is_none());
}

#[test]
fn a_gateway_is_a_neighbour_of_its_own() {
    let app = "containers: {app: {image: a:1, ports: {http: 80}}}\nservice: {main: {ports: {http: 80}}}\n\
               ingress: {main: {provider: gateway, gateways: {public: {}}, paths: {/: {port: http}}}}\n\
               network: {defaultDeny: true, allow: {ingressController: true, dns: false}}";
    assert_eq!(
        rendered(&repository("", app)).findings(),
        [
            "REN010 envs/base/web/app.yaml:6:28 the cluster does not offer `gateway.networking.k8s.io/v1`",
            "REN016 envs/base/web/app.yaml:7:57 the environment does not say where the Gateway lives",
        ]
    );
}

#[test]
fn a_collision_shows_both_places() {
    let extra = "containers: {app: {image: a:1}}\nservice: {main: {}}\nextra: {own: {apiVersion: v1, kind: Service, metadata: {name: web}}}";
    let web = rendered(&repository("", extra));
    assert_eq!(web.findings(), ["REN015 envs/base/web/app.yaml:6:63 two objects are called Service `web`"]);
    assert_eq!(web.sources.describe(web.diagnostics[0].related[0].span), "envs/base/web/app.yaml:5:11");
}

#[test]
fn argo_cd_is_not_for_everybody() {
    let app = "extra: {own: {apiVersion: v1, kind: ConfigMap}}";
    let without = rendered(&repository("", app));
    assert_eq!(without.findings(), [""; 0]);
    assert_eq!(without.set.of_kind("Application").count(), 0);
    let incomplete = rendered(&repository("argocd: {targetRevision: main}", app));
    assert_eq!(incomplete.findings(), ["SPC013 karat.yaml:3:9 `argocd` does not say which repository Argo CD reads"]);
}

#[test]
fn a_patch_can_delete() {
    let app = "workload: {replicas: 2}\ncontainers: {app: {image: a:1}}\n\
               patches: {a: {target: {kind: Deployment, name: web}, merge: {spec: {replicas: null}}}}";
    let web = rendered(&repository("", app));
    assert_eq!(web.findings(), [""; 0]);
    assert!(web.find("Deployment", "web").object.at("/spec/replicas").is_none());
}
