//! What would put a finding right.
//!
//! The maker of a finding says what is to become of which value; where the bytes of that stand, and whether they may be
//! changed at all, is found out from the file's text by a later stage.

use serde_json::Value as Json;
use smol_str::SmolStr;

use crate::source::Span;

/// Whether a fix may change what the user's files mean to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Safety {
    /// Nothing that works today works in another way afterwards.
    Safe,
    /// Likely what was meant, and something may behave in another way afterwards.
    Unsafe,
}

impl Safety {
    /// The name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Self::Safe => "safe",
            Self::Unsafe => "unsafe",
        }
    }
}

/// Edits that together put a finding right: all of them are made, or none.
#[derive(Clone, Debug, PartialEq)]
pub struct Fix {
    /// Whether it may change behaviour.
    pub safety: Safety,
    /// What it does, as an order: `quote the value`.
    pub title: String,
    /// What becomes of which values.
    pub edits: Vec<Edit>,
    /// What becomes of which bytes; empty until somebody has looked at the files.
    pub changes: Vec<Change>,
}

/// What is to become of one value.
///
/// `was` and its like say what the file must hold at that place: a span of a rendered object is that of the spec line
/// which caused the value, and may hold something else.
#[derive(Clone, Debug, PartialEq)]
pub enum Edit {
    /// Another scalar in the place of one.
    Replace {
        /// The scalar.
        at: Span,
        /// What it says now.
        was: Json,
        /// What it is to say.
        with: Json,
    },
    /// A plain scalar as a string of the same characters: `1.10` as `"1.10"`.
    Quote {
        /// The scalar.
        at: Span,
        /// What it says now.
        was: Json,
    },
    /// Another name for a field.
    Rename {
        /// The key.
        key: Span,
        /// What it says now.
        was: SmolStr,
        /// What it is to say.
        to: SmolStr,
    },
    /// A new field at the end of a mapping.
    Insert {
        /// The mapping.
        into: Span,
        /// The keys that it has, sorted.
        beside: Vec<SmolStr>,
        /// The new key.
        key: SmolStr,
        /// Its value.
        value: Json,
    },
    /// A new item at the end of a list.
    Append {
        /// The list.
        to: Span,
        /// What it holds now.
        was: Json,
        /// The new item.
        item: Json,
    },
    /// A field less.
    Remove {
        /// Its key.
        key: Span,
        /// What the key says.
        name: SmolStr,
        /// Its value.
        was: Json,
    },
    /// An item of a list less.
    RemoveItem {
        /// The item.
        item: Span,
        /// What it says.
        was: Json,
    },
}

/// Bytes of a file, and what is to stand there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The bytes; none where something is only added.
    pub span: Span,
    /// The new text.
    pub text: String,
}

impl Fix {
    /// A fix of these edits; nothing when one of them cannot be made, or there is none.
    pub fn new(
        safety: Safety,
        title: impl Into<String>,
        edits: impl IntoIterator<Item = Option<Edit>>,
    ) -> Option<Self> {
        let edits: Vec<Edit> = edits.into_iter().collect::<Option<_>>()?;
        (!edits.is_empty()).then(|| Self { safety, title: title.into(), edits, changes: Vec::new() })
    }

    /// Whether it is known which bytes it changes.
    pub fn is_placed(&self) -> bool {
        !self.changes.is_empty()
    }

    /// The fix that does what both do; nothing when they want different things of one place.
    pub fn join(mut self, other: &Self) -> Option<Self> {
        self.safety = self.safety.max(other.safety);
        for edit in &other.edits {
            if !self.edits.contains(edit) {
                if self.edits.iter().any(|own| own.excludes(edit)) {
                    return None;
                }
                self.edits.push(edit.clone());
            }
        }
        Some(self)
    }
}

impl Edit {
    /// Whether two edits are about one place. A mapping has room for several new fields.
    fn excludes(&self, other: &Self) -> bool {
        let are_fields = match (self, other) {
            (Self::Insert { key: own, .. }, Self::Insert { key: other, .. }) => own != other,
            _ => false,
        };
        self.span() == other.span() && !are_fields
    }

    /// The place that it is about.
    pub fn span(&self) -> Span {
        match self {
            Self::Replace { at: span, .. }
            | Self::Quote { at: span, .. }
            | Self::Rename { key: span, .. }
            | Self::Insert { into: span, .. }
            | Self::Append { to: span, .. }
            | Self::Remove { key: span, .. }
            | Self::RemoveItem { item: span, .. } => *span,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::FileId;

    fn insert(key: &str, value: i64) -> Edit {
        let into = Span::new(FileId::from_index(0), 0, 9);
        Edit::Insert { into, beside: Vec::new(), key: key.into(), value: value.into() }
    }

    fn fix(safety: Safety, edit: Edit) -> Fix {
        Fix::new(safety, "add it", [Some(edit)]).unwrap()
    }

    #[test]
    fn one_edit_that_cannot_be_made_makes_the_fix_impossible() {
        assert_eq!(Fix::new(Safety::Safe, "add both", [Some(insert("a", 1)), None]), None);
        assert_eq!(Fix::new(Safety::Safe, "add nothing", []), None);
    }

    #[test]
    fn fixes_join_unless_they_disagree() {
        let [a, b] = [("a", Safety::Safe), ("b", Safety::Unsafe)].map(|(key, safety)| fix(safety, insert(key, 1)));
        let both = a.clone().join(&b).unwrap();
        assert_eq!((both.edits.len(), both.safety), (2, Safety::Unsafe));
        assert_eq!(both.clone().join(&a), Some(both));
        assert_eq!(a.join(&fix(Safety::Safe, insert("a", 2))), None);
    }
}
