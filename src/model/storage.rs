//! Volumes, configuration and secrets.

use super::{Named, decode::spec_struct};
use crate::node::Node;

spec_struct! {
    /// A volume: one of its fields.
    Volume {
        /// A directory that lives as long as the pod.
        empty_dir: Option<EmptyDir> = "emptyDir",
        /// A PersistentVolumeClaim of the app's.
        claim: Option<Claim> = "claim",
        /// A PersistentVolumeClaim that exists.
        existing_claim: Option<Node> = "existingClaim",
        /// A path of the node.
        host_path: Option<Node> = "hostPath",
        /// A ProjectedVolumeSource.
        projected: Option<Node> = "projected",
        /// A CSIVolumeSource.
        csi: Option<Node> = "csi",
    }
}

spec_struct! {
    /// A directory that lives as long as the pod.
    EmptyDir {
        /// How much it may hold.
        size_limit: Option<Node> = "sizeLimit",
        /// `Memory` for a tmpfs.
        medium: Option<Node> = "medium",
    }
}

spec_struct! {
    /// A PersistentVolumeClaim.
    Claim {
        /// How much is asked for.
        size: Node = "size",
        /// The StorageClass.
        storage_class: Option<Node> = "storageClass",
        /// `ReadWriteOnce` when left out.
        access_modes: Option<Node> = "accessModes",
        /// One for each pod of a StatefulSet.
        per_replica: Option<Node> = "perReplica",
    }
}

spec_struct! {
    /// A ConfigMap.
    Config {
        /// Keys and texts.
        data: Named<Node> = "data",
        /// Keys and files.
        files: Named<ConfigFile> = "files",
        /// Whether it can never change.
        immutable: Option<Node> = "immutable",
    }
}

spec_struct! {
    /// A file beside `app.yaml`.
    ConfigFile {
        /// From the app's directory.
        path: Node = "path",
        /// Whether references in it are filled in.
        template: Option<Node> = "template",
        /// What it holds. The spec loader puts it there, filled in if it is a template.
        content: Option<Node> = "content",
    }
}

spec_struct! {
    /// A Secret that somebody else fills: one of its fields.
    Secret {
        /// By the External Secrets Operator.
        external_secret: Option<ExternalSecret> = "externalSecret",
        /// By whoever made the Secret of this name.
        existing: Option<Node> = "existing",
    }
}

spec_struct! {
    /// An ExternalSecret.
    ExternalSecret {
        /// The SecretStore.
        store: Node = "store",
        /// `SecretStore` or `ClusterSecretStore`.
        store_kind: Option<Node> = "storeKind",
        /// Where the store keeps it.
        path: Node = "path",
        /// Keys, and the properties that fill them.
        keys: Named<Node> = "keys",
        /// How often it is read again; a duration.
        refresh: Option<Node> = "refresh",
    }
}
