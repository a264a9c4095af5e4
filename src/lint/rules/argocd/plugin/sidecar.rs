//! The container of the repo-server's pod in which a plugin runs.

use super::{Check, FILE, Findings, declare_rule};
use crate::{
    diagnostic::Severity,
    manifest::{Container, Pod},
    node::Node,
};

/// Where the server looks for its plugin.
const CONFIG: &str = "/home/argocd/cmp-server/config";

/// Where the sockets are that the repo-server looks for.
const SOCKETS: &str = "/home/argocd/cmp-server/plugins";

/// The program that runs in every sidecar.
const SERVER: &str = "argocd-cmp-server";

declare_rule! {
    /// ## What it does
    /// Checks the sidecars of Argo CD's repo-server that run plugins: they start `argocd-cmp-server`, run as user 999, mount
    /// the directory of the sockets, have a `/tmp` of their own, and find their configuration as `plugin.yaml`.
    ///
    /// ## Why is this bad?
    /// Another program than the plugin server is no plugin, and neither is one whose socket or configuration is elsewhere.
    /// Another user than that of the repo-server cannot share its sockets. A `/tmp` that is shared lets one plugin see and
    /// change the repositories of all Applications.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: argocd-repo-server, namespace: argocd}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: argocd-repo-server
    ///           volumeMounts: [{name: tmp, mountPath: /tmp}, {name: plugins, mountPath: /home/argocd/cmp-server/plugins}]
    ///         - name: karat
    ///           command: [karat, cmp]
    ///           securityContext: {runAsUser: 1000}
    ///           volumeMounts:
    ///             - {name: tmp, mountPath: /tmp}
    ///             - {name: config, mountPath: /home/argocd/cmp-server/config}
    ///       volumes: [{name: config, configMap: {name: karat}}, {name: tmp, emptyDir: {}}, {name: plugins, emptyDir: {}}]
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: karat, namespace: argocd}
    /// data: {karat.yaml: "kind: ConfigManagementPlugin"}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: argocd-repo-server, namespace: argocd}
    /// spec:
    ///   template:
    ///     spec:
    ///       containers:
    ///         - name: argocd-repo-server
    ///           volumeMounts: [{name: tmp, mountPath: /tmp}, {name: plugins, mountPath: /home/argocd/cmp-server/plugins}]
    ///         - name: karat
    ///           command: [/var/run/argocd/argocd-cmp-server]
    ///           securityContext: {runAsUser: 999}
    ///           volumeMounts:
    ///             - {name: karat-tmp, mountPath: /tmp}
    ///             - {name: plugins, mountPath: /home/argocd/cmp-server/plugins}
    ///             - {name: config, mountPath: /home/argocd/cmp-server/config/plugin.yaml, subPath: karat.yaml}
    ///       volumes:
    ///         - {name: config, configMap: {name: karat}}
    ///         - {name: karat-tmp, emptyDir: {}}
    ///         - {name: tmp, emptyDir: {}}
    ///         - {name: plugins, emptyDir: {}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: karat, namespace: argocd}
    /// data: {karat.yaml: "kind: ConfigManagementPlugin"}
    /// ```
    pub(super) static BROKEN_SIDECAR = {
        code: "ARG407",
        summary: "sidecar in which a plugin cannot run as it should",
        severity: Error,
        since: "0.1.0",
        check: Check::Pod(broken_sidecar),
    }
}

fn broken_sidecar(pod: Pod<'_>, findings: &mut Findings<'_>) {
    for container in pod.running_containers().filter(|container| is_sidecar(*container)) {
        entrypoint(container, findings);
        user(container, findings);
        mounts(container, findings);
        configuration(container, findings);
    }
}

/// Whether a container is there for a plugin: it runs the server, or has the configuration for one.
fn is_sidecar(container: Container<'_>) -> bool {
    runs_server(container) || mount(container, is_config).is_some()
}

fn is_config(path: &str) -> bool {
    path.strip_prefix(CONFIG).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}

fn runs_server(container: Container<'_>) -> bool {
    let words = container.list("/command").iter().chain(container.list("/args"));
    words.filter_map(Node::as_str).any(|word| word.split('/').next_back() == Some(SERVER))
}

fn text<'a>(node: &'a Node, field: &str) -> Option<&'a str> {
    node.get(field)?.as_str()
}

