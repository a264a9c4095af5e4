//! The README's tour: its commands are run in an empty directory, and must print what the page says.

use std::{env, fs, path::Path, process::Command};

use crate::generated::current;

/// What starts a session of commands, each after `$ `, with what they print.
const SESSION: &str = "```console";

#[test]
fn the_readme_prints_what_karat_prints() {
    let directory = tempfile::tempdir().unwrap();
    let page = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md")).unwrap();
    let (mut replayed, mut lines) = (Vec::new(), page.lines());
    while let Some(line) = lines.next() {
        replayed.push(line.to_owned());
        if line == SESSION {
            let session = lines.by_ref().take_while(|line| *line != "```");
            for command in session.filter_map(|line| line.strip_prefix("$ ")) {
                replayed.push(format!("$ {command}"));
                replayed.extend(run(command, directory.path()).lines().map(str::to_owned));
            }
            replayed.push("```".to_owned());
        }
    }
    current("README.md", &(replayed.join("\n") + "\n"));
}

/// What a shell prints that finds `karat`.
fn run(command: &str, directory: &Path) -> String {
    let mut path = env::var_os("PATH").map_or_else(Vec::new, |path| env::split_paths(&path).collect());
    path.insert(0, Path::new(env!("CARGO_BIN_EXE_karat")).parent().unwrap().to_owned());
    let mut shell = Command::new("sh");
    shell.args(["-c", &format!("{command} 2>&1")]).current_dir(directory);
    shell.env("PATH", env::join_paths(path).unwrap()).env("LC_ALL", "C.UTF-8").env("NO_COLOR", "1");
    String::from_utf8(shell.output().unwrap().stdout).unwrap()
}
