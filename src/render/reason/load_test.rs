//! What runs a load test in the cluster.

use super::{Reason, Table};
use crate::grammar::fields::APP_FILE;

pub(super) static TABLES: &[Table] = &[
    Table { title: "What runs a load test", places: ALL, reasons: COMMON },
    Table { title: "Job of a load test", places: &[("Job", "")], reasons: JOB },
    Table { title: "Pods of a load test", places: &[("Job", "/spec/template/spec")], reasons: POD },
    Table {
        title: "Containers of a load test",
        places: &[("Job", "/spec/template/spec/containers/*")],
        reasons: CONTAINER,
    },
    Table { title: "ServiceAccount of a load test", places: &[("ServiceAccount", "")], reasons: ACCOUNT },
    Table { title: "Role of a load test", places: &[("Role", "")], reasons: ROLE },
    Table { title: "Service of a load test", places: &[("Service", "")], reasons: SERVICE },
    Table { title: "NetworkPolicy of a load test", places: &[("NetworkPolicy", "")], reasons: NETWORK_POLICY },
    Table { title: "ConfigMap of a load test", places: &[("ConfigMap", "")], reasons: CONFIG_MAP },
];

const ALL: &[(&str, &str)] = &[
    ("ConfigMap", ""),
    ("Job", ""),
    ("NetworkPolicy", ""),
    ("Role", ""),
    ("RoleBinding", ""),
    ("Service", ""),
    ("ServiceAccount", ""),
];

static COMMON: &[Reason] = &[because(
    "/metadata/name",
    "always the same, so that Argo CD finds the last run and takes it away before the next",
)];

static JOB: &[Reason] = &[
    because("/metadata/annotations/argocd.argoproj.io~1hook", "it runs when the app is synced and healthy"),
    because(
        "/metadata/annotations/argocd.argoproj.io~1hook-delete-policy",
        "it stays for its log, whatever the verdict, until the next run takes its place",
    ),
    unless(
        "loadtest.job.wave",
        "/metadata/annotations/argocd.argoproj.io~1sync-wave",
        "behind all other jobs of the phase: what they prepare or find out comes first",
    ),
    unless(
        "loadtest.job.deadline",
        "/spec/activeDeadlineSeconds",
        "what a run takes at most that goes as planned, and three minutes for a node and the image",
    ),
    because("/spec/backoffLimit", "a verdict does not get better by asking again"),
    because("/spec/completionMode", "workers have numbers: each takes its share of one plan"),
    because(
        "/spec/template/metadata/labels/karat.dev~1job",
        "the NetworkPolicy and the Service select these pods alone",
    ),
];

const SAFE: &str = "the strictest of the Pod Security Standards, which the image satisfies in any namespace";
const APART: &str = "workers on one node would take its CPU and its network from each other";

static POD: &[Reason] = &[
    because("/serviceAccountName", "an account of its own, which has no rights of the app"),
    because(
        "/automountServiceAccountToken",
        "only `job.report: configMap`, and `replicas` without `prometheus`, need the Kubernetes API",
    ),
    because("/securityContext/runAsNonRoot", SAFE),
    because("/securityContext/seccompProfile/type", SAFE),
    because("/subdomain", "the headless Service gives each worker a name"),
    because("/restartPolicy", "a second run in the same pod would hide the first one's verdict"),
    because("/topologySpreadConstraints/*/topologyKey", APART),
    because("/topologySpreadConstraints/*/whenUnsatisfiable", "if there is but one node, it has to do"),
];

static CONTAINER: &[Reason] = &[
    unless("loadtest.job.image", "/image", "the version that renders, which knows every field of the load test"),
    because(
        "/args/*",
        "the report goes to the log, the verdict to where `kubectl describe` shows it, or into a ConfigMap, too",
    ),
    unless("loadtest.job.resources", "/resources/requests/*", "enough for some thousand requests a second"),
    unless(
        "loadtest.job.resources",
        "/resources/limits/memory",
        "the histograms, and room for thousands of connections",
    ),
    unless(
        "loadtest.job.resources",
        "/resources/limits/cpu",
        "a CPU more than `threads`: a generator that its quota stops is late, and its run inconclusive",
    ),
    because("/ports/*/containerPort", "where worker 0 waits for the others"),
    because("/terminationMessagePolicy", "where there is no verdict, the end of the log says why"),
    because("/securityContext/allowPrivilegeEscalation", SAFE),
    because("/securityContext/readOnlyRootFilesystem", SAFE),
    because("/securityContext/capabilities/drop/*", SAFE),
    because("/volumeMounts/*/mountPath", "where the program is told to look"),
];

static ACCOUNT: &[Reason] = &[because("/automountServiceAccountToken", "pods that need a token ask for it themselves")];

static ROLE: &[Reason] = &[
    because("/rules/*/resourceNames/*", "the report, and no other ConfigMap"),
    because("/rules/*/verbs/*", "what the report, or the timeline of replicas, takes"),
];

static SERVICE: &[Reason] = &[
    because("/spec/clusterIP", "without an address of its own it gives each worker a name"),
    because("/spec/publishNotReadyAddresses", "workers look for each other before any of them is ready"),
    because("/spec/ports/*/port", "where worker 0 waits for the others"),
];

static NETWORK_POLICY: &[Reason] = &[
    because(
        "/spec/podSelector/matchLabels/karat.dev~1job",
        "what the load test may do, and who may reach it, holds for no other pod of the app",
    ),
    because("/spec/egress/*/ports/*/port", "names are looked up, services asked, and workers meet"),
];

static CONFIG_MAP: &[Reason] = &[because(
    "/data/*",
    "the section `loadtest` with everything looked up that it refers to: `karat load --file` runs it",
)];

/// What a load test calls for.
const fn because(fields: &'static str, text: &'static str) -> Reason {
    Reason::always(fields, text).because_of("loadtest")
}

/// The same, where a field of the spec has the last word.
const fn unless(path: &'static str, fields: &'static str, text: &'static str) -> Reason {
    Reason::unless(&APP_FILE, path, fields, text).because_of("loadtest")
}
