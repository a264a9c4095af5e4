//! `cmp generate`, as Argo CD's plugin server runs it: one app of many.

use std::{io, process::Command};

use crate::{
    Bench, KARAT,
    measure::measure,
    repository::{self, name},
    table::row,
};

/// Repositories by their apps, where nobody says how many.
const APPS: [u32; 2] = [20, 1000];

impl Bench {
    /// Measures one app in repositories of several sizes.
    pub(crate) fn cmp(&self) -> io::Result<()> {
        let sizes = self.apps.map_or(APPS.to_vec(), |apps| vec![apps]);
        for apps in sizes {
            let root = self.fresh(&format!("cmp-{apps}"))?;
            repository::generate(&root, apps)?;
            let mut command = Command::new(KARAT);
            command.args(["cmp", "generate"]).current_dir(root.join("envs/prod")).env_clear();
            command.env("ARGOCD_ENV_APP", name(apps / 3));
            row(&format!("`cmp generate` of one of {apps} apps"), &measure(&mut command, self.runs)?);
        }
        Ok(())
    }
}
