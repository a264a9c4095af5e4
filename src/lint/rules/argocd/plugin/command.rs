//! What goes wrong with the commands of a plugin.

use super::{
    Check, Findings, KINDS, Plugin, declare_rule, dotted,
    script::{Command, steps},
};
use crate::{diagnostic::Safety, manifest::Manifest, node::Node};

declare_rule! {
    /// ## What it does
    /// Looks for scripts in a `plugin.yaml` that prepare or generate, and in which one command prints into another without
    /// `set -o pipefail`. Commands that only print or change a text, such as `echo` and `tr`, are let through: they do not
    /// fail.
    ///
    /// ## Why is this bad?
    /// A shell forgets that the first command failed. The plugin prints nothing and ends well; to Argo CD, the Application
    /// then has no objects, and a sync that prunes deletes all there were.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: vault}
    /// spec:
    ///   generate: {command: [sh, -c], args: ["helm template . | argocd-vault-plugin generate -"]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: vault}
    /// spec:
    ///   init: {command: [sh, -c, "helm dependency build || exit 1; jq '.a | .b' values.json; x=$(echo $y | tr a b | wc -l)"]}
    ///   discover: {find: {command: [sh, -c, "find . -name Chart.yaml | head -n 1"]}}
    ///   generate: {command: [bash, -o, pipefail, -c], args: ["helm template . | argocd-vault-plugin generate -"]}
    /// ```
    pub(super) static LOST_FAILURE = {
        code: "ARG403",
        summary: "pipe that hides the failure of a plugin",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: lost_failure },
    }
}

/// Programs that print or change a text, and find no reason to fail in it.
const TEXT_TOOLS: [&str; 12] =
    ["awk", "cut", "echo", "env", "head", "printf", "sed", "sort", "tail", "tr", "uniq", "wc"];

fn lost_failure(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        let commands = ["/spec/init", "/spec/generate"].into_iter().filter_map(|place| Command::at(&plugin, place));
        for command in commands.filter(|command| !command.has_pipefail()) {
            let Some(script) = command.script() else { continue };
            let mut piped = steps(script.text).into_iter().filter(|step| step.is_piped).map(|step| step.program());
            if let Some(program) = piped.find(|program| !TEXT_TOOLS.contains(program)) {
                let message = format!("a failure of `{program}` before a `|` is lost in `{}`", dotted(command.place));
                let help = "start the script with `set -o pipefail`, in a shell that knows it";
                plugin.add(findings, &script.pointer, message).help(help);
            }
        }
    }
}

declare_rule! {
    /// ## What it does
    /// Looks for commands in a `plugin.yaml` that run a file of the repository, such as `./render.sh`, where
    /// `preserveFileMode` is not set.
    ///
    /// ## Why is this bad?
    /// The plugin server unpacks files without their modes, so that no file of the repository can be executed: the
    /// command fails with `permission denied`.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   init: {command: [sh, -c, "cd charts && ./fetch.sh"]}
    ///   generate: {command: [./render.sh]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   preserveFileMode: true
    ///   generate: {command: [./render.sh]}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [sh, ./render.sh]}
    /// ```
    pub(super) static NOT_EXECUTABLE = {
        code: "ARG406",
        summary: "file of the repository that cannot be executed",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: not_executable },
    }
}

fn not_executable(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        if plugin.at("/spec/preserveFileMode").and_then(Node::as_bool) == Some(true) {
            continue;
        }
        for command in Command::all(&plugin) {
            let Some((file, pointer)) = own_program(&command) else { continue };
            let message =
                format!("`{file}` is unpacked without its mode, so that `{}` cannot execute it", dotted(command.place));
            let mut finding = plugin.add(findings, &pointer, message);
            finding.help("set `spec.preserveFileMode: true`, or name the interpreter before the file");
            if plugin.key.is_none() {
                finding.set(manifest, "/spec/preserveFileMode", true, Safety::Unsafe, "preserve the modes of files");
            }
        }
    }
}

/// A file of the repository that a command executes, and where it says so.
fn own_program<'a>(command: &Command<'a>) -> Option<(&'a str, String)> {
    let direct = command.argv.first().copied().filter(|program| is_in_repository(program));
    if let Some(program) = direct {
        return Some((program, command.pointer(0)));
    }
    let script = command.script()?;
    let mut programs = steps(script.text).into_iter().map(|step| step.program());
    Some((programs.find(|program| is_in_repository(program))?, script.pointer))
}

/// Whether a program goes by a path from the directory that the command runs in.
fn is_in_repository(program: &str) -> bool {
    program.contains('/') && !program.starts_with(['/', '$', '~', '"', '\''])
}

/// As much as one can read at a glance in a message of the user interface.
const MOST: usize = 200;

declare_rule! {
    /// ## What it does
    /// Looks for scripts of more than 200 characters in a `plugin.yaml`.
    ///
    /// ## Why is this bad?
    /// When the script fails, Argo CD puts all of it before the reason, into the status of each Application that uses the
    /// plugin: who looks for the reason reads the script first.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate:
    ///     command: [bash, -euo, pipefail, -c]
    ///     args:
    ///       - |
    ///         for file in $(find . -name '*.jsonnet' | sort); do
    ///           jsonnet --jpath vendor --ext-str revision="$ARGOCD_APP_REVISION" --yaml-stream "$file"
    ///         done
    ///         if [ -d helm ]; then
    ///           helm template "$ARGOCD_APP_NAME" helm --namespace "$ARGOCD_APP_NAMESPACE" --include-crds
    ///         fi
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ConfigManagementPlugin
    /// metadata: {name: own}
    /// spec:
    ///   generate: {command: [/usr/local/bin/render]}
    /// ```
    pub(super) static LONG_SCRIPT = {
        code: "ARG409",
        summary: "script that stands before the reason of every failure",
        severity: Info,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: long_script },
    }
}

fn long_script(manifest: &Manifest, findings: &mut Findings<'_>) {
    for plugin in Plugin::all(manifest) {
        for command in Command::all(&plugin) {
            let Some(script) = command.script().filter(|script| script.text.chars().nth(MOST).is_some()) else {
                continue;
            };
            let message =
                format!("all of the script of `{}` stands in front of each of its errors", dotted(command.place));
            plugin.add(findings, &script.pointer, message).help("put it into a file of the image, and run that");
        }
    }
}
