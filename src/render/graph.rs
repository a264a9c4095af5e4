//! What the apps of an environment call, seen from both ends; made once for all of them.

use rustc_hash::FxHashMap;

use super::wave;
use crate::{
    model::{App, Environment},
    node::{Key, Node},
    spec::Connection,
};

/// Who calls each app, and in which wave it is synced.
pub(super) struct Graph<'a> {
    callers: FxHashMap<&'a str, Vec<Caller<'a>>>,
    waves: FxHashMap<&'a str, i64>,
}

/// An app, and its connections to one other.
pub(super) struct Caller<'a> {
    pub(super) name: &'a Key,
    pub(super) namespace: &'a Node,
    pub(super) connections: Vec<&'a Connection>,
}

impl<'a> Graph<'a> {
    pub(super) fn of(environment: &'a Environment) -> Self {
        let apps = &environment.apps;
        let waves = apps.iter().map(|app| app.name.as_str()).zip(wave::of(apps)).collect();
        Self { callers: callers(environment), waves }
    }

    /// The callers of an app, by name.
    pub(super) fn callers(&self, app: &App) -> &[Caller<'a>] {
        self.callers.get(app.name.as_str()).map(Vec::as_slice).unwrap_or_default()
    }

    /// The sync wave of an app's Application.
    pub(super) fn wave(&self, app: &App) -> i64 {
        self.waves.get(app.name.as_str()).copied().unwrap_or_default()
    }

    /// The wave before all apps: that of what they share.
    pub(super) fn wave_of_cluster(&self) -> i64 {
        self.waves.values().copied().min().unwrap_or_default().saturating_sub(1)
    }
}

fn callers(environment: &Environment) -> FxHashMap<&str, Vec<Caller<'_>>> {
    let own = environment.apps.iter().map(|app| (&app.name, &app.namespace, &app.connections));
    let others = environment.callers.iter().map(|app| (&app.name, &app.namespace, &app.connections));
    let mut by_callee = FxHashMap::<&str, Vec<Caller<'_>>>::default();
    for (name, namespace, connections) in own.chain(others) {
        for connection in connections {
            let Some(callee) = wave::callee(connection) else { continue };
            let known = by_callee.entry(callee).or_default();
            // The connections of one app are looked at together, so it can only be the last one.
            match known.last_mut().filter(|last| last.name == name) {
                Some(last) => last.connections.push(connection),
                None => known.push(Caller { name, namespace, connections: vec![connection] }),
            }
        }
    }
    for callers in by_callee.values_mut() {
        callers.sort_by(|one, other| one.name.text.cmp(&other.name.text));
    }
    by_callee
}
