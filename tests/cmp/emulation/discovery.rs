//! Whether an Application is the plugin's own. Only the first of the three ways that is configured is tried.

use std::path::{Component, Path, PathBuf};

use walkdir::WalkDir;

use super::plugin::Discover;

/// Nothing when no way is configured.
pub(super) fn matches(
    discover: &Discover,
    app: &Path,
    run: impl Fn(&[&str]) -> Result<String, String>,
) -> Result<Option<bool>, String> {
    if !discover.file_name.is_empty() {
        // Here, two stars are as good as one.
        return Ok(Some(has_file(app, &discover.file_name.replace("**", "*"))));
    }
    let glob = discover.find.glob.as_str();
    if !glob.is_empty() {
        let is_found = has_file(app, glob);
        // The library takes a pattern without stars for a file that has to be there.
        return if is_found || glob.contains(['*', '?', '[', '{']) {
            Ok(Some(is_found))
        } else {
            Err(format!("error finding glob match for pattern \"{}\": file does not exist", app.join(glob).display()))
        };
    }
    if discover.find.run.is_empty() {
        return Ok(None);
    }
    let found = run(&discover.find.run.argv()).map_err(|error| format!("error running find command: {error}"))?;
    Ok(Some(!found.is_empty()))
}

/// A path inside of a directory, whatever it says.
pub(super) fn secure_join(root: &Path, path: &str) -> PathBuf {
    let mut joined = root.to_owned();
    for step in Path::new(path).components() {
        match step {
            Component::Normal(step) => joined.push(step),
            Component::ParentDir if joined != root => {
                joined.pop();
            }
            _ => {}
        }
    }
    joined
}

/// Whether a file or directory goes by a pattern, which starts at the Application and may lead above it.
fn has_file(app: &Path, pattern: &str) -> bool {
    if let (Some(pattern), Some(above)) = (pattern.strip_prefix("../"), app.parent()) {
        return has_file(above, pattern);
    }
    let steps: Vec<&str> = pattern.split('/').filter(|step| !matches!(*step, "" | ".")).collect();
    let below = WalkDir::new(app).min_depth(1).into_iter().filter_map(Result::ok);
    below.into_iter().any(|entry| {
        let path = entry.path().strip_prefix(app).unwrap();
        let names: Vec<&str> = path.iter().filter_map(|name| name.to_str()).collect();
        fits(&names, &steps)
    })
}

/// Whether the steps of a path fit those of a pattern, in which `**` is any number of steps.
fn fits(path: &[&str], pattern: &[&str]) -> bool {
    match (path, pattern) {
        ([], []) => true,
        (_, ["**", rest @ ..]) => (0..=path.len()).any(|at| fits(&path[at..], rest)),
        ([name, path @ ..], [step, pattern @ ..]) => fits_step(name.as_bytes(), step.as_bytes()) && fits(path, pattern),
        _ => false,
    }
}

/// Whether a name fits a step with `*` and `?`.
fn fits_step(name: &[u8], step: &[u8]) -> bool {
    match (name, step) {
        ([], []) => true,
        (_, [b'*', rest @ ..]) => (0..=name.len()).any(|at| fits_step(&name[at..], rest)),
        ([_, name @ ..], [b'?', step @ ..]) => fits_step(name, step),
        ([first, name @ ..], [letter, step @ ..]) => first == letter && fits_step(name, step),
        _ => false,
    }
}
