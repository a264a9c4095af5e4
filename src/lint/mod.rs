//! Schemas, built-in rules, policies, and the sink that folds their findings.
//!
//! A check knows nothing of severities that a user sets, or of colours, and of other environments only what a
//! [`Promotion`] shows it: it says what it finds in one environment, and [`fold`] makes one finding of the same mistake
//! seen from several.
//!
//! | file | its one job |
//! |---|---|
//! | `files` | reads what the checks are made of, and what they look at |
//! | `input` | the objects of files that no spec of Karat made |
//! | `schema` | objects against JSON Schemas |
//! | `rule`, `rules` | what a rule is, and all that are part of the program |
//! | `findings` | how a rule says what it finds |
//! | `pass` | all rules about one environment, in one walk over its objects |
//! | `operation` | what Argo CD does with the objects of each Application, for the rules about that |
//! | `promotion` | rules about what comes from one environment to the next |
//! | `policy` | the repository's own policies in Rego |
//! | `lifecycle` | when versions of APIs come and go |
//! | `standard` | which of the Pod Security Standards a pod is held to |
//! | `settings` | what a user asks of the checks |
//! | `coverage` | how much was checked |
//! | `sink` | one finding for a mistake that several environments show |

mod coverage;
mod files;
mod findings;
pub mod input;
mod lifecycle;
mod operation;
mod pass;
pub mod policy;
mod promotion;
mod rule;
pub mod rules;
pub mod schema;
mod settings;
mod sink;
mod standard;

#[cfg(test)]
mod examples;

pub use coverage::{Counts, Coverage, Evaluations};
pub use findings::{Finding, Findings};
pub use operation::{Edge, Hook, Operation, Operations};
pub use pass::check as check_rules;
pub use promotion::Promotion;
pub use rule::{Check, On, Rule};
pub use settings::{Asked, PodSecurity, Selection, Settings};
pub use sink::fold;
pub use standard::Standard;

use self::{policy::Policies, schema::Schemas, settings::unknown_codes};
use crate::{
    diagnostic::{Code, Diagnostic, Result},
    manifest::{Manifest, ManifestSet},
    model::{Environment, Lint},
    node::Node,
    source::{SourceMap, Span, Tree},
};

/// All checks of a repository: the built-in rules, the schemas, and the repository's own policies.
#[derive(Default)]
pub struct Checks {
    schemas: Schemas,
    policies: Policies,
    asked: Asked,
}

/// What the checks found in one environment, and how much of it they looked at.
#[derive(Debug)]
pub struct Checked {
    /// The findings.
    pub diagnostics: Vec<Diagnostic>,
    /// How much was checked.
    pub coverage: Coverage,
}

impl Checks {
    /// Reads `schemas/` and `policies/`. A file that cannot be used is reported, and the others are used.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn load(
        tree: &dyn Tree,
        options: schema::Options,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Self> {
        let schemas = Schemas::load(tree, options, sources, diagnostics)?;
        Ok(Self { schemas, policies: Policies::load(tree, sources, diagnostics)?, asked: Asked::default() })
    }

    /// The same, with what is asked of this run.
    #[must_use]
    pub fn asking(mut self, asked: Asked) -> Self {
        self.asked = asked;
        self
    }

    /// Everything that is wrong with the objects of one environment; the order is the same on every run.
    ///
    /// Nothing is said of an object that came from a spec with mistakes: it would be said of the mistakes again. `counts`
    /// says which objects coverage is about.
    pub fn check(&self, environment: &Environment, set: &ManifestSet, counts: &Counts<'_>) -> Checked {
        let mut checked = self.check_set(set, environment.lint_sections(), kube_version(environment), counts);
        checked.diagnostics.retain(|finding| finding.resources.iter().all(|resource| set.is_sound(&resource.id)));
        checked
    }

    /// The same for objects that came from no spec. The `lint` sections say what is asked of them, the last one most.
    /// `kube_version` is where the version of Kubernetes was written, if somebody wrote it.
    pub fn check_set<'a>(
        &self,
        set: &ManifestSet,
        sections: impl IntoIterator<Item = &'a Lint>,
        kube_version: Option<Span>,
        counts: &Counts<'_>,
    ) -> Checked {
        let sections: Vec<&Lint> = sections.into_iter().collect();
        let mut diagnostics: Vec<Diagnostic> = sections.iter().copied().flat_map(unknown_codes).collect();
        let settings = Settings::of(sections).asked(&self.asked);
        diagnostics.append(&mut self.schemas.check(set, kube_version));
        diagnostics.append(&mut pass::check(set, &settings));
        let mut judgement = self.policies.check(set);
        diagnostics.append(&mut judgement.diagnostics);
        // A check that came to no result is one, whatever the user makes of the finding.
        let coverage = Coverage::of(set, counts, &self.schemas, &judgement, &diagnostics);
        settings.judge(&mut diagnostics);
        Checked { diagnostics, coverage }
    }

    /// What the rules about environments find: in each that changes come to from another, beside that one.
    pub fn check_promotions(&self, environments: &[Environment], sets: &[ManifestSet]) -> Vec<Diagnostic> {
        let find = |name: &str| environments.iter().position(|environment| environment.name.text == name);
        let before = |at: &usize| find(environments[*at].spec.promotes_from.as_ref()?.as_str()?);
        let promotions = (0..environments.len()).map(|at| {
            // Two environments may name each other; no way is longer than all of them.
            let way = std::iter::successors(before(&at), before).take(environments.len());
            let settings = Settings::of(environments[at].lint_sections()).asked(&self.asked);
            (Promotion::new(&sets[at], way.map(|at| &sets[at])), settings)
        });
        let promotions: Vec<_> = promotions.filter(|(promotion, _)| promotion.before().is_some()).collect();
        promotion::check(&promotions)
    }

    /// Reads the schemas that the kinds of some objects have at the locations that are not part of the program.
    ///
    /// # Errors
    /// When the operating system refuses to read a file.
    pub fn look_for(
        &mut self,
        set: &ManifestSet,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<()> {
        self.schemas.look_for(set, sources, diagnostics)
    }

    /// Learns kinds from the CustomResourceDefinitions among the objects. Definitions of the repository come first.
    pub fn learn(&mut self, objects: &[Manifest], diagnostics: &mut Vec<Diagnostic>) {
        self.schemas.learn(objects, diagnostics);
    }
}

/// Every code of this stage, in no order: those that settings may speak of.
pub fn codes() -> impl Iterator<Item = &'static Code> {
    let stages = [schema::CODES, policy::CODES, input::CODES];
    stages.into_iter().flatten().copied().chain(rules::all().map(|rule| &rule.code))
}

/// Where the environment's version of Kubernetes was written.
fn kube_version(environment: &Environment) -> Option<Span> {
    let own = environment.spec.cluster.as_ref().and_then(|cluster| cluster.kube_version.as_ref());
    own.or(environment.project.kube_version.as_ref()).and_then(Node::any_span)
}
