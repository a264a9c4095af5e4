//! `--prometheus` and what is asked of it.

use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread::{self, JoinHandle},
    time::{Duration, Instant, SystemTime},
};

use clap::Args;
use smol_str::SmolStr;

use crate::{
    diagnostic::{Error, Result},
    load::{Series, Watch, default_queries, parse_time, watch},
};

/// What is asked of Prometheus meanwhile.
#[derive(Args, Debug)]
pub(super) struct WatchArgs {
    /// Ask this Prometheus what the cluster does meanwhile
    #[arg(long, value_name = "URL")]
    prometheus: Option<String>,
    /// Ask for CPU, memory, network and pods of this workload
    #[arg(long, value_name = "NAMESPACE/NAME", requires = "prometheus", value_parser = workload)]
    workload: Option<(String, String)>,
    /// Ask this, in PromQL; may be given more than once
    #[arg(long = "query", value_name = "NAME=PROMQL", requires = "prometheus", value_parser = query)]
    queries: Vec<(SmolStr, String)>,
    /// How often to ask
    #[arg(long, value_name = "TIME", default_value = "5s", requires = "prometheus", value_parser = parse_time)]
    interval: Duration,
}

/// A watch that goes on beside the test.
pub(super) struct Watching {
    is_over: Arc<AtomicBool>,
    thread: Option<JoinHandle<Vec<Series>>>,
}

impl WatchArgs {
    /// Begins to ask when the test begins.
    pub(super) fn begin(&self, began: SystemTime) -> Result<Watching> {
        let is_over = Arc::new(AtomicBool::new(false));
        let Some(url) = &self.prometheus else { return Ok(Watching { is_over, thread: None }) };
        let own = self.workload.iter().flat_map(|(namespace, name)| default_queries(namespace, name));
        let queries: Vec<_> = own.chain(self.queries.iter().cloned()).collect();
        if queries.is_empty() {
            let error = Error::new("there is nothing to ask Prometheus for");
            return Err(error.hint("name a workload, `--workload NAMESPACE/NAME`, or a query, `--query NAME=PROMQL`"));
        }
        let plan = Watch { url: url.clone(), queries, interval: self.interval }.plan()?;
        let (interval, over) = (self.interval, is_over.clone());
        let start = Instant::now() + began.duration_since(SystemTime::now()).unwrap_or_default();
        let ask = move || watch(&plan, interval, start, &over);
        let thread = thread::Builder::new().name("prometheus".into()).spawn(ask);
        let thread = thread.map_err(|error| Error::io("cannot ask Prometheus", &error))?;
        Ok(Watching { is_over, thread: Some(thread) })
    }
}

impl Watching {
    /// Asks no more, and gives what was answered.
    pub(super) fn end(self) -> Vec<Series> {
        self.is_over.store(true, Ordering::Relaxed);
        self.thread.and_then(|thread| thread.join().ok()).unwrap_or_default()
    }
}

fn workload(text: &str) -> Result<(String, String), String> {
    let named = text.split_once('/').filter(|(namespace, name)| !namespace.is_empty() && !name.is_empty());
    let named = named.map(|(namespace, name)| (namespace.to_owned(), name.to_owned()));
    named.ok_or_else(|| format!("`{text}` is no workload; write `shop/cart`"))
}

fn query(text: &str) -> Result<(SmolStr, String), String> {
    let named = text.split_once('=').filter(|(name, query)| !name.is_empty() && !query.is_empty());
    let named = named.map(|(name, query)| (name.into(), query.to_owned()));
    named.ok_or_else(|| format!("`{text}` is no query; write `pods=count(up)`"))
}
