//! The policies' own tests: the `test_…` rules of `*_test.rego`, run by the interpreter because they use `with`.

use regorus::{Engine, Value as Rego};

use super::{FAILED_TEST, Policies, bundle::engine, fault::Fault, file::PolicyFile, guard::guard};
use crate::diagnostic::Diagnostic;

/// How the tests went.
#[derive(Debug, Default)]
pub struct TestReport {
    /// How many are true.
    pub passed: usize,
    /// One finding for each of the others.
    pub failed: Vec<Diagnostic>,
}

impl Policies {
    /// Runs all tests; those in the folder of an environment together with its policies.
    pub fn test(&self) -> TestReport {
        let mut report = TestReport::default();
        let mut scopes: Vec<Option<&str>> = self.files.iter().map(|file| file.environment.as_deref()).collect();
        scopes.sort_unstable();
        scopes.dedup();
        for scope in scopes {
            let files: Vec<&PolicyFile> = self.of_environment(scope).collect();
            let mut engine = engine(files.iter().copied(), false);
            let tests = files.iter().filter(|file| file.is_test() && file.environment.as_deref() == scope);
            for file in tests {
                report.run(file, &mut engine, &files);
            }
        }
        report
    }
}

impl TestReport {
    fn run(&mut self, file: &PolicyFile, engine: &mut Engine, files: &[&PolicyFile]) {
        for name in file.tests() {
            let rule = format!("{}.{name}", file.package);
            match guard(|| engine.eval_rule(rule).map_err(|error| error.to_string())) {
                Ok(Rego::Bool(true)) => self.passed += 1,
                Ok(_) => self.failed.push(failed(file, name, None)),
                Err(error) => {
                    let fault = Fault::parse(&error);
                    let place = fault.span(files.iter().map(|file| &file.source));
                    self.failed.push(failed(file, name, Some(&fault)).related(place, "here"));
                }
            }
        }
    }
}

fn failed(file: &PolicyFile, name: &str, fault: Option<&Fault>) -> Diagnostic {
    let why = fault.map_or_else(|| "it is not true".to_owned(), |fault| fault.message.clone());
    Diagnostic::new(&FAILED_TEST, format!("test `{name}` failed: {why}"))
        .at(file.rule_span(name))
        .help("correct the policy, or what the test expects of it")
}
