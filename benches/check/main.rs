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
    process::{Command, Stdio},
};

use measure::{Costs, measure};
use table::{head, mebibytes, row};

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
        println!("binary: {}\n", mebibytes(fs::metadata(KARAT)?.len()));
        head();
        row("`karat --version`", &measure(&mut karat(HOUSE.as_ref(), &["--version"]), 100)?);
        row("`check` of this repository", &self.check(HOUSE.as_ref())?);
        let (plain, linear) = self.scaling()?;
        let notes = [linear, self.policies(&plain)?, self.kustomize()?];
        println!("\n- {}", notes.join("\n- "));
        Ok(())
    }

    /// N apps, and five times as many.
    fn scaling(&self) -> io::Result<(Costs, String)> {
        let small = self.check(&self.repository(self.apps, false)?)?;
        row(&format!("`check` of {} apps × 3 environments", self.apps), &small);
        let large = self.check(&self.repository(self.apps * 5, false)?)?;
        row(&format!("`check` of {} apps × 3 environments", self.apps * 5), &large);
        let linear = format!("five times the apps take {}", large.ratio(&small));
        Ok((small, linear))
    }

    /// The same with this repository's policies.
    fn policies(&self, plain: &Costs) -> io::Result<String> {
        let costs = self.check(&self.repository(self.apps, true)?)?;
        row(&format!("`check` of {} apps × 3 environments, with policies", self.apps), &costs);
        Ok(format!("a check with policies in Rego takes {}", costs.ratio(plain)))
    }

    /// A fifth of the apps in one environment, rendered by Karat and by kustomize.
    fn kustomize(&self) -> io::Result<String> {
        let apps = self.apps.div_ceil(5);
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
        let golden = karat(&root, &["golden"]).stdout(Stdio::null()).status()?;
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
