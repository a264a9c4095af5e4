//! Spec files as they are read, before they are parsed.

use super::{
    UNREADABLE,
    document::{Document, Expected},
    layout::Planned,
};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    source::{FileId, ReadError, Tree},
};

/// A file that was read.
pub(super) struct ReadFile {
    /// What it is.
    pub plan: Planned,
    /// Where it was found.
    pub path: String,
    /// Its text, or what can be shown of it.
    pub text: String,
    /// Why it cannot be used, and the byte at which that shows.
    fault: Option<(usize, Diagnostic)>,
}

impl ReadFile {
    /// Reads a file.
    ///
    /// # Errors
    /// When the operating system refuses.
    pub(super) fn read(tree: &dyn Tree, plan: Planned) -> Result<Self> {
        let path = plan.path.clone();
        let error = match tree.read_text(&path) {
            Ok(text) => return Ok(Self { plan, path, text, fault: None }),
            Err(ReadError::Io(error)) => {
                return Err(Error::io(format!("cannot read {path}"), &error).hint("check the file's permissions"));
            }
            Err(ReadError::NotFound) => {
                let misnamed = plan.misnamed().and_then(|(path, why)| Some((tree.read_text(&path).ok()?, path, why)));
                let (text, path, why) = misnamed.unwrap_or_else(|| (String::new(), path, plan.missing()));
                return Ok(Self { plan, path, text, fault: Some((0, why)) });
            }
            Err(error) => error,
        };
        let finding = Diagnostic::new(&UNREADABLE, error.to_string());
        let (text, offset, help) = match error {
            ReadError::NotUtf8 { text, offset } => (text, offset, "save the file as UTF-8"),
            ReadError::TooLarge { .. } => (String::new(), 0, "a spec this large is most likely something else"),
            _ => (String::new(), 0, "put the file itself here"),
        };
        Ok(Self { plan, path, text, fault: Some((offset, finding.help(help))) })
    }

    /// Whether nobody can tell what is in it.
    pub(super) fn is_unknown(&self) -> bool {
        self.fault.as_ref().is_some_and(|(_, finding)| finding.code == &UNREADABLE)
    }

    /// What it holds.
    pub(super) fn document(&self, file: FileId) -> Document {
        if let Some((offset, finding)) = &self.fault {
            return Document::lost(file, *offset, finding.clone());
        }
        let expected = Expected { path: &self.path, file: self.plan.file, name: self.plan.name.as_deref() };
        Document::check(file, &self.text, expected)
    }
}
