//! `karat cmp` as Argo CD's plugin server runs it: in the directory of a source, with nothing in the environment but
//! what the server passes.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

use karat::cmp::PARAMETERS;
use walkdir::WalkDir;

use crate::command::{Ended, Repository, ended, karat_in};

/// Runs the plugin in a directory, with these variables alone.
fn plugin(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Ended {
    ended(command(directory, arguments, variables).output().unwrap())
}

fn command(directory: &Path, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.env_clear().envs(variables.iter().copied()).current_dir(directory).stdin(Stdio::null());
    command.arg("cmp").args(arguments);
    command
}

fn generate(directory: &Path, variables: &[(&str, &str)]) -> Ended {
    plugin(directory, &["generate"], variables)
}

/// `ARGOCD_APP_PARAMETERS` for an app.
fn parameters(app: &str) -> String {
    format!(r#"[{{"name":"app","string":"{app}"}}]"#)
}

/// The house's own repository, where nothing is written to.
fn house() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// What a run says that prints nothing.
fn refusal(ended: &Ended) -> String {
    assert_eq!(ended.stdout, "");
    format!("exit {}\n{}", ended.code, ended.stderr)
}

#[test]
fn every_app_has_the_bytes_of_render() {
    let house = house();
    for environment in ["dev", "prod", "staging"] {
        let directory = house.join("envs").join(environment);
        let golden = fs::read_dir(house.join("golden").join(environment)).unwrap();
        for name in golden.map(|entry| entry.unwrap().file_name().into_string().unwrap()) {
            let printed = generate(&directory, &[("ARGOCD_APP_PARAMETERS", &parameters(&name))]);
            assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{environment}/{name}");
            let files = WalkDir::new(house.join("golden").join(environment).join(&name)).into_iter();
            let files = files.map(Result::unwrap).filter(|entry| entry.file_type().is_file());
            let mut expected: Vec<String> = files.map(|entry| fs::read_to_string(entry.path()).unwrap()).collect();
            let mut documents: Vec<&str> = printed.stdout.split("---\n").collect();
            expected.sort_unstable();
            documents.sort_unstable();
            assert!(documents == expected, "{environment}/{name} differs from its golden files");
            if !name.starts_with('_') {
                let rendered = karat_in(house, &["render", "-e", environment, "-a", &name]);
                assert!(printed.stdout == rendered.stdout, "{environment}/{name} differs from `karat render`");
            }
        }
    }
}

#[test]
fn the_whole_environment() {
    let directory = house().join("envs/dev");
    let printed = generate(&directory, &[("ARGOCD_APP_PARAMETERS", &parameters("*"))]);
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(printed.stdout == karat_in(house(), &["render", "-e", "dev"]).stdout);
}

#[test]
fn the_ways_to_name_the_app() {
    let repository = Repository::new();
    let directory = repository.path("envs/dev");
    let expected = repository.karat(&["render", "-e", "dev", "-a", "hello"]).stdout;
    for variables in [
        [("ARGOCD_APP_PARAMETERS", parameters("hello").as_str()), ("PARAM_APP", "hello")],
        [("ARGOCD_APP_PARAMETERS", "null"), ("ARGOCD_ENV_APP", "hello")],
        [("ARGOCD_APP_PARAMETERS", ""), ("PARAM_APP", "hello")],
    ] {
        let printed = generate(&directory, &variables);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{variables:?}");
        assert_eq!(printed.stdout, expected, "{variables:?}");
    }
    let by_hand = repository.karat(&["cmp", "generate", "--env", "dev", "--app", "hello"]);
    assert_eq!((by_hand.code, by_hand.stdout), (0, expected));
}

#[test]
fn what_cannot_be_asked_for() {
    let repository = Repository::new();
    let cases: [(&str, &[(&str, &str)]); 9] = [
        ("envs/dev", &[]),
        ("envs/dev", &[("ARGOCD_APP_PARAMETERS", r#"[{"name":"app","string":"helo"}]"#)]),
        ("envs/dev", &[("ARGOCD_APP_PARAMETERS", r#"[{"name":"appp","string":"hello"}]"#)]),
        ("envs/dev", &[("ARGOCD_APP_PARAMETERS", "[{")]),
        ("envs/dev", &[("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_REGION", "eu")]),
        ("envs/dev", &[("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_KARAT_VERSION", "9.9.9")]),
        ("envs/base", &[("ARGOCD_ENV_APP", "hello")]),
        ("envs/base/hello", &[("ARGOCD_ENV_APP", "hello"), ("ARGOCD_APP_SOURCE_PATH", "envs/base/hello")]),
        ("golden", &[("ARGOCD_ENV_APP", "hello"), ("ARGOCD_APP_SOURCE_PATH", "golden")]),
    ];
    let said = cases.map(|(path, variables)| {
        format!("{path} {variables:?}\n{}", refusal(&generate(&repository.path(path), variables)))
    });
    insta::assert_snapshot!(said.join("\n").replace(env!("CARGO_PKG_VERSION"), "<version>"));
}

#[test]
fn a_directory_that_is_no_environment() {
    let repository = Repository::new();
    fs::create_dir(repository.path("envs/qa")).unwrap();
    insta::assert_snapshot!(refusal(&generate(&repository.path("envs/qa"), &[("ARGOCD_ENV_APP", "hello")])));
}

#[test]
fn a_spec_with_a_finding_is_not_printed() {
    let repository = Repository::new();
    repository.edit("envs/prod/hello.yaml", "replicas: 3", "replicsa: 3");
    insta::assert_snapshot!(refusal(&generate(&repository.path("envs/prod"), &[("ARGOCD_ENV_APP", "hello")])));
}

#[test]
fn many_findings_are_few_lines() {
    let repository = Repository::new();
    let unknown: Vec<String> = (0..100).map(|number| format!("field{number}: 1\n")).collect();
    let app = repository.read("envs/base/hello/app.yaml");
    repository.write("envs/base/hello/app.yaml", &(app + &unknown.concat()));
    let ended = generate(&repository.path("envs/prod"), &[("ARGOCD_ENV_APP", "hello")]);
    assert_eq!((ended.code, ended.stdout.as_str()), (1, ""));
    assert_eq!(ended.stderr.lines().count(), 20, "{}", ended.stderr);
    assert!(ended.stderr.ends_with("and 81 more\n"), "{}", ended.stderr);
}

#[test]
fn a_run_that_is_late_gives_up() {
    let variables = [("ARGOCD_ENV_APP", "hello")];
    let repository = Repository::new();
    let ended = plugin(&repository.path("envs/dev"), &["generate", "--timeout", "0"], &variables);
    insta::assert_snapshot!(refusal(&ended));
}

#[test]
fn images_of_the_image_updater() {
    let repository = Repository::new();
    let directory = repository.path("envs/dev");
    let rendered = generate(&directory, &[("ARGOCD_ENV_APP", "hello")]).stdout;
    let image = rendered.lines().find_map(|line| line.trim().strip_prefix("image: ")).unwrap();
    let (name, tag) = image.rsplit_once(':').unwrap();
    let json = format!(r#"[{{"name":"app","string":"hello"}},{{"name":"images","array":["{name}:9.9.9"]}}]"#);
    let spec = format!("{name}:9.9.9");
    for variables in [
        vec![("ARGOCD_APP_PARAMETERS", json.as_str())],
        vec![("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGES", spec.as_str())],
        vec![("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGE_HELLO", spec.as_str())],
        vec![("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGE_TAG", "9.9.9")],
        vec![("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGES", "hello=:9.9.9")],
    ] {
        let printed = generate(&directory, &variables);
        assert_eq!((printed.code, printed.stderr.as_str()), (0, ""), "{variables:?}");
        assert_eq!(printed.stdout, rendered.replace(&format!("{name}:{tag}"), &spec), "{variables:?}");
    }
    let refused = ["helo:1.0.0", "hello", "worker=:1.0.0", "hello=@sha256:abc"].map(|image| {
        let variables = [("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGES", image)];
        format!("{image}\n{}", refusal(&generate(&directory, &variables)))
    });
    insta::assert_snapshot!(refused.join("\n"));
    let twice = [("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGE_TAG", "9.9.9"), ("ARGOCD_ENV_IMAGE_HELLO", ":9.9.8")];
    let said = refusal(&generate(&directory, &twice));
    assert!(said.contains("`:9.9.8` and `:9.9.9` are two values for one image"), "{said}");
    let all = generate(&directory, &[("ARGOCD_ENV_APP", "*"), ("ARGOCD_ENV_IMAGES", "hello:1.0.0")]);
    insta::assert_snapshot!(refusal(&all));
}

#[test]
fn an_image_does_not_beat_what_the_environment_enforces() {
    let repository = Repository::new();
    let environment = repository.read("envs/prod/env.yaml");
    repository.write("envs/prod/env.yaml", &(environment + "\nenforce: { image: { tag: 1.0.0 } }\n"));
    let variables = [("ARGOCD_ENV_APP", "hello"), ("ARGOCD_ENV_IMAGE_TAG", "9.9.9")];
    insta::assert_snapshot!(refusal(&generate(&repository.path("envs/prod"), &variables)));
}

#[test]
fn what_is_lost_by_mistake_is_refused() {
    let repository = Repository::new();
    let directory = repository.path("envs/dev");
    let app = "apiVersion: karat/v1\nkind: App\nmetadata: { name: hello, team: platform }\n";
    let service = "service: { main: { ports: { http: 80 } } }\n";
    repository.write("envs/base/hello/app.yaml", &format!("{app}{service}"));
    let run = |variables: &[(&str, &str)]| generate(&directory, &[&[("ARGOCD_ENV_APP", "hello")], variables].concat());
    let shrunk = run(&[]);
    assert_eq!(run(&[("ARGOCD_ENV_MAX_SHRINK", "80")]).code, 0);
    repository.write("envs/base/hello/app.yaml", app);
    let empty = run(&[("ARGOCD_ENV_MAX_SHRINK", "100")]);
    let allowed = run(&[("ARGOCD_ENV_ALLOW_EMPTY", "true")]);
    assert_eq!((allowed.code, allowed.stdout.as_str(), allowed.stderr.as_str()), (0, "", ""));
    insta::assert_snapshot!([shrunk, empty].each_ref().map(refusal).join("\n"));
}

#[test]
fn the_clusters_version_changes_no_byte() {
    let repository = Repository::new();
    let directory = repository.path("envs/dev");
    let run = |version: &str| generate(&directory, &[("ARGOCD_ENV_APP", "hello"), ("KUBE_VERSION", version)]);
    let (same, other) = (run("1.34.5"), run("v1.29.3+k3s1"));
    assert_eq!((same.code, same.stderr.as_str(), other.code), (0, "", 0));
    assert_eq!(same.stdout, other.stdout);
    assert_eq!(other.stderr, "note: the cluster runs Kubernetes 1.29, and the environment is rendered for 1.34\n");
}

#[test]
fn what_was_asked_for_is_explained() {
    let repository = Repository::new();
    let variables = [("ARGOCD_APP_PARAMETERS", parameters("hello")), ("ARGOCD_ENV_MAX_SHRINK", "20".into())];
    let variables = variables.each_ref().map(|(name, value)| (*name, value.as_str()));
    let ended = plugin(&repository.path("envs/dev"), &["generate", "--explain"], &variables);
    let root = repository.path("").canonicalize().unwrap();
    assert_eq!(ended.code, 0);
    insta::assert_snapshot!(ended.stderr.replace(root.to_str().unwrap(), "<root>"));
}

#[test]
fn variables_that_are_enormous_or_not_utf8() {
    let repository = Repository::new();
    let directory = repository.path("envs/dev");
    let long = "x".repeat(100_000);
    let many = format!("[{}]", vec![r#"{"name":"app","string":"hello"}"#; 3_000].join(","));
    let unknown = format!(r#"[{{"name":"{long}","string":"hello"}}]"#);
    for (name, value) in [
        ("PARAM_APP", long.as_str()),
        ("ARGOCD_ENV_IMAGES", &long),
        ("ARGOCD_ENV_MAX_SHRINK", &long),
        ("ARGOCD_ENV_KARAT_VERSION", &long),
        ("ARGOCD_APP_SOURCE_PATH", &long),
        ("ARGOCD_APP_PARAMETERS", &unknown),
        ("ARGOCD_APP_PARAMETERS", &many),
    ] {
        let ended = generate(&directory, &[("ARGOCD_ENV_APP", "hello"), (name, value)]);
        assert_eq!((ended.code, ended.stdout.as_str()), (2, ""), "{name}");
        assert!(ended.stderr.len() < 500 && ended.stderr.lines().count() <= 2, "{name}: {}", ended.stderr);
    }
    // A variable that the plugin does not read may hold anything.
    assert_eq!(generate(&directory, &[("ARGOCD_ENV_APP", "hello"), ("ARGOCD_APP_REVISION", &long)]).code, 0);
}

#[cfg(unix)]
#[test]
fn a_name_that_is_not_utf8() {
    use std::{ffi::OsStr, os::unix::ffi::OsStrExt};
    let repository = Repository::new();
    let mut command = command(&repository.path("envs/dev"), &["generate"], &[]);
    command.env("ARGOCD_ENV_APP", OsStr::from_bytes(b"hell\xff"));
    insta::assert_snapshot!(refusal(&ended(command.output().unwrap())));
}

/// The names of all files and directories below a directory, with the times at which they were last changed.
fn listing(root: &Path) -> Vec<(std::path::PathBuf, std::time::SystemTime)> {
    let entries = WalkDir::new(root).sort_by_file_name().into_iter().map(Result::unwrap);
    entries.map(|entry| (entry.path().to_owned(), entry.metadata().unwrap().modified().unwrap())).collect()
}

#[test]
fn runs_beside_each_other_write_nothing() {
    let repository = Repository::new();
    let directory = repository.path("envs/prod");
    let temporary = tempfile::tempdir().unwrap();
    let variables = [("ARGOCD_ENV_APP", "hello"), ("TMPDIR", temporary.path().to_str().unwrap())];
    let before = listing(&repository.path(""));
    let expected = generate(&directory, &variables).stdout;
    let running: Vec<_> = (0..16)
        .map(|_| command(&directory, &["generate"], &variables).stdout(Stdio::piped()).spawn().unwrap())
        .collect();
    for child in running {
        let output = child.wait_with_output().unwrap();
        assert!(output.status.success() && output.stdout == expected.as_bytes());
    }
    assert_eq!(listing(&repository.path("")), before);
    assert_eq!(listing(temporary.path()).len(), 1);
}

#[cfg(unix)]
#[test]
fn a_tree_that_nobody_may_write_to() {
    use std::os::unix::fs::PermissionsExt;
    let repository = Repository::new();
    let entries = || WalkDir::new(repository.path("")).into_iter().map(Result::unwrap);
    let protect = |mode: fn(bool) -> u32| {
        for entry in entries() {
            fs::set_permissions(entry.path(), fs::Permissions::from_mode(mode(entry.file_type().is_dir()))).unwrap();
        }
    };
    protect(|is_directory| if is_directory { 0o555 } else { 0o444 });
    let printed = generate(&repository.path("envs/dev"), &[("ARGOCD_ENV_APP", "hello")]);
    protect(|is_directory| if is_directory { 0o755 } else { 0o644 });
    assert_eq!((printed.code, printed.stderr.as_str()), (0, ""));
    assert!(printed.stdout.starts_with("apiVersion: "));
}

#[test]
fn an_app_that_nobody_needs_may_be_broken() {
    let repository = Repository::new();
    repository.write("envs/base/other/app.yaml", "kind: [\n");
    repository.write("envs/prod/hello.yaml", "kind: [\n");
    let run = |app: &str| generate(&repository.path("envs/dev"), &[("ARGOCD_ENV_APP", app)]);
    assert_eq!((run("hello").code, run("hello").stderr.as_str()), (0, ""));
    assert_eq!(run("other").code, 1);
    // A file that may call the app is another matter: its NetworkPolicy would keep a caller out.
    repository.write("envs/base/other/app.yaml", "network: { connections: { hello: [\n");
    assert_eq!(run("hello").code, 1);
    assert!(run("hello").stderr.starts_with("envs/base/other/app.yaml:"), "{}", run("hello").stderr);
}

#[test]
fn announcements_are_an_array() {
    let repository = Repository::new();
    let directory = repository.path("envs/dev");
    let announced = |variables: &[(&str, &str)]| {
        let ended = plugin(&directory, &["parameters"], variables);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""));
        serde_json::from_str::<Vec<serde_json::Value>>(&ended.stdout).unwrap()
    };
    let all = announced(&[("ARGOCD_ENV_APP", "hello")]);
    let names: Vec<&str> = all.iter().map(|one| one["name"].as_str().unwrap()).collect();
    assert_eq!(names, PARAMETERS.iter().map(|parameter| parameter.name).collect::<Vec<_>>());
    assert!(all.iter().all(|one| one["collectionType"].is_string()));
    assert!(all[0]["tooltip"].as_str().unwrap().contains(": hello; "), "{}", all[0]);
    assert_eq!(all[1]["array"], serde_json::json!(["registry.example.com/hello:1.0.0"]));
    assert_eq!(announced(&[("ARGOCD_APP_PARAMETERS", "null")])[1]["array"], serde_json::json!([]));
    // The page is there to put right what is wrong.
    assert_eq!(announced(&[("ARGOCD_APP_PARAMETERS", "[{")]).len(), all.len());
    repository.edit("envs/base/hello/app.yaml", "kind: App", "kind: Appp");
    assert_eq!(announced(&[("ARGOCD_ENV_APP", "hello")]).len(), all.len());
}

#[test]
fn the_sidecar_passes_our_own_rules() {
    let repository = Repository::empty();
    let print = |part: &str| plugin(&repository.path(""), &["plugin", part, "--image", "shop/karat:1.2.3"], &[]).stdout;
    repository.write("plugin.yaml", &print("plugin.yaml"));
    for part in ["sidecar", "recipe"] {
        let text = print(part);
        let (config, patch) = text.split_once("---\n").unwrap();
        let patch: serde_json::Value = yaml_serde::from_str(patch).unwrap();
        let mut server: serde_json::Value = yaml_serde::from_str(REPO_SERVER).unwrap();
        for list in ["containers", "volumes"] {
            let pointer = format!("/spec/template/spec/{list}");
            let added = patch.pointer(&pointer).unwrap().as_array().unwrap().clone();
            server.pointer_mut(&pointer).unwrap().as_array_mut().unwrap().extend(added);
        }
        repository.write(&format!("{part}/config.yaml"), config);
        repository.write(&format!("{part}/server.json"), &server.to_string());
    }
    let linted = |path: &str| repository.karat(&["lint", path, "--only", "INP,SCH,ARG,PSS", "--pss", "restricted"]);
    for path in ["plugin.yaml", "sidecar", "recipe"] {
        let ended = linted(path);
        assert_eq!((ended.code, ended.stderr.as_str()), (0, ""), "{path}: {}", ended.stdout);
        assert!(ended.stdout.starts_with("no findings"), "{path}: {}", ended.stdout);
    }
    // What passes can fail.
    let server = repository.read("sidecar/server.json").replace("999", "1000");
    repository.write("sidecar/server.json", &server);
    assert!(linted("sidecar").stdout.contains("ARG407"), "{}", linted("sidecar").stdout);
}

/// As much of Argo CD's own Deployment as a sidecar needs.
const REPO_SERVER: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: argocd-repo-server, namespace: argocd}
spec:
  selector: {matchLabels: {app.kubernetes.io/name: argocd-repo-server}}
  template:
    metadata: {labels: {app.kubernetes.io/name: argocd-repo-server}}
    spec:
      containers: []
      volumes:
        - {name: var-files, emptyDir: {}}
        - {name: plugins, emptyDir: {}}
        - {name: tmp, emptyDir: {}}
";

#[test]
fn the_parts_make_the_whole() {
    let repository = Repository::empty();
    let print = |arguments: &[&str]| plugin(&repository.path(""), &[&["plugin"], arguments].concat(), &[]).stdout;
    let version = env!("CARGO_PKG_VERSION");
    let printed = |arguments: &[&str]| {
        let command = [&["karat cmp plugin"], arguments].concat().join(" ");
        let text = print(arguments);
        let header = format!("# Printed by karat {version}: {command}\n");
        text.strip_prefix(&header).unwrap_or_else(|| panic!("{text}")).to_owned()
    };
    let parts = ["plugin.yaml", "sidecar", "recipe"].map(|part| printed(&[part]));
    assert_eq!(printed(&[]), parts.join("---\n"));
    assert!(print(&["recipe", "--base", "shop/base:1", "-n", "cd"]).contains("image: shop/base:1\n"));
    assert!(print(&["sidecar", "-n", "cd"]).contains("namespace: cd\n"));
}

#[test]
fn the_guide_has_every_parameter() {
    let guide = fs::read_to_string(house().join("docs/argocd.md")).unwrap();
    for parameter in PARAMETERS {
        let row = format!("| `{}` | {} | `{}`", parameter.name, parameter.takes.key(), parameter.variable);
        assert!(guide.contains(&row), "docs/argocd.md has no row {row}");
    }
}
