//! Autoscalers.

use super::{Reason, Table};
use crate::grammar::fields::APP_FILE;

pub(super) static TABLES: &[Table] = &[
    Table {
        title: "HorizontalPodAutoscaler and ScaledObject",
        places: &[("HorizontalPodAutoscaler", ""), ("ScaledObject", "")],
        reasons: TARGET,
    },
    Table { title: "HorizontalPodAutoscaler", places: &[("HorizontalPodAutoscaler", "")], reasons: HORIZONTAL },
    Table { title: "ScaledObject", places: &[("ScaledObject", "")], reasons: SCALED_OBJECT },
];

static TARGET: &[Reason] = &[
    Reason::always("/spec/scaleTargetRef/apiVersion", "the group of the app's own workload"),
    Reason::unless(&APP_FILE, "workload.type", "/spec/scaleTargetRef/kind", "the app's own workload"),
];

static HORIZONTAL: &[Reason] = &[
    Reason::always("/spec/metrics/*/type", "`metrics` of a spec are cpu and memory, which Kubernetes calls resources"),
    Reason::always(
        "/spec/metrics/*/resource/target/type",
        "`AverageValue` where the metric has an `average`, `Utilization` where it is a percentage",
    ),
];

static SCALED_OBJECT: &[Reason] = &[
    Reason::always(
        "/spec/triggers/*/metricType",
        "`AverageValue` where the metric has an `average`, `Utilization` where it is a percentage",
    ),
    Reason::unless(
        &APP_FILE,
        "autoscaling.triggers.<name>.metadata",
        "/spec/triggers/*/metadata",
        "the API requires a map; this scaler has no settings",
    ),
];
