//! Changes that the cluster refuses: `check` and `golden` warn of them while there is something to compare with.

use std::fmt::Write as _;

use crate::command::Repository;

const BINDING: &str = "extra:
  binding:
    apiVersion: rbac.authorization.k8s.io/v1
    kind: RoleBinding
    metadata: { name: readers, annotations: { note: none } }
    roleRef: { apiGroup: rbac.authorization.k8s.io, kind: ClusterRole, name: view }
    subjects: [{ apiGroup: rbac.authorization.k8s.io, kind: Group, name: readers }]
";

const APP: &str = "envs/base/hello/app.yaml";

/// A repository whose golden files have a RoleBinding.
fn repository() -> Repository {
    let repository = Repository::new();
    let app = repository.read(APP) + BINDING;
    repository.write(APP, &app);
    let written = repository.karat(&["golden"]);
    assert_eq!((written.code, written.stderr.as_str()), (0, ""), "{}", written.stdout);
    repository
}

#[test]
fn a_refused_change_is_said_while_it_can_be_seen() {
    let repository = repository();
    repository.edit(APP, "name: view", "name: edit");
    let checked = repository.karat(&["check", "--only", "GLD007"]);
    assert_eq!(checked.code, 0);
    insta::assert_snapshot!(checked.stdout);
    let both = repository.karat(&["check"]);
    assert!(both.code == 1 && both.stdout.contains("GLD001") && both.stdout.contains("GLD007"), "{}", both.stdout);
    let part = repository.karat(&["golden", "-e", "dev"]);
    assert!(part.code == 0 && part.stderr.contains("in:   dev (RoleBinding readers)"), "{}", part.stderr);
    let written = repository.karat(&["golden"]);
    assert!(written.code == 0 && written.stderr.contains("prod, staging (RoleBinding readers)"), "{}", written.stderr);
    assert_eq!(repository.karat(&["golden"]).stderr, "");
    assert!(repository.karat(&["check"]).stdout.starts_with("no findings"));
}

#[test]
fn what_is_made_anew_may_change() {
    let mut said = String::new();
    for (annotation, code) in [
        ("argocd.argoproj.io/sync-options: \"Force=true,Replace=true\"", 0),
        ("argocd.argoproj.io/sync-options: \"Prune=false, Force=true\"", 0),
        ("argocd.argoproj.io/sync-options: \"ServerSideApply=true,Force=true\"", 1),
        ("argocd.argoproj.io/sync-options: Replace=true", 1),
        ("argocd.argoproj.io/hook: PreSync", 0),
        ("argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: HookFailed", 1),
        ("argocd.argoproj.io/hook: PreSync, argocd.argoproj.io/hook-delete-policy: \"HookFailed,HookSucceeded\"", 0),
        ("helm.sh/hook: pre-install", 0),
        ("helm.sh/hook: pre-install, helm.sh/hook-delete-policy: hook-failed", 1),
    ] {
        let repository = repository();
        repository.edit(APP, "name: view", "name: edit");
        repository.edit(APP, "note: none", annotation);
        let checked = repository.karat(&["check", "--only", "GLD007", "--fail-on", "warning"]);
        if checked.code != code {
            writeln!(said, "{annotation}: {}", checked.stdout).unwrap();
        }
    }
    assert_eq!(said, "");
}

#[test]
fn the_values_of_secrets_are_not_shown() {
    let repository = Repository::new();
    let secret = "extra:\n  secret:\n    apiVersion: v1\n    kind: Secret\n    metadata: { name: s }\n    immutable: true\n    stringData: { password: hunter2 }\n";
    let app = repository.read(APP) + secret;
    repository.write(APP, &app);
    assert_eq!(repository.karat(&["golden"]).code, 0);
    repository.edit(APP, "hunter2", "hunter3");
    let checked = repository.karat(&["check", "--only", "GLD007"]).stdout;
    assert!(checked.contains("refuses to change `/stringData/password` of Secret `s`"), "{checked}");
    assert!(!checked.contains("hunter"), "{checked}");
}
