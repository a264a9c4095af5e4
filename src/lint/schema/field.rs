//! Whether Kubernetes' own kinds have a field.

use serde_json::Value;

use super::{embedded::Release, nearest};

/// A field that a kind does not have.
pub(in crate::lint) struct Absent {
    /// Which step of the pointer leads nowhere, the first one is 0.
    pub(in crate::lint) step: usize,
    /// The fields beside which it would stand; none where there can be no field.
    pub(in crate::lint) known: Vec<String>,
}

/// The step at which the steps of a JSON pointer leave the schemas of a kind of Kubernetes, in all versions of its API.
/// Nothing where they lead to a field or may, and for any other kind: definitions of custom resources come and go.
pub(in crate::lint) fn absent(group: &str, kind: &str, steps: &[&str], kube_version: &str) -> Option<Absent> {
    let release = nearest(kube_version);
    let of_kind = release.kinds().filter(|key| {
        let version = key.rsplit_once('/').filter(|(_, own)| *own == kind).map(|(version, _)| version);
        version.is_some_and(|version| version.split_once('/').map_or("", |(own, _)| own) == group)
    });
    let found: Option<Vec<Absent>> = of_kind.map(|key| release.absent(key, steps)).collect();
    found?.into_iter().max_by_key(|absent| absent.step)
}

impl Release {
    fn absent(&self, key: &str, steps: &[&str]) -> Option<Absent> {
        let mut schema = self.read(self.definition_of(key)?);
        for (at, step) in steps.iter().enumerate() {
            schema = match next(&schema, step) {
                Next::Into(inner) => self.resolved(inner),
                Next::Open => return None,
                Next::Nowhere => {
                    let known = schema.get("properties").and_then(Value::as_object);
                    let known = known.map(|known| known.keys().cloned().collect()).unwrap_or_default();
                    return Some(Absent { step: at, known });
                }
            };
        }
        None
    }

    /// What stands behind a reference.
    fn resolved(&self, schema: &Value) -> Value {
        let name = schema.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix("#/$defs/"));
        name.map_or_else(|| schema.clone(), |name| self.read(name))
    }

    /// A definition; null, of which nothing is known, where there is none.
    fn read(&self, name: &str) -> Value {
        let text = self.definition(name).map_or("null", |text| text.get());
        self.resolved(&serde_json::from_str(text).unwrap_or_default())
    }
}

/// Where a step leads.
enum Next<'a> {
    Into(&'a Value),
    /// Anything may stand there.
    Open,
    Nowhere,
}

/// Keywords that allow what `properties` and `items` do not say.
const OPEN: [&str; 6] =
    ["allOf", "anyOf", "oneOf", "patternProperties", "x-karat-open", "x-kubernetes-preserve-unknown-fields"];

fn next<'a>(schema: &'a Value, step: &str) -> Next<'a> {
    let Some(object) = schema.as_object() else { return Next::Open };
    let own = object.get("properties").and_then(|known| known.get(step));
    let further = object.get("additionalProperties");
    let item = || object.get("items").filter(|_| step == "-" || step.bytes().all(|byte| byte.is_ascii_digit()));
    match own.or(further).or_else(item) {
        Some(inner) => Next::Into(inner),
        None if OPEN.iter().any(|keyword| object.contains_key(*keyword)) => Next::Open,
        // A map without a word about what is in it.
        None if is_bare_map(object) => Next::Open,
        None => Next::Nowhere,
    }
}

fn is_bare_map(schema: &serde_json::Map<String, Value>) -> bool {
    let is_map = |kind: &Value| kind == "object";
    let may_be = match schema.get("type") {
        None => true,
        Some(Value::Array(kinds)) => kinds.iter().any(is_map),
        Some(kind) => is_map(kind),
    };
    may_be && !schema.contains_key("properties")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_found() {
        let found = |kind: (&str, &str), pointer: &str| {
            let steps: Vec<&str> = pointer.split('/').skip(1).collect();
            absent(kind.0, kind.1, &steps, "1.34").map(|absent| steps[absent.step].to_owned())
        };
        let deployment = ("apps", "Deployment");
        for (kind, pointer) in [
            (deployment, "/spec/replicas"),
            (deployment, "/metadata/annotations/any"),
            (deployment, "/spec/template/spec/containers/0/resources/limits/cpu"),
            (deployment, "/status"),
            (("", "Service"), "/spec/clusterIP"),
            (("", "Secret"), "/data/key"),
            (("admissionregistration.k8s.io", "MutatingWebhookConfiguration"), "/webhooks/0/clientConfig/caBundle"),
            (
                ("apiextensions.k8s.io", "CustomResourceDefinition"),
                "/spec/versions/0/schema/openAPIV3Schema/properties/a",
            ),
            (("argoproj.io", "Rollout"), "/spec/nothing"),
            (("", "Deployment"), "/spec/nothing"),
        ] {
            assert_eq!(found(kind, pointer), None, "{kind:?} {pointer}");
        }
        for (kind, pointer, wrong) in [
            (deployment, "/spec/replica", "replica"),
            (deployment, "/specs/replicas", "specs"),
            (deployment, "/spec/replicas/0", "0"),
            (deployment, "/spec/template/spec/containers/web/image", "web"),
            (("", "Service"), "/spec/clusterIp", "clusterIp"),
            // Two versions of the API have no such field.
            (("autoscaling", "HorizontalPodAutoscaler"), "/spec/replicas", "replicas"),
        ] {
            assert_eq!(found(kind, pointer).as_deref(), Some(wrong), "{kind:?} {pointer}");
        }
    }
}
