//! `lint.ignore` of `karat.yaml` and of environments.

use smol_str::SmolStr;

use super::{
    Known, MALFORMED,
    directive::{self, Directive, Written},
    glob::matches,
    path::FieldPath,
};
use crate::{
    diagnostic::{Diagnostic, ResourceId, ResourceRef},
    node::Node,
    source::SourceMap,
};

/// What one entry is about. Of each list that is not empty, one has to fit.
#[derive(Debug, Default)]
pub(super) struct Entry {
    /// Patterns of environments.
    environments: Vec<SmolStr>,
    /// Patterns of files, from the repository's root.
    paths: Vec<SmolStr>,
    /// `Kind`, `Kind/name`, `Kind/namespace/name`.
    resources: Vec<SmolStr>,
    fields: Vec<FieldPath>,
}

impl Entry {
    /// Reads an entry, which holds in one environment if it is one environment's. What is wrong with it is reported.
    pub(super) fn read(
        node: &Node,
        environment: Option<&SmolStr>,
        sources: &SourceMap,
        known: &Known,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> (Self, Directive) {
        let texts = |key: &str| -> Vec<SmolStr> {
            let items = node.get(key).map(Node::items).unwrap_or_default();
            items.iter().filter_map(Node::as_str).map(SmolStr::new).collect()
        };
        let written = |key: &str| -> Vec<Written<'_>> {
            let value = node.get(key).into_iter();
            let values = value.flat_map(|value| value.as_list().unwrap_or(std::slice::from_ref(value)));
            values.filter_map(|value| Some(Written::new(value.as_str()?, value.span, sources))).collect()
        };
        let mut usable = true;
        let fields = written("fields").into_iter();
        let fields = fields.filter_map(|field| directive::field(field, &mut usable, diagnostics)).collect();
        let until = written("until").into_iter().next();
        let until = until.and_then(|until| directive::day(until, &mut usable, diagnostics));
        let codes = written("codes").into_iter();
        let mut codes: Vec<_> = codes.filter_map(|code| directive::pattern(code, known, diagnostics)).collect();
        codes.retain(|_| usable);
        if node.get("codes").is_none_or(|codes| codes.items().is_empty()) {
            let finding = Diagnostic::new(&MALFORMED, "an entry that names no code").at(node.any_span());
            diagnostics.push(finding.help("add `codes: [CODE]`, or remove the entry"));
        }
        let has_reason = node.get("reason").and_then(Node::as_str).is_some_and(|reason| !reason.trim().is_empty());
        let mut environments = texts("environments");
        if let Some(own) = environment {
            environments = vec![own.clone()];
        }
        let entry = Self { environments, paths: texts("paths"), resources: texts("resources"), fields };
        (entry, Directive { codes, path: None, has_reason, until })
    }

    /// Whether an entry is about any of these files; one that names none is about all.
    pub(super) fn is_about<'a>(&self, mut files: impl Iterator<Item = &'a str>) -> bool {
        self.paths.is_empty() || files.any(|file| self.paths.iter().any(|pattern| matches(pattern, file)))
    }

    /// Whether it covers a finding, which is in the file at a path from the repository's root. A finding about several
    /// objects is covered if each of them is.
    pub(super) fn covers(&self, finding: &Diagnostic, path: Option<&str>) -> bool {
        let one_of = |patterns: &[SmolStr], text: &str| patterns.iter().any(|pattern| matches(pattern, text));
        if !self.paths.is_empty() && !path.is_some_and(|path| one_of(&self.paths, path)) {
            return false;
        }
        let mut environments =
            finding.resources.iter().map(|resource| &resource.environment).chain(&finding.environments);
        let known = environments.clone().next().is_some();
        let in_environment = self.environments.is_empty()
            || known && environments.all(|environment| one_of(&self.environments, environment));
        let about_objects = self.resources.is_empty() && self.fields.is_empty()
            || !finding.resources.is_empty() && finding.resources.iter().all(|resource| self.covers_object(resource));
        in_environment && about_objects
    }

    fn covers_object(&self, resource: &ResourceRef) -> bool {
        let named = self.resources.is_empty() || self.resources.iter().any(|pattern| names(pattern, &resource.id));
        named && (self.fields.is_empty() || self.fields.iter().any(|field| field.covers("", resource)))
    }
}

/// Whether `Kind`, `Kind/name` or `Kind/namespace/name` is about an object.
fn names(pattern: &str, id: &ResourceId) -> bool {
    let (kind, name, namespace) = (&id.gvk.kind, &id.name, id.namespace.as_deref().unwrap_or_default());
    match pattern.split('/').collect::<Vec<_>>().as_slice() {
        [own] => matches(own, kind),
        [own, own_name] => matches(own, kind) && matches(own_name, name),
        [own, own_namespace, own_name] => {
            matches(own, kind) && matches(own_namespace, namespace) && matches(own_name, name)
        }
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::diagnostic::Gvk;

    #[test]
    fn names_of_objects() {
        let id = |kind: &str, namespace: Option<&str>| ResourceId {
            gvk: Gvk::new("v1", kind),
            namespace: namespace.map(SmolStr::new),
            name: "web".into(),
        };
        let object = id("Service", Some("shop"));
        for pattern in ["Service", "Service/web", "Service/shop/web", "*/shop/*", "S*/w*", "Service/*/web"] {
            assert!(names(pattern, &object), "{pattern}");
        }
        for pattern in ["", "ConfigMap", "Service/shop", "Service/blog/web", "Service//web", "Service/shop/web/a"] {
            assert!(!names(pattern, &object), "{pattern}");
        }
        assert!(names("Namespace//web", &id("Namespace", None)));
    }
}
