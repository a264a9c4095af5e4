//! The table: every field of every kind of spec file.

mod app;
mod container;
mod environment;
mod jobs;
mod network;
mod project;
mod scaling;
mod storage;
mod workload;

pub use app::{APP, IMAGE, OVERLAY, SECTIONS};
pub use environment::{DEFAULTS, ENVIRONMENT};
pub use project::PROJECT;

use super::{Object, Scalar, Type};

/// A kind of spec file.
pub struct FileKind {
    /// The value of its `kind` field.
    pub kind: &'static str,
    /// Its fields.
    pub object: &'static Object,
    /// The name of its JSON Schema under `schemas/karat/`, without the ending.
    pub schema: &'static str,
}

/// Every kind of spec file.
pub static FILES: &[FileKind] = &[
    FileKind { kind: "Project", object: &PROJECT, schema: "project" },
    FileKind { kind: "EnvironmentDefaults", object: &DEFAULTS, schema: "defaults" },
    FileKind { kind: "Environment", object: &ENVIRONMENT, schema: "environment" },
    FileKind { kind: "App", object: &APP, schema: "app" },
    FileKind { kind: "AppOverlay", object: &OVERLAY, schema: "overlay" },
];

const STRING: Type = Type::Scalar(Scalar::String);
const NAME: Type = Type::Scalar(Scalar::Name);
const TEXT: Type = Type::Scalar(Scalar::Text);
const BOOL: Type = Type::Scalar(Scalar::Bool);
const DURATION: Type = Type::Scalar(Scalar::Duration);
const QUANTITY: Type = Type::Scalar(Scalar::Quantity);
const INT_OR_PERCENT: Type = Type::Scalar(Scalar::IntOrPercent);
const PORT: Type = Type::Scalar(Scalar::Int { min: 1, max: 65_535 });
const PORT_OR_NAME: Type = Type::Scalar(Scalar::PortOrName);
const COUNT: Type = Type::Scalar(Scalar::Int { min: 0, max: 2_147_483_647 });
const POSITIVE: Type = Type::Scalar(Scalar::Int { min: 1, max: 2_147_483_647 });
const STRINGS: Type = Type::List(&STRING);
const TEXTS: Type = Type::Map(&TEXT);

/// One of these words.
const fn words(words: &'static [&'static str]) -> Type {
    Type::Scalar(Scalar::Enum(words))
}
