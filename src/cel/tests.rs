//! The expressions in `tests/fixtures/cel/`, and what no expression may do.

use std::path::Path;

use proptest::prelude::*;

use super::*;
use crate::{
    node::{Node, yaml},
    source::{DiskTree, SourceMap, Tree},
};

/// What becomes of an expression, in the words of the fixtures.
fn outcome(expression: &str, shape: Option<&Type>, object: &Node) -> Result<bool, (&'static str, String)> {
    let variables: Vec<(&str, Type)> = shape.map(|shape| ("self", shape.clone())).into_iter().collect();
    let program = Program::compile(expression, &variables).map_err(|fault| ("refused", fault.message))?;
    let failed = |error: Error| ("fails", error.message.into_owned());
    let object = shape.map(|shape| Value::view(object, shape).map(|value| ("self", value)));
    let variables: Vec<(&str, Value<'_>)> = object.into_iter().collect::<Result<_, _>>().map_err(failed)?;
    let value = program.evaluate(variables).map_err(failed)?;
    value.as_bool().ok_or_else(|| ("is no condition", value.plain()))
}

#[test]
fn fixtures() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/cel");
    let tree = DiskTree::new(&root).unwrap();
    let (mut wrong, mut count) = (Vec::new(), 0);
    for path in tree.files_below("").unwrap() {
        let text = tree.read_text(&path).unwrap();
        let mut sources = SourceMap::default();
        let read = yaml::read(sources.add(path.as_str(), text.clone()), &text);
        assert_eq!(read.diagnostics, [], "{path}");
        let fixture = &read.documents[0].root;
        let nothing = Node::made(crate::node::Map::new());
        let object = fixture.get("self").unwrap_or(&nothing);
        let shape = fixture.get("schema").and_then(|schema| Type::of_schema(&schema.to_json(), false));
        let holds = fixture.get("holds").into_iter().flat_map(Node::items);
        let expected = holds.map(|expression| (expression.as_str().unwrap().to_owned(), Ok(true)));
        let refusals = ["fails", "refused"].into_iter().flat_map(|kind| {
            let all = fixture.get(kind).into_iter().flat_map(Node::entries);
            all.map(move |(key, why)| (key.text.to_string(), Err((kind, why.as_str().unwrap().to_owned()))))
        });
        for (expression, expected) in expected.chain(refusals) {
            count += 1;
            let found = outcome(&expression, shape.as_ref(), object);
            if found != expected {
                wrong.push(format!("{path}: {expression}\n  {found:?} instead of\n  {expected:?}"));
            }
        }
    }
    assert!(count > 200, "{count} expressions");
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn faults_point_at_their_cause() {
    for (expression, at) in [("1 + nme", 4), ("'a' == 1", 4), ("[1].all(x, y)", 11), ("1 ~ 2", 2), ("'abc'.f()", 6)] {
        assert_eq!(Program::compile(expression, &[]).unwrap_err().at, at, "{expression}");
    }
}

#[test]
fn what_takes_too_long_is_given_up() {
    let ten = "[0, 1, 2, 3, 4, 5, 6, 7, 8, 9]";
    let all = (0..8).rfold("true".to_owned(), |inner, at| format!("{ten}.all(x{at}, {inner})"));
    let doubled = (0..30).fold("'0123456789abcdef'".to_owned(), |inner, at| {
        format!("optional.of({inner}).optMap(x{at}, x{at} + x{at}).value()")
    });
    let replaced = "'aaaaaaaaaaaaaaaaaaaa'".to_owned() + &".replace('a', 'aaaaaaaaaaaaaaaaaaaa')".repeat(12);
    let nested = (0..25).fold("[1]".to_owned(), |inner, at| {
        format!("optional.of({inner}).optMap(y{at}, [y{at}, y{at}].map(z, dyn(z))).value()")
    });
    for expression in [all, doubled + " == ''", replaced + " == ''", format!("{nested} == {nested}")] {
        let error = match Program::compile(&expression, &[]) {
            Ok(program) => program.evaluate(Vec::new()).unwrap_err(),
            Err(fault) => panic!("{}", fault.message),
        };
        assert!(error.inconclusive, "{} {expression}", error.message);
    }
}

#[test]
fn no_expression_exhausts_the_stack() {
    for (start, middle, end) in [
        ("(", "1", ")"),
        ("[", "1", "]"),
        ("!", "true", ""),
        ("-", "x", ""),
        ("1 + ", "1", ""),
        ("true ? 1 : ", "1", ""),
        ("", "a", ".b"),
        ("", "a", "[0]"),
    ] {
        let expression = start.repeat(50_000) + middle + &end.repeat(50_000);
        let fault = Program::compile(&expression, &[]).unwrap_err();
        assert_eq!(fault.message, "the expression is nested too deeply", "{start}{middle}{end}");
    }
    let deep = "1 + ".repeat(150) + "1 == 151";
    assert_eq!(Program::compile(&deep, &[]).unwrap().evaluate(Vec::new()).unwrap().as_bool(), Some(true));
    let wide = "1 == 1 && ".repeat(5_000) + "true";
    assert_eq!(Program::compile(&wide, &[]).unwrap().evaluate(Vec::new()).unwrap().as_bool(), Some(true));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn no_text_is_too_odd(text in r#"([a-z(){}\[\]?:.,+*/<>=!&|'" 0-9]|has\(|self|\.all\(x, |'ä'|true|1e9|\\u00e4){0,30}"#) {
        if let Ok(program) = Program::compile(&text, &[("self", Type::Dyn)]) {
            let _ = program.evaluate(vec![("self", Value::Int(1))]);
        }
    }

    #[test]
    fn numbers_keep_their_order(a in any::<i64>(), b in any::<i64>(), c in any::<u64>(), d in -1_000_000_i32..1_000_000) {
        let order = |text: String| Program::compile(&text, &[]).unwrap().evaluate(Vec::new()).unwrap().as_bool();
        prop_assert_eq!(order(format!("{a} < {b}")), Some(a < b));
        prop_assert_eq!(order(format!("{a} <= {c}u")), Some(i128::from(a) <= i128::from(c)));
        prop_assert_eq!(order(format!("{b} < {d}.5")), Some(if d < 0 { b < i64::from(d) } else { b <= i64::from(d) }));
    }
}
