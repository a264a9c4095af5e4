//! Keys with nothing behind them.

use super::{EMPTY_VALUE, Scalar, Short, Type};
use crate::{
    diagnostic::Diagnostic,
    node::{Key, Node},
    source::Span,
};

/// Whether a null is one because nothing was written.
pub fn is_unwritten(span: Span) -> bool {
    span.start == span.end
}

/// The finding for a value that deletes because nobody wrote one.
pub(super) fn value(key: &Key, value: &Node, ty: &Type) -> Option<Diagnostic> {
    let span = value.span.filter(|span| value.is_null() && is_unwritten(*span))?;
    let finding = Diagnostic::new(&EMPTY_VALUE, format!("an empty value deletes `{}`", key.text)).at(span);
    Some(finding.help(format!("write {}, or `null` to delete it", meant(ty))))
}

/// What somebody who writes nothing may mean.
fn meant(ty: &Type) -> &'static str {
    match ty {
        Type::Object(object) => match object.short {
            Short::Scalar(name) => object.field(name).map_or("`{}` for an empty map", |field| meant(&field.ty)),
            Short::Image => "an image",
            Short::None => "`{}` for an empty map",
        },
        Type::Map(..) | Type::Tree | Type::MergePatch => "`{}` for an empty map",
        Type::List(_) => "`[]` for an empty list",
        Type::Scalar(Scalar::String | Scalar::Text | Scalar::Data) => "`\"\"` for an empty text",
        Type::Scalar(_) => "a value",
    }
}