/// The place and the fields of the first mount of a container with such a path, without a slash at its end.
fn mount(container: Container<'_>, is_it: impl Fn(&str) -> bool) -> Option<(usize, &Node)> {
    let takes = |mount: &Node| text(mount, "mountPath").is_some_and(|path| is_it(path.trim_end_matches('/')));
    container.list("/volumeMounts").iter().enumerate().find(|(_, mount)| takes(mount))
}

fn entrypoint(container: Container<'_>, findings: &mut Findings<'_>) {
    // An image may start it by itself.
    if !runs_server(container) && !container.list("/command").is_empty() {
        let message = format!("the sidecar of a plugin starts `{SERVER}`, and nothing else");
        let help = format!("write `command: [/var/run/argocd/{SERVER}]`");
        findings.add_to_container(container, "/command", message).help(help);
    }
}

fn user(container: Container<'_>, findings: &mut Findings<'_>) {
    let own = container.at("/securityContext/runAsUser");
    let user = own.or_else(|| container.pod.at("/spec/securityContext/runAsUser"));
    if user.and_then(Node::as_int) != Some(999) {
        let message = "the sidecar of a plugin runs as user 999, like the repo-server";
        let place = "/securityContext/runAsUser";
        let mut finding = findings.add_to_container(container, place, message);
        finding.help("write `runAsUser: 999` in its `securityContext`");
        if user.is_none() {
            // The image may have the right one.
            finding.severity(Severity::Warning);
        }
    }
}

fn mounts(container: Container<'_>, findings: &mut Findings<'_>) {
    if mount(container, |path| path == SOCKETS).is_none() {
        let message =
            "the sidecar does not mount the directory in which the repo-server looks for the sockets of plugins";
        let help = format!("mount the volume `plugins` of the repo-server at `{SOCKETS}`");
        findings.add_to_container(container, "/volumeMounts", message).help(help);
    }
    let volume = |container| Some(text(mount(container, |path| path == "/tmp")?.1, "name")?.to_owned());
    let (Some(own), name) = (volume(container), container.name()) else { return };
    let mut others = container.pod.running_containers().filter(|other| other.name() != name);
    if others.any(|other| volume(other).as_ref() == Some(&own)) {
        let at = mount(container, |path| path == "/tmp").map_or(0, |(at, _)| at);
        let message = "the sidecar shares `/tmp` with another container, and with it the repositories that are there";
        let help = "give it an `emptyDir` of its own";
        findings.add_to_container(container, &format!("/volumeMounts/{at}/name"), message).help(help);
    }
}

/// Looks whether the file is there: in an image, in a ConfigMap that is not rendered here, or in one that is.
fn configuration(container: Container<'_>, findings: &mut Findings<'_>) {
    let Some((at, config)) = mount(container, is_config) else { return };
    let path = text(config, "mountPath").unwrap_or_default().trim_end_matches('/');
    let is_whole = path == CONFIG;
    if !is_whole && path.strip_prefix(CONFIG) != Some("/plugin.yaml") {
        let message = format!("the plugin server reads `{FILE}`, and no other file of its configuration");
        let help = format!("mount it at `{CONFIG}/{FILE}`");
        findings.add_to_container(container, &format!("/volumeMounts/{at}/mountPath"), message).help(help);
        return;
    }
    let wanted = if is_whole { FILE } else { text(config, "subPath").unwrap_or(FILE) };
    let volumes = container.pod.at("/spec/volumes").map_or(&[][..], Node::items);
    let volume = volumes.iter().find(|volume| volume.get("name") == config.get("name"));
    let Some(source) = volume.and_then(|volume| volume.get("configMap")) else { return };
    let Some(name) = text(source, "name") else { return };
    let Some(map) = findings.set.find("ConfigMap", container.pod.manifest.id.namespace.as_deref(), name) else {
        return;
    };
    let has_file = match source.get("items") {
        Some(items) => items.items().iter().any(|item| text(item, "path") == Some(wanted)),
        None => ["data", "binaryData"]
            .iter()
            .any(|part| map.object.get(part).is_some_and(|data| data.get(wanted).is_some())),
    };
    if !has_file {
        let message = format!("ConfigMap `{name}` has no `{wanted}` for the plugin server");
        let help = format!("call the key `{FILE}`, or mount it by its name with `subPath`");
        let mut finding = findings.add_to_container(container, &format!("/volumeMounts/{at}/mountPath"), message);
        finding.help(help).related(map, "/data", "these are its keys");
    }
}
