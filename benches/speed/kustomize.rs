//! The same apps as a tree of kustomize: a base for each app, and one overlay that changes what production changes.

use std::{fs, io, path::Path};

use crate::{
    repository::{name, released},
    write,
};

/// Writes `base/<app>` from rendered manifests, `prod/<app>` over it, and `prod` with all of them.
pub(crate) fn generate(rendered: &Path, root: &Path, apps: u32) -> io::Result<()> {
    for number in 0..apps {
        let name = name(number);
        base(&rendered.join(&name), &root.join("base").join(&name))?;
        write(&root.join(format!("prod/{name}/kustomization.yaml")), &overlay(number))?;
    }
    let all: Vec<String> = (0..apps).map(name).collect();
    write(&root.join("prod/kustomization.yaml"), &kustomization(&all))
}

fn base(rendered: &Path, base: &Path) -> io::Result<()> {
    let mut files: Vec<String> = fs::read_dir(rendered)?
        .map(|entry| entry.map(|entry| entry.file_name().to_string_lossy().into_owned()))
        .collect::<io::Result<_>>()?;
    files.sort_unstable();
    for file in &files {
        write(&base.join(file), &fs::read_to_string(rendered.join(file))?)?;
    }
    write(&base.join("kustomization.yaml"), &kustomization(&files))
}

fn kustomization(resources: &[String]) -> String {
    format!("resources: [{}]\n", resources.join(", "))
}

fn overlay(number: u32) -> String {
    let (name, tag, team) = (name(number), released(number), number % 20);
    format!(
        "\
resources: [../../base/{name}]
namespace: team-{team:02}-prod
images: [{{ name: registry.acme.example/team-{team:02}/{name}, newTag: \"{tag}\" }}]
patches:
- patch: |
    apiVersion: apps/v1
    kind: Deployment
    metadata: {{ name: {name}, namespace: team-{team:02}-dev }}
    spec:
      template:
        spec:
          containers:
          - name: app
            env: [{{ name: LOG_LEVEL, value: warn }}, {{ name: TRACING, value: \"on\" }}]
            resources: {{ requests: {{ cpu: 500m, memory: 512Mi }}, limits: {{ memory: 1Gi }} }}
"
    )
}
