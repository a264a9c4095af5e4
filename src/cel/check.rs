//! Finds the type of every part of an expression, as Kubernetes does before it accepts one.

use smol_str::SmolStr;

use super::{
    Fault,
    ast::{Call, Entry, Expr, Fold, Form, Item, Kind, Literal, Select},
    library::{self, operators, regex, time},
    types::{Bindings, Type},
};

/// What is known where an expression stands.
pub(super) struct Checker {
    /// Variables with their types; the last of a name counts.
    scope: Vec<(SmolStr, Type)>,
    /// Whether lists and maps may hold values of different types, as the arguments of `format` do.
    mixes: bool,
}

type Checked = Result<Type, Fault>;

fn fault<T>(at: usize, message: impl Into<String>) -> Result<T, Fault> {
    Err(Fault { at, message: message.into() })
}

impl Checker {
    pub(super) fn new(variables: &[(&str, Type)]) -> Self {
        Self { scope: variables.iter().map(|(name, shape)| ((*name).into(), shape.clone())).collect(), mixes: false }
    }

    /// The type of an expression, all of whose calls then know their overloads.
    pub(super) fn check(&mut self, expr: &mut Expr) -> Checked {
        let at = expr.at;
        match &mut expr.kind {
            Kind::Literal(literal) => Ok(of_literal(literal)),
            Kind::Name(name) => self.name(name, at),
            Kind::Select { of, field, mode } => {
                let of = self.check(of)?;
                select(&of, field, *mode, at)
            }
            Kind::List(items) => self.list(items),
            Kind::Map(entries) => self.map(entries),
            Kind::And(operands) | Kind::Or(operands) => {
                operands.iter_mut().try_for_each(|operand| self.condition(operand))?;
                Ok(Type::Bool)
            }
            Kind::Choice(parts) => {
                let [condition, yes, no] = &mut **parts;
                self.condition(condition)?;
                let (yes, no) = (self.check(yes)?, self.check(no)?);
                yes.join(&no).map_or_else(|| fault(at, format!("`?:` has branches of types {yes} and {no}")), Ok)
            }
            Kind::Call(call) => self.call(call, at),
            Kind::Fold(fold) => self.fold(fold),
        }
    }

    fn condition(&mut self, expr: &mut Expr) -> Result<(), Fault> {
        match self.check(expr)? {
            Type::Bool | Type::Dyn => Ok(()),
            other => fault(expr.at, format!("a condition stands here, and this is of type {other}")),
        }
    }

    fn name(&self, name: &SmolStr, at: usize) -> Checked {
        match self.scope.iter().rev().find(|(known, _)| known == name) {
            Some((_, shape)) => Ok(shape.clone()),
            None if library::type_named(name).is_some() => Ok(Type::Type),
            None => fault(at, format!("undeclared reference to `{name}`")),
        }
    }

    fn list(&mut self, items: &mut [Item]) -> Checked {
        let mut all: Option<Type> = None;
        for item in items {
            let shape = self.element(&mut item.value, item.optional)?;
            all = Some(self.joined(all, &shape, item.value.at)?);
        }
        Ok(all.unwrap_or(Type::Dyn).list())
    }

    fn map(&mut self, entries: &mut [Entry]) -> Checked {
        let (mut keys, mut values) = (None, None);
        for entry in entries {
            let key = self.check(&mut entry.key)?;
            if !matches!(key, Type::Dyn | Type::Bool | Type::Int | Type::Uint | Type::String) {
                return fault(entry.key.at, format!("a value of type {key} cannot be a key"));
            }
            let value = self.element(&mut entry.value, entry.optional)?;
            keys = Some(self.joined(keys, &key, entry.key.at)?);
            values = Some(self.joined(values, &value, entry.value.at)?);
        }
        Ok(Type::Map(keys.unwrap_or(Type::Dyn).into(), values.unwrap_or(Type::Dyn).into()))
    }

    fn joined(&self, all: Option<Type>, next: &Type, at: usize) -> Checked {
        let Some(all) = all else { return Ok(next.clone()) };
        match all.join(next) {
            Some(joined) => Ok(joined),
            None if self.mixes => Ok(Type::Dyn),
            None => fault(at, format!("types {all} and {next} are mixed")),
        }
    }

    fn element(&mut self, value: &mut Expr, optional: bool) -> Checked {
        match (self.check(value)?, optional) {
            (shape, false) => Ok(shape),
            (Type::Optional(inner), true) => Ok((*inner).clone()),
            (Type::Dyn, true) => Ok(Type::Dyn),
            (other, true) => {
                fault(value.at, format!("an optional value stands after `?`, and this is of type {other}"))
            }
        }
    }

