//! Lists, of Kubernetes and of the language's extensions, and lists as sets:
//! <https://pkg.go.dev/k8s.io/apiserver/pkg/cel/library#Lists>, <https://pkg.go.dev/github.com/google/cel-go/ext#Lists>,
//! <https://pkg.go.dev/github.com/google/cel-go/ext#Sets>.

use std::cmp::Ordering;

use super::{Table, convert::count, functions, no_overload};
use crate::cel::value::{Error, List, Outcome, Value, fail};

pub(super) const TABLE: Table = &[
    ("(list(int)).isSorted(): bool", is_sorted),
    ("(list(uint)).isSorted(): bool", is_sorted),
    ("(list(double)).isSorted(): bool", is_sorted),
    ("(list(bool)).isSorted(): bool", is_sorted),
    ("(list(duration)).isSorted(): bool", is_sorted),
    ("(list(timestamp)).isSorted(): bool", is_sorted),
    ("(list(string)).isSorted(): bool", is_sorted),
    ("(list(bytes)).isSorted(): bool", is_sorted),
    ("(list(int)).sum(): int", |args| sum(args, Value::Int(0))),
    ("(list(uint)).sum(): uint", |args| sum(args, Value::Uint(0))),
    ("(list(double)).sum(): double", |args| sum(args, Value::Double(0.0))),
    ("(list(duration)).sum(): duration", |args| sum(args, Value::Duration(0))),
    ("(list(int)).min(): int", min),
    ("(list(uint)).min(): uint", min),
    ("(list(double)).min(): double", min),
    ("(list(bool)).min(): bool", min),
    ("(list(duration)).min(): duration", min),
    ("(list(timestamp)).min(): timestamp", min),
    ("(list(string)).min(): string", min),
    ("(list(bytes)).min(): bytes", min),
    ("(list(int)).max(): int", max),
    ("(list(uint)).max(): uint", max),
    ("(list(double)).max(): double", max),
    ("(list(bool)).max(): bool", max),
    ("(list(duration)).max(): duration", max),
    ("(list(timestamp)).max(): timestamp", max),
    ("(list(string)).max(): string", max),
    ("(list(bytes)).max(): bytes", max),
    ("(list(A)).indexOf(A): int", |args| place(args, |found| found.iter().position(|found| *found))),
    ("(list(A)).lastIndexOf(A): int", |args| place(args, |found| found.iter().rposition(|found| *found))),
    ("(list(A)).slice(int, int): list(A)", slice),
    ("(list(list(A))).flatten(): list(dyn)", flatten),
    ("(list(dyn)).flatten(int): list(dyn)", flatten),
    ("(list(A)).reverse(): list(A)", reverse),
    ("(list(A)).distinct(): list(A)", distinct),
    ("(list(A)).sort(): list(A)", sort),
    ("lists.range(int): list(int)", range),
];

/// Lists that are taken as sets.
pub(super) const SETS: Table = &[
    ("sets.contains(list(A), list(A)): bool", |args| sets(args, |a, b| includes(a, b))),
    ("sets.equivalent(list(A), list(A)): bool", |args| sets(args, |a, b| Ok(includes(a, b)? && includes(b, a)?))),
    ("sets.intersects(list(A), list(A)): bool", |args| sets(args, meet)),
];

/// A longer list is not made.
const LONGEST: usize = 100_000;

fn items<'a>(args: &[Value<'a>]) -> Outcome<Vec<Value<'a>>> {
    match args.first() {
        Some(Value::List(list)) => list.values(),
        _ => no_overload(),
    }
}

fn is_sorted<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    for pair in items(args)?.windows(2) {
        if let [a, b] = pair
            && a.order(b)? == Some(Ordering::Greater)
        {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}

fn sum<'a>(args: &[Value<'a>], zero: Value<'a>) -> Outcome<Value<'a>> {
    let items = items(args)?;
    // The static type of the list is unknown where a signature of another type fits an empty or a dynamic list.
    let start = if items.is_empty() { Some(zero) } else { None };
    let mut items = items.into_iter();
    let mut total = start.or_else(|| items.next()).map_or_else(no_overload, Ok)?;
    for item in items {
        total = call("_+_", &[total, item])?;
    }
    Ok(total)
}

/// Calls an operator.
fn call<'a>(name: &str, args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let fits = |parameters: &[_]| args.iter().zip(parameters).all(|(value, parameter)| value.is(parameter));
    let overloads = functions().get(name).into_iter().flatten();
    overloads
        .into_iter()
        .find(|overload| fits(&overload.parameters))
        .map_or_else(no_overload, |found| (found.run)(args))
}

