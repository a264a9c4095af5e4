//! What LimitRanges fill in.

use super::{ManifestSet, Pod};
use crate::node::Node;

impl ManifestSet {
    /// Whether a LimitRange fills in an amount of a resource that a container of a pod leaves out, by one of the fields
    /// `default` (of limits) and `defaultRequest`.
    pub fn has_default(&self, pod: Pod<'_>, fields: &[&str], resource: &str) -> bool {
        let ranges = self.of_kind("LimitRange").filter(|range| range.id.namespace == pod.manifest.id.namespace);
        ranges.flat_map(|range| range.object.at("/spec/limits").map_or(&[][..], Node::items)).any(|limit| {
            limit.get("type").and_then(Node::as_str) == Some("Container")
                && fields.iter().any(|field| limit.get(field).is_some_and(|it| it.get(resource).is_some()))
        })
    }
}
