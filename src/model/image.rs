//! Images.

use smol_str::{SmolStr, format_smolstr};

use super::decode::{spec_struct, text};
use crate::node::Node;

spec_struct! {
    /// An image, in parts. A container's own image and the app's may each be incomplete.
    Image {
        /// Registry and path.
        repository: Option<Node> = "repository",
        /// The tag.
        tag: Option<Node> = "tag",
        /// `sha256:…`.
        digest: Option<Node> = "digest",
        /// `Always`, `IfNotPresent` or `Never`.
        pull_policy: Option<Node> = "pullPolicy",
    }
}

impl Image {
    /// `repository@digest`, else `repository:tag`, else `repository`; caused by the part that a release changes.
    pub fn reference(&self) -> Option<Node> {
        let repository = self.repository.as_ref()?;
        let (reference, cause): (SmolStr, &Node) = match (&self.digest, &self.tag) {
            (Some(digest), _) => (format_smolstr!("{}@{}", text(repository), text(digest)), digest),
            (None, Some(tag)) => (format_smolstr!("{}:{}", text(repository), text(tag)), tag),
            (None, None) => (text(repository), repository),
        };
        Some(Node::new(reference, cause.span.or(repository.span)))
    }
}
