//! The grammar of specs: one table that says for every field its type, short form, union and list operators.
//!
//! Strict keys, short forms, the merge, the editors' JSON Schema and the reference page all read this table, so that
//! they cannot disagree. The table itself stands in [`fields`].

mod check;
mod empty;
pub mod fields;
mod foreign;
pub mod formats;
mod image;
mod keys;
mod merge;
mod reference;
mod scalar;
mod schema;
mod suggest;
mod sync_option;
mod union;
mod words;

pub use check::{LIST_OPERATORS, Layer, REPLACE, check, check_file};
pub use empty::is_unwritten;
pub use image::{ImageParts, image_parts, image_reference};
pub use keys::Keys;
pub use merge::{MergeLog, Observer, Part, Strength, merge};
pub use reference::reference;
pub use scalar::{Refusal, Scalar};
pub use schema::json_schema;
pub use suggest::{is_misspelt, known_or_similar, known_or_similar_code, similar};
pub use sync_option::{COMPARE_OPTIONS, OPTIONS as SYNC_OPTIONS};
pub use union::{UnionProblem, union_problem};
pub(crate) use words::slug;

use crate::diagnostic::declare_codes;

declare_codes! {
    /// A key that the grammar does not know. Keys that start with `x-` are free for your own notes.
    UNKNOWN_KEY = "SPC010", Error, "unknown key";
    /// A value of another type than the field takes: a list where a map is meant, a number where a string is.
    ///
    /// A plain `1.10`, `on` or `null` is a number, a boolean and nothing at all to Kubernetes; a field that takes a
    /// string wants it quoted.
    WRONG_TYPE = "SPC011", Error, "value of the wrong type";
    /// A value of the right type that the field cannot mean: a quantity `1GB`, a cron line `61 * * * *`, a port 0.
    BAD_VALUE = "SPC012", Error, "value that the field cannot take";
    /// A field that must be there is not.
    MISSING_FIELD = "SPC013", Error, "missing field";
    /// A map stands over a scalar or a list of a weaker layer, or the other way round. Most likely one of the two is in
    /// the wrong place; `{$replace: V}` sets V whatever stood there.
    LAYER_KIND = "SPC020", Error, "a layer changes what kind of value this is";
    /// A null, or an item of `$remove`, that deletes nothing in any app. The name is misspelt, or what it deleted is
    /// gone.
    VOID_DELETION = "SPC021", Warning, "deletes nothing";
    /// A value differs from the one that the environment enforces.
    ENFORCED = "SPC022", Error, "differs from what the environment enforces";
    /// A key with nothing behind it. To YAML that is a null, and a null deletes; somebody who left out the content, or
    /// made a comment of it, means something else.
    EMPTY_VALUE = "SPC023", Warning, "an empty value deletes";
}

/// The type of a spec field.
#[derive(Debug)]
pub enum Type {
    /// A leaf.
    Scalar(Scalar),
    /// Fixed fields.
    Object(&'static Object),
    /// Entries by name. Under an environment's `defaults`, `overrides` and `enforce`, `"*"` stands for each of them.
    Map(Keys, &'static Type),
    /// A true list: replaced as a whole, or edited by `$append`, `$prepend` and `$remove`.
    List(&'static Type),
    /// Any YAML, as Kubernetes reads it; merged by RFC 7396 alone.
    Tree,
    /// A JSON Merge Patch (RFC 7396): a tree whose nulls outlive the merge of layers, for they delete from what is patched.
    MergePatch,
}

/// A map with fixed fields.
#[derive(Debug)]
pub struct Object {
    /// What it is, in the words of a message: `a probe`.
    pub name: &'static str,
    /// Its fields, in the order of the reference page.
    pub fields: &'static [Field],
    /// What may stand for the whole map.
    pub short: Short,
    /// How to tell which of several things it is; on a change, a merge replaces it as a whole.
    pub union: Union,
}

/// One field of an [`Object`].
#[derive(Debug)]
pub struct Field {
    /// The key.
    pub name: &'static str,
    /// The type of its value.
    pub ty: Type,
    /// One or two sentences for the reference page and for editors.
    pub doc: &'static str,
}

/// A short form of an [`Object`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Short {
    /// There is none.
    None,
    /// A scalar stands for a map with this one field.
    Scalar(&'static str),
    /// `repository:tag@digest` stands for its parts.
    Image,
}

/// What makes an [`Object`] one thing or another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Union {
    /// It is only one thing.
    None,
    /// Exactly one of these keys says which.
    Key(&'static [&'static str]),
    /// The value of this key says which.
    Value(&'static str),
}

impl Object {
    /// A map with these fields, no short form, and not a union.
    pub const fn new(name: &'static str, fields: &'static [Field]) -> Self {
        Self { name, fields, short: Short::None, union: Union::None }
    }

    /// Gives it a short form.
    #[must_use]
    pub const fn short(mut self, short: Short) -> Self {
        self.short = short;
        self
    }

    /// Makes it a union.
    #[must_use]
    pub const fn union(mut self, union: Union) -> Self {
        self.union = union;
        self
    }

    /// The field of this name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }
}

/// A field with its type and its line of documentation.
pub const fn field(name: &'static str, ty: Type, doc: &'static str) -> Field {
    Field { name, ty, doc }
}

impl Type {
    /// The type of what stands under `key`, where that is the grammar's business.
    pub fn child(&self, key: &str) -> Option<&'static Type> {
        match self {
            Self::Object(object) => object.field(key).map(|field| &field.ty),
            Self::Map(_, of) => Some(of),
            Self::Scalar(_) | Self::List(_) | Self::Tree | Self::MergePatch => None,
        }
    }
}
