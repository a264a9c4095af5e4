//! How much of the objects was checked: what nobody has looked at is not to pass for sound.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::{
    policy::{FAILED_POLICY, Judgement},
    schema::{Schemas, UNEVALUATED_RULE},
};
use crate::{
    diagnostic::{Code, Diagnostic, Gvk, ResourceId},
    manifest::{Manifest, ManifestSet},
};

/// Which objects count.
pub type Counts<'a> = dyn Fn(&Manifest) -> bool + Sync + 'a;

/// How many objects were checked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Coverage {
    /// Objects that were rendered, or read.
    pub objects: usize,
    /// Those that everything has judged that was to judge them.
    pub checked: usize,
    /// Those that were held against a schema.
    pub validated: usize,
    /// Those for whose kind there is no schema.
    pub without_schema: BTreeMap<Gvk, usize>,
    /// Those that nobody judged, because their app has errors.
    pub left_out: usize,
    /// The repository's policies.
    pub policies: Evaluations,
    /// The rules in the definitions of custom resources.
    pub rules: Evaluations,
}

/// How often something was asked about an object.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Evaluations {
    /// How often it came to a result.
    pub evaluated: usize,
    /// How often it did not.
    pub failed: usize,
    /// How often it was not asked: it is about a change of the object, or no valid expression. This is no gap, as the API
    /// server does not ask it of a new object either, and what is no valid expression is a finding.
    pub put_off: usize,
}

impl Evaluations {
    /// Adds those of one object: of `all` questions, some failed and some were put off.
    fn count(&mut self, all: usize, failed: usize, put_off: usize) {
        self.evaluated += all.saturating_sub(failed + put_off);
        self.failed += failed;
        self.put_off += put_off;
    }

    fn add(&mut self, other: Self) {
        self.evaluated += other.evaluated;
        self.failed += other.failed;
        self.put_off += other.put_off;
    }
}

impl Coverage {
    /// Of the objects of one environment that count. `diagnostics` are those of all checks.
    pub(super) fn of(
        set: &ManifestSet,
        counts: &Counts<'_>,
        schemas: &Schemas,
        policies: &Judgement,
        diagnostics: &[Diagnostic],
    ) -> Self {
        let (has_schema, rules) = (schemas.known(set), schemas.rules(set));
        let [failed_policies, failed_rules] = [&FAILED_POLICY, &UNEVALUATED_RULE].map(|code| failed(code, diagnostics));
        let mut coverage = Self::default();
        for manifest in set.manifests().iter().filter(|manifest| counts(manifest)) {
            let (id, is_known) = (&manifest.id, has_schema(&manifest.id.gvk));
            coverage.objects += 1;
            if !set.is_sound(id) {
                coverage.left_out += 1;
                continue;
            }
            if is_known {
                coverage.validated += 1;
            } else {
                *coverage.without_schema.entry(id.gvk.clone()).or_default() += 1;
            }
            let [of_policies, of_rules] =
                [&failed_policies, &failed_rules].map(|failed| failed.get(&**id).copied().unwrap_or_default());
            let (all, put_off) = rules(&id.gvk);
            coverage.policies.count(policies.rules_for(manifest.kind()), of_policies, 0);
            coverage.rules.count(all, of_rules, put_off);
            coverage.checked += usize::from(is_known && of_policies + of_rules == 0);
        }
        coverage
    }

    /// How many of a thousand objects were checked, rounded down; all of none.
    pub fn permille(&self) -> usize {
        (self.checked * 1000).checked_div(self.objects).unwrap_or(1000)
    }

    /// Whether at least so many of a thousand objects were checked.
    pub fn reaches(&self, permille: usize) -> bool {
        self.checked * 1000 >= permille * self.objects
    }

    /// Adds another environment's.
    pub fn add(&mut self, other: Self) {
        self.objects += other.objects;
        self.checked += other.checked;
        self.validated += other.validated;
        self.left_out += other.left_out;
        self.policies.add(other.policies);
        self.rules.add(other.rules);
        for (gvk, count) in other.without_schema {
            *self.without_schema.entry(gvk).or_default() += count;
        }
    }
}

/// How many findings of a code there are, by object: each says that a question came to no result.
fn failed<'d>(code: &Code, diagnostics: &'d [Diagnostic]) -> FxHashMap<&'d ResourceId, usize> {
    let mut failed = FxHashMap::default();
    for finding in diagnostics.iter().filter(|finding| finding.code == code) {
        finding.resources.iter().for_each(|resource| *failed.entry(&*resource.id).or_default() += 1);
    }
    failed
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shares_are_never_rounded_up() {
        let coverage = |checked, objects| Coverage { objects, checked, ..Coverage::default() };
        assert_eq!(coverage(2, 3).permille(), 666);
        assert_eq!(coverage(1999, 2000).permille(), 999);
        assert_eq!(coverage(0, 0).permille(), 1000);
        assert!(coverage(1999, 2000).reaches(999) && !coverage(1999, 2000).reaches(1000));
        assert!(coverage(0, 0).reaches(1000) && coverage(0, 7).reaches(0));
    }
}
