//! Environments and the project around them.

use std::sync::Arc;

use smol_str::SmolStr;

use super::{App, ArgocdSettings, Named, decode::spec_struct};
use crate::{
    node::{Key, Node},
    spec::{Condition, Connection},
};

/// One environment and its apps.
#[derive(Clone, Debug)]
pub struct Environment {
    /// Its name, as its directory has it; the place is that of `metadata.name`.
    pub name: Key,
    /// Kubernetes' minor version, such as `1.34`: the cluster's, else the project's.
    pub kube_version: SmolStr,
    /// The repository's settings.
    pub project: Arc<Project>,
    /// Its own file.
    pub spec: EnvironmentSpec,
    /// The apps that were asked for, by name.
    pub apps: Vec<App>,
    /// Other apps that call one of them, by name.
    pub callers: Vec<CallingApp>,
    /// Whether all of its apps were asked for. Otherwise nobody knows what they have in common.
    pub whole: bool,
    /// The condition of the files that all of its apps depend on. When one of them is lost, it has no apps here, whatever
    /// it has elsewhere.
    pub condition: Condition,
}

impl Environment {
    /// What is asked of the checks here: by the project, and then by the environment itself.
    pub fn lint_sections(&self) -> impl Iterator<Item = &Lint> {
        [&self.project.lint, &self.spec.lint].into_iter().flatten()
    }

    /// Whether its specs and those of its apps are free of errors.
    pub fn is_sound(&self) -> bool {
        self.condition == Condition::Sound && self.apps.iter().all(|app| app.sound)
    }
}

/// An app that was not asked for, as far as it calls one that was.
#[derive(Clone, Debug)]
pub struct CallingApp {
    /// Its name.
    pub name: Key,
    /// Its namespace.
    pub namespace: Node,
    /// What it calls of the apps that were asked for.
    pub connections: Vec<Connection>,
}

spec_struct! {
    /// An environment's own file.
    EnvironmentSpec {
        /// The environment that changes come from.
        promotes_from: Option<Node> = "promotesFrom",
        /// The domain of its ingresses.
        domain: Option<Node> = "domain",
        /// Labels of its namespaces.
        namespace_labels: Named<Node> = "namespaceLabels",
        /// Where it runs.
        cluster: Option<Cluster> = "cluster",
        /// Other clusters that apps may be synced to.
        clusters: Named<OtherCluster> = "clusters",
        /// Where the neighbours live.
        platform: Option<Platform> = "platform",
        /// What Argo CD is told: the project's settings, and the environment's own over them.
        argocd: Option<ArgocdSettings> = "argocd",
        /// What is asked of the checks here.
        lint: Option<Lint> = "lint",
    }
}

impl EnvironmentSpec {
    /// One that says nothing, in place of one that cannot be used.
    pub(super) fn empty() -> Self {
        Self {
            span: None,
            promotes_from: None,
            domain: None,
            namespace_labels: Vec::new(),
            cluster: None,
            clusters: Vec::new(),
            platform: None,
            argocd: None,
            lint: None,
        }
    }
}

spec_struct! {
    /// A cluster: one of `server`, `name`.
    Cluster {
        /// The API server's URL.
        server: Option<Node> = "server",
        /// The name in Argo CD.
        name: Option<Node> = "name",
        /// Kubernetes' minor version.
        kube_version: Option<Node> = "kubeVersion",
        /// API groups and versions beside Kubernetes' own.
        apis: Vec<Node> = "apis",
    }
}

spec_struct! {
    /// Another cluster that apps may be synced to: one of `server`, `name`.
    OtherCluster {
        /// The API server's URL.
        server: Option<Node> = "server",
        /// The name in Argo CD.
        name: Option<Node> = "name",
    }
}

spec_struct! {
    /// Where the neighbours live.
    Platform {
        /// The ingress controller's pods.
        ingress: Option<Peer> = "ingress",
        /// The pods that the Gateways' requests come from.
        gateway: Option<Peer> = "gateway",
        /// The scrapers' pods.
        monitoring: Option<Peer> = "monitoring",
        /// The name servers' pods.
        dns: Option<Peer> = "dns",
    }
}

spec_struct! {
    /// Pods of the platform.
    Peer {
        /// Their namespace.
        namespace: Node = "namespace",
        /// Their labels.
        pod_labels: Named<Node> = "podLabels",
    }
}

spec_struct! {
    /// The repository's settings.
    Project {
        /// The version that writes the golden files.
        karat: Option<Node> = "karat",
        /// Kubernetes' minor version where an environment names none.
        kube_version: Option<Node> = "kubeVersion",
        /// `error` or `warning`.
        fail_on: Option<Node> = "failOn",
        /// What is asked of the checks.
        lint: Option<Lint> = "lint",
    }
}

spec_struct! {
    /// What is asked of the checks.
    Lint {
        /// `privileged`, `baseline` or `restricted`.
        pss: Option<Node> = "pss",
        /// Rules that are off unless asked for.
        enable: Vec<Node> = "enable",
        /// Severities by code.
        severity: Named<Node> = "severity",
        /// Labels of every object.
        required_labels: Vec<Node> = "requiredLabels",
        /// Annotations of every object.
        required_annotations: Vec<Node> = "requiredAnnotations",
        /// What references of images start with.
        registries: Vec<Node> = "registries",
        /// Findings to live with.
        ignore: Vec<Node> = "ignore",
    }
}
