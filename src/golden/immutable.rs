//! Fields that stay what they were when their object was made: the API server refuses to change them.
//!
//! The table follows the validation of updates in Kubernetes' `pkg/apis/*/validation`. What an absent field means is part
//! of it: to write down a default is no change.

use crate::{
    diff::{Change, Kind},
    grammar::formats::quantity,
    node::Node,
};

/// The immutable fields of some kinds.
struct Frozen {
    group: &'static str,
    kinds: &'static [&'static str],
    /// Their paths, each with all that is below it; `*` is any item of a list.
    fields: &'static [&'static str],
    /// Fields below those that may change nevertheless.
    except: &'static [&'static str],
    /// What absent fields mean, by their paths.
    defaults: &'static [(&'static str, &'static str)],
}

const NONE: Frozen = Frozen { group: "", kinds: &[], fields: &[], except: &[], defaults: &[] };

const KINDS: [Frozen; 17] = [
    Frozen { group: "apps", kinds: &["Deployment", "DaemonSet", "ReplicaSet"], fields: &["/spec/selector"], ..NONE },
    Frozen {
        group: "apps",
        kinds: &["StatefulSet"],
        fields: &["/spec"],
        except: &[
            "/spec/replicas",
            "/spec/ordinals",
            "/spec/template",
            "/spec/updateStrategy",
            "/spec/revisionHistoryLimit",
            "/spec/minReadySeconds",
            "/spec/persistentVolumeClaimRetentionPolicy",
            "/spec/volumeClaimTemplates/*/apiVersion",
            "/spec/volumeClaimTemplates/*/kind",
            "/spec/volumeClaimTemplates/*/status",
        ],
        defaults: &[
            ("/spec/podManagementPolicy", "OrderedReady"),
            ("/spec/serviceName", ""),
            ("/spec/volumeClaimTemplates/*/spec/volumeMode", "Filesystem"),
        ],
    },
    Frozen {
        group: "batch",
        kinds: &["Job"],
        fields: &[
            "/spec/selector",
            "/spec/template",
            "/spec/completions",
            "/spec/completionMode",
            "/spec/podFailurePolicy",
            "/spec/successPolicy",
            "/spec/backoffLimitPerIndex",
            "/spec/managedBy",
        ],
        defaults: &[("/spec/completionMode", "NonIndexed"), ("/spec/completions", "1")],
        ..NONE
    },
    Frozen { kinds: &["Service"], fields: &["/spec/clusterIP", "/spec/clusterIPs", "/spec/loadBalancerClass"], ..NONE },
    Frozen {
        kinds: &["PersistentVolumeClaim"],
        fields: &["/spec"],
        except: &["/spec/volumeAttributesClassName"],
        defaults: &[("/spec/volumeMode", "Filesystem")],
        ..NONE
    },
    Frozen {
        kinds: &["PersistentVolume"],
        fields: &["/spec/volumeMode", "/spec/csi", "/spec/nfs", "/spec/hostPath", "/spec/local", "/spec/iscsi"],
        defaults: &[("/spec/volumeMode", "Filesystem")],
        ..NONE
    },
    Frozen { kinds: &["ConfigMap"], fields: &["/data", "/binaryData", "/immutable"], ..NONE },
    Frozen {
        kinds: &["Secret"],
        fields: &["/data", "/stringData", "/immutable", "/type"],
        defaults: &[("/type", "Opaque")],
        ..NONE
    },
    Frozen {
        kinds: &["Pod"],
        fields: &["/spec"],
        except: &[
            "/spec/containers/*/image",
            "/spec/initContainers/*/image",
            "/spec/activeDeadlineSeconds",
            "/spec/tolerations",
            "/spec/schedulingGates",
        ],
        ..NONE
    },
    Frozen {
        group: "rbac.authorization.k8s.io",
        kinds: &["RoleBinding", "ClusterRoleBinding"],
        fields: &["/roleRef"],
        defaults: &[("/roleRef/apiGroup", "rbac.authorization.k8s.io")],
        ..NONE
    },
    Frozen {
        group: "storage.k8s.io",
        kinds: &["StorageClass"],
        fields: &["/provisioner", "/parameters", "/reclaimPolicy", "/volumeBindingMode"],
        defaults: &[("/reclaimPolicy", "Delete"), ("/volumeBindingMode", "Immediate")],
        ..NONE
    },
    Frozen {
        group: "storage.k8s.io",
        kinds: &["VolumeAttributesClass"],
        fields: &["/driverName", "/parameters"],
        ..NONE
    },
    Frozen { group: "networking.k8s.io", kinds: &["IngressClass"], fields: &["/spec/controller"], ..NONE },
    Frozen {
        group: "scheduling.k8s.io",
        kinds: &["PriorityClass"],
        fields: &["/value", "/preemptionPolicy"],
        defaults: &[("/preemptionPolicy", "PreemptLowerPriority"), ("/value", "0")],
        ..NONE
    },
    Frozen { group: "node.k8s.io", kinds: &["RuntimeClass"], fields: &["/handler"], ..NONE },
    Frozen { group: "discovery.k8s.io", kinds: &["EndpointSlice"], fields: &["/addressType"], ..NONE },
    Frozen { group: "apiextensions.k8s.io", kinds: &["CustomResourceDefinition"], fields: &["/spec/scope"], ..NONE },
];

