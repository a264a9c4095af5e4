//! How often a failed sync is tried again.

use super::{Application, Check, Findings, KINDS, Manifest, Node, declare_rule};
use crate::grammar::formats;

/// What Argo CD waits at most, in seconds, unless it is told otherwise (`DefaultSyncRetryMaxDuration`).
const MAX_DURATION: f64 = 180.0;

declare_rule! {
    /// ## What it does
    /// Checks `retry` of Applications: that its durations are numbers of seconds or such as `1m30s`, that `maxDuration` is
    /// no less than `duration`, that `factor` is above 0, and that Applications which sync by themselves do not have
    /// `limit: 0`.
    ///
    /// ## Why is this bad?
    /// Argo CD reads the durations only when a sync has failed (`NextRetryAt` in its `types.go`): then it cannot tell when
    /// to try again, and never does. Above `maxDuration` every attempt waits the same time, however often it fails. Of an
    /// automated sync without retries, one failure is the last word until the next commit.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {syncPolicy: {retry: {limit: 5, backoff: {duration: 5sec, factor: 2, maxDuration: 1d}}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {syncPolicy: {automated: {}, retry: {limit: 0}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// spec: {syncPolicy: {retry: {limit: 5, backoff: {duration: 10m, factor: 0}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {syncPolicy: {automated: {}, retry: {limit: 5, backoff: {duration: "5", factor: 2, maxDuration: 3m}}}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// spec: {syncPolicy: {retry: {limit: 0}}}
    /// ```
    pub(super) static BACKOFF = {
        code: "ARG324",
        summary: "retries of a sync that never come, or not as they are meant",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: backoff },
    }
}

fn backoff(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(application) = Application::of(manifest) else { return };
    let Some(retry) = application.at("/spec/syncPolicy/retry") else { return };
    let pointer = application.pointer_to("/spec/syncPolicy/retry");
    let int = |inside: &str| retry.at(inside).and_then(Node::as_int);
    if int("/limit") == Some(0) && application.is_automated() {
        findings
            .add(manifest, format!("{pointer}/limit"), "a sync that fails is not tried again until the next commit")
            .help("set `limit` to a few retries, or to -1 for any number");
    }
    if int("/backoff/factor").is_some_and(|factor| factor < 1) {
        findings
            .add(manifest, format!("{pointer}/backoff/factor"), "retries do not wait with a factor below 1")
            .help("set `factor` to 2, so that each wait is twice as long");
    }
    let (duration, longest) = (read(retry, "duration"), read(retry, "maxDuration"));
    for (field, read) in [("duration", &duration), ("maxDuration", &longest)] {
        if let Err(text) = read {
            let message = format!("`{field}` is `{text}`, which Argo CD cannot read");
            findings
                .add(manifest, format!("{pointer}/backoff/{field}"), message)
                .help("write seconds, such as `\"5\"`, or units up to the hour, such as `1m30s`");
        }
    }
    if let (Ok(Some(duration)), Ok(longest)) = (duration, longest)
        && duration > longest.unwrap_or(MAX_DURATION)
        && longest != Some(0.0)
    {
        let field = if longest.is_some() { "maxDuration" } else { "duration" };
        findings
            .add(
                manifest,
                format!("{pointer}/backoff/{field}"),
                "`duration` is longer than `maxDuration`, which counts",
            )
            .help("raise `maxDuration`, which is 3m unless it is set, or lower `duration`");
    }
}

/// The seconds of a duration; its text, if it is none. A sign counts for nothing here.
fn read<'a>(retry: &'a Node, field: &str) -> Result<Option<f64>, &'a str> {
    let Some(text) = retry.at("/backoff").and_then(|backoff| backoff.get(field)?.as_str()) else { return Ok(None) };
    if text.is_empty() || super::is_templated(text) {
        return Ok(None);
    }
    let unsigned = text.strip_prefix(['+', '-']).unwrap_or(text);
    formats::digits::<u32>(unsigned).map(f64::from).or_else(|| formats::seconds(unsigned)).map(Some).ok_or(text)
}
