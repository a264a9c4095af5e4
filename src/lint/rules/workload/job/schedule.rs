//! When CronJobs run.

use super::{Check, Findings, declare_rule};
use crate::{
    grammar::formats::{check_cron, is_time_zone, seconds},
    manifest::Manifest,
    node::Node,
};

declare_rule! {
    /// ## What it does
    /// Checks that the schedule of every CronJob is a cron line as Kubernetes reads it: five fields, or one of the
    /// words such as `@daily`; no seconds, and no time zone.
    ///
    /// ## Why is this bad?
    /// The API server refuses the CronJob.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 24 * * *}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: TZ=Europe/Berlin 0 3 * * *}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: "*/5 0-6,12 1 jan mon-fri"}
    /// ---
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: poll}
    /// spec: {schedule: "@every 1h30m"}
    /// ```
    pub(super) static BAD_SCHEDULE = {
        code: "WRK031",
        summary: "schedule that is no cron line",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["CronJob"], check: bad_schedule },
    }
}

fn bad_schedule(job: &Manifest, findings: &mut Findings<'_>) {
    let Some(schedule) = job.object.at("/spec/schedule").and_then(Node::as_str) else { return };
    if ["TZ=", "CRON_TZ="].iter().any(|zone| schedule.starts_with(zone)) {
        findings
            .add(job, "/spec/schedule", format!("the schedule of CronJob `{}` names a time zone", job.id.name))
            .help("move it to `timeZone`, beside `schedule`");
    } else if let Err(fault) = check(schedule) {
        findings
            .add(job, "/spec/schedule", format!("CronJob `{}` has a schedule that is no cron line", job.id.name))
            .help(fault);
    }
}

fn check(schedule: &str) -> Result<(), String> {
    match schedule.strip_prefix("@every ") {
        Some(duration) if seconds(duration).is_some() => Ok(()),
        Some(_) => Err("write a duration such as `1h30m` behind `@every`".to_owned()),
        None => check_cron(schedule),
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the time zone of every CronJob is a name of the IANA database, such as `Europe/Berlin`, as far as
    /// its form can tell.
    ///
    /// ## Why is this bad?
    /// The API server refuses the CronJob. Abbreviations and offsets are no names, because they ignore summer time.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *, timeZone: CEST}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *, timeZone: Europe/Berlin}
    /// ---
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: poll}
    /// spec: {schedule: 0 3 * * *, timeZone: UTC}
    /// ```
    pub(super) static BAD_TIME_ZONE = {
        code: "WRK032",
        summary: "time zone that does not exist",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["CronJob"], check: bad_time_zone },
    }
}

fn bad_time_zone(job: &Manifest, findings: &mut Findings<'_>) {
    let Some(zone) = job.object.at("/spec/timeZone").and_then(Node::as_str) else { return };
    if !is_time_zone(zone) {
        findings
            .add(job, "/spec/timeZone", format!("there is no time zone `{zone}`"))
            .help("use a name of the IANA database, such as `Europe/Berlin` or `Etc/UTC`");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out CronJobs whose `startingDeadlineSeconds` is below 10.
    ///
    /// ## Why is this bad?
    /// The controller looks for jobs that are due every ten seconds: what may start only shortly after its time may
    /// never start at all.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *, startingDeadlineSeconds: 5}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *, startingDeadlineSeconds: 300}
    /// ```
    pub(super) static SHORT_DEADLINE = {
        code: "WRK033",
        summary: "CronJob may start too shortly to start at all",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["CronJob"], check: short_deadline },
    }
}

fn short_deadline(job: &Manifest, findings: &mut Findings<'_>) {
    let deadline = job.object.at("/spec/startingDeadlineSeconds").and_then(Node::as_int);
    if deadline.is_some_and(|deadline| deadline < 10) {
        let message = format!("CronJob `{}` may miss every start, because its deadline is so short", job.id.name);
        findings.add(job, "/spec/startingDeadlineSeconds", message).help("raise it to at least 10, better to minutes");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out CronJobs without `startingDeadlineSeconds`.
    ///
    /// ## Why is this bad?
    /// A CronJob that misses a hundred starts, because the control plane or the job itself stood still, is then never
    /// started again; and what was missed in the night is made up for at noon.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *, startingDeadlineSeconds: 300}
    /// ```
    ///
    /// Known elsewhere as: kube-score `cronjob-has-deadline`.
    pub(super) static MISSING_DEADLINE = {
        code: "WRK034",
        summary: "CronJob has no deadline for its starts",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["CronJob"], check: missing_deadline },
    }
}

fn missing_deadline(job: &Manifest, findings: &mut Findings<'_>) {
    if job.object.at("/spec/startingDeadlineSeconds").is_none() {
        let message = format!("CronJob `{}` has no deadline for its starts", job.id.name);
        findings.add(job, "/spec", message).help("set `startingDeadlineSeconds` to how late a run may still start");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out CronJobs that leave it open whether two of their runs may overlap: those without a
    /// `concurrencyPolicy`.
    ///
    /// ## Why is this bad?
    /// They may, unless the CronJob says otherwise. A run that hangs is joined by another one, and another one.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: CronJob
    /// metadata: {name: report}
    /// spec: {schedule: 0 3 * * *, concurrencyPolicy: Forbid}
    /// ```
    pub(super) static CONCURRENT_RUNS = {
        code: "WRK035",
        summary: "CronJob does not say whether its runs may overlap",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Manifest { kinds: &["CronJob"], check: concurrent_runs },
    }
}

fn concurrent_runs(job: &Manifest, findings: &mut Findings<'_>) {
    if job.object.at("/spec/concurrencyPolicy").is_none() {
        let message = format!("CronJob `{}` does not say whether its runs may overlap", job.id.name);
        findings.add(job, "/spec", message).help("set `concurrencyPolicy` to `Forbid` or `Replace`, or to `Allow`");
    }
}
