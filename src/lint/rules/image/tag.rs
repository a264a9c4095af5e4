//! Whether a reference means one image.

use super::{Check, Findings, declare_rule, reference::Reference};
use crate::manifest::Container;

declare_rule! {
    /// ## What it does
    /// Checks that every image has a tag other than `latest`, or a digest.
    ///
    /// ## Why is this bad?
    /// Each node runs what was the latest when it pulled the image. Nobody can say what runs, nor go back to what ran.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   initContainers: [{name: setup, image: "registry.example.com:5000/setup"}]
    ///   containers: [{name: cart, image: "cart:latest"}]
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - {name: cart, image: "cart:1.0"}
    ///     - name: proxy
    ///       image: proxy@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
    /// ```
    ///
    /// Known elsewhere as: kube-linter `latest-tag`, kube-score `container-image-tag`, polaris `tagNotSpecified`.
    pub(super) static MOVING_TAG = {
        code: "IMG001",
        summary: "image that may be another tomorrow",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(moving_tag),
    }
}

fn moving_tag(container: Container<'_>, findings: &mut Findings<'_>) {
    if let Some(image) = image(container).filter(|image| image.is_moving()) {
        let what = if image.tag.is_some() { "the tag `latest`" } else { "no tag" };
        let message = format!("the image of container `{}` has {what}", container.name());
        findings.add_to_container(container, "/image", message).help("name a version, or a digest");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that every container has an image, and that it is a
    /// [reference](https://github.com/distribution/reference/blob/main/reference.go) that a container runtime can read.
    ///
    /// ## Why is this bad?
    /// Without one the API server refuses the object. With one that is none the pod waits in `InvalidImageName`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "registry.example.com/Cart:1.0"}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "cart:${VERSION}"}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "registry.example.com:5000/shop/cart:1.0_rc-2"}]}
    /// ```
    pub(super) static MALFORMED = {
        code: "IMG002",
        summary: "image that no container runtime can name",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(malformed),
    }
}

fn malformed(container: Container<'_>, findings: &mut Findings<'_>) {
    let (message, help) = match container.at("/image") {
        None => (format!("container `{}` has no image", container.name()), "name an image"),
        Some(node) => {
            let Some(Err(help)) = node.as_str().map(Reference::parse) else { return };
            (format!("the image of container `{}` is no reference of an image", container.name()), help)
        }
    };
    findings.add_to_container(container, "/image", message).help(help);
}

declare_rule! {
    /// ## What it does
    /// Checks that every image has a digest.
    ///
    /// ## Why is this bad?
    /// Who can write to the registry can move a tag to another image. A digest is the image.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "cart:1.0"}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       image: cart:1.0@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `imagedigests`.
    pub(super) static NO_DIGEST = {
        code: "IMG004",
        summary: "image without a digest",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(no_digest),
    }
}

fn no_digest(container: Container<'_>, findings: &mut Findings<'_>) {
    // One that moves by itself is pointed out already.
    if image(container).is_some_and(|image| image.digest.is_none() && !image.is_moving()) {
        let message = format!("the image of container `{}` has no digest", container.name());
        findings.add_to_container(container, "/image", message).help("add `@sha256:…` behind the tag");
    }
}

/// The image of a container, if it is a reference. Istio puts another one in place of `auto`.
pub(super) fn image(container: Container<'_>) -> Option<Reference<'_>> {
    container.text("/image").filter(|image| *image != "auto").and_then(|image| Reference::parse(image).ok())
}