    fn call(&mut self, call: &mut Call, at: usize) -> Checked {
        let mixes = self.mixes;
        self.mixes |= call.name == "format";
        let arguments = call.arguments.iter_mut().map(|argument| self.check(argument)).collect::<Result<Vec<_>, _>>();
        self.mixes = mixes;
        let arguments = arguments?;
        let is_comparison = operators::COMPARISONS.iter().any(|(name, _)| *name == call.name);
        let name = if is_comparison { "_<_" } else { call.name.as_str() };
        let Some(known) = library::functions().get(name) else {
            return fault(at, format!("undeclared reference to the function `{name}`"));
        };
        let mut results: Vec<Type> = Vec::new();
        for overload in known.iter().filter(|overload| overload.member == call.member) {
            let mut bindings = Bindings::default();
            let mut pairs = overload.parameters.iter().zip(&arguments);
            if overload.parameters.len() == arguments.len()
                && pairs.all(|(parameter, argument)| bindings.accepts(parameter, argument))
            {
                results.push(bindings.resolve(&overload.result));
                call.overloads.push(overload);
            }
        }
        literals(call)?;
        let Some(first) = results.first() else {
            let types: Vec<String> = arguments.iter().map(Type::to_string).collect();
            let name = call.name.trim_matches('_');
            return fault(at, format!("`{name}` cannot be applied to ({})", types.join(", ")));
        };
        let agree = results.iter().all(|result| result.to_string() == first.to_string());
        Ok(if agree { first.clone() } else { Type::Dyn })
    }

    fn fold(&mut self, fold: &mut Fold) -> Checked {
        let range = self.check(&mut fold.range)?;
        let bound = bound(fold, &range)?;
        let outer = self.scope.len();
        self.scope.extend(fold.names.iter().cloned().zip(bound.iter().cloned()));
        let filter = fold.filter.as_mut().map_or(Ok(()), |filter| self.condition(filter));
        let is_condition = matches!(fold.form, Form::All | Form::Exists | Form::ExistsOne | Form::Filter);
        let body =
            if is_condition { self.condition(&mut fold.body).map(|()| Type::Bool) } else { self.check(&mut fold.body) };
        self.scope.truncate(outer);
        filter?;
        let body = body?;
        let first = bound.into_iter().next().unwrap_or(Type::Dyn);
        Ok(match (fold.form, body) {
            (Form::All | Form::Exists | Form::ExistsOne, _) => Type::Bool,
            (Form::Filter | Form::SortBy, _) => first.list(),
            (Form::List, body) => body.list(),
            (Form::Map, body) => Type::Map(first.into(), body.into()),
            (Form::OptMap, body) => body.optional(),
            (Form::Entries, body @ Type::Map(..))
            | (Form::OptFlatMap, body @ Type::Optional(_))
            | (_, body @ Type::Dyn) => body,
            (_, body) => return fault(fold.body.at, format!("this cannot be of type {body}")),
        })
    }
}

/// The types of the names that a macro binds.
fn bound(fold: &Fold, range: &Type) -> Result<Vec<Type>, Fault> {
    let is_optional = matches!(fold.form, Form::OptMap | Form::OptFlatMap);
    let two = fold.names.len() == 2;
    Ok(match range {
        Type::Dyn => vec![Type::Dyn; 2],
        Type::Optional(value) if is_optional => vec![(**value).clone()],
        Type::List(item) if !is_optional && two => vec![Type::Int, (**item).clone()],
        Type::List(item) if !is_optional => vec![(**item).clone()],
        Type::Map(key, value) if !is_optional && fold.form != Form::SortBy => vec![(**key).clone(), (**value).clone()],
        other => return fault(fold.range.at, format!("a macro cannot go over a value of type {other}")),
    })
}

fn of_literal(literal: &Literal) -> Type {
    match literal {
        Literal::Null => Type::Null,
        Literal::Bool(_) => Type::Bool,
        Literal::Int(_) => Type::Int,
        Literal::Uint(_) => Type::Uint,
        Literal::Double(_) => Type::Double,
        Literal::Text(_) => Type::String,
        Literal::Bytes(_) => Type::Bytes,
    }
}

fn select(of: &Type, field: &SmolStr, mode: Select, at: usize) -> Checked {
    let shape = match of {
        Type::Optional(inner) => return Ok(wrapped(&select(inner, field, Select::Value, at)?, mode, true)),
        Type::Object(fields) => match fields.get(field) {
            Some(known) => known.shape.clone(),
            None => return fault(at, format!("undefined field `{field}`")),
        },
        Type::Map(_, value) => (**value).clone(),
        Type::Dyn => Type::Dyn,
        other => return fault(at, format!("a value of type {other} has no field `{field}`")),
    };
    Ok(wrapped(&shape, mode, false))
}

fn wrapped(shape: &Type, mode: Select, of_optional: bool) -> Type {
    match (mode, shape) {
        (Select::Presence, _) => Type::Bool,
        (Select::Value, _) if !of_optional => shape.clone(),
        (_, Type::Optional(_)) => shape.clone(),
        _ => shape.clone().optional(),
    }
}

/// Regular expressions, durations and times that are written down are checked at once.
fn literals(call: &Call) -> Result<(), Fault> {
    let text = |at: usize| match call.arguments.get(at).map(|argument| (&argument.kind, argument.at)) {
        Some((Kind::Literal(Literal::Text(text)), place)) => Some((text, place)),
        _ => None,
    };
    let checked = match call.name.as_str() {
        name if regex::FUNCTIONS.contains(&name) => text(1).map(|(text, at)| (regex::compile(text).map(drop), at)),
        "duration" => text(0).map(|(text, at)| (time::duration(text).map(drop), at)),
        "timestamp" => text(0).map(|(text, at)| (time::timestamp(text).map(drop), at)),
        _ => None,
    };
    match checked {
        Some((Err(error), at)) => fault(at, error.message),
        _ => Ok(()),
    }
}
