//! Which labels a selector takes.

use super::Manifest;
use crate::node::{Key, Map, Node};

/// Labels that controllers give to the pods that they make
/// (<https://kubernetes.io/docs/reference/labels-annotations-taints/>).
const GENERATED: [&str; 10] = [
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// A selector of a Service (plain labels) or of anything newer (`matchLabels` and `matchExpressions`), as
/// <https://kubernetes.io/docs/concepts/overview/working-with-objects/labels/#label-selectors> has them.
#[derive(Clone, Copy, Debug)]
pub struct Selector<'a> {
    labels: &'a [(Key, Node)],
    expressions: &'a [Node],
}

impl<'a> Selector<'a> {
    /// From a map of labels, such as a Service's `/spec/selector`.
    pub fn from_labels(node: &'a Node) -> Self {
        Self { labels: node.entries(), expressions: &[] }
    }

    /// What a Service selects by; nothing when its endpoints are written by hand, or when it is an alias.
    pub fn of_service(service: &'a Manifest) -> Option<Self> {
        let spec = service.object.get("spec")?;
        let alias = spec.get("type").and_then(Node::as_str) == Some("ExternalName");
        let selector = Self::from_labels(spec.get("selector")?);
        (!alias && !selector.is_empty()).then_some(selector)
    }

    /// From a `LabelSelector`.
    pub fn from_node(node: &'a Node) -> Self {
        let child = |key| node.get(key);
        Self {
            labels: child("matchLabels").map_or(&[], Node::entries),
            expressions: child("matchExpressions").map_or(&[], Node::items),
        }
    }

    /// The labels that must be there with these values.
    pub fn labels(&self) -> &'a [(Key, Node)] {
        self.labels
    }

    /// Whether it takes anything.
    pub fn is_empty(&self) -> bool {
        self.labels.is_empty() && self.expressions.is_empty()
    }

    /// The labels that pods must have before any controller has seen them.
    pub(super) fn written_labels(&self) -> impl Iterator<Item = &'a (Key, Node)> {
        self.labels.iter().filter(|(key, _)| !GENERATED.contains(&key.as_str()))
    }

    /// Whether it takes pods with these labels, whatever labels their controllers will add.
    pub fn matches_pod(&self, labels: Option<&Map>) -> bool {
        let label = |key: &str| labels.and_then(|labels| labels.get(key));
        self.written_labels().all(|(key, value)| label(&key.text) == Some(value))
            && self.expressions.iter().all(|expression| {
                let key = expression.get("key").and_then(Node::as_str).unwrap_or_default();
                GENERATED.contains(&key) || holds(expression, label)
            })
    }

    /// Whether it takes an object with these labels.
    pub fn matches(&self, labels: Option<&Map>) -> bool {
        let label = |key: &str| labels.and_then(|labels| labels.get(key));
        self.labels.iter().all(|(key, value)| label(&key.text) == Some(value))
            && self.expressions.iter().all(|expression| holds(expression, label))
    }
}

/// Whether one of `matchExpressions` holds; one that the API server would refuse does, because the schema says so.
fn holds<'l>(expression: &Node, label: impl Fn(&str) -> Option<&'l Node>) -> bool {
    let text = |key| expression.get(key).and_then(Node::as_str);
    let (Some(key), Some(operator)) = (text("key"), text("operator")) else { return true };
    let found = label(key);
    let listed = || expression.get("values").is_some_and(|values| values.items().iter().any(|one| Some(one) == found));
    match operator {
        "In" => listed(),
        "NotIn" => !listed(),
        "Exists" => found.is_some(),
        "DoesNotExist" => found.is_none(),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::node::object;

    fn takes(selector: &Node, labels: &Node) -> bool {
        Selector::from_node(selector).matches(labels.as_map())
    }

    #[test]
    fn labels_and_expressions_must_all_hold() {
        let labels = object! { "app": "cart", "tier": "web" };
        let expression = |operator: &str, key: &str, values: &[&str]| {
            let values: Vec<Node> = values.iter().map(|value| Node::made(*value)).collect();
            let expression = object! { "key": key, "operator": operator, "values": values };
            object! { "matchExpressions": vec![expression] }
        };
        assert!(takes(&object! {}, &labels));
        assert!(takes(&object! { "matchLabels": object! { "app": "cart" } }, &labels));
        assert!(!takes(&object! { "matchLabels": object! { "app": "cart", "tier": "db" } }, &labels));
        for (operator, key, values, expected) in [
            ("In", "tier", &["db", "web"][..], true),
            ("In", "tier", &["db"], false),
            ("In", "zone", &["a"], false),
            ("NotIn", "tier", &["web"], false),
            ("NotIn", "zone", &["a"], true),
            ("Exists", "app", &[], true),
            ("Exists", "zone", &[], false),
            ("DoesNotExist", "app", &[], false),
            ("DoesNotExist", "zone", &[], true),
        ] {
            assert_eq!(takes(&expression(operator, key, values), &labels), expected, "{operator} {key}");
        }
    }

    #[test]
    fn no_labels_are_taken_by_the_empty_selector_only() {
        let selector = object! { "app": "cart" };
        assert!(!Selector::from_labels(&selector).matches(None));
        assert!(Selector::from_labels(&object! {}).matches(None));
    }
}
