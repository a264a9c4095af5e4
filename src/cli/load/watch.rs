//! What the cluster did meanwhile, as options: `--prometheus`, `--replicas`, and what is asked of whom.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use clap::Args;

use crate::{
    diagnostic::{Error, Result},
    load::{Access, Query, Series, Test, Watch, Where, Workload, default_queries, parse_time, replica_queries},
};

/// What is asked meanwhile.
#[derive(Args, Clone, Debug)]
pub(super) struct WatchArgs {
    /// Ask this Prometheus what the cluster does meanwhile
    #[arg(long, value_name = "URL")]
    prometheus: Option<String>,
    /// The workload that is loaded: its CPU, memory, network and pods are asked for
    #[arg(long, value_name = "NAMESPACE/[KIND/]NAME", value_parser = Workload::parse)]
    workload: Option<Workload>,
    /// Ask this, in PromQL, with a unit where it has one: `heap [bytes]=sum(…)`; may be given more than once
    #[arg(long = "query", value_name = "NAME=PROMQL", value_parser = query)]
    queries: Vec<Query>,
    /// Ask for the workload's replicas and its autoscaler's wish: Prometheus where one is named, otherwise the Kubernetes
    /// API
    #[arg(long)]
    replicas: bool,
    /// How often to ask; every 5s when left out
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    interval: Option<Duration>,
    /// Whether a document asks for no figures of the workload's pods.
    #[arg(skip)]
    spares_pods: bool,
}

/// How the Kubernetes API is reached.
#[derive(Args, Debug)]
pub(super) struct AccessArgs {
    /// The kubeconfig; as in kubectl, that of $KUBECONFIG or ~/.kube/config where none is named, and in a pod its own
    /// account
    #[arg(long, value_name = "FILE")]
    kubeconfig: Option<PathBuf>,
    /// The context of the kubeconfig, instead of the current one
    #[arg(long, value_name = "NAME")]
    context: Option<String>,
}

impl AccessArgs {
    /// The access that they lead to.
    pub(super) fn find(&self, directory: &Path) -> Result<Access> {
        let kubeconfig = self.kubeconfig.as_ref().map(|file| directory.join(file));
        Access::find(&Where { kubeconfig, context: self.context.clone() })
    }

    fn is_given(&self) -> bool {
        self.kubeconfig.is_some() || self.context.is_some()
    }
}

/// A watch that goes on beside the test.
pub(super) struct Watching {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Vec<Series>>>,
}

/// How often to ask where nobody says it.
const USUAL: Duration = Duration::from_secs(5);

impl WatchArgs {
    /// The same over what a document says.
    pub(super) fn over(&self, test: Option<&Test>) -> Self {
        let Some(test) = test else { return self.clone() };
        let workload = test.workload.clone().map(|(namespace, name)| Workload { namespace, kind: None, name });
        let is_asked = test.replicas || test.prometheus.is_some() || self.prometheus.is_some() || self.replicas;
        let written = test.prometheus.as_ref();
        let queries = written.map(|written| written.queries.as_slice()).unwrap_or_default();
        let other = |(name, _): &&Query| self.queries.iter().all(|(own, _)| own != name);
        Self {
            prometheus: self.prometheus.clone().or_else(|| written.map(|written| written.url.clone())),
            workload: self.workload.clone().or(workload.filter(|_| is_asked)),
            queries: queries.iter().filter(other).chain(&self.queries).cloned().collect(),
            replicas: self.replicas || test.replicas,
            interval: self.interval.or(written.and_then(|written| written.interval)),
            spares_pods: self.workload.is_none() && written.is_some_and(|written| !written.workload),
        }
    }

    /// What is to be asked.
    ///
    /// # Errors
    /// When it cannot be asked for: whatever may be otherwise a moment later is noted in the report instead.
    pub(super) fn watch(&self, access: &AccessArgs, directory: &Path) -> Result<Watch> {
        let interval = self.interval.unwrap_or(USUAL);
        let watch = Watch::every(interval);
        if interval.is_zero() {
            return Err(Error::new("`--interval` is 0").hint("ask every second at most: `--interval 1s`"));
        }
        let workload = self.workload.as_ref();
        if self.replicas && workload.is_none() {
            return Err(Error::new("whose replicas, nothing says").hint("name it: `--workload NAMESPACE/NAME`"));
        }
        if self.prometheus.is_none() && !self.queries.is_empty() {
            return Err(Error::new("nobody is there to ask the `--query`").hint("name one: `--prometheus URL`"));
        }
        let Some(url) = &self.prometheus else {
            let Some(workload) = workload else { return Ok(watch) };
            if !self.replicas {
                let error = Error::new("nobody is to be asked about the workload");
                return Err(
                    error.hint("name a Prometheus, `--prometheus URL`, or ask the Kubernetes API, `--replicas`")
                );
            }
            return ask_kubernetes(watch, workload, access, directory);
        };
        let asks_kubernetes = self.replicas && access.is_given();
        let pods = workload.filter(|_| !self.spares_pods);
        let mut queries: Vec<Query> = pods.map(default_queries).unwrap_or_default();
        if self.replicas && !asks_kubernetes {
            queries.extend(workload.into_iter().flat_map(replica_queries));
        }
        // One that somebody has asked for stands for the usual one of its name.
        queries.retain(|(name, _)| self.queries.iter().all(|(own, _)| own != name));
        queries.extend(self.queries.iter().cloned());
        if queries.is_empty() {
            let error = Error::new("there is nothing to ask Prometheus for");
            return Err(error.hint("name a workload, `--workload NAMESPACE/NAME`, or a query, `--query NAME=PROMQL`"));
        }
        let watch = watch.prometheus(url, &queries)?;
        match workload {
            Some(workload) if asks_kubernetes => ask_kubernetes(watch, workload, access, directory),
            _ => Ok(watch),
        }
    }
}

/// What was named must be there; what was not may be missing.
fn ask_kubernetes(watch: Watch, workload: &Workload, access: &AccessArgs, directory: &Path) -> Result<Watch> {
    let found = match access.find(directory) {
        Err(error) if access.is_given() => return Err(error),
        other => other.map_err(|error| error.to_string()),
    };
    Ok(watch.replicas(workload.clone(), found))
}

impl Watching {
    /// Begins to ask when the test begins.
    pub(super) fn begin(watch: Watch, began: SystemTime) -> Result<Self> {
        let is_over = Arc::new(AtomicBool::new(false));
        if watch.is_idle() {
            return Ok(Self { is_over, thread: None });
        }
        let over = is_over.clone();
        let start = Instant::now() + began.duration_since(SystemTime::now()).unwrap_or_default();
        let thread = thread::Builder::new().name("watch".into()).spawn(move || watch.run(start, &over));
        let thread = thread.map_err(|error| Error::io("cannot watch the cluster", &error))?;
        Ok(Self { is_over, thread: Some(thread) })
    }

    /// Asks a last time, and gives what was answered.
    pub(super) fn end(self) -> Vec<Series> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

fn query(text: &str) -> Result<Query, String> {
    let named = text.split_once('=').filter(|(name, query)| !name.is_empty() && !query.is_empty());
    let named = named.map(|(name, query)| (name.into(), query.to_owned()));
    named.ok_or_else(|| format!("`{text}` is no query; write `pods=count(up)`"))
}
