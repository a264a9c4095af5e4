//! `App` and `AppOverlay`: one workload and all that belongs to it.

use super::{
    NAME, STRING, STRINGS, TEXTS, argocd, container::CONTAINER, ingress::INGRESS, jobs::JOB, loadtest::LOADTEST, map,
    named, network, scaling, storage, words, workload::WORKLOAD,
};
use crate::grammar::{Field, Object, Scalar, Short, Type, Union, field};

/// An app's base spec, `envs/base/<app>/app.yaml`.
pub const APP: Object = Object::new("an App", FIELDS);

/// One environment's overlay of an app, `envs/<env>/<app>.yaml`. It has the fields of an App.
pub const OVERLAY: Object = Object::new("an AppOverlay", FIELDS);

/// What an environment's `defaults`, `overrides` and `enforce` may hold: the fields of an App without its header.
pub const SECTIONS: Object = Object::new("a layer of an App", FIELDS.split_at(HEADER).1);

/// How many of the fields only say what kind of file it is.
const HEADER: usize = 2;

const FIELDS: &[Field] = &[
    field("apiVersion", words(&["karat/v1"]), "Always `karat/v1`."),
    field("kind", words(&["App", "AppOverlay"]), "`App` in `envs/base`, `AppOverlay` in an environment."),
    field("metadata", Type::Object(&METADATA), "The app's name, and what all of its objects carry."),
    field("image", Type::Object(&IMAGE), "The image of every container that names no other."),
    field("workload", Type::Object(&WORKLOAD), "How the app's pods are run."),
    field("containers", named(&Type::Object(&CONTAINER)), "The pod's containers by name."),
    field("init", named(&Type::Object(&CONTAINER)), "Containers that run to completion before, in this order."),
    field(
        "sidecars",
        named(&Type::Object(&CONTAINER)),
        "Init containers with `restartPolicy: Always`; they start before those of `init`.",
    ),
    field(
        "volumes",
        named(&Type::Object(&storage::VOLUME)),
        "Volumes by name; a pod has those that its containers mount.",
    ),
    field("service", named(&Type::Object(&network::SERVICE)), "Services by name; `main` is named after the app."),
    field("ingress", named(&Type::Object(&INGRESS)), "Ingresses or routes by name; `main` is named after the app."),
    field("config", named(&Type::Object(&storage::CONFIG)), "ConfigMaps by name; `main` is named after the app."),
    field("secrets", named(&Type::Object(&storage::SECRET)), "Secrets that somebody else fills, by name."),
    field(
        "autoscaling",
        Type::Object(&scaling::AUTOSCALING),
        "A HorizontalPodAutoscaler, or with triggers a KEDA ScaledObject.",
    ),
    field("disruption", Type::Object(&scaling::DISRUPTION), "A PodDisruptionBudget."),
    field("network", Type::Object(&network::NETWORK), "Who may speak to whom: NetworkPolicies, URLs and sync waves."),
    field(
        "jobs",
        named(&Type::Object(&JOB)),
        "Jobs, CronJobs and Argo CD hooks by name; the object is `<app>-<name>`. No service selects their pods.",
    ),
    field("loadtest", Type::Object(&LOADTEST), "The load test that says whether the app meets its objectives."),
    field("rbac", Type::Object(&RBAC), "What the app's ServiceAccount may do."),
    field("argocd", Type::Object(&argocd::APP), "How Argo CD syncs the app."),
    field("extra", map(&Type::Tree), "Any other object by name, as Kubernetes reads it."),
    field("patches", map(&Type::Object(&PATCH)), "Changes to the rendered objects, in this order: the last resort."),
];

const METADATA: Object = Object::new(
    "an app's metadata",
    &[
        field("name", NAME, "The name of the app and of its main objects; the same as its directory."),
        field("team", NAME, "Who owns the app: a label, and the AppProject `<env>-<team>`."),
        field("labels", TEXTS, "Labels of every object; never part of a selector."),
        field("annotations", TEXTS, "Annotations of every object."),
    ],
);

/// An image, or its parts.
pub const IMAGE: Object = Object::new(
    "an image",
    &[
        field("repository", STRING, "Registry and path."),
        field("tag", STRING, "The tag. Quote it: `1.10` is a number."),
        field("digest", Type::Scalar(Scalar::Digest), "`sha256:…`; wins over the tag."),
        field("pullPolicy", words(&["Always", "IfNotPresent", "Never"]), "When the kubelet pulls."),
    ],
)
.short(Short::Image);

const RBAC: Object = Object::new(
    "rbac",
    &[
        field(
            "rules",
            map(&Type::Object(&RULE)),
            "The rules of a Role in the app's namespace, bound to its ServiceAccount.",
        ),
        field(
            "clusterRules",
            map(&Type::Object(&RULE)),
            "The rules of a ClusterRole, `<namespace>-<app>`, bound to the app's ServiceAccount.",
        ),
        field(
            "bindings",
            map(&Type::Object(&BINDING)),
            "Roles that exist elsewhere, bound to the app's ServiceAccount or to others.",
        ),
    ],
);

const RULE: Object = Object::new(
    "a rule",
    &[
        field("apiGroups", STRINGS, "API groups; `\"\"` is the core group, which is also the default."),
        field("resources", STRINGS, "Resources, such as `pods`."),
        field("names", STRINGS, "Names of single objects."),
        field("verbs", STRINGS, "Verbs, such as `get`."),
    ],
);

const BINDING: Object = Object::new(
    "a binding",
    &[
        field("role", NAME, "A Role of the app's namespace."),
        field("clusterRole", STRING, "A ClusterRole, bound in the app's namespace only."),
        field("subjects", map(&Type::Object(&SUBJECT)), "Who gets it by name; the app's ServiceAccount when left out."),
    ],
)
.union(Union::Key(&["role", "clusterRole"]));

const SUBJECT: Object = Object::new(
    "a subject",
    &[
        field("kind", words(&["User", "Group", "ServiceAccount"]), "What the name names."),
        field("namespace", NAME, "The ServiceAccount's namespace."),
    ],
);

const PATCH: Object = Object::new(
    "a patch",
    &[
        field("target", Type::Object(&TARGET), "The one object that is changed."),
        field("merge", Type::MergePatch, "A JSON Merge Patch (RFC 7396)."),
        field("json", Type::List(&Type::Tree), "A JSON Patch (RFC 6902); a path step may be `[name=app]`."),
    ],
)
.union(Union::Key(&["merge", "json"]));

const TARGET: Object = Object::new(
    "a target",
    &[
        field("group", STRING, "The API group, where the kind alone is not clear."),
        field("kind", STRING, "The kind."),
        field("name", STRING, "The name, as rendered."),
    ],
);
