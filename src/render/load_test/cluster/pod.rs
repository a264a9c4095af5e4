//! The pods of a load test.

use smol_str::format_smolstr;

use super::{InCluster, MEETING_PORT, arguments::DIRECTORY, service::PORT};
use crate::{
    model::{Image, Resources},
    node::{Map, Node, object},
    render::{
        Context, labels,
        load_test::{Document, Holder, document},
        pod,
    },
};

/// The image of this program.
const REPOSITORY: &str = "ghcr.io/karat-dev/karat";

/// What one thread needs that sends some thousand requests a second.
const CPU: &str = "500m";
const MEMORY: (&str, &str) = ("64Mi", "256Mi");

impl InCluster<'_> {
    /// They have the place of the app's pods (nodes, tolerations, priority, name lookup, registries), and an identity and
    /// a security context of their own: the strictest that the Pod Security Standards know.
    pub(super) fn template(&self, context: &Context<'_>) -> Node {
        let document = document(self.app, &mut Vec::new());
        let mut spec = pod::shared(self.app);
        for own in ["serviceAccountName", "automountServiceAccountToken", "securityContext", "hostNetwork"] {
            spec.remove(own);
        }
        spec.extend(pod::entries(object! {
            "serviceAccountName": self.name(),
            "automountServiceAccountToken": self.token(),
            "securityContext": object! {
                "runAsNonRoot": self.node(true),
                "seccompProfile": object! { "type": self.node("RuntimeDefault") },
            },
            "subdomain": self.workers().map(|_| self.name()),
            "topologySpreadConstraints": self.workers().map(|_| vec![self.spread()]),
            "restartPolicy": self.node("Never"),
            "containers": vec![self.container(document.as_ref())],
            "volumes": self.volumes(document.as_ref()),
        }));
        let metadata = object! {
            "labels": labels::job_labels(context, &self.key()),
            "annotations": labels::annotations(context, &[]),
        };
        object! { "metadata": metadata, "spec": spec }
    }

    fn token(&self) -> Node {
        self.needs_api().map_or_else(|| self.node(false), |cause| Node::new(true, cause.span))
    }

    /// Workers on one node would take its CPU and its network from each other.
    fn spread(&self) -> Node {
        object! {
            "topologyKey": self.node("kubernetes.io/hostname"),
            "maxSkew": self.node(1),
            "whenUnsatisfiable": self.node("ScheduleAnyway"),
            "labelSelector": object! { "matchLabels": self.selector() },
        }
    }

    fn container(&self, document: Option<&Document>) -> Node {
        let ports = object! { "name": self.node(PORT), "containerPort": self.node(MEETING_PORT) };
        let image = self.image();
        object! {
            "name": self.node(super::PART),
            "image": image.reference(),
            "imagePullPolicy": image.pull_policy,
            "args": self.arguments(),
            "env": document.and_then(variables),
            "ports": self.workers().map(|_| vec![ports]),
            "resources": self.resources(),
            "terminationMessagePolicy": self.node("FallbackToLogsOnError"),
            "volumeMounts": self.mounts(document),
            "securityContext": object! {
                "allowPrivilegeEscalation": self.node(false),
                "readOnlyRootFilesystem": self.node(true),
                "capabilities": object! { "drop": vec![self.node("ALL")] },
            },
        }
    }

    /// The image of the version that renders, which knows each field of the document. A mirror has it, too.
    fn image(&self) -> Image {
        let own = self.job.and_then(|job| job.image.as_ref());
        let part = |of: fn(&Image) -> &Option<Node>| own.and_then(|own| of(own).clone());
        let repository = part(|own| &own.repository);
        let (tag, digest) = (part(|own| &own.tag), part(|own| &own.digest));
        let has_release = tag.is_some() || digest.is_some() || repository.as_ref().is_some_and(names_release);
        let of_app = self.app.spec.image.as_ref().and_then(|image| image.pull_policy.clone());
        Image {
            span: None,
            repository: repository.or_else(|| Some(self.node(REPOSITORY))),
            tag: if has_release { tag } else { Some(self.node(env!("CARGO_PKG_VERSION"))) },
            digest,
            pull_policy: part(|own| &own.pull_policy).or(of_app),
        }
    }

    /// Whole CPUs, one more than threads: within them, no thread ever waits for its quota. A limit of a part of a CPU stops
    /// the generator for the rest of each tenth of a second, and makes the run inconclusive.
    fn resources(&self) -> Node {
        let own = self.job.and_then(|job| job.resources.as_ref());
        let own = |of: fn(&Resources) -> &Option<Node>| own.and_then(|own| of(own).clone());
        let threads = self.test.threads.as_ref();
        let cpus = threads.and_then(Node::as_int).unwrap_or(1).max(1).saturating_add(1).to_string();
        let cpus = Node::new(cpus, threads.map_or(self.cause(), |threads| threads.span));
        let requests = object! { "cpu": self.node(CPU), "memory": self.node(MEMORY.0) };
        let limits = object! { "cpu": cpus, "memory": self.node(MEMORY.1) };
        object! {
            "requests": over(own(|own| &own.requests), requests),
            "limits": over(own(|own| &own.limits), limits),
        }
    }

    fn mounts(&self, document: Option<&Document>) -> Vec<Node> {
        let mount = |name: Node, path: Node| object! { "name": name, "mountPath": path, "readOnly": self.node(true) };
        let others = document.into_iter().flat_map(|document| &document.mounts);
        let others = others.map(|other| mount(volume_name(other.directory, &other.holder), self.node(other.directory)));
        std::iter::once(mount(self.node(super::PART), self.node(DIRECTORY))).chain(others).collect()
    }

    fn volumes(&self, document: Option<&Document>) -> Vec<Node> {
        let own = object! { "name": self.node(super::PART), "configMap": object! { "name": self.name() } };
        let others = document.into_iter().flat_map(|document| &document.mounts);
        let others = others.map(|other| {
            let name = volume_name(other.directory, &other.holder);
            match &other.holder {
                Holder::Config(config) => object! { "name": name, "configMap": object! { "name": config } },
                Holder::Secret(secret) => object! { "name": name, "secret": object! { "secretName": secret } },
            }
        });
        std::iter::once(own).chain(others).collect()
    }
}

/// Whether a repository is a whole reference: `mirror.example/karat:0.1.0`.
fn names_release(repository: &Node) -> bool {
    let last = repository.as_str().and_then(|text| text.rsplit('/').next());
    last.is_some_and(|last| last.contains([':', '@']))
}

/// The last part of the directory's path: two mounts never share it.
fn volume_name(directory: &str, holder: &Holder) -> Node {
    let (Holder::Config(source) | Holder::Secret(source)) = holder;
    Node::new(directory.rsplit('/').next().unwrap_or_default(), source.span)
}

fn variables(document: &Document) -> Option<Vec<Node>> {
    let variable = |variable: &crate::render::load_test::Variable| {
        let source = object! { "name": &variable.secret, "key": &variable.key };
        let name = Node::new(format_smolstr!("{}", variable.name), variable.secret.span);
        object! { "name": name, "valueFrom": object! { "secretKeyRef": source } }
    };
    (!document.variables.is_empty()).then(|| document.variables.iter().map(variable).collect())
}

/// The entries of a spec over the ready-made ones. What it sets to null is left out.
fn over(own: Option<Node>, ready: Node) -> Node {
    let Some(own) = own else { return ready };
    let span = own.any_span();
    let mut map = Map::new();
    labels::add(&mut map, ready.entries());
    labels::add(&mut map, own.entries());
    Node::new(map, span)
}
