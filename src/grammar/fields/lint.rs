//! What a repository, or one of its environments, asks of the checks.

use super::{STRINGS, map, words};
use crate::grammar::{Object, field};

/// The `lint` section of a Project and of an Environment.
pub(super) const LINT: Object = Object::new(
    "what is asked of the checks",
    &[
        field(
            "pss",
            words(&["privileged", "baseline", "restricted"]),
            "The level of the Pod Security Standards that pods are held to; `baseline` when left out.",
        ),
        field("enable", STRINGS, "Rules that nobody has to follow unless asked to: codes, or what codes start with."),
        field(
            "severity",
            map(&words(&["error", "warning", "info", "ignore"])),
            "Severities by code, or by what codes start with; the longest one counts.",
        ),
        field("requiredLabels", STRINGS, "Labels that every object must have (`CFG010`)."),
        field("requiredAnnotations", STRINGS, "Annotations that every object must have (`CFG011`)."),
        field("registries", STRINGS, "Where images may come from: what their references start with (`IMG010`)."),
    ],
);