fn extreme<'a>(args: &[Value<'a>], name: &str, wanted: Ordering) -> Outcome<Value<'a>> {
    let mut items = items(args)?.into_iter();
    let Some(mut best) = items.next() else { return fail(format!("{name} called on empty list")) };
    for item in items {
        if item.order(&best)? == Some(wanted) {
            best = item;
        }
    }
    Ok(best)
}

fn min<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    extreme(args, "min", Ordering::Less)
}

fn max<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    extreme(args, "max", Ordering::Greater)
}

fn place<'a>(args: &[Value<'a>], choose: impl Fn(&[bool]) -> Option<usize>) -> Outcome<Value<'a>> {
    let [Value::List(list), wanted] = args else { return no_overload() };
    let found = list.iter().map(|item| item?.equals(wanted)).collect::<Outcome<Vec<bool>>>()?;
    Ok(Value::Int(choose(&found).map_or(-1, count)))
}

fn slice<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::List(list), Value::Int(start), Value::Int(end)] = args else { return no_overload() };
    let items = list.values()?;
    let range = usize::try_from(*start).ok().zip(usize::try_from(*end).ok());
    match range.and_then(|(start, end)| items.get(start..end)) {
        Some(part) => Ok(Value::list(part.to_vec())),
        None => fail(format!("cannot slice({start}, {end}), the list has {} items", items.len())),
    }
}

fn flatten<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let depth = match args {
        [Value::List(_)] => 1,
        [Value::List(_), Value::Int(depth)] if *depth >= 0 => *depth,
        [Value::List(_), Value::Int(_)] => return fail("level must be non-negative"),
        _ => return no_overload(),
    };
    let mut flat = Vec::new();
    if let Some(Value::List(list)) = args.first() {
        flatten_into(list, depth, &mut flat)?;
    }
    Ok(Value::list(flat))
}

fn flatten_into<'a>(list: &List<'a>, depth: i64, flat: &mut Vec<Value<'a>>) -> Outcome<()> {
    for item in list.iter() {
        match item? {
            Value::List(inner) if depth > 0 => flatten_into(&inner, depth - 1, flat)?,
            item => flat.push(item),
        }
        if flat.len() > LONGEST {
            return Err(Error::endless());
        }
    }
    Ok(())
}

fn reverse<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let mut items = items(args)?;
    items.reverse();
    Ok(Value::list(items))
}

fn distinct<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let mut kept: Vec<Value<'a>> = Vec::new();
    for item in items(args)? {
        if !has(&kept, &item)? {
            kept.push(item);
        }
    }
    Ok(Value::list(kept))
}

fn sort<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let items = items(args)?;
    sorted(items.iter().map(|item| (item.clone(), item.clone())).collect())
}

/// The second values in the order of the first.
pub(in crate::cel) fn sorted<'a>(mut keyed: Vec<(Value<'a>, Value<'a>)>) -> Outcome<Value<'a>> {
    let first = keyed.first().map(|(key, _)| key.clone());
    for (key, _) in &keyed {
        if let Some(first) = &first
            && first.type_name() != key.type_name()
        {
            return fail("list elements must have the same type");
        }
        key.order(key)?;
    }
    keyed.sort_by(|(a, _), (b, _)| a.order(b).ok().flatten().unwrap_or(Ordering::Equal));
    Ok(Value::list(keyed.into_iter().map(|(_, item)| item).collect()))
}

fn range<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::Int(end)] if usize::try_from(*end).is_ok_and(|end| end > LONGEST) => Err(Error::endless()),
        [Value::Int(end)] => Ok(Value::list((0..*end).map(Value::Int).collect())),
        _ => no_overload(),
    }
}

fn has<'a>(items: &[Value<'a>], wanted: &Value<'a>) -> Outcome<bool> {
    for item in items {
        if item.equals(wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}

fn sets<'a>(args: &[Value<'a>], holds: impl Fn(&[Value<'a>], &[Value<'a>]) -> Outcome<bool>) -> Outcome<Value<'a>> {
    match args {
        [Value::List(a), Value::List(b)] => Ok(Value::Bool(holds(&a.values()?, &b.values()?)?)),
        _ => no_overload(),
    }
}

fn includes(all: &[Value<'_>], some: &[Value<'_>]) -> Outcome<bool> {
    for wanted in some {
        if !has(all, wanted)? {
            return Ok(false);
        }
    }
    Ok(true)
}

fn meet(a: &[Value<'_>], b: &[Value<'_>]) -> Outcome<bool> {
    for wanted in b {
        if has(a, wanted)? {
            return Ok(true);
        }
    }
    Ok(false)
}
