//! Works out the expression of a `${…}`.
//!
//! A dotted name, which nearly all of them are, is looked up at once, so that a `-` inside of a name is no minus.
//! Anything more is minijinja's: its names are found first and looked up, then it is evaluated over their values alone.

use std::{collections::BTreeMap, sync::LazyLock};

use minijinja::{Environment, ErrorKind, UndefinedBehavior, filters, value::ValueKind};

use crate::node::Value;

/// Far more than any expression needs, and over in a millisecond.
const FUEL: u64 = 10_000;

/// The most bytes of a text that an expression makes: as much as a ConfigMap holds.
pub(super) const MAX_TEXT_BYTES: usize = 1024 * 1024;

/// The filters are those that make nothing large out of something small: fuel counts steps, not bytes.
static ENGINE: LazyLock<Environment<'static>> = LazyLock::new(|| {
    let mut engine = Environment::empty();
    engine.set_undefined_behavior(UndefinedBehavior::Strict);
    engine.set_fuel(Some(FUEL));
    engine.add_filter("abs", filters::abs);
    engine.add_filter("int", filters::int);
    engine.add_filter("length", filters::length);
    engine.add_filter("lower", filters::lower);
    engine.add_filter("replace", replace);
    engine.add_filter("round", filters::round);
    engine.add_filter("string", filters::string);
    engine.add_filter("trim", filters::trim);
    engine.add_filter("upper", filters::upper);
    engine
});

/// Replaces every occurrence of a text.
#[expect(clippy::needless_pass_by_value, reason = "the engine gives a filter its arguments")]
fn replace(text: String, from: String, to: String) -> Result<String, minijinja::Error> {
    let more = text.matches(&from).count().saturating_mul(to.len());
    if text.len().saturating_add(more) > MAX_TEXT_BYTES {
        return Err(minijinja::Error::new(ErrorKind::InvalidOperation, "the text becomes too long"));
    }
    Ok(text.replace(&from, &to))
}

/// Evaluates an expression; `lookup` gives the value of a dotted name.
pub(super) fn evaluate<E: From<String>>(
    expression: &str,
    mut lookup: impl FnMut(&[&str]) -> Result<Value, E>,
) -> Result<Value, E> {
    if let Some(path) = dotted_name(expression) {
        return lookup(&path);
    }
    let compiled = ENGINE.compile_expression(expression).map_err(|error| describe(&error))?;
    let mut names: Vec<String> = compiled.undeclared_variables(true).into_iter().collect();
    names.sort_unstable();
    let mut context = Tree::default();
    for name in &names {
        let path: Vec<&str> = name.split('.').collect();
        context.insert(&path, lookup(&path)?);
    }
    let value = compiled.eval(context.into_value()).map_err(|error| describe(&error))?;
    from_engine(&value).ok_or_else(|| format!("the expression gives {}, not a scalar", value.kind()).into())
}

/// The parts of `connections.cart-api.url`, if the expression is nothing but such a name.
fn dotted_name(expression: &str) -> Option<Vec<&str>> {
    let parts: Vec<&str> = expression.split('.').collect();
    let inner = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
    let is_name = |part: &&str| part.starts_with(|c: char| c.is_ascii_alphabetic()) && part.chars().all(inner);
    parts.iter().all(is_name).then_some(parts)
}

fn describe(error: &minijinja::Error) -> String {
    match error.detail() {
        Some(detail) => format!("{}: {detail}", error.kind()),
        None => error.kind().to_string(),
    }
}

fn from_engine(value: &minijinja::Value) -> Option<Value> {
    match value.kind() {
        ValueKind::Bool => Some(Value::Bool(value.is_true())),
        ValueKind::String => Some(Value::from(value.as_str()?)),
        ValueKind::Number => match i64::try_from(value.clone()) {
            Ok(integer) => Some(Value::Int(integer)),
            Err(_) => f64::try_from(value.clone()).ok().filter(|number| number.is_finite()).map(Value::Float),
        },
        _ => None,
    }
}

/// Values by dotted name, as nested maps.
#[derive(Default)]
struct Tree {
    value: Option<minijinja::Value>,
    children: BTreeMap<String, Tree>,
}

impl Tree {
    fn insert(&mut self, path: &[&str], value: Value) {
        let mut tree = self;
        for step in path {
            tree = tree.children.entry((*step).to_owned()).or_default();
        }
        tree.value = Some(match value {
            Value::Bool(value) => value.into(),
            Value::Int(value) => value.into(),
            Value::Float(value) => value.into(),
            Value::Str(value) => value.as_str().into(),
            Value::Null | Value::List(_) | Value::Map(_) => minijinja::Value::from(()),
        });
    }

    fn into_value(self) -> minijinja::Value {
        if self.children.is_empty() {
            return self.value.unwrap_or_default();
        }
        let children = self.children.into_iter().map(|(name, tree)| (name, tree.into_value()));
        children.collect::<BTreeMap<_, _>>().into()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(expression: &str) -> Result<Value, String> {
        evaluate(expression, |path| match path {
            ["env", "name"] => Ok(Value::from("prod")),
            ["connections", "cart-api", "port"] => Ok(Value::Int(80)),
            ["app", "replicas"] => Ok(Value::Int(3)),
            _ => Err(format!("no {}", path.join("."))),
        })
    }

    #[test]
    fn names_and_expressions() {
        assert_eq!(run("env.name"), Ok(Value::from("prod")));
        assert_eq!(run("connections.cart-api.port"), Ok(Value::Int(80)));
        assert_eq!(run("app.replicas * 2"), Ok(Value::Int(6)));
        assert_eq!(run("'big' if env.name == 'prod' else 'small'"), Ok(Value::from("big")));
        assert_eq!(run("env.name | upper"), Ok(Value::from("PROD")));
        assert_eq!(run("env.nam ~ 'x'"), Err("no env.nam".into()));
        assert!(run("[1, 2]").is_err());
        assert!(run("1 +").is_err());
        assert_eq!(run("env.name | replace('o', '0')"), Ok(Value::from("pr0d")));
        for hostile in
            ["range(100000000) | length", "'x' | indent(9999999999)", "('a' * 9999) | replace('a', 'a' * 9999)"]
        {
            assert!(run(hostile).is_err(), "{hostile}");
        }
    }
}
