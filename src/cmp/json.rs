//! The parameters of an Application's source, as Argo CD passes them: one variable with a JSON array of all of them.

use serde_json::{Map, Value as Json};

use super::{PARAMETERS, Parameter, Takes, Value, given::unknown};
use crate::diagnostic::{Error, Result};

/// The variable that holds all parameters.
pub(super) const ALL: &str = "ARGOCD_APP_PARAMETERS";

/// The parameters that have a value. A source without parameters has `null`.
pub(super) fn entries(json: &str) -> Result<Vec<(&'static Parameter, Value)>> {
    let parsed: Json = serde_json::from_str(json).map_err(|error| malformed(&error))?;
    let entries = match parsed {
        Json::Null => Vec::new(),
        Json::Array(entries) => entries,
        _ => return Err(Error::new(format!("`{ALL}` is no JSON array")).hint(FORM)),
    };
    let (mut seen, mut found) = (Vec::new(), Vec::new());
    for entry in &entries {
        let entry = entry.as_object().ok_or_else(|| no_parameter(entry))?;
        let name = entry.get("name").and_then(Json::as_str).ok_or_else(no_name)?;
        let parameter = PARAMETERS.iter().find(|parameter| parameter.name == name);
        let parameter = parameter.ok_or_else(|| unknown("parameter", name, |parameter| parameter.name))?;
        if seen.contains(&name) {
            return Err(Error::new(format!("the parameter `{name}` is given twice")).hint("remove one of them"));
        }
        seen.push(name);
        found.extend(parameter.read(entry)?.map(|value| (*parameter, value)));
    }
    Ok(found)
}

impl Parameter {
    /// The value in an entry of the JSON array; a null is none.
    fn read(&self, entry: &Map<String, Json>) -> Result<Option<Value>> {
        let wanted = self.takes.key();
        let other = ["string", "array", "map"].into_iter().filter(|key| *key != wanted);
        match entry.get(wanted).filter(|value| !value.is_null()) {
            Some(value) => self.typed(value).map(Some),
            None => match other.into_iter().find(|key| entry.get(*key).is_some_and(|value| !value.is_null())) {
                Some(key) => Err(self.mistaken(&format!("`{key}:`"))),
                None if entry.contains_key("value") => Err(self.mistaken("`value:`")),
                None => Ok(None),
            },
        }
    }

    fn typed(&self, value: &Json) -> Result<Value> {
        match (self.takes, value) {
            (Takes::String, Json::String(text)) => Ok(Value::String(text.clone())),
            (Takes::Array, Json::Array(items)) => {
                let texts = items.iter().map(|item| item.as_str().map(str::to_owned)).collect::<Option<Vec<_>>>();
                texts.map(Value::Array).ok_or_else(|| self.mistaken("something else than texts in it"))
            }
            _ => Err(self.mistaken(kind(value))),
        }
    }

    fn mistaken(&self, found: &str) -> Error {
        let (name, key) = (self.name, self.takes.key());
        let example = match self.takes {
            Takes::String => format!("{{name: {name}, string: …}}"),
            Takes::Array => format!("{{name: {name}, array: […]}}"),
        };
        Error::new(format!("the parameter `{name}` takes `{key}:`, and has {found}")).hint(format!("write `{example}`"))
    }
}

impl Takes {
    /// The key of an entry that holds the value.
    pub fn key(self) -> &'static str {
        match self {
            Self::String => "string",
            Self::Array => "array",
        }
    }
}

const FORM: &str =
    "Argo CD makes it from the Application's `plugin.parameters`: `[{\"name\": \"app\", \"string\": \"web\"}]`";

fn malformed(error: &serde_json::Error) -> Error {
    // The text after the place would say it twice.
    let message = error.to_string();
    let message = message.split(" at line ").next().unwrap_or_default();
    Error::new(format!("`{ALL}` is no JSON at column {}: {message}", error.column())).hint(FORM)
}

fn no_parameter(entry: &Json) -> Error {
    Error::new(format!("an entry of `{ALL}` is {}, where an object with `name` is expected", kind(entry))).hint(FORM)
}

fn no_name() -> Error {
    Error::new(format!("an entry of `{ALL}` has no name")).hint(FORM)
}

fn kind(value: &Json) -> &'static str {
    match value {
        Json::Null => "null",
        Json::Bool(_) => "a boolean",
        Json::Number(_) => "a number",
        Json::String(_) => "a string",
        Json::Array(_) => "a list",
        Json::Object(_) => "a map",
    }
}
