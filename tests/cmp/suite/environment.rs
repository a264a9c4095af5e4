//! What a command sees: variables, its directory, its user's home.

use serde_json::{Value, json};

use crate::{
    case::{Case, Expect},
    request::{Application, Asked, Plugin},
};

/// Prints all variables as one object.
const PRINT: &str = r#"generate:
  command: [sh, -c]
  args: ["echo 'kind: A'; env | sed \"s/'/''/g; s/=/: '/; s/$/'/\""]"#;

pub(super) fn cases() -> Vec<Case> {
    let mut cases = vec![
        Case {
            name: "the sidecar's variables, and the build's",
            spec: PRINT,
            sidecar: &[("OWN", "a=b 'c'"), ("HOME", "/nowhere")],
            expect: Expect::Fields(vec![
                ("OWN", "a=b 'c'".into()),
                ("HOME", "/nowhere".into()),
                ("ARGOCD_APP_NAME", "shop".into()),
                ("ARGOCD_APP_NAMESPACE", "shop-dev".into()),
                ("ARGOCD_APP_PROJECT_NAME", "default".into()),
                ("ARGOCD_APP_REVISION_SHORT", "0123456".into()),
                ("ARGOCD_APP_REVISION_SHORT_8", "01234567".into()),
                ("ARGOCD_APP_SOURCE_PATH", "app".into()),
                ("ARGOCD_APP_SOURCE_REPO_URL", "https://git.example.com/shop.git".into()),
                ("ARGOCD_APP_SOURCE_TARGET_REVISION", "main".into()),
                ("KUBE_VERSION", "1.34".into()),
                ("KUBE_API_VERSIONS", "v1,apps/v1".into()),
                ("ARGOCD_APP_PARAMETERS", Value::Null),
            ]),
            ..Case::default()
        },
        Case {
            name: "no home",
            spec: PRINT,
            expect: Expect::Fields(vec![("HOME", Value::Null), ("ARGOCD_APP_NAME", "shop".into())]),
            ..Case::default()
        },
        Case {
            name: "the request's variable wins over the sidecar's",
            spec: PRINT,
            sidecar: &[("ARGOCD_APP_NAME", "sidecar")],
            expect: Expect::Fields(vec![("ARGOCD_APP_NAME", "shop".into())]),
            ..Case::default()
        },
        Case {
            name: "an unknown cluster",
            spec: PRINT,
            application: Application { knows_cluster: false, ..Application::default() },
            expect: Expect::Fields(vec![("KUBE_VERSION", "".into()), ("KUBE_API_VERSIONS", "".into())]),
            ..Case::default()
        },
        Case {
            name: "the working directory is the Application's path",
            spec: r#"generate: {command: [sh, -c, "echo kind: A; echo path: $(basename $PWD); echo entries: [$(ls -x)]"]}"#,
            application: Application { path: "app".to_owned(), ..Application::default() },
            expect: Expect::Fields(vec![("path", "app".into()), ("entries", json!(["README"]))]),
            ..Case::default()
        },
    ];
    cases.extend(of_plugin());
    cases
}

/// What an Application says of its plugin.
fn of_plugin() -> [Case; 4] {
    let plugin = Plugin {
        env: vec![
            ("REGION".to_owned(), "eu-$ARGOCD_APP_NAME-$HOME-$$x".to_owned()),
            ("EMPTY".to_owned(), String::new()),
            ("JSON".to_owned(), "{\"a\": 1}".to_owned()),
        ],
        parameters: Value::Null,
    };
    [
        Case {
            name: "a plugin block without parameters",
            spec: PRINT,
            application: Application { plugin: Some(plugin), ..Application::default() },
            expect: Expect::Fields(vec![
                ("ARGOCD_ENV_REGION", "eu-shop--$x".into()),
                ("ARGOCD_ENV_EMPTY", "".into()),
                ("ARGOCD_ENV_JSON", "{\"a\": 1}".into()),
                ("REGION", Value::Null),
                ("ARGOCD_APP_PARAMETERS", "null".into()),
            ]),
            ..Case::default()
        },
        Case {
            name: "parameters",
            spec: PRINT,
            application: Application::with_parameters(json!([
                {"name": "image.tag", "string": "1.2"},
                {"name": "hosts", "array": ["a", "b"]},
                {"name": "labels", "map": {"team-name": "it's"}},
            ])),
            expect: Expect::Fields(vec![
                ("PARAM_IMAGE_TAG", "1.2".into()),
                ("PARAM_HOSTS_0", "a".into()),
                ("PARAM_HOSTS_1", "b".into()),
                ("PARAM_LABELS_TEAM_NAME", "it's".into()),
                ("ARGOCD_APP_PARAMETERS", r#"[{"name":"image.tag","string":"1.2"},{"name":"hosts","array":["a","b"]},{"name":"labels","map":{"team-name":"it's"}}]"#.into()),
            ]),
            ..Case::default()
        },
        Case {
            name: "discovery hears of no parameters",
            spec: r#"{generate: {command: [a]}, discover: {find: {command: [sh, -c, "env | grep -e ^PARAM -e ^ARGOCD_APP_PARAMETERS -e ^KUBE; true"]}}}"#,
            application: Application::with_parameters(json!([{"name": "app", "string": "web"}])),
            asked: Asked::Match,
            expect: Expect::Match(false, true),
            ..Case::default()
        },
        Case {
            name: "a variable that no process can take",
            spec: "generate: {command: [echo, 'kind: A']}",
            application: Application {
                plugin: Some(Plugin { env: vec![("HUGE".to_owned(), "x".repeat(1 << 20))], parameters: Value::Null }),
                ..Application::default()
            },
            expect: Expect::Failure(&["error generating manifests: fork/exec ", ": argument list too long"]),
            ..Case::default()
        },
    ]
}
