//! `karat.dev/ignore`: suppressions that an object carries.

use smol_str::SmolStr;

use super::directive::Written;
use crate::{
    manifest::{Manifest, Pod},
    node::Value,
    source::{SourceMap, Span},
};

/// The annotation's key.
const KEY: &str = "karat.dev/ignore";

/// An annotation of an object, or of the pods that it makes.
pub(super) struct Annotation<'a> {
    /// The pointer to what it is an annotation of.
    pub(super) base: &'static str,
    pub(super) text: &'a SmolStr,
    pub(super) span: Option<Span>,
}

impl<'a> Annotation<'a> {
    /// Those of an object.
    pub(super) fn of(manifest: &'a Manifest) -> impl Iterator<Item = Self> {
        let pods = Pod::of(manifest).filter(|pod| !pod.pointer.is_empty());
        let pods = pods.map(|pod| (pod.pointer, pod.template));
        [("", &manifest.object)].into_iter().chain(pods).filter_map(|(base, object)| {
            let annotation = object.get("metadata")?.get("annotations")?.get(KEY)?;
            let Value::Str(text) = &annotation.value else { return None };
            Some(Self { base, text, span: annotation.span })
        })
    }

    /// The suppressions in it, each a text of its own.
    pub(super) fn entries(&self, sources: &SourceMap) -> impl Iterator<Item = Written<'a>> {
        let whole = Written { text: self.text, span: self.span, verbatim: false };
        whole.split(|c| matches!(c, ';' | '\n')).map(|entry| entry.found_in(sources))
    }
}
