//! What the cluster did meanwhile: queries to Prometheus, at an interval, while requests are sent.
//!
//! It is a picture beside the measurement and never part of it: a Prometheus that is not there, or does not answer, is
//! noted, and the test goes on.

use std::{
    pin::pin,
    sync::atomic::{AtomicBool, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::Method;
use serde::{Deserialize, Serialize};
use smol_str::SmolStr;
use tokio::{runtime::Builder, task::LocalSet};

use super::{
    ask::{Ask, Asked},
    connect::Connector,
    exchange::fetch,
    plan::Plan,
    target::Expect,
};
use crate::{diagnostic::Result, grammar::formats::percent_encoded};

/// What is asked of Prometheus.
#[derive(Clone, Debug)]
pub struct Watch {
    /// Its address: `http://prometheus.monitoring:9090`, and a path if it stands below one.
    pub url: String,
    /// Names, and what is asked in PromQL.
    pub queries: Vec<(SmolStr, String)>,
    /// How often.
    pub interval: Duration,
}

/// The answers to one question.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Series {
    /// Its name.
    pub name: String,
    /// Seconds from the beginning of the run, and the sum of what Prometheus gave.
    pub points: Vec<(f64, f64)>,
    /// Why there are none, or not all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// What is asked of the pods of a namespace whose names begin with a word, where nobody says otherwise.
pub fn default_queries(namespace: &str, pods: &str) -> Vec<(SmolStr, String)> {
    let own = format!("namespace=\"{namespace}\",pod=~\"{pods}-.*\"");
    let rate = |metric: &str| format!("sum(rate({metric}{{{own}}}[1m]))");
    vec![
        ("cpu cores".into(), rate("container_cpu_usage_seconds_total")),
        ("memory bytes".into(), format!("sum(container_memory_working_set_bytes{{{own},container!=\"\"}})")),
        ("received bytes/s".into(), rate("container_network_receive_bytes_total")),
        ("sent bytes/s".into(), rate("container_network_transmit_bytes_total")),
        ("running pods".into(), format!("sum(kube_pod_status_phase{{{own},phase=\"Running\"}})")),
    ]
}

impl Watch {
    /// The watch as requests of a plan.
    ///
    /// # Errors
    /// When the address is none.
    pub fn plan(&self) -> Result<Plan> {
        let base = self.url.trim_end_matches('/');
        let asked = self.queries.iter().map(|(name, query)| Asked {
            name: name.clone(),
            url: format!("{base}/api/v1/query?query={}", percent_encoded(query)),
            via: None,
            method: Method::GET,
            headers: Vec::new(),
            body: Bytes::new(),
            weight: 1.0,
            expect: Expect::default(),
            objectives: Vec::new(),
        });
        let ask = Ask { timeout: self.interval.max(Duration::from_secs(1)), ..Ask::of(asked.collect()) };
        ask.plan().map(|(plan, _)| plan)
    }
}

/// Asks until the run is over.
pub fn watch(plan: &Plan, interval: Duration, start: Instant, is_over: &AtomicBool) -> Vec<Series> {
    let series =
        plan.targets.iter().map(|target| Series { name: target.name.to_string(), points: Vec::new(), note: None });
    let mut series: Vec<Series> = series.collect();
    let runtime = match Builder::new_current_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            for own in &mut series {
                own.note = Some(error.to_string());
            }
            return series;
        }
    };
    LocalSet::new().block_on(&runtime, async {
        tokio::time::sleep_until(start.into()).await;
        let mut round = start;
        while !is_over.load(Ordering::Relaxed) {
            for (target, own) in plan.targets.iter().zip(&mut series) {
                let at = start.elapsed().as_secs_f64();
                match ask(plan, target).await {
                    Ok(value) => own.points.push((at, value)),
                    Err(note) => own.note = Some(note),
                }
            }
            round += interval;
            while Instant::now() < round && !is_over.load(Ordering::Relaxed) {
                tokio::time::sleep(Duration::from_millis(50)).await;
            }
        }
    });
    series
}

async fn ask(plan: &Plan, target: &super::target::Target) -> std::result::Result<f64, String> {
    let connector = Connector { version: plan.version, tls: plan.tls.clone() };
    let clock = pin!(tokio::time::sleep(plan.timeout));
    let connected = connector.connect(&plan.origins[target.origin]);
    let wire = tokio::time::timeout(plan.connect_timeout, connected).await;
    let wire =
        wire.map_err(|_| "no connection in time".to_owned())?.map_err(|failure| failure.sentence().to_owned())?;
    let body = fetch(wire, target.request.clone(), clock).await.map_err(|failure| failure.sentence().to_owned())?;
    read(&body)
}

/// The sum of an answer's values.
fn read(body: &[u8]) -> std::result::Result<f64, String> {
    let answer: serde_json::Value = serde_json::from_slice(body).map_err(|_| "the answer is no JSON".to_owned())?;
    if let Some(error) = answer.get("error").and_then(serde_json::Value::as_str) {
        return Err(error.to_owned());
    }
    let number = |sample: &serde_json::Value| sample.get(1)?.as_str()?.parse::<f64>().ok();
    let result = answer.pointer("/data/result").ok_or("the answer is none of Prometheus'")?;
    if answer.pointer("/data/resultType").and_then(serde_json::Value::as_str) == Some("scalar") {
        return number(result).ok_or_else(|| "the answer has no value".to_owned());
    }
    let samples = result.as_array().map(Vec::as_slice).unwrap_or_default();
    let values: Vec<f64> = samples.iter().filter_map(|sample| number(sample.get("value")?)).collect();
    if values.is_empty() { Err("there are no such series".to_owned()) } else { Ok(values.iter().sum()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn answers_of_all_kinds_are_read() {
        let vector = br#"{"status":"success","data":{"resultType":"vector","result":[{"metric":{},"value":[1.5,"2"]},{"metric":{},"value":[1.5,"0.5"]}]}}"#;
        let scalar = br#"{"status":"success","data":{"resultType":"scalar","result":[1.5,"7"]}}"#;
        let empty = br#"{"status":"success","data":{"resultType":"vector","result":[]}}"#;
        let error = br#"{"status":"error","errorType":"bad_data","error":"parse error"}"#;
        assert_eq!(read(vector), Ok(2.5));
        assert_eq!(read(scalar), Ok(7.0));
        assert_eq!(read(empty), Err("there are no such series".to_owned()));
        assert_eq!(read(error), Err("parse error".to_owned()));
        assert!(read(b"<html>").is_err());
    }

    #[test]
    fn queries_are_encoded() {
        let watch = Watch {
            url: "http://localhost:9090/prom/".to_owned(),
            queries: vec![("pods".into(), "count(up == 1)".to_owned())],
            interval: Duration::from_secs(5),
        };
        let request = watch.plan().unwrap().targets.remove(0).request;
        assert_eq!(request.uri().path_and_query().unwrap(), "/prom/api/v1/query?query=count%28up%20%3D%3D%201%29");
    }
}
