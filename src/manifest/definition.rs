//! The kinds that CustomResourceDefinitions define.

use super::Manifest;
use crate::node::Node;

impl Manifest {
    /// The group and kind that it defines, if it is a CustomResourceDefinition.
    pub fn defined_kind(&self) -> Option<(&str, &str)> {
        let gvk = &self.id.gvk;
        let text = |pointer| self.object.at(pointer).and_then(Node::as_str);
        let is_definition = gvk.kind == "CustomResourceDefinition" && gvk.group == "apiextensions.k8s.io";
        is_definition.then(|| Some((text("/spec/group")?, text("/spec/names/kind")?)))?
    }
}
