//! `karat cmp` as Argo CD's plugin server runs it: in the directory of a source, with nothing in the environment but
//! what the server passes.

use std::{
    fs,
    path::Path,
    process::{Command, Stdio},
};

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
