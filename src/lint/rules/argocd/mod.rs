//! `ARG`: what Argo CD reads: Applications and their projects, waves, hooks and plugins.

pub(super) mod application;
pub(super) mod plugin;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, standard_cron};
