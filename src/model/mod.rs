//! The merged spec, typed.
//!
//! Each struct mirrors one object of the grammar; leaves stay [`Node`]s, so that what is rendered from them still knows
//! its line. What a struct needs and the spec lacks is reported here, once.

mod app;
mod argocd;
mod container;
mod decode;
mod environment;
mod image;
mod ingress;
mod jobs;
mod load;
mod load_test;
#[cfg(test)]
mod mirror;
mod network;
mod scaling;
mod storage;
mod workload;

pub use app::{Access, App, AppSpec, Binding, Metadata, Patch, Rule, Subject, Target};
pub use argocd::{
    Argocd, ArgocdSettings, IgnoredDifference, NamespaceMetadata, Orphan, Orphaned, ProjectSettings, Retry,
    SetSettings, Sync, SyncWindow,
};
pub use container::{Container, ContainerPort, EnvFrom, EnvVar, Mount, Probe, Probes, Resources};
pub use decode::{Decode, Named};
pub use environment::{CallingApp, Cluster, Environment, EnvironmentSpec, Lint, OtherCluster, Peer, Platform, Project};
pub use image::Image;
pub use ingress::{Backend, Gateway, Ingress, IngressPath, Provider, Redirect, Rewrite, Timeouts, Tls, ValueMatch};
pub use jobs::{History, Job, Request};
pub use load::{DEFAULT_KUBE_VERSION, LoadOptions, Loaded, app_names, load, load_project};
pub use load_test::{
    Authorities, DRAIN, HeaderValue, Identity, LoadExpect, LoadJob, LoadStage, LoadTarget, LoadTest, LoadTrust,
    Prometheus, Reuse, USUAL_CONNECT_TIMEOUT, USUAL_CONNECTIONS, USUAL_DURATION, USUAL_TIMEOUT,
};
pub use network::{Allow, Caller, Network, Service, ServicePort};
pub use scaling::{
    Authentication, Autoscaling, Behavior, Direction, Disruption, Fallback, Metric, Parameter, PodIdentity, Policy,
    Trigger,
};
pub use storage::{Claim, Config, ConfigFile, EmptyDir, ExternalSecret, Secret, Volume};
pub use workload::{Controller, Dns, Pod, ServiceAccount, Spread, Strategy, Workload};
