//! `Job` (batch/v1): runs to its end once, or in a phase of each Argo CD sync.

use super::{
    Context, Kind, Render,
    duration::whole_seconds,
    findings::{misplace, missing, place},
    names, pod, request, service_account,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::Manifest,
    model::Job,
    node::{Key, Node, object},
    sync::{HOOK, HOOK_DELETE_POLICY, SYNC_WAVE},
};

pub(super) static KIND: Kind = Kind { api_version: "batch/v1", name: "Job", render: Render::App(render) };

/// When a hook whose spec does not say so has failed, in seconds. A sync waits for its hooks: one that hangs would hold
/// it for ever.
const HOOK_DEADLINE: i64 = 600;

/// Renders a `Job` for every entry of `jobs` with `type: job`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let jobs = context.app.spec.jobs.iter().filter(|(_, job)| !is_cron(job));
    let jobs = jobs.filter_map(|(key, job)| {
        report_misplaced(job, diagnostics);
        diagnostics.extend(service_account::report_absent(context.app, job));
        let mut spec = spec(context, key, job, diagnostics)?;
        if let (Some(map), Some(suspend)) = (spec.as_map_mut(), &job.suspend) {
            map.insert("suspend", suspend.clone());
        }
        let name = names::of_job(context.app, key, names::LONGEST_JOB);
        Some(KIND.annotated(context, name, &hook_annotations(job), object! { "spec": spec }))
    });
    jobs.collect()
}

/// Whether it runs on a schedule.
pub(super) fn is_cron(job: &Job) -> bool {
    job.kind.as_str() == Some("cronjob")
}

/// The `JobSpec` of a Job, or of the Jobs of a CronJob.
pub(super) fn spec(context: &Context<'_>, key: &Key, job: &Job, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let Some(container) = request::container(context.app, key, job, diagnostics) else {
        let message = format!("the job `{}` has no container", key.text);
        let help = "add `container`, which may be `{}` to run the app's image, or `request` for a smoke test";
        diagnostics.push(missing(key, message, help));
        return None;
    };
    let mut seconds = |duration: Option<&Node>| whole_seconds(duration?, diagnostics);
    let deadline = seconds(job.deadline.as_ref()).or_else(|| hook_deadline(job));
    let ttl = seconds(job.ttl.as_ref());
    if let (Some(request), Some(deadline)) = (&job.request, &deadline) {
        request::report_cut_short(request, deadline, diagnostics);
    }
    Some(object! {
        "activeDeadlineSeconds": deadline,
        "backoffLimit": job.retries.clone().or_else(|| hook_retries(job)),
        "completions": &job.completions,
        "parallelism": &job.parallelism,
        "ttlSecondsAfterFinished": ttl,
        "template": pod::job_template(context, (key, job), &container, diagnostics),
    })
}

fn hook_deadline(job: &Job) -> Option<Node> {
    let hook = job.hook.as_ref().filter(|_| job.deadline.is_none())?;
    Some(Node::new(HOOK_DEADLINE, hook.span))
}

/// None: Argo CD itself repeats a sync that has failed, with all of its hooks.
fn hook_retries(job: &Job) -> Option<Node> {
    Some(Node::new(0, job.hook.as_ref()?.span))
}

/// When Argo CD deletes a hook, before it makes the next one at the latest: a Job cannot be changed.
fn delete_policies(job: &Job, hook: &Node) -> Node {
    let words: Vec<&str> = job.hook_delete.iter().filter_map(Node::as_str).collect();
    match job.hook_delete.first() {
        Some(first) => Node::new(words.join(","), first.span),
        None => Node::new("BeforeHookCreation,HookSucceeded", hook.span),
    }
}

/// The phase, when the hook is deleted, and the wave. See
/// <https://argo-cd.readthedocs.io/en/stable/user-guide/sync-waves/>.
fn hook_annotations(job: &Job) -> Vec<(Key, Node)> {
    let wave = |wave: &Node| Some(Node::new(wave.scalar_text()?, wave.span));
    let annotations = object! {
        HOOK: &job.hook,
        HOOK_DELETE_POLICY: job.hook.as_ref().map(|hook| delete_policies(job, hook)),
        SYNC_WAVE: job.wave.as_ref().and_then(wave),
    };
    annotations.entries().to_vec()
}

