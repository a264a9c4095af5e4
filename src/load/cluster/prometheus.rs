//! Questions to Prometheus, through its HTTP API (<https://prometheus.io/docs/prometheus/latest/querying/api/>).

use std::{pin::pin, time::Duration};

use smol_str::SmolStr;

use super::{NAMES, Workload};
use crate::{
    diagnostic::Result,
    grammar::formats::percent_encoded,
    load::{
        ask::{Ask, Asked},
        connect::Connector,
        exchange::fetch,
        plan::Plan,
        target::Target,
    },
};

/// More of an answer is not read.
const MOST_BYTES: usize = 4 << 20;

/// A question: a name, a unit in square brackets behind it where there is one, and what is asked in PromQL.
pub type Query = (SmolStr, String);

/// What is asked of a workload's pods where nobody says otherwise. What belongs to pods whose names only begin alike, such
/// as those of `cart-db` beside `cart`, is not counted.
pub fn default_queries(workload: &Workload) -> Vec<Query> {
    // The letters and digits of `k8s.io/apimachinery/pkg/util/rand`, of which generated names are made.
    const SAFE: &str = "[bcdfghjklmnpqrstvwxz2456789]";
    let Workload { namespace, name, .. } = workload;
    let own = format!("namespace=\"{namespace}\",pod=~\"{}-([0-9]+|{SAFE}{{1,10}}-{SAFE}{{5}})\"", literal(name));
    let rate = |metric: &str, more: &str| format!("sum(rate({metric}{{{own}{more}}}[1m]))");
    vec![
        ("cpu [cores]".into(), rate("container_cpu_usage_seconds_total", ",container!=\"\"")),
        ("memory [bytes]".into(), format!("sum(container_memory_working_set_bytes{{{own},container!=\"\"}})")),
        ("received [bytes/s]".into(), rate("container_network_receive_bytes_total", "")),
        ("sent [bytes/s]".into(), rate("container_network_transmit_bytes_total", "")),
        ("running pods [pods]".into(), format!("sum(kube_pod_status_phase{{{own},phase=\"Running\"}})")),
    ]
}

/// What kube-state-metrics knows of a workload's replicas, and of how many its autoscaler wants.
pub fn replica_queries(workload: &Workload) -> Vec<Query> {
    let Workload { namespace, name, .. } = workload;
    // Whoever scrapes kube-state-metrics twice must not see twice as many.
    let both = |deployment: &str, stateful_set: &str| {
        let of =
            |kind: &str, metric: &str| format!("kube_{kind}_{metric}{{namespace=\"{namespace}\",{kind}=\"{name}\"}}");
        format!("max({} or {})", of("deployment", deployment), of("statefulset", stateful_set))
    };
    let scaler = |metric: &str, more: &str| {
        let name = format!("kube_horizontalpodautoscaler_{metric}{{namespace=\"{namespace}\"{more}}}");
        format!("max by (namespace, horizontalpodautoscaler) ({name})")
    };
    let own = format!(",scaletargetref_name=\"{name}\",scaletargetref_kind=~\"Deployment|StatefulSet\"");
    let wish = format!("{} and {}", scaler("status_desired_replicas", ""), scaler("info", &own));
    let queries = [
        both("spec_replicas", "replicas"),
        both("status_replicas", "status_replicas"),
        both("status_replicas_ready", "status_replicas_ready"),
        format!("max({wish})"),
    ];
    NAMES.iter().zip(queries).map(|(name, query)| (smol_str::format_smolstr!("{name} [pods]"), query)).collect()
}

/// A name in a regular expression of RE2.
fn literal(name: &str) -> String {
    name.replace('.', "[.]")
}

/// The questions as requests of a plan.
///
/// # Errors
/// When the address is none.
pub(super) fn plan(url: &str, queries: &[Query], patience: Duration) -> Result<Plan> {
    let base = url.trim_end_matches('/');
    let url = |query: &str| format!("{base}/api/v1/query?query={}", percent_encoded(query));
    let asked = queries.iter().map(|(name, query)| Asked::get(name.clone(), url(query)));
    let ask = Ask { timeout: patience, connect_timeout: patience, ..Ask::of(asked.collect()) };
    ask.plan().map(|(plan, _)| plan)
}

/// Asks one question.
pub(super) async fn ask(plan: &Plan, target: &Target) -> std::result::Result<f64, String> {
    let connector = Connector::new(plan.version, plan.tls.clone(), plan.streams);
    let clock = pin!(tokio::time::sleep(plan.timeout));
    let connected = connector.connect(&plan.origins[target.origin]);
    let wire = tokio::time::timeout(plan.connect_timeout, connected).await;
    let wire = wire.map_err(|_| "no connection in time".to_owned())?.map_err(|fault| fault.sentence.to_string())?;
    let answer = fetch(wire, target.request.clone(), clock, MOST_BYTES).await;
    let (status, body) = answer.map_err(|fault| fault.sentence.to_string())?;
    read(&body).map_err(|why| if status.is_success() { why } else { format!("{why} ({})", status.as_u16()) })
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
    fn questions_are_encoded() {
        let query = ("pods".into(), "count(up == 1)".to_owned());
        let request =
            plan("http://localhost:9090/prom/", &[query], Duration::from_secs(5)).unwrap().targets.remove(0).request;
        assert_eq!(request.uri().path_and_query().unwrap(), "/prom/api/v1/query?query=count%28up%20%3D%3D%201%29");
    }
}
