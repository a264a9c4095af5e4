//! A client of the Kubernetes API, as small as what a load test needs of it: to ask for an object now and then, and to
//! leave the result in a ConfigMap.
//!
//! | file | its one job |
//! |---|---|
//! | `access` | where the API server is, and as whom to ask it |
//! | `kubeconfig` | what the files of `kubectl` say of both |
//! | `field` | one field of such a file, or why it is none |
//! | `pod` | what a pod is given of both |
//! | `credential` | a token, wherever it is from |
//! | `program` | programs that give out credentials |
//! | `child` | a program that runs as long as somebody waits for it |
//! | `client` | a request, its answer, and what a refusal means |
//! | `config_map` | the result of a run, out of the pod that measured it |

mod access;
mod child;
mod client;
mod config_map;
mod credential;
mod field;
mod kubeconfig;
mod pod;
mod program;

pub use access::{Access, Where};
pub(super) use client::{Call, Client, Refusal};
pub use config_map::ConfigMap;
