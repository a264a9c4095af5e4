//! The table: every field of every kind of spec file.

mod app;
mod argocd;
mod container;
mod environment;
mod ingress;
mod jobs;
mod lint;
mod loadtest;
mod network;
mod project;
mod scaling;
mod storage;
mod workload;

pub use app::{APP, IMAGE, OVERLAY, SECTIONS};
pub use environment::{DEFAULTS, ENVIRONMENT};
pub use jobs::{HOOK_DELETE_POLICIES, HOOKS};
pub use loadtest::LOAD_TEST;
pub use project::PROJECT;

use super::{Keys, Object, Scalar, Type};

/// What Argo CD is told in one environment: the project's settings, and the environment's own over them.
pub static ARGOCD: Type = Type::Object(&argocd::SETTINGS);

/// A kind of spec file.
pub struct FileKind {
    /// The value of its `kind` field.
    pub kind: &'static str,
    /// Where such files stand, from the repository's root.
    pub path: &'static str,
    /// Its fields.
    pub object: &'static Object,
    /// The name of its JSON Schema under `schemas/karat/`, without the ending.
    pub schema: &'static str,
    /// Whether `"*"` may stand for every entry of a map by name: its layers are merged with those of all apps, where an
    /// app's own file names its entries.
    pub wildcards: bool,
}

/// Every kind of spec file.
pub static FILES: &[&FileKind] =
    &[&PROJECT_FILE, &DEFAULTS_FILE, &ENVIRONMENT_FILE, &APP_FILE, &OVERLAY_FILE, &LOAD_TEST_FILE];

/// The repository's settings.
pub static PROJECT_FILE: FileKind =
    FileKind { kind: "Project", path: "karat.yaml", object: &PROJECT, schema: "project", wildcards: false };

/// What every environment starts from.
pub static DEFAULTS_FILE: FileKind = FileKind {
    kind: "EnvironmentDefaults",
    path: "envs/defaults.yaml",
    object: &DEFAULTS,
    schema: "defaults",
    wildcards: true,
};

/// An environment.
pub static ENVIRONMENT_FILE: FileKind = FileKind {
    kind: "Environment",
    path: "envs/<env>/env.yaml",
    object: &ENVIRONMENT,
    schema: "environment",
    wildcards: true,
};

/// An app.
pub static APP_FILE: FileKind =
    FileKind { kind: "App", path: "envs/base/<app>/app.yaml", object: &APP, schema: "app", wildcards: false };

/// What an environment changes of an app.
pub static OVERLAY_FILE: FileKind = FileKind {
    kind: "AppOverlay",
    path: "envs/<env>/<app>.yaml",
    object: &OVERLAY,
    schema: "overlay",
    wildcards: false,
};

/// A load test in a file of its own, wherever it is.
pub static LOAD_TEST_FILE: FileKind =
    FileKind { kind: "LoadTest", path: "any file", object: &LOAD_TEST, schema: "load-test", wildcards: false };

/// A layer of an app, as it is merged with the others.
pub static LAYER: Type = Type::Object(&SECTIONS);

const STRING: Type = Type::Scalar(Scalar::String);
const NAME: Type = Type::Scalar(Scalar::Name);
const TEXT: Type = Type::Scalar(Scalar::Text);
const BOOL: Type = Type::Scalar(Scalar::Bool);
const DURATION: Type = Type::Scalar(Scalar::Duration);
const QUANTITY: Type = Type::Scalar(Scalar::Quantity);
const INT_OR_PERCENT: Type = Type::Scalar(Scalar::IntOrPercent);
const PORT: Type = Type::Scalar(Scalar::Int { min: 1, max: 65_535 });
const PORT_OR_NAME: Type = Type::Scalar(Scalar::PortOrName);
const NUMBER: Type = Type::Scalar(Scalar::Number);
const COUNT: Type = Type::Scalar(Scalar::Int { min: 0, max: 2_147_483_647 });
const POSITIVE: Type = Type::Scalar(Scalar::Int { min: 1, max: 2_147_483_647 });
const STRINGS: Type = Type::List(&STRING);
const TEXTS: Type = map(&TEXT);

/// Entries by names that are the user's own.
const fn map(of: &'static Type) -> Type {
    Type::Map(Keys::Any, of)
}

/// Entries by names that become names in Kubernetes.
const fn named(of: &'static Type) -> Type {
    Type::Map(Keys::Label, of)
}

/// One of these words.
const fn words(words: &'static [&'static str]) -> Type {
    Type::Scalar(Scalar::Enum(words))
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;
    use crate::grammar::{Short, Union};

    /// Every object of the table by its name, in a form that can be compared.
    fn objects() -> BTreeMap<&'static str, (&'static Object, String)> {
        fn add(object: &'static Object, objects: &mut BTreeMap<&'static str, (&'static Object, String)>) {
            let text = format!("{object:?}");
            let (_, known) = objects.entry(object.name).or_insert_with(|| (object, text.clone()));
            assert_eq!(*known, text, "two objects are called `{}`", object.name);
            object.fields.iter().filter_map(|field| field.ty.object()).for_each(|child| add(child, objects));
        }
        let mut objects = BTreeMap::new();
        for file in FILES {
            add(file.object, &mut objects);
        }
        objects
    }

    #[test]
    fn objects_have_names_of_their_own() {
        assert!(objects().len() > 40);
    }

    #[test]
    fn fields_are_unique_and_documented() {
        for (name, (object, _)) in objects() {
            for (at, field) in object.fields.iter().enumerate() {
                let field_name = field.name;
                assert!(object.fields[..at].iter().all(|other| other.name != field_name), "{name}: {field_name} twice");
                assert!(field.doc.ends_with('.'), "{name}: {field_name}: the documentation ends with a full stop");
                assert!(!field_name.starts_with("x-"), "{name}: {field_name} is the user's");
                assert!(field_name.chars().all(|c| c.is_ascii_alphanumeric()), "{name}: {field_name}");
            }
        }
    }

    #[test]
    fn short_forms_and_unions_name_fields() {
        for (name, (object, _)) in objects() {
            let union: &[&str] = match object.union {
                Union::None => &[],
                Union::Key(keys) => keys,
                Union::Value(ref key) => std::slice::from_ref(key),
            };
            for key in union {
                assert!(object.field(key).is_some(), "{name} has no field `{key}`");
            }
            match object.short {
                Short::None => {}
                Short::Scalar(key) => {
                    let ty = object.field(key).map(|field| &field.ty);
                    // A word of an enum would forbid the map in the editors' schema.
                    let is_leaf = matches!(ty, Some(Type::Scalar(scalar)) if !matches!(scalar, Scalar::Enum(_)));
                    assert!(is_leaf, "{name}: `{key}` cannot be short");
                }
                Short::Image => {
                    assert!(["repository", "tag", "digest"].iter().all(|key| object.field(key).is_some()), "{name}");
                }
            }
        }
    }

    #[test]
    fn a_layer_is_an_app_without_its_header() {
        let names = |object: &Object| object.fields.iter().map(|field| field.name).collect::<Vec<_>>();
        assert_eq!(names(&APP)[..2], ["apiVersion", "kind"]);
        assert_eq!(names(&APP)[2..], names(&SECTIONS));
    }
}
