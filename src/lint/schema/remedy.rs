//! What would put an object right that does not fit its schema.
//!
//! The API server refuses such an object, so that nothing works in another way once it is quoted as it must be. What a
//! misspelt word means is a guess.

use super::finding::Misfit;
use crate::{
    diagnostic::{Diagnostic, Safety},
    grammar::is_misspelt,
    node::{Node, Pointer, edit},
};

impl Misfit<'_> {
    /// Calls a misspelt field by its name.
    pub(super) fn renaming(&self, finding: Diagnostic, place: &Pointer, name: &str) -> Diagnostic {
        let Some((field, parent)) = place.0.split_last() else { return finding };
        if !is_misspelt(field, name) {
            return finding;
        }
        let edit = self.public(parent).and_then(|parent| edit::rename(parent, field, name));
        finding.fix(Safety::Unsafe, format!("rename the field to `{name}`"), [edit])
    }

    /// Quotes what must be a string, or takes the quotes from what must not.
    pub(super) fn requoting(&self, finding: Diagnostic, place: &Pointer) -> Diagnostic {
        let Some(value) = self.public(&place.0) else { return finding };
        match value.as_str() {
            Some(_) => finding.fix(Safety::Safe, "remove the quotes", [edit::unquote(value)]),
            None => finding.fix(Safety::Safe, "quote the value", [edit::quote(value)]),
        }
    }

    /// Writes the word of a list that is meant.
    pub(super) fn rewording(&self, finding: Diagnostic, place: &Pointer, word: &str) -> Diagnostic {
        let Some((value, text)) = self.public(&place.0).and_then(|value| Some((value, value.as_str()?))) else {
            return finding;
        };
        let safety = if text.eq_ignore_ascii_case(word) { Safety::Safe } else { Safety::Unsafe };
        let edit = is_misspelt(text, word).then(|| edit::replace(value, &word.into())).flatten();
        finding.fix(safety, format!("write `{word}`"), [edit])
    }

    /// Removes the item at a place if another one before it says the same.
    pub(super) fn without_twin(&self, finding: Diagnostic, place: &Pointer) -> Diagnostic {
        let edit = place.0.split_last().and_then(|(at, list)| {
            let (list, at) = (self.public(list)?, at.parse().ok()?);
            let (before, item) = (list.items().get(..at)?, list.items().get(at)?);
            before.contains(item).then(|| edit::remove_item(list, at))?
        });
        finding.fix(Safety::Safe, "remove the second one", [edit])
    }

    /// Removes the first item of a list that says the same as one before it; what is left is another finding.
    pub(super) fn without_twins(&self, finding: Diagnostic, place: &Pointer) -> Diagnostic {
        let Some(list) = self.public(&place.0) else { return finding };
        let twin = (1..list.items().len()).find(|at| list.items()[..*at].contains(&list.items()[*at]));
        finding.fix(Safety::Safe, "remove the second one", [twin.and_then(|at| edit::remove_item(list, at))])
    }

    /// The node at a place, unless it is secret.
    fn public(&self, steps: &[String]) -> Option<&Node> {
        self.manifest.public_at(&Pointer(steps.to_vec()))
    }
}
