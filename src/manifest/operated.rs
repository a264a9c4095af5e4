//! The pods that operators make of custom resources. No template of theirs is here, but some of their labels are known.

use super::{Manifest, ManifestSet, Selector};

/// Kinds of the operator of Prometheus, and what their pods are called in `app.kubernetes.io/name`. The same word is a
/// label with the name of the object
/// (<https://prometheus-operator.dev/docs/platform/exposing-prometheus-and-alertmanager/>).
const MONITORS: [(&str, &str); 4] = [
    ("Alertmanager", "alertmanager"),
    ("Prometheus", "prometheus"),
    ("PrometheusAgent", "prometheus-agent"),
    ("ThanosRuler", "thanos-ruler"),
];

impl ManifestSet {
    /// Whether an operator makes pods of a custom resource of the namespace that a selector is for, as far as one of
    /// its labels tells.
    pub fn is_for_operator(&self, namespace: Option<&str>, selector: Selector<'_>) -> bool {
        selector.labels().iter().any(|(key, value)| {
            let value = value.as_str().unwrap_or_default();
            self.is_of_monitor(namespace, key.as_str(), value)
                || self.named(namespace, value).any(|custom| owns(custom, key.as_str()))
        })
    }

    fn is_of_monitor(&self, namespace: Option<&str>, key: &str, value: &str) -> bool {
        MONITORS.iter().any(|(kind, word)| match key {
            "app.kubernetes.io/name" => value == *word && self.names(kind, namespace).next().is_some(),
            key => key == *word && self.find(kind, namespace, value).is_some(),
        })
    }
}

/// Whether a label is of the API group of a resource, or of the domain that the group is in: `strimzi.io/cluster` has
/// the name of a Kafka of `kafka.strimzi.io`, `cnpg.io/cluster` that of a Cluster of `postgresql.cnpg.io`.
fn owns(custom: &Manifest, key: &str) -> bool {
    let Some((domain, _)) = key.split_once('/') else { return false };
    let group = custom.id.gvk.group.as_str();
    group.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{manifest::Owner, node::object};

    fn set() -> ManifestSet {
        let objects = [
            ("monitoring.coreos.com/v1", "Prometheus", "self"),
            ("kafka.strimzi.io/v1beta2", "Kafka", "events"),
            ("v1", "ConfigMap", "plain"),
        ];
        let objects = objects.map(|(api_version, kind, name)| {
            let metadata = object! { "name": name, "namespace": "shop" };
            let object = object! { "apiVersion": api_version, "kind": kind, "metadata": metadata };
            Manifest::new(Owner::Cluster, None, object)
        });
        ManifestSet::new("dev".into(), "1.34".into(), objects.into())
    }

    #[test]
    fn labels_of_operators_name_their_resources() {
        for (namespace, labels, expected) in [
            ("shop", object! { "prometheus": "self" }, true),
            ("shop", object! { "prometheus": "other" }, false),
            ("blog", object! { "prometheus": "self" }, false),
            ("shop", object! { "app.kubernetes.io/name": "prometheus" }, true),
            ("shop", object! { "app.kubernetes.io/name": "alertmanager" }, false),
            ("shop", object! { "strimzi.io/cluster": "events", "strimzi.io/kind": "Kafka" }, true),
            ("shop", object! { "strimzi.io/cluster": "self" }, false),
            ("shop", object! { "trimzi.io/cluster": "events" }, false),
            ("shop", object! { "app": "plain" }, false),
        ] {
            let selector = Selector::from_labels(&labels);
            assert_eq!(set().is_for_operator(Some(namespace), selector), expected, "{labels:?}");
        }
    }
}
