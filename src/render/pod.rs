//! Pod templates: what the controllers and the jobs have in common, and where they differ.

use smol_str::SmolStr;

use super::{
    Context, config_map,
    container::{Role, container, containers, non_empty},
    duration::whole_seconds,
    labels, names, service_account,
    volumes::{Pods, Volumes},
};
use crate::{
    diagnostic::Diagnostic,
    model::{App, Container, Dns, Job, Pod, Spread},
    node::{Key, Map, Node, Value, object},
};

/// The annotation that replaces the pods when the configuration that they use has changed.
const CONFIG_CHECKSUM: &str = "karat.dev/config-checksum";

/// The template of the pods that the app's controller keeps running.
pub(super) fn template(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Node {
    let metadata =
        object! { "labels": labels::pod_labels(context, diagnostics), "annotations": annotations(context.app) };
    object! { "metadata": metadata, "spec": spec(context, diagnostics) }
}

/// Sidecars start before init containers, which may need them: a migration that goes through a database proxy.
fn spec(context: &Context<'_>, diagnostics: &mut Vec<Diagnostic>) -> Map {
    let app = context.app;
    let mut volumes = Volumes::new(app, Pods::Workload);
    let mut before = containers(Role::Sidecar, &app.spec.sidecars, &mut volumes, diagnostics);
    before.append(&mut containers(Role::Init, &app.spec.init, &mut volumes, diagnostics));
    let main = containers(Role::Main, &app.spec.containers, &mut volumes, diagnostics);
    let grace_period = app.spec.workload.as_ref().and_then(|workload| workload.grace_period.as_ref());
    let pod = app.pod();
    let mut spec = shared(app);
    spec.extend(entries(object! {
        "terminationGracePeriodSeconds": grace_period.and_then(|period| whole_seconds(period, diagnostics)),
        "affinity": pod.and_then(|pod| pod.affinity.as_ref()),
        "topologySpreadConstraints": pod.and_then(|pod| spread_constraints(app, pod)),
        "initContainers": (!before.is_empty()).then_some(before),
        "containers": main,
        "volumes": volumes.render(),
    }));
    spec
}

/// The template of a job's pods.
///
/// They have what the app's other pods have, so that the same policies admit them and the same nodes take them: identity,
/// security context, nodes, tolerations, priority, name lookup. They lack what spreads, finds or ends the others:
/// `pod.labels`, `pod.annotations`, `spread`, the affinity between pods and the grace period. Their configuration has no
/// checksum: the template of a Job can never change.
pub(super) fn job_template(
    context: &Context<'_>,
    (name, job): (&Key, &Job),
    own: &Container,
    diagnostics: &mut Vec<Diagnostic>,
) -> Node {
    let app = context.app;
    let mut volumes = Volumes::new(app, Pods::Job);
    let main = vec![container(Role::Main, name, own, &mut volumes, diagnostics)];
    let mut spec = shared(app);
    if let Some(hook) = service_account::absent(app, job) {
        spec.remove("serviceAccountName");
        spec.insert("automountServiceAccountToken", Node::new(false, hook.span));
    }
    spec.extend(entries(object! {
        "affinity": app.pod().and_then(node_affinity),
        "restartPolicy": job.restart.clone().unwrap_or_else(|| Node::made("Never")),
        "containers": main,
        "volumes": volumes.render(),
    }));
    let annotations = labels::annotations(context, &[]);
    object! { "metadata": object! { "labels": labels::job_labels(context, name), "annotations": annotations }, "spec": spec }
}

/// What all pods of the app have in common.
pub(super) fn shared(app: &App) -> Map {
    let pod = app.pod();
    let dns = pod.and_then(|pod| pod.dns.as_ref());
    entries(object! {
        "serviceAccountName": service_account::name(app),
        "automountServiceAccountToken": service_account::automount_token(app),
        "securityContext": pod.and_then(|pod| pod.security_context.as_ref()),
        "nodeSelector": pod.and_then(|pod| pod.node_selector.as_ref()),
        "tolerations": pod.and_then(|pod| non_empty(pod.tolerations.as_ref())),
        "priorityClassName": pod.and_then(|pod| pod.priority_class.as_ref()),
        "runtimeClassName": pod.and_then(|pod| pod.runtime_class.as_ref()),
        "imagePullSecrets": pod.and_then(|pod| image_pull_secrets(app, pod)),
        "hostNetwork": pod.and_then(|pod| pod.host_network.as_ref()),
        "dnsPolicy": dns.and_then(|dns| dns.policy.as_ref()),
        "dnsConfig": dns.and_then(dns_config),
    })
}

pub(super) fn entries(node: Node) -> Map {
    match node.value {
        Value::Map(map) => map,
        _ => Map::new(),
    }
}

/// The app's, the pods' own, and the checksum of the configuration that their containers use.
fn annotations(app: &App) -> Option<Node> {
    let mut map = Map::new();
    labels::add(&mut map, app.annotations());
    labels::add(&mut map, app.pod().map_or(&[], |pod| &pod.annotations));
    if let Some(checksum) = config_map::checksum(app, &used_config(app)) {
        map.insert(CONFIG_CHECKSUM, checksum);
    }
    (!map.is_empty()).then(|| Node::made(map))
}

/// What the containers name as `config`.
fn used_config(app: &App) -> Vec<SmolStr> {
    let containers = [&app.spec.sidecars, &app.spec.init, &app.spec.containers].into_iter().flatten();
    let names = containers.flat_map(|(_, container): &(Key, Container)| {
        let env = container.env.iter().filter_map(|(_, variable)| variable.config.as_ref());
        let from = container.env_from.iter().filter_map(|(_, source)| source.config.as_ref());
        let mounts = container.mounts.iter().filter_map(|(_, mount)| mount.config.as_ref());
        env.chain(from).chain(mounts)
    });
    names.filter_map(Node::as_str).map(SmolStr::new).collect()
}

fn image_pull_secrets(app: &App, pod: &Pod) -> Option<Vec<Node>> {
    let secret = |name: &Node| object! { "name": names::of_secret(app, name) };
    (!pod.image_pull_secrets.is_empty()).then(|| pod.image_pull_secrets.iter().map(secret).collect())
}

fn spread_constraints(app: &App, pod: &Pod) -> Option<Vec<Node>> {
    let constraints = pod.spread.iter().map(|(_, spread)| spread_constraint(app, spread));
    (!pod.spread.is_empty()).then(|| constraints.collect())
}

/// The API wants to be told `maxSkew` and `whenUnsatisfiable`; the spec may leave them at what the scheduler's
/// documentation calls their defaults.
fn spread_constraint(app: &App, spread: &Spread) -> Node {
    object! {
        "topologyKey": &spread.key,
        "maxSkew": spread.max_skew.clone().unwrap_or_else(|| Node::made(1)),
        "minDomains": &spread.min_domains,
        "whenUnsatisfiable": spread.when_unsatisfiable.clone().unwrap_or_else(|| Node::made("DoNotSchedule")),
        "labelSelector": object! { "matchLabels": labels::selector(app) },
    }
}

/// The part of the affinity that speaks of nodes. A job that kept away from the app's other pods might never find room.
fn node_affinity(pod: &Pod) -> Option<Node> {
    let nodes = pod.affinity.as_ref()?.get("nodeAffinity")?;
    Some(object! { "nodeAffinity": nodes })
}

fn dns_config(dns: &Dns) -> Option<Node> {
    let ndots = dns.ndots.as_ref()?;
    let value = Node::new(ndots.scalar_text()?, ndots.span);
    Some(object! { "options": vec![object! { "name": "ndots", "value": value }] })
}

#[cfg(test)]
mod tests {
    use crate::render::testing::rendered;

    const TEMPLATE: &str = "/spec/template";

    #[test]
    fn settings_of_the_pod() {
        let rendered = rendered(
            "workload: { type: deployment, gracePeriod: 1m, pod: { tolerations: [], imagePullSecrets: [registry], dns: { ndots: 2 }, spread: { zone: { key: zone } } } }
secrets: { registry: { externalSecret: { store: vault, path: registry } } }
containers: { app: { image: web:1 } }",
        );
        let at = |path: &str| rendered.json("Deployment", &format!("{TEMPLATE}/spec{path}"));
        assert_eq!(at("/terminationGracePeriodSeconds"), "60");
        assert_eq!(at("/tolerations"), "nothing");
        assert_eq!(at("/imagePullSecrets"), r#"[{"name":"web-registry"}]"#);
        assert_eq!(at("/dnsConfig"), r#"{"options":[{"name":"ndots","value":"2"}]}"#);
        assert_eq!(
            at("/topologySpreadConstraints/0"),
            r#"{"labelSelector":{"matchLabels":{"app.kubernetes.io/name":"web"}},"maxSkew":1,"topologyKey":"zone","whenUnsatisfiable":"DoNotSchedule"}"#
        );
        let cause = |path: &str| rendered.cause("Deployment", &format!("{TEMPLATE}/spec{path}"));
        assert_eq!(cause("/dnsConfig/options/0/value"), "2");
        assert_eq!(cause("/terminationGracePeriodSeconds"), "1m");
    }

    #[test]
    fn used_configuration_is_summed_up() {
        let checksum = |data: &str, mount: &str| {
            let text = format!(
                "config: {{ main: {{ data: {{ a: {data} }} }}, jobs: {{ data: {{ b: {data} }} }} }}
containers: {{ app: {{ image: web:1, mounts: {{ /etc/web: {{ {mount} }} }} }} }}"
            );
            let rendered = rendered(&text);
            let pointer = "/spec/template/metadata/annotations/karat.dev~1config-checksum";
            let place = (rendered.json("Deployment", pointer) != "nothing")
                .then(|| rendered.cause("Deployment", pointer).to_owned());
            (rendered.json("Deployment", pointer), place)
        };
        let (one, place) = checksum("one", "config: main");
        assert_eq!(place.as_deref(), Some("main"));
        assert_ne!(one, checksum("two", "config: main").0);
        assert_eq!(checksum("one", "config: foreign").0, "nothing");
        assert_eq!(checksum("one", "secret: main").0, "nothing");
    }

    #[test]
    fn the_selecting_label_cannot_be_taken() {
        let rendered = rendered(
            "metadata: { name: web, labels: { app.kubernetes.io/name: other, tier: front } }
containers: { app: { image: web:1 } }
workload: { type: deployment, pod: { labels: { mesh: 'on' } } }",
        );
        let labels = rendered.json("Deployment", &format!("{TEMPLATE}/metadata/labels"));
        assert_eq!(
            labels,
            r#"{"app.kubernetes.io/managed-by":"karat","app.kubernetes.io/name":"web","karat.dev/app":"web","mesh":"on","tier":"front"}"#
        );
        assert_eq!(
            rendered.findings(),
            ["REN004 app.kubernetes.io/name: the label `app.kubernetes.io/name` is not the spec's to set"]
        );
    }
}
