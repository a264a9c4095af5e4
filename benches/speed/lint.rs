//! `lint` on generated manifests, and kubeconform on the same manifests with the same schemas.

use std::{
    io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Bench, karat, kubeconform,
    manifests::{self, OBJECTS},
    measure::{Costs, measure},
    table::row,
    write,
};

/// Files of manifests, where nobody says how many; each holds the objects of one app.
const FILES: u32 = 2000;

/// What only schemas find.
const SCHEMAS: &[&str] = &["lint", "manifests", "--only", "SCH"];

/// All that Karat can find.
const EVERYTHING: &[&str] = &["lint", "manifests", "--pss", "restricted"];

impl Bench {
    /// Measures all of it; what the figures say of each other.
    pub(crate) fn lint(&self) -> io::Result<Vec<String>> {
        let files = self.apps.unwrap_or(FILES);
        let root = self.manifests(files)?;
        let objects = files * OBJECTS;
        let schemas = self.run_lint(&root, SCHEMAS, &format!("`lint --only SCH` of {objects} objects"))?;
        let everything =
            self.run_lint(&root, EVERYTHING, &format!("`lint --pss restricted` of {objects} objects, everything on"))?;
        let many = self.manifests(files * 5)?;
        let what = format!("`lint --pss restricted` of {} objects, everything on", objects * 5);
        let linear = self.run_lint(&many, EVERYTHING, &what)?;
        let mut notes = vec![format!("five times the objects take {}", linear.ratio(&everything))];
        notes.extend(peer(&root, objects, &schemas, &everything)?);
        Ok(notes)
    }

    /// A repository of its own, or the policies of this one would count.
    fn manifests(&self, files: u32) -> io::Result<PathBuf> {
        let root = self.fresh(&format!("lint-{files}"))?;
        write(&root.join("karat.yaml"), "apiVersion: karat/v1\nkind: Project\n")?;
        manifests::generate(&root.join("manifests"), files)?;
        Ok(root)
    }

    fn run_lint(&self, root: &Path, arguments: &[&str], what: &str) -> io::Result<Costs> {
        let costs = measure(&mut karat(root, arguments), self.runs)?;
        row(what, &costs);
        Ok(costs)
    }
}

/// What kubeconform does with the same files and schemas, on as many cores.
fn peer(root: &Path, objects: u32, schemas: &Costs, everything: &Costs) -> io::Result<Vec<String>> {
    kubeconform::write_schemas(&root.join("schemas"))?;
    let cores = std::thread::available_parallelism()?.to_string();
    let mut command = Command::new("kubeconform");
    command.args(["-strict", "-n", &cores, "-schema-location", kubeconform::LOCATION, "manifests"]).current_dir(root);
    Ok(match measure(&mut command, 5) {
        Ok(costs) => {
            row(&format!("`kubeconform -strict` of {objects} objects"), &costs);
            vec![
                format!("kubeconform takes {} of `lint` with schemas alone", costs.ratio(schemas)),
                format!("kubeconform takes {} of `lint` with everything on", costs.ratio(everything)),
            ]
        }
        Err(error) => vec![format!("SKIPPED: kubeconform ({error})")],
    })
}
