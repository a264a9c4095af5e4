//! What every rendered object has.

use super::{Reason, Table};

pub(super) static TABLES: &[Table] = &[Table { title: "Every object", places: &[], reasons: OBJECT }];

static OBJECT: &[Reason] = &[
    Reason::always("/apiVersion", "the version of the kind that the renderer knows"),
    Reason::always("/kind", "the kind that the section of the spec stands for"),
    Reason::always("/metadata/labels/app.kubernetes.io~1managed-by", "every object says who wrote it"),
];
