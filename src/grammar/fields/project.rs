//! `Project`: the settings of a repository.

use super::{STRING, argocd::SETTINGS, lint::LINT, words};
use crate::grammar::{Object, Scalar, Type, field};

/// The repository's settings, `karat.yaml`.
pub const PROJECT: Object = Object::new(
    "a Project",
    &[
        field("apiVersion", words(&["karat/v1"]), "Always `karat/v1`."),
        field("kind", words(&["Project"]), "Always `Project`."),
        field(
            "karat",
            STRING,
            "The version that writes the golden files: `\"=0.1.0\"`. Another version refuses to work.",
        ),
        field(
            "kubeVersion",
            Type::Scalar(Scalar::KubeVersion),
            "Kubernetes' minor version where an environment names none.",
        ),
        field("argocd", Type::Object(&SETTINGS), "How Argo CD finds this repository; no Applications when left out."),
        field("failOn", words(&["error", "warning"]), "The least severity that makes `check` fail."),
        field("lint", Type::Object(&LINT), "What is asked of the checks, in every environment."),
    ],
);
