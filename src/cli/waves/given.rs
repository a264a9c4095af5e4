//! The syncs of manifests that somebody else made.

use std::path::Path;

use super::WavesArgs;
use crate::{
    cli::{fix::Texts, paths},
    diagnostic::{Diagnostic, Result},
    manifest::{Manifest, ManifestSet},
    model::DEFAULT_KUBE_VERSION,
    report::waves::{Chart, Sync},
    source::SourceMap,
    sync::{Dependencies, HealthChecks},
};

/// The syncs of what the arguments name, each of which stands for one Application.
pub(super) fn given(
    directory: &Path,
    args: &WavesArgs,
    sources: &mut SourceMap,
    diagnostics: &mut Vec<Diagnostic>,
) -> Result<Chart> {
    let mut read = Vec::new();
    for path in &args.paths {
        let argument = std::slice::from_ref(path);
        let (input, _) = paths::read(directory, argument, &Texts::new(), sources, diagnostics)?;
        read.push((path, ManifestSet::new("".into(), DEFAULT_KUBE_VERSION.into(), input.objects(diagnostics))));
    }
    let checks = args.checks(read.iter().flat_map(|(_, set)| set.manifests()));
    // That there is nothing to read has been said.
    let syncs = read.iter().filter(|(_, set)| !set.manifests().is_empty());
    let syncs = syncs.map(|(path, set)| sync(path, set, args, &checks));
    Ok(Chart {
        environment: None,
        assesses_applications: checks.know_applications(),
        rolling_steps: Vec::new(),
        syncs: syncs.collect(),
    })
}

fn sync(path: &str, set: &ManifestSet, args: &WavesArgs, checks: &HealthChecks) -> Sync {
    let name = if path == "-" { "standard input" } else { path };
    let objects: Vec<&Manifest> = set.manifests().iter().collect();
    Sync::of(name, &args.namespace, &objects, (checks, &Dependencies::new(set)))
}
