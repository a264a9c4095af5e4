//! What is known of a value before there is one.

use std::{fmt, sync::Arc};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

/// The type of an expression.
#[derive(Clone, Debug)]
pub enum Type {
    /// Anything: it is looked at when it is there.
    Dyn,
    /// `null`.
    Null,
    /// `true` or `false`.
    Bool,
    /// An integer of 64 bits.
    Int,
    /// An unsigned integer of 64 bits.
    Uint,
    /// Any other number.
    Double,
    /// A text.
    String,
    /// Bytes.
    Bytes,
    /// A span of time.
    Duration,
    /// A point in time.
    Timestamp,
    /// A list of items of one type.
    List(Arc<Type>),
    /// A map from keys of one type to values of another.
    Map(Arc<Type>, Arc<Type>),
    /// A map whose keys are known.
    Object(Arc<Fields>),
    /// A value that may be absent.
    Optional(Arc<Type>),
    /// A type itself.
    Type,
    /// A type of Kubernetes, such as `Quantity`.
    Opaque(&'static str),
    /// What a signature leaves open.
    Param(char),
}

/// The fields of an object.
pub type Fields = FxHashMap<SmolStr, Field>;

/// A field of an object; its key in [`Fields`] is its name in an expression, which is [escaped](super::escape).
#[derive(Clone, Debug)]
pub struct Field {
    /// The name as it is written in an object.
    pub name: SmolStr,
    /// The type.
    pub shape: Type,
}

/// What the open types of a signature turned out to be.
#[derive(Default)]
pub(super) struct Bindings(Vec<(char, Type)>);

impl Type {
    /// A list of such items.
    #[must_use]
    pub fn list(self) -> Self {
        Self::List(Arc::new(self))
    }

    /// A map of such values by name.
    #[must_use]
    pub fn map_of(self) -> Self {
        Self::Map(Arc::new(Self::String), Arc::new(self))
    }

    /// Such a value, or none.
    #[must_use]
    pub(super) fn optional(self) -> Self {
        Self::Optional(Arc::new(self))
    }

    fn can_be_null(&self) -> bool {
        matches!(
            self,
            Self::Null | Self::Object(_) | Self::Duration | Self::Timestamp | Self::Opaque(_) | Self::Optional(_)
        )
    }

    /// The type of a list whose items have either type; nothing if no list may hold both.
    pub(super) fn join(&self, other: &Self) -> Option<Self> {
        match (self, other) {
            (Self::Dyn, _) | (_, Self::Dyn) => Some(Self::Dyn),
            (Self::Null, some) | (some, Self::Null) if some.can_be_null() => Some(some.clone()),
            (Self::List(a), Self::List(b)) => Some(a.join(b)?.list()),
            (Self::Optional(a), Self::Optional(b)) => Some(a.join(b)?.optional()),
            (Self::Map(ak, av), Self::Map(bk, bv)) => Some(Self::Map(Arc::new(ak.join(bk)?), Arc::new(av.join(bv)?))),
            _ => self.same(other).then(|| self.clone()),
        }
    }

    fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Object(a), Self::Object(b)) => Arc::ptr_eq(a, b),
            (Self::Opaque(a), Self::Opaque(b)) => a == b,
            (Self::Param(a), Self::Param(b)) => a == b,
            _ => std::mem::discriminant(self) == std::mem::discriminant(other),
        }
    }
}

impl Bindings {
    /// Whether a value of a type can be an argument of a signature, given what was bound before.
    pub(super) fn accepts(&mut self, parameter: &Type, argument: &Type) -> bool {
        match (parameter, argument) {
            (Type::Param(name), _) => self.bind(*name, argument),
            (Type::Dyn, _) | (_, Type::Dyn) => true,
            (Type::List(a), Type::List(b)) | (Type::Optional(a), Type::Optional(b)) => self.accepts(a, b),
            (Type::Map(ak, av), Type::Map(bk, bv)) => self.accepts(ak, bk) && self.accepts(av, bv),
            (_, Type::Null) => parameter.can_be_null(),
            _ => parameter.same(argument),
        }
    }

    fn bind(&mut self, name: char, argument: &Type) -> bool {
        let Some((_, bound)) = self.0.iter_mut().find(|(bound, _)| *bound == name) else {
            self.0.push((name, argument.clone()));
            return true;
        };
        let joined = bound.join(argument);
        let fits = joined.is_some();
        *bound = joined.unwrap_or(Type::Dyn);
        fits
    }

    /// The type with what is bound in place of what was open.
    pub(super) fn resolve(&self, open: &Type) -> Type {
        match open {
            Type::Param(name) => {
                self.0.iter().find(|(bound, _)| bound == name).map_or(Type::Dyn, |(_, bound)| bound.clone())
            }
            Type::List(item) => self.resolve(item).list(),
            Type::Optional(value) => self.resolve(value).optional(),
            Type::Map(key, value) => Type::Map(Arc::new(self.resolve(key)), Arc::new(self.resolve(value))),
            known => known.clone(),
        }
    }
}

impl fmt::Display for Type {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::List(item) => write!(f, "list({item})"),
            Self::Map(key, value) => write!(f, "map({key}, {value})"),
            Self::Optional(value) => write!(f, "optional({value})"),
            Self::Param(name) => write!(f, "{name}"),
            Self::Dyn => f.write_str("dyn"),
            Self::Null => f.write_str("null"),
            Self::Bool => f.write_str("bool"),
            Self::Int => f.write_str("int"),
            Self::Uint => f.write_str("uint"),
            Self::Double => f.write_str("double"),
            Self::String => f.write_str("string"),
            Self::Bytes => f.write_str("bytes"),
            Self::Duration => f.write_str("duration"),
            Self::Timestamp => f.write_str("timestamp"),
            Self::Object(_) => f.write_str("object"),
            Self::Type => f.write_str("type"),
            Self::Opaque(name) => f.write_str(name),
        }
    }
}
