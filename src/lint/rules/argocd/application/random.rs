//! What makes each rendering another one.

use super::{Application, Check, Findings, KINDS, Manifest, Node, declare_rule};
use crate::node::{Value, escape};

/// Functions of templates that give another result each time: Sprig's, which Helm and ApplicationSets share.
const FUNCTIONS: [&str; 15] = [
    "ago",
    "derivePassword",
    "genCA",
    "genCAWithKey",
    "genPrivateKey",
    "genSelfSignedCert",
    "genSignedCert",
    "now",
    "randAlpha",
    "randAlphaNum",
    "randAscii",
    "randBytes",
    "randInt",
    "randNumeric",
    "uuidv4",
];

/// The variables that hold the commit; others of Argo CD's hold what the Application says.
const REVISION: &str = "ARGOCD_APP_REVISION";

declare_rule! {
    /// ## What it does
    /// Points out what makes each rendering of an Application another one: the variable `$ARGOCD_APP_REVISION` in what a
    /// tool is given, and functions of templates such as `now` and `randAlphaNum` in values of Helm, or in the template of
    /// an ApplicationSet. (What Karat itself renders is the same each time.)
    ///
    /// ## Why is this bad?
    /// With the commit in it, every commit to the repository changes every such Application, and rolls out pods that
    /// nobody touched. A random password is another one with each rendering, so that the Application is never in sync, and
    /// with `selfHeal` is synced for ever. Argo CD's page on the source hydrator asks for output that is the same each time.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source:
    ///     path: cart
    ///     plugin: {name: build, env: [{name: VERSION, value: "${ARGOCD_APP_REVISION_SHORT}"}]}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source:
    ///     chart: redis
    ///     helm: {values: "password: '{{ randAlphaNum 16 }}'\n"}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   goTemplate: true
    ///   template: {metadata: {name: "{{.name}}", annotations: {at: '{{ now | date "2006" }}'}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source:
    ///     path: cart
    ///     plugin: {name: build, env: [{name: APP, value: $ARGOCD_APP_NAME}, {name: RAW, value: $$ARGOCD_APP_REVISION}]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec: {goTemplate: true, template: {metadata: {name: "{{.now}}-{{ index .uuidv4 0 }}"}}}
    /// ```
    pub(super) static RANDOM = {
        code: "ARG336",
        summary: "Application that is another one with each rendering",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: KINDS, check: random },
    }
}

fn random(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(application) = Application::of(manifest) else { return };
    let mut found = Vec::new();
    for (pointer, source) in application.sources() {
        each_text(source, &mut pointer.clone(), &mut |pointer, text| {
            if names_revision(text) {
                found.push((pointer.to_owned(), "every commit to the repository changes what is rendered".to_owned()));
            }
        });
    }
    // Values of Helm may be templates themselves; a whole ApplicationSet's template is one, if it says so.
    let is_go = manifest.object.at("/spec/goTemplate").and_then(Node::as_bool) == Some(true);
    let sources = application.sources();
    let values = sources.iter().filter_map(|(pointer, source)| Some((format!("{pointer}/helm"), source.get("helm")?)));
    let whole = Some(()).filter(|()| is_go).and_then(|()| Some((application.pointer_to(""), application.at("")?)));
    let places: Vec<_> = whole.map_or_else(|| values.collect(), |whole| vec![whole]);
    for (pointer, node) in places {
        each_text(node, &mut pointer.clone(), &mut |pointer, text| {
            if let Some(function) = random_function(text) {
                found.push((pointer.to_owned(), format!("`{function}` gives another result with each rendering")));
            }
        });
    }
    for (pointer, message) in found {
        findings.add(manifest, pointer, message).help("write a value that changes only when somebody changes it");
    }
}

/// Visits all texts of a node, with the pointers to them.
fn each_text(node: &Node, pointer: &mut String, visit: &mut impl FnMut(&str, &str)) {
    let mut inside = |step: &str, node: &Node, visit: &mut _| {
        let length = pointer.len();
        pointer.push('/');
        pointer.push_str(&escape(step));
        each_text(node, pointer, visit);
        pointer.truncate(length);
    };
    match &node.value {
        Value::Str(text) => visit(pointer, text),
        Value::Map(map) => map.entries().iter().for_each(|(key, node)| inside(key.as_str(), node, visit)),
        Value::List(items) => items.iter().enumerate().for_each(|(at, node)| inside(&at.to_string(), node, visit)),
        _ => {}
    }
}

/// Whether Argo CD puts the commit into a text: `$$` stands for a dollar.
fn names_revision(text: &str) -> bool {
    let mut rest = text;
    while let Some(at) = rest.find('$') {
        rest = &rest[at + 1..];
        if let Some(escaped) = rest.strip_prefix('$') {
            rest = escaped;
        } else if rest.strip_prefix('{').unwrap_or(rest).starts_with(REVISION) {
            return true;
        }
    }
    false
}

/// The first function in the actions of a template that gives another result each time. What is behind a dot or in
/// quotes is no function.
fn random_function(text: &str) -> Option<&'static str> {
    text.split("{{").skip(1).find_map(|action| {
        let action = action.split("}}").next()?;
        let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '$');
        let code = action.split(['"', '`', '\'']).step_by(2);
        code.flat_map(|code| code.split(|c| !is_word(c)))
            .find_map(|word| FUNCTIONS.into_iter().find(|known| *known == word))
    })
}
