//! One app of one environment.

use super::{
    Named,
    argocd::Argocd,
    container::Container,
    decode::spec_struct,
    image::Image,
    ingress::Ingress,
    jobs::Job,
    load_test::LoadTest,
    network::{Network, Service},
    scaling::{Autoscaling, Disruption},
    storage::{Config, Secret, Volume},
    workload::{Controller, Pod, Workload},
};
use crate::{
    node::{Key, Node},
    spec::Connection,
};

/// One app of one environment.
#[derive(Clone, Debug)]
pub struct App {
    /// Its name, as its directory has it; the place is that of `metadata.name`.
    pub name: Key,
    /// Its namespace; the place is that of the environment's rule.
    pub namespace: Node,
    /// What it calls.
    pub connections: Vec<Connection>,
    /// Its spec.
    pub spec: AppSpec,
    /// Whether its spec is free of errors. One that is not lacks fields, so what is rendered from it is judged by
    /// nobody.
    pub sound: bool,
}

impl App {
    /// Whether the app has pods of its own. One may consist of `extra` alone; an environment's layers then do not make
    /// it a workload.
    pub fn runs(&self) -> bool {
        !self.spec.containers.is_empty()
    }

    /// What keeps its pods running, if it has any; a Deployment where the spec does not say.
    pub fn controller(&self) -> Option<Controller> {
        let controller = self.spec.workload.as_ref().map_or(Controller::Deployment, Workload::controller);
        self.runs().then_some(controller)
    }

    /// Its load test, if it has targets. What an environment says of all load tests does not make it one.
    pub fn load_test(&self) -> Option<&LoadTest> {
        self.spec.loadtest.as_ref().filter(|test| !test.targets.is_empty())
    }

    /// Who owns it.
    pub fn team(&self) -> Option<&Node> {
        self.spec.metadata.as_ref()?.team.as_ref()
    }

    /// The labels that its metadata give to all of its objects.
    pub fn labels(&self) -> &[(Key, Node)] {
        self.spec.metadata.as_ref().map_or(&[], |metadata| &metadata.labels)
    }

    /// The annotations that its metadata give to all of its objects.
    pub fn annotations(&self) -> &[(Key, Node)] {
        self.spec.metadata.as_ref().map_or(&[], |metadata| &metadata.annotations)
    }

    /// What its pods' containers share.
    pub fn pod(&self) -> Option<&Pod> {
        self.spec.workload.as_ref()?.pod.as_ref()
    }

    /// The autoscaler that owns the number of pods, if one is on. A DaemonSet has none: its nodes are counted.
    pub fn autoscaler(&self) -> Option<&Autoscaling> {
        let scales = matches!(self.controller(), Some(Controller::Deployment | Controller::StatefulSet));
        self.spec.autoscaling.as_ref().filter(|autoscaling| scales && autoscaling.is_on())
    }
}

spec_struct! {
    /// The merged spec of an app, references filled in.
    AppSpec {
        /// Its name, team, labels and annotations.
        metadata: Option<Metadata> = "metadata",
        /// The image of every container that names no other.
        image: Option<Image> = "image",
        /// How its pods are run.
        workload: Option<Workload> = "workload",
        /// Containers by name.
        containers: Named<Container> = "containers",
        /// Init containers by name, in order.
        init: Named<Container> = "init",
        /// Sidecars by name.
        sidecars: Named<Container> = "sidecars",
        /// Volumes by name.
        volumes: Named<Volume> = "volumes",
        /// Services by name.
        services: Named<Service> = "service",
        /// Ingresses by name.
        ingresses: Named<Ingress> = "ingress",
        /// ConfigMaps by name.
        config: Named<Config> = "config",
        /// Secrets by name.
        secrets: Named<Secret> = "secrets",
        /// The autoscaler.
        autoscaling: Option<Autoscaling> = "autoscaling",
        /// The PodDisruptionBudget.
        disruption: Option<Disruption> = "disruption",
        /// NetworkPolicies.
        network: Option<Network> = "network",
        /// Jobs by name.
        jobs: Named<Job> = "jobs",
        /// The load test.
        loadtest: Option<LoadTest> = "loadtest",
        /// What its ServiceAccount may do.
        rbac: Option<Access> = "rbac",
        /// How Argo CD syncs it.
        argocd: Option<Argocd> = "argocd",
        /// Any other object by name.
        extra: Named<Node> = "extra",
        /// Changes to the rendered objects.
        patches: Named<Patch> = "patches",
    }
}

spec_struct! {
    /// What all of the app's objects carry.
    Metadata {
        /// The name.
        name: Node = "name",
        /// Who owns it.
        team: Option<Node> = "team",
        /// Labels of every object.
        labels: Named<Node> = "labels",
        /// Annotations of every object.
        annotations: Named<Node> = "annotations",
    }
}

spec_struct! {
    /// What the app's ServiceAccount may do.
    Access {
        /// Rules of a Role.
        rules: Named<Rule> = "rules",
        /// Rules of a ClusterRole.
        cluster_rules: Named<Rule> = "clusterRules",
        /// Roles that exist elsewhere.
        bindings: Named<Binding> = "bindings",
    }
}

spec_struct! {
    /// One rule of a role.
    Rule {
        /// The core group when left out.
        api_groups: Option<Node> = "apiGroups",
        /// Resources.
        resources: Node = "resources",
        /// Names of single objects.
        names: Option<Node> = "names",
        /// Verbs.
        verbs: Node = "verbs",
    }
}

spec_struct! {
    /// A role that exists elsewhere: one of `role`, `cluster_role`.
    Binding {
        /// A Role.
        role: Option<Node> = "role",
        /// A ClusterRole.
        cluster_role: Option<Node> = "clusterRole",
        /// Who gets it; the app's ServiceAccount when empty.
        subjects: Named<Subject> = "subjects",
    }
}

spec_struct! {
    /// Who gets a role.
    Subject {
        /// `User`, `Group` or `ServiceAccount`.
        kind: Node = "kind",
        /// The ServiceAccount's namespace.
        namespace: Option<Node> = "namespace",
    }
}

spec_struct! {
    /// A change to one rendered object: one of `merge`, `json`.
    Patch {
        /// The object.
        target: Option<Target> = "target",
        /// A JSON Merge Patch (RFC 7396).
        merge: Option<Node> = "merge",
        /// A JSON Patch (RFC 6902).
        json: Option<Node> = "json",
    }
}

spec_struct! {
    /// The object that a patch changes.
    Target {
        /// The API group.
        group: Option<Node> = "group",
        /// The kind.
        kind: Node = "kind",
        /// The name.
        name: Node = "name",
    }
}
