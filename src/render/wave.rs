//! Sync waves: a number, or the longest path over connections, the callee first.
//!
//! Argo CD waits between the waves of an app of apps only if it knows how to tell the health of an Application; since
//! 1.8 that takes a health check in `argocd-cm` (`resource.customizations.health.argoproj.io_Application`). Without
//! one, a wave is a pause of two seconds.

use rustc_hash::FxHashMap;

use crate::{
    model::App,
    node::Node,
    spec::{Connection, Peer},
};

/// The wave of each app, in the order of `apps`.
///
/// An app without callees is in wave 0, any other one after the last of its callees, and never below 0. Apps that call
/// each other in a circle share a wave. A number in the spec is taken as it is, and what it calls does not matter.
pub(super) fn of(apps: &[App]) -> Vec<i64> {
    let positions: FxHashMap<&str, usize> = apps.iter().enumerate().map(|(at, app)| (app.name.as_str(), at)).collect();
    let fixed: Vec<Option<i64>> = apps.iter().map(number).collect();
    let callees = apps.iter().zip(&fixed).map(|(app, fixed)| match fixed {
        Some(_) => Vec::new(),
        None => app.connections.iter().filter_map(|call| positions.get(callee(call)?).copied()).collect(),
    });
    let callees: Vec<Vec<usize>> = callees.collect();
    longest_paths(&callees, &fixed)
}

fn number(app: &App) -> Option<i64> {
    app.spec.argocd.as_ref()?.wave.as_ref().and_then(Node::as_int)
}

/// The name of the app that a connection leads to.
pub(super) fn callee(connection: &Connection) -> Option<&str> {
    if let Peer::App { name, .. } = &connection.peer { Some(name) } else { None }
}

fn longest_paths(callees: &[Vec<usize>], fixed: &[Option<i64>]) -> Vec<i64> {
    let count = callees.len();
    let mut search = Search {
        callees,
        fixed,
        order: vec![None; count],
        low: vec![0; count],
        entered: 0,
        open: Vec::new(),
        path: Vec::new(),
        waves: vec![None; count],
    };
    (0..count).for_each(|app| search.from(app));
    search.waves.into_iter().map(Option::unwrap_or_default).collect()
}

/// Tarjan's search for strongly connected components, which closes a component after all that it leads to; with a path
/// of its own instead of the call stack, since a chain of calls may be as long as there are apps.
struct Search<'a> {
    callees: &'a [Vec<usize>],
    fixed: &'a [Option<i64>],
    /// When an app was entered.
    order: Vec<Option<usize>>,
    /// The earliest open app that is known to be reached from an app.
    low: Vec<usize>,
    entered: usize,
    /// Apps whose component is not closed, in the order of entry.
    open: Vec<usize>,
    /// The apps on the way from the start, each with how many of its callees have been looked at.
    path: Vec<(usize, usize)>,
    waves: Vec<Option<i64>>,
}

impl Search<'_> {
    fn from(&mut self, start: usize) {
        self.enter(start);
        while let Some((app, looked_at)) = self.path.last_mut() {
            let app = *app;
            match self.callees[app].get(*looked_at).copied() {
                Some(callee) => {
                    *looked_at += 1;
                    self.look(app, callee);
                }
                None => self.leave(app),
            }
        }
    }

    fn enter(&mut self, app: usize) {
        if self.order[app].is_some() {
            return;
        }
        self.order[app] = Some(self.entered);
        self.low[app] = self.entered;
        self.entered += 1;
        self.open.push(app);
        self.path.push((app, 0));
    }

    fn look(&mut self, app: usize, callee: usize) {
        match self.order[callee] {
            None => self.enter(callee),
            Some(order) if self.waves[callee].is_none() => self.low[app] = self.low[app].min(order),
            Some(_) => {}
        }
    }

    fn leave(&mut self, app: usize) {
        self.path.pop();
        if let Some((caller, _)) = self.path.last() {
            self.low[*caller] = self.low[*caller].min(self.low[app]);
        }
        if self.order[app] == Some(self.low[app]) {
            self.close(app);
        }
    }

    /// Gives a component its wave. Only its own members have none yet among all that its members call.
    fn close(&mut self, first: usize) {
        let start = self.open.iter().rposition(|app| *app == first).unwrap_or_default();
        let members = self.open.split_off(start);
        let called = members.iter().flat_map(|app| &self.callees[*app]).filter_map(|callee| self.waves[*callee]);
        let after = called.map(|wave| wave.saturating_add(1)).max().unwrap_or_default().max(0);
        for app in members {
            self.waves[app] = Some(self.fixed[app].unwrap_or(after));
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn auto(callees: &[Vec<usize>]) -> Vec<i64> {
        longest_paths(callees, &vec![None; callees.len()])
    }

    #[test]
    fn the_callee_comes_first() {
        assert_eq!(auto(&[vec![1, 2], vec![2], vec![]]), [2, 1, 0]);
    }

    #[test]
    fn a_circle_shares_a_wave() {
        assert_eq!(auto(&[vec![1], vec![2, 3], vec![0], vec![], vec![2], vec![5]]), [1, 1, 1, 0, 2, 0]);
    }

    #[test]
    fn a_number_is_taken_as_it_is() {
        assert_eq!(longest_paths(&[vec![1], vec![], vec![3], vec![]], &[None, Some(7), None, Some(-5)]), [8, 7, 0, -5]);
    }

    #[test]
    fn a_long_chain_needs_no_stack() {
        let chain: Vec<Vec<usize>> =
            (1..=100_000).map(|next| if next < 100_000 { vec![next] } else { vec![] }).collect();
        assert_eq!(auto(&chain)[0], 99_999);
    }

    /// Whether there is a way from one app to another.
    fn reaches(callees: &[Vec<usize>]) -> Vec<Vec<bool>> {
        let count = callees.len();
        let mut reaches: Vec<Vec<bool>> =
            (0..count).map(|a| (0..count).map(|b| callees[a].contains(&b)).collect()).collect();
        for via in 0..count {
            for a in 0..count {
                for b in 0..count {
                    reaches[a][b] |= reaches[a][via] && reaches[via][b];
                }
            }
        }
        reaches
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn every_wave_is_one_above_what_it_must_be_above(
            callees in prop::collection::vec(prop::collection::vec(0..8_usize, 0..3), 8),
        ) {
            let (waves, reaches) = (auto(&callees), reaches(&callees));
            for app in 0..callees.len() {
                let circle: Vec<usize> =
                    (0..callees.len()).filter(|other| *other == app || reaches[app][*other] && reaches[*other][app]).collect();
                let called = circle.iter().flat_map(|member| &callees[*member]).filter(|callee| !circle.contains(callee));
                prop_assert_eq!(waves[app], called.map(|callee| waves[*callee] + 1).max().unwrap_or(0));
            }
        }
    }
}
