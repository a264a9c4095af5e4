//! Environment variables and what refers to them.

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{
    manifest::Container,
    node::{Node, escape},
};

declare_rule! {
    /// ## What it does
    /// Points out `$(NAME)` in the value of a variable, or in capitals in `command` and `args`, where there is no such
    /// variable: one that is defined further down does not count. Where variables come from a ConfigMap or Secret as
    /// a whole (`envFrom`), nothing is said.
    ///
    /// ## Why is this bad?
    /// Kubernetes leaves the text as it is: the container gets `$(NAME)` in place of the value.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       env: [{name: URL, value: "http://$(HOST)/"}, {name: HOST, value: db}]
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers: [{name: cart, env: [{name: PORT, value: "80"}], args: [--listen=$(PROT)]}]
    /// ```
    ///
    /// Two dollars mean one. What a shell is to run is its own affair.
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: Pod
    /// metadata: {name: cart}
    /// spec:
    ///   containers:
    ///     - name: cart
    ///       env: [{name: HOST, value: db}, {name: URL, value: "http://$(HOST)/$$(PATH)"}]
    ///       command: [sh, -c, "echo $(date) $(HOST) $(DB_SERVICE_HOST)"]
    /// ```
    pub(super) static UNDEFINED_VARIABLE = {
        code: "WRK051",
        summary: "reference to a variable that is not defined before",
        severity: Warning,
        since: "0.1.0",
        check: Check::Container(undefined_variable),
    }
}

fn undefined_variable(container: Container<'_>, findings: &mut Findings<'_>) {
    if container.list("/envFrom").is_empty() {
        in_values(container, findings);
        in_words(container, findings);
    }
}

/// A variable may refer to those before it.
fn in_values(container: Container<'_>, findings: &mut Findings<'_>) {
    let mut defined = None;
    for (at, variable) in container.list("/env").iter().enumerate() {
        let Some(value) = variable.get("value").and_then(Node::as_str) else { continue };
        for name in references(value).filter(|name| !is_of_service(name)) {
            let help = match defined.get_or_insert_with(|| variables(container)).get(name) {
                Some(first) if *first < at => continue,
                Some(_) => "move the variable above this one".to_owned(),
                None => help(container, name, "define the variable above this one, or write `$$` for a dollar"),
            };
            report(container, &format!("/env/{at}/value"), name, help, findings);
        }
    }
}

/// A command may refer to all variables. What is not in capitals is more likely meant for a shell.
fn in_words(container: Container<'_>, findings: &mut Findings<'_>) {
    let mut defined = None;
    for list in ["command", "args"] {
        for (at, word) in container.node.get(list).map_or(&[][..], Node::items).iter().enumerate() {
            let names = references(word.as_str().unwrap_or_default());
            for name in names.filter(|name| is_capital(name) && !is_of_service(name)) {
                if !defined.get_or_insert_with(|| variables(container)).contains_key(name) {
                    let help = help(container, name, "define the variable in `env`, or write `$$` for a dollar");
                    report(container, &format!("/{list}/{at}"), name, help, findings);
                }
            }
        }
    }
}

/// The variables of a container, and the place of the first one of each name.
fn variables(container: Container<'_>) -> FxHashMap<&str, usize> {
    let names = container.list("/env").iter().enumerate();
    // The last one that is inserted stays.
    names.rev().filter_map(|(at, variable)| Some((variable.get("name")?.as_str()?, at))).collect()
}

fn help(container: Container<'_>, name: &str, otherwise: &str) -> String {
    let known = container.list("/env").iter().filter_map(|variable| variable.get("name")?.as_str());
    did_you_mean(name, known, otherwise).into()
}

fn report(container: Container<'_>, inside: &str, name: &str, help: String, findings: &mut Findings<'_>) {
    let message = format!("`$({name})` stays as it is, because no such variable is defined before");
    findings.add_to_container(container, inside, message).help(help);
}

/// The names in every `$(…)` that has the form of a name, but for those after another dollar.
fn references(text: &str) -> impl Iterator<Item = &str> {
    let mut rest = text;
    std::iter::from_fn(move || {
        loop {
            let at = rest.find('$')?;
            let after = &rest[at + 1..];
            match after.strip_prefix('(').and_then(|inner| inner.split_once(')')) {
                Some((name, behind)) if is_name(name) => {
                    rest = behind;
                    return Some(name);
                }
                _ => rest = after.strip_prefix('$').unwrap_or(after),
            }
        }
    })
}

fn is_name(text: &str) -> bool {
    let fits = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    !text.is_empty() && text.bytes().all(fits) && !text.starts_with(|first: char| first.is_ascii_digit())
}

/// No command of a shell is called so.
fn is_capital(name: &str) -> bool {
    name.bytes().all(|byte| !byte.is_ascii_lowercase())
}

/// Whether a variable is one that Kubernetes makes of a Service.
fn is_of_service(name: &str) -> bool {
    name.ends_with("_SERVICE_HOST") || name.contains("_SERVICE_PORT") || name.contains("_PORT_")
}

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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn references_are_found_where_kubernetes_finds_them() {
        let found = |text| references(text).collect::<Vec<_>>();
        assert_eq!(found("http://$(HOST):$(PORT)/"), ["HOST", "PORT"]);
        assert_eq!(found("$$(HOST) $$$(PORT) $HOST ${HOST} $(a b) $( $"), ["PORT"]);
        assert_eq!(found("$(date +%s) $(1A) $()"), [""; 0]);
    }
}
