//! What a repository, or one of its environments, asks of the checks.

use super::{STRING, STRINGS, map, words};
use crate::grammar::{Object, Type, field};

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
        field("ignore", Type::List(&Type::Object(&IGNORE)), "Findings to live with."),
    ],
);

const IGNORE: Object = Object::new(
    "what is ignored",
    &[
        field("codes", STRINGS, "Codes, or what codes start with; `POL001/exposure` is one policy."),
        field("reason", STRING, "Why this is right here."),
        field("until", STRING, "The last day, such as `2027-01-31`; then the findings count again."),
        field("environments", STRINGS, "Only in these; `*` stands for any characters."),
        field("paths", STRINGS, "Only in these files, from the root; `**` stands for any number of directories."),
        field("resources", STRINGS, "Only these objects: `Kind`, `Kind/name` or `Kind/namespace/name`, with `*`."),
        field("fields", STRINGS, "Only these fields, and what is inside: `spec.template.spec.containers[web]`."),
    ],
);
