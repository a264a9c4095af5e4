//! Every kubeconfig among the fixtures: the access that it gives, or what is said of it.

use std::{
    fmt::Write,
    fs,
    path::PathBuf,
    time::{Duration, Instant, SystemTime},
};

use tokio::runtime::Builder;

use super::*;
use crate::load::kubernetes::program::{Given, PATIENCE};

fn fixture(name: &str) -> PathBuf {
    Path::new("tests/fixtures/kubeconfig").join(name)
}

fn read(name: &str) -> Result<Access> {
    let found = Kubeconfig::read(&[fixture(name)])?;
    found.unwrap_or_else(|| panic!("there is no {name}")).access(None)
}

fn said(found: &Result<Access>) -> String {
    match found {
        Ok(access) => {
            let trusted = match &access.trusted {
                Trusted::Authorities(roots) if roots.len() == 1 => "one authority",
                Trusted::Authorities(_) => "the system's authorities",
                Trusted::Anybody => "anybody",
            };
            let identity = access.identity.as_ref().map_or("no certificate", |_| "a certificate");
            let usable = access.settings(None).err().map(|error| format!("\n  {error}")).unwrap_or_default();
            let (address, namespace) = (&access.address, access.namespace());
            let credential = &access.credential;
            format!("{address:?}\n  {trusted}, {identity}, {credential:?}, namespace {namespace}{usable}")
        }
        Err(error) => format!("{error}\n  help: {}", error.next_step().unwrap_or("-")),
    }
}

#[test]
fn every_fixture() {
    let mut names: Vec<String> = fs::read_dir(fixture(""))
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .filter(|name| Path::new(name).extension().is_some_and(|end| end == "yaml"))
        .collect();
    names.sort();
    let mut out = String::new();
    for name in names {
        let found = read(&name);
        writeln!(out, "{name}: {}\n", said(&found)).unwrap();
        let debug = format!("{found:?}");
        assert!(!debug.contains("TOP-SECRET") && !debug.contains("VE9QL"), "{debug}");
    }
    assert!(!out.contains("TOP-SECRET") && !out.contains("VE9QL"), "{out}");
    insta::assert_snapshot!(out);
}

#[test]
fn files_stand_for_one() {
    let paths = ["two-contexts-first.yaml", "not-there.yaml", "token.yaml"].map(fixture);
    let kubeconfig = Kubeconfig::read(&paths).unwrap().unwrap();
    // The context of the first file, whose cluster and user stand in the last one.
    assert_eq!(kubeconfig.access(Some("first")).unwrap().namespace(), "default");
    assert_eq!(kubeconfig.access(Some("local")).unwrap().namespace(), "shop");
    let error = kubeconfig.access(None).unwrap_err();
    let known = error.next_step().unwrap_or_default().to_owned();
    assert_eq!(
        (error.to_string(), known),
        ("the kubeconfig has no context `second`".into(), "it has `first`, `local`".into())
    );
    assert!(Kubeconfig::read(&[fixture("not-there.yaml")]).unwrap().is_none());
}

#[cfg(unix)]
fn program(mode: &str) -> Program {
    let text = fs::read_to_string(fixture("exec.yaml")).unwrap();
    let mut kubeconfig = Kubeconfig { sources: SourceMap::default(), files: Vec::new() };
    kubeconfig.add(&fixture("exec.yaml"), text.replace("value: token", &format!("value: {mode}"))).unwrap();
    match kubeconfig.access(None).unwrap().credential {
        Credential::Program(program) => program,
        other => panic!("{other:?}"),
    }
}

#[cfg(unix)]
fn call(program: &Program, patience: Duration) -> Result<Given> {
    Builder::new_current_thread().enable_all().build().unwrap().block_on(program.call(patience))
}

#[cfg(unix)]
#[test]
fn programs_give_out_credentials() {
    for (mode, said) in [
        ("token", None),
        ("expired", None),
        ("nothing", Some("is no credential")),
        ("garbage", Some("is no credential")),
        ("fails", Some("has failed: exit status: 3")),
    ] {
        let program = program(mode);
        match (call(&program, PATIENCE), said) {
            (Ok(given), None) => {
                assert_eq!(given.token, Some(Secret::new("TOP-SECRET")));
                let until = (mode == "expired").then(|| SystemTime::UNIX_EPOCH + Duration::from_hours(491_628));
                assert_eq!(given.until, until);
            }
            (Err(error), Some(said)) => {
                let text = format!("{error:?}");
                assert!(error.to_string().contains(said) && !text.contains("TOP-SECRET"), "{text}");
                assert_eq!(error.next_step(), Some("install the plugin"));
            }
            (found, _) => panic!("{mode}: {found:?}"),
        }
    }
}

#[cfg(unix)]
#[test]
fn a_program_that_waits_is_not_waited_for() {
    let began = Instant::now();
    let error = call(&program("waits"), Duration::from_millis(100)).unwrap_err();
    assert!(error.to_string().ends_with("plugin.sh`, which logs in to the cluster, does not end in time"), "{error}");
    assert!(began.elapsed() < Duration::from_secs(30));
}
