//! When an image is pulled.

use super::{Check, Findings, declare_rule, reference::Reference, tag::image};
use crate::{diagnostic::Safety, manifest::Container};

declare_rule! {
    /// ## What it does
    /// Checks that an image that may be another tomorrow (without a tag, or `latest`) has no pull policy other than
    /// `Always`, which is what it has by itself.
    ///
    /// ## Why is this bad?
    /// Each node keeps what it pulled first: two pods of one Deployment run two programs.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "cart:latest", imagePullPolicy: IfNotPresent}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - {name: cart, image: "cart:1.0", imagePullPolicy: IfNotPresent}
    ///     - {name: proxy, image: "proxy:latest", imagePullPolicy: Always}
    /// ```
    pub(super) static STALE = {
        code: "IMG003",
        summary: "nodes keep an image that changes",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(stale),
    }
}

const POLICY: &str = "/imagePullPolicy";

fn stale(container: Container<'_>, findings: &mut Findings<'_>) {
    let keeps = matches!(container.text(POLICY), Some("IfNotPresent" | "Never"));
    if keeps && image(container).is_some_and(Reference::is_moving) {
        let message = format!("nodes keep different images of container `{}`", container.name());
        findings
            .add_to_container(container, POLICY, message)
            .help("name a version of the image, or leave the policy out");
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that images without a digest have the pull policy `Always`.
    ///
    /// ## Why is this bad?
    /// A node that has an image lets every pod have it, also one without the credentials of the registry; and it keeps
    /// an image that was wrong, though the tag has been moved to the right one.
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
    /// spec: {containers: [{name: cart, image: "cart:1.0", imagePullPolicy: Always}]}
    /// ```
    ///
    /// Known elsewhere as: kube-score `container-image-pull-policy`, polaris `pullPolicyNotAlways`.
    pub(super) static NOT_ALWAYS = {
        code: "IMG005",
        summary: "image that is not pulled each time",
        severity: Warning,
        since: "0.1.0",
        on: Request,
        check: Check::Container(not_always),
    }
}

fn not_always(container: Container<'_>, findings: &mut Findings<'_>) {
    if container.text(POLICY) == Some("Always") {
        return;
    }
    // What moves by itself is pulled each time, unless that is pointed out already.
    if image(container).is_some_and(|image| image.digest.is_none() && !image.is_moving()) {
        let message = format!("the image of container `{}` is not pulled each time", container.name());
        findings
            .add_to_container(container, POLICY, message)
            .set(container.pod.manifest, &container.pointer_to(POLICY), "Always", Safety::Unsafe, "pull it each time")
            .help("set `imagePullPolicy: Always`, or add a digest");
    }
}

declare_rule! {
    /// ## What it does
    /// Points out the pull policy `Always` of images with a digest.
    ///
    /// ## Why is this bad?
    /// The image cannot have changed. All the policy does is to ask the registry, so that no pod starts while that is
    /// away.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       image: cart@sha256:0f1e2d3c4b5a69788796a5b4c3d2e1f00f1e2d3c4b5a69788796a5b4c3d2e1f0
    ///       imagePullPolicy: Always
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "cart:1.0", imagePullPolicy: Always}]}
    /// ```
    pub(super) static NEEDLESS = {
        code: "IMG006",
        summary: "image is pulled though it cannot change",
        severity: Info,
        since: "0.1.0",
        on: Request,
        check: Check::Container(needless),
    }
}

fn needless(container: Container<'_>, findings: &mut Findings<'_>) {
    if container.text(POLICY) == Some("Always") && image(container).is_some_and(|image| image.digest.is_some()) {
        let message = format!("the image of container `{}` is pulled though it cannot change", container.name());
        findings.add_to_container(container, POLICY, message).help("set `imagePullPolicy: IfNotPresent`");
    }
}
