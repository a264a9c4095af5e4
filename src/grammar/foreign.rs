//! What Kubernetes and the usual Helm charts call our fields: the names that people bring along.

use super::{Keys, Object, Type};
use crate::node::Node;

/// A foreign name, and the field from the root of an app's spec. Of several fields with one foreign name, the first is
/// the one that is meant where no other one is near.
const FOREIGN: &[(&str, &str)] = &[
    ("activeDeadlineSeconds", "jobs.<name>.deadline"),
    ("affinity", "workload.pod.affinity"),
    ("authenticationRef", "autoscaling.triggers.<name>.authentication"),
    ("automountServiceAccountToken", "workload.serviceAccount.automountToken"),
    ("averageUtilization", "autoscaling.metrics.<name>.utilization"),
    ("averageValue", "autoscaling.metrics.<name>.average"),
    ("backendRefs", "ingress.<name>.paths.<path>.backends"),
    ("backoffLimit", "jobs.<name>.retries"),
    ("claimName", "volumes.<name>.existingClaim"),
    ("concurrencyPolicy", "jobs.<name>.concurrency"),
    ("configMap", "config"),
    ("configMap", "containers.<name>.mounts.<path>.config"),
    ("configMapKeyRef", "containers.<name>.env.<name>.config"),
    ("configMapRef", "containers.<name>.envFrom.<name>.config"),
    ("configMaps", "config"),
    ("containerPort", "containers.<name>.ports.<name>.port"),
    ("cooldownPeriod", "autoscaling.cooldown"),
    ("cronJob", "jobs"),
    ("cronJobs", "jobs"),
    ("dnsConfig", "workload.pod.dns"),
    ("dnsPolicy", "workload.pod.dns.policy"),
    ("env", "containers.<name>.env"),
    ("envFrom", "containers.<name>.envFrom"),
    ("externalSecrets", "secrets"),
    ("failedJobsHistoryLimit", "jobs.<name>.history.failed"),
    ("fieldRef", "containers.<name>.env.<name>.field"),
    ("horizontalPodAutoscaler", "autoscaling"),
    ("hostnames", "ingress.<name>.moreHosts"),
    ("hpa", "autoscaling"),
    ("httpGet", "containers.<name>.probes.readiness.http"),
    ("httpRoute", "ingress"),
    ("idleReplicaCount", "autoscaling.idle"),
    ("imagePullPolicy", "image.pullPolicy"),
    ("imagePullSecrets", "workload.pod.imagePullSecrets"),
    ("ingressClassName", "ingress.<name>.class"),
    ("ingresses", "ingress"),
    ("initContainers", "init"),
    ("initialDelaySeconds", "containers.<name>.probes.readiness.delay"),
    ("keda", "autoscaling.triggers"),
    ("livenessProbe", "containers.<name>.probes.liveness"),
    ("maxReplicaCount", "autoscaling.max"),
    ("maxReplicas", "autoscaling.max"),
    ("minReadySeconds", "workload.minReady"),
    ("minReplicaCount", "autoscaling.min"),
    ("minReplicas", "autoscaling.min"),
    ("mountPath", "containers.<name>.mounts"),
    ("networkPolicies", "network"),
    ("networkPolicy", "network"),
    ("nodeSelector", "workload.pod.nodeSelector"),
    ("parentRefs", "ingress.<name>.gateways"),
    ("pathType", "ingress.<name>.paths.<path>.type"),
    ("pdb", "disruption"),
    ("periodSeconds", "containers.<name>.probes.readiness.period"),
    ("persistence", "volumes"),
    ("persistentVolumeClaim", "volumes.<name>.claim"),
    ("podAnnotations", "workload.pod.annotations"),
    ("podDisruptionBudget", "disruption"),
    ("podLabels", "workload.pod.labels"),
    ("podManagementPolicy", "workload.podManagement"),
    ("podSecurityContext", "workload.pod.securityContext"),
    ("priorityClassName", "workload.pod.priorityClass"),
    ("progressDeadlineSeconds", "workload.progressDeadline"),
    ("publishNotReadyAddresses", "service.<name>.publishNotReady"),
    ("queryParams", "ingress.<name>.paths.<path>.query"),
    ("readinessProbe", "containers.<name>.probes.readiness"),
    ("replicaCount", "workload.replicas"),
    ("replicas", "workload.replicas"),
    ("resourceFieldRef", "containers.<name>.env.<name>.resource"),
    ("restartPolicy", "jobs.<name>.restart"),
    ("revisionHistoryLimit", "workload.revisionHistory"),
    ("runtimeClassName", "workload.pod.runtimeClass"),
    ("scaledObject", "autoscaling.triggers"),
    ("secretKeyRef", "containers.<name>.env.<name>.secret"),
    ("secretName", "ingress.<name>.tls.secret"),
    ("secretName", "containers.<name>.mounts.<path>.secret"),
    ("secretRef", "containers.<name>.envFrom.<name>.secret"),
    ("secretTargetRef", "autoscaling.triggers.<name>.authentication.parameters"),
    ("sectionName", "ingress.<name>.gateways.<name>.listener"),
    ("serviceAccount", "workload.serviceAccount"),
    ("serviceAccountName", "workload.serviceAccount.name"),
    ("startingDeadlineSeconds", "jobs.<name>.startingDeadline"),
    ("startupProbe", "containers.<name>.probes.startup"),
    ("storageClassName", "volumes.<name>.claim.storageClass"),
    ("successfulJobsHistoryLimit", "jobs.<name>.history.succeeded"),
    ("syncPolicy", "argocd.sync"),
    ("targetCPUUtilizationPercentage", "autoscaling.metrics.cpu"),
    ("targetMemoryUtilizationPercentage", "autoscaling.metrics.memory"),
    ("targetPort", "service.<name>.ports.<name>.target"),
    ("tcpSocket", "containers.<name>.probes.readiness.tcp"),
    ("terminationGracePeriodSeconds", "workload.gracePeriod"),
    ("timeoutSeconds", "containers.<name>.probes.readiness.timeout"),
    ("tolerations", "workload.pod.tolerations"),
    ("topologyKey", "workload.pod.spread.<name>.key"),
    ("topologySpreadConstraints", "workload.pod.spread"),
    ("triggerAuthentication", "autoscaling.triggers.<name>.authentication"),
    ("ttlSecondsAfterFinished", "jobs.<name>.ttl"),
    ("updateStrategy", "workload.strategy"),
    ("valueFrom", "containers.<name>.env.<name>.secret"),
    ("volumeClaimTemplates", "volumes.<name>.claim.perReplica"),
    ("volumeMounts", "containers.<name>.mounts"),
];

