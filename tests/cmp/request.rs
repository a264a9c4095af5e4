//! What the repo-server tells a plugin of an Application (`reposerver/repository/repository.go` of Argo CD).

use std::{fs, path::Path};

use serde_json::{Value, json};

/// The commit that is rendered.
const REVISION: &str = "0123456789abcdef0123456789abcdef01234567";

/// An Application whose source is a plugin, as far as the plugin hears of it.
#[derive(Clone, Debug)]
pub(crate) struct Application {
    pub(crate) name: &'static str,
    /// The path of its source in the repository.
    pub(crate) path: String,
    /// `source.plugin`, unless the plugin was discovered.
    pub(crate) plugin: Option<Plugin>,
    /// Whether the cluster is known: to a source hydrator it is not.
    pub(crate) knows_cluster: bool,
}

/// `spec.source.plugin`.
#[derive(Clone, Debug, Default)]
pub(crate) struct Plugin {
    /// Names, without their prefix, and values.
    pub(crate) env: Vec<(String, String)>,
    /// `parameters`, each with a `name` and a `string`, an `array` or a `map`; null if the field is absent.
    pub(crate) parameters: Value,
}

impl Default for Application {
    fn default() -> Self {
        Self { name: "shop", path: "app".to_owned(), plugin: None, knows_cluster: true }
    }
}

/// What a plugin is asked for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Asked {
    #[default]
    Manifests,
    Match,
    Parameters,
    Configuration,
}

impl Application {
    /// The same with what `.argocd-source.yaml` and `.argocd-source-<name>.yaml` in its path say of the plugin. A list
    /// takes the place of the whole list before it.
    pub(crate) fn overridden(mut self, repository: &Path) -> Self {
        let plugin = self.plugin.take().unwrap_or_default();
        let env: Vec<_> = plugin.env.iter().map(|(name, value)| json!({"name": name, "value": value})).collect();
        let mut source = json!({"plugin": {"env": env, "parameters": plugin.parameters}});
        for file in [".argocd-source.yaml".to_owned(), format!(".argocd-source-{}.yaml", self.name)] {
            if let Ok(text) = fs::read_to_string(repository.join(&self.path).join(file)) {
                json_patch::merge(&mut source, &yaml_serde::from_str(&text).unwrap());
            }
        }
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let entries = source["plugin"]["env"].as_array().into_iter().flatten();
        let env = entries.map(|entry| (text(&entry["name"]), text(&entry["value"]))).collect();
        self.plugin = Some(Plugin { env, parameters: source["plugin"]["parameters"].clone() });
        self
    }

    /// One whose plugin has parameters.
    pub(crate) fn with_parameters(parameters: Value) -> Self {
        Self { plugin: Some(Plugin { parameters, ..Plugin::default() }), ..Self::default() }
    }

    /// The variables for a command: the build's own first, the user's behind them.
    pub(crate) fn env(&self, asked: Asked) -> Vec<(String, String)> {
        let mut env = self.build_env(asked);
        if asked == Asked::Manifests {
            let (version, apis) = if self.knows_cluster { ("1.34", "v1,apps/v1") } else { ("", "") };
            env.extend([("KUBE_VERSION".into(), version.into()), ("KUBE_API_VERSIONS".into(), apis.into())]);
        }
        let Some(plugin) = self.plugin.as_ref().filter(|_| asked != Asked::Match) else { return env };
        let own: Vec<_> =
            plugin.env.iter().map(|(name, value)| (format!("ARGOCD_ENV_{name}"), expand(value, &env))).collect();
        env.extend(own);
        // Without parameters, the value is `null`.
        env.push(("ARGOCD_APP_PARAMETERS".into(), plugin.parameters.to_string()));
        plugin.parameters.as_array().into_iter().flatten().for_each(|parameter| variables(parameter, &mut env));
        env
    }

