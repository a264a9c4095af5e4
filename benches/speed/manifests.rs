//! Manifests of N apps, a file each, the same for the same N.

use std::{io, path::Path};

use crate::write;

/// How many objects an app has.
pub(crate) const OBJECTS: u32 = 8;

/// Their kinds.
pub(crate) const KINDS: [&str; OBJECTS as usize] = [
    "apps/v1/Deployment",
    "v1/Service",
    "autoscaling/v2/HorizontalPodAutoscaler",
    "policy/v1/PodDisruptionBudget",
    "networking.k8s.io/v1/NetworkPolicy",
    "v1/ServiceAccount",
    "v1/ConfigMap",
    "networking.k8s.io/v1/Ingress",
];

/// Writes the files, a hundred in a directory.
pub(crate) fn generate(directory: &Path, files: u32) -> io::Result<()> {
    for number in 0..files {
        let team = number / 100;
        let text = APP.replace("APP", &format!("app-{number:05}")).replace("TEAM", &format!("team-{team:03}"));
        write(&directory.join(format!("team-{team:03}/app-{number:05}.yaml")), &text)?;
    }
    Ok(())
}

/// An app as `helm template` prints one: nothing to find in it, for a finding costs more than none.
const APP: &str = include_str!("app.yaml");
