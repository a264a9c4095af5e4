//! A pod's volumes, and the mounts that ask for them.
//!
//! A pod has the volumes that its containers mount, and no others. ConfigMaps and Secrets need no entry in `volumes`:
//! the mount of one makes its volume.

use smol_str::{SmolStr, format_smolstr};

use super::{
    findings::{misplace, place, unknown},
    names, persistent_volume_claim,
};
use crate::{
    diagnostic::Diagnostic,
    model::{App, EmptyDir, Mount, Named, Volume},
    node::{Key, Node, object},
};

/// Whose pods they are.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Pods {
    /// Those that the app's controller keeps running.
    Workload,
    /// Those of a job.
    Job,
}

/// The volumes of one pod; mounts add to them.
pub(super) struct Volumes<'a> {
    pub(super) app: &'a App,
    pods: Pods,
    mounted: Vec<&'a str>,
    made: Vec<(Node, Node)>,
}

impl<'a> Volumes<'a> {
    pub(super) fn new(app: &'a App, pods: Pods) -> Self {
        Self { app, pods, mounted: Vec::new(), made: Vec::new() }
    }

    /// A container's mounts, in the order of the spec.
    pub(super) fn mounts(&mut self, mounts: &Named<Mount>, diagnostics: &mut Vec<Diagnostic>) -> Option<Vec<Node>> {
        let items = mounts.iter().filter_map(|(path, mount)| self.mount(path, mount, diagnostics)).collect();
        (!mounts.is_empty()).then_some(items)
    }

    fn mount(&mut self, path: &Key, mount: &Mount, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
        let name = if let Some(volume) = &mount.volume {
            report_misplaced(mount, diagnostics);
            self.declared(volume, diagnostics)?
        } else if let Some(config) = &mount.config {
            let source = object! {
                "name": names::of_config(self.app, config), "defaultMode": &mount.mode, "optional": &mount.optional,
            };
            self.made("config", config, object! { "configMap": source })
        } else {
            let secret = mount.secret.as_ref()?;
            let source = object! {
                "secretName": names::of_secret(self.app, secret),
                "defaultMode": &mount.mode,
                "optional": &mount.optional,
            };
            self.made("secret", secret, object! { "secret": source })
        };
        Some(object! {
            "mountPath": path,
            "name": name,
            "subPath": &mount.sub_path,
            "readOnly": &mount.read_only,
            "mountPropagation": &mount.propagation,
        })
    }

    /// A volume that stands in the spec.
    fn declared(&mut self, name: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
        let Some((key, volume)) = names::entry(&self.app.spec.volumes, name) else {
            diagnostics.push(unknown(name, "volumes", &self.app.spec.volumes));
            return None;
        };
        if self.pods == Pods::Job && self.is_per_replica(volume) {
            let help = "a claim for each replica belongs to that replica; let the job mount another volume";
            misplace(&[(key.as_str(), name.span)], "a job", help, diagnostics);
            return None;
        }
        self.mounted.push(key.as_str());
        Some(name.clone())
    }

    /// The name of a volume that a mount brings along. Two mounts share one if they ask for the same.
    fn made(&mut self, prefix: &str, name: &Node, source: Node) -> Node {
        if let Some((made, _)) = self.made.iter().find(|(_, other)| *other == source) {
            return made.clone().caused_by(name.span);
        }
        let text = name.as_str().unwrap_or_default().replace('.', "-");
        let base = names::cut(&format!("{prefix}-{text}"), names::LONGEST_VOLUME - 4);
        let free = Node::new(self.free(&base), name.span);
        self.made.push((free.clone(), source));
        free
    }

    /// The name itself, or with the first number that makes it one of its own.
    fn free(&self, base: &SmolStr) -> SmolStr {
        let taken = |name: &SmolStr| {
            let declared = self.app.spec.volumes.iter().any(|(key, _)| key.text == *name);
            declared || self.made.iter().any(|(made, _)| made.as_str() == Some(name))
        };
        let numbered = (2..).map(|number: u32| format_smolstr!("{base}-{number}"));
        std::iter::once(base.clone()).chain(numbered).find(|name| !taken(name)).unwrap_or_default()
    }

    /// The volumes: those of the spec in its order, then those that mounts brought along.
    pub(super) fn render(self) -> Option<Vec<Node>> {
        let mounted = self.app.spec.volumes.iter().filter(|(key, _)| self.mounted.contains(&key.as_str()));
        let own = mounted.filter(|(_, volume)| !self.is_per_replica(volume));
        let own = own.map(|(key, volume)| named(key.into(), source(self.app, key, volume)));
        let made = self.made.iter().map(|(name, source)| named(name.clone(), source.clone()));
        let volumes: Vec<Node> = own.chain(made).collect();
        (!volumes.is_empty()).then_some(volumes)
    }