fn report_misplaced(job: &Job, diagnostics: &mut Vec<Diagnostic>) {
    let fields = [
        ("schedule", place(job.schedule.as_ref())),
        ("timezone", place(job.timezone.as_ref())),
        ("concurrency", place(job.concurrency.as_ref())),
        ("startingDeadline", place(job.starting_deadline.as_ref())),
        ("history", job.history.as_ref().and_then(|history| history.span)),
    ];
    misplace(&fields, "a job", "take it out, or set `type: cronjob`", diagnostics);
    if job.hook.is_none() {
        let fields = [("hookDelete", place(job.hook_delete.first()))];
        misplace(&fields, "a job without `hook`", "take it out, or say in which phase it is a `hook`", diagnostics);
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with_job(job: &str) -> Rendered {
        rendered(&format!(
            "image: web:1
workload: {{ type: statefulset, service: main, pod: {{ securityContext: {{ runAsNonRoot: true }}, labels: {{ mesh: 'on' }}, affinity: {{ podAntiAffinity: {{}}, nodeAffinity: {{ a: b }} }} }} }}
containers: {{ app: {{}} }}
service: {{ main: {{ ports: {{ http: 80 }} }} }}
volumes: {{ tmp: {{ emptyDir: {{}} }}, own: {{ claim: {{ size: 1Gi, perReplica: true }} }} }}
jobs: {{ migrate: {{ type: job, {job} }} }}"
        ))
    }

    #[test]
    fn a_hook_has_a_deadline_and_a_delete_policy() {
        let rendered = with_job("hook: PreSync, wave: -1, container: { args: [migrate] }");
        let at = |pointer: &str| rendered.json("Job", pointer);
        assert_eq!(at("/metadata/name"), "\"web-migrate\"");
        assert_eq!(at("/metadata/annotations/argocd.argoproj.io~1hook"), "\"PreSync\"");
        assert_eq!(
            at("/metadata/annotations/argocd.argoproj.io~1hook-delete-policy"),
            "\"BeforeHookCreation,HookSucceeded\""
        );
        assert_eq!(at("/metadata/annotations/argocd.argoproj.io~1sync-wave"), "\"-1\"");
        assert_eq!(at("/spec/activeDeadlineSeconds"), "600");
        assert_eq!(at("/spec/backoffLimit"), "0");
        assert_eq!(rendered.cause("Job", "/spec/activeDeadlineSeconds"), "PreSync");
        assert_eq!(with_job("container: {}").json("Job", "/spec/backoffLimit"), "nothing");
        let own = with_job("hook: PreSync, deadline: 5m, container: {}");
        assert_eq!(own.cause("Job", "/spec/activeDeadlineSeconds"), "5m");
        assert_eq!(with_job("container: {}").json("Job", "/spec/activeDeadlineSeconds"), "nothing");
    }

    #[test]
    fn its_pods_are_nobody_elses() {
        let rendered = with_job("retries: 2, ttl: 1h, container: { mounts: { /tmp: { volume: tmp } } }");
        let at = |pointer: &str| rendered.json("Job", pointer);
        assert_eq!(
            at("/spec/template/metadata/labels"),
            r#"{"app.kubernetes.io/managed-by":"karat","karat.dev/app":"web","karat.dev/job":"migrate"}"#
        );
        assert_eq!(at("/spec/template/spec/volumes"), r#"[{"emptyDir":{},"name":"tmp"}]"#);
        assert_eq!(at("/spec/template/spec/restartPolicy"), "\"Never\"");
        assert_eq!(at("/spec/template/spec/securityContext/runAsNonRoot"), "true");
        assert_eq!(at("/spec/template/spec/affinity"), r#"{"nodeAffinity":{"a":"b"}}"#);
        assert_eq!(at("/spec/template/spec/containers/0/image"), "\"web:1\"");
        assert_eq!(rendered.cause("Job", "/spec/backoffLimit"), "2");
        assert_eq!(rendered.cause("Job", "/spec/ttlSecondsAfterFinished"), "1h");
        assert_eq!(rendered.findings(), [""; 0]);
    }

    #[test]
    fn what_cannot_be_is_refused() {
        assert_eq!(with_job("deadline: 5m").findings(), ["SPC013 migrate: the job `migrate` has no container"]);
        let findings =
            with_job("schedule: '@daily', hookDelete: [HookFailed], container: { mounts: { /d: { volume: own } } }");
        assert_eq!(
            findings.findings(),
            [
                "REN002 '@daily': `schedule` has no place in a job",
                "REN002 HookFailed: `hookDelete` has no place in a job without `hook`",
                "REN002 own: `own` has no place in a job",
            ]
        );
    }
}
