//! `SEC`: what opens a door to those who should not come in, beside what the Pod Security Standards forbid.

mod account;
mod address;
mod constraint;
mod credential;
mod hardening;
mod host;
mod port;
mod secret;

use super::{Check, Findings, Rule, declare_rule};

pub(super) static RULES: &[&Rule] = &[
    &hardening::LOW_USER,
    &hardening::WRITABLE_ROOT,
    &hardening::RAW_PACKETS,
    &hardening::NO_HARDENING,
    &host::SYSTEM_DIRECTORY,
    &host::RUNTIME_SOCKET,
    &host::WRITABLE_HOST,
    &port::SSH,
    &port::PRIVILEGED_PORT,
    &account::TOKEN_OF_NO_USE,
    &account::DEFAULT_ACCOUNT,
    &account::OLD_FIELD,
    &constraint::PRIVILEGED_CONSTRAINT,
    &constraint::TERMINAL,
    &credential::NAMED_CREDENTIAL,
    &credential::SHAPED_CREDENTIAL,
    &secret::SECRET_IN_VARIABLE,
    &secret::OPEN_SECRET,
    &address::EXTERNAL_ADDRESS,
];
