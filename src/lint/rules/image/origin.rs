//! Where images come from.

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, reference::Reference, tag::image};
use crate::manifest::{Container, ManifestSet, Pod};

declare_rule! {
    /// ## What it does
    /// Points out images of which two versions run in one environment.
    ///
    /// ## Why is this bad?
    /// It is often a place that an upgrade forgot.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "cart:1.0"}, {name: proxy, image: "proxy:2.1"}]}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: web}
    /// spec: {containers: [{name: web, image: "web:1.0"}, {name: proxy, image: "docker.io/library/proxy:2.0"}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "cart:1.0"}, {name: cart-admin, image: "cart:1.0"}]}
    /// ```
    pub(super) static TWO_VERSIONS = {
        code: "IMG007",
        summary: "image in two versions",
        severity: Info,
        since: "0.1.0",
        on: Request,
        check: Check::Set(two_versions),
    }
}

fn two_versions(set: &ManifestSet, findings: &mut Findings<'_>) {
    let mut first = FxHashMap::<String, (Container<'_>, Reference<'_>)>::default();
    for container in set.pods().flat_map(Pod::all_containers) {
        let Some(reference) = image(container) else { continue };
        let (other, version) = *first.entry(reference.full_name()).or_insert((container, reference));
        if (version.tag, version.digest) != (reference.tag, reference.digest) {
            let message =
                format!("another container has another version of the image of container `{}`", container.name());
            findings
                .add_to_container(container, "/image", message)
                .related(other.pod.manifest, &other.pointer_to("/image"), "the other version")
                .help("use one version of it, unless the difference is meant");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that images come from where `lint.registries` of karat.yaml says: that their references start with one of
    /// its entries, such as `registry.example.com/shop/`. An image without a registry is one of `docker.io`, and may be
    /// named either way. Without such entries images may come from anywhere.
    ///
    /// ## Why is this bad?
    /// Nobody of the house has looked at what others publish, and it may be gone tomorrow.
    ///
    /// ## Example
    /// With `registries: [registry.example.com/shop/]`:
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "redis:7.4"}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, image: "registry.example.com/shop/cart:1.0"}]}
    /// ```
    ///
    /// Known elsewhere as: gatekeeper-library `allowedrepos`.
    pub(super) static FOREIGN_REGISTRY = {
        code: "IMG010",
        summary: "image of a registry that is not allowed",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(foreign_registry),
    }
}

fn foreign_registry(container: Container<'_>, findings: &mut Findings<'_>) {
    let allowed = &findings.settings.registries;
    let Some(text) = container.text("/image").filter(|_| !allowed.is_empty()) else { return };
    let Ok(reference) = Reference::parse(text) else { return };
    let full = reference.full_name();
    // An entry that ends inside of a name, such as `registry.example.com`, allows nothing that only starts so.
    let starts = |name: &str, start: &str| {
        name.strip_prefix(start)
            .is_some_and(|rest| start.ends_with('/') || rest.is_empty() || rest.starts_with(['/', ':', '@']))
    };
    if text != "auto" && !allowed.iter().any(|start| starts(text, start) || starts(&full, start)) {
        let message = format!("the image of container `{}` is of a registry that is not allowed", container.name());
        let help = format!("`lint.registries` allows {}", allowed.join(", "));
        findings.add_to_container(container, "/image", message).help(help);
    }
}
