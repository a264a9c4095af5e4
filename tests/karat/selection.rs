//! What is rendered of one app alone is what is rendered of it among all others, however apps call each other.

use karat::{
    diagnostic::{Diagnostic, Severity},
    model::{LoadOptions, load},
    node::yaml,
    render::render,
    source::MemoryTree,
};
use proptest::prelude::*;

/// Names of which some begin with others, and some are put together from others.
const APPS: [&str; 6] = ["a", "ab", "web", "dev-web", "web-db", "dev"];

/// One connection: who calls whom, how that is written, and in which layer.
type Call = (usize, usize, usize, usize);

const SPELLINGS: usize = 7;
const LAYERS: usize = 5;

/// The entries of `connections` for one call.
fn entry((_, callee, spelling, _): Call, number: usize) -> String {
    let name = APPS[callee];
    let (first, rest) = name.split_at(1);
    let value = match spelling {
        0 => name.to_owned(),
        1 => format!("\"{name}\""),
        2 => format!("\"\\x{:02x}{rest}\"", first.as_bytes()[0]),
        3 => "'${env.name}-web'".to_owned(),
        4 => "\"${app.name}-db\"".to_owned(),
        5 => format!("\"{first}\\\n      {rest}\""),
        _ => "\"${app.team}\"".to_owned(),
    };
    format!("call{number}: {{ \"app\": {value}, port: http }}")
}

/// A repository whose apps all listen; the port of some of them is what a connection of theirs says.
fn tree(calls: &[Call], ports: &[Option<usize>]) -> MemoryTree {
    let connections = |layer: usize, caller: Option<usize>| {
        let own =
            calls.iter().enumerate().filter(|(_, call)| call.3 == layer && caller.is_none_or(|app| call.0 == app));
        let entries: Vec<String> = own.map(|(number, call)| entry(*call, number)).collect();
        format!("{{ connections: {{ {} }} }}", entries.join(", "))
    };
    let header = |kind: &str| format!("apiVersion: karat/v1\nkind: {kind}\n");
    let shared = format!("defaults: {{ network: {} }}\n", connections(2, None));
    let environment = format!(
        "metadata: {{ name: dev }}\noverrides: {{ network: {} }}\nenforce: {{ network: {} }}\n",
        connections(3, None),
        connections(4, None),
    );
    let mut tree = MemoryTree::default()
        .with("karat.yaml", header("Project") + "argocd: { repoURL: https://git.example/a.git }\n")
        .with("envs/defaults.yaml", header("EnvironmentDefaults") + &shared)
        .with("envs/dev/env.yaml", header("Environment") + &environment)
        .with("envs/prod/env.yaml", header("Environment") + "metadata: { name: prod }\n");
    for (at, name) in APPS.iter().enumerate() {
        let target = ports[at].map_or("8080".into(), |number| format!("\"${{connections.call{number}.port}}\""));
        let app = format!(
            "metadata: {{ name: {name}, team: {} }}\ncontainers: {{ main: {{ image: acme/x:1, env: {{ A: \"${{app.name}}\" }} }} }}\n\
             service: {{ main: {{ ports: {{ http: {{ port: {}, target: {target} }} }} }} }}\n\
             network: {{ defaultDeny: true, allow: {{ dns: false }}, accept: {{}} }}\n",
            APPS[(at + 1) % APPS.len()],
            8000 + at,
        );
        let app = app.replace("accept: {}", connections(0, Some(at)).trim_matches(['{', '}']).trim());
        let overlay = format!("metadata: {{ name: {name} }}\nnetwork: {}\n", connections(1, Some(at)));
        tree = tree
            .with(&format!("envs/base/{name}/app.yaml"), header("App") + &app)
            .with(&format!("envs/dev/{name}.yaml"), header("AppOverlay") + &overlay);
    }
    tree
}

/// The documents of an app, or the errors.
fn rendered(tree: &MemoryTree, app: &str, apps: Vec<String>) -> Result<Vec<String>, Vec<String>> {
    let options = LoadOptions { environments: vec!["dev".into()], apps, ..LoadOptions::default() };
    let loaded = load(tree, &options).unwrap();
    let mut diagnostics = loaded.diagnostics;
    let set = render(&loaded.environments[0], &mut diagnostics);
    let text = |finding: &Diagnostic| {
        let place = finding.primary.as_ref().map(|label| loaded.sources.describe(label.span));
        format!("{place:?} {}", finding.message)
    };
    let errors: Vec<String> =
        diagnostics.iter().filter(|finding| finding.severity == Severity::Error).map(text).collect();
    if !errors.is_empty() {
        return Err(errors);
    }
    let own = set.manifests().iter().filter(|manifest| manifest.owner.directory() == app);
    Ok(own.map(|manifest| yaml::write(&manifest.object)).collect())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(192))]

    #[test]
    fn one_app_alone_is_the_same_as_among_all(
        calls in prop::collection::vec((0..APPS.len(), 0..APPS.len(), 0..SPELLINGS, prop_oneof![8 => 0..2_usize, 1 => 2..LAYERS]), 0..6),
        ports in prop::collection::vec(prop::option::weighted(0.1, 0..2_usize), APPS.len()),
    ) {
        let tree = tree(&calls, &ports);
        for app in APPS {
            let (all, one) = (rendered(&tree, app, Vec::new()), rendered(&tree, app, vec![app.into()]));
            match (all, one) {
                (Ok(all), one) => prop_assert_eq!(Ok(all), one, "{}", app),
                (Err(all), Err(one)) => prop_assert!(one.iter().all(|error| all.contains(error)), "{:#?} {:#?}", all, one),
                // The error is of an app that this one does not need.
                (Err(_), Ok(_)) => {}
            }
        }
    }
}

#[test]
fn errors_of_others_do_not_hide_ones_own() {
    let calls = [(0, 3, 4, 0)];
    let tree = tree(&calls, &[None; 6]);
    let errors = rendered(&tree, "a", vec!["a".into()]).unwrap_err();
    assert_eq!(errors, [r#"Some("envs/base/a/app.yaml:6:85") there is no app `a-db`"#]);
}

#[test]
fn most_of_these_repositories_are_sound() {
    let calls = [(2, 4, 4, 0), (0, 1, 2, 1), (1, 3, 3, 0), (3, 0, 6, 1), (5, 2, 5, 0), (4, 5, 0, 3)];
    let tree = tree(&calls, &[None, None, Some(0), None, None, None]);
    for app in APPS {
        let documents = rendered(&tree, app, vec![app.into()]).unwrap();
        assert!(documents.iter().any(|document| document.contains("kind: NetworkPolicy")), "{app}");
        assert_eq!(Ok(documents), rendered(&tree, app, Vec::new()), "{app}");
    }
}
