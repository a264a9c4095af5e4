//! Sync options: their names, and those that do not go together.

use super::{Application, Check, Findings, Manifest, declare_rule, did_you_mean, is_templated};
use crate::{
    diagnostic::Safety,
    grammar::COMPARE_OPTIONS,
    sync::{SYNC_OPTIONS, SYNC_OPTIONS_AT, values},
};

/// Who may say an option.
#[derive(Clone, Copy, PartialEq)]
enum Level {
    Application,
    Object,
    Both,
}

/// An option: its name, its values, and who may say it.
type SyncOption = (&'static str, &'static [&'static str], Level);

const SWITCH: &[&str] = &["true", "false"];

/// As <https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/> has them. Some values say what is so anyway.
const OPTIONS: [SyncOption; 14] = [
    ("ApplyOutOfSyncOnly", SWITCH, Level::Application),
    ("ClientSideApplyMigration", SWITCH, Level::Application),
    ("CreateNamespace", SWITCH, Level::Application),
    ("Delete", &["false", "confirm", "true"], Level::Both),
    ("FailOnSharedResource", SWITCH, Level::Application),
    ("Force", SWITCH, Level::Object),
    ("Prune", &["false", "confirm", "true"], Level::Both),
    ("PruneLast", SWITCH, Level::Both),
    ("PrunePropagationPolicy", &["foreground", "background", "orphan"], Level::Application),
    ("Replace", SWITCH, Level::Both),
    ("RespectIgnoreDifferences", SWITCH, Level::Application),
    ("ServerSideApply", SWITCH, Level::Both),
    ("SkipDryRunOnMissingResource", SWITCH, Level::Both),
    ("Validate", SWITCH, Level::Both),
];

const COMPARED: &str = "write it into the annotation `argocd.argoproj.io/compare-options`";

/// What is wrong with an option.
enum Flaw {
    /// Argo CD reads it elsewhere.
    Misplaced(&'static str),
    /// It is nearly this one.
    Misspelt(String),
    /// Nothing is like it.
    Unknown,
}

fn flaw(text: &str, at: Level) -> Option<Flaw> {
    let bare: String = text.split_whitespace().collect();
    let (name, value) = bare.split_once('=').unwrap_or((&bare, ""));
    let Some((known, values, level)) = OPTIONS.iter().find(|(known, ..)| known.eq_ignore_ascii_case(name)) else {
        let is_compared = COMPARE_OPTIONS.iter().any(|known| known.eq_ignore_ascii_case(name));
        return Some(if is_compared { Flaw::Misplaced(COMPARED) } else { Flaw::Unknown });
    };
    let Some(value) = values.iter().find(|known| known.eq_ignore_ascii_case(value)) else {
        let switched = match value.to_ascii_lowercase().as_str() {
            "yes" | "on" | "1" => "true",
            "no" | "off" | "0" => "false",
            _ => return Some(Flaw::Unknown),
        };
        let is_switch = values.contains(&switched);
        return Some(if is_switch { Flaw::Misspelt(format!("{known}={switched}")) } else { Flaw::Unknown });
    };
    let meant = format!("{known}={value}");
    match level {
        Level::Object if at == Level::Application => {
            Some(Flaw::Misplaced("write it into the annotation `argocd.argoproj.io/sync-options` of the objects"))
        }
        Level::Application if at == Level::Object => {
            Some(Flaw::Misplaced("write it into `spec.syncPolicy.syncOptions` of the Application"))
        }
        _ => (meant != text).then_some(Flaw::Misspelt(meant)),
    }
}

declare_rule! {
    /// ## What it does
    /// Checks the names and values of sync options: those of Applications, and those in the annotation
    /// `argocd.argoproj.io/sync-options` of any object; and that an option stands where Argo CD reads it.
    ///
    /// ## Why is this bad?
    /// Argo CD compares them letter by letter (`HasOption` in its `types.go`): of `createNamespace=true`,
    /// `CreateNamespace = true` or `ServerSideApply=True` it takes no notice, and says nothing. `Force=true` is read from
    /// objects only, `CreateNamespace=true` from Applications only.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   syncPolicy:
    ///     syncOptions: [createNamespace=true, "ServerSideApply = true", Force=true, ApplyOutOfSync=true]
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec: {syncPolicy: {syncOptions: [PruneLast=yes, ServerSideDiff=true]}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/sync-options: "Force=true, Replace=True, CreateNamespace=true"}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   syncPolicy:
    ///     syncOptions: [CreateNamespace=true, Validate=false, PrunePropagationPolicy=orphan, Prune=confirm]
    /// ---
    /// apiVersion: batch/v1
    /// kind: Job
    /// metadata:
    ///   name: migrate
    ///   annotations: {argocd.argoproj.io/sync-options: "Force=true, Replace=true"}
    /// ```
    pub(super) static UNKNOWN = {
        code: "ARG301",
        summary: "sync option that Argo CD does not read",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: unknown },
    }
}

fn unknown(manifest: &Manifest, findings: &mut Findings<'_>) {
    for text in values(manifest, SYNC_OPTIONS) {
        report(manifest, SYNC_OPTIONS_AT, text, Level::Object, findings);
    }
    let Some(application) = Application::of(manifest) else { return };
    for (pointer, option) in application.items("/spec/syncPolicy/syncOptions") {
        if let Some(text) = option.as_str().filter(|text| !is_templated(text)) {
            report(manifest, &pointer, text, Level::Application, findings);
        }
    }
}

fn report(manifest: &Manifest, pointer: &str, text: &str, at: Level, findings: &mut Findings<'_>) {
    match flaw(text, at) {
        None => {}
        Some(Flaw::Misplaced(help)) => {
            let message = format!("the sync option `{text}` has no effect here");
            findings.add(manifest, pointer, message).help(help);
        }
        Some(Flaw::Misspelt(meant)) => {
            let message = format!("Argo CD does not take `{text}` for `{meant}`");
            let mut finding = findings.add(manifest, pointer, message);
            finding.help(format!("write `{meant}`"));
            if at == Level::Application {
                finding.replace(manifest, pointer, meant.as_str(), Safety::Unsafe, format!("write `{meant}`"));
            }
        }
        Some(Flaw::Unknown) => {
            let message = format!("`{text}` is no sync option");
            let known = OPTIONS.iter().filter(|(.., level)| *level == Level::Both || *level == at);
            let known: Vec<_> =
                known.flat_map(|(name, values, _)| values.iter().map(move |it| format!("{name}={it}"))).collect();
            let hint = did_you_mean(text, known.iter().map(String::as_str), "remove it: Argo CD takes no notice of it");
            findings.add(manifest, pointer, message).help(hint);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What Argo CD does anyway is no error here, and a spec that says it is told to leave it out.
    const USUAL: [&str; 2] = ["Delete=true", "Prune=true"];

    #[test]
    fn specs_take_the_same_options() {
        for option in crate::grammar::SYNC_OPTIONS {
            assert!(flaw(option, Level::Application).is_none(), "{option}");
        }
        for (name, values, level) in OPTIONS {
            let taken = |value: &&&str| crate::grammar::SYNC_OPTIONS.contains(&format!("{name}={value}").as_str());
            let refused: Vec<&&str> = values.iter().filter(|value| !taken(value)).collect();
            match level {
                Level::Object => assert_eq!(refused.len(), values.len(), "{name}"),
                _ if values == SWITCH => assert_eq!(refused.len(), 1, "{name}"),
                _ => assert!(refused.iter().all(|value| USUAL.contains(&format!("{name}={value}").as_str())), "{name}"),
            }
        }
    }
}
