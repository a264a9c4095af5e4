//! `StatefulSet` (apps/v1): keeps pods running that have names and storage of their own.

use super::{Context, Kind, Render, findings::unknown, names, persistent_volume_claim, workload};
use crate::{
    diagnostic::Diagnostic,
    grammar::MISSING_FIELD,
    manifest::Manifest,
    model::{App, Controller, Service},
    node::{Key, Node, object},
};

pub(super) static KIND: Kind = Kind { api_version: "apps/v1", name: "StatefulSet", render: Render::App(render) };

/// Renders the `StatefulSet` of an app with `type: statefulset`.
fn render(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Vec<Manifest> {
    let Some(mut spec) = workload::spec(context, Controller::StatefulSet, diagnostics) else { return Vec::new() };
    let settings = context.app.spec.workload.as_ref();
    let own = object! {
        "replicas": workload::replicas(context),
        "serviceName": service_name(context.app, diagnostics),
        "updateStrategy": workload::strategy(context, Controller::StatefulSet, diagnostics),
        "podManagementPolicy": settings.and_then(|workload| workload.pod_management.as_ref()),
        "volumeClaimTemplates": persistent_volume_claim::templates(context.app),
    };
    spec.extend(own.entries().iter().cloned());
    vec![KIND.manifest(context, &context.app.name, object! { "spec": spec })]
}

/// The service that gives each pod its name in DNS: the one that the spec names, else the headless one.
fn service_name(app: &App, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let workload = app.spec.workload.as_ref()?;
    if let Some(name) = &workload.service {
        let entry = names::entry(&app.spec.services, name);
        if entry.is_none() {
            diagnostics.push(unknown(name, "service", &app.spec.services));
        }
        return Some(names::of_entry(app, &entry?.0).caused_by(name.span));
    }
    let headless = app.spec.services.iter().find(|(_, service)| is_headless(service));
    if headless.is_none() {
        let finding = Diagnostic::new(&MISSING_FIELD, "a StatefulSet needs a service that names its pods");
        let help = "add an entry with `headless: true` to `service`, or name one in `workload.service`";
        diagnostics.push(finding.at(workload.kind.span).help(help));
    }
    headless.map(|(key, _): &(Key, Service)| names::of_entry(app, key))
}

fn is_headless(service: &Service) -> bool {
    service.headless.as_ref().and_then(Node::as_bool).unwrap_or(false)
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with(workload: &str, service: &str) -> Rendered {
        rendered(&format!(
            "workload: {{ type: statefulset, replicas: 3, {workload} }}
service: {{ {service} }}
volumes: {{ data: {{ claim: {{ size: 10Gi, perReplica: true }} }} }}
containers: {{ app: {{ image: db:1, mounts: {{ /data: {{ volume: data }} }} }} }}"
        ))
    }

    #[test]
    fn storage_of_each_pod() {
        let rendered = with("", "main: { ports: { db: 5432 } }, headless: { headless: true, ports: { db: 5432 } }");
        let at = |pointer: &str| rendered.json("StatefulSet", pointer);
        assert_eq!(at("/spec/serviceName"), "\"web-headless\"");
        assert_eq!(rendered.cause("StatefulSet", "/spec/serviceName"), "headless");
        assert_eq!(at("/spec/volumeClaimTemplates/0/metadata"), r#"{"name":"data"}"#);
        let size = "/spec/volumeClaimTemplates/0/spec/resources/requests/storage";
        assert_eq!(rendered.cause("StatefulSet", size), "10Gi");
        assert_eq!(at("/spec/template/spec/volumes"), "nothing");
        assert_eq!(at("/spec/template/spec/containers/0/volumeMounts/0/name"), "\"data\"");
        assert_eq!(rendered.set.of_kind("PersistentVolumeClaim").count(), 0);
    }

    #[test]
    fn the_service_can_be_named() {
        let rendered =
            with("service: main, podManagement: Parallel, strategy: { partition: 1 }", "main: { ports: { db: 5432 } }");
        assert_eq!(rendered.json("StatefulSet", "/spec/serviceName"), "\"web\"");
        assert_eq!(rendered.cause("StatefulSet", "/spec/serviceName"), "main");
        assert_eq!(rendered.cause("StatefulSet", "/spec/podManagementPolicy"), "Parallel");
        assert_eq!(rendered.cause("StatefulSet", "/spec/updateStrategy/rollingUpdate/partition"), "1");
    }

    #[test]
    fn a_service_is_needed() {
        assert_eq!(
            with("", "main: { ports: { db: 5432 } }").findings(),
            ["SPC013 statefulset: a StatefulSet needs a service that names its pods"]
        );
        assert_eq!(
            with("service: man", "main: { ports: { db: 5432 } }").findings(),
            ["REN001 man: `man` is no entry of `service`"]
        );
    }
}