    /// Whether a StatefulSet makes it, from a template.
    fn is_per_replica(&self, volume: &Volume) -> bool {
        volume.claim.as_ref().is_some_and(|claim| persistent_volume_claim::is_per_replica(self.app, claim))
    }
}

fn named(name: Node, source: Node) -> Node {
    let mut volume = source;
    if let Some(map) = volume.as_map_mut() {
        map.insert("name", name);
    }
    volume
}

fn source(app: &App, key: &Key, volume: &Volume) -> Node {
    let claim = volume.claim.as_ref().map(|_| names::of_part(app, key)).or_else(|| volume.existing_claim.clone());
    object! {
        "emptyDir": volume.empty_dir.as_ref().map(empty_dir),
        "persistentVolumeClaim": claim.map(|name| object! { "claimName": name }),
        "hostPath": volume.host_path.as_ref().map(|path| object! { "path": path }),
        "projected": &volume.projected,
        "csi": &volume.csi,
    }
}

fn empty_dir(empty_dir: &EmptyDir) -> Node {
    object! { "sizeLimit": &empty_dir.size_limit, "medium": &empty_dir.medium }
}

fn report_misplaced(mount: &Mount, diagnostics: &mut Vec<Diagnostic>) {
    let fields = [("mode", place(mount.mode.as_ref())), ("optional", place(mount.optional.as_ref()))];
    misplace(&fields, "the mount of a volume", "it is for mounts of `config` and `secret`", diagnostics);
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    const SPEC: &str = "/spec/template/spec";

    fn mounting(mounts: &str) -> Rendered {
        rendered(&format!(
            "config: {{ main: {{ data: {{ a: b }} }} }}
secrets: {{ tls: {{ existing: web-cert }} }}
volumes: {{ data: {{ claim: {{ size: 1Gi }} }}, tmp: {{ emptyDir: {{ sizeLimit: 1Gi }} }}, old: {{ existingClaim: legacy }}, config-x: {{ hostPath: /x }}, unused: {{ emptyDir: {{}} }} }}
containers: {{ app: {{ image: web:1, mounts: {{ {mounts} }} }} }}"
        ))
    }

    #[test]
    fn volumes_of_the_spec() {
        let rendered = mounting("/tmp: { volume: tmp }, /data: { volume: data, subPath: a, readOnly: true }");
        assert_eq!(
            rendered.json("Deployment", &format!("{SPEC}/volumes")),
            r#"[{"name":"data","persistentVolumeClaim":{"claimName":"web-data"}},{"emptyDir":{"sizeLimit":"1Gi"},"name":"tmp"}]"#
        );
        assert_eq!(
            rendered.json("Deployment", &format!("{SPEC}/containers/0/volumeMounts/1")),
            r#"{"mountPath":"/data","name":"data","readOnly":true,"subPath":"a"}"#
        );
        assert_eq!(rendered.cause("Deployment", &format!("{SPEC}/containers/0/volumeMounts/0/mountPath")), "/tmp");
        assert_eq!(rendered.cause("Deployment", &format!("{SPEC}/volumes/1/emptyDir/sizeLimit")), "1Gi");
    }

    #[test]
    fn volumes_that_mounts_bring_along() {
        let rendered = mounting(
            "/a: { config: main }, /b: { config: main, subPath: a }, /c: { config: main, mode: 0400 }, /t: { secret: tls, optional: true }, /x: { config: x }",
        );
        let names = ["config-main", "config-main", "config-main-2", "secret-tls", "config-x-2"];
        for (at, name) in names.iter().enumerate() {
            let pointer = format!("{SPEC}/containers/0/volumeMounts/{at}/name");
            assert_eq!(rendered.json("Deployment", &pointer), format!("\"{name}\""));
        }
        let volumes = rendered.json("Deployment", &format!("{SPEC}/volumes"));
        let expected = r#"[{"configMap":{"name":"web"},"name":"config-main"},{"configMap":{"defaultMode":256,"name":"web"},"name":"config-main-2"},{"name":"secret-tls","secret":{"optional":true,"secretName":"web-cert"}},{"configMap":{"name":"x"},"name":"config-x-2"}]"#;
        assert_eq!(volumes, expected);
    }

    #[test]
    fn unknown_volumes_are_refused() {
        let rendered = mounting("/d: { volume: date, mode: 0400 }");
        assert_eq!(
            rendered.findings(),
            [
                "REN002 0400: `mode` has no place in the mount of a volume",
                "REN001 date: `date` is no entry of `volumes`",
            ]
        );
        assert_eq!(rendered.diagnostics[1].help.as_deref(), Some("did you mean `data`?"));
    }
}
