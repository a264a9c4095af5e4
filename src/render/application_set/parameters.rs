//! What differs between the Applications of a set by their nature: the parameters of its template.

use smol_str::{SmolStr, format_smolstr};

use crate::{
    model::Environment,
    node::{Node, object},
    render::labels,
};

/// What the directories of an environment are known by in a set that is made from them.
pub(super) const TABLE: &str = "(index (fromJson .values.apps) .path.basename)";

/// What the template is filled with: values for one app, or the expressions that stand for them.
pub(super) struct Parameters {
    pub(super) app: SmolStr,
    pub(super) path: SmolStr,
    pub(super) project: Node,
    pub(super) namespace: Node,
    pub(super) wave: Option<SmolStr>,
}

impl Parameters {
    /// What stands for the values in a template.
    pub(super) fn expressions(in_git: bool, environment: &Environment, is_rolling: bool) -> Self {
        let source = if in_git { TABLE } else { "" };
        let parameter = |name: &str| format_smolstr!("{{{{ {source}.{name} }}}}");
        let (app, path) = if in_git {
            ("{{ .path.basename }}".into(), "{{ .path.path }}".into())
        } else {
            (parameter("app"), format_smolstr!("golden/{}/{{{{ .app }}}}", environment.name.text))
        };
        Self {
            app,
            path,
            project: parameter("project").into(),
            namespace: parameter("namespace").into(),
            wave: is_rolling.then(|| parameter("wave")),
        }
    }

    /// The places of an Application that they fill.
    pub(super) fn places(&self, environment: &Environment, is_plugin: bool) -> Vec<(&'static [&'static str], Node)> {
        let app = || Node::made(self.app.clone());
        let name = format_smolstr!("{}-{}", environment.name.text, self.app);
        let mut places: Vec<(&[&str], Node)> = vec![
            (&["metadata", "name"], name.into()),
            (&["metadata", "labels", labels::NAME], app()),
            (&["metadata", "labels", labels::APP], app()),
            (&["spec", "project"], self.project.clone()),
            (&["spec", "destination", "namespace"], self.namespace.clone()),
        ];
        places.push(if is_plugin {
            (&["spec", "source", "plugin", "parameters"], vec![object! { "name": "app", "string": app() }].into())
        } else {
            (&["spec", "source", "path"], self.path.clone().into())
        });
        places.extend(self.wave.iter().map(|wave| (&["metadata", "labels", labels::WAVE][..], wave.clone().into())));
        places
    }
}
