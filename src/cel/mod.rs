//! Kubernetes' dialect of the Common Expression Language, in which rules of custom resources are written:
//! <https://kubernetes.io/docs/reference/using-api/cel/>.
//!
//! An expression is checked against the types of its variables before it is evaluated, as the API server does; a
//! misspelt field is then found without any object. An evaluation reads objects where they stand, and it ends: it has a
//! budget, and the language has no loops.
//!
//! | file | its one job |
//! |---|---|
//! | `token`, `parse`, `macros` | from text to an expression |
//! | `ast` | expressions as trees |
//! | `types`, `check` | what can be known before there is a value |
//! | `value`, `eval` | values |
//! | `schema` | schemas as types |
//! | `escape` | field names as names of the language |
//! | `library/` | functions and operators |

mod ast;
mod check;
mod escape;
mod eval;
mod library;
mod macros;
mod parse;
mod schema;
#[cfg(test)]
mod tests;
mod token;
mod types;
mod value;

pub use escape::escape;
pub use library::time::unix_seconds;
pub use schema::is_embedded;
pub use types::{Field, Fields, Type};
pub use value::{Error, List, Map, Outcome, Text, Value};

use self::{
    ast::{Expr, Kind},
    check::Checker,
    eval::Run,
};

/// Why a text is no expression.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// The byte of the text that it is about.
    pub at: usize,
    /// One sentence.
    pub message: String,
}

/// An expression that is ready to be evaluated.
#[derive(Debug)]
pub struct Program {
    root: Expr,
    result: Type,
}

impl Program {
    /// Parses an expression and checks it against the types of its variables.
    ///
    /// # Errors
    /// When the API server would refuse it.
    pub fn compile(source: &str, variables: &[(&str, Type)]) -> Result<Self, Fault> {
        let mut root = parse::parse(source)?;
        let result = Checker::new(variables).check(&mut root)?;
        Ok(Self { root, result })
    }

    /// The type of its value.
    pub fn result(&self) -> &Type {
        &self.result
    }

    /// Whether it reads a variable.
    pub fn mentions(&self, variable: &str) -> bool {
        mentions(&self.root, variable)
    }

    /// Its value.
    ///
    /// # Errors
    /// When it reads what is absent, calculates what is impossible, or takes too long.
    pub fn evaluate<'a>(&'a self, variables: Vec<(&'a str, Value<'a>)>) -> Outcome<Value<'a>> {
        Run::new(variables).value(&self.root)
    }
}

/// The nanoseconds of a field of the format `duration`, if it has that format.
pub fn duration(text: &str) -> Option<i64> {
    library::time::duration_of_field(text)
}

fn mentions(expr: &Expr, variable: &str) -> bool {
    matches!(&expr.kind, Kind::Name(name) if name == variable)
        || expr.children().into_iter().any(|child| mentions(child, variable))
}
