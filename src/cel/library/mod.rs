//! The functions and operators that Kubernetes gives its expressions, by signature.
//!
//! `(string).charAt(int): string` is called on a receiver, `size(string): int` is not. Capital letters stand for any
//! type. What is offered is that of Kubernetes 1.34:
//! <https://kubernetes.io/docs/reference/using-api/cel/>.

pub(super) mod bytes;
pub(super) mod cidr;
mod convert;
mod formats;
pub(super) mod lists;
pub(super) mod operators;
mod optional;
pub(super) mod quantity;
pub(super) mod regex;
pub(super) mod semver;
mod signature;
mod strings;
mod template;
pub(super) mod time;
pub(super) mod url;

use std::sync::LazyLock;

use rustc_hash::FxHashMap;

use super::{
    types::Type,
    value::{Outcome, Value, fail},
};

/// What a function does.
pub(super) type Run = for<'a> fn(&[Value<'a>]) -> Outcome<Value<'a>>;

/// Functions by signature.
type Table = &'static [(&'static str, Run)];

/// A function for certain types of arguments.
pub(super) struct Overload {
    /// Whether the first argument stands before a dot.
    pub(super) member: bool,
    /// The types of the arguments.
    pub(super) parameters: Vec<Type>,
    /// The type of the result.
    pub(super) result: Type,
    /// What it does.
    pub(super) run: Run,
}

impl std::fmt::Debug for Overload {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} -> {}", self.parameters, self.result)
    }
}

const TABLES: [Table; 14] = [
    operators::TABLE,
    convert::TABLE,
    strings::TABLE,
    template::TABLE,
    regex::TABLE,
    lists::TABLE,
    lists::SETS,
    optional::TABLE,
    time::TABLE,
    quantity::TABLE,
    url::TABLE,
    cidr::TABLE,
    semver::TABLE,
    formats::TABLE,
];

static FUNCTIONS: LazyLock<FxHashMap<&'static str, Vec<Overload>>> = LazyLock::new(|| {
    let mut functions: FxHashMap<&'static str, Vec<Overload>> = FxHashMap::default();
    for (text, run) in TABLES.into_iter().flatten() {
        let (name, member, parameters, result) = signature::parse(text);
        functions.entry(name).or_default().push(Overload { member, parameters, result, run: *run });
    }
    functions
});

/// All functions by name.
pub(super) fn functions() -> &'static FxHashMap<&'static str, Vec<Overload>> {
    &FUNCTIONS
}

/// The name of a type as `type()` returns it, if this is one.
pub(super) fn type_named(name: &str) -> Option<&'static str> {
    const NAMES: [&str; 19] = [
        "null_type",
        "bool",
        "int",
        "uint",
        "double",
        "string",
        "bytes",
        "list",
        "map",
        "type",
        "optional_type",
        "google.protobuf.Duration",
        "google.protobuf.Timestamp",
        "kubernetes.Quantity",
        "kubernetes.URL",
        "kubernetes.Semver",
        "kubernetes.NamedFormat",
        "net.IP",
        "net.CIDR",
    ];
    NAMES.into_iter().find(|known| *known == name)
}

/// What a function says to arguments that it cannot take.
fn no_overload<T>() -> Outcome<T> {
    fail("no such overload")
}
