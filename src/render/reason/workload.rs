//! Workloads, their pods, and what pods mount.

use super::{Reason, Table};
use crate::grammar::fields::APP_FILE;

pub(super) static TABLES: &[Table] = &[
    Table {
        title: "Pods of workloads and jobs",
        places: &[
            ("DaemonSet", "/spec/template"),
            ("Deployment", "/spec/template"),
            ("StatefulSet", "/spec/template"),
            ("Job", "/spec/template"),
            ("CronJob", "/spec/jobTemplate/spec/template"),
        ],
        reasons: POD,
    },
    Table {
        title: "Deployment, StatefulSet and DaemonSet",
        places: &[("Deployment", ""), ("StatefulSet", ""), ("DaemonSet", "")],
        reasons: WORKLOAD,
    },
    Table { title: "CronJob", places: &[("CronJob", "")], reasons: CRON_JOB },
    Table { title: "Job", places: &[("Job", "")], reasons: JOB },
    Table {
        title: "Claims of a StatefulSet",
        places: &[("StatefulSet", "/spec/volumeClaimTemplates/*")],
        reasons: CLAIM_TEMPLATE,
    },
    Table {
        title: "PersistentVolumeClaim",
        places: &[("PersistentVolumeClaim", ""), ("StatefulSet", "/spec/volumeClaimTemplates/*")],
        reasons: CLAIM,
    },
    Table { title: "ExternalSecret", places: &[("ExternalSecret", "")], reasons: EXTERNAL_SECRET },
];

static POD: &[Reason] = &[
    Reason::always("/metadata/labels/app.kubernetes.io~1managed-by", "pods have the labels of every object of the app"),
    Reason::worked_out("/spec/containers/*/image", IMAGE),
    Reason::worked_out("/spec/initContainers/*/image", IMAGE),
    Reason::unless(
        &APP_FILE,
        "jobs.<name>.restart",
        "/spec/restartPolicy",
        "a failed pod of a job stays, for its logs, and another one is started",
    ),
    Reason::always("/spec/initContainers/*/restartPolicy", "an init container that goes on running is a sidecar"),
    Reason::unless(
        &APP_FILE,
        "volumes.<name>.emptyDir",
        "/spec/volumes/*/emptyDir",
        "a directory without a limit of its own, that lives as long as the pod",
    ),
    Reason::unless(
        &APP_FILE,
        "workload.pod.spread.<name>.maxSkew",
        "/spec/topologySpreadConstraints/*/maxSkew",
        "the API requires a number, and 1 is the strictest",
    ),
    Reason::unless(
        &APP_FILE,
        "workload.pod.spread.<name>.whenUnsatisfiable",
        "/spec/topologySpreadConstraints/*/whenUnsatisfiable",
        "the API requires a word; this one makes the constraint count",
    ),
    Reason::unless(
        &APP_FILE,
        "workload.pod.dns.ndots",
        "/spec/dnsConfig/options/*/name",
        "the resolver's name for how many dots make a name absolute",
    ),
];

const IMAGE: &str = "repository and digest, or repository and tag; the app's own where the container names none";

static WORKLOAD: &[Reason] = &[
    Reason::unless(&APP_FILE, "workload.strategy.type", "/spec/strategy/type", ROLLING),
    Reason::unless(&APP_FILE, "workload.strategy.type", "/spec/updateStrategy/type", ROLLING),
];

const ROLLING: &str = "a `strategy` with the settings of a rolling update is one";

static CRON_JOB: &[Reason] = &[Reason::unless(
    &APP_FILE,
    "jobs.<name>.concurrency",
    "/spec/concurrencyPolicy",
    "a run that is due while the last one still works is left out",
)];

static JOB: &[Reason] = &[
    Reason::unless(
        &APP_FILE,
        "jobs.<name>.hookDelete",
        "/metadata/annotations/argocd.argoproj.io~1hook-delete-policy",
        "a hook stays for its logs until the next sync makes it anew",
    ),
    Reason::unless(
        &APP_FILE,
        "jobs.<name>.deadline",
        "/spec/activeDeadlineSeconds",
        "a hook that hangs would stop the sync for ever, so it has ten minutes",
    ),
];

static CLAIM_TEMPLATE: &[Reason] = &[Reason::always("/apiVersion", FILLED_IN), Reason::always("/kind", FILLED_IN)];

static CLAIM: &[Reason] = &[Reason::unless(
    &APP_FILE,
    "volumes.<name>.claim.accessModes",
    "/spec/accessModes/*",
    "what every StorageClass can do",
)];

static EXTERNAL_SECRET: &[Reason] = &[
    Reason::unless(
        &APP_FILE,
        "secrets.<name>.externalSecret.refresh",
        "/spec/refreshInterval",
        "the operator's own default",
    ),
    Reason::unless(
        &APP_FILE,
        "secrets.<name>.externalSecret.storeKind",
        "/spec/secretStoreRef/kind",
        "one store serves all namespaces",
    ),
    Reason::always("/spec/data/*/remoteRef/conversionStrategy", FILLED_IN),
    Reason::always("/spec/data/*/remoteRef/decodingStrategy", FILLED_IN),
    Reason::always("/spec/data/*/remoteRef/metadataPolicy", FILLED_IN),
    Reason::always("/spec/dataFrom/*/extract/conversionStrategy", FILLED_IN),
    Reason::always("/spec/dataFrom/*/extract/decodingStrategy", FILLED_IN),
    Reason::always("/spec/dataFrom/*/extract/metadataPolicy", FILLED_IN),
];

const FILLED_IN: &str =
    "whoever takes the object fills in this default; without it, every comparison shows a difference";
