//! `ApplicationSet` (argoproj.io/v1alpha1): the Applications of all apps from one object, in place of one file for each.
//!
//! What all Applications have in common is the template; a name, a path, a project, a namespace and a wave are its
//! parameters; anything else in which an app differs is a patch of its own (`templatePatch`).

mod parameters;

use parameters::{Parameters, TABLE};
use smol_str::format_smolstr;

use super::{Graph, Kind, Render, argocd, labels, source::Repository, template};
use crate::{
    diagnostic::Diagnostic,
    grammar::BAD_VALUE,
    manifest::{Manifest, Owner},
    model::{Environment, SetSettings},
    node::{Map, Node, object},
    sync::SYNC_WAVE,
};

/// It is made from Applications, so no stage of [`super::KINDS`] renders it.
static KIND: Kind = Kind {
    api_version: argocd::API_VERSION,
    name: "ApplicationSet",
    render: Render::Environment(|_, _, _, _| Vec::new()),
};

/// The last part of the set's name.
const NAME: &str = "apps";

/// Puts a set in place of the apps' Applications, where that is asked for, and gives what the set generates.
pub(super) fn fold(
    environment: &Environment,
    graph: &Graph<'_>,
    manifests: &mut Vec<Manifest>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Vec<Manifest> {
    let (Some(settings), Some(repository)) = (&environment.spec.argocd, Repository::of(environment)) else {
        return Vec::new();
    };
    let asked = &settings.applications;
    let in_git = match asked.as_str() {
        Some("set-list") => false,
        Some("set-git") if repository.is_plugin() => {
            diagnostics.push(no_directories(asked, &settings.source));
            return Vec::new();
        }
        Some("set-git") => true,
        _ => return Vec::new(),
    };
    let (mut children, others): (Vec<_>, Vec<_>) =
        std::mem::take(manifests).into_iter().partition(|manifest| argocd::is_child(environment, manifest));
    *manifests = others;
    if !children.is_empty() {
        let rolling = settings.application_set.as_ref().filter(|set| is_rolling(set));
        for child in &mut children {
            generate(child, rolling.is_some());
        }
        let elements = children.iter().map(|child| Element::new(environment, child, rolling.is_some())).collect();
        let set = Set { environment, repository, settings: settings.application_set.as_ref(), in_git, elements };
        manifests.push(set.render(asked, graph.wave_of_cluster().saturating_add(1)));
    }
    children
}

/// Makes an Application what a set generates in its place.
///
/// A set makes all Applications at once, so a wave has no effect but in the steps of a rolling sync, which syncs by itself.
fn generate(child: &mut Manifest, is_rolling: bool) {
    let application = &mut child.object;
    let wave = template::take(application, &["metadata", "annotations", SYNC_WAVE]);
    if is_rolling {
        template::take(application, &["spec", "syncPolicy", "automated"]);
        if template::get(application, &["spec", "syncPolicy"]).is_some_and(|policy| policy.entries().is_empty()) {
            template::take(application, &["spec", "syncPolicy"]);
        }
        template::put(application, &["metadata", "labels", labels::WAVE], wave.unwrap_or_else(|| "0".into()));
    }
}

fn is_rolling(set: &SetSettings) -> bool {
    set.rolling.as_ref().and_then(Node::as_bool) == Some(true)
}

fn no_directories(asked: &Node, source: &Node) -> Diagnostic {
    Diagnostic::new(&BAD_VALUE, "`set-git` looks for directories of golden files, and the plugin reads none")
        .at(asked.span)
        .related(source.span, "the plugin is asked for here")
        .help("take `set-list`, or `source: golden`")
}

/// One app of the set.
struct Element {
    parameters: Parameters,
    /// Its Application, as a set would make it.
    application: Node,
}

impl Element {
    fn new(environment: &Environment, child: &Manifest, is_rolling: bool) -> Self {
        let mut application = child.object.clone();
        for path in [&["apiVersion"][..], &["kind"], &["metadata", "namespace"]] {
            template::take(&mut application, path);
        }
        let wave = template::get(&application, &["metadata", "labels", labels::WAVE]).filter(|_| is_rolling);
        let wave = wave.and_then(Node::scalar_text);
        let app = child.app.clone().unwrap_or_default();
        let own = |path: &[&str]| template::get(&child.object, path).cloned().unwrap_or_else(|| "".into());
        let parameters = Parameters {
            path: format_smolstr!("golden/{}/{app}", environment.name.text),
            app,
            project: own(&["spec", "project"]),
            namespace: own(&["spec", "destination", "namespace"]),
            wave,
        };
        Self { parameters, application }
    }

    /// Whether the Application holds at a place what its parameters say.
    fn fills(&self, path: &[&str], environment: &Environment, is_plugin: bool) -> bool {
        let own = self.parameters.places(environment, is_plugin);
        let expected = own.iter().find(|(place, _)| *place == path).map(|(_, value)| value);
        expected.is_some() && template::get(&self.application, path) == expected
    }
}

struct Set<'a> {
    environment: &'a Environment,
    repository: Repository<'a>,
    settings: Option<&'a SetSettings>,
    in_git: bool,
    elements: Vec<Element>,
}

