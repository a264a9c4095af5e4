//! Runs a bundle over objects, on one thread.

use regorus::{Engine, Value as Rego, rvm::RegoVM};

use super::{
    bundle::{Bundle, Evaluator, Package, Rule},
    fault::Fault,
    finding::{Judged, failure},
    guard::guard,
    value,
};
use crate::{
    diagnostic::Diagnostic,
    manifest::{Manifest, ManifestSet},
};

/// How many instructions a rule may take on one object: a second or so. The machine's own limit is too low for the
/// larger of real objects.
const INSTRUCTIONS: usize = 20_000_000;

/// A bundle, and what this thread has started to run it.
pub(super) struct Runner<'a> {
    bundle: &'a Bundle,
    started: Vec<Option<Started>>,
}

/// Something that runs the rules of a package.
enum Started {
    Machine(Box<RegoVM>),
    Interpreter(Box<Engine>),
}

impl<'a> Runner<'a> {
    /// Has nothing running yet.
    pub(super) fn new(bundle: &'a Bundle) -> Self {
        Self { bundle, started: bundle.packages.iter().map(|_| None).collect() }
    }

    /// What the policies say of an object.
    pub(super) fn check(&mut self, set: &ManifestSet, manifest: &Manifest) -> Vec<Diagnostic> {
        let mut findings = Vec::new();
        let mut input = None;
        for (package, started) in self.bundle.packages.iter().zip(&mut self.started) {
            if !package.looks_at(manifest.kind()) {
                continue;
            }
            let input = input.get_or_insert_with(|| value::from_node(&manifest.object));
            for rule in &package.rules {
                let judged = Judged { environment: &set.environment, manifest, package: &package.name, rule };
                match run(package, started, rule, input, self.bundle) {
                    Ok(result) => findings.extend(judged.findings(&result)),
                    Err(error) => findings.push(failure(&judged, &Fault::parse(&error))),
                }
            }
        }
        findings
    }
}

fn run(
    package: &Package,
    started: &mut Option<Started>,
    rule: &Rule,
    input: &Rego,
    bundle: &Bundle,
) -> Result<Rego, String> {
    // What failed is not used again.
    let mut running = match started.take() {
        Some(running) => running,
        None => Started::new(&package.evaluator, bundle)?,
    };
    let result = guard(|| running.run(rule, input.clone()))?;
    *started = Some(running);
    Ok(result)
}

impl Started {
    fn new(evaluator: &Evaluator, bundle: &Bundle) -> Result<Self, String> {
        match evaluator {
            Evaluator::Interpreter(engine) => Ok(Self::Interpreter(engine.clone())),
            Evaluator::Machine(program) => {
                let mut machine = RegoVM::new();
                machine.load_program(program.clone());
                machine.set_max_instructions(INSTRUCTIONS);
                machine.set_data(bundle.data.clone()).map_err(|error| error.to_string())?;
                Ok(Self::Machine(Box::new(machine)))
            }
        }
    }

    fn run(&mut self, rule: &Rule, input: Rego) -> Result<Rego, String> {
        match self {
            Self::Machine(machine) => {
                machine.set_input(input);
                machine.execute_entry_point_by_name(&rule.path).map_err(|error| error.to_string())
            }
            Self::Interpreter(engine) => {
                engine.set_input(input);
                engine.eval_rule(rule.path.clone()).map_err(|error| error.to_string())
            }
        }
    }
}
