//! What the plugin prints is what the golden files hold.

use std::{collections::BTreeMap, fs, path::Path, thread};

use serde_json::Value;
use walkdir::WalkDir;

use super::{Running, app, by_identity};
use crate::{case::left_behind, server::PluginServer, suite::against_both};

against_both!(golden_objects);

fn golden_objects<S: PluginServer>() {
    for environment in ["dev", "prod", "staging"] {
        let running = Running::<S>::new(&format!("golden/{environment}"), |_| {});
        let golden = fs::read_dir(running.repository.path().join("golden").join(environment)).unwrap();
        let directories: Vec<_> = golden.map(|entry| entry.unwrap().path()).collect();
        assert!(directories.len() > 10);
        // Argo CD renders many Applications at the same time, in one sidecar, with one home.
        thread::scope(|scope| {
            for directories in directories.chunks(directories.len().div_ceil(4)) {
                let running = &running;
                scope.spawn(move || directories.iter().for_each(|directory| equals_golden(running, directory)));
            }
        });
        assert_eq!(left_behind(&running.sidecar), 0);
    }
}

fn equals_golden<S: PluginServer>(running: &Running<S>, directory: &Path) {
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    let (environment, own) = (name(directory.parent().unwrap()), name(directory));
    let objects = running.ask(&app(&environment, &own)).unwrap();
    let count = objects.len();
    let objects = by_identity(objects);
    assert_eq!(objects.len(), count, "{environment}/{own} has an object twice");
    assert!(objects == golden(directory), "{environment}/{own} differs from its golden files");
}

/// The objects of a directory of golden files.
fn golden(directory: &Path) -> BTreeMap<String, Value> {
    let files = WalkDir::new(directory).into_iter().map(Result::unwrap).filter(|entry| entry.file_type().is_file());
    by_identity(files.map(|entry| yaml_serde::from_str(&fs::read_to_string(entry.path()).unwrap()).unwrap()))
}
