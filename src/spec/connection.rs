//! What an app calls.

use smol_str::SmolStr;

use crate::node::{Key, Node};

/// A connection of an app, with the one who is called looked up.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The name it has in the spec.
    pub name: Key,
    /// The host name that callers use.
    pub host: SmolStr,
    /// The port that callers use.
    pub port: Node,
    /// `scheme://host:port`.
    pub url: SmolStr,
    /// Who is called.
    pub peer: Peer,
}

/// Who is called.
#[derive(Clone, Debug)]
pub enum Peer {
    /// An app of the same environment.
    App {
        /// Its name.
        name: SmolStr,
        /// Its namespace.
        namespace: SmolStr,
        /// The number of the container's port.
        target: Node,
        /// The port's protocol; TCP when left out.
        protocol: Option<Node>,
    },
    /// Another service of the cluster.
    Service {
        /// Its namespace.
        namespace: SmolStr,
    },
    /// A host outside of the cluster.
    Outside {
        /// Where it is, if that is known.
        cidr: Option<Node>,
    },
}
