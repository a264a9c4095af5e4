//! What was asked for, and by which way it came.

use std::collections::BTreeMap;

use super::{
    PARAMETERS, Parameter, Takes, Variables,
    json::{ALL, entries},
    parameter::IMAGES,
    variables::{PARAMETER, USERS},
};
use crate::{
    diagnostic::{Error, Result},
    grammar::known_or_similar,
};

/// What the name of a variable starts with that holds one image, whatever comes after it.
///
/// The image updater writes each image to a variable of its own, whose name its configuration says.
const IMAGE: &str = "IMAGE_";

/// The variable that holds the tag of the app's own image.
const IMAGE_TAG: &str = "IMAGE_TAG";

/// Characters of a foreign text that a message shows.
const SHOWN: usize = 60;

/// What was asked for, by the parameter's name.
#[derive(Debug, Default)]
pub struct Given(BTreeMap<&'static str, Text>);

/// A value, and the way it came.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Text {
    /// The value.
    pub value: Value,
    /// The name of a flag or variable.
    pub source: String,
}

/// A value that was given.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Value {
    /// One text.
    String(String),
    /// A list of texts.
    Array(Vec<String>),
}

impl Given {
    /// What the flags say, then the parameters, then `plugin.env`.
    ///
    /// # Errors
    /// When something is asked for that nobody knows, or in a form that nobody can read.
    pub fn read(flags: impl IntoIterator<Item = (&'static str, Value)>, variables: &Variables) -> Result<Self> {
        let mut given = Self::default();
        for (name, value) in flags {
            given.add(name, value, &format!("--{name}"));
        }
        given.add_parameters(variables.text(ALL)?)?;
        for parameter in PARAMETERS {
            given.add_variables(parameter, variables)?;
        }
        given.add_images(variables)?;
        let is_known = |name: &str| PARAMETERS.iter().any(|parameter| parameter.variable == name);
        match variables.users().find(|name| !is_known(name) && !name.starts_with(IMAGE)) {
            Some(name) => Err(unknown("variable", name, |parameter| parameter.variable)),
            None => Ok(given),
        }
    }

    /// What was asked for, by the parameter's name.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &Text)> {
        self.0.iter().map(|(name, text)| (*name, text))
    }

    pub(super) fn string(&self, parameter: &Parameter) -> Option<&str> {
        match &self.0.get(parameter.name)?.value {
            Value::String(text) => Some(text),
            Value::Array(_) => None,
        }
    }

    pub(super) fn array(&self, parameter: &Parameter) -> &[String] {
        match self.0.get(parameter.name).map(|text| &text.value) {
            Some(Value::Array(items)) => items,
            _ => &[],
        }
    }

    /// The first way wins. An empty value is as good as none: Argo CD passes fields that somebody left blank.
    fn add(&mut self, name: &'static str, value: Value, source: &str) {
        let is_empty = match &value {
            Value::String(text) => text.is_empty(),
            Value::Array(items) => items.is_empty(),
        };
        if !is_empty {
            self.0.entry(name).or_insert_with(|| Text { value, source: source.to_owned() });
        }
    }

    /// What the parameters say. A source without a plugin block has no such variable.
    fn add_parameters(&mut self, json: Option<&str>) -> Result<()> {
        let entries = json.map(entries).transpose()?.unwrap_or_default();
        for (parameter, value) in entries {
            self.add(parameter.name, value, ALL);
        }
        Ok(())
    }

    /// Variables of single images, over those of the list.
    fn add_images(&mut self, variables: &Variables) -> Result<()> {
        for name in variables.users().filter(|name| name.starts_with(IMAGE)) {
            let source = format!("{USERS}{name}");
            let Some(text) = variables.text(&source)?.map(str::trim) else { continue };
            let image = if name == IMAGE_TAG { format!(":{text}") } else { text.to_owned() };
            let all = self
                .0
                .entry(IMAGES.name)
                .or_insert_with(|| Text { value: Value::Array(Vec::new()), source: String::new() });
            if let Value::Array(images) = &mut all.value {
                images.push(image);
            }
            if !all.source.is_empty() {
                all.source.push_str(", ");
            }
            all.source.push_str(&source);
        }
        Ok(())
    }

    fn add_variables(&mut self, parameter: &Parameter, variables: &Variables) -> Result<()> {
        let own = format!("{PARAMETER}{}", parameter.name.to_ascii_uppercase());
        for name in [own, format!("{USERS}{}", parameter.variable)] {
            if let Some(text) = variables.text(&name)? {
                self.add(parameter.name, parameter.parse(text), &name);
            }
        }
        Ok(())
    }
}

impl Parameter {
    fn parse(&self, text: &str) -> Value {
        match self.takes {
            Takes::String => Value::String(text.trim().to_owned()),
            Takes::Array => {
                let items = text.split(|c: char| c == ',' || c.is_whitespace()).filter(|item| !item.is_empty());
                Value::Array(items.map(str::to_owned).collect())
            }
        }
    }
}

/// The failure to know a name.
pub(super) fn unknown(what: &str, name: &str, known: fn(&Parameter) -> &'static str) -> Error {
    let hint = known_or_similar(&text(name), PARAMETERS.iter().map(|parameter| known(parameter)));
    Error::new(format!("the plugin knows no {what} `{}`", text(name))).hint(hint)
}

