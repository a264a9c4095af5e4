//! One container of a pod.

use super::Pod;
use crate::node::Node;

/// A container of a pod, whatever its part in it. Pointers to its fields are made only where somebody asks for them.
#[derive(Clone, Copy, Debug)]
pub struct Container<'a> {
    /// The pod.
    pub pod: Pod<'a>,
    /// Its part in the pod.
    pub role: Role,
    /// Its place in the list of its kind.
    index: usize,
    /// Its fields.
    pub node: &'a Node,
}

/// The part that a container has in its pod.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Role {
    /// It runs before the others, and ends.
    Init,
    /// It starts before the others, and runs as long as they do: an init container that is always restarted.
    Sidecar,
    /// It is what the pod is for.
    App,
    /// It was put into a running pod.
    Ephemeral,
}

impl Role {
    /// The list of a pod's spec that such containers stand in.
    fn list(self) -> &'static str {
        match self {
            Self::Init | Self::Sidecar => "initContainers",
            Self::App => "containers",
            Self::Ephemeral => "ephemeralContainers",
        }
    }
}

impl<'a> Container<'a> {
    /// Its name; empty if it has none.
    pub fn name(self) -> &'a str {
        self.text("/name").unwrap_or_default()
    }

    /// The value at a JSON pointer inside of the container.
    pub fn at(self, inside: &str) -> Option<&'a Node> {
        self.node.at(inside)
    }

    /// The string at a JSON pointer inside of the container.
    pub fn text(self, inside: &str) -> Option<&'a str> {
        self.at(inside)?.as_str()
    }

    /// The items of a list of the container.
    pub fn list(self, inside: &str) -> &'a [Node] {
        self.at(inside).map_or(&[], Node::items)
    }

    /// A pointer from the root of the object, from one inside of the container.
    pub fn pointer_to(self, inside: &str) -> String {
        format!("{}/spec/{}/{}{inside}", self.pod.pointer, self.role.list(), self.index)
    }

    /// The items of a list of the container, with the pointers to them from the root of the object.
    pub fn items(self, inside: &str) -> impl Iterator<Item = (String, &'a Node)> {
        self.list(inside).iter().enumerate().map(move |(at, item)| (self.pointer_to(&format!("{inside}/{at}")), item))
    }

    /// Whether it runs as long as its pod does.
    pub fn is_running(self) -> bool {
        matches!(self.role, Role::App | Role::Sidecar)
    }
}

impl<'a> Pod<'a> {
    /// All containers of the template, those that run before the others first.
    pub fn containers(self) -> impl Iterator<Item = Container<'a>> {
        self.in_list(Role::Init).chain(self.in_list(Role::App))
    }

    /// Those, and the ones that were put into the running pod, which only a Pod has.
    pub fn all_containers(self) -> impl Iterator<Item = Container<'a>> {
        self.containers().chain(self.in_list(Role::Ephemeral))
    }

    /// The containers that run as long as the pod does: all but the init containers that end.
    pub fn running_containers(self) -> impl Iterator<Item = Container<'a>> {
        self.containers().filter(|container| container.is_running())
    }

    fn in_list(self, role: Role) -> impl Iterator<Item = Container<'a>> {
        let list = self.template.get("spec").and_then(|spec| spec.get(role.list())).map_or(&[][..], Node::items);
        list.iter().enumerate().map(move |(index, node)| {
            let always = node.get("restartPolicy").and_then(Node::as_str) == Some("Always");
            let role = if role == Role::Init && always { Role::Sidecar } else { role };
            Container { pod: self, role, index, node }
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        manifest::{Manifest, Owner},
        node::yaml,
        source::FileId,
    };

    #[test]
    fn roles_and_pointers() {
        let text = "kind: Deployment\nspec: {template: {spec: {\
                    initContainers: [{name: a}, {name: b, restartPolicy: Always}],\
                    containers: [{name: c, ports: [{containerPort: 80}]}],\
                    ephemeralContainers: [{name: d}]}}}\n";
        let root = yaml::read(FileId::from_index(0), text).documents.remove(0).root;
        let manifest = Manifest::new(Owner::Cluster, None, root);
        let pod = Pod::of(&manifest).unwrap();
        let all: Vec<_> = pod.all_containers().map(|container| (container.name(), container.role)).collect();
        let expected = [("a", Role::Init), ("b", Role::Sidecar), ("c", Role::App), ("d", Role::Ephemeral)];
        assert_eq!(all, expected);
        assert_eq!(pod.containers().count(), 3);
        let running: Vec<_> = pod.running_containers().map(|container| container.pointer_to("/name")).collect();
        assert_eq!(running, ["/spec/template/spec/initContainers/1/name", "/spec/template/spec/containers/0/name"]);
        let ports: Vec<_> = pod.containers().flat_map(|container| container.items("/ports")).collect();
        assert_eq!(ports[0].0, "/spec/template/spec/containers/0/ports/0");
    }
}
