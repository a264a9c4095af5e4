//! `Job`s, `CronJob`s and Argo CD hooks.

use super::{BOOL, COUNT, DURATION, POSITIVE, STRING, container::CONTAINER, words};
use crate::grammar::{Object, Scalar, Type, field};

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
            words(&["PreSync", "Sync", "PostSync", "SyncFail", "PreDelete", "PostDelete"]),
            "The phase of an Argo CD sync in which a Job runs.",
        ),
        field(
            "hookDelete",
            words(&["HookSucceeded", "HookFailed", "BeforeHookCreation"]),
            "When Argo CD deletes the hook; `BeforeHookCreation` when left out.",
        ),
        field("wave", Type::Scalar(Scalar::Int { min: -1_000, max: 1_000 }), "The hook's wave inside its phase."),
        field("container", Type::Object(&CONTAINER), "What runs; the app's image when it names none."),
        field(
            "deadline",
            DURATION,
            "When a run that is not over has failed; a hook has 10 minutes when it is left out.",
        ),
        field("retries", COUNT, "How often a failed pod is started again."),
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
