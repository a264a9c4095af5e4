//! Containers: of a workload's pods, before them, beside them, and of jobs.

use super::{
    env,
    findings::{misplace, missing, place},
    probe::probe,
    volumes::Volumes,
};
use crate::{
    diagnostic::Diagnostic,
    model::{App, Container, ContainerPort, Image, Named, Resources},
    node::{Key, Node, object},
};

/// What a container is to its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Role {
    /// It does the work.
    Main,
    /// It runs to its end before.
    Init,
    /// It starts before and runs beside: an init container that is always restarted.
    Sidecar,
}

/// Containers of one role, in the order of the spec.
pub(super) fn containers(
    role: Role,
    containers: &Named<Container>,
    volumes: &mut Volumes<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Node> {
    containers.iter().map(|(name, own)| container(role, name, own, volumes, diagnostics)).collect()
}

/// One container.
pub(super) fn container(
    role: Role,
    name: &Key,
    container: &Container,
    volumes: &mut Volumes<'_>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    if role == Role::Init {
        report_misplaced(container, diagnostics);
    }
    let probes = container.probes.as_ref().filter(|_| role != Role::Init);
    let mut probe = |of: Option<&_>| probe(name, container, of, diagnostics);
    let startup = probe(probes.and_then(|probes| probes.startup.as_ref()));
    let readiness = probe(probes.and_then(|probes| probes.readiness.as_ref()));
    let liveness = probe(probes.and_then(|probes| probes.liveness.as_ref()));
    object! {
        "name": name,
        "image": image(volumes.app, name, container, diagnostics),
        "imagePullPolicy": pull_policy(volumes.app, container),
        "restartPolicy": (role == Role::Sidecar).then_some("Always"),
        "command": non_empty(container.command.as_ref()),
        "args": non_empty(container.args.as_ref()),
        "workingDir": &container.working_dir,
        "env": env::env(volumes.app, &container.env, diagnostics),
        "envFrom": env::env_from(volumes.app, &container.env_from),
        "ports": ports(&container.ports),
        "startupProbe": startup,
        "readinessProbe": readiness,
        "livenessProbe": liveness,
        "resources": container.resources.as_ref().map(resources),
        "volumeMounts": volumes.mounts(&container.mounts, diagnostics),
        "securityContext": &container.security_context,
        "lifecycle": container.lifecycle.as_ref().filter(|_| role != Role::Init),
    }
}

/// The reference of its image: its own parts over the app's.
fn image(app: &App, name: &Key, container: &Container, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let reference = merged_image(app, container).and_then(|image| image.reference());
    if reference.is_none() {
        let message = format!("the container `{}` has no image", name.text);
        diagnostics.push(missing(name, message, "add `image` with a repository here, or to the app"));
    }
    reference
}

fn pull_policy(app: &App, container: &Container) -> Option<Node> {
    merged_image(app, container)?.pull_policy
}

fn merged_image(app: &App, container: &Container) -> Option<Image> {
    match (&container.image, &app.spec.image) {
        (Some(own), Some(app)) => Some(own.over(app)),
        (own, app) => own.as_ref().or(app.as_ref()).cloned(),
    }
}

fn ports(ports: &Named<ContainerPort>) -> Option<Vec<Node>> {
    let port = |(name, port): &(Key, ContainerPort)| {
        object! { "name": name, "containerPort": &port.port, "protocol": &port.protocol }
    };
    (!ports.is_empty()).then(|| ports.iter().map(port).collect())
}

fn resources(resources: &Resources) -> Node {
    object! { "requests": &resources.requests, "limits": &resources.limits }
}

/// An empty list means the same as none, and the API server leaves it out.
pub(super) fn non_empty(list: Option<&Node>) -> Option<&Node> {
    list.filter(|list| !list.items().is_empty())
}

/// What Kubernetes refuses in an init container, which is neither asked for its health nor sent traffic.
fn report_misplaced(container: &Container, diagnostics: &mut Vec<Diagnostic>) {
    let probes = container.probes.as_ref().and_then(|probes| probes.span);
    let lifecycle = place(container.lifecycle.as_ref());
    let help = "take it out, or make it a container of `sidecars`";
    misplace(&[("probes", probes), ("lifecycle", lifecycle)], "an init container", help, diagnostics);
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    const SPEC: &str = "/spec/template/spec";

    #[test]
    fn roles() {
        let rendered = rendered(
            "image: { repository: shop/web, tag: '1.2', pullPolicy: Always }
init: { migrate: { args: [migrate] } }
sidecars: { proxy: { image: envoy:1.30 } }
containers: { app: { image: { tag: '1.3' }, command: [], resources: { requests: { cpu: 50m } } } }",
        );
        let at = |path: &str| rendered.json("Deployment", &format!("{SPEC}{path}"));
        assert_eq!(at("/initContainers/0/name"), "\"proxy\"");
        assert_eq!(at("/initContainers/0/restartPolicy"), "\"Always\"");
        assert_eq!(at("/initContainers/0/image"), "\"envoy:1.30\"");
        assert_eq!(at("/initContainers/1/image"), "\"shop/web:1.2\"");
        assert_eq!(at("/initContainers/1/restartPolicy"), "nothing");
        assert_eq!(at("/containers/0/image"), "\"shop/web:1.3\"");
        assert_eq!(at("/containers/0/imagePullPolicy"), "\"Always\"");
        assert_eq!(at("/containers/0/command"), "nothing");
        assert_eq!(rendered.cause("Deployment", &format!("{SPEC}/containers/0/image")), "'1.3'");
        assert_eq!(rendered.cause("Deployment", &format!("{SPEC}/containers/0/resources/requests/cpu")), "50m");
        assert_eq!(rendered.findings(), [""; 0]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let rendered = rendered(
            "init: { migrate: { image: web:1, probes: { liveness: { tcp: 80 } } } }
containers: { app: { ports: { http: { port: 80, protocol: UDP } } } }",
        );
        assert_eq!(
            rendered.findings(),
            [
                "REN002 { liveness: { tcp: 80 } }: `probes` has no place in an init container",
                "SPC013 app: the container `app` has no image",
            ]
        );
        let ports = rendered.json("Deployment", &format!("{SPEC}/containers/0/ports"));
        assert_eq!(ports, r#"[{"containerPort":80,"name":"http","protocol":"UDP"}]"#);
    }
}
