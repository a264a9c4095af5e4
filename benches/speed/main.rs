//! Speed and size of the `karat` binary, as whole processes on generated input; prints Markdown.
//!
//! `cargo bench --bench speed -- [check] [cmp] [lint] [--apps N] [--runs N]`

mod check;
mod cmp;
mod kubeconform;
mod kustomize;
mod lint;
mod manifests;
mod measure;
mod process;
mod repository;
mod table;

use std::{
    env, fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use measure::measure;
use table::{head, mebibytes, row};

const KARAT: &str = env!("CARGO_BIN_EXE_karat");
const HOUSE: &str = env!("CARGO_MANIFEST_DIR");

fn main() -> io::Result<()> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let bench = Bench {
        apps: number(&arguments, "--apps")?,
        runs: number(&arguments, "--runs")?.unwrap_or(11),
        directory: Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench"),
    };
    let named = |name: &str| arguments.iter().any(|argument| argument == name);
    let all = !["check", "cmp", "lint"].into_iter().any(named);
    println!("binary: {}\n", mebibytes(fs::metadata(KARAT)?.len()));
    head();
    row("`karat --version`", &measure(&mut karat(HOUSE.as_ref(), &["--version"]), 100)?);
    let mut notes = Vec::new();
    if all || named("check") {
        notes.extend(bench.check()?);
    }
    if all || named("cmp") {
        bench.cmp()?;
    }
    if all || named("lint") {
        notes.extend(bench.lint()?);
    }
    if !notes.is_empty() {
        println!("\n- {}", notes.join("\n- "));
    }
    Ok(())
}

/// The number after a flag.
fn number(arguments: &[String], flag: &str) -> io::Result<Option<u32>> {
    let value = arguments.iter().skip_while(|argument| *argument != flag).nth(1);
    let number = value.map(|value| value.parse().map_err(|error| io::Error::other(format!("{flag}: {error}"))));
    number.transpose()
}

/// What is measured, and where.
struct Bench {
    apps: Option<u32>,
    runs: u32,
    directory: PathBuf,
}

impl Bench {
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
