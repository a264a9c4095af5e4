//! Holds the structs to the grammar: a field that only one of the two knows is accepted and then ignored.

use super::{AppSpec, EnvironmentSpec, LoadTest, Named, Project};
use crate::{
    grammar::{Object, Type, fields},
    node::Node,
};

/// What can be held against a type of the grammar.
pub(super) trait Mirror {
    /// Notes every field below `path` that only one of the two has.
    fn differences(ty: &Type, path: &str, found: &mut Vec<String>);
}

/// A leaf may hold anything.
impl Mirror for Node {
    fn differences(_: &Type, _: &str, _: &mut Vec<String>) {}
}

impl<T: Mirror> Mirror for Option<T> {
    fn differences(ty: &Type, path: &str, found: &mut Vec<String>) {
        T::differences(ty, path, found);
    }
}

impl<T: Mirror> Mirror for Named<T> {
    fn differences(ty: &Type, path: &str, found: &mut Vec<String>) {
        match ty {
            Type::Map(_, of) => T::differences(of, &format!("{path}.*"), found),
            _ => found.push(format!("{path} is no map by name in the grammar")),
        }
    }
}

impl<T: Mirror> Mirror for Vec<T> {
    fn differences(ty: &Type, path: &str, found: &mut Vec<String>) {
        match ty {
            Type::List(of) => T::differences(of, &format!("{path}[]"), found),
            _ => found.push(format!("{path} is no list in the grammar")),
        }
    }
}

/// A field of a struct.
pub(super) type Field = (&'static str, fn(&Type, &str, &mut Vec<String>));

/// Holds the fields of a struct against an object of the grammar.
pub(super) fn compare(own: &[Field], ty: &Type, path: &str, found: &mut Vec<String>) {
    let Type::Object(Object { fields, .. }) = ty else {
        found.push(format!("{path} is no object in the grammar"));
        return;
    };
    for (key, differences) in own {
        match fields.iter().find(|field| field.name == *key) {
            Some(field) => differences(&field.ty, &format!("{path}.{key}"), found),
            None => found.push(format!("{path}.{key} is not in the grammar")),
        }
    }
    let alone = fields.iter().filter(|field| own.iter().all(|(key, _)| *key != field.name));
    found.extend(alone.map(|field| format!("{path}.{} is not in the model", field.name)));
}

#[test]
fn the_model_has_the_fields_of_the_grammar() {
    let mut found = Vec::new();
    AppSpec::differences(&Type::Object(&fields::SECTIONS), "app", &mut found);
    EnvironmentSpec::differences(&Type::Object(&fields::ENVIRONMENT), "environment", &mut found);
    Project::differences(&Type::Object(&fields::PROJECT), "project", &mut found);
    LoadTest::differences(&Type::Object(&fields::LOAD_TEST), "file", &mut found);
    // What the stage of specs has used up, and what it has put there.
    let known = [
        "app.config.*.files.*.content is not in the grammar",
        "app.network.connections is not in the model",
        "app.loadtest.targets.*.content is not in the grammar",
        "environment.apiVersion is not in the model",
        "environment.kind is not in the model",
        "environment.metadata is not in the model",
        "environment.namespace is not in the model",
        "environment.apps is not in the model",
        "environment.defaults is not in the model",
        "environment.overrides is not in the model",
        "environment.enforce is not in the model",
        "project.apiVersion is not in the model",
        "project.kind is not in the model",
        "project.argocd is not in the model",
        "file.targets.*.content is not in the grammar",
        "file.job is not in the grammar",
        "file.apiVersion is not in the model",
        "file.kind is not in the model",
        "file.metadata is not in the model",
    ];
    assert_eq!(found, known);
}
