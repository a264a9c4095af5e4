//! `ARG`: what Argo CD reads: Applications and their projects, waves, hooks and plugins.

pub(super) mod application;

use super::{Check, Findings, Rule, declare_rule, did_you_mean};
