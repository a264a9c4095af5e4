//! `PSS`: what the Pod Security Standards ask of pods, as the admission of each version of Kubernetes reads them
//! (<https://kubernetes.io/docs/concepts/security/pod-security-standards/>). `PSS0` is the level `baseline`, `PSS1` the
//! level `restricted`, `PSS2` what chooses between them.
//!
//! A finding is about the line that is wrong, so that a pod may have several of one rule; the admission has one verdict.

mod capability;
mod host;
mod mount;
mod namespace;
mod privilege;
mod probe;
mod profile;
mod seccomp;
mod sysctl;
mod user;
mod volume;

use super::{Check, Findings, Rule, declare_rule};
use crate::{
    lint::Finding,
    manifest::{Container, Pod},
    node::Node,
};

pub(super) static RULES: &[&Rule] = &[
    &profile::APP_ARMOR,
    &capability::FOREIGN_CAPABILITY,
    &host::HOST_NAMESPACE,
    &volume::HOST_PATH,
    &host::HOST_PORT,
    &probe::PROBE_OF_HOST,
    &privilege::PRIVILEGED,
    &mount::BARE_PROC,
    &profile::SE_LINUX,
    &seccomp::NO_SECCOMP,
    &sysctl::UNSAFE_SYSCTL,
    &host::HOST_PROCESS,
    &privilege::ESCALATION,
    &capability::KEPT_CAPABILITY,
    &mount::BARE_PROC_OF_USERS,
    &volume::OTHER_VOLUME,
    &user::MAY_BE_ROOT,
    &user::IS_ROOT,
    &seccomp::UNSET_SECCOMP,
    &namespace::UNKNOWN_STANDARD,
];

/// The security context of a pod, or of one of its containers.
#[derive(Clone, Copy)]
struct Context<'a> {
    pod: Pod<'a>,
    container: Option<Container<'a>>,
    /// Nothing where it is not set.
    node: Option<&'a Node>,
}

/// That of a pod, and those of all its containers.
fn contexts(pod: Pod<'_>) -> impl Iterator<Item = Context<'_>> {
    let own = Context { pod, container: None, node: pod.at("/spec/securityContext") };
    std::iter::once(own).chain(pod.all_containers().map(Context::of))
}

impl<'a> Context<'a> {
    fn of(container: Container<'a>) -> Self {
        Self { pod: container.pod, container: Some(container), node: container.at("/securityContext") }
    }

    /// The value at a JSON pointer inside of it; null is no value.
    fn at(self, inside: &str) -> Option<&'a Node> {
        self.node?.at(inside).filter(|node| !node.is_null())
    }

    /// A pointer from the root of the object.
    fn pointer_to(self, inside: &str) -> String {
        match self.container {
            Some(container) => container.pointer_to(&format!("/securityContext{inside}")),
            None => self.pod.pointer_to(&format!("/spec/securityContext{inside}")),
        }
    }

    /// Adds a finding about a field of it. The message says what its pod or container does.
    fn add<'f>(self, findings: &'f mut Findings<'_>, inside: &str, does: &str) -> Finding<'f> {
        let who = self.container.map_or("the pod".to_owned(), |container| format!("container `{}`", container.name()));
        findings.add(self.pod.manifest, self.pointer_to(inside), format!("{who} {does}"))
    }
}

/// Whether the pod says that it is for Windows, where much of a security context does not exist.
fn is_windows(pod: Pod<'_>) -> bool {
    pod.at("/spec/os/name").and_then(Node::as_str) == Some("windows")
}

/// Whether the users of the pod are not those of the node.
fn has_own_users(pod: Pod<'_>) -> bool {
    pod.at("/spec/hostUsers").and_then(Node::as_bool) == Some(false)
}
