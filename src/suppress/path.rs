//! Paths to fields, as messages write them: `spec.template.spec.containers[web].image`.

use smol_str::SmolStr;

use crate::{diagnostic::ResourceRef, node::Pointer};

/// A path to a field. It stands for the field and everything inside of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FieldPath(Vec<Step>);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Step {
    /// `name`, `["example.com/name"]`: a key.
    Key(SmolStr),
    /// `*`: any key, or any item.
    Any,
    /// `**`: any number of steps.
    Deep,
    /// `[web]`, `[0]`: the item of a list that has this name, or this place.
    Item(SmolStr),
}

impl FieldPath {
    /// Parses a path; why it is none, where that is so.
    pub(super) fn parse(text: &str) -> Result<Self, &'static str> {
        let (mut steps, mut rest) = (Vec::new(), text);
        loop {
            let (step, after) = Step::parse(rest)?;
            steps.push(step);
            match (after.strip_prefix('.'), after.starts_with('[')) {
                (Some(next), _) if next.starts_with('[') => return Err("a `[` stands behind its list, without a `.`"),
                (Some(next), _) => rest = next,
                (None, true) => rest = after,
                (None, false) if after.is_empty() => return Ok(Self(steps)),
                (None, false) => return Err("a `.` or a `[` is missing behind a `]`"),
            }
        }
    }

    /// Whether a field is the one that is meant, or inside of it. The path starts at the pointer `base`.
    pub(super) fn covers(&self, base: &str, field: &ResourceRef) -> bool {
        let (Some(pointer), Some(path)) = (inside(base, &field.pointer), inside(base, &field.path)) else {
            return false;
        };
        covers(&self.0, &pointer.into_iter().zip(path).collect::<Vec<_>>())
    }
}

/// The steps of a pointer behind those of `base`, if it leads there.
fn inside(base: &str, pointer: &str) -> Option<Vec<String>> {
    Pointer::parse(pointer.strip_prefix(base)?).map(|pointer| pointer.0)
}

impl Step {
    /// The first step of a path, and what comes after it.
    fn parse(text: &str) -> Result<(Self, &str), &'static str> {
        if let Some(quoted) = text.strip_prefix("[\"") {
            let (key, rest) = quoted.split_once("\"]").ok_or("a `[\"` has no `\"]`")?;
            return Ok((Self::Key(key.into()), rest));
        }
        if let Some(item) = text.strip_prefix('[') {
            let (item, rest) = item.split_once(']').ok_or("a `[` has no `]`")?;
            return match item {
                "" => Err("the name of an item is missing between `[` and `]`"),
                "*" => Ok((Self::Any, rest)),
                item => Ok((Self::Item(item.into()), rest)),
            };
        }
        let end = text.find(['.', '[']).unwrap_or(text.len());
        match text.split_at(end) {
            ("", _) => Err("the name of a field is missing"),
            ("*", rest) => Ok((Self::Any, rest)),
            ("**", rest) => Ok((Self::Deep, rest)),
            (key, rest) => Ok((Self::Key(key.into()), rest)),
        }
    }

    /// Whether this is a step of a finding: one that goes by its index, and by its name if it has one.
    fn takes(&self, (index, named): &(String, String)) -> bool {
        match self {
            Self::Any | Self::Deep => true,
            Self::Key(key) => key == index,
            Self::Item(item) => {
                let name = named.strip_prefix("[name=").and_then(|name| name.strip_suffix(']'));
                item == index || name == Some(item)
            }
        }
    }
}

/// Whether the steps lead along those of a finding.
fn covers(steps: &[Step], finding: &[(String, String)]) -> bool {
    let Some((step, rest)) = steps.split_first() else { return true };
    let taken = finding.split_first().filter(|(next, _)| step.takes(next)).map(|(_, further)| further);
    match step {
        Step::Deep => covers(rest, finding) || taken.is_some_and(|further| covers(steps, further)),
        _ => taken.is_some_and(|further| covers(rest, further)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        manifest::{Manifest, Owner},
        node::object,
    };

    fn covers(path: &str, base: &str, pointer: &str) -> bool {
        let container = |name: &str| object! { "name": name, "image": "a" };
        let pod = object! { "containers": vec![container("web"), container("sidecar")] };
        let annotations = object! { "a.b/c": "d" };
        let object = object! { "metadata": object! { "annotations": annotations }, "spec": pod };
        let manifest = Manifest::new(Owner::Cluster, None, object);
        FieldPath::parse(path).unwrap().covers(base, &manifest.field("dev", pointer))
    }

    #[test]
    fn a_path_covers_its_field_and_what_is_inside() {
        for path in ["spec", "spec.containers", "spec.containers[sidecar]", "spec.containers[1].image", "spec.*[1]"] {
            assert!(covers(path, "", "/spec/containers/1/image"), "{path}");
        }
        for path in ["spec.containers[web]", "spec.containers[0]", "containers", "spec.containers[1].image.tag"] {
            assert!(!covers(path, "", "/spec/containers/1/image"), "{path}");
        }
        assert!(covers("containers[sidecar]", "/spec", "/spec/containers/1/image"));
        assert!(!covers("containers[sidecar]", "/spec", "/metadata"));
        assert!(covers("metadata.annotations[\"a.b/c\"]", "", "/metadata/annotations/a.b~1c"));
        assert!(!covers("spec.containers[web]", "", "/spec"));
    }

    #[test]
    fn stars_stand_for_steps() {
        for path in ["**.image", "**", "**[sidecar]", "*.*[*]", "**.containers.**.image", "spec.**.image"] {
            assert!(covers(path, "", "/spec/containers/1/image"), "{path}");
        }
        assert!(!covers("**.image", "", "/spec/containers/1"));
        assert!(!covers("*.image", "", "/spec/containers/1/image"));
    }

    #[test]
    fn what_is_no_path() {
        for text in ["", ".", "spec.", "spec..a", "spec[", "spec[]", "spec[\"a]", "spec[a]b", "spec.[a]", "[a"] {
            assert!(FieldPath::parse(text).is_err(), "{text}");
        }
    }
}
