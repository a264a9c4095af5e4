//! How rules say what would put a finding right.
//!
//! Each method names a field by its JSON pointer and gives the finding a fix in place of the one that it may have. None
//! of them does anything where nobody wrote the field, where the fix makes no sense (a key that is there already), or
//! where it would touch the values of a Secret. Whether the file really holds what the object does is looked at later,
//! so that a rule need not care about what came from where.

use super::Finding;
use crate::{
    diagnostic::{Edit, Fix, Safety},
    grammar::is_misspelt,
    manifest::Manifest,
    node::{Map, Node, Pointer, edit},
};

/// The next step for a name that leads nowhere.
pub(in crate::lint) struct Hint<'a> {
    /// In words.
    pub(in crate::lint) help: String,
    /// The name that may have been meant.
    pub(in crate::lint) meant: Option<&'a str>,
}

impl From<Hint<'_>> for String {
    fn from(hint: Hint<'_>) -> Self {
        hint.help
    }
}

impl Finding<'_> {
    /// Several edits at once, as the functions of [`edit`] make them: all are made, or none.
    pub fn fix(
        &mut self,
        safety: Safety,
        title: impl Into<String>,
        edits: impl IntoIterator<Item = Option<Edit>>,
    ) -> &mut Self {
        self.0.fix = Fix::new(safety, title, edits).map(Box::new);
        self
    }

    /// Sets the next step for a name that leads nowhere, and writes the name that is meant, if it is misspelt.
    pub(in crate::lint) fn suggest(&mut self, manifest: &Manifest, hint: Hint<'_>) -> &mut Self {
        self.help(hint.help);
        let Some((meant, resource)) = hint.meant.zip(self.0.resources.first()) else { return self };
        let node =
            open(manifest, &resource.pointer).filter(|node| node.as_str().is_some_and(|name| is_misspelt(name, meant)));
        let edit = node.and_then(|node| edit::replace(node, &meant.into()));
        self.fix(Safety::Unsafe, format!("write `{meant}`"), [edit])
    }

    /// Writes another scalar.
    pub fn replace(
        &mut self,
        manifest: &Manifest,
        pointer: &str,
        with: impl Into<Node>,
        safety: Safety,
        title: impl Into<String>,
    ) -> &mut Self {
        let edit = open(manifest, pointer).and_then(|node| edit::replace(node, &with.into()));
        self.fix(safety, title, [edit])
    }

    /// Puts a number or a boolean in quotes, just as it is written.
    pub fn quote(&mut self, manifest: &Manifest, pointer: &str, safety: Safety, title: impl Into<String>) -> &mut Self {
        let edit = open(manifest, pointer).and_then(edit::quote);
        self.fix(safety, title, [edit])
    }

    /// Calls a field otherwise.
    pub fn rename_key(
        &mut self,
        manifest: &Manifest,
        pointer: &str,
        to: &str,
        safety: Safety,
        title: impl Into<String>,
    ) -> &mut Self {
        let edit = field(manifest, pointer).and_then(|(map, key)| edit::rename(map, &key, to));
        self.fix(safety, title, [edit])
    }

    /// Sets a field that is absent, and with it whatever is absent around it; or writes another scalar there.
    pub fn set(
        &mut self,
        manifest: &Manifest,
        pointer: &str,
        value: impl Into<Node>,
        safety: Safety,
        title: impl Into<String>,
    ) -> &mut Self {
        let edit = set(manifest, pointer, value.into());
        self.fix(safety, title, [edit])
    }

    /// Adds an item at the end of a list.
    pub fn append(
        &mut self,
        manifest: &Manifest,
        pointer: &str,
        item: impl Into<Node>,
        safety: Safety,
        title: impl Into<String>,
    ) -> &mut Self {
        let edit = open(manifest, pointer).and_then(|list| edit::append(list, &item.into()));
        self.fix(safety, title, [edit])
    }

    /// Removes a field of a map, or an item of a list.
    pub fn remove(
        &mut self,
        manifest: &Manifest,
        pointer: &str,
        safety: Safety,
        title: impl Into<String>,
    ) -> &mut Self {
        let edit = field(manifest, pointer).and_then(|(parent, step)| match parent.as_list() {
            Some(_) => edit::remove_item(parent, step.parse().ok()?),
            None => edit::remove(parent, &step),
        });
        self.fix(safety, title, [edit])
    }
}

/// What may be edited at a pointer.
fn open<'m>(manifest: &'m Manifest, pointer: &str) -> Option<&'m Node> {
    manifest.public_at(&Pointer::parse(pointer)?)
}

/// What a pointer leads through last, and its last step.
fn field<'m>(manifest: &'m Manifest, pointer: &str) -> Option<(&'m Node, String)> {
    open(manifest, pointer)?;
    let (parent, _) = pointer.rsplit_once('/')?;
    Some((open(manifest, parent)?, Pointer::parse(pointer)?.0.pop()?))
}

fn set(manifest: &Manifest, pointer: &str, value: Node) -> Option<Edit> {
    if let Some(node) = open(manifest, pointer) {
        return edit::replace(node, &value);
    }
    let mut steps = Pointer::parse(pointer)?.0;
    let (mut value, mut key) = (value, steps.pop()?);
    loop {
        let parent = Pointer(steps.clone()).to_string();
        if let Some(map) = open(manifest, &parent) {
            return edit::insert(map, &key, &value);
        }
        value = Node::made(Map::from_iter([(key.as_str().into(), value)]));
        key = steps.pop()?;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::yaml, source::FileId};

    fn manifest(text: &str) -> Manifest {
        Manifest::new(Owner::Cluster, None, yaml::read(FileId::from_index(0), text).documents.remove(0).root)
    }

    #[test]
    fn a_field_is_set_with_whatever_is_absent_around_it() {
        let manifest = manifest("kind: Pod\nspec: {dnsPolicy: Default}\n");
        let edit = set(&manifest, "/spec/securityContext/runAsNonRoot", true.into());
        let Some(Edit::Insert { beside, key, value, .. }) = edit else { panic!("{edit:?}") };
        assert_eq!(
            (&*beside, key.as_str(), value.to_string()),
            (&["dnsPolicy".into()][..], "securityContext", "{\"runAsNonRoot\":true}".into())
        );
        let edit = set(&manifest, "/spec/dnsPolicy", "None".into());
        assert!(matches!(edit, Some(Edit::Replace { .. })), "{edit:?}");
        assert_eq!(set(&manifest, "/spec/dnsPolicy/x", true.into()), None);
    }

    #[test]
    fn what_is_secret_or_was_written_by_nobody_stays_as_it_is() {
        let secret = manifest("kind: Secret\ndata: {a: eA==}\n");
        assert_eq!(set(&secret, "/data/a", "eQ==".into()), None);
        assert_eq!(set(&secret, "/data/b", "eQ==".into()), None);
        assert!(set(&secret, "/immutable", true.into()).is_some());
        let mut made = manifest("kind: Pod\nspec: {hostname: a}\n");
        made.object = made.object.clone().caused_by(None);
        assert_eq!(set(&made, "/apiVersion", "v1".into()), None);
    }
}
