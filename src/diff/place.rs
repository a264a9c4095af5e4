//! The way to a field, for people and as a JSON pointer.

use std::fmt;

use smol_str::SmolStr;

use crate::node::{Pointer, escape};

/// The way from the root of a tree to a field of it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Place {
    steps: Vec<Step>,
}

/// One step: the name that JSON pointers use, and for an item of a list, what tells it apart.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Step {
    name: SmolStr,
    identity: Option<SmolStr>,
}

impl Place {
    /// The place one step further down, at a key of a map or at an index of a list.
    #[must_use]
    pub(super) fn then(&self, name: impl Into<SmolStr>, identity: Option<SmolStr>) -> Self {
        let mut steps = self.steps.clone();
        steps.push(Step { name: name.into(), identity });
        Self { steps }
    }

    /// The first step's name, for asking what kind of field this is.
    pub fn first(&self) -> Option<&str> {
        self.steps.first().map(|step| step.name.as_str())
    }

    /// The JSON pointer (RFC 6901): valid in the tree after the change; for what was removed, in the tree before it.
    pub fn pointer(&self) -> Pointer {
        Pointer(self.steps.iter().map(|step| step.name.to_string()).collect())
    }
}

impl fmt::Display for Place {
    /// `/spec/containers/[name=app]/image`: as the path of a patch is written.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.steps.iter().try_for_each(|step| match &step.identity {
            Some(identity) => write!(f, "/[{}]", escape(identity)),
            None => write!(f, "/{}", escape(&step.name)),
        })
    }
}
