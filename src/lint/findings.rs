//! How rules say what they find.

mod fix;

pub(super) use self::fix::Hint;
use super::{Settings, Standard};
use crate::{
    diagnostic::{Code, Diagnostic, Label, Severity},
    manifest::{Container, Manifest, ManifestSet, Pod},
};

/// Where a rule puts what it finds in one environment.
#[derive(Debug)]
pub struct Findings<'a> {
    /// All objects of the environment, for a rule that looks at one of them and needs to know something of another.
    pub set: &'a ManifestSet,
    /// What the user asks for.
    pub settings: &'a Settings,
    pub(super) code: &'static Code,
    pub(super) found: &'a mut Vec<Diagnostic>,
}

/// A finding that can still be told more.
#[derive(Debug)]
pub struct Finding<'f>(&'f mut Diagnostic);

impl<'a> Findings<'a> {
    /// What a pod is held to.
    pub fn standard(&self, pod: Pod<'_>) -> Standard<'a> {
        Standard::of(pod.manifest.id.namespace.as_deref(), self.set, self.settings)
    }

    /// Adds a finding about a field of an object, given as a JSON pointer. It underlines the spec line that the field
    /// came from, or the nearest around it that somebody wrote.
    pub fn add(&mut self, manifest: &Manifest, pointer: impl Into<String>, message: impl Into<String>) -> Finding<'_> {
        let pointer = pointer.into();
        let span = manifest.object.span_at(&pointer);
        let resource = manifest.field(&self.set.environment, pointer);
        let found = self.found.len();
        self.found.push(Diagnostic::new(self.code, message).at(span).resource(resource));
        Finding(&mut self.found[found])
    }

    /// Adds a finding about a field of a pod, given as a JSON pointer into its template: `/spec/hostPID`.
    pub fn add_to_pod(&mut self, pod: Pod<'_>, inside: &str, message: impl Into<String>) -> Finding<'_> {
        self.add(pod.manifest, pod.pointer_to(inside), message)
    }

    /// Adds a finding about a field of a container, given as a JSON pointer into it: `/image`.
    pub fn add_to_container(
        &mut self,
        container: Container<'_>,
        inside: &str,
        message: impl Into<String>,
    ) -> Finding<'_> {
        self.add(container.pod.manifest, container.pointer_to(inside), message)
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

    /// Says how bad it is, where that is not what the rule says of itself.
    pub fn severity(&mut self, severity: Severity) -> &mut Self {
        self.0.severity = severity;
        self
    }

    /// Sets the next step.
    pub fn help(&mut self, help: impl Into<String>) -> &mut Self {
        self.0.help = Some(help.into());
        self
    }
}