    fn build_env(&self, asked: Asked) -> Vec<(String, String)> {
        let mut env = vec![("ARGOCD_APP_NAME", self.name)];
        if asked != Asked::Parameters {
            env.extend([("ARGOCD_APP_NAMESPACE", "shop-dev"), ("ARGOCD_APP_PROJECT_NAME", "default")]);
        }
        env.push(("ARGOCD_APP_REVISION", REVISION));
        if asked != Asked::Parameters {
            env.extend([
                ("ARGOCD_APP_REVISION_SHORT", &REVISION[..7]),
                ("ARGOCD_APP_REVISION_SHORT_8", &REVISION[..8]),
            ]);
        }
        env.extend([
            ("ARGOCD_APP_SOURCE_REPO_URL", "https://git.example.com/shop.git"),
            ("ARGOCD_APP_SOURCE_PATH", &self.path),
            ("ARGOCD_APP_SOURCE_TARGET_REVISION", "main"),
        ]);
        env.into_iter().map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
    }
}

/// The variables of one parameter: `PARAM_IMAGES_0`.
fn variables(parameter: &Value, env: &mut Vec<(String, String)>) {
    let name = format!("PARAM_{}", escaped(parameter["name"].as_str().unwrap()));
    let text = |value: &Value| value.as_str().unwrap().to_owned();
    if parameter["string"].is_string() {
        env.push((name.clone(), text(&parameter["string"])));
    }
    for (key, value) in parameter["map"].as_object().into_iter().flatten() {
        env.push((format!("{name}_{}", escaped(key)), text(value)));
    }
    for (at, value) in parameter["array"].as_array().into_iter().flatten().enumerate() {
        env.push((format!("{name}_{at}"), text(value)));
    }
}

fn escaped(name: &str) -> String {
    let upper = name.to_uppercase();
    upper.chars().map(|letter| if letter.is_ascii_alphanumeric() { letter } else { '_' }).collect()
}

/// Puts the build's variables into a value. One that there is not is empty, and `$$` is a dollar.
fn expand(value: &str, env: &[(String, String)]) -> String {
    let (mut expanded, mut rest) = (String::new(), value);
    while let Some((before, behind)) = rest.split_once('$') {
        expanded.push_str(before);
        let (name, tail) = variable(behind);
        match name {
            "$" => expanded.push('$'),
            name => expanded.extend(env.iter().rfind(|(known, _)| known == name).map(|(_, value)| value.as_str())),
        }
        rest = tail;
    }
    expanded + rest
}

/// The name behind a dollar, `NAME` or `{NAME}`, and what follows.
fn variable(text: &str) -> (&str, &str) {
    if let Some((name, rest)) = text.strip_prefix('{').and_then(|inside| inside.split_once('}')) {
        return (name, rest);
    }
    if text.starts_with('$') {
        return text.split_at(1);
    }
    let is_name = |letter: char| letter.is_ascii_alphanumeric() || letter == '_';
    text.split_at(text.find(|letter| !is_name(letter)).unwrap_or(text.len()))
}

#[test]
fn parameters_are_variables() {
    let parameters = json!([
        {"name": "image.tag", "string": "1.2"},
        {"name": "image-tag", "array": ["a", "b"]},
        {"name": "labels", "map": {"team.name": "shop"}},
    ]);
    let env = Application::with_parameters(parameters.clone()).env(Asked::Parameters);
    let own: Vec<_> = env
        .iter()
        .filter(|(name, _)| name.starts_with("PARAM_"))
        .map(|(name, value)| (name.as_str(), value.as_str()))
        .collect();
    assert_eq!(
        own,
        [
            ("PARAM_IMAGE_TAG", "1.2"),
            ("PARAM_IMAGE_TAG_0", "a"),
            ("PARAM_IMAGE_TAG_1", "b"),
            ("PARAM_LABELS_TEAM_NAME", "shop")
        ]
    );
    assert!(env.contains(&("ARGOCD_APP_PARAMETERS".to_owned(), parameters.to_string())));
}

#[test]
fn only_the_build_is_put_into_values() {
    let env = vec![("ARGOCD_APP_NAME".to_owned(), "shop".to_owned())];
    assert_eq!(expand("a-$ARGOCD_APP_NAME-${ARGOCD_APP_NAME}-$HOME-$$x$", &env), "a-shop-shop--$x");
}
