//! `check` and `render` on generated repositories.

use std::{
    io,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use crate::{
    Bench, HOUSE, copy, karat, kustomize,
    measure::{Costs, measure},
    repository,
    table::row,
};

/// Apps, where nobody says how many.
const APPS: u32 = 1000;

impl Bench {
    /// Measures all of it; what the figures say of each other.
    pub(crate) fn check(&self) -> io::Result<[String; 3]> {
        let apps = self.apps.unwrap_or(APPS);
        row("`check` of this repository", &self.run_check(HOUSE.as_ref())?);
        let (plain, linear) = self.scaling(apps)?;
        Ok([linear, self.policies(apps, &plain)?, self.kustomize(apps.div_ceil(5))?])
    }

    /// N apps, and five times as many.
    fn scaling(&self, apps: u32) -> io::Result<(Costs, String)> {
        let small = self.run_check(&self.repository(apps, false)?)?;
        row(&format!("`check` of {apps} apps × 3 environments"), &small);
        let large = self.run_check(&self.repository(apps * 5, false)?)?;
        row(&format!("`check` of {} apps × 3 environments", apps * 5), &large);
        let linear = format!("five times the apps take {}", large.ratio(&small));
        Ok((small, linear))
    }

    /// The same with this repository's policies.
    fn policies(&self, apps: u32, plain: &Costs) -> io::Result<String> {
        let costs = self.run_check(&self.repository(apps, true)?)?;
        row(&format!("`check` of {apps} apps × 3 environments, with policies"), &costs);
        Ok(format!("a check with policies in Rego takes {}", costs.ratio(plain)))
    }

    /// Apps in one environment, rendered by Karat and by kustomize.
    fn kustomize(&self, apps: u32) -> io::Result<String> {
        let ours = self.repository(apps, false)?;
        let karat = measure(&mut karat(&ours, &["render", "-e", "prod"]), self.runs)?;
        row(&format!("`render -e prod` of {apps} apps"), &karat);
        let theirs = self.fresh(&format!("kustomize-{apps}"))?;
        kustomize::generate(&ours.join("golden/dev"), &theirs, apps)?;
        let mut command = Command::new("kustomize");
        command.args(["build", "prod"]).current_dir(&theirs);
        Ok(match measure(&mut command, 3) {
            Ok(costs) => {
                row(&format!("`kustomize build` of {apps} apps"), &costs);
                format!("kustomize takes {}", costs.ratio(&karat))
            }
            Err(error) => format!("SKIPPED: kustomize ({error})"),
        })
    }

    fn run_check(&self, root: &Path) -> io::Result<Costs> {
        measure(&mut karat(root, &["check"]), self.runs)
    }

    /// A repository of N apps with its golden files.
    fn repository(&self, apps: u32, policies: bool) -> io::Result<PathBuf> {
        let root = self.fresh(&format!("{apps}{}", if policies { "-policies" } else { "" }))?;
        repository::generate(&root, apps)?;
        if policies {
            copy(&Path::new(HOUSE).join("policies"), &root.join("policies"))?;
        }
        let golden = karat(&root, &["golden"]).stdout(Stdio::null()).status()?;
        if golden.success() { Ok(root) } else { Err(io::Error::other(format!("karat golden: {golden}"))) }
    }
}
