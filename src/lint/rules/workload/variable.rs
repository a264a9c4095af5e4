//! Environment variables, and commands.

use super::{Check, Findings, declare_rule};
use crate::{
    manifest::Container,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Checks that variables have names that they can have, and a `value` or a `valueFrom`, not both.
    ///
    /// ## Why is this bad?
    /// The API server refuses the workload. Before Kubernetes 1.32, names are letters, digits, `_`, `-` and `.`, and
    /// start with no digit; now they may be anything printable but `=`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, env: [{name: MODE=fast, value: a}]}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - {name: cart, env: [{name: IP, value: none, valueFrom: {fieldRef: {fieldPath: status.podIP}}}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - {name: cart, env: [{name: spring.port, value: "80"}, {name: EMPTY}]}
    /// ```
    pub(super) static REFUSED_VARIABLE = {
        code: "WRK053",
        summary: "environment variable that the API server refuses",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(refused_variable),
    }
}

/// The first minor version of Kubernetes in which variables may be called nearly anything
/// (<https://kep.k8s.io/4369>).
const RELAXED_SINCE: u32 = 32;

fn refused_variable(container: Container<'_>, findings: &mut Findings<'_>) {
    for (at, variable) in container.list("/env").iter().enumerate() {
        if let Some(name) = variable.get("name").and_then(Node::as_str) {
            let help = if findings.set.kube_minor() >= RELAXED_SINCE {
                (!is_printable(name)).then_some("use printable ASCII characters other than `=`")
            } else {
                (!is_strict(name)).then_some("use letters, digits, `_`, `-` and `.`, with no digit first")
            };
            if let Some(help) = help {
                let message = format!("no environment variable can be named `{name}`");
                findings.add_to_container(container, &format!("/env/{at}/name"), message).help(help);
            }
        }
        let has = |field| variable.get(field).is_some_and(|value| !value.is_null() && value.as_str() != Some(""));
        if has("value") && has("valueFrom") {
            let name = variable.get("name").and_then(Node::as_str).unwrap_or_default();
            findings
                .add_to_container(
                    container,
                    &format!("/env/{at}/valueFrom"),
                    format!("variable `{name}` has two values"),
                )
                .related(container.pod.manifest, &container.pointer_to(&format!("/env/{at}/value")), "the other one")
                .help("remove `value` or `valueFrom`");
        }
    }
}

fn is_printable(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| (b' '..=b'~').contains(&byte) && byte != b'=')
}

fn is_strict(name: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte);
    !name.is_empty() && name.bytes().all(fits) && !name.starts_with(|first: char| first.is_ascii_digit())
}

declare_rule! {
    /// ## What it does
    /// Points out containers that take a ConfigMap as variables (`envFrom`) which holds a file: a key with a dot, and a
    /// text of several lines.
    ///
    /// ## Why is this bad?
    /// The file is not where the container looks for it, and a variable with a dot in its name is one that no shell
    /// can read. Usually the ConfigMap was meant to be mounted.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {cart.yaml: "mode: fast\nlevel: 3\n"}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, envFrom: [{configMapRef: {name: cart}}]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {spring.profile: fast, MODE: fast}
    /// ---
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, envFrom: [{configMapRef: {name: cart}}]}]}
    /// ```
    pub(super) static FILE_AS_VARIABLE = {
        code: "WRK054",
        summary: "file of a ConfigMap as an environment variable",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(file_as_variable),
    }
}

fn file_as_variable(container: Container<'_>, findings: &mut Findings<'_>) {
    for (at, source) in container.list("/envFrom").iter().enumerate() {
        let Some(name) = source.at("/configMapRef/name").and_then(Node::as_str) else { continue };
        let namespace = container.pod.manifest.id.namespace.as_deref();
        let Some(map) = findings.set.find("ConfigMap", namespace, name) else { continue };
        let is_file = |value: &Node| value.as_str().is_some_and(|text| text.trim_end().contains('\n'));
        let entries = map.object.get("data").map_or(&[][..], Node::entries);
        let file = entries.iter().find(|(key, value)| key.text.contains('.') && is_file(value));
        if let Some((key, _)) = file {
            let message = format!("container `{}` takes the file `{}` for a variable", container.name(), key.text);
            findings
                .add_to_container(container, &format!("/envFrom/{at}/configMapRef/name"), message)
                .related(map, &format!("/data/{}", escape(&key.text)), "the file")
                .help("mount the ConfigMap as a volume, or move its files to another one");
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Checks that the first word of `command` is a program, not a whole line for a shell.
    ///
    /// ## Why is this bad?
    /// No shell splits the line: the container ends with `no such file or directory`, because no program is called
    /// `npm start`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, command: ["npm run migrate && npm start"]}]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec: {containers: [{name: cart, command: [sh, -c, npm run migrate && npm start]}]}
    /// ```
    pub(super) static SHELL_LINE = {
        code: "WRK055",
        summary: "command is a line for a shell that nobody starts",
        severity: Error,
        since: "0.1.0",
        check: Check::Container(shell_line),
    }
}

fn shell_line(container: Container<'_>, findings: &mut Findings<'_>) {
    let Some(program) = container.list("/command").first().and_then(Node::as_str) else { return };
    if program.contains(char::is_whitespace) {
        let message = format!("the command of container `{}` is a line for a shell", container.name());
        findings
            .add_to_container(container, "/command/0", message)
            .help("give each word an item of its own, or run `[sh, -c, …]`");
    }
}
