//! The load test: whether the service still meets its objectives, or why that cannot be said.
//!
//! ```text
//! ask → plan → slots → exchange → record → outcome
//! ```
//!
//! What somebody asks for becomes a plan before anything is sent. Threads that share nothing take their slots of it,
//! each request ends in a histogram and in the books, and an outcome says what follows.
//!
//! Three things are held to be true without a flag. Waiting is counted from when a request was planned, not from when it
//! was sent. Nothing that was planned disappears. A generator that was late does not blame the server.

mod ask;
mod budget;
mod cluster;
mod compare;
mod connect;
mod exchange;
mod fault;
mod generator;
mod http1;
mod kubernetes;
mod lane;
mod ledger;
mod limits;
mod meeting;
mod merge;
mod outcome;
mod pace;
mod plan;
mod random;
mod ready;
mod record;
mod redirect;
mod route;
mod run;
mod schedule;
mod shared;
mod slo;
mod slots;
mod spec;
mod stage;
mod stored;
mod stream;
mod target;
mod threads;
mod timeline;
mod tls;
mod verdict;
mod worker;

pub use ask::{Ask, Asked};
pub use cluster::{Kind, Query, Series, Watch, Workload, default_queries, replica_queries};
pub use compare::Comparison;
pub use connect::Version;
pub use generator::{Doubt, Generator};
pub use kubernetes::{Access, ConfigMap, Where};
pub use ledger::{Ending, Failure, Ledger};
pub use limits::keep_small;
pub use meeting::{Meeting, Met};
pub use outcome::{MOST_LAG, Outcome, Promise, Promises};
pub use plan::{Plan, Reuse, Traffic};
pub use ready::wait_ready;
pub use record::{Record, Times, UNEXPECTED};
pub use redirect::Redirects;
pub use route::{ConnectTo, Detour, Resolve, Routes};
pub use run::{Cut, Measured, Progress, run};
pub use schedule::{Arrival, Schedule, Share, Spacing, Stage};
pub use slo::{Objective, parse_time, quantile};
pub use spec::{Document, Prometheus, Test, Variables};
pub use stage::Passed;
pub use stored::{Stored, StoredTick, VERSION};
pub use target::{Body, Expect, Origin, Target, Via};
pub use timeline::{Tick, Timeline};
pub use tls::Trust;
pub use verdict::{Judged, Verdict};
pub use worker::Part;
