//! Reads the signatures of the tables.

use crate::cel::types::Type;

/// Name, whether it is called on a receiver, the types of the arguments, and that of the result.
pub(super) fn parse(text: &'static str) -> (&'static str, bool, Vec<Type>, Type) {
    let (call, result) = text.rsplit_once(": ").unwrap_or((text, "dyn"));
    let (receiver, call) = match call.strip_prefix('(').and_then(|rest| rest.split_once(").")) {
        Some((receiver, call)) => (Some(receiver), call),
        None => (None, call),
    };
    let (name, arguments) = call.split_once('(').unwrap_or((call, ")"));
    let arguments = arguments.strip_suffix(')').unwrap_or(arguments);
    let parameters = receiver.into_iter().chain(split(arguments)).map(shape).collect();
    (name, receiver.is_some(), parameters, shape(result))
}

/// Splits at the commas that stand in no brackets.
fn split(text: &str) -> impl Iterator<Item = &str> {
    let mut depth = 0_usize;
    let parts = text.split(move |c| {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            _ => {}
        }
        c == ',' && depth == 0
    });
    parts.map(str::trim).filter(|part| !part.is_empty())
}

fn shape(text: &str) -> Type {
    let (name, inner) = text.split_once('(').unwrap_or((text, ""));
    let mut inner = split(inner.strip_suffix(')').unwrap_or(inner)).map(shape);
    let mut next = || inner.next().unwrap_or(Type::Dyn);
    match name {
        "null" => Type::Null,
        "bool" => Type::Bool,
        "int" => Type::Int,
        "uint" => Type::Uint,
        "double" => Type::Double,
        "string" => Type::String,
        "bytes" => Type::Bytes,
        "duration" => Type::Duration,
        "timestamp" => Type::Timestamp,
        "type" => Type::Type,
        "list" => next().list(),
        "optional" => next().optional(),
        "map" => Type::Map(next().into(), next().into()),
        "quantity" => Type::Opaque("kubernetes.Quantity"),
        "url" => Type::Opaque("kubernetes.URL"),
        "semver" => Type::Opaque("kubernetes.Semver"),
        "format" => Type::Opaque("kubernetes.NamedFormat"),
        "ip" => Type::Opaque("net.IP"),
        "cidr" => Type::Opaque("net.CIDR"),
        "A" | "B" => Type::Param(if name == "A" { 'A' } else { 'B' }),
        _ => Type::Dyn,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_read() {
        let show = |text| {
            let (name, member, parameters, result) = parse(text);
            let parameters: Vec<String> = parameters.iter().map(Type::to_string).collect();
            (name, member, parameters.join("; "), result.to_string())
        };
        let of =
            |name, member, parameters: &str, result: &str| (name, member, parameters.to_owned(), result.to_owned());
        assert_eq!(show("size(string): int"), of("size", false, "string", "int"));
        assert_eq!(
            show("(map(A, list(B))).f.g(optional(A), int): list(A)"),
            of("f.g", true, "map(A, list(B)); optional(A); int", "list(A)")
        );
        assert_eq!(show("format.uri(): format"), of("format.uri", false, "", "kubernetes.NamedFormat"));
    }

    #[test]
    fn every_type_of_the_tables_is_known() {
        for (text, _) in crate::cel::library::TABLES.into_iter().flatten() {
            let (name, member, parameters, result) = parse(text);
            let mut parameters = parameters.iter().map(|parameter| match parameter {
                Type::Opaque(name) => name.rsplit('.').next().unwrap().replace("NamedFormat", "format").to_lowercase(),
                parameter => parameter.to_string(),
            });
            let receiver = if member { format!("({}).", parameters.next().unwrap()) } else { String::new() };
            let rest = parameters.collect::<Vec<_>>().join(", ");
            assert!(text.starts_with(&format!("{receiver}{name}({rest}): ")), "{text}");
            assert!(!matches!(result, Type::Dyn) || text.ends_with(": dyn"), "{text}");
        }
    }
}
