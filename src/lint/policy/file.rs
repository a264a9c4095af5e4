//! One file of policies.

use regorus::Engine;

use super::{BROKEN_POLICY, fault::Fault, guard::guard, metadata::Metadata};
use crate::{diagnostic::Diagnostic, lint::files::TextFile, source::Span};

/// A file that the engine can read.
pub(super) struct PolicyFile {
    /// Its path and text.
    pub(super) source: TextFile,
    /// The environment whose objects alone it is about; all of them when absent.
    pub(super) environment: Option<String>,
    /// What it says of itself.
    pub(super) metadata: Metadata,
    /// Its package, such as `data.images`.
    pub(super) package: String,
    /// Whether it is written in the language before version 1.
    old: bool,
}

impl PolicyFile {
    /// Reads a file: first as today's Rego, then as the one before version 1.
    pub(super) fn read(
        source: TextFile,
        environment: Option<String>,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let read = |old: bool| guard(|| add(&mut Engine::new(), &source, old));
        let mut old = false;
        let mut package = read(old);
        if package.as_ref().is_err_and(|error| is_old(error, &source.text)) {
            old = true;
            package = read(old);
        }
        let package = match package {
            Ok(package) => package,
            Err(error) => {
                let fault = Fault::parse(&error);
                diagnostics.push(broken(&fault, fault.span([&source]).unwrap_or(source.start())));
                return None;
            }
        };
        let metadata = Metadata::read(&source, diagnostics);
        Some(Self { source, environment, metadata, package, old })
    }

    /// Whether it holds tests.
    pub(super) fn is_test(&self) -> bool {
        self.source.path.ends_with("_test.rego")
    }

    /// Gives the file to an engine.
    pub(super) fn add_to(&self, engine: &mut Engine) -> Result<(), String> {
        guard(|| add(engine, &self.source, self.old)).map(drop)
    }

    /// Whether the file has a rule `name`.
    pub(super) fn declares(&self, engine: &Engine, name: &str) -> bool {
        engine.has_declared_rule_rooted_at(&self.source.path, name).unwrap_or_default()
    }

    /// Where a rule's name is written first; else where the package's is.
    pub(super) fn rule_span(&self, name: &str) -> Span {
        let heads =
            |name: &str| self.lines().find(|(_, line)| word(line) == name).map(|(start, _)| (start, name.len()));
        let (start, length) = heads(name).or_else(|| heads("package")).unwrap_or_default();
        Span::of_bytes(self.source.id, start..start + length)
    }

    /// The names of the tests, in their order.
    pub(super) fn tests(&self) -> Vec<&str> {
        let mut names: Vec<&str> = self.lines().map(|(_, line)| word(line)).collect();
        names.retain(|name| name.starts_with("test_"));
        names.dedup();
        names
    }

    fn lines(&self) -> impl Iterator<Item = (usize, &str)> {
        let text = &*self.source.text;
        text.split('\n').map(|line| (line.as_ptr().addr() - text.as_ptr().addr(), line))
    }
}

/// The name at the start of a line.
fn word(line: &str) -> &str {
    let end = line.find(|c: char| !c.is_ascii_alphanumeric() && c != '_').unwrap_or(line.len());
    &line[..end]
}

fn add(engine: &mut Engine, source: &TextFile, old: bool) -> Result<String, String> {
    engine.set_rego_v0(old);
    engine.add_policy(source.path.clone(), source.text.to_string()).map_err(|error| error.to_string())
}

/// Whether a file that Rego v1 refuses is older: it has heads without the keywords that v1 asks for, and never uses them.
fn is_old(error: &str, text: &str) -> bool {
    error.contains("keyword is required") && (!text.contains(" if ") || text.contains("import future.keywords"))
}

/// A finding about a file that cannot be used.
pub(super) fn broken(fault: &Fault, span: Span) -> Diagnostic {
    Diagnostic::new(&BROKEN_POLICY, format!("broken policy: {}", fault.message))
        .at(span)
        .help("correct the file; until then it is left out")
}
