//! Bad input that no archive can hold: bytes that are no text, files of the wrong size, links, a hostile depth.

use std::{
    fs, io,
    path::Path,
    time::{Duration, Instant},
};

use karat::{
    model::LoadOptions,
    source::{DiskTree, Entry, MemoryTree, ReadError, Tree},
};

use crate::{
    bad_input::{findings, good, with_bystander, without_bystander},
    command::Repository,
};

const OVERLAY: &str = "envs/dev/web.yaml";
const HEADER: &str = "apiVersion: karat/v1\nkind: AppOverlay\nmetadata: { name: web }\n";

/// What is found beside the second mistake when the overlay of `web` has this content.
fn with_overlay(content: impl Into<Vec<u8>>) -> String {
    found(&with_bystander().with(OVERLAY, content))
}

fn found(tree: &dyn Tree) -> String {
    without_bystander(&findings(tree, &LoadOptions::default()))
}

/// The good repository with the second mistake, on a disk.
fn on_disk() -> Repository {
    written(&with_bystander())
}

fn written(tree: &MemoryTree) -> Repository {
    let repository = Repository::empty();
    for path in tree.files_below("").unwrap() {
        repository.write(&path, &tree.read_text(&path).unwrap());
    }
    repository
}

fn found_on_disk(repository: &Repository) -> String {
    found(&DiskTree::new(&repository.path("")).unwrap())
}

#[test]
fn bytes_that_are_not_utf_8() {
    let latin = [HEADER.as_bytes(), b"config: { main: { data: { motd: caf\xE9 } } }\n"].concat();
    assert_eq!(
        with_overlay(latin),
        "envs/dev/web.yaml:4:36 error SPC030 the byte at offset 97 is not UTF-8\n  help: save the file as UTF-8\n"
    );
    let windows: Vec<u8> = HEADER.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(
        with_overlay([&b"\xFF\xFE"[..], &windows].concat()),
        "envs/dev/web.yaml:1:1 error SPC030 the byte at offset 0 is not UTF-8\n  help: save the file as UTF-8\n"
    );
}

#[test]
fn a_byte_order_mark_and_line_breaks_of_windows_are_fine() {
    let text = format!("\u{feff}{HEADER}workload: {{ replicas: 1 }}\n").replace('\n', "\r\n");
    assert_eq!(with_overlay(text), "");
}

#[test]
fn a_file_of_200_megabytes() {
    let repository = on_disk();
    fs::File::create(repository.path(OVERLAY)).unwrap().set_len(200 * 1024 * 1024).unwrap();
    assert_eq!(
        found_on_disk(&repository),
        "envs/dev/web.yaml:1:1 error SPC030 the file has 209715200 bytes; at most 16777216 bytes (16 MiB) are read\n  \
         help: a spec this large is most likely something else\n"
    );
}

/// Runs in less time than anybody would notice, even where the machine is busy.
fn quickly<T>(run: impl FnOnce() -> T) -> T {
    let start = Instant::now();
    let result = run();
    assert!(start.elapsed() < Duration::from_secs(20), "took {:?}", start.elapsed());
    result
}

#[test]
fn a_hundred_thousand_levels() {
    let brackets = format!("{HEADER}extra: {}{}\n", "[".repeat(100_000), "]".repeat(100_000));
    let braces = format!("{HEADER}extra: {}\n", "{a: ".repeat(100_000));
    let dashes = format!("{HEADER}extra:\n  {}\n", "- ".repeat(100_000));
    let lines: Vec<String> = (0..5_000).map(|level| " ".repeat(level) + "a:\n").collect();
    let lines = lines.concat();
    for text in [brackets, braces, dashes, format!("{HEADER}extra:\n  a:\n{lines}")] {
        let found = quickly(|| with_overlay(text));
        assert_eq!(found.lines().count(), 2, "{found}");
        assert!(found.contains(" error SPC003 lists and maps are nested more than 128 levels deep"), "{found}");
    }
}

#[test]
fn a_billion_laughs() {
    let line = |name: &str, of: &str| format!("x-{name}: &{name} [{}]\n", [of; 10].join(", "));
    let names = ["a", "b", "c", "d", "e", "f", "g", "h", "i"];
    let laughs =
        names.iter().zip(["ha", "*a", "*b", "*c", "*d", "*e", "*f", "*g", "*h"]).map(|(name, of)| line(name, of));
    let text = HEADER.to_owned() + &laughs.collect::<String>();
    assert_eq!(
        quickly(|| with_overlay(text)),
        "envs/dev/web.yaml:7:42 error SPC003 the aliases of this file expand to too much\n  help: write the values out, or \
         use fewer aliases of aliases\n"
    );
}

#[test]
fn a_billion_references() {
    let many = |name: &str| format!("${{image.{name}}}").repeat(1000);
    let text =
        format!("{HEADER}image: {{ repository: \"{}\", tag: \"{}\", digest: x }}\n", many("tag"), many("digest"));
    let text = text.replace("digest: x", "digest: \"${app.name}\"");
    let found = quickly(|| with_overlay(text));
    assert!(found.contains(" error SPC040 the references expand to too much"), "{found}");
}

