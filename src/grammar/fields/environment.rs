//! `Environment` and `EnvironmentDefaults`.

use super::{NAME, STRING, STRINGS, TEXTS, app::SECTIONS, argocd::SETTINGS, lint::LINT, map, words};
use crate::grammar::{Object, Scalar, Type, Union, field};

/// An environment, `envs/<env>/env.yaml`.
pub const ENVIRONMENT: Object = Object::new(
    "an Environment",
    &[
        field("apiVersion", words(&["karat/v1"]), "Always `karat/v1`."),
        field("kind", words(&["Environment"]), "Always `Environment`."),
        field("metadata", Type::Object(&METADATA), "The environment's name."),
        field("promotesFrom", NAME, "The environment that changes come from: that of `prod` may be `staging`."),
        field("domain", STRING, "The domain of its ingresses: `${env.domain}`."),
        field("namespace", STRING, "The namespace of each app, such as `${app.team}-dev`."),
        field("namespaceLabels", TEXTS, "Labels of its namespaces, such as the Pod Security level."),
        field("cluster", Type::Object(&CLUSTER), "Where it runs, and what runs there."),
        field(
            "clusters",
            map(&Type::Object(&OTHER_CLUSTER)),
            "Other clusters by name, like `cluster` in version and APIs, that apps may be synced to by `argocd.cluster`.",
        ),
        field("platform", Type::Object(&PLATFORM), "Where the neighbours live, for NetworkPolicies."),
        field("argocd", Type::Object(&SETTINGS), "What Argo CD does otherwise here, over what the Project says."),
        field("lint", Type::Object(&LINT), "What is asked of the checks here, over what the Project asks."),
        field("apps", Type::Object(&APPS), "Which apps it has; all of `envs/base` when left out."),
        field("defaults", Type::Object(&SECTIONS), "Weak values: they fill what an app leaves open."),
        field("overrides", Type::Object(&SECTIONS), "Strong values, over the app's base and under its overlay."),
        field("enforce", Type::Object(&SECTIONS), "Values that no layer may set otherwise."),
    ],
);

/// What every environment starts from, `envs/defaults.yaml`.
pub const DEFAULTS: Object = Object::new(
    "EnvironmentDefaults",
    &[
        field("apiVersion", words(&["karat/v1"]), "Always `karat/v1`."),
        field("kind", words(&["EnvironmentDefaults"]), "Always `EnvironmentDefaults`."),
        field("defaults", Type::Object(&SECTIONS), "Weak values: they fill what environments and apps leave open."),
    ],
);

const METADATA: Object =
    Object::new("an environment's metadata", &[field("name", NAME, "The same as the environment's directory.")]);

const CLUSTER: Object = Object::new(
    "a cluster",
    &[
        field("server", STRING, "The API server's URL, as Argo CD knows the cluster."),
        field("name", STRING, "The cluster's name in Argo CD, instead of `server`."),
        field(
            "kubeVersion",
            Type::Scalar(Scalar::KubeVersion),
            "Kubernetes' minor version: `\"1.34\"`. The project's when left out.",
        ),
        field("apis", STRINGS, "API groups and versions beside Kubernetes' own, such as `keda.sh/v1alpha1`."),
    ],
);

const OTHER_CLUSTER: Object = Object::new(
    "another cluster",
    &[
        field("server", STRING, "The API server's URL, as Argo CD knows the cluster."),
        field("name", STRING, "The cluster's name in Argo CD."),
    ],
)
.union(Union::Key(&["server", "name"]));

const PLATFORM: Object = Object::new(
    "a platform",
    &[
        field("ingress", Type::Object(&PEER), "The ingress controller's pods."),
        field("gateway", Type::Object(&PEER), "The pods that the Gateways' requests come from."),
        field("monitoring", Type::Object(&PEER), "The scrapers' pods."),
        field("dns", Type::Object(&PEER), "The name servers' pods."),
    ],
);

const PEER: Object =
    Object::new("a peer", &[field("namespace", NAME, "Their namespace."), field("podLabels", TEXTS, "Their labels.")]);

const APPS: Object = Object::new(
    "a choice of apps",
    &[
        field("include", STRINGS, "Names; `*` stands for any characters."),
        field("exclude", STRINGS, "Names that are left out again."),
    ],
);
