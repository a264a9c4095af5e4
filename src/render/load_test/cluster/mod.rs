//! What runs a load test in the cluster after each sync: a Job, and what its pods need.
//!
//! The Job is a `PostSync` hook, made anew each time. All else is there before: objects of the phase `Sync`, which Argo CD
//! shows and compares as it does the rest of the app.

mod access;
mod arguments;
mod config_map;
mod deadline;
mod edge;
mod job;
mod network_policy;
mod pod;
mod service;

pub(in crate::render) use access::{ROLE, ROLE_BINDING, SERVICE_ACCOUNT};
pub(in crate::render) use config_map::KIND as CONFIG_MAP;
pub(in crate::render) use edge::{Callee, callees};
pub(in crate::render) use job::KIND as JOB;
pub(in crate::render) use network_policy::KIND as NETWORK_POLICY;
pub(in crate::render) use service::KIND as SERVICE;

use smol_str::format_smolstr;

use crate::{
    model::{App, LoadJob, LoadTest},
    node::{Key, Node},
    render::{labels, names},
    source::Span,
};

/// What the objects, and the job as a label of its pods, are called behind the app's name.
const PART: &str = "loadtest";

/// The longest name of the Job: its pods' host names have the number of the worker, too.
const LONGEST: usize = 57;

/// Where worker 0 listens.
const MEETING_PORT: i64 = 7900;

/// A load test that runs in the cluster.
pub(in crate::render) struct InCluster<'a> {
    app: &'a App,
    test: &'a LoadTest,
    job: Option<&'a LoadJob>,
}

impl<'a> InCluster<'a> {
    /// The app's load test, unless it has none or is run by hand alone.
    pub(in crate::render) fn of(app: &'a App) -> Option<Self> {
        let test = app.spec.loadtest.as_ref()?;
        let job = test.job.as_ref();
        let enabled = job.and_then(|job| job.enabled.as_ref()).and_then(Node::as_bool).unwrap_or(true);
        (enabled && !test.targets.is_empty()).then_some(Self { app, test, job })
    }

    /// What calls for all of it: whoever wants nothing asked takes the targets out. A section as a whole has no history
    /// that `karat explain` could tell; a name in it has.
    pub(in crate::render) fn cause(&self) -> Option<Span> {
        self.test.targets.first().and_then(|(name, _)| name.span).or(self.test.span)
    }

    /// A value that the section of the spec causes.
    fn node(&self, value: impl Into<Node>) -> Node {
        value.into().caused_by(self.cause())
    }

    /// The name of all of its objects.
    fn name(&self) -> Node {
        self.node(names::cut(&format_smolstr!("{}-{PART}", self.app.name.text), LONGEST))
    }

    /// The ConfigMap that is left of a run.
    fn report_name(&self) -> Node {
        self.node(format_smolstr!("{}-report", self.name().as_str().unwrap_or_default()))
    }

    /// Its name among the app's jobs.
    fn key(&self) -> Key {
        Key::new(PART, self.cause())
    }

    /// What selects its pods.
    pub(in crate::render) fn selector(&self) -> Node {
        let mut selector = labels::pods(&self.app.name);
        if let Some(map) = selector.as_map_mut() {
            map.push("karat.dev/job", self.node(PART));
        }
        selector
    }

    /// How many pods share the test, where it is more than one.
    fn workers(&self) -> Option<&Node> {
        self.test.workers.as_ref().filter(|workers| workers.as_int() > Some(1))
    }

    /// What asks for a ConfigMap that outlives the pod.
    fn report(&self) -> Option<&Node> {
        self.job?.report.as_ref().filter(|report| report.as_str() == Some("configMap"))
    }

    /// What asks for replicas that only the Kubernetes API knows: Prometheus knows them, too.
    fn replicas(&self) -> Option<&Node> {
        self.test.replicas.as_ref().filter(|own| own.as_bool() == Some(true) && self.test.prometheus.is_none())
    }

    /// What needs the Kubernetes API.
    fn needs_api(&self) -> Option<&Node> {
        self.report().or(self.replicas())
    }
}

#[cfg(test)]
mod tests;
