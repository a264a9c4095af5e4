//! What findings are called in reports that other programs compare from run to run.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::Report;
use crate::diagnostic::{Diagnostic, Identity};

/// A fingerprint for each finding, in their order; no two are the same.
///
/// It is that of the first object, wherever that lives: one environment more does not make another finding.
pub(super) fn all(report: &Report<'_>) -> Vec<String> {
    let mut seen = FxHashMap::<String, usize>::default();
    let fingerprints = report.diagnostics.iter().map(|finding| {
        let first = finding.identities(report.sources).map(Identity::in_any_environment).min();
        let fingerprint = first.unwrap_or_default().fingerprint();
        let count = seen.entry(fingerprint.clone()).or_default();
        *count += 1;
        if *count == 1 { fingerprint } else { format!("{fingerprint}-{count}") }
    });
    fingerprints.collect()
}

/// The fingerprint that a finding has in each environment that it holds in.
pub(super) fn by_environment(report: &Report<'_>, finding: &Diagnostic) -> BTreeMap<String, String> {
    let mut first = BTreeMap::<String, Identity>::new();
    for identity in finding.identities(report.sources).filter(|identity| !identity.environment.is_empty()) {
        let known = first.entry(identity.environment.clone()).or_insert_with(|| identity.clone());
        if identity < *known {
            *known = identity;
        }
    }
    first.into_iter().map(|(environment, identity)| (environment, identity.fingerprint())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    #[test]
    fn one_environment_more_is_the_same_finding() {
        let (sources, diagnostics) = sample::findings();
        let of = |environments: &[&str]| {
            let mut finding = diagnostics[0].clone();
            finding.resources.retain(|resource| environments.contains(&&*resource.environment));
            let findings = [finding];
            let report = sample::report(&sources, &findings);
            (all(&report), by_environment(&report, &findings[0]))
        };
        let ((prod, in_prod), (both, in_both)) = (of(&["prod"]), of(&["dev", "prod"]));
        assert_eq!(prod, both);
        assert_eq!((in_prod.len(), in_both.len()), (1, 2));
        assert_eq!(in_prod["prod"], in_both["prod"]);
        assert_ne!(in_both["dev"], in_both["prod"]);
    }

    #[test]
    fn findings_of_one_identity_are_numbered() {
        let (sources, diagnostics) = sample::findings();
        let twins = [&diagnostics[2..3], &diagnostics[2..3], &diagnostics[3..4]].concat();
        let fingerprints = all(&sample::report(&sources, &twins));
        assert_eq!(fingerprints[1], format!("{}-2", fingerprints[0]));
        assert!(!fingerprints[2].contains('-'));
    }
}
