//! What a spec may say that no object can.

use crate::diagnostic::declare_codes;

declare_codes! {
    /// A name that should stand for something of the app, and does not: a mount of a volume that `volumes` lacks, a
    /// `workload.service` that is no entry of `service`, a path to a port that the service does not have.
    UNKNOWN_REFERENCE = "REN001", Error, "reference to something that the app does not have";
    /// A field that the chosen kind has no place for: a `schedule` of a plain job, a `Recreate` strategy of a
    /// StatefulSet. It would be lost without a word.
    MISPLACED_FIELD = "REN002", Error, "field that the chosen kind does not have";
    /// Variables of a container whose `$(NAME)` references run in a circle. Kubernetes fills in only what stands
    /// before, so that at least one of them keeps its `$(NAME)` as it is written.
    CIRCULAR_VARIABLES = "REN003", Warning, "environment variables that refer to each other";
    /// Labels that tell the app's pods from all others. Selectors stand on them and cannot change, so the spec cannot set
    /// them to something else: `app.kubernetes.io/name`, and `karat.dev/app`, which the pods of jobs have too.
    RESERVED_LABEL = "REN004", Error, "label that selectors stand on";
    /// An object of an API that the environment's cluster does not offer, as `cluster.apis` in its env.yaml has it. Argo CD
    /// refuses to sync an app with such an object, the rest of the app included.
    UNAVAILABLE_API = "REN010", Error, "API that the cluster does not offer";
    /// An entry of `extra` without `apiVersion` or `kind`.
    INCOMPLETE_OBJECT = "REN011", Error, "incomplete object";
    /// A patch whose target is none of the app's rendered objects, or more than one of them.
    PATCH_TARGET = "REN012", Error, "patch without exactly one target";
    /// A patch that cannot be applied: a path that leads nowhere, a `test` that fails. None of its operations is done.
    FAILED_PATCH = "REN013", Error, "patch that cannot be applied";
    /// A patch that leaves its target as it was. What it was for has come true by itself, or its path has a mistake.
    IDLE_PATCH = "REN014", Warning, "patch that changes nothing";
    /// Two objects of an environment with the same kind, namespace and name. In the cluster there is only one of them;
    /// which one changes with every sync.
    NAME_COLLISION = "REN015", Error, "two objects with one name";
    /// Applications or AppProjects of two environments with one name: `dev` with the app `eu-web`, and `dev-eu` with `web`.
    /// Argo CD holds those of all environments in one namespace, where they would take turns.
    SHARED_NAME = "REN018", Error, "two environments make one Argo CD object";
    /// `network.allow` speaks of a part of the platform, and `platform` in env.yaml does not say where that part lives.
    UNKNOWN_NEIGHBOUR = "REN016", Error, "part of the platform whose place is unknown";
    /// A NetworkPolicy names addresses, not hosts. For a host without `cidr`, its port is open to every address outside of
    /// the private ranges.
    UNKNOWN_ADDRESS = "REN017", Warning, "host whose address is unknown";
    /// A hook that needs a part of its app when the app is not there: a ServiceAccount with rights before the first sync
    /// (`PreSync`), a ConfigMap when all has been deleted (`PostDelete`). Its pods do not start, and the sync or the
    /// deletion waits for them.
    ABSENT_PART = "REN019", Error, "hook needs what is not there when it runs";
    /// A connection to an app that `argocd.cluster` puts into another cluster of the environment. The name that the spec
    /// gives to the callee is that of a Service, which means something only in the cluster where the Service is.
    FAR_CALLEE = "REN020", Error, "call into another cluster";
    /// A smoke test (`request`) whose attempts may take longer than the `deadline` of its job, with the pauses that curl
    /// makes between them: 1s, 2s, 4s and so on, up to 10m; or a load test that is planned to take longer than its
    /// `job.deadline`. The job is ended in the middle, so that the attempts behind that are never made, and its pod goes
    /// with the reason of the failure.
    CUT_SHORT = "REN021", Warning, "test that its deadline cuts short";
    /// A load test that no service could pass, or that says nothing about one: a `minRps` above the rate that is planned,
    /// a rate of 0, targets that are never chosen.
    IMPOSSIBLE_TEST = "REN022", Error, "load test that cannot tell anything";
    /// A load test that runs in the cluster and speaks with a host (a target's `url` or `via`, or the Kubernetes API) which
    /// no connection of the app leads to, where `network.defaultDeny` refuses all other traffic. Every request would time
    /// out, and the verdict would blame the service.
    UNREACHED_TARGET = "REN023", Warning, "load test that its NetworkPolicy keeps from its target";
}
