//! How the plugin is put beside Argo CD's repo-server.
//!
//! Each plugin runs in a container of its own in the repo-server's pod, whose program is the plugin server that the
//! repo-server brings along. `karat lint` holds what is made here to the same rules as anybody's sidecar (`ARG4`).

use super::NAME;
use crate::node::{Node, object, yaml};

/// Where the program is, in the image of the sidecar.
const DIRECTORY: &str = "/usr/local/bin";

/// The ConfigMap that holds plugin.yaml.
const CONFIG: &str = "karat-plugin";

/// The sidecar's own `/tmp`: one that is shared lets plugins see each other's repositories.
const TEMPORARY: &str = "karat-tmp";

/// The volume of the program, where it does not come with the sidecar's image.
const PROGRAM: &str = "karat-program";

/// The user of Argo CD's own containers, with whom the plugin shares its socket.
const USER: i64 = 999;

/// Where and what the sidecar is.
#[derive(Clone, Debug)]
pub struct Sidecar {
    /// Argo CD's namespace.
    pub namespace: String,
    /// The image that has the program.
    pub image: String,
    /// The image that the container runs where the program comes as a volume.
    pub base: String,
}

/// The text of plugin.yaml. It has no version and no discovery: an Application names the plugin, and its repository is
/// sent once.
pub fn plugin_yaml() -> String {
    yaml::write(&plugin())
}

fn plugin() -> Node {
    let command = |words: &[&str]| {
        let program = format!("{DIRECTORY}/karat");
        let words = words.iter().map(|word| Node::made(*word));
        let words: Vec<Node> = std::iter::once(Node::made(program)).chain(words).collect();
        object! { "command": words }
    };
    object! {
        "apiVersion": "argoproj.io/v1alpha1",
        "kind": "ConfigManagementPlugin",
        "metadata": object! { "name": NAME },
        "spec": object! {
            "generate": command(&["cmp", "generate"]),
            "parameters": object! { "dynamic": command(&["cmp", "parameters"]) },
        },
    }
}

impl Sidecar {
    /// The ConfigMap with plugin.yaml, and the patch that adds the sidecar to the repo-server.
    pub fn manifests(&self) -> String {
        join(&[self.config_map(), self.patch(&self.image, None)])
    }

    /// The same with the program in a volume: no image has to be built from a Dockerfile.
    pub fn recipe(&self) -> String {
        let program = object! { "name": PROGRAM, "image": object! { "reference": self.image.as_str() } };
        let objects = join(&[self.config_map(), self.patch(&self.base, Some(program))]);
        let image = &self.image;
        format!(
            "\
# The program as a volume of its own, which takes Kubernetes 1.35, or 1.33 with the feature gate ImageVolume. The image
# is the static program and nothing else:
#   install -D karat usr/local/bin/karat && tar -cf karat.tar usr
#   crane append --new_layer karat.tar --new_tag {image}
{objects}"
        )
    }

    fn config_map(&self) -> Node {
        object! {
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": object! { "name": CONFIG, "namespace": self.namespace.as_str() },
            "data": object! { "plugin.yaml": plugin_yaml() },
        }
    }

    /// A strategic merge patch of the Deployment, for kustomize and `kubectl patch`.
    fn patch(&self, image: &str, program: Option<Node>) -> Node {
        let config = object! { "name": CONFIG, "configMap": object! { "name": CONFIG } };
        let temporary = object! { "name": TEMPORARY, "emptyDir": object! { "sizeLimit": "2Gi" } };
        let containers = vec![container(image, program.is_some())];
        let volumes: Vec<Node> = [config, temporary].into_iter().chain(program).collect();
        let pod = object! { "containers": containers, "volumes": volumes };
        object! {
            "apiVersion": "apps/v1",
            "kind": "Deployment",
            "metadata": object! { "name": "argocd-repo-server", "namespace": self.namespace.as_str() },
            "spec": object! { "template": object! { "spec": pod } },
        }
    }
}

fn container(image: &str, has_program: bool) -> Node {
    let mount = |name: &str, path: &str| object! { "name": name, "mountPath": path };
    let mut config = mount(CONFIG, "/home/argocd/cmp-server/config/plugin.yaml");
    if let Some(config) = config.as_map_mut() {
        config.insert("subPath", Node::made("plugin.yaml"));
    }
    let mut mounts = vec![
        mount("var-files", "/var/run/argocd"),
        mount("plugins", "/home/argocd/cmp-server/plugins"),
        config,
        mount(TEMPORARY, "/tmp"),
    ];
    if has_program {
        let mut program = mount(PROGRAM, DIRECTORY);
        if let Some(program) = program.as_map_mut() {
            program.insert("subPath", Node::made(DIRECTORY.trim_start_matches('/')));
        }
        mounts.push(program);
    }
    object! {
        "name": NAME,
        "image": image,
        "command": vec![Node::made("/var/run/argocd/argocd-cmp-server")],
        "env": vec![object! { "name": "HOME", "value": "/tmp" }],
        "resources": object! {
            "requests": object! { "cpu": "100m", "memory": "128Mi" },
            "limits": object! { "memory": "1Gi" },
        },
        "securityContext": object! {
            "runAsNonRoot": true,
            "runAsUser": USER,
            "allowPrivilegeEscalation": false,
            "readOnlyRootFilesystem": true,
            "capabilities": object! { "drop": vec![Node::made("ALL")] },
            "seccompProfile": object! { "type": "RuntimeDefault" },
        },
        "volumeMounts": mounts,
    }
}

fn join(objects: &[Node]) -> String {
    objects.iter().map(yaml::write).collect::<Vec<_>>().join("---\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_installed() {
        let sidecar = Sidecar { namespace: "argocd".into(), image: "karat:1".into(), base: "busybox:1".into() };
        let recipe = sidecar.recipe();
        insta::assert_snapshot!([plugin_yaml(), sidecar.manifests(), recipe].join("===\n"));
    }
}
