//! Rendered objects, and the questions that rules ask of them.

mod canonical;
mod container;
mod credential;
mod definition;
mod limit_range;
mod maker;
mod namesake;
mod operated;
mod order;
mod pod;
mod reference;
mod scope;
mod secret;
mod selector;
mod set;
mod size;
mod text;

pub use container::{Container, Role};
pub use credential::is_stand_in;
pub use order::apply_rank;
pub use pod::Pod;
pub use reference::Reference;
pub use scope::is_cluster_scoped;
pub use secret::{holds_secrets, is_secret};
pub use selector::Selector;
pub use set::{ManifestSet, Promise};
pub use text::{Place, Text};

use std::sync::{Arc, OnceLock};

use smol_str::SmolStr;

use crate::{
    diagnostic::{Gvk, ResourceId, ResourceRef},
    node::Node,
};

/// A rendered object; its nodes still know the spec lines that they came from.
#[derive(Clone, Debug)]
pub struct Manifest {
    /// What tells it from every other one.
    pub id: Arc<ResourceId>,
    /// Which Application syncs it.
    pub owner: Owner,
    /// The app whose spec it was rendered from, if it is one app's.
    pub app: Option<SmolStr>,
    /// The object, keys in canonical order.
    pub object: Node,
    /// How large the object is, once somebody has asked.
    size: OnceLock<usize>,
}

/// Which Application syncs an object, and so in which directory of `golden/<env>/` it stands.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Owner {
    /// `_cluster`: what several apps share.
    Cluster,
    /// `_argocd`: the root Application, its projects and children.
    Argocd,
    /// The app of this name.
    App(SmolStr),
    /// Nobody knows: it was found in this directory, and what stands beside it there is taken to be synced with it.
    Directory(SmolStr),
}

impl Owner {
    /// The directory's name.
    pub fn directory(&self) -> &str {
        match self {
            Self::Cluster => "_cluster",
            Self::Argocd => "_argocd",
            Self::App(name) | Self::Directory(name) => name,
        }
    }

    /// Whether a directory of this name holds what is no single app's.
    pub fn is_shared(directory: &str) -> bool {
        [Self::Cluster, Self::Argocd].iter().any(|owner| owner.directory() == directory)
    }
}

impl Manifest {
    /// A manifest from a whole object, whose identity is read from it.
    ///
    /// Keys are brought into canonical order. An object without apiVersion, kind or name gets empty ones: the schema
    /// check says so.
    pub fn new(owner: Owner, app: Option<SmolStr>, mut object: Node) -> Self {
        canonical::order(&mut object);
        let text = |pointer: &str| object.at(pointer).and_then(Node::as_str).unwrap_or_default();
        let id = ResourceId {
            gvk: Gvk::new(text("/apiVersion"), text("/kind")),
            namespace: object.at("/metadata/namespace").and_then(Node::as_str).map(SmolStr::new),
            name: text("/metadata/name").into(),
        };
        Self { id: Arc::new(id), owner, app, object, size: OnceLock::new() }
    }

    /// The field at a JSON pointer, as a finding in an environment names it.
    pub fn field(&self, environment: &str, pointer: impl Into<String>) -> ResourceRef {
        let pointer = pointer.into();
        let path = self.object.path_to(&pointer);
        ResourceRef { environment: environment.into(), id: self.id.clone(), pointer, path }
    }

    /// The items of the list at a JSON pointer, with the pointers to them; none if there is no list.
    pub fn items(&self, pointer: &str) -> impl Iterator<Item = (String, &Node)> + use<'_> {
        let items = self.object.at(pointer).map_or(&[][..], Node::items);
        let pointer = pointer.to_owned();
        items.iter().enumerate().map(move |(at, item)| (format!("{pointer}/{at}"), item))
    }

    /// The kind, such as `Deployment`.
    pub fn kind(&self) -> &str {
        &self.id.gvk.kind
    }
}
