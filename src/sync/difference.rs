//! Differences between git and the cluster that an Application is told to ignore.

use super::{Application, glob};
use crate::{manifest::Manifest, node::Node};

/// An entry of `ignoreDifferences`.
#[derive(Clone, Copy, Debug)]
pub struct Difference<'a> {
    /// What it says.
    pub entry: &'a Node,
}

impl<'a> Difference<'a> {
    /// All that an Application ignores, with the pointers from the object.
    pub fn all(application: Application<'a>) -> impl Iterator<Item = (String, Self)> {
        application.items("/spec/ignoreDifferences").map(|(pointer, entry)| (pointer, Self { entry }))
    }

    /// The text of a field that it goes by: nothing, if it takes anything.
    pub fn text(self, field: &str) -> Option<&'a str> {
        self.entry.get(field).and_then(Node::as_str).filter(|text| !text.is_empty())
    }

    /// The texts of a list, such as `jsonPointers`, with their places in it.
    pub fn texts(self, list: &str) -> impl Iterator<Item = (usize, &'a str)> {
        let items = self.entry.get(list).map_or(&[][..], Node::items);
        items.iter().enumerate().filter_map(|(at, item)| Some((at, item.as_str()?)))
    }

    /// Whether it is about an object. Its group and kind are globs.
    pub fn is_about(self, object: &Manifest) -> bool {
        let group = self.text("group").unwrap_or_default();
        glob::matches(group, &object.id.gvk.group, None) && self.is_about_kind(object)
    }

    /// The same, whatever the group.
    pub fn is_about_kind(self, object: &Manifest) -> bool {
        let id = &object.id;
        let is = |field: &str, own: &str| self.text(field).is_none_or(|text| text == own);
        glob::matches(self.text("kind").unwrap_or_default(), &id.gvk.kind, None)
            && is("name", &id.name)
            && id.namespace.as_deref().is_none_or(|namespace| is("namespace", namespace))
    }
}

impl Application<'_> {
    /// Whether a sync leaves a field of an object, given as a JSON pointer, as it is in the cluster.
    pub fn leaves(self, object: &Manifest, field: &str) -> bool {
        let names = |difference: Difference<'_>| difference.texts("jsonPointers").any(|(_, text)| text == field);
        self.has_option("RespectIgnoreDifferences=true")
            && Difference::all(self).any(|(_, difference)| names(difference) && difference.is_about(object))
    }
}
