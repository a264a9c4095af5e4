//! The policies that apply to one environment, ready to run.

use std::sync::Arc;

use regorus::{
    Engine, Value as Rego,
    languages::rego::compiler::{Compiler, CompilerError},
    rvm::Program,
};
use smol_str::SmolStr;

use super::{
    Verdict,
    fault::Fault,
    file::{PolicyFile, broken},
    guard::guard,
    value,
};
use crate::{
    diagnostic::{Code, Diagnostic},
    manifest::ManifestSet,
    source::Span,
};

/// The policies of one environment.
pub(super) struct Bundle {
    /// Those that have something to say.
    pub(super) packages: Vec<Package>,
    /// What policies read as `data`.
    pub(super) data: Rego,
    /// What is wrong with the others.
    pub(super) diagnostics: Vec<Diagnostic>,
}

/// A package with a `deny` or `warn` rule.
pub(super) struct Package {
    /// Its name, without `data.`.
    pub(super) name: String,
    /// The kinds that it looks at; all when absent.
    kinds: Option<Vec<SmolStr>>,
    /// Its rules.
    pub(super) rules: Vec<Rule>,
    /// What runs them.
    pub(super) evaluator: Evaluator,
}

/// A `deny` or `warn` rule.
pub(super) struct Rule {
    /// Such as `data.images.deny`.
    pub(super) path: String,
    /// What its results mean.
    pub(super) code: &'static Code,
    /// Where it is written.
    pub(super) span: Span,
}

/// What runs the rules of a package.
pub(super) enum Evaluator {
    /// The virtual machine: the rules are its entry points.
    Machine(Arc<Program>),
    /// The interpreter, several times slower, for what the machine lacks, such as `with`.
    Interpreter(Box<Engine>),
}

/// `data.karat`: what a policy may know beside the object.
pub(super) fn data(set: &ManifestSet) -> Rego {
    let karat = [("environment", &set.environment), ("kubeVersion", &set.kube_version)];
    let karat = value::object(karat.into_iter().map(|(key, text)| (key, Rego::from(text.as_str()))));
    value::object([("karat", karat)].into_iter())
}

/// An engine that has read the files.
pub(super) fn engine<'a>(files: impl Iterator<Item = &'a PolicyFile>, gather_prints: bool) -> Engine {
    let mut engine = Engine::new();
    // As in OPA: a built-in function that fails is undefined.
    engine.set_strict_builtin_errors(false);
    // What a policy prints is for its author, who runs the tests.
    engine.set_gather_prints(gather_prints);
    for file in files {
        // Each of them was read before.
        let _ = file.add_to(&mut engine);
    }
    engine
}

impl Bundle {
    /// Compiles the files; one that the engine refuses is left out, and the others are compiled again without it.
    pub(super) fn new(mut files: Vec<&PolicyFile>, data: Rego) -> Self {
        let mut diagnostics = Vec::new();
        loop {
            let mut engine = engine(files.iter().copied(), true);
            match packages(&mut engine, &files, &data) {
                Ok(packages) => return Self { packages, data, diagnostics },
                Err((package, fault)) => {
                    let place = fault.span(files.iter().map(|file| &file.source));
                    let guilty = |file: &&PolicyFile| match place {
                        Some(span) => file.source.id == span.file,
                        None => file.package == package,
                    };
                    let start = files.iter().find(|file| guilty(file)).map(|file| file.source.start());
                    if let Some(start) = start {
                        diagnostics.push(broken(&fault, place.unwrap_or(start)));
                    }
                    files.retain(|file| !guilty(file));
                }
            }
        }
    }
}

/// Compiles every package that has a rule; if one cannot be compiled, its name and the reason.
fn packages(engine: &mut Engine, files: &[&PolicyFile], data: &Rego) -> Result<Vec<Package>, (String, Fault)> {
    let fail = |package: &str, error: &str| (package.to_owned(), Fault::parse(error));
    engine.add_data(data.clone()).map_err(|error| fail("", &error.to_string()))?;
    let mut names: Vec<&str> = files.iter().map(|file| file.package.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    let mut packages = Vec::new();
    for name in names {
        let own: Vec<&PolicyFile> = files.iter().copied().filter(|file| file.package == name).collect();
        let rules = rules(engine, &own);
        if !rules.is_empty() {
            let evaluator = guard(|| evaluator(engine, &rules)).map_err(|error| fail(name, &error))?;
            let name = name.trim_start_matches("data.").to_owned();
            packages.push(Package { name, kinds: kinds(&own), rules, evaluator });
        }
    }
    Ok(packages)
}

fn rules(engine: &Engine, files: &[&PolicyFile]) -> Vec<Rule> {
    let rule = |verdict: &Verdict| {
        let file = files.iter().find(|file| file.declares(engine, verdict.rule))?;
        let path = format!("{}.{}", file.package, verdict.rule);
        Some(Rule { path, code: verdict.code, span: file.rule_span(verdict.rule) })
    };
    super::VERDICTS.iter().filter_map(rule).collect()
}

/// The kinds of all files of a package; a file without a list looks at all kinds.
fn kinds(files: &[&PolicyFile]) -> Option<Vec<SmolStr>> {
    let kinds: Option<Vec<&Vec<SmolStr>>> = files.iter().map(|file| file.metadata.kinds.as_ref()).collect();
    kinds.map(|kinds| kinds.into_iter().flatten().cloned().collect())
}

fn evaluator(engine: &mut Engine, rules: &[Rule]) -> Result<Evaluator, String> {
    let mut compiled = Err(String::new());
    for rule in rules {
        compiled = engine.compile_with_entrypoint(&rule.path.as_str().into()).map_err(|error| error.to_string());
        if compiled.is_err() {
            break;
        }
    }
    let paths: Vec<&str> = rules.iter().map(|rule| rule.path.as_str()).collect();
    match Compiler::compile_from_policy(&compiled?, &paths) {
        Ok(program) => Ok(Evaluator::Machine(program)),
        // The interpreter has no such function either, but says so only when it gets there.
        Err(error) if is_unknown_function(&error.error) => Err(error.to_string()),
        Err(_) => Ok(Evaluator::Interpreter(Box::new(engine.clone()))),
    }
}

fn is_unknown_function(error: &CompilerError) -> bool {
    use CompilerError::{NotBuiltinFunction, UnknownBuiltinFunction, UnknownFunction};
    matches!(error, UnknownFunction { .. } | UnknownBuiltinFunction { .. } | NotBuiltinFunction { .. })
}

impl Bundle {
    /// How many rules look at objects of a kind.
    pub(super) fn rules_for(&self, kind: &str) -> usize {
        self.packages.iter().filter(|package| package.looks_at(kind)).map(|package| package.rules.len()).sum()
    }
}

impl Package {
    /// Whether it looks at objects of a kind.
    pub(super) fn looks_at(&self, kind: &str) -> bool {
        self.kinds.as_ref().is_none_or(|kinds| kinds.iter().any(|own| own == kind))
    }
}
