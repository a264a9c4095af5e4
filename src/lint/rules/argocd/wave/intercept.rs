//! Webhooks that refuse everything until they are answered.

use super::{Check, Findings, Manifest, Node, Operation, Operations, Task, declare_rule, step, title, wave_at, when};
use crate::manifest::{ManifestSet, Selector};

declare_rule! {
    /// ## What it does
    /// Checks that no ValidatingWebhookConfiguration and no MutatingWebhookConfiguration is in an earlier wave than the pods
    /// that answer it, unless its `failurePolicy` is `Ignore`.
    ///
    /// ## Why is this bad?
    /// Until something answers, the API server refuses every object that the webhook is for. If the pods that would answer
    /// are among them, or come after them, the sync fails each time.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: ValidatingWebhookConfiguration
    /// metadata: {name: widgets}
    /// webhooks: [{name: widgets.acme.example, clientConfig: {service: {name: webhook, namespace: acme}}}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: webhook, namespace: acme}
    /// spec: {selector: {app: webhook}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: webhook, namespace: acme, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// spec: {template: {metadata: {labels: {app: webhook}}}}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: admissionregistration.k8s.io/v1
    /// kind: ValidatingWebhookConfiguration
    /// metadata: {name: widgets, annotations: {argocd.argoproj.io/sync-wave: "1"}}
    /// webhooks: [{name: widgets.acme.example, clientConfig: {service: {name: webhook, namespace: acme}}}]
    /// ---
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: webhook, namespace: acme}
    /// spec: {selector: {app: webhook}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: webhook, namespace: acme}
    /// spec: {template: {metadata: {labels: {app: webhook}}}}
    /// ```
    pub(in crate::lint::rules) static WEBHOOK = {
        code: "ARG113",
        summary: "webhook in an earlier wave than what answers it",
        severity: Warning,
        since: "0.1.0",
        check: Check::Operations(webhook),
    }
}

const KINDS: [&str; 2] = ["MutatingWebhookConfiguration", "ValidatingWebhookConfiguration"];

fn webhook(operations: &Operations<'_>, findings: &mut Findings<'_>) {
    for operation in &operations.ordered {
        let is_strict = |task: &&Task<'_>| KINDS.contains(&task.manifest.kind()) && is_strict(task.manifest);
        for (at, task) in operation.plan.tasks.iter().enumerate().filter(|(_, task)| is_strict(task)) {
            let services = operation.edges.iter().filter(|edge| edge.user == at);
            let answers = services.flat_map(|edge| answers(operations.set, operation, edge.dependency.on));
            let Some(late) = answers.filter(|answer| step(answer) > step(task)).max_by_key(|answer| step(answer))
            else {
                continue;
            };
            let message = format!("{} of {} is answered in {} only", title(task.manifest), when(task), when(late));
            findings
                .add(task.manifest, wave_at(task.manifest), message)
                .related(late.manifest, &wave_at(late.manifest), format!("{} answers it", title(late.manifest)))
                .help("give the webhook a later wave than the pods that answer it");
        }
    }
}

/// Whether any webhook of a configuration refuses what nobody has looked at.
fn is_strict(configuration: &Manifest) -> bool {
    let policy = |webhook: &Node| webhook.get("failurePolicy").and_then(Node::as_str) != Some("Ignore");
    configuration.items("/webhooks").any(|(_, webhook)| policy(webhook))
}

/// What answers at a Service: itself, and what makes its pods.
fn answers<'o, 'a>(set: &'a ManifestSet, operation: &'o Operation<'a>, service: &'a Manifest) -> Vec<&'o Task<'a>> {
    let selector = Selector::of_service(service);
    let pods = selector.into_iter().flat_map(|selector| set.select(service.id.namespace.as_deref(), selector));
    let mut answers: Vec<&Manifest> = pods.map(|pod| pod.manifest).collect();
    answers.push(service);
    let is_answer = |task: &&Task<'_>| answers.iter().any(|answer| std::ptr::eq(*answer, task.manifest));
    operation.plan.tasks.iter().filter(is_answer).collect()
}
