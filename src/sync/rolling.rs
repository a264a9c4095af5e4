//! `RollingSync`: the controller of ApplicationSets syncs the Applications itself, some after the others.
//!
//! See <https://argo-cd.readthedocs.io/en/stable/operator-manual/applicationset/Progressive-Syncs/>.

use crate::{
    manifest::{Manifest, ManifestSet},
    node::Node,
};

/// The names of the Applications that an environment's ApplicationSet generates, by the step in which they are synced;
/// nothing where it leaves their order open.
pub fn rolling_steps(set: &ManifestSet) -> Vec<Vec<&str>> {
    let steps = set.of_kind("ApplicationSet").find_map(|it| it.object.at("/spec/strategy/rollingSync/steps"));
    let names = |step: &Node| {
        let synced = set.generated().iter().filter(|application| takes(step, application));
        synced.map(|application| application.id.name.as_str()).collect::<Vec<_>>()
    };
    let steps = steps.map_or(&[][..], Node::items).iter().map(names);
    steps.filter(|names| !names.is_empty()).collect()
}

/// Whether the labels of an Application are those that a step asks for.
fn takes(step: &Node, application: &Manifest) -> bool {
    let labels = application.object.at("/metadata/labels");
    step.get("matchExpressions").map_or(&[][..], Node::items).iter().all(|expression| {
        let label = expression.get("key").and_then(Node::as_str).and_then(|key| labels?.get(key)?.as_str());
        let values = expression.get("values").map_or(&[][..], Node::items);
        label.is_some() && values.iter().any(|value| value.as_str() == label)
    })
}
