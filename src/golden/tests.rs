//! Tests of `compare`, of `write`, and of both together.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    sync::atomic::{AtomicUsize, Ordering},
};

use super::{
    Scope, Written, compare,
    disk::{Disk, LocalDisk},
    testing::{directories, listed, rendered},
    write,
    write::Writer,
};
use crate::source::{DiskTree, MemoryTree, SourceMap};

const WEB: &str = "\
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  replicas: 3
  template: {spec: {containers: [{name: app, image: web:1}]}}
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {ports: [{port: 80}]}
";

/// The findings of comparing `text` with golden files that were written for `golden`, after a change to them.
fn compared(golden: &str, text: &str, change: impl FnOnce(MemoryTree) -> MemoryTree) -> String {
    let mut sources = SourceMap::default();
    let old = rendered("web", golden, &mut SourceMap::default());
    let mut tree = MemoryTree::default();
    for directory in directories(&old) {
        let names: Vec<&str> = directory.files.keys().map(String::as_str).collect();
        tree = tree.with("golden/.inventory/dev/web", names.join("\n") + "\n");
        for (name, manifest) in &directory.files {
            tree = tree.with(&format!("golden/dev/web/{name}"), super::Directory::content(manifest));
        }
    }
    let set = rendered("web", text, &mut sources);
    let directories = directories(&set);
    let comparison = compare(&change(tree), &directories, &Scope::default(), &mut sources).unwrap();
    let unified = comparison.differences.iter().filter_map(|difference| difference.unified(&sources));
    let unified: Vec<String> = unified.collect();
    [vec![listed(&comparison.diagnostics, &sources)], unified].concat().join("\n")
}

#[test]
fn nothing_to_say() {
    assert_eq!(compared(WEB, WEB, |tree| tree), "");
}

#[test]
fn a_difference_points_at_the_line_that_caused_it() {
    let text = WEB.replace("replicas: 3", "replicas: 4").replace("web:1", "web:2");
    insta::assert_snapshot!(compared(WEB, &text, |tree| tree));
}

#[test]
fn what_nobody_wrote_points_into_the_golden_file() {
    insta::assert_snapshot!(compared(WEB, &WEB.replace("  replicas: 3\n", ""), |tree| tree));
}

#[test]
fn values_of_a_secret_are_not_shown() {
    let secret = |value: &str| {
        format!("apiVersion: v1\nkind: Secret\nmetadata: {{name: db}}\nstringData: {{password: {value}}}\n")
    };
    let found = compared(&secret("hunter1"), &secret("hunter2"), |tree| tree);
    insta::assert_snapshot!(found);
    assert!(!found.contains("hunter"));
}

#[test]
fn broken_golden_files() {
    let deployment = "golden/dev/web/deployment.apps-web.yaml";
    let service = "golden/dev/web/service-web.yaml";
    let with = |path: &'static str, content: &'static [u8]| compared(WEB, WEB, move |tree| tree.with(path, content));
    let found = [
        with(deployment, b"kind: [\n"),
        with(deployment, b""),
        with(deployment, b"a: 1\n---\nb: 1\n"),
        with(deployment, b"\xff\xfe"),
        with(service, b"\xef\xbb\xbfapiVersion: v1\r\nkind: Service\r\nmetadata:\r\n  name: web\r\nspec:\r\n  ports:\r\n    - port: 80\r\n"),
    ];
    let first = found.iter().filter_map(|found| found.lines().next()).collect::<Vec<_>>();
    insta::assert_snapshot!(first.join("\n"));
}

#[test]
fn missing_stale_and_foreign_files() {
    let config = "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: web}\n";
    let found = compared(&WEB.replace("kind: Service", "kind: Endpoints"), &format!("{WEB}---\n{config}"), |tree| {
        tree.with("golden/dev/web/notes.md", "").with("golden/dev/web/charts/a.yaml", "").with("golden/README.md", "")
    });
    insta::assert_snapshot!(found);
}

#[test]
fn an_app_without_any_golden_file_is_one_finding() {
    insta::assert_snapshot!(compared(WEB, WEB, |_| MemoryTree::default()));
}

#[test]
fn an_inventory_that_is_out_of_date() {
    let with = |text: &'static str| compared(WEB, WEB, |tree| tree.with("golden/.inventory/dev/web", text));
    let found = [
        with("deployment.apps-web.yaml\n"),
        with("deployment.apps-web.yaml\ngone.yaml\nservice-web.yaml\n"),
        with("=======\ndeployment.apps-web.yaml\nservice-web.yaml\n"),
    ];
    insta::assert_snapshot!(found.join("\n"));
}

/// Every file below a directory, with its content.
fn content(root: &Path) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for entry in walkdir::WalkDir::new(root).into_iter().map(Result::unwrap) {
        if entry.file_type().is_file() {
            let path = entry.path().strip_prefix(root).unwrap().to_str().unwrap().replace('\\', "/");
            found.insert(path, fs::read_to_string(entry.path()).unwrap());
        }
    }
    found
}

fn write_app(base: &Path, app: &str, text: &str) -> Written {
    let set = rendered(app, text, &mut SourceMap::default());
    write(base, &directories(&set), &Scope::default()).unwrap()
}

#[test]
fn what_is_written_compares_equal() {
    let root = tempfile::tempdir().unwrap();
    let base = root.path().join("golden");
    assert_eq!(write_app(&base, "web", WEB), Written { written: 2, removed: 0, unchanged: 0 });
    assert_eq!(write_app(&base, "web", WEB), Written { written: 0, removed: 0, unchanged: 2 });
    insta::assert_snapshot!(content(root.path()).into_keys().collect::<Vec<_>>().join("\n"));
    let mut sources = SourceMap::default();
    let set = rendered("web", WEB, &mut sources);
    let tree = DiskTree::new(root.path()).unwrap();
    let directories = directories(&set);
    let found = compare(&tree, &directories, &Scope::default(), &mut sources).unwrap();
    assert_eq!(listed(&found.diagnostics, &sources), "");
}