/// A foreign text as a message shows it: what is longer than any name is cut.
pub fn text(text: &str) -> String {
    match text.char_indices().nth(SHOWN) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmp::testing::{refused, variables};

    fn given(own: &[(&str, &str)]) -> Vec<(&'static str, Value, String)> {
        let given = Given::read([], &variables(own)).unwrap();
        given.iter().map(|(name, text)| (name, text.value.clone(), text.source.clone())).collect()
    }

    fn app(name: &str, source: &str) -> Vec<(&'static str, Value, String)> {
        vec![("app", Value::String(name.into()), source.into())]
    }

    #[test]
    fn the_app_comes_by_several_ways() {
        let json = r#"[{"name": "app", "string": "web"}]"#;
        assert_eq!(given(&[(ALL, json)]), app("web", ALL));
        assert_eq!(given(&[(ALL, json), ("PARAM_APP", "b"), ("ARGOCD_ENV_APP", "c")]), app("web", ALL));
        assert_eq!(given(&[(ALL, "null"), ("PARAM_APP", "b"), ("ARGOCD_ENV_APP", "c")]), app("b", "PARAM_APP"));
        for nothing in ["", "  ", "null", "[]", r#"[{"name": "app"}]"#, r#"[{"name": "app", "string": ""}]"#] {
            assert_eq!(given(&[(ALL, nothing), ("ARGOCD_ENV_APP", "c")]), app("c", "ARGOCD_ENV_APP"), "{nothing}");
        }
        let flag = [("app", Value::String("d".into()))];
        let given = Given::read(flag, &variables(&[(ALL, json)])).unwrap();
        assert_eq!(given.string(&crate::cmp::parameter::APP), Some("d"));
    }

    #[test]
    fn lists() {
        let images = |items: &[&str]| Value::Array(items.iter().map(|item| (*item).to_owned()).collect());
        let json = r#"[{"name": "images", "array": ["a:1", "b:2"], "string": null}]"#;
        assert_eq!(given(&[(ALL, json)])[0].1, images(&["a:1", "b:2"]));
        assert_eq!(given(&[("ARGOCD_ENV_IMAGES", "a:1, b:2\nc:3")])[0].1, images(&["a:1", "b:2", "c:3"]));
        let single = [("ARGOCD_ENV_IMAGE_TAG", "1.2"), ("ARGOCD_ENV_IMAGE_DB", "db:2"), ("ARGOCD_ENV_IMAGES", "a:1")];
        let (_, value, source) = given(&single).remove(0);
        assert_eq!(value, images(&["a:1", "db:2", ":1.2"]));
        assert_eq!(source, "ARGOCD_ENV_IMAGES, ARGOCD_ENV_IMAGE_DB, ARGOCD_ENV_IMAGE_TAG");
    }

    #[test]
    fn what_nobody_can_read() {
        let cases = [
            "{",
            "[{\"name\": \"app\", \"string\": \"web\"}",
            "{\"name\": \"app\"}",
            "\"web\"",
            "[\"web\"]",
            "[{\"string\": \"web\"}]",
            "[{\"name\": 1}]",
            "[{\"name\": \"ap\", \"string\": \"web\"}]",
            "[{\"name\": \"region\", \"string\": \"eu\"}]",
            "[{\"name\": \"app\", \"array\": [\"web\"]}]",
            "[{\"name\": \"app\", \"string\": 1}]",
            "[{\"name\": \"images\", \"string\": \"a:1\"}]",
            "[{\"name\": \"images\", \"value\": [\"a:1\"]}]",
            "[{\"name\": \"images\", \"array\": [1]}]",
            "[{\"name\": \"app\", \"string\": \"a\"}, {\"name\": \"app\", \"string\": \"b\"}]",
        ];
        let said = cases.map(|json| format!("{json}\n{}", refused(Given::read([], &variables(&[(ALL, json)])))));
        insta::assert_snapshot!(said.join("\n"));
    }

    #[test]
    fn an_enormous_name_is_cut() {
        let name = "é".repeat(100_000);
        let refused = refused(Given::read([], &variables(&[(&format!("{USERS}{name}"), "x")])));
        assert!(refused.len() < 400, "{refused}");
        assert!(refused.contains("ééé…`"), "{refused}");
    }

    #[test]
    fn a_deep_json_is_no_trouble() {
        let json = "[".repeat(100_000);
        assert!(refused(Given::read([], &variables(&[(ALL, &json)]))).contains("is no JSON"));
    }

    #[cfg(unix)]
    #[test]
    fn a_variable_that_is_not_utf8() {
        use std::{ffi::OsString, os::unix::ffi::OsStringExt};
        for name in [ALL, "PARAM_APP", "ARGOCD_ENV_APP"] {
            let variables = Variables::from_iter([(name, OsString::from_vec(vec![b'a', 0xFF]))]);
            let refused = refused(Given::read([], &variables));
            assert!(refused.contains(&format!("`{name}` is not UTF-8")), "{refused}");
        }
    }
}
