//! `Job`s, `CronJob`s and Argo CD hooks.

use super::{BOOL, COUNT, DURATION, PORT_OR_NAME, POSITIVE, STRING, container::CONTAINER, words};
use crate::grammar::{Object, Scalar, Short, Type, field};

/// When Argo CD runs a hook. `Skip` is no time.
pub const HOOKS: &[&str] = &["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete"];

/// When Argo CD deletes a hook.
pub const HOOK_DELETE_POLICIES: &[&str] = &["HookSucceeded", "HookFailed", "BeforeHookCreation"];

pub(super) const JOB: Object = Object::new(
    "a job",
    &[
        field("type", words(&["job", "cronjob"]), "The object."),
        field("schedule", Type::Scalar(Scalar::Cron), "When a CronJob runs."),
        field("timezone", STRING, "The schedule's time zone, such as `Europe/Berlin`."),
        field(
            "concurrency",
            words(&["Allow", "Forbid", "Replace"]),
            "What happens when the last run is not over; `Forbid` when left out.",
        ),
        field("startingDeadline", DURATION, "How late a run may start."),
        field("suspend", BOOL, "Whether it waits."),
        field("history", Type::Object(&HISTORY), "How many finished Jobs a CronJob keeps."),
        field(
            "hook",
            words(HOOKS),
            "When Argo CD runs a Job: in this phase of each sync, or when the Application is deleted.",
        ),
        field(
            "hookDelete",
            Type::List(&words(HOOK_DELETE_POLICIES)),
            "When Argo CD deletes the hook; `BeforeHookCreation` and `HookSucceeded` when left out.",
        ),
        field(
            "wave",
            Type::Scalar(Scalar::Int { min: -1_000, max: 1_000 }),
            "The wave inside the phase. Below 0 in the phase `Sync`, what its pods need comes one wave before.",
        ),
        field("container", Type::Object(&CONTAINER), "What runs; the app's image when it names none."),
        field(
            "request",
            Type::Object(&REQUEST),
            "A ready-made smoke test, instead of a command: it asks a service of the app, and fails if that does not answer.",
        ),
        field(
            "deadline",
            DURATION,
            "When a run that is not over has failed; a hook has 10 minutes when it is left out.",
        ),
        field("retries", COUNT, "How often a failed pod is replaced; a hook's is not when it is left out."),
        field("parallelism", POSITIVE, "How many pods run at a time."),
        field("completions", POSITIVE, "How many pods must succeed."),
        field("ttl", DURATION, "How long a finished Job is kept."),
        field("restart", words(&["Never", "OnFailure"]), "`Never` when left out."),
    ],
);

const HISTORY: Object = Object::new(
    "history",
    &[field("succeeded", COUNT, "Of those that succeeded."), field("failed", COUNT, "Of those that failed.")],
);

const REQUEST: Object = Object::new(
    "a request",
    &[
        field("service", STRING, "An entry of `service`; `main` when left out."),
        field("port", PORT_OR_NAME, "The service's port."),
        field("path", STRING, "The path and query; `/` when left out."),
        field("scheme", words(&["https", "http"]), "`http` when left out."),
        field("timeout", DURATION, "For one attempt; `10s` when left out."),
        field("attempts", POSITIVE, "How often it asks before it fails; 6 when left out."),
    ],
)
.short(Short::Scalar("port"));
