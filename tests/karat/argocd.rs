//! The objects of Argo CD: projects, Applications and the sets of them.

use std::path::Path;

use karat::{
    diagnostic::Diagnostic,
    manifest::ManifestSet,
    model::{LoadOptions, load},
    node::yaml,
    render::render,
    source::{DiskTree, SourceMap},
};

/// An environment of a fixture.
struct Rendered {
    sources: SourceMap,
    set: ManifestSet,
    diagnostics: Vec<Diagnostic>,
}

fn rendered(fixture: &str, environment: &str) -> Rendered {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/render").join(fixture);
    let options = LoadOptions { environments: vec![environment.into()], ..LoadOptions::default() };
    let loaded = load(&DiskTree::new(&root).unwrap(), &options).unwrap();
    let mut diagnostics = loaded.diagnostics;
    let set = render(&loaded.environments[0], &mut diagnostics);
    Rendered { sources: loaded.sources, set, diagnostics }
}

impl Rendered {
    fn text(&self) -> String {
        let own = self.set.manifests().iter().filter(|manifest| manifest.id.gvk.group == "argoproj.io");
        own.map(|manifest| yaml::write(&manifest.object)).collect::<Vec<_>>().join("---\n")
    }

    fn findings(&self) -> Vec<&str> {
        self.diagnostics.iter().map(|finding| finding.message.as_str()).collect()
    }

    /// The file and text that caused what is at a pointer.
    fn cause(&self, kind: &str, name: &str, pointer: &str) -> (&str, &str) {
        let manifest = self.set.of_kind(kind).find(|manifest| manifest.id.name == name).unwrap();
        let span = manifest.object.at(pointer).unwrap().span.unwrap();
        (&self.sources.file(span.file).path, self.sources.text(span))
    }
}

#[test]
fn applications_of_the_plugin() {
    let dev = rendered("argocd", "dev");
    assert_eq!(dev.findings(), [""; 0]);
    insta::assert_snapshot!(dev.text());
}

#[test]
fn applications_of_golden_files() {
    let prod = rendered("argocd", "prod");
    assert_eq!(prod.findings(), [""; 0]);
    insta::assert_snapshot!(prod.text());
}

#[test]
fn every_setting_has_a_line() {
    let dev = rendered("argocd", "dev");
    let web = |pointer: &str| dev.cause("Application", "dev-web", pointer);
    assert_eq!(web("/spec/source/path"), ("envs/dev/env.yaml", "plugin"));
    assert_eq!(web("/spec/source/targetRevision"), ("envs/dev/env.yaml", "main"));
    assert_eq!(web("/spec/source/plugin/env/0/value"), ("karat.yaml", "\"=0.1.0\""));
    assert_eq!(web("/spec/info/0/name"), ("envs/base/web/app.yaml", "runbook"));
    assert_eq!(web("/metadata/finalizers/0"), ("envs/base/web/app.yaml", "background"));
    let prod = rendered("argocd", "prod");
    let rights = |pointer: &str| prod.cause("Application", "prod-rights", pointer);
    assert_eq!(rights("/spec/source/path"), ("karat:project.yaml", "golden"));
    assert_eq!(rights("/spec/source/targetRevision"), ("karat.yaml", "env/${env.name}"));
    assert_eq!(rights("/metadata/finalizers/0"), ("karat:defaults.yaml", "foreground"));
    assert_eq!(rights("/metadata/namespace"), ("karat:project.yaml", "argocd"));
}
