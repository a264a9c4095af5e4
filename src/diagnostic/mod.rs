//! The one shape of every finding, and of every failure.
//!
//! A [`Diagnostic`] says that the user's files are wrong: it is collected, has a place, and ends in exit code 1. An
//! [`Error`] says that Karat could not work: an unreadable file, a wrong flag; it ends in exit code 2.

mod code;
mod error;
mod fix;
mod hash;
mod identity;
mod resource;

pub use code::Code;
pub(crate) use code::declare_codes;
pub use error::{Error, Result};
pub use fix::{Change, Edit, Fix, Safety};
pub(crate) use hash::Fnv;
pub use identity::Identity;
pub use resource::{Gvk, ResourceId, ResourceRef};

use smol_str::SmolStr;

use crate::source::Span;

/// How bad a finding is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know.
    Info,
    /// Likely wrong.
    Warning,
    /// Will fail, or lose something.
    Error,
}

impl Severity {
    /// The name in reports and in `karat.yaml`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Info => "info",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }

    /// The severity of this name.
    pub fn named(name: &str) -> Option<Self> {
        [Self::Info, Self::Warning, Self::Error].into_iter().find(|severity| severity.name() == name)
    }
}

/// A place, and what is to be said about it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Label {
    /// The place.
    pub span: Span,
    /// What is there; may be empty for the primary label, whose message is the diagnostic's.
    pub message: String,
}

/// One finding.
#[derive(Clone, Debug, PartialEq)]
pub struct Diagnostic {
    /// What kind of finding it is.
    pub code: &'static Code,
    /// The code's own severity, unless the finding's maker knows better.
    pub severity: Severity,
    /// One sentence without a full stop. It names nothing that differs between environments, so that one mistake in a
    /// shared file folds into one finding.
    pub message: String,
    /// The place to change.
    pub primary: Option<Label>,
    /// Other places that make the finding understandable.
    pub related: Vec<Label>,
    /// The next step.
    pub help: Option<String>,
    /// What would put it right without anybody's help.
    pub fix: Option<Box<Fix>>,
    /// The rendered objects that it is about.
    pub resources: Vec<ResourceRef>,
    /// The environments that it holds in, where there is no object to name.
    pub environments: Vec<SmolStr>,
    /// The policy that the finding is of, where many have its code.
    pub policy: Option<SmolStr>,
}

impl Diagnostic {
    /// A finding without a place.
    pub fn new(code: &'static Code, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: code.severity,
            message: message.into(),
            primary: None,
            related: Vec::new(),
            help: None,
            fix: None,
            resources: Vec::new(),
            environments: Vec::new(),
            policy: None,
        }
    }

    /// Sets the place to change, if it is known.
    #[must_use]
    pub fn at(mut self, span: impl Into<Option<Span>>) -> Self {
        self.primary = span.into().map(|span| Label { span, message: String::new() });
        self
    }

    /// Says what is at the primary place, beside the message.
    #[must_use]
    pub fn label(mut self, message: impl Into<String>) -> Self {
        if let Some(primary) = &mut self.primary {
            primary.message = message.into();
        }
        self
    }

    /// Adds a related place, if it is known.
    #[must_use]
    pub fn related(mut self, span: impl Into<Option<Span>>, message: impl Into<String>) -> Self {
        if let Some(span) = span.into() {
            self.related.push(Label { span, message: message.into() });
        }
        self
    }

    /// Sets the next step.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// Sets what would put it right; nothing when one of the edits cannot be made.
    #[must_use]
    pub fn fix(
        mut self,
        safety: Safety,
        title: impl Into<String>,
        edits: impl IntoIterator<Item = Option<Edit>>,
    ) -> Self {
        self.fix = Fix::new(safety, title, edits).map(Box::new);
        self
    }

    /// Overrides the code's severity.
    #[must_use]
    pub fn severity(mut self, severity: Severity) -> Self {
        self.severity = severity;
        self
    }

    /// Names a rendered object.
    #[must_use]
    pub fn resource(mut self, resource: ResourceRef) -> Self {
        self.resources.push(resource);
        self
    }

    /// Names the policy that the finding is of.
    #[must_use]
    pub fn policy(mut self, name: impl Into<SmolStr>) -> Self {
        self.policy = Some(name.into());
        self
    }

    /// Names an environment, unless an object that the finding is about says already where it lives.
    pub fn in_environment(&mut self, name: &SmolStr) {
        if self.resources.is_empty() {
            self.environments.push(name.clone());
        }
    }
}