/// Where the field of a foreign name is: from `object` on if that is where it belongs, else from the root of an app's
/// spec. Nothing in files that hold no app.
pub(super) fn place(name: &str, object: &Object) -> Option<&'static str> {
    let is_root = object.field("apiVersion").is_some();
    if is_root && object.field("containers").is_none() {
        return None;
    }
    let places = || FOREIGN.iter().filter(|(foreign, _)| *foreign == name).map(|(_, place)| *place);
    places().find_map(|place| inside(place, object)).or_else(|| places().next())
}

/// The longest end of a path that leads somewhere from `object`.
fn inside(path: &'static str, object: &Object) -> Option<&'static str> {
    let starts = std::iter::once(0).chain(path.match_indices('.').map(|(at, _)| at + 1));
    starts.map(|start| &path[start..]).find(|rest| leads(rest, object))
}

/// Whether a path starts with a field of the object, and goes on with fields of what is there.
fn leads(path: &str, object: &Object) -> bool {
    let mut steps = path.split('.');
    let Some(mut ty) = steps.next().and_then(|step| object.field(step)).map(|field| &field.ty) else { return false };
    for step in steps {
        let Some(child) = ty.child(step) else { return false };
        ty = child;
    }
    true
}

/// What an item of a list is in the map by name that is meant: `http: { port: … }`. Values are left out: they may be
/// secret.
pub(super) fn entry(item: &Node, keys: Keys, of: &Type) -> String {
    let names = ["mountPath", "name"].map(|field| item.get(field).and_then(Node::as_str));
    let name = names.into_iter().flatten().next().filter(|name| !name.contains(['\n', '`']));
    let name = name.and_then(|name| if keys.take(name) { Some(name.to_owned()) } else { keys.similar(name) });
    let name = name.as_deref().unwrap_or("<name>");
    let Type::Object(object) = of else { return format!("{name}: …") };
    let mut fields: Vec<&str> = item.entries().iter().filter_map(|(key, _)| own_field(key.as_str(), object)).collect();
    fields.dedup();
    if fields.is_empty() {
        return format!("{name}: …");
    }
    let fields: Vec<String> = fields.into_iter().map(|field| format!("{field}: …")).collect();
    format!("{name}: {{ {} }}", fields.join(", "))
}

/// The field of this object that a key of an item stands for.
fn own_field(key: &str, object: &Object) -> Option<&'static str> {
    if let Some(field) = object.field(key) {
        return Some(field.name);
    }
    let place = place(key, object)?;
    object.field(place).map(|field| field.name)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::grammar::fields::{APP, ENVIRONMENT};

    #[test]
    fn every_field_is_there() {
        for (name, path) in FOREIGN {
            assert!(leads(path, &APP), "{name}: {path}");
        }
        assert!(FOREIGN.is_sorted_by_key(|(name, _)| *name));
    }

    /// A row whose name is a field in its own place would never be asked for there.
    #[test]
    fn no_row_stands_for_itself_at_the_root() {
        for (name, path) in FOREIGN {
            assert!(APP.field(name).is_none(), "{name}: {path}");
        }
    }

    #[test]
    fn places_are_told_from_where_one_is() {
        let Type::Map(_, Type::Object(container)) = &APP.field("containers").unwrap().ty else { panic!() };
        assert_eq!(place("readinessProbe", &APP), Some("containers.<name>.probes.readiness"));
        assert_eq!(place("readinessProbe", container), Some("probes.readiness"));
        assert_eq!(place("replicaCount", container), Some("workload.replicas"));
        assert_eq!(place("imagePullPolicy", container), Some("image.pullPolicy"));
        assert_eq!(place("replicaCount", &ENVIRONMENT), None);
        assert_eq!(place("wrokload", &APP), None);
    }
}
