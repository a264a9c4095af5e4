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
}