#[test]
fn an_app_that_is_gone_takes_its_files_along_but_not_those_of_others() {
    let root = tempfile::tempdir().unwrap();
    write_app(root.path(), "web", WEB);
    fs::write(root.path().join("dev/web/notes.md"), "mine").unwrap();
    assert_eq!(write_app(root.path(), "shop", WEB), Written { written: 2, removed: 2, unchanged: 0 });
    insta::assert_snapshot!(content(root.path()).into_keys().collect::<Vec<_>>().join("\n"));
}

#[test]
fn a_run_about_one_app_leaves_the_others_alone() {
    let root = tempfile::tempdir().unwrap();
    write_app(root.path(), "web", WEB);
    let scope = Scope { apps: vec!["shop".into()], ..Scope::default() };
    let set = rendered("shop", WEB, &mut SourceMap::default());
    assert_eq!(write(root.path(), &directories(&set), &scope).unwrap().removed, 0);
    let scope = Scope { environments: vec!["prod".into()], ..Scope::default() };
    assert_eq!(write(root.path(), &[], &scope).unwrap(), Written::default());
    assert_eq!(content(root.path()).len(), 6);
}

#[cfg(unix)]
#[test]
fn a_link_leads_nowhere() {
    let root = tempfile::tempdir().unwrap();
    let outside = tempfile::tempdir().unwrap();
    for link in ["golden", "golden/dev", "golden/dev/web", "golden/.inventory"] {
        let base = root.path().join("golden");
        let _ = fs::remove_file(&base);
        let _ = fs::remove_dir_all(&base);
        fs::create_dir_all(root.path().join(link).parent().unwrap()).unwrap();
        std::os::unix::fs::symlink(outside.path(), root.path().join(link)).unwrap();
        let set = rendered("web", WEB, &mut SourceMap::default());
        let error = write(&base, &directories(&set), &Scope::default()).unwrap_err();
        let reasons = ["is not a directory", "the symbolic link leads out of the directory tree"];
        assert!(reasons.iter().any(|reason| error.to_string().ends_with(reason)), "{link}: {error}");
        assert_eq!(content(outside.path()).len(), 0, "{link}");
    }
}

/// A disk on which a run is killed at its n-th operation.
struct DyingDisk {
    left: AtomicUsize,
}

impl DyingDisk {
    fn step(&self) -> io::Result<()> {
        let left = self.left.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1));
        left.map(|_| ()).map_err(|_| io::Error::other("killed"))
    }
}

impl Disk for DyingDisk {
    fn create_directory(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.create_directory(path)
    }

    fn create_file(&self, path: &Path, content: &[u8]) -> io::Result<()> {
        // The last thing that the run does is to write half of a file.
        if self.left.load(Ordering::SeqCst) == 1 {
            LocalDisk.create_file(path, &content[..content.len() / 2])?;
            self.step()?;
            return Err(io::Error::other("killed"));
        }
        self.step()?;
        LocalDisk.create_file(path, content)
    }

    fn rename(&self, from: &Path, to: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.rename(from, to)
    }

    fn remove_file(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.remove_file(path)
    }

    fn remove_directory(&self, path: &Path) -> io::Result<()> {
        self.step()?;
        LocalDisk.remove_directory(path)
    }
}

/// Each file is old or new, and each is either in its inventory or not ours.
fn assert_sound(found: &BTreeMap<String, String>, old: &BTreeMap<String, String>, new: &BTreeMap<String, String>) {
    let files = found.iter().filter(|(path, _)| !path.contains("/.karat-") && !path.starts_with(".inventory/"));
    for (path, content) in files {
        assert!(old.get(path) == Some(content) || new.get(path) == Some(content), "{path} is neither old nor new");
        let (directory, name) = path.rsplit_once('/').unwrap();
        let inventory = found.get(&format!(".inventory/{directory}"));
        let owned = inventory.is_some_and(|names| names.lines().any(|line| line == name));
        assert!(owned || name == "notes.md", "nobody owns {path}");
    }
    assert!(found.contains_key("dev/web/notes.md"));
}

#[test]
fn a_run_that_is_killed_leaves_every_file_old_or_new_and_owned() {
    let prepare = |base: &Path| {
        write_app(base, "web", &WEB.replace("kind: Service", "kind: Endpoints"));
        fs::write(base.join("dev/web/notes.md"), "mine").unwrap();
    };
    let next = WEB.replace("replicas: 3", "replicas: 4");
    let (old, new) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    prepare(old.path());
    prepare(new.path());
    write_app(new.path(), "web", &next);
    let (old, new) = (content(old.path()), content(new.path()));
    let set = rendered("web", &next, &mut SourceMap::default());
    let directories = directories(&set);
    let mut steps = 0;
    loop {
        let root = tempfile::tempdir().unwrap();
        prepare(root.path());
        let disk = DyingDisk { left: AtomicUsize::new(steps) };
        let writer = Writer { base: root.path(), disk: &disk, files: AtomicUsize::new(0) };
        let survived = writer.write(&directories, &Scope::default()).is_ok();
        assert_sound(&content(root.path()), &old, &new);
        write_app(root.path(), "web", &next);
        assert_eq!(content(root.path()), new, "after a run that was killed at step {steps}");
        if survived {
            break;
        }
        steps += 1;
    }
    assert_eq!(steps, 9, "union, two files and the inventory, two steps each, and one file removed");
}
