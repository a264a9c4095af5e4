//! The order of environment variables that refer to each other by `$(NAME)`.
//!
//! The kubelet fills in a reference only from variables that stand before it, so the order of the list matters:
//! <https://kubernetes.io/docs/tasks/inject-data-application/define-interdependent-environment-variables/>.

use std::collections::BTreeSet;

use rustc_hash::FxHashMap;

use super::codes::CIRCULAR_VARIABLES;
use crate::{
    diagnostic::Diagnostic,
    model::{EnvVar, Named},
};

/// The positions of the variables in an order in which each stands behind those that it refers to. Otherwise the order
/// of the spec is kept. A circle is reported, and keeps its order.
pub(super) fn order(env: &Named<EnvVar>, diagnostics: &mut Vec<Diagnostic>) -> Vec<usize> {
    let needs = needs(env);
    let mut waits: Vec<usize> = needs.iter().map(Vec::len).collect();
    let mut ready: BTreeSet<usize> = (0..env.len()).filter(|at| waits[*at] == 0).collect();
    let mut users = vec![Vec::new(); env.len()];
    for (at, needed) in needs.iter().enumerate() {
        for needed in needed {
            users[*needed].push(at);
        }
    }
    let mut order = Vec::with_capacity(env.len());
    while let Some(at) = ready.pop_first() {
        order.push(at);
        for user in &users[at] {
            waits[*user] -= 1;
            if waits[*user] == 0 {
                ready.insert(*user);
            }
        }
    }
    let left: Vec<usize> = (0..env.len()).filter(|at| waits[*at] > 0).collect();
    if let Some(first) = left.first() {
        diagnostics.push(circular(env, &circle(*first, &needs, &waits)));
    }
    order.extend(left);
    order
}

/// For each variable the others that it refers to. One that names itself means the one of that name from `envFrom`.
fn needs(env: &Named<EnvVar>) -> Vec<Vec<usize>> {
    let positions: FxHashMap<&str, usize> = env.iter().enumerate().map(|(at, (key, _))| (key.as_str(), at)).collect();
    let needs = env.iter().enumerate().map(|(at, (_, variable))| {
        let value = variable.value.as_ref().and_then(|value| value.as_str()).unwrap_or_default();
        let mut needed: Vec<usize> = references(value).filter_map(|name| positions.get(name).copied()).collect();
        needed.retain(|needed| *needed != at);
        needed.sort_unstable();
        needed.dedup();
        needed
    });
    needs.collect()
}

/// The names in `$(NAME)`; `$$` is a dollar sign.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            rest = &rest[rest.find('$')? + 1..];
            if let Some(after) = rest.strip_prefix('$') {
                rest = after;
            } else if let Some((name, after)) = rest.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                rest = after;
                return Some(name);
            }
        }
    })
}

/// A circle: whoever waits waits for another one that does, so the walk comes back to where it was.
fn circle(start: usize, needs: &[Vec<usize>], waits: &[usize]) -> Vec<usize> {
    let mut path = vec![start];
    loop {
        let next = path.last().and_then(|at| needs[*at].iter().find(|needed| waits[**needed] > 0));
        let Some(next) = next.copied() else { return path };
        if let Some(at) = path.iter().position(|seen| *seen == next) {
            return path.split_off(at);
        }
        path.push(next);
    }
}

fn circular(env: &Named<EnvVar>, circle: &[usize]) -> Diagnostic {
    let mut circle = circle.to_vec();
    circle.sort_unstable();
    let names: Vec<String> = circle.iter().map(|at| format!("`{}`", env[*at].0.text)).collect();
    let message = format!("the variables {} refer to each other", names.join(", "));
    let spans = circle.iter().map(|at| env[*at].0.span);
    let finding = Diagnostic::new(&CIRCULAR_VARIABLES, message)
        .help("the kubelet fills in only variables that stand before; write one of the values out");
    spans.enumerate().fold(finding, |finding, (at, span)| match at {
        0 => finding.at(span),
        _ => finding.related(span, "part of the circle"),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::render::testing::app;

    fn ordered(env: &str) -> (String, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let text = format!("containers: {{ app: {{ env: {{ {env} }} }} }}");
        let app = app("web", &text, &mut diagnostics);
        let env = &app.spec.containers[0].1.env;
        let names: Vec<&str> = order(env, &mut diagnostics).into_iter().map(|at| env[at].0.as_str()).collect();
        (names.join(" "), diagnostics)
    }

    #[test]
    fn what_is_referred_to_stands_before() {
        assert_eq!(ordered("B: two, A: one"), ("B A".into(), vec![]));
        assert_eq!(ordered("URL: 'x://$(HOST):$(PORT)', PORT: '80', HOST: h"), ("PORT HOST URL".into(), vec![]));
        assert_eq!(ordered("A: $(B), B: $(C), C: c, D: $(A)"), ("C B A D".into(), vec![]));
    }

    #[test]
    fn what_is_no_reference_moves_nothing() {
        assert_eq!(ordered("A: $$(B), B: b"), ("A B".into(), vec![]));
        assert_eq!(ordered("A: '$(B', B: b"), ("A B".into(), vec![]));
        assert_eq!(ordered("PATH: '/x:$(PATH)', B: $(OTHER)"), ("PATH B".into(), vec![]));
    }

    #[test]
    fn a_circle_is_reported() {
        let (names, diagnostics) = ordered("D: $(A), A: $(B), B: $(A), C: c");
        assert_eq!(names, "C D A B");
        assert_eq!(diagnostics.len(), 1);
        assert_eq!(diagnostics[0].message, "the variables `A`, `B` refer to each other");
        assert_eq!(diagnostics[0].related.len(), 1);
    }

    #[test]
    fn a_long_chain_is_no_trouble() {
        let env: Vec<String> = (0..3_000).map(|at| format!("V{at}: $(V{})", at + 1)).collect();
        let (names, diagnostics) = ordered(&env.join(", "));
        assert!(names.starts_with("V2999 V2998"));
        assert_eq!(diagnostics, []);
    }
}
