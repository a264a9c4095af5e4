//! Findings that were there before: those of a baseline, those of an earlier revision.

use std::collections::BTreeMap;

use crate::{
    diagnostic::{Diagnostic, Identity},
    source::SourceMap,
};

/// How often each finding was there.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Memory {
    counts: BTreeMap<Identity, usize>,
}

impl Memory {
    /// The identities of findings.
    pub fn of(findings: &[Diagnostic], sources: &SourceMap) -> Self {
        let mut memory = Self::default();
        memory.add(findings, sources);
        memory
    }

    /// Adds the identities of findings.
    pub fn add(&mut self, findings: &[Diagnostic], sources: &SourceMap) {
        self.extend(findings.iter().flat_map(|finding| finding.identities(sources)));
    }

    /// Each identity as often as it is there, in order.
    pub fn identities(&self) -> impl Iterator<Item = &Identity> {
        self.counts.iter().flat_map(|(identity, count)| std::iter::repeat_n(identity, *count))
    }

    /// Takes out the findings that were there, each as often as it was, and gives them back. A finding that was there in
    /// some environments stays for the others. What is left in the memory is gone.
    pub fn take(&mut self, findings: &mut Vec<Diagnostic>, sources: &SourceMap) -> Vec<Diagnostic> {
        let mut known = Vec::new();
        findings.retain_mut(|finding| {
            let news: Vec<bool> = finding.identities(sources).map(|identity| !self.forget(&identity)).collect();
            if !news.contains(&true) {
                known.push(finding.clone());
                return false;
            }
            keep(&mut finding.resources, &news);
            keep(&mut finding.environments, &news);
            true
        });
        known
    }

    /// Forgets a finding once; whether it was there.
    fn forget(&mut self, identity: &Identity) -> bool {
        let Some(count) = self.counts.get_mut(identity) else { return false };
        *count -= 1;
        if *count == 0 {
            self.counts.remove(identity);
        }
        true
    }
}

impl FromIterator<Identity> for Memory {
    fn from_iter<T: IntoIterator<Item = Identity>>(identities: T) -> Self {
        let mut memory = Self::default();
        memory.extend(identities);
        memory
    }
}

impl Extend<Identity> for Memory {
    fn extend<T: IntoIterator<Item = Identity>>(&mut self, identities: T) {
        identities.into_iter().for_each(|identity| *self.counts.entry(identity).or_default() += 1);
    }
}

/// Keeps the items that are news. Identities are those of the objects, or of the environments where there are none.
fn keep<T>(items: &mut Vec<T>, news: &[bool]) {
    if items.len() == news.len() {
        let mut news = news.iter();
        items.retain(|_| news.next() == Some(&true));
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::diagnostic::{Code, Gvk, ResourceId, ResourceRef, Severity};

    static CODE: Code =
        Code { name: "TST001", summary: "", severity: Severity::Error, since: "0.1.0", docs: "", file: "" };

    fn finding(environments: &[&str]) -> Diagnostic {
        let resource = |environment: &&str| {
            let id = ResourceId { gvk: Gvk::new("v1", "Service"), namespace: None, name: "web".into() };
            let (pointer, path) = (String::new(), String::new());
            ResourceRef { environment: (*environment).into(), id: Arc::new(id), pointer, path }
        };
        environments.iter().map(resource).fold(Diagnostic::new(&CODE, "a"), Diagnostic::resource)
    }

    #[test]
    fn findings_are_known_as_often_as_they_were_there() {
        let sources = SourceMap::default();
        let mut memory = Memory::of(&[finding(&["dev"]), finding(&["dev"]), finding(&["prod"])], &sources);
        let mut findings = vec![finding(&["dev"]), finding(&["dev"]), finding(&["dev"]), finding(&["staging"])];
        assert_eq!(memory.take(&mut findings, &sources).len(), 2);
        assert_eq!(findings, [finding(&["dev"]), finding(&["staging"])]);
        assert_eq!(memory.identities().map(|one| one.environment.as_str()).collect::<Vec<_>>(), ["prod"]);
    }

    #[test]
    fn a_finding_stays_for_the_environments_where_it_is_new() {
        let sources = SourceMap::default();
        let mut memory = Memory::of(&[finding(&["dev"])], &sources);
        let mut findings = vec![finding(&["prod", "dev", "staging"])];
        assert_eq!(memory.take(&mut findings, &sources), []);
        assert_eq!(findings, [finding(&["prod", "staging"])]);
    }
}
