//! Objects that need each other.

use std::collections::VecDeque;

use rustc_hash::{FxHashMap, FxHashSet};

use super::{Check, Edge, Findings, Need, Operation, Operations, declare_rule, title, when};

declare_rule! {
    /// ## What it does
    /// Checks that no objects of a sync with waves or hooks need each other in a circle: that no Issuer signs with a Secret
    /// which its own Certificate makes, and no SecretStore logs in with a Secret that comes out of it.
    ///
    /// ## Why is this bad?
    /// None of them becomes healthy before the others, whatever waves they are given, and Argo CD waits for them for ever.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: cert-manager.io/v1
    /// kind: Issuer
    /// metadata: {name: ca, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// spec: {ca: {secretName: ca}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: ca}
    /// spec: {secretName: ca, issuerRef: {name: ca}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: cert-manager.io/v1
    /// kind: Issuer
    /// metadata: {name: self-signed, annotations: {argocd.argoproj.io/sync-wave: "-2"}}
    /// spec: {selfSigned: {}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Certificate
    /// metadata: {name: ca, annotations: {argocd.argoproj.io/sync-wave: "-1"}}
    /// spec: {secretName: ca, issuerRef: {name: self-signed}}
    /// ---
    /// apiVersion: cert-manager.io/v1
    /// kind: Issuer
    /// metadata: {name: ca}
    /// spec: {ca: {secretName: ca}}
    /// ```
    pub(in crate::lint::rules) static CYCLE = {
        code: "ARG107",
        summary: "objects that need each other",
        severity: Error,
        since: "0.1.0",
        check: Check::Operations(cycle),
    }
}

fn cycle(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let mut cyclic: Vec<usize> = in_cycles(operation).into_iter().collect();
        cyclic.sort_unstable();
        let mut told = FxHashSet::default();
        for at in &cyclic {
            let way = way_back(operation, *at, &cyclic);
            if way.iter().all(|edge| told.insert(operation.edges[*edge].user)) {
                report(operation, &way, findings);
            }
        }
    }
}

fn report(operation: &Operation<'_>, way: &[usize], findings: &mut Findings<'_>) {
    let edges: Vec<&Edge<'_>> = way.iter().map(|at| &operation.edges[*at]).collect();
    let Some(first) = edges.first() else { return };
    let user = operation.task(first.user).manifest;
    let needed: Vec<String> = edges.iter().map(|edge| title(operation.task(edge.provider).manifest)).collect();
    let message = format!("{} needs {}", title(user), needed.join(", which needs "));
    let mut finding = findings.add(user, first.dependency.pointer.as_str(), message);
    for edge in &edges[1..] {
        let task = operation.task(edge.user);
        finding.related(task.manifest, &edge.dependency.pointer, format!("of {}", when(task)));
    }
    finding.help("let one of them do without the next one; no order of waves helps");
}

/// The edges that are part of a circle, by their positions.
pub(super) fn in_cycles(operation: &Operation<'_>) -> FxHashSet<usize> {
    let mut left: Vec<usize> =
        (0..operation.edges.len()).filter(|at| operation.edges[*at].dependency.need != Need::Use).collect();
    // What needs nothing, or is needed by nothing, is in no circle; nor is, then, what was next to it.
    loop {
        let users: FxHashSet<usize> = left.iter().map(|at| operation.edges[*at].user).collect();
        let providers: FxHashSet<usize> = left.iter().map(|at| operation.edges[*at].provider).collect();
        let before = left.len();
        left.retain(|at| {
            let Edge { user, provider, .. } = &operation.edges[*at];
            users.contains(provider) && providers.contains(user)
        });
        if left.len() == before {
            break;
        }
    }
    left.iter().copied().filter(|at| !way_back(operation, *at, &left).is_empty()).collect()
}

/// The shortest way from an edge along others back to where it begins, itself first; none if there is none.
fn way_back(operation: &Operation<'_>, from: usize, along: &[usize]) -> Vec<usize> {
    let goal = operation.edges[from].user;
    let mut came: FxHashMap<usize, usize> = FxHashMap::default();
    let mut next = VecDeque::from([from]);
    while let Some(at) = next.pop_front() {
        let here = operation.edges[at].provider;
        if here == goal {
            let mut way: Vec<usize> = std::iter::successors(Some(at), |at| came.get(at).copied()).collect();
            way.reverse();
            return way;
        }
        for edge in along.iter().copied().filter(|edge| operation.edges[*edge].user == here) {
            if edge != from && !came.contains_key(&edge) {
                came.insert(edge, at);
                next.push_back(edge);
            }
        }
    }
    Vec::new()
}