#[test]
fn connections_in_a_row() {
    let app = |at: usize| {
        let header = format!("apiVersion: karat/v1\nkind: App\nmetadata: {{ name: a{at}, team: shop }}\n");
        let service = "service: { main: { ports: { http: 80 } } }\n";
        header + service + &format!("network: {{ connections: {{ next: {{ app: a{}, port: http }} }} }}\n", at + 1)
    };
    let chain = |length: usize| {
        let tree = with_bystander();
        let environment = tree.read_text("envs/dev/env.yaml").unwrap();
        let rule = "namespace: \"${connections.next.host}\"";
        let tree = tree.with("envs/dev/env.yaml", environment.replace("namespace: shop", rule));
        (0..length).fold(tree, |tree, at| tree.with(&format!("envs/base/a{at}/app.yaml"), app(at)))
    };
    let found = quickly(|| found(&chain(200)));
    assert!(found.contains("envs/dev/env.yaml:5:13 error SPC040 the references expand to too much\n"), "{found}");
}

#[cfg(unix)]
mod links {
    use std::os::unix::fs::symlink;

    use super::*;

    fn link(repository: &Repository, target: impl AsRef<Path>, path: &str) {
        let path = repository.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        let _ = fs::remove_file(&path);
        symlink(target, path).unwrap();
    }

    #[test]
    fn out_of_the_repository() {
        let (repository, outside) = (on_disk(), tempfile::tempdir().unwrap());
        let secret = outside.path().join("secret.yaml");
        fs::write(&secret, "password: hunter2\n").unwrap();
        link(&repository, &secret, OVERLAY);
        let found = found_on_disk(&repository);
        assert_eq!(
            found,
            "envs/dev/web.yaml:1:1 error SPC030 the symbolic link leads out of the directory tree\n  help: put the file itself \
             here\n"
        );
    }

    #[test]
    fn inside_of_the_repository() {
        let repository = on_disk();
        link(&repository, "../prod/web.yaml", OVERLAY);
        assert_eq!(found_on_disk(&repository), "");
    }

    #[test]
    fn that_lead_nowhere() {
        let repository = on_disk();
        link(&repository, "nowhere.yaml", OVERLAY);
        assert_eq!(
            found_on_disk(&repository),
            "envs/dev/web.yaml:1:1 error SPC031 there is no envs/dev/web.yaml\n  help: the symbolic link leads nowhere: \
             correct or remove it\n"
        );
    }

    #[test]
    fn to_directories() {
        let repository = on_disk();
        link(&repository, "dev", "envs/staging");
        link(&repository, "../base", "envs/base/loop");
        link(&repository, "..", "envs/dev/cart.yaml");
        link(&repository, "..", "envs/base/web/files");
        let help = "\n  help: put the directory itself here, or the files into a directory of this name\n";
        let expected = ["envs/base/loop", "envs/dev/cart.yaml", "envs/staging"]
            .map(|path| format!("{path}:1:1 error SPC031 a link to a directory is not followed{help}"));
        assert_eq!(found_on_disk(&repository), expected.concat());
    }

