//! Speed and size of the `karat` binary, as whole processes on generated repositories; prints Markdown.
//!
//! `cargo bench --bench check -- [--apps N] [--runs N]`

mod kustomize;
mod measure;
mod repository;
mod table;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use measure::{Costs, measure};
use table::{Table, mebibytes};

const KARAT: &str = env!("CARGO_BIN_EXE_karat");
const HOUSE: &str = env!("CARGO_MANIFEST_DIR");

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let bench = Bench {
        apps: number(&arguments, "--apps", 1000)?,
        runs: number(&arguments, "--runs", 11)?,
        directory: Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench"),
    };
    bench.run()
}

/// The number after a flag.
fn number(arguments: &[String], flag: &str, default: u32) -> io::Result<u32> {
    let value = arguments.iter().skip_while(|argument| *argument != flag).nth(1);
    value.map_or(Ok(default), |value| value.parse().map_err(|error| io::Error::other(format!("{flag}: {error}"))))
}

/// What is measured, and where.
struct Bench {
    apps: u32,
    runs: u32,
    directory: PathBuf,
}

impl Bench {
    fn run(&self) -> io::Result<()> {
        let mut table = Table::default();
        println!("binary: {}\n", mebibytes(fs::metadata(KARAT)?.len()));
        table.add("`karat --version`", &measure(&mut karat(HOUSE.as_ref(), &["--version"]), 100)?);
        table.add("`check` of this repository", &self.check(HOUSE.as_ref())?);
        let plain = self.scaling(&mut table)?;
        self.policies(&mut table, &plain)?;
        self.kustomize(&mut table)?;
        print!("{table}");
        Ok(())
    }

    /// N apps, and five times as many.
    fn scaling(&self, table: &mut Table) -> io::Result<Costs> {
        let small = self.check(&self.repository(self.apps, false)?)?;
        table.add(&format!("`check` of {} apps × 3 environments", self.apps), &small);
        let large = self.check(&self.repository(self.apps * 5, false)?)?;
        table.add(&format!("`check` of {} apps × 3 environments", self.apps * 5), &large);
        table.note(&format!("five times the apps take {:.2} times as long", large.ratio(&small)));
        Ok(small)
    }

    /// The same with this repository's policies.
    fn policies(&self, table: &mut Table, plain: &Costs) -> io::Result<()> {
        let costs = self.check(&self.repository(self.apps, true)?)?;
        table.add(&format!("`check` of {} apps × 3 environments, with policies", self.apps), &costs);
        table.note(&format!("policies in Rego take {:.2} times as long as none", costs.ratio(plain)));
        Ok(())
    }

    /// A fifth of the apps in one environment, rendered by Karat and by kustomize.
    fn kustomize(&self, table: &mut Table) -> io::Result<()> {
        let apps = self.apps.div_ceil(5);
        let ours = self.repository(apps, false)?;
        let karat = measure(&mut karat(&ours, &["render", "-e", "prod"]), self.runs)?;
        table.add(&format!("`render -e prod` of {apps} apps"), &karat);
        let theirs = self.fresh(&format!("kustomize-{apps}"))?;
        kustomize::generate(&ours.join("golden/dev"), &theirs, apps)?;
        let mut command = Command::new("kustomize");
        command.args(["build", "prod"]).current_dir(&theirs);
        match measure(&mut command, 3) {
            Ok(costs) => {
                table.add(&format!("`kustomize build` of {apps} apps"), &costs);
                table.note(&format!("kustomize takes {:.0} times as long", costs.ratio(&karat)));
            }
            Err(error) => table.note(&format!("SKIPPED: kustomize ({error})")),
        }
        Ok(())
    }

    fn check(&self, root: &Path) -> io::Result<Costs> {
        measure(&mut karat(root, &["check"]), self.runs)
    }

    /// A repository of N apps with its golden files.
    fn repository(&self, apps: u32, policies: bool) -> io::Result<PathBuf> {
        let root = self.fresh(&format!("{apps}{}", if policies { "-policies" } else { "" }))?;
        repository::generate(&root, apps)?;
        if policies {
            copy(&Path::new(HOUSE).join("policies"), &root.join("policies"))?;
        }
        let golden = karat(&root, &["golden"]).status()?;
        if golden.success() { Ok(root) } else { Err(io::Error::other(format!("karat golden: {golden}"))) }
    }

    /// An empty directory.
    fn fresh(&self, name: &str) -> io::Result<PathBuf> {
        let path = self.directory.join(name);
        if path.exists() {
            fs::remove_dir_all(&path)?;
        }
        fs::create_dir_all(&path)?;
        Ok(path)
    }
}

fn karat(root: &Path, arguments: &[&str]) -> Command {
    let mut command = Command::new(KARAT);
    command.args(arguments).current_dir(root);
    command
}

/// Writes a file and the directories above it.
fn write(path: &Path, text: &str) -> io::Result<()> {
    fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
    fs::write(path, text)
}

fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let (entry, target) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if entry.is_dir() {
            copy(&entry, &target)?;
        } else {
            write(&target, &fs::read_to_string(entry)?)?;
        }
    }
    Ok(())
}
