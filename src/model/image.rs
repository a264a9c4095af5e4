//! Images.

use super::decode::spec_struct;
use crate::{grammar::image_reference, node::Node};

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
    /// A container's own parts over the app's.
    ///
    /// The app's tag and digest name a release of the app's repository, so they count only where the container names
    /// neither a repository nor a release of its own.
    #[must_use]
    pub fn over(&self, app: &Self) -> Self {
        let own = self.repository.is_some() || self.tag.is_some() || self.digest.is_some();
        let release = if own { self } else { app };
        Self {
            span: self.span.or(app.span),
            repository: self.repository.as_ref().or(app.repository.as_ref()).cloned(),
            tag: release.tag.clone(),
            digest: release.digest.clone(),
            pull_policy: self.pull_policy.as_ref().or(app.pull_policy.as_ref()).cloned(),
        }
    }

    /// The reference that a container names; caused by the part that a release changes.
    pub fn reference(&self) -> Option<Node> {
        let repository = self.repository.as_ref()?;
        let part = |node: &Option<Node>| node.as_ref().and_then(Node::scalar_text);
        let (tag, digest) = (part(&self.tag), part(&self.digest));
        let reference = image_reference(&repository.scalar_text()?, tag.as_deref(), digest.as_deref());
        let cause = self.digest.as_ref().or(self.tag.as_ref()).and_then(|release| release.span);
        Some(Node::new(reference, cause.or(repository.span)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn image(repository: Option<&str>, tag: Option<&str>, digest: Option<&str>) -> Image {
        let node = |text: Option<&str>| text.map(Node::made);
        Image { span: None, repository: node(repository), tag: node(tag), digest: node(digest), pull_policy: None }
    }

    fn reference(own: &Image) -> String {
        let app = image(Some("shop/web"), Some("1.2"), Some("sha256:abc"));
        own.over(&app).reference().unwrap().as_str().unwrap().to_owned()
    }

    #[test]
    fn an_own_repository_keeps_its_own_release() {
        assert_eq!(reference(&image(None, None, None)), "shop/web@sha256:abc");
        assert_eq!(reference(&image(None, Some("1.3"), None)), "shop/web:1.3");
        assert_eq!(reference(&image(Some("redis:7"), None, None)), "redis:7");
        assert_eq!(reference(&image(Some("redis"), Some("7"), None)), "redis:7");
    }
}
