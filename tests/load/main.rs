//! The load test against servers of which the truth is known: the engine itself, and the program as its users run it.
//!
//! A machine that has other things to do is late, and the program says so. No test here depends on being on time: what was
//! sent and counted has to be right on every machine.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

mod bad_input;
mod broken;
mod cluster;
mod command;
mod compare;
mod connections;
mod framing;
mod kubernetes;
mod meeting;
mod plan;
mod ready;
mod reports;
mod script;
mod server;
mod spec;
mod stages;
mod system;
mod targets;
mod threads;
mod tls;
mod truth;
mod verdict;
mod way;
mod workers;

#[cfg(unix)]
mod http2;
#[cfg(unix)]
mod machine;
#[cfg(target_os = "linux")]
mod memory;
#[cfg(unix)]
mod process;
