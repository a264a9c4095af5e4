//! Puts findings right in the user's own files, and leaves every byte alone that has nothing to do with it.
//!
//! A finding's [`Fix`](crate::diagnostic::Fix) says what is to become of which value. This stage looks into the files:
//! it finds the bytes, drops the fixes whose place holds something else than their makers believed, and edits. Whatever
//! it writes has been read again and compared with the tree that was to be: an edit that would change anything else is
//! refused.
//!
//! | file | its one job |
//! |---|---|
//! | `outline` | the nodes of a file by the places they were written at |
//! | `plan` | one edit: its bytes, and what it does to the tree |
//! | `scalar` | the text of a value, in the style of the one that it replaces |
//! | `block` | fields and items that stand on lines of their own |
//! | `flow` | those between brackets |
//! | `expected` | the tree that was to be |
//! | `rewrite` | many fixes of one file, and the proof that nothing else changed |
//! | `write` | new texts to disk |

mod block;
mod expected;
mod flow;
mod outline;
mod plan;
mod rewrite;
mod scalar;
mod write;

#[cfg(test)]
mod tests;

pub use write::write;

use std::collections::BTreeMap;

use rayon::prelude::*;

use self::rewrite::{Original, Rewritten};
use crate::{
    diagnostic::{Diagnostic, Fix, Safety},
    source::{FileId, SourceMap},
};

/// What a run of fixes did.
#[derive(Debug, Default)]
pub struct Fixed {
    /// The new text of every file that changes, by path.
    pub texts: BTreeMap<String, String>,
    /// How many findings that puts right.
    pub fixed: usize,
    /// How many fixes were refused, because they would have changed something else too.
    pub refused: usize,
}

/// Finds the bytes of every finding's fix. A fix that has no place is dropped: its file is not the user's to edit, or
/// holds something else there, or shares the value through an alias.
///
/// `sources` has the texts as they are on disk, nothing masked; `accepts` says of which paths the files may be edited.
pub fn place(findings: &mut [Diagnostic], sources: &SourceMap, accepts: &(dyn Fn(&str) -> bool + Sync)) {
    let mut by_file = BTreeMap::<FileId, Vec<&mut Option<Box<Fix>>>>::new();
    for fix in findings.iter_mut().map(|finding| &mut finding.fix) {
        match fix.as_deref().and_then(one_file) {
            Some(file) => by_file.entry(file).or_default().push(fix),
            None => *fix = None,
        }
    }
    by_file.into_par_iter().for_each(|(file, fixes)| {
        let original = sources.files().get(file.index()).filter(|file| !file.is_built_in() && accepts(&file.path));
        let original = original.and_then(|original| Original::read(file, original));
        let outline = original.as_ref().map(Original::outline);
        for slot in fixes {
            let steps = slot.as_ref().zip(outline.as_ref()).and_then(|(fix, outline)| outline.plan(fix));
            match (slot.as_mut(), steps) {
                (Some(fix), Some(steps)) => fix.changes = steps.into_iter().map(|step| step.change).collect(),
                _ => *slot = None,
            }
        }
    });
}

/// The files' texts after all fixes that were placed and are at least this safe. Fixes that stand in each other's way
/// are left for the next run.
pub fn apply(findings: &[Diagnostic], at_most: Safety, sources: &SourceMap) -> Fixed {
    let mut by_file = BTreeMap::<FileId, Vec<&Fix>>::new();
    for fix in findings.iter().filter_map(|finding| finding.fix.as_deref()) {
        if let Some(change) = fix.changes.first().filter(|_| fix.safety <= at_most) {
            by_file.entry(change.span.file).or_default().push(fix);
        }
    }
    let rewritten: Vec<_> = by_file
        .into_par_iter()
        .filter_map(|(id, fixes)| {
            let file = sources.files().get(id.index())?;
            Some((file.path.to_string(), Original::read(id, file)?.rewrite(&fixes)))
        })
        .collect();
    rewritten.into_iter().fold(Fixed::default(), Fixed::with)
}

impl Fixed {
    fn with(mut self, (path, file): (String, Rewritten)) -> Self {
        self.fixed += file.fixed;
        self.refused += file.refused;
        if file.fixed > 0 {
            self.texts.insert(path, file.text);
        }
        self
    }
}

/// The file that all edits of a fix are in.
fn one_file(fix: &Fix) -> Option<FileId> {
    let mut files = fix.edits.iter().map(|edit| edit.span().file);
    let first = files.next()?;
    files.all(|file| file == first).then_some(first)
}
