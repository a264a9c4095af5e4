//! What a check leaves out because of errors: nobody is to take its silence for praise.

use std::collections::BTreeMap;

use super::{run::Run, scope::ScopeArgs};
use crate::spec::Condition;

/// Names of one list that are shown; the others are counted.
const SHOWN: usize = 5;

/// Which apps no check has judged, and which golden files were not compared; nothing when none were left out.
pub(super) fn line(run: &Run, scope: &ScopeArgs) -> Option<String> {
    let unjudged = list(unjudged(run, scope));
    let environments = run.environments.iter().zip(&run.sets);
    let files = environments.flat_map(|(environment, set)| {
        let name = environment.name.as_str();
        if !environment.is_sound() {
            return vec![name.to_owned()];
        }
        let flawed = environment.apps.iter().filter(|app| !set.is_sound_app(&app.name.text));
        flawed.map(|app| format!("{name}/{}", app.name.text)).collect()
    });
    let parts = [("checks of", unjudged), ("golden files of", list(files))];
    let parts: Vec<String> = parts.into_iter().filter_map(|(what, list)| Some(format!("{what} {}", list?))).collect();
    (!parts.is_empty()).then(|| format!("left out because of errors: {}", parts.join("; ")))
}

/// `web (dev, prod)` for each app, and the environments of which nothing could be read.
fn unjudged(run: &Run, scope: &ScopeArgs) -> Vec<String> {
    let mut lost = Vec::new();
    let mut apps = BTreeMap::<&str, Vec<&str>>::new();
    for (environment, set) in run.environments.iter().zip(&run.sets) {
        if environment.condition == Condition::Lost {
            lost.push(environment.name.text.to_string());
        }
        let names = environment.apps.iter().map(|app| app.name.as_str());
        for app in names.filter(|app| !set.is_sound_app(app) && scope.names(app)) {
            apps.entry(app).or_default().push(environment.name.as_str());
        }
    }
    lost.extend(apps.into_iter().map(|(app, environments)| format!("{app} ({})", environments.join(", "))));
    lost
}

/// `dev, prod and 3 more`.
fn list(names: impl IntoIterator<Item = String>) -> Option<String> {
    let names: Vec<String> = names.into_iter().collect();
    let shown = names[..names.len().min(SHOWN)].join(", ");
    match names.len() {
        0 => None,
        count if count > SHOWN => Some(format!("{shown} and {} more", count - SHOWN)),
        _ => Some(shown),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_are_cut() {
        let names = |count: usize| list((0..count).map(|at| at.to_string()));
        assert_eq!(names(0), None);
        assert_eq!(names(5).as_deref(), Some("0, 1, 2, 3, 4"));
        assert_eq!(names(7).as_deref(), Some("0, 1, 2, 3, 4 and 2 more"));
    }
}
