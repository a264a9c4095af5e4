//! `NET`: objects of the network that lead nowhere, or to the wrong place, and what they leave open.

mod exposure;
mod host;
mod ingress;
mod isolation;
mod policy;
mod policy_form;
mod route;
mod service;
mod service_form;
mod service_port;
mod sharing;

use super::{Check, Findings, Rule, declare_rule, did_you_mean, near_miss};

pub(super) static RULES: &[&Rule] = &[
    &service::DANGLING_SERVICE,
    &ingress::MISSING_BACKEND,
    &ingress::MISSING_BACKEND_PORT,
    &policy::DANGLING_POLICY,
    &service::MISSING_TARGET_PORT,
    &policy::DANGLING_PEER,
    &exposure::EXPOSED_SERVICE,
    &exposure::PLAIN_INGRESS,
    &exposure::ANY_HOST,
    &route::RIVAL_ROUTES,
    &host::UNCOVERED_HOST,
    &route::MISSING_CLASS,
    &route::TWO_CLASSES,
    &service_port::BAD_SERVICE_PORT,
    &service_form::REFUSED_SERVICE,
    &service_port::NODE_PORT_RANGE,
    &service_port::TAKEN_NODE_PORT,
    &service_port::UNDECLARED_TARGET,
    &exposure::EXTERNAL_ADDRESSES,
    &sharing::JOB_GETS_REQUESTS,
    &sharing::MIXED_PODS,
    &sharing::SAME_SELECTOR,
    &isolation::OPEN_POD,
    &isolation::BLOCKED_DNS,
    &policy_form::IGNORED_RULES,
    &policy_form::OPEN_RULE,
    &policy_form::REFUSED_PEER,
    &service_form::ALIAS_OF_ADDRESS,
    &host::BAD_HOST,
    &host::BAD_PATH,
];