    #[test]
    fn to_directories_outside() {
        let (repository, outside) = (on_disk(), tempfile::tempdir().unwrap());
        fs::rename(repository.path("envs"), outside.path().join("envs")).unwrap();
        link(&repository, outside.path().join("envs"), "envs");
        let ended = repository.karat(&["check"]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
        assert!(ended.stderr.contains("cannot list envs: the symbolic link leads out"), "{}", ended.stderr);
    }

    #[test]
    fn to_themselves() {
        let repository = on_disk();
        link(&repository, "web.yaml", OVERLAY);
        let ended = repository.karat(&["check"]);
        assert_eq!(ended.code, 2, "{}", ended.stderr);
        assert!(ended.stderr.contains("cannot read envs/dev/web.yaml"), "{}", ended.stderr);
    }
}

#[test]
fn directories_with_the_names_of_files() {
    let repository = on_disk();
    fs::remove_file(repository.path("envs/dev/env.yaml")).unwrap();
    repository.write("envs/dev/env.yaml/note.txt", "");
    assert_eq!(
        found_on_disk(&repository),
        "envs/dev/env.yaml:1:1 error SPC030 this is no regular file\n  help: put the file itself here\n"
    );
}

/// A repository with one file that the operating system refuses to read.
struct Refusing(&'static str, MemoryTree);

impl Tree for Refusing {
    fn read(&self, path: &str) -> Result<Vec<u8>, ReadError> {
        if path == self.0 {
            return Err(ReadError::Io(io::ErrorKind::PermissionDenied.into()));
        }
        self.1.read(path)
    }

    fn entries(&self, directory: &str) -> Result<Vec<Entry>, ReadError> {
        self.1.entries(directory)
    }
}

#[test]
fn a_file_that_may_not_be_read() {
    assert_eq!(
        findings(&Refusing(OVERLAY, with_bystander()), &LoadOptions::default()),
        "exit 2: cannot read envs/dev/web.yaml: permission denied\n  hint: check the file's permissions\n"
    );
}

#[test]
fn a_file_beside_a_spec_may_be_unreadable_until_it_is_named() {
    const NOTES: &str = "envs/base/web/files/notes.txt";
    let tree = || with_bystander().with(NOTES, "");
    assert_eq!(found(&Refusing(NOTES, tree())), "");
    let overlay = format!("{HEADER}config: {{ notes: {{ files: {{ a: files/notes.txt }} }} }}\n");
    assert_eq!(
        found(&Refusing(NOTES, tree().with(OVERLAY, overlay))),
        "envs/dev/web.yaml:4:32 error SPC043 the file `files/notes.txt` cannot be used: permission denied\n  \
         help: a ConfigMap holds text, at most 1 MiB of it\n"
    );
}

#[test]
fn no_repository() {
    let repository = Repository::empty();
    let ended = repository.karat(&["check"]);
    assert_eq!((ended.code, ended.stdout.as_str()), (2, ""));
    assert!(ended.stderr.contains("karat init"), "{}", ended.stderr);
    repository.write("karat.yml", "");
    let ended = repository.karat(&["check"]);
    assert!(ended.stderr.contains("rename karat.yml to karat.yaml"), "{}", ended.stderr);
}

/// The good repository with its golden files.
fn with_golden() -> Repository {
    let repository = written(&good());
    assert_eq!(repository.karat(&["golden"]).code, 0);
    assert_eq!(repository.karat(&["check"]).code, 0);
    repository
}

/// One mistake is one finding: what nobody could render does not differ from its golden files.
#[test]
fn a_broken_file_is_all_that_is_found() {
    let paths =
        ["karat.yaml", "envs/defaults.yaml", "envs/dev/env.yaml", "envs/dev/web.yaml", "envs/base/api/app.yaml"];
    for path in paths {
        let repository = with_golden();
        repository.write(path, &(repository.read(path) + "oops: [\n"));
        let ended = repository.karat(&["check", "--format", "json"]);
        let report: serde_json::Value = serde_json::from_str(&ended.stdout).unwrap();
        let found = report["diagnostics"].as_array().unwrap();
        assert_eq!((ended.code, found.len()), (1, 1), "{path}: {}", ended.stdout);
        assert_eq!(found[0]["primary"]["file"], path);
        assert_eq!(repository.karat(&["golden"]).code, 1, "{path}");
    }
}

#[test]
fn a_mistake_in_one_environment_leaves_the_other_ones_compared() {
    let repository = with_golden();
    repository.edit("envs/dev/web.yaml", "replicas: 1", "replikas: 1");
    repository.edit("envs/prod/web.yaml", "replicas: 3", "replicas: 4");
    let ended = repository.karat(&["check"]);
    assert_eq!(ended.code, 1);
    assert!(ended.stdout.contains("`replikas`") && ended.stdout.contains("/spec/replicas"), "{}", ended.stdout);
}

#[test]
fn files_of_others_are_left_alone() {
    let repository = with_golden();
    let foreign = ["golden/README.md", "golden/dev/web/notes.txt", "golden/dev/other/service.yaml"];
    for path in foreign {
        repository.write(path, "mine\n");
    }
    let ended = repository.karat(&["check"]);
    assert_eq!(ended.code, 0, "{}", ended.stdout);
    for path in foreign {
        assert!(ended.stdout.contains(path) && ended.stdout.contains("info[GLD004]"), "{path}: {}", ended.stdout);
    }
    assert_eq!(repository.karat(&["golden"]).code, 0);
    for path in foreign {
        assert_eq!(repository.read(path), "mine\n");
    }
}

#[test]
fn another_version_is_pinned() {
    let repository = with_golden();
    repository.write("karat.yaml", &(repository.read("karat.yaml") + "karat: \"=9.9.9\"\n"));
    for command in ["check", "golden", "render"] {
        let ended = repository.karat(&[command]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{command}");
        assert!(ended.stderr.contains("pins karat =9.9.9, and this is karat 0.1.0"), "{}", ended.stderr);
    }
}

#[test]
fn broken_policies_and_schemas() {
    let repository = on_disk();
    repository.write("policies/broken.rego", "package broken\n\ndeny contains {\n");
    repository.write("schemas/crds/broken.yaml", "kind: [\n");
    repository.write("schemas/extra/broken.json", "{\n");
    let found = repository.karat(&["check"]);
    assert_eq!(found.code, 1, "{}", found.stderr);
    for place in ["policies/broken.rego:", "schemas/crds/broken.yaml:1:7", "schemas/extra/broken.json:1:1", "replikas"]
    {
        assert!(found.stdout.contains(place), "{place}: {}", found.stdout);
    }
}
