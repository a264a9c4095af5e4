//! The one integration target: each module looks at the house from outside.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod cli;
mod command;
mod environment;
mod examples;
mod generated;
mod guide;
mod load;
mod rules;
