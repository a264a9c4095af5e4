//! Jobs.

use super::{container::Container, decode::spec_struct};
use crate::node::Node;

spec_struct! {
    /// A Job, a CronJob or an Argo CD hook.
    Job {
        /// `job` or `cronjob`.
        kind: Node = "type",
        /// When a CronJob runs.
        schedule: Option<Node> = "schedule",
        /// The schedule's time zone.
        timezone: Option<Node> = "timezone",
        /// `Forbid` when left out.
        concurrency: Option<Node> = "concurrency",
        /// How late a run may start; a duration.
        starting_deadline: Option<Node> = "startingDeadline",
        /// Whether it waits.
        suspend: Option<Node> = "suspend",
        /// How many finished Jobs are kept.
        history: Option<History> = "history",
        /// The phase of an Argo CD sync.
        hook: Option<Node> = "hook",
        /// When Argo CD deletes the hook.
        hook_delete: Vec<Node> = "hookDelete",
        /// The hook's wave.
        wave: Option<Node> = "wave",
        /// What runs.
        container: Option<Container> = "container",
        /// What a ready-made container asks for.
        request: Option<Request> = "request",
        /// When a run has failed; a duration.
        deadline: Option<Node> = "deadline",
        /// How often a failed pod is started again.
        retries: Option<Node> = "retries",
        /// How many pods run at a time.
        parallelism: Option<Node> = "parallelism",
        /// How many pods must succeed.
        completions: Option<Node> = "completions",
        /// How long a finished Job is kept; a duration.
        ttl: Option<Node> = "ttl",
        /// `Never` when left out.
        restart: Option<Node> = "restart",
    }
}

impl Job {
    /// Whether it is a hook of this phase.
    pub fn is_hook(&self, phase: &str) -> bool {
        self.hook.as_ref().and_then(Node::as_str) == Some(phase)
    }
}

spec_struct! {
    /// What a smoke test asks for.
    Request {
        /// An entry of `service`; `main` when left out.
        service: Option<Node> = "service",
        /// The service's port, by name or number.
        port: Node = "port",
        /// The path and query.
        path: Option<Node> = "path",
        /// `http` or `https`.
        scheme: Option<Node> = "scheme",
        /// For one attempt; a duration.
        timeout: Option<Node> = "timeout",
        /// How often it asks.
        attempts: Option<Node> = "attempts",
    }
}

spec_struct! {
    /// How many finished Jobs a CronJob keeps.
    History {
        /// Of those that succeeded.
        succeeded: Option<Node> = "succeeded",
        /// Of those that failed.
        failed: Option<Node> = "failed",
    }
}
