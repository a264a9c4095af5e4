//! Workloads, their pods, and what pods mount.

use super::{Reason, Table};
use crate::{
    grammar::fields::APP_FILE,
    sync::{HOOK_DELETE_POLICY_AT, SYNC_WAVE_AT},
};

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
    Table { title: "What an early job needs", places: EARLY, reasons: BEFORE },
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

const EARLY: &[(&str, &str)] = &[
    ("ClusterRole", ""),
    ("ClusterRoleBinding", ""),
    ("ConfigMap", ""),
    ("ExternalSecret", ""),
    ("NetworkPolicy", ""),
    ("PersistentVolumeClaim", ""),
    ("Role", ""),
    ("RoleBinding", ""),
    ("ServiceAccount", ""),
];

static BEFORE: &[Reason] = &[Reason::worked_out(
    SYNC_WAVE_AT,
    "one wave before the earliest job of a wave below 0 whose pods need it; a claim shares that job's wave",
)];

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
    Reason::always("/spec/containers/*/command/*", "`request` of a job is asked by `curl`"),
    Reason::always(
        "/spec/containers/*/args/*",
        "`request` of a job: a status of 400 or more fails, whatever fails is tried again; 6 times and 10 seconds each",
    ),
    Reason::unless(
        &APP_FILE,
        "jobs.<name>.container.securityContext",
        "/spec/containers/*/securityContext/runAsUser",
        "the ready-made image of `request` calls its user by a name, which the kubelet cannot tell from root",
    ),
];

const IMAGE: &str =
    "repository and digest, or repository and tag; the app's own where the container names none, `curl` for a request";

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
        HOOK_DELETE_POLICY_AT,
        "a hook goes when its sync has succeeded; else it stays for its logs until the next one makes it anew",
    )
    .because_of("hook"),
    Reason::unless(
        &APP_FILE,
        "jobs.<name>.retries",
        "/spec/backoffLimit",
        "Argo CD repeats a sync that has failed, with all of its hooks",
    )
    .because_of("hook"),
    Reason::unless(
        &APP_FILE,
        "workload.serviceAccount.create",
        "/spec/template/spec/automountServiceAccountToken",
        "a hook that runs without its app is the namespace's `default` account, and has no token",
    ),
    Reason::unless(
        &APP_FILE,
        "jobs.<name>.deadline",
        "/spec/activeDeadlineSeconds",
        "a hook that hangs would stop the sync for ever, so it has ten minutes",
    )
    .because_of("hook"),
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
