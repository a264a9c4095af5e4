//! Kubernetes' own schema keyword that has to be checked: lists whose items must differ in some of their fields.

use jsonschema::{Keyword, ValidationError, paths::Location};
use rustc_hash::FxHashSet;
use serde_json::{Map, Value};
use smol_str::SmolStr;

use super::instance::Tree;
use crate::node::Node;

/// The keyword that names the fields which tell the items of a list apart.
pub(super) const LIST_MAP_KEYS: &str = "x-kubernetes-list-map-keys";

/// Finds items that equal an earlier one. The message of each error is the index of the item.
struct Distinct {
    /// The fields that are compared, with their defaults.
    keys: Vec<(String, Option<SmolStr>)>,
}

type Made<'a> = Result<Box<dyn for<'i> Keyword<'i, Tree>>, ValidationError<'a>>;

/// Makes the check of `x-kubernetes-list-map-keys`.
#[expect(clippy::unnecessary_wraps, reason = "jsonschema dictates the signature")]
pub(super) fn list_map_keys<'a>(schema: &'a Map<String, Value>, keys: &'a Value, _: Location) -> Made<'a> {
    let fields = schema.get("items").and_then(|items| items.get("properties"));
    let keys = keys.as_array().into_iter().flatten().filter_map(Value::as_str);
    let keys = keys.map(|key| (key.to_owned(), default(key, fields.and_then(|fields| fields.get(key))))).collect();
    Ok(Box::new(Distinct { keys }))
}

/// What the API server fills in where a key field is absent. The built-in kinds have one such field.
fn default(key: &str, field: Option<&Value>) -> Option<SmolStr> {
    let written = field.and_then(|field| field.get("default")).and_then(Value::as_str);
    written.or((key == "protocol").then_some("TCP")).map(SmolStr::new)
}

impl Distinct {
    /// What must differ between items; nothing for an item that another check refuses.
    fn identity(&self, item: &Node) -> Option<String> {
        let mut identity = String::new();
        for (key, default) in &self.keys {
            let value = item.get(key).and_then(Node::scalar_text).or_else(|| default.clone())?;
            identity.push_str(&value);
            identity.push('\0');
        }
        Some(identity)
    }

    fn duplicates(&self, list: &Node) -> impl Iterator<Item = usize> {
        let mut seen = FxHashSet::default();
        let items = list.items();
        // Most lists have one item.
        let items = if items.len() < 2 { &[] } else { items };
        items.iter().enumerate().filter_map(move |(at, item)| (!seen.insert(self.identity(item)?)).then_some(at))
    }
}

impl<'i> Keyword<'i, Tree> for Distinct {
    fn validate(&self, instance: &'i Node) -> Result<(), ValidationError<'i>> {
        self.duplicates(instance).next().map_or(Ok(()), |at| Err(ValidationError::custom(at.to_string())))
    }

    fn is_valid(&self, instance: &'i Node) -> bool {
        self.duplicates(instance).next().is_none()
    }

    fn iter_errors(&self, instance: &'i Node) -> Box<dyn Iterator<Item = ValidationError<'i>> + 'i> {
        let duplicates: Vec<usize> = self.duplicates(instance).collect();
        Box::new(duplicates.into_iter().map(|at| ValidationError::custom(at.to_string())))
    }
}
