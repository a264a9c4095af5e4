//! Finds the value of an expression.

use super::{
    ast::{Call, Entry, Expr, Fold, Form, Item, Kind, Literal, Select},
    library::{self, lists, operators::COMPARISONS},
    value::{Error, Outcome, Text, Value, fail},
};

/// One evaluation.
pub(super) struct Run<'a> {
    /// Variables; the last of a name counts.
    scope: Vec<(&'a str, Value<'a>)>,
    /// What the evaluation may still do, in steps of about the same time.
    left: usize,
}

/// Steps of one evaluation; about a tenth of a second.
const BUDGET: usize = 1_000_000;

impl<'a> Run<'a> {
    pub(super) fn new(scope: Vec<(&'a str, Value<'a>)>) -> Self {
        Self { scope, left: BUDGET }
    }

    fn spend(&mut self, steps: usize) -> Outcome<()> {
        self.left = self.left.saturating_sub(steps);
        if self.left == 0 { Err(Error::endless()) } else { Ok(()) }
    }

    pub(super) fn value(&mut self, expr: &'a Expr) -> Outcome<Value<'a>> {
        self.spend(1)?;
        match &expr.kind {
            Kind::Literal(literal) => Ok(of_literal(literal)),
            Kind::Name(name) => self.name(name),
            Kind::Select { of, field, mode } => {
                let of = self.value(of)?;
                select(&of, field, *mode)
            }
            Kind::List(items) => self.list(items),
            Kind::Map(entries) => self.map(entries),
            Kind::And(operands) => self.logical(operands, false),
            Kind::Or(operands) => self.logical(operands, true),
            Kind::Choice(parts) => {
                let [condition, yes, no] = &**parts;
                if self.condition(condition)? { self.value(yes) } else { self.value(no) }
            }
            Kind::Call(call) => self.call(call),
            Kind::Fold(fold) => self.fold(fold),
        }
    }

    fn condition(&mut self, expr: &'a Expr) -> Outcome<bool> {
        self.value(expr)?.as_bool().map_or_else(|| fail("no such overload"), Ok)
    }

    fn name(&self, name: &'a str) -> Outcome<Value<'a>> {
        match self.scope.iter().rev().find(|(known, _)| *known == name) {
            Some((_, value)) => Ok(value.clone()),
            None => library::type_named(name)
                .map_or_else(|| fail(format!("no such attribute: {name}")), |name| Ok(Value::Type(name))),
        }
    }

    /// One operand that is `decisive` decides; an error counts only if none does.
    fn logical(&mut self, operands: &'a [Expr], decisive: bool) -> Outcome<Value<'a>> {
        let mut error = None;
        for operand in operands {
            match self.condition(operand) {
                Ok(value) if value == decisive => return Ok(Value::Bool(decisive)),
                Ok(_) => {}
                Err(found) => error = error.or(Some(found)),
            }
        }
        error.map_or(Ok(Value::Bool(!decisive)), Err)
    }

    fn list(&mut self, items: &'a [Item]) -> Outcome<Value<'a>> {
        let mut values = Vec::with_capacity(items.len());
        for item in items {
            let value = self.value(&item.value)?;
            values.extend(element(value, item.optional)?);
        }
        Ok(Value::list(values))
    }

    fn map(&mut self, entries: &'a [Entry]) -> Outcome<Value<'a>> {
        let mut values = Vec::with_capacity(entries.len());
        for entry in entries {
            let (key, value) = (self.value(&entry.key)?, self.value(&entry.value)?);
            if let Some(value) = element(value, entry.optional)? {
                insert(&mut values, key, value)?;
            }
        }
        Ok(Value::map(values))
    }

    fn call(&mut self, call: &'a Call) -> Outcome<Value<'a>> {
        let arguments =
            call.arguments.iter().map(|argument| self.value(argument)).collect::<Outcome<Vec<Value<'a>>>>()?;
        self.spend(arguments.iter().map(weight).sum())?;
        let fits = |parameters: &[_]| arguments.iter().zip(parameters).all(|(value, shape)| value.is(shape));
        let Some(overload) = call.overloads.iter().find(|overload| fits(&overload.parameters)) else {
            return fail("no such overload");
        };
        let value = match (COMPARISONS.iter().find(|(name, _)| *name == call.name), &arguments[..]) {
            (Some((_, holds)), [a, b]) => Value::Bool(a.order(b)?.is_some_and(holds)),
            _ => (overload.run)(&arguments)?,
        };
        self.spend(weight(&value))?;
        Ok(value)
    }

    fn fold(&mut self, fold: &'a Fold) -> Outcome<Value<'a>> {
        let range = self.value(&fold.range)?;
        match (fold.form, range) {
            (Form::OptMap | Form::OptFlatMap, Value::Optional(None)) => Ok(Value::Optional(None)),
            (form @ (Form::OptMap | Form::OptFlatMap), Value::Optional(Some(value))) => {
                let value = self.body(fold, &fold.body, [(*value).clone(), Value::Null])?;
                Ok(if form == Form::OptMap { Value::some(value) } else { value })
            }
            (form, range @ (Value::List(_) | Value::Map(_))) => {
                let elements = elements(&range, fold.names.len() == 2)?;
                match form {
                    Form::All => self.quantified(fold, elements, false),
                    Form::Exists => self.quantified(fold, elements, true),
                    Form::ExistsOne => self.exists_one(fold, elements),
                    Form::List | Form::Filter | Form::SortBy => self.transformed(fold, elements),
                    _ => self.transformed_map(fold, elements),
                }
            }
            _ => fail("no such overload"),
        }
    }

    /// Evaluates a part of a macro with its names bound.
    fn body(&mut self, fold: &'a Fold, part: &'a Expr, element: [Value<'a>; 2]) -> Outcome<Value<'a>> {
        let outer = self.scope.len();
        self.scope.extend(fold.names.iter().map(smol_str::SmolStr::as_str).zip(element));
        let value = self.value(part);
        self.scope.truncate(outer);
        value
    }

    fn holds(&mut self, fold: &'a Fold, part: &'a Expr, element: [Value<'a>; 2]) -> Outcome<bool> {
        self.body(fold, part, element)?.as_bool().map_or_else(|| fail("no such overload"), Ok)
    }

    fn takes(&mut self, fold: &'a Fold, element: &[Value<'a>; 2]) -> Outcome<bool> {
        fold.filter.as_ref().map_or(Ok(true), |filter| self.holds(fold, filter, element.clone()))
    }

    fn quantified(&mut self, fold: &'a Fold, elements: Vec<Element<'a>>, decisive: bool) -> Outcome<Value<'a>> {
        let mut error = None;
        for element in elements {
            match element.and_then(|element| self.holds(fold, &fold.body, element)) {
                Ok(value) if value == decisive => return Ok(Value::Bool(decisive)),
                Ok(_) => {}
                Err(found) if found.inconclusive => return Err(found),
                Err(found) => error = error.or(Some(found)),
            }
        }
        error.map_or(Ok(Value::Bool(!decisive)), Err)
    }

    fn exists_one(&mut self, fold: &'a Fold, elements: Vec<Element<'a>>) -> Outcome<Value<'a>> {
        let mut found = 0;
        for element in elements {
            found += usize::from(self.holds(fold, &fold.body, element?)?);
        }
        Ok(Value::Bool(found == 1))
    }

    fn transformed(&mut self, fold: &'a Fold, elements: Vec<Element<'a>>) -> Outcome<Value<'a>> {
        let (mut values, mut keyed) = (Vec::new(), Vec::new());
        for element in elements {
            let element = element?;
            if !self.takes(fold, &element)? {
                continue;
            }
            let [item, _] = &element;
            let item = item.clone();
            let value = self.body(fold, &fold.body, element)?;
            match fold.form {
                Form::List => values.push(value),
                Form::SortBy => keyed.push((value, item)),
                _ if value.as_bool() == Some(true) => values.push(item),
                _ => {}
            }
        }
        if fold.form == Form::SortBy { lists::sorted(keyed) } else { Ok(Value::list(values)) }
    }

    fn transformed_map(&mut self, fold: &'a Fold, elements: Vec<Element<'a>>) -> Outcome<Value<'a>> {
        let mut entries = Vec::new();
        for element in elements {
            let element = element?;
            if !self.takes(fold, &element)? {
                continue;
            }
            let key = element[0].clone();
            let made = match (fold.form, self.body(fold, &fold.body, element)?) {
                (Form::Entries, Value::Map(map)) => map.entries()?,
                (Form::Entries, _) => return fail("no such overload"),
                (_, value) => vec![(key, value)],
            };
            self.spend(entries.len() / 16)?;
            for (key, value) in made {
                insert(&mut entries, key, value)?;
            }
        }
        Ok(Value::map(entries))
    }
}

/// What a macro binds its names to.
type Element<'a> = Outcome<[Value<'a>; 2]>;

/// The elements of a list or a map. One name gets items or keys; of two, the first gets indices or keys.
fn elements<'a>(range: &Value<'a>, two: bool) -> Outcome<Vec<Element<'a>>> {
    Ok(match range {
        Value::List(list) if two => {
            let index = |at| Value::Int(i64::try_from(at).unwrap_or(i64::MAX));
            list.iter().enumerate().map(|(at, item)| Ok([index(at), item?])).collect()
        }
        Value::List(list) => list.iter().map(|item| Ok([item?, Value::Null])).collect(),
        Value::Map(map) if two => map.entries()?.into_iter().map(|(key, value)| Ok([key, value])).collect(),
        Value::Map(map) => map.keys().into_iter().map(|key| Ok([key, Value::Null])).collect(),
        _ => return fail("no such overload"),
    })
}

fn element(value: Value<'_>, optional: bool) -> Outcome<Option<Value<'_>>> {
    match value {
        Value::Optional(value) if optional => Ok(value.map(|value| (*value).clone())),
        _ if optional => fail("no such overload"),
        value => Ok(Some(value)),
    }
}

fn insert<'a>(entries: &mut Vec<(Value<'a>, Value<'a>)>, key: Value<'a>, value: Value<'a>) -> Outcome<()> {
    for (known, _) in entries.iter() {
        if known.equals(&key)? {
            return fail(format!("duplicate key: {}", key.plain()));
        }
    }
    entries.push((key, value));
    Ok(())
}

/// What a value costs those that read all of it.
fn weight(value: &Value<'_>) -> usize {
    match value {
        Value::String(text) => text.len() / 16,
        Value::Bytes(bytes) => bytes.len() / 16,
        Value::List(list) => list.len(),
        Value::Map(map) => map.len(),
        _ => 0,
    }
}

fn of_literal(literal: &Literal) -> Value<'_> {
    match literal {
        Literal::Null => Value::Null,
        Literal::Bool(value) => Value::Bool(*value),
        Literal::Int(value) => Value::Int(*value),
        Literal::Uint(value) => Value::Uint(*value),
        Literal::Double(value) => Value::Double(*value),
        Literal::Text(text) => Value::String(Text::Borrowed(text)),
        Literal::Bytes(bytes) => Value::Bytes(bytes.as_slice().into()),
    }
}

fn select<'a>(of: &Value<'a>, field: &'a str, mode: Select) -> Outcome<Value<'a>> {
    match of {
        Value::Optional(inner) => {
            let found = inner.as_ref().map_or(Ok(None), |inner| find(inner, field))?;
            Ok(match mode {
                Select::Presence => Value::Bool(found.is_some()),
                _ => optional(found),
            })
        }
        of => match (find(of, field)?, mode) {
            (found, Select::Presence) => Ok(Value::Bool(found.is_some())),
            (found, Select::Optional) => Ok(optional(found)),
            (Some(value), Select::Value) => Ok(value),
            (None, Select::Value) => fail(format!("no such key: {field}")),
        },
    }
}

fn optional(found: Option<Value<'_>>) -> Value<'_> {
    match found {
        Some(value @ Value::Optional(_)) => value,
        Some(value) => Value::some(value),
        None => Value::Optional(None),
    }
}

fn find<'a>(of: &Value<'a>, field: &'a str) -> Outcome<Option<Value<'a>>> {
    match of {
        Value::Map(map) => map.field(field).transpose(),
        _ => fail("no such overload"),
    }
}
