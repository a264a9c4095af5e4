//! From the tree to structs.

use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    node::{Key, Node},
};

/// The entries of a map by name, in the order of the spec.
pub type Named<T> = Vec<(Key, T)>;

/// What can be made from a node of the merged spec. The grammar has checked its types.
pub trait Decode: Sized {
    /// Makes it, or reports what is missing.
    fn decode(node: &Node, diagnostics: &mut Vec<Diagnostic>) -> Option<Self>;
}

impl Decode for Node {
    fn decode(node: &Node, _: &mut Vec<Diagnostic>) -> Option<Self> {
        Some(node.clone())
    }
}

/// How a field is taken out of the map around it.
pub(super) trait DecodeField: Sized {
    /// Makes it from the value under `key`, or from its absence.
    fn decode_field(parent: &Node, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self>;
}

/// A field that must be there.
impl DecodeField for Node {
    fn decode_field(parent: &Node, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let found = parent.get(key).cloned();
        if found.is_none() {
            let finding = Diagnostic::new(&MISSING_FIELD, format!("the field `{key}` is missing"));
            diagnostics.push(finding.at(parent.any_span()).help(format!("add `{key}:` here")));
        }
        found
    }
}

/// A field that may be left out. One that is there but broken counts as left out: it has been reported.
impl<T: Decode> DecodeField for Option<T> {
    fn decode_field(parent: &Node, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        Some(parent.get(key).and_then(|node| T::decode(node, diagnostics)))
    }
}

/// A map by name; left out, it has no entries. A broken entry is left out: it has been reported.
impl<T: Decode> DecodeField for Named<T> {
    fn decode_field(parent: &Node, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let entries = parent.get(key).map(Node::entries).unwrap_or_default();
        Some(entries.iter().filter_map(|(key, node)| Some((key.clone(), T::decode(node, diagnostics)?))).collect())
    }
}

/// A true list; left out, it has no items. A broken item is left out: it has been reported.
impl<T: Decode> DecodeField for Vec<T> {
    fn decode_field(parent: &Node, key: &'static str, diagnostics: &mut Vec<Diagnostic>) -> Option<Self> {
        let items = parent.get(key).map(Node::items).unwrap_or_default();
        Some(items.iter().filter_map(|item| T::decode(item, diagnostics)).collect())
    }
}

/// Declares a struct that mirrors an object of the grammar: each field with the key that it is read from.
macro_rules! spec_struct {
    ($(#[doc = $doc:expr])+ $name:ident { $($(#[doc = $field_doc:expr])+ $field:ident : $ty:ty = $key:literal,)* }) => {
        $(#[doc = $doc])+
        #[derive(Clone, Debug)]
        pub struct $name {
            /// Where it was written.
            pub span: Option<$crate::source::Span>,
            $($(#[doc = $field_doc])+ pub $field: $ty,)*
        }

        impl $crate::model::Decode for $name {
            fn decode(
                node: &$crate::node::Node,
                diagnostics: &mut Vec<$crate::diagnostic::Diagnostic>,
            ) -> Option<Self> {
                $(let $field = $crate::model::decode::DecodeField::decode_field(node, $key, diagnostics);)*
                Some(Self { span: node.any_span(), $($field: $field?,)* })
            }
        }

        #[cfg(test)]
        impl $crate::model::mirror::Mirror for $name {
            fn differences(ty: &$crate::grammar::Type, path: &str, found: &mut Vec<String>) {
                let own: &[$crate::model::mirror::Field] =
                    &[$(($key, <$ty as $crate::model::mirror::Mirror>::differences),)*];
                $crate::model::mirror::compare(own, ty, path, found);
            }
        }
    };
}
pub(super) use spec_struct;
