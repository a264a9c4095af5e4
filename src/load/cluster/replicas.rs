//! The replicas of a workload, and how many its autoscaler wants, from the Kubernetes API.

use std::{cell::Cell, fmt, time::Duration};

use serde_json::Value;
use smol_str::SmolStr;

use crate::{
    grammar::formats::{is_dns_label, is_dns_subdomain},
    load::kubernetes::{Call, Client, Refusal},
};

/// A workload that can be scaled.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Its namespace.
    pub namespace: SmolStr,
    /// Its kind; found out where it is left out.
    pub kind: Option<Kind>,
    /// Its name.
    pub name: SmolStr,
}

/// The kind of a workload.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// A Deployment.
    Deployment,
    /// A StatefulSet.
    StatefulSet,
}

impl Kind {
    const ALL: [Self; 2] = [Self::Deployment, Self::StatefulSet];

    fn name(self) -> &'static str {
        match self {
            Self::Deployment => "Deployment",
            Self::StatefulSet => "StatefulSet",
        }
    }

    fn resource(self) -> &'static str {
        match self {
            Self::Deployment => "deployments",
            Self::StatefulSet => "statefulsets",
        }
    }
}

impl Workload {
    /// Reads `shop/cart`, or `shop/statefulset/cart`.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no workload; write `shop/cart`, or `shop/statefulset/cart`");
        let parts: Vec<&str> = text.split('/').collect();
        let (namespace, kind, name) = match parts.as_slice() {
            [namespace, name] => (*namespace, None, *name),
            [namespace, kind, name] => {
                let kind = Kind::ALL.into_iter().find(|own| own.name().eq_ignore_ascii_case(kind));
                (*namespace, Some(kind.ok_or_else(wrong)?), *name)
            }
            _ => return Err(wrong()),
        };
        // Both stand in paths and queries as they are.
        if !is_dns_label(namespace) || !is_dns_subdomain(name) {
            return Err(wrong());
        }
        Ok(Self { namespace: namespace.into(), kind, name: name.into() })
    }
}

impl fmt::Display for Workload {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.namespace, self.name)
    }
}

/// Asks for the replicas of a workload.
pub(super) struct Replicas {
    client: Client,
    workload: Workload,
    /// The kind, as soon as it is known.
    kind: Cell<Option<Kind>>,
}

impl Replicas {
    pub(super) fn new(client: Client, workload: Workload) -> Self {
        Self { kind: Cell::new(workload.kind), client, workload }
    }

    /// What the workload says of itself now: wanted, there, ready.
    pub(super) async fn workload(&self, patience: Duration) -> Result<[f64; 3], String> {
        let known = self.kind.get();
        let kinds = known.map_or(Kind::ALL.to_vec(), |kind| vec![kind]);
        for kind in kinds {
            let (namespace, name, resource) = (&self.workload.namespace, &self.workload.name, kind.resource());
            let call = Call::get(format!("/apis/apps/v1/namespaces/{namespace}/{resource}/{name}"));
            match self.client.send(&call, patience).await {
                Ok(object) => {
                    self.kind.set(Some(kind));
                    return Ok(replicas(&object));
                }
                Err(Refusal::Status(404, _)) => {}
                Err(refusal) => return Err(refusal.of("get", &format!("{resource}.apps"), namespace)),
            }
        }
        let kind = known.map_or("Deployment or StatefulSet", Kind::name);
        Err(format!("there is no {kind} `{}`", self.workload))
    }

    /// How many replicas the workload's autoscaler wants; nothing where it has none. KEDA scales by one of these, too.
    pub(super) async fn autoscaler(&self, patience: Duration) -> Result<Option<f64>, String> {
        const RESOURCE: &str = "horizontalpodautoscalers";
        let namespace = &self.workload.namespace;
        let call = Call::get(format!("/apis/autoscaling/v2/namespaces/{namespace}/{RESOURCE}"));
        let list = self.client.send(&call, patience).await;
        let list = list.map_err(|refusal| refusal.of("list", &format!("{RESOURCE}.autoscaling"), namespace))?;
        let items = list.get("items").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
        let own = items.iter().find(|scaler| self.is_scaled_by(scaler));
        Ok(own.map(|scaler| number(scaler, "/status/desiredReplicas")))
    }

    fn is_scaled_by(&self, scaler: &Value) -> bool {
        let target = |field: &str| scaler.pointer("/spec/scaleTargetRef")?.get(field)?.as_str();
        let kind = self.kind.get();
        target("name") == Some(&self.workload.name) && kind.is_none_or(|kind| target("kind") == Some(kind.name()))
    }
}

/// A number that is left out where it is 0.
fn number(object: &Value, pointer: &str) -> f64 {
    object.pointer(pointer).and_then(Value::as_f64).unwrap_or_default()
}

fn replicas(object: &Value) -> [f64; 3] {
    let wanted = object.pointer("/spec/replicas").and_then(Value::as_f64).unwrap_or(1.0);
    [wanted, number(object, "/status/replicas"), number(object, "/status/readyReplicas")]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_kubernetes() {
        let parsed = |text: &str| Workload::parse(text).map(|own| (own.kind, own.to_string()));
        assert_eq!(parsed("shop/cart.db"), Ok((None, "shop/cart.db".to_owned())));
        assert_eq!(parsed("shop/StatefulSet/cart"), Ok((Some(Kind::StatefulSet), "shop/cart".to_owned())));
        for text in ["cart", "/cart", "shop/", "shop.eu/cart", "shop/-cart", "shop/Cart", "shop/a?b", "shop/pod/cart"] {
            assert_eq!(
                parsed(text).unwrap_err(),
                format!("`{text}` is no workload; write `shop/cart`, or `shop/statefulset/cart`")
            );
        }
    }
}
