//! Regular expressions; each is compiled once per thread.

use std::{cell::RefCell, rc::Rc};

use regex::Regex;
use rustc_hash::FxHashMap;

use super::{Table, no_overload};
use crate::cel::value::{Error, Outcome, Value};

pub(super) const TABLE: Table = &[
    ("(string).matches(string): bool", matches),
    ("matches(string, string): bool", matches),
    ("(string).find(string): string", find),
    ("(string).findAll(string): list(string)", find_all),
    ("(string).findAll(string, int): list(string)", find_all),
];

/// An expression that makes more of them at run time pays for it.
const KEPT: usize = 256;

thread_local! {
    static COMPILED: RefCell<FxHashMap<String, Rc<Regex>>> = RefCell::default();
}

/// The functions whose second argument is a regular expression.
pub(in crate::cel) const FUNCTIONS: [&str; 3] = ["matches", "find", "findAll"];

/// A regular expression, or why it is none.
pub(in crate::cel) fn compile(pattern: &str) -> Outcome<Rc<Regex>> {
    COMPILED.with_borrow_mut(|compiled| {
        if let Some(regex) = compiled.get(pattern) {
            return Ok(Rc::clone(regex));
        }
        let regex = Regex::new(pattern).map_err(|_| Error::new(format!("`{pattern}` is no regular expression")))?;
        if compiled.len() >= KEPT {
            compiled.clear();
        }
        let regex = Rc::new(regex);
        compiled.insert(pattern.to_owned(), Rc::clone(&regex));
        Ok(regex)
    })
}

fn matches<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text), Value::String(pattern)] => Ok(Value::Bool(compile(pattern)?.is_match(text))),
        _ => no_overload(),
    }
}

fn find<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    match args {
        [Value::String(text), Value::String(pattern)] => {
            Ok(Value::text(compile(pattern)?.find(text).map_or("", |found| found.as_str())))
        }
        _ => no_overload(),
    }
}

fn find_all<'a>(args: &[Value<'a>]) -> Outcome<Value<'a>> {
    let [Value::String(text), Value::String(pattern), rest @ ..] = args else { return no_overload() };
    let limit = match rest {
        [Value::Int(limit)] => usize::try_from(*limit).unwrap_or(usize::MAX),
        _ => usize::MAX,
    };
    let regex = compile(pattern)?;
    Ok(Value::list(regex.find_iter(text).take(limit).map(|found| Value::text(found.as_str())).collect()))
}
