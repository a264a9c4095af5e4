//! The one integration target: each module looks at the house from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod archive;
mod argocd;
mod bad_files;
mod bad_input;
mod cli;
mod cmp;
mod command;
mod coverage;
mod environment;
mod examples;
mod explain;
mod fix;
mod formats;
mod generated;
mod git;
mod guide;
mod house;
mod hydrate;
mod known;
mod lint;
mod lint_command;
mod load;
mod page;
mod pod_security;
mod reason;
mod refusal;
mod rules;
mod schema_command;
mod schema_location;
mod secrets;
mod seeds;
mod selection;
mod suppress;
mod tour;
mod waves;
