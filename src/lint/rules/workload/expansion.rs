//! References to variables, `$(NAME)`, in values and commands.

use rustc_hash::FxHashMap;

use super::{Check, Findings, declare_rule, did_you_mean};
use crate::{manifest::Container, node::Node};

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
    ///
    /// Kubernetes itself defines the number of a pod in an indexed Job.
    /// ```yaml,silent
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata: {name: cart}
    /// spec:
    ///   completionMode: Indexed
    ///   completions: 3
    ///   template: {spec: {containers: [{name: cart, args: [--part=$(JOB_COMPLETION_INDEX)]}]}}
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
            for name in names.filter(|name| is_capital(name) && !is_of_service(name) && !is_of_job(container, name)) {
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

/// Whether a variable is one that the Job controller adds to the pods of an indexed Job, behind all others.
fn is_of_job(container: Container<'_>, name: &str) -> bool {
    let pod = container.pod;
    let mode =
        pod.pointer.strip_suffix("/template").and_then(|job| pod.manifest.object.at(&format!("{job}/completionMode")));
    name == "JOB_COMPLETION_INDEX" && mode.and_then(Node::as_str) == Some("Indexed")
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
