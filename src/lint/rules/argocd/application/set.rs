//! ApplicationSets: templates, and the order in which they are rolled out.

use super::{Application, Check, Findings, Manifest, Node, declare_rule, is_templated};
use crate::{node::escape, sync::SYNC_WAVE};

declare_rule! {
    /// ## What it does
    /// Points out orders that an ApplicationSet does not keep: a sync wave of the Applications that it makes; a
    /// `RollingSync` beside `automated`; and steps of a `RollingSync` none of which selects what the template makes.
    ///
    /// ## Why is this bad?
    /// The controller of ApplicationSets makes all Applications at once, whatever their waves
    /// ([argo-cd#5585](https://github.com/argoproj/argo-cd/issues/5585)). A `RollingSync` switches automation off, and
    /// never syncs an Application that matches no step (Argo CD's page on progressive syncs).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   template: {metadata: {name: "{{name}}", annotations: {argocd.argoproj.io/sync-wave: "1"}}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   strategy:
    ///     type: RollingSync
    ///     rollingSync: {steps: [{matchExpressions: [{key: tier, operator: In, values: [data]}]}]}
    ///   template:
    ///     metadata: {name: "{{name}}", labels: {tier: web}}
    ///     spec: {syncPolicy: {automated: {}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec:
    ///   strategy:
    ///     type: RollingSync
    ///     rollingSync: {steps: [{matchExpressions: [{key: tier, operator: In, values: [data]}]}]}
    ///   template: {metadata: {name: "{{name}}", labels: {tier: "{{tier}}"}}}
    /// ```
    pub(super) static ORDER = {
        code: "ARG315",
        summary: "order that an ApplicationSet does not keep",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ApplicationSet"], check: order },
    }
}

fn order(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(template) = Application::of(manifest) else { return };
    let annotations = template.at("/metadata/annotations");
    if annotations.is_some_and(|annotations| annotations.get(SYNC_WAVE).is_some()) {
        let pointer = template.pointer_to(&format!("/metadata/annotations/{}", escape(SYNC_WAVE)));
        findings
            .add(manifest, pointer, "an ApplicationSet makes all its Applications at once, whatever their waves")
            .at_key(manifest)
            .help("order them by the steps of `strategy: {type: RollingSync}`");
    }
    let strategy = manifest.object.at("/spec/strategy");
    if strategy.and_then(|strategy| strategy.get("type")?.as_str()) != Some("RollingSync") {
        return;
    }
    if template.is_automated() {
        findings
            .add(manifest, template.pointer_to("/spec/syncPolicy/automated"), "`RollingSync` switches automation off")
            .at_key(manifest)
            .help("remove `automated`: each step is synced when its turn has come");
    }
    let steps = strategy.and_then(|strategy| strategy.at("/rollingSync/steps")).map_or(&[][..], Node::items);
    if !is_patched(manifest) && steps.iter().all(|step| !may_select(step, template.at("/metadata/labels"))) {
        findings
            .add(manifest, "/spec/strategy/rollingSync/steps", "no step selects what the template makes")
            .help("give the template a label that a step selects: what no step selects is never synced");
    }
}

/// Whether anything but the template says how the Applications look.
fn is_patched(manifest: &Manifest) -> bool {
    let generators = manifest.object.at("/spec/generators").map_or(&[][..], Node::items);
    let overrides = |generator: &Node| generator.entries().iter().any(|(_, it)| it.get("template").is_some());
    manifest.object.at("/spec/templatePatch").is_some() || generators.iter().any(overrides)
}

/// Whether a step may select Applications with these labels: all of its expressions must hold.
fn may_select(step: &Node, labels: Option<&Node>) -> bool {
    let entries = labels.map_or(&[][..], Node::entries);
    let is_open = entries.iter().any(|(key, _)| is_templated(key.as_str()));
    let holds = |expression: &Node| {
        let text = |field| expression.get(field).and_then(Node::as_str).unwrap_or_default();
        let values = expression.get("values").map_or(&[][..], Node::items);
        let label = labels.and_then(|labels| labels.get(text("key"))?.as_str());
        match (text("operator"), label) {
            (_, Some(label)) if is_templated(label) => true,
            ("In", Some(label)) => values.iter().any(|value| value.as_str() == Some(label)),
            ("In", None) => false,
            ("NotIn", Some(label)) => values.iter().all(|value| value.as_str() != Some(label)),
            _ => true,
        }
    };
    is_open || step.get("matchExpressions").map_or(&[][..], Node::items).iter().all(holds)
}

declare_rule! {
    /// ## What it does
    /// Points out ApplicationSets with `goTemplate` that do not say what becomes of a value which is not there.
    ///
    /// ## Why is this bad?
    /// It becomes `<no value>`, and the Application is made with that in its name or path. Argo CD's page on Go templates
    /// recommends `missingkey=error`, which is not the default for the sake of old sets.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec: {goTemplate: true, template: {metadata: {name: "{{.name}}"}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: shop}
    /// spec:
    ///   goTemplate: true
    ///   goTemplateOptions: [missingkey=error]
    ///   template: {metadata: {name: "{{.name}}"}}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: ApplicationSet
    /// metadata: {name: blog}
    /// spec: {template: {metadata: {name: "{{name}}"}}}
    /// ```
    pub(super) static MISSING_KEY = {
        code: "ARG316",
        summary: "template that takes a missing value for a text",
        severity: Warning,
        since: "0.1.0",
        check: Check::Manifest { kinds: &["ApplicationSet"], check: missing_key },
    }
}

fn missing_key(manifest: &Manifest, findings: &mut Findings<'_>) {
    let Some(spec) = Application::of(manifest).and_then(|set| set.manifest.object.get("spec")) else { return };
    let options = spec.get("goTemplateOptions").map_or(&[][..], Node::items);
    let says = options.iter().filter_map(Node::as_str).any(|option| option.starts_with("missingkey="));
    if spec.get("goTemplate").and_then(Node::as_bool) == Some(true) && !says {
        findings
            .add(manifest, "/spec/goTemplate", "a value that is missing becomes `<no value>`")
            .at_key(manifest)
            .help("add `goTemplateOptions: [missingkey=error]`");
    }
}
