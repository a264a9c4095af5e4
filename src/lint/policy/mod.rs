//! The repository's own policies: `policies/**/*.rego`, in Rego (<https://www.openpolicyagent.org/docs/policy-language>).
//!
//! A package's `deny` and `warn` sets are computed for every object, which is the `input`. An item is a message, or an
//! object with `msg` (or `message`) and, if it likes, `path` (a JSON pointer or a list of steps), `help` and `code`.
//! `data.karat.environment` and `data.karat.kubeVersion` say what the object is rendered for. The files of a folder that
//! is named after an environment apply there only; files named `*_test.rego` hold tests.
//!
//! | file | its one job |
//! |---|---|
//! | `file` | one file, and its dialect |
//! | `metadata` | what a policy says of itself |
//! | `bundle` | the policies of one environment, compiled |
//! | `runner` | a bundle over objects |
//! | `finding` | what a rule returns as findings |
//! | `test` | the policies' own tests |
//! | `fault`, `guard` | the engine's errors and panics |
//! | `value` | our trees as the engine's values |

mod bundle;
mod fault;
mod file;
mod finding;
mod guard;
mod metadata;
mod runner;
mod test;
#[cfg(test)]
mod tests;
mod value;

pub use metadata::Metadata;
pub use test::TestReport;

use rayon::prelude::*;
use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use self::{bundle::Bundle, file::PolicyFile, runner::Runner};
use super::files;
use crate::{
    diagnostic::{Code, Diagnostic, Result, declare_codes},
    manifest::ManifestSet,
    source::{EntryKind, SourceMap, Tree},
};

declare_codes! {
    /// A policy of this repository denies the object: one of its `deny` rules has this result.
    ///
    /// The message is the policy's own, followed by the name of its package. The policy is shown too.
    DENIED = "POL001", Error, "denied by a policy";
    /// A policy of this repository warns of the object: one of its `warn` rules has this result.
    WARNED = "POL002", Warning, "a policy warns";
    /// A file in `policies/` is not Rego, or its `METADATA` comment is wrong.
    ///
    /// Files are read as Rego v1, and if that fails as the Rego before it. What the engine lacks is an error too:
    /// functions of the network, the clock and cryptography. The file is left out; the other policies still run.
    BROKEN_POLICY = "POL003", Error, "broken policy";
    /// A policy came to no result for an object: a function was given what it cannot take, or the evaluation took too
    /// long. So nothing is known about the object.
    ///
    /// A rule that has two values at once is undefined here, where OPA reports it; `karat policy test` reports it too.
    FAILED_POLICY = "POL004", Error, "a policy failed";
    /// A `test_…` rule of a `*_test.rego` file is not true. Found by `karat policy test`.
    FAILED_TEST = "POL005", Error, "a policy's test failed";
}

/// A rule that policies have, and what its results are.
struct Verdict {
    rule: &'static str,
    code: &'static Code,
}

const VERDICTS: [Verdict; 2] = [Verdict { rule: "deny", code: &DENIED }, Verdict { rule: "warn", code: &WARNED }];

/// The policies of a repository.
#[derive(Default)]
pub struct Policies {
    files: Vec<PolicyFile>,
}

/// What the policies made of the objects of one environment.
#[derive(Debug)]
pub struct Judgement {
    /// The findings, in the order of the objects.
    pub diagnostics: Vec<Diagnostic>,
    /// How many rules look at objects of a kind.
    rules: FxHashMap<SmolStr, usize>,
}

impl Policies {
    /// Reads all policies. A folder `policies/<name>/` belongs to the environment of that name, if there is one.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn load(tree: &dyn Tree, sources: &mut SourceMap, diagnostics: &mut Vec<Diagnostic>) -> Result<Self> {
        let environments = environments(tree)?;
        let accept = |path: &str| path.rsplit_once('.').is_some_and(|(_, extension)| extension == "rego");
        let files = files::read_below(tree, "policies", accept, &BROKEN_POLICY, sources, diagnostics)?;
        let read = files.into_iter().filter_map(|file| {
            let folder =
                file.path.strip_prefix("policies/").and_then(|rest| rest.split_once('/')).map(|(folder, _)| folder);
            let environment = folder.filter(|folder| environments.iter().any(|name| name == folder)).map(str::to_owned);
            PolicyFile::read(file, environment, diagnostics)
        });
        Ok(Self { files: read.collect() })
    }

    /// What the policies say of the objects of one environment, in their order.
    pub fn check(&self, set: &ManifestSet) -> Judgement {
        let files = self.of_environment(Some(&set.environment)).filter(|file| !file.is_test());
        let mut bundle = Bundle::new(files.collect(), bundle::data(set));
        let mut diagnostics = std::mem::take(&mut bundle.diagnostics);
        let manifests = set.manifests().par_iter().with_min_len(64);
        let findings = manifests.map_init(|| Runner::new(&bundle), |runner, manifest| runner.check(set, manifest));
        diagnostics.par_extend(findings.flatten_iter());
        let mut rules = FxHashMap::default();
        for manifest in set.manifests() {
            let kind = &manifest.id.gvk.kind;
            if !rules.contains_key(kind) {
                rules.insert(kind.clone(), bundle.rules_for(kind));
            }
        }
        Judgement { diagnostics, rules }
    }

    /// The files for every environment, and those for this one.
    fn of_environment(&self, environment: Option<&str>) -> impl Iterator<Item = &PolicyFile> {
        self.files.iter().filter(move |file| file.environment.is_none() || file.environment.as_deref() == environment)
    }
}

impl Judgement {
    /// How many rules looked at an object of a kind.
    pub fn rules_for(&self, kind: &str) -> usize {
        self.rules.get(kind).copied().unwrap_or_default()
    }
}

/// The names of all environments, whichever of them are looked at in this run.
fn environments(tree: &dyn Tree) -> Result<Vec<String>> {
    let entries = tree.entries("envs").map_err(|error| files::refused("envs", &error))?;
    let folders = entries.into_iter().filter(|entry| entry.kind == EntryKind::Directory && entry.name != "base");
    Ok(folders.map(|folder| folder.name).collect())
}
