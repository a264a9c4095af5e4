//! Rules, and how they say what they find.

mod fix;

use smol_str::SmolStr;

use crate::{
    diagnostic::{Code, Diagnostic, Label},
    manifest::{Manifest, ManifestSet},
};

/// A check that is part of the program.
#[derive(Debug)]
pub struct Rule {
    /// What it is called, and its documentation.
    pub code: Code,
    /// What it does.
    pub check: Check,
}

/// How wide a rule looks: the narrowest that will do.
#[derive(Debug)]
pub enum Check {
    /// At one object at a time.
    Manifest {
        /// Objects of these kinds only; of any kind when empty.
        kinds: &'static [&'static str],
        /// Looks at one.
        check: fn(&Manifest, &mut Findings<'_>),
    },
    /// At all objects of an environment, to report on one of them.
    Set(fn(&ManifestSet, &mut Findings<'_>)),
}

/// Declares a [`Rule`]. Its doc comment is its documentation; the `yaml,fires` and `yaml,silent` examples in it are run
/// as tests.
macro_rules! declare_rule {
    ($(#[doc = $doc:expr])+ $visibility:vis static $name:ident = {
        code: $code:literal,
        summary: $summary:literal,
        severity: $severity:ident,
        since: $since:literal,
        check: $check:expr,
    }) => {
        $(#[doc = $doc])+
        $visibility static $name: $crate::lint::Rule = $crate::lint::Rule {
            code: $crate::diagnostic::Code {
                name: $code,
                summary: $summary,
                severity: $crate::diagnostic::Severity::$severity,
                since: $since,
                docs: concat!($($doc, "\n"),+),
                file: file!(),
            },
            check: $check,
        };
    };
}
pub(crate) use declare_rule;

impl Rule {
    /// What the rule finds in one environment.
    pub fn run(&'static self, set: &ManifestSet) -> Vec<Diagnostic> {
        let mut findings = Findings { code: &self.code, environment: &set.environment, found: Vec::new() };
        match self.check {
            Check::Set(check) => check(set, &mut findings),
            Check::Manifest { kinds: [], check } => {
                set.manifests().iter().for_each(|manifest| check(manifest, &mut findings));
            }
            Check::Manifest { kinds, check } => {
                kinds.iter().flat_map(|kind| set.of_kind(kind)).for_each(|manifest| check(manifest, &mut findings));
            }
        }
        findings.found
    }
}

/// Where one rule puts what it finds in one environment.
#[derive(Debug)]
pub struct Findings<'a> {
    code: &'static Code,
    environment: &'a SmolStr,
    found: Vec<Diagnostic>,
}

/// A finding that can still be told more.
#[derive(Debug)]
pub struct Finding<'f>(&'f mut Diagnostic);

impl Findings<'_> {
    /// Adds a finding about a field of an object, given as a JSON pointer. It underlines the spec line that the field
    /// came from, or the nearest around it that somebody wrote.
    pub fn add(&mut self, manifest: &Manifest, pointer: impl Into<String>, message: impl Into<String>) -> Finding<'_> {
        let pointer = pointer.into();
        let span = manifest.object.span_at(&pointer);
        let resource = manifest.field(self.environment, pointer);
        let found = self.found.len();
        self.found.push(Diagnostic::new(self.code, message).at(span).resource(resource));
        Finding(&mut self.found[found])
    }
}

impl Finding<'_> {
    /// Adds another place, unless nobody wrote it or it is the one that is underlined already.
    pub fn related(&mut self, manifest: &Manifest, pointer: &str, message: impl Into<String>) -> &mut Self {
        let span =
            manifest.object.span_at(pointer).filter(|span| self.0.primary.as_ref().map(|it| it.span) != Some(*span));
        self.0.related.extend(span.map(|span| Label { span, message: message.into() }));
        self
    }

    /// Underlines the key of the field instead of its value.
    pub fn at_key(&mut self, manifest: &Manifest) -> &mut Self {
        let key = self.0.resources.first().and_then(|resource| manifest.object.key_span_at(&resource.pointer));
        if let (Some(primary), Some(span)) = (&mut self.0.primary, key) {
            primary.span = span;
        }
        self
    }

    /// Sets the next step.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.0.help = Some(help.into());
        self
    }
}