impl Set<'_> {
    fn render(mut self, asked: &Node, wave: i64) -> Manifest {
        let (made, keeps_objects) = (self.template(asked), self.keeps_objects());
        let patches = self.patches(&made.without_parameters);
        let is_patched = patches.iter().any(Option::is_some);
        let patch =
            if self.in_git { format_smolstr!("{{{{ toJson {TABLE}.patch }}}}") } else { "{{ toJson .patch }}".into() };
        let mut annotations = argocd::in_wave(wave);
        annotations.entries_mut().for_each(|(_, node)| node.span = asked.span);
        let metadata = object! {
            "name": argocd::name(self.environment, &NAME.into()),
            "namespace": argocd::namespace(self.environment),
            "labels": argocd::labels(),
            "annotations": annotations,
        };
        let policy = object! {
            "applicationsSync": self.settings.and_then(|settings| settings.policy.as_ref()),
            "preserveResourcesOnDeletion": keeps_objects.then(|| Node::new(true, asked.span)),
        };
        let spec = object! {
            "goTemplate": Node::new(true, asked.span),
            "goTemplateOptions": Node::new(vec![Node::new("missingkey=error", asked.span)], asked.span),
            "generators": vec![template::caused(self.generator(patches, is_patched), asked.span)],
            "strategy": self.strategy(),
            "syncPolicy": (!policy.entries().is_empty()).then_some(policy),
            "template": made.whole,
            "templatePatch": is_patched.then(|| Node::new(patch, asked.span)),
        };
        KIND.with_metadata(Owner::Argocd, None, metadata, object! { "spec": spec })
    }

    fn is_rolling(&self) -> bool {
        self.settings.is_some_and(is_rolling)
    }

    /// The template, after taking out of the Applications what its parameters fill. A place that holds something else in
    /// one of them is none of a parameter.
    fn template(&mut self, asked: &Node) -> Template {
        let (environment, is_plugin) = (self.environment, self.repository.is_plugin());
        let expressions = Parameters::expressions(self.in_git, environment, self.is_rolling());
        let mut places = expressions.places(environment, is_plugin);
        places.retain(|(path, _)| self.elements.iter().all(|element| element.fills(path, environment, is_plugin)));
        for element in &mut self.elements {
            for (path, _) in &places {
                template::take(&mut element.application, path);
            }
        }
        let mut applications = self.elements.iter().map(|element| &element.application);
        let first = applications.next().cloned().unwrap_or_else(|| Node::made(Map::new()));
        let nothing = || Node::made(Map::new());
        let without_parameters =
            applications.fold(first, |shared, other| template::common(&shared, other).unwrap_or_else(nothing));
        let mut whole = template::literal(&without_parameters);
        for (path, expression) in places {
            template::put(&mut whole, path, template::caused(expression, asked.span));
        }
        Template { whole, without_parameters }
    }

    /// What each Application has beside the template.
    fn patches(&self, shared: &Node) -> Vec<Option<Node>> {
        self.elements.iter().map(|element| template::difference(shared, &element.application)).collect()
    }

    /// Whether the controller must not add the finalizer that it gives to Applications without one.
    fn keeps_objects(&self) -> bool {
        let has_finalizer =
            |element: &Element| template::get(&element.application, &["metadata", "finalizers"]).is_some();
        let with = self.elements.iter().filter(|element| has_finalizer(element)).count();
        with < self.elements.len()
    }

    fn generator(&self, patches: Vec<Option<Node>>, is_patched: bool) -> Node {
        let elements = self.elements.iter().zip(patches).map(|(element, patch)| {
            let parameters = &element.parameters;
            let app = (!self.in_git).then(|| parameters.app.clone());
            let patch = is_patched.then(|| patch.unwrap_or_else(|| Node::made(Map::new())));
            object! {
                "app": app,
                "namespace": &parameters.namespace,
                "project": &parameters.project,
                "wave": parameters.wave.clone(),
                "patch": patch,
            }
        });
        if !self.in_git {
            return object! { "list": object! { "elements": elements.collect::<Vec<_>>() } };
        }
        let names = self.elements.iter().map(|element| element.parameters.app.as_str().into());
        let table = Node::made(names.zip(elements).collect::<Map>());
        let directory = |name: &str| format_smolstr!("golden/{}/{name}", self.environment.name.text);
        let git = object! {
            "repoURL": self.repository.url(),
            "revision": self.repository.revision(),
            "directories": vec![
                object! { "path": directory("*") },
                object! { "path": directory("_*"), "exclude": true },
            ],
            "values": object! { "apps": template::escape(&table.to_json().to_string()) },
        };
        object! { "git": git }
    }

    /// One step for each wave; every app is in one of them, and in one only.
    fn strategy(&self) -> Option<Node> {
        let settings = self.settings.filter(|settings| is_rolling(settings))?;
        let mut waves: Vec<i64> =
            self.elements.iter().filter_map(|element| element.parameters.wave.as_ref()?.parse().ok()).collect();
        waves.sort_unstable();
        waves.dedup();
        let steps = waves.iter().map(|wave| {
            let values = vec![Node::made(format_smolstr!("{wave}"))];
            let expression = object! { "key": labels::WAVE, "operator": "In", "values": values };
            object! { "matchExpressions": vec![expression], "maxUpdate": &settings.max_update }
        });
        let steps: Vec<Node> = steps.collect();
        let span = settings.rolling.as_ref().and_then(|rolling| rolling.span);
        let strategy = object! { "type": "RollingSync", "rollingSync": object! { "steps": steps } };
        Some(template::caused(strategy, span))
    }
}

struct Template {
    /// With expressions in the places of parameters.
    whole: Node,
    /// What all Applications have in common beside their parameters.
    without_parameters: Node,
}
