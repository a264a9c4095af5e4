//! `CronJob` (batch/v1): runs a Job on a schedule.

use super::{
    Context, Kind, Render,
    duration::whole_seconds,
    findings::{misplace, missing, place},
    job, names,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::Job,
    node::{Key, Node, object},
};

pub(super) static KIND: Kind = Kind { api_version: "batch/v1", name: "CronJob", render: Render::App(render) };

/// Renders a `CronJob` for every entry of `jobs` with `type: cronjob`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let jobs = context.app.spec.jobs.iter().filter(|(_, job)| job::is_cron(job));
    let jobs = jobs.filter_map(|(key, job)| {
        report_misplaced(job, diagnostics);
        let spec = spec(context, key, job, diagnostics)?;
        let name = names::of_job(context.app, key, names::LONGEST_CRON_JOB);
        Some(KIND.manifest(context, name, object! { "spec": spec }))
    });
    jobs.collect()
}

/// Runs do not overlap unless the spec allows it: most jobs are written as if they were alone.
fn spec(context: &Context<'_>, key: &Key, job: &Job, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    if job.schedule.is_none() {
        let message = format!("the cron job `{}` has no schedule", key.text);
        diagnostics.push(missing(key, message, "add `schedule`, such as `0 3 * * *`, or set `type: job`"));
    }
    let history = job.history.as_ref();
    let starting_deadline = job.starting_deadline.as_ref();
    Some(object! {
        "schedule": job.schedule.as_ref()?,
        "timeZone": &job.timezone,
        "concurrencyPolicy": job.concurrency.clone().unwrap_or_else(|| Node::made("Forbid")),
        "startingDeadlineSeconds": starting_deadline.and_then(|duration| whole_seconds(duration, diagnostics)),
        "suspend": &job.suspend,
        "successfulJobsHistoryLimit": history.and_then(|history| history.succeeded.as_ref()),
        "failedJobsHistoryLimit": history.and_then(|history| history.failed.as_ref()),
        "jobTemplate": object! { "spec": job::spec(context, key, job, diagnostics)? },
    })
}

fn report_misplaced(job: &Job, diagnostics: &mut Vec<Diagnostic>) {
    let fields = [
        ("hook", place(job.hook.as_ref())),
        ("hookDelete", place(job.hook_delete.first())),
        ("wave", place(job.wave.as_ref())),
    ];
    misplace(&fields, "a cron job", "take it out, or set `type: job`", diagnostics);
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with_job(name: &str, job: &str) -> Rendered {
        rendered(&format!("image: web:1\njobs: {{ {name}: {{ type: cronjob, {job} }} }}"))
    }

    #[test]
    fn fields_keep_their_places() {
        let rendered = with_job(
            "clean",
            "schedule: 0 3 * * *, timezone: Europe/Berlin, startingDeadline: 2m, history: { failed: 1 }, deadline: 5m, container: {}",
        );
        assert_eq!(rendered.names(), ["CronJob web-clean"]);
        let expected = [
            ("/spec/schedule", "\"0 3 * * *\"", "0 3 * * *"),
            ("/spec/timeZone", "\"Europe/Berlin\"", "Europe/Berlin"),
            ("/spec/startingDeadlineSeconds", "120", "2m"),
            ("/spec/failedJobsHistoryLimit", "1", "1"),
            ("/spec/jobTemplate/spec/activeDeadlineSeconds", "300", "5m"),
        ];
        for (pointer, json, cause) in expected {
            assert_eq!((rendered.json("CronJob", pointer).as_str(), rendered.cause("CronJob", pointer)), (json, cause));
        }
        assert_eq!(rendered.json("CronJob", "/spec/concurrencyPolicy"), "\"Forbid\"");
        assert_eq!(rendered.findings(), [""; 0]);
    }

    #[test]
    fn long_names_are_cut() {
        let rendered = with_job(&"reconcile1".repeat(6), "schedule: '@daily', container: {}");
        assert_eq!(rendered.only("CronJob").id.name.len(), 52);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(
            with_job("clean", "hook: Sync, container: {}").findings(),
            ["REN002 Sync: `hook` has no place in a cron job", "SPC013 clean: the cron job `clean` has no schedule"]
        );
    }
}
