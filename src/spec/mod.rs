//! Which files make up an environment; their layers, references and provenance.

mod connection;

pub use connection::{Connection, Peer};