/// The changes of an object that the API server refuses.
pub(super) fn refused<'c, 'n>(changes: &'c [Change<'n>], golden: &Node, object: &Node) -> Vec<&'c Change<'n>> {
    let text = |field: &str| object.get(field).and_then(Node::as_str).unwrap_or_default();
    let group = text("apiVersion").split_once('/').map_or("", |(group, _)| group);
    let Some(frozen) = KINDS.iter().find(|frozen| frozen.group == group && frozen.kinds.contains(&text("kind"))) else {
        return Vec::new();
    };
    let is_refused = |change: &&Change<'_>| frozen.holds(change) && !allows(change, text("kind"), golden, object);
    changes.iter().filter(is_refused).collect()
}

impl Frozen {
    fn holds(&self, change: &Change<'_>) -> bool {
        let path = change.place.pointer().0;
        let among = |paths: &[&str]| paths.iter().any(|field| is_below(&path, field));
        among(self.fields) && !among(self.except) && !self.writes_default(change, &path)
    }

    /// Whether the change says, or says no more, what goes without saying.
    fn writes_default(&self, change: &Change<'_>, path: &[String]) -> bool {
        let default = self.defaults.iter().find(|(field, _)| is_at(path, field)).map(|(_, default)| *default);
        let (Some(default), Some(node)) = (default, change.from.xor(change.to)) else { return false };
        node.scalar_text().is_some_and(|text| text == default)
    }
}

/// Whether a path is that of a field, or leads below it.
fn is_below(path: &[String], field: &str) -> bool {
    let mut steps = path.iter();
    field.split('/').skip(1).all(|name| steps.next().is_some_and(|step| name == "*" || step == name))
}

fn is_at(path: &[String], field: &str) -> bool {
    is_below(path, field) && path.len() == field.matches('/').count()
}

/// Whether the kind makes an exception of such a change, in the light of both objects.
fn allows(change: &Change<'_>, kind: &str, golden: &Node, object: &Node) -> bool {
    let path = change.place.pointer();
    let field: Vec<&str> = path.0.iter().map(String::as_str).collect();
    let same = |pointer: &str, value: &str| {
        [golden, object].into_iter().all(|side| side.at(pointer).and_then(Node::as_str) == Some(value))
    };
    let any = |pointer: &str, value: &str| {
        [golden, object].into_iter().any(|side| side.at(pointer).and_then(Node::as_str) == Some(value))
    };
    let is_true = |pointer: &str| golden.at(pointer).and_then(Node::as_bool) == Some(true);
    match (kind, field.as_slice()) {
        // The address that the cluster gave stays where the field is removed.
        ("Service", ["spec", "clusterIP" | "clusterIPs", ..]) => {
            change.kind == Kind::Removed || any("/spec/type", "ExternalName")
        }
        ("Service", _) => !same("/spec/type", "LoadBalancer"),
        ("ConfigMap", _) | ("Secret", ["data" | "stringData" | "immutable", ..]) => !is_true("/immutable"),
        // Whoever starts a suspended job may still say where it is to run.
        ("Job", ["spec", "template", ..]) => is_true("/spec/suspend"),
        ("Job", ["spec", "completions"]) => is_elastic(object) && is_elastic(golden),
        ("PersistentVolumeClaim", ["spec", "resources", "requests", "storage"]) => grows(change),
        // The cluster sets them where nobody does.
        ("PersistentVolumeClaim", ["spec", "storageClassName" | "volumeName"]) => change.kind == Kind::Added,
        _ => false,
    }
}

/// Whether an indexed job has as many completions as pods at a time: both can then change together.
fn is_elastic(job: &Node) -> bool {
    let number = |field: &str| job.at(field).and_then(Node::as_int);
    job.at("/spec/completionMode").and_then(Node::as_str) == Some("Indexed")
        && number("/spec/completions").is_some()
        && number("/spec/completions") == number("/spec/parallelism")
}

/// Whether a quantity becomes no less; one that cannot be read is the schema's business.
fn grows(change: &Change<'_>) -> bool {
    let amount = |node: Option<&Node>| node.and_then(Node::scalar_text).and_then(|text| quantity(&text));
    match (amount(change.from), amount(change.to)) {
        (Some(from), Some(to)) => to >= from,
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{diff::changes, node::yaml, source::SourceMap};

    fn read(text: &str) -> Node {
        let file = SourceMap::default().add("object.yaml", text);
        yaml::read(file, text).documents.remove(0).root
    }

    /// Holds the two objects of each case against each other: `  from` and `  to` are the bodies of an object.
    #[test]
    fn fixtures() {
        let cases = include_str!("../../tests/fixtures/immutable.yaml");
        let file = SourceMap::default().add("immutable.yaml", cases);
        let parsed = yaml::read(file, cases);
        assert_eq!(parsed.diagnostics, []);
        for case in parsed.documents {
            let text = |field: &str| case.root.get(field).and_then(Node::as_str).unwrap();
            let side = |field: &str| {
                let mut object = read(&format!("apiVersion: {}\nkind: {}\n", text("apiVersion"), text("kind")));
                object.merge(case.root.get(field).unwrap());
                object
            };
            let (from, to) = (side("from"), side("to"));
            let changes = changes(&from, &to);
            let found = refused(&changes, &from, &to).into_iter().map(|change| change.place.pointer().to_string());
            let refused = case.root.get("refused").map(Node::items).unwrap_or_default();
            let expected = refused.iter().map(|pointer| pointer.as_str().unwrap().to_owned());
            let name = format!("{} {:#}", text("kind"), case.root.get("to").unwrap().to_json());
            assert_eq!(found.collect::<Vec<_>>(), expected.collect::<Vec<_>>(), "{name}");
        }
    }
}
