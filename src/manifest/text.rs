//! The texts of an object in which people leave credentials.

use super::{
    Manifest, Pod,
    credential::{credential_in, is_credential, named_in_lines},
};
use crate::node::{Node, Value};

/// A text of an object.
#[derive(Clone, Copy, Debug)]
pub struct Text<'a> {
    /// What it is to the object.
    pub place: Place,
    /// What it goes by; the flag before it, for an argument; empty if there is nothing.
    pub name: &'a str,
    /// Where it stands.
    pub node: &'a Node,
    content: &'a str,
}

/// What a text is to its object.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// An environment variable of a container.
    Variable,
    /// An argument of a container, or a part of its command.
    Argument,
    /// An entry of a ConfigMap.
    Entry,
    /// An annotation of an object or of its pods.
    Annotation,
    /// A field of an object that Kubernetes itself does not know.
    Field,
}

impl<'a> Text<'a> {
    /// The name by which it, or a line of it, is a credential.
    pub fn name_of_credential(&self) -> Option<&'a str> {
        let by_name = || is_credential(self.name, self.content).then_some(self.name);
        match self.place {
            Place::Entry if is_code(self.name) => None,
            Place::Argument | Place::Entry if self.content.contains('\n') => named_in_lines(self.content),
            Place::Variable | Place::Entry => by_name(),
            Place::Argument => assigned(self.content).or_else(by_name),
            Place::Annotation | Place::Field => None,
        }
    }

    /// What kind of credential it holds, by its shape.
    pub fn credential(&self) -> Option<&'static str> {
        credential_in(self.content)
    }
}

/// The name of a credential in `--name=value`, `-Dname=value` or `NAME=value`.
fn assigned(argument: &str) -> Option<&str> {
    let (name, value) = argument.split_once('=')?;
    let name = name.strip_prefix("-D").unwrap_or(name).trim_start_matches('-');
    is_credential(name, value).then_some(name)
}

/// Whether a file is a program or a page, where `password = password` is no credential.
fn is_code(file: &str) -> bool {
    let Some((_, ending)) = file.rsplit_once('.') else { return false };
    matches!(ending, "go" | "html" | "js" | "lua" | "md" | "php" | "py" | "rb" | "sql" | "tmpl" | "tpl" | "ts")
}

impl Manifest {
    /// Visits the texts of the object: variables and arguments of its containers, entries of a ConfigMap, annotations,
    /// and all fields of custom resources.
    pub fn each_text<'a>(&'a self, visit: &mut impl FnMut(Text<'a>)) {
        annotations(self.object.at("/metadata/annotations"), visit);
        if let Some(pod) = Pod::of(self) {
            pods(pod, visit);
        } else if self.kind() == "ConfigMap" {
            entries(self.object.get("data"), Place::Entry, visit);
        } else if self.is_custom() && self.kind() != "SealedSecret" {
            fields(self.object.get("spec"), visit);
        }
    }

    /// Whether its kind is not one of Kubernetes' own.
    fn is_custom(&self) -> bool {
        let group = &self.id.gvk.group;
        group.contains('.') && !group.ends_with(".k8s.io")
    }
}

fn pods<'a>(pod: Pod<'a>, visit: &mut impl FnMut(Text<'a>)) {
    if !pod.pointer.is_empty() {
        annotations(pod.at("/metadata/annotations"), visit);
    }
    for container in pod.all_containers() {
        for variable in container.list("/env") {
            let name = variable.get("name").and_then(Node::as_str).unwrap_or_default();
            emit(Place::Variable, name, variable.get("value"), visit);
        }
        for list in ["/command", "/args"] {
            let mut flag = "";
            for argument in container.list(list) {
                emit(Place::Argument, flag, Some(argument), visit);
                flag = argument.as_str().filter(|text| is_flag(text)).map_or("", |text| text.trim_start_matches('-'));
            }
        }
    }
}

/// Whether an argument announces the next one: `--password`.
fn is_flag(argument: &str) -> bool {
    argument.starts_with('-') && !argument.contains('=')
}

fn annotations<'a>(map: Option<&'a Node>, visit: &mut impl FnMut(Text<'a>)) {
    entries(map, Place::Annotation, visit);
}

fn entries<'a>(map: Option<&'a Node>, place: Place, visit: &mut impl FnMut(Text<'a>)) {
    for (key, value) in map.map_or(&[][..], Node::entries) {
        emit(place, key.as_str(), Some(value), visit);
    }
}

fn fields<'a>(node: Option<&'a Node>, visit: &mut impl FnMut(Text<'a>)) {
    match node.map(|node| &node.value) {
        Some(Value::Map(map)) => map.entries().iter().for_each(|(_, value)| fields(Some(value), visit)),
        Some(Value::List(items)) => items.iter().for_each(|item| fields(Some(item), visit)),
        Some(_) => emit(Place::Field, "", node, visit),
        None => {}
    }
}

fn emit<'a>(place: Place, name: &'a str, node: Option<&'a Node>, visit: &mut impl FnMut(Text<'a>)) {
    if let Some((node, content)) = node.and_then(|node| Some((node, node.as_str()?))) {
        visit(Text { place, name, node, content });
    }
}
