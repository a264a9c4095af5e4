//! Durations as Prometheus writes them.

use super::{Check, Findings, declare_rule, rule::rules};
use crate::{manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Checks durations that Prometheus reads: `for`, `keep_firing_for` and `interval` of rules, `interval` and
    /// `scrapeTimeout` of monitors. They are `1d`, `1h30m` or `500ms`: whole numbers, the larger units first.
    ///
    /// ## Why is this bad?
    /// The operator refuses the object, or leaves it out.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec: {groups: [{name: cart, interval: 30, rules: [{alert: Down, expr: up == 0, for: 5 min}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: PrometheusRule
    /// metadata: {name: cart}
    /// spec: {groups: [{name: cart, interval: 1m30s, rules: [{alert: Down, expr: up == 0, for: 2d}]}]}
    /// ```
    pub(super) static BAD_DURATION = {
        code: "OBS006",
        summary: "duration that Prometheus cannot read",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["PrometheusRule", "ServiceMonitor", "PodMonitor", "Probe"], check: bad_duration },
    }
}

fn bad_duration(manifest: &Manifest, findings: &mut Findings<'_>) {
    let mut places: Vec<(String, &Node)> = rules(manifest)
        .chain(manifest.items("/spec/groups"))
        .chain(manifest.items("/spec/endpoints"))
        .chain(manifest.items("/spec/podMetricsEndpoints"))
        .collect();
    places.extend(manifest.object.get("spec").map(|spec| ("/spec".to_owned(), spec)));
    for (pointer, node) in places {
        for field in ["for", "keep_firing_for", "interval", "scrapeTimeout"] {
            let Some(value) = node.get(field) else { continue };
            // A number is the schema's to report, where it has one.
            let Some(text) = value.as_str().filter(|text| milliseconds(text).is_none()) else { continue };
            let message = format!("`{field}` is `{text}`, which is no duration of Prometheus");
            findings
                .add(manifest, format!("{pointer}/{field}"), message)
                .help("write it such as `30s`, `5m` or `1h30m`");
        }
    }
}

/// Units, the largest first, in milliseconds.
const UNITS: &[(&str, u64)] = &[
    ("y", 31_536_000_000),
    ("w", 604_800_000),
    ("d", 86_400_000),
    ("h", 3_600_000),
    ("m", 60_000),
    ("s", 1_000),
    ("ms", 1),
];

/// A duration in milliseconds; nothing for what Prometheus does not read.
fn milliseconds(text: &str) -> Option<u64> {
    if text == "0" {
        return Some(0);
    }
    let (mut rest, mut sum, mut first) = (text, 0_u64, 0);
    while !rest.is_empty() {
        let digits = rest.find(|c: char| !c.is_ascii_digit())?;
        let letters = rest[digits..].find(|c: char| !c.is_ascii_alphabetic()).map_or(rest.len(), |end| digits + end);
        let unit = first + UNITS[first..].iter().position(|(unit, _)| *unit == &rest[digits..letters])?;
        sum = sum.checked_add(rest[..digits].parse::<u64>().ok()?.checked_mul(UNITS[unit].1)?)?;
        (rest, first) = (&rest[letters..], unit + 1);
    }
    (!text.is_empty()).then_some(sum)
}

declare_rule! {
    /// ## What it does
    /// Checks that an endpoint is not given longer to answer than there is between two scrapes of it.
    ///
    /// ## Why is this bad?
    /// The operator refuses the monitor, and nothing of it is scraped.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: cart}
    /// spec: {selector: {}, endpoints: [{port: http, interval: 15s, scrapeTimeout: 30s}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: monitoring.coreos.com/v1
    /// kind: ServiceMonitor
    /// metadata: {name: cart}
    /// spec: {selector: {}, endpoints: [{port: http, interval: 1m, scrapeTimeout: 30s}]}
    /// ```
    pub(super) static LATE_SCRAPE = {
        code: "OBS007",
        summary: "scrape that may last longer than the time to the next one",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ServiceMonitor", "PodMonitor"], check: late_scrape },
    }
}

fn late_scrape(manifest: &Manifest, findings: &mut Findings<'_>) {
    for list in ["/spec/endpoints", "/spec/podMetricsEndpoints"] {
        for (pointer, endpoint) in manifest.items(list) {
            let time = |field: &str| milliseconds(endpoint.get(field)?.as_str()?);
            if time("interval").zip(time("scrapeTimeout")).is_some_and(|(interval, timeout)| timeout > interval) {
                let message =
                    format!("{} `{}` gives a scrape longer than its interval", manifest.kind(), manifest.id.name);
                findings
                    .add(manifest, format!("{pointer}/scrapeTimeout"), message)
                    .related(manifest, &format!("{pointer}/interval"), "the interval")
                    .help("lower `scrapeTimeout` to the interval at the most");
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn durations() {
        for (text, expected) in [("1h30m", 5_400_000), ("1d", 86_400_000), ("250ms", 250), ("0", 0), ("1m1ms", 60_001)]
        {
            assert_eq!(milliseconds(text), Some(expected), "{text}");
        }
        for wrong in ["", "5", "5 m", "30m1h", "1.5h", "1h1h", "m", "-1s", "5min", "ü"] {
            assert_eq!(milliseconds(wrong), None, "{wrong}");
        }
    }
}
