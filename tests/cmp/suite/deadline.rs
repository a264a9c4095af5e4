//! Commands that take too long.

use std::time::Duration;

use crate::{
    case::{Case, Expect},
    grpc::Patience,
    request::Asked,
};

const SECOND: Duration = Duration::from_secs(1);

pub(super) fn cases() -> Vec<Case> {
    vec![
        Case {
            name: "in time",
            spec: "generate: {command: [sh, -c, 'sleep 0.2; echo kind: A']}",
            patience: Patience::USUAL,
            expect: Expect::Documents(&[r#"{"kind":"A"}"#]),
            ..Case::default()
        },
        Case {
            // The server gives up 100 ms before its caller does, so that the caller hears why.
            name: "late",
            spec: "generate: {command: [sleep, '30']}",
            patience: Patience::told(SECOND),
            expect: Expect::Failure(&["error generating manifests: `sleep 30` failed signal: "]),
            ..Case::default()
        },
        Case {
            name: "late, with children",
            spec: "generate: {command: [sh, -c, 'sleep 30 & sleep 30 & wait']}",
            patience: Patience::told(SECOND),
            expect: Expect::Failure(&["error generating manifests: ", " failed signal: "]),
            ..Case::default()
        },
        Case {
            // What it still prints is waited for until it is killed, and by then the caller has gone.
            name: "late, with a child that does not listen",
            spec: "generate: {command: [sh, -c, 'trap \"\" TERM; sleep 30']}",
            patience: Patience::of(SECOND),
            expect: Expect::Failure(&["context deadline exceeded"]),
            ..Case::default()
        },
        Case {
            // SIGTERM goes to the group, and SIGKILL to the command itself at the same moment.
            name: "late, with something to tidy up",
            spec: "generate: {command: [sh, -c, 'trap \"sleep 1; exit 7\" TERM; sleep 30 & wait']}",
            patience: Patience::told(SECOND),
            expect: Expect::Failure(&["error generating manifests: ", " failed signal: killed"]),
            ..Case::default()
        },
        Case {
            name: "late in discovery",
            spec: "{generate: {command: [a]}, discover: {find: {command: [sleep, '30']}}}",
            asked: Asked::Match,
            patience: Patience::told(SECOND),
            expect: Expect::Failure(&[
                "match repository error: error running find command: `sleep 30` failed signal: ",
            ]),
            ..Case::default()
        },
    ]
}
