//! Volumes, configuration and secrets.

use super::{BOOL, DURATION, NAME, QUANTITY, STRING, TEXTS, map, words};
use crate::grammar::{Object, Scalar, Short, Type, Union, field};

pub(super) const VOLUME: Object = Object::new(
    "a volume",
    &[
        field("emptyDir", Type::Object(&EMPTY_DIR), "A directory that lives as long as the pod; `{}` will do."),
        field("claim", Type::Object(&CLAIM), "A PersistentVolumeClaim, rendered with the app."),
        field("existingClaim", STRING, "A PersistentVolumeClaim that exists."),
        field("hostPath", STRING, "A path of the node."),
        field("projected", Type::Tree, "A ProjectedVolumeSource."),
        field("csi", Type::Tree, "A CSIVolumeSource."),
    ],
)
.union(Union::Key(&["emptyDir", "claim", "existingClaim", "hostPath", "projected", "csi"]));

const EMPTY_DIR: Object = Object::new(
    "an empty directory",
    &[
        field("sizeLimit", QUANTITY, "How much it may hold."),
        field("medium", words(&["", "Memory"]), "`Memory` for a tmpfs."),
    ],
);

const CLAIM: Object = Object::new(
    "a claim",
    &[
        field("size", QUANTITY, "How much is asked for."),
        field("storageClass", STRING, "The StorageClass; the cluster's default when left out."),
        field("accessModes", Type::List(&ACCESS_MODE), "`ReadWriteOnce` when left out."),
        field("perReplica", BOOL, "One claim for each pod of a StatefulSet."),
    ],
);

const ACCESS_MODE: Type = words(&["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"]);

pub(super) const CONFIG: Object = Object::new(
    "a config",
    &[
        field("data", map(&Type::Scalar(Scalar::Data)), "Keys and their texts."),
        field("files", map(&Type::Object(&FILE)), "Keys and the files, beside `app.yaml`, that hold their texts."),
        field("immutable", BOOL, "Whether the ConfigMap can never change."),
    ],
);

const FILE: Object = Object::new(
    "a file",
    &[
        field("path", STRING, "From the app's directory."),
        field("template", BOOL, "Whether `${…}` in it is filled in."),
    ],
)
.short(Short::Scalar("path"));

pub(super) const SECRET: Object = Object::new(
    "a secret",
    &[
        field("externalSecret", Type::Object(&EXTERNAL_SECRET), "Filled by the External Secrets Operator."),
        field("existing", STRING, "The name of a Secret that somebody else makes."),
    ],
)
.union(Union::Key(&["externalSecret", "existing"]));

const EXTERNAL_SECRET: Object = Object::new(
    "an external secret",
    &[
        field("store", NAME, "The SecretStore."),
        field("storeKind", words(&["SecretStore", "ClusterSecretStore"]), "`ClusterSecretStore` when left out."),
        field("path", STRING, "Where the store keeps it."),
        field(
            "keys",
            TEXTS,
            "Keys of the Secret, and the properties of the path that fill them; all of them when left out.",
        ),
        field("refresh", DURATION, "How often it is read again; hourly when left out."),
    ],
);
