//! What looks like a call and is none: macros bind names or look at a field without reading it.

use smol_str::SmolStr;

use super::{
    Fault,
    ast::{Expr, Fold, Form, Kind, Select},
    parse::call,
};

/// A call on a receiver.
pub(super) enum Expanded {
    /// It is a macro.
    Macro(Expr),
    /// It is a function; these are its arguments, with the receiver first.
    Call(Vec<Expr>),
}

/// A call without a receiver.
pub(super) fn global(name: &SmolStr, mut arguments: Vec<Expr>, at: usize) -> Result<Expr, Fault> {
    if name != "has" || arguments.len() != 1 {
        return Ok(call(name, false, arguments, at));
    }
    match arguments.remove(0).kind {
        Kind::Select { of, field, mode: Select::Value } => {
            Ok(Expr::new(Kind::Select { of, field, mode: Select::Presence }, at))
        }
        _ => Err(Fault { at, message: "`has` takes a field, such as `has(self.name)`".to_owned() }),
    }
}

/// A call on a receiver.
pub(super) fn member(of: Expr, name: &str, mut arguments: Vec<Expr>, at: usize) -> Result<Expanded, Fault> {
    let Some((form, names)) = form(name, arguments.len()) else {
        arguments.insert(0, of);
        return Ok(Expanded::Call(arguments));
    };
    let mut rest = arguments.split_off(names);
    let names = arguments.into_iter().map(variable).collect::<Result<Vec<_>, _>>()?;
    if names.len() == 2 && names[0] == names[1] {
        return Err(Fault { at, message: format!("the two variables of `{name}` have the same name") });
    }
    let Some(body) = rest.pop() else {
        return Err(Fault { at, message: format!("`{name}` lacks an argument") });
    };
    let fold = Fold { form, range: of, names, filter: rest.pop(), body };
    Ok(Expanded::Macro(Expr::new(Kind::Fold(Box::new(fold)), at)))
}

/// The macro of this name and number of arguments, and how many of these are names.
fn form(name: &str, arguments: usize) -> Option<(Form, usize)> {
    Some(match (name, arguments) {
        ("all", 2) => (Form::All, 1),
        ("all", 3) => (Form::All, 2),
        ("exists", 2) => (Form::Exists, 1),
        ("exists", 3) => (Form::Exists, 2),
        ("exists_one" | "existsOne", 2) => (Form::ExistsOne, 1),
        ("exists_one" | "existsOne", 3) => (Form::ExistsOne, 2),
        ("map", 2 | 3) => (Form::List, 1),
        ("filter", 2) => (Form::Filter, 1),
        ("transformList", 3 | 4) => (Form::List, 2),
        ("transformMap", 3 | 4) => (Form::Map, 2),
        ("transformMapEntry", 3 | 4) => (Form::Entries, 2),
        ("sortBy", 2) => (Form::SortBy, 1),
        ("optMap", 2) => (Form::OptMap, 1),
        ("optFlatMap", 2) => (Form::OptFlatMap, 1),
        _ => return None,
    })
}

fn variable(argument: Expr) -> Result<SmolStr, Fault> {
    match argument.kind {
        Kind::Name(name) => Ok(name),
        _ => Err(Fault { at: argument.at, message: "this must be the name of a variable".to_owned() }),
    }
}
