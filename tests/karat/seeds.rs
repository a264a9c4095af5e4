//! The documents that Karat began with: roadmaps and guides that many people have written one like. Each mistake in their
//! YAML that Kubernetes or an operator makes somebody pay for is named.

use std::{collections::BTreeSet, path::Path};

use serde_json::Value;

use crate::command::Repository;

/// A file, the line of the mistake, the code that finds it, and what is wrong.
///
/// Whoever reads the files critically finds more, and those stay unnamed for a reason: a policy that leaves out init
/// containers and a pipeline that builds no image are choices; whether the Tasks of a catalogue are installed, whether
/// an image holds the file that its arguments name, and whether somebody else makes the namespace `rivka` (the
/// Application does: `CreateNamespace=true`), no manifest says. What is wrong with the Application of `enhancements-01`
/// (a placeholder in its URL, a branch for a revision, no finalizer, the project that allows everything) is for rules on
/// Argo CD, and waits for them.
const MISTAKES: &[(&str, u64, &str, &str)] = &[
    ("enhancements-02", 2, "API004", "Istio has had a stable version of it for years"),
    ("enhancements-02", 16, "MSH001", "no Service has the host"),
    ("enhancements-02", 17, "MSH002", "no DestinationRule has the subset of the beta users"),
    ("enhancements-02", 22, "MSH002", "nor the one that nine of ten requests go to"),
    ("enhancements-02", 26, "MSH002", "nor the one of the rest"),
    ("enhancements-03", 10, "OBS001", "the ServiceMonitor selects no Service"),
    ("enhancements-04", 8, "SCA001", "the ScaledObject scales a Deployment that is not there"),
    ("enhancements-04", 12, "SCA009", "its fallback overrides what cpu and memory ask for"),
    ("enhancements-04", 50, "SCA050", "KEDA looks for `prometheus` in its own namespace"),
    ("enhancements-04", 51, "SCA042", "KEDA has not read `metricName` since 2.12"),
    ("enhancements-04", 66, "SCA041", "the queue has neither a connection nor an `authenticationRef`"),
    ("enhancements-05", 15, "SCH001", "`scheduler` is of Chaos Mesh 1: the experiment runs once, or is refused"),
    ("enhancements-06", 19, "SCH001", "the same, and the delay stays for five minutes of one hour only"),
    ("enhancements-07", 2, "API004", "Gatekeeper has had a stable version of it for years"),
    ("enhancements-07", 3, "SCH006", "nobody checks the fields of the template without its definition"),
    ("enhancements-07", 23, "SCH006", "nor those of the constraint"),
    (
        "enhancements-07",
        29,
        "OPS005",
        "the constraint looks at Deployments, and its template reads Pods: it never fires",
    ),
    ("enhancements-08", 2, "API004", "Tekton has had a stable version of it for years"),
    ("enhancements-08", 3, "SCH006", "nobody checks the fields of the Pipeline without its definition"),
    ("enhancements-08", 11, "TKN004", "`image-name` must be given, and is used nowhere"),
    ("enhancements-09", 2, "INP002", "values of a chart are no manifest"),
    ("enhancements-10", 5, "DR007", "Velero does not look at the namespace of this Schedule"),
    ("enhancements-11", 10, "SCA060", "the autoscaler looks at a Deployment that is not there"),
    ("enhancements-11", 12, "SCA061", "it works against the ScaledObject, which goes by cpu and memory, too"),
    ("enhancements-11", 12, "SCA062", "the mode `Auto` is deprecated"),
    ("presentation-01", 2, "INP002", "a list of waves is no manifest"),
    ("presentation-02", 2, "INP002", "minReplicas alone is no HorizontalPodAutoscaler"),
    ("presentation-03", 2, "SCH003", "the NetworkPolicy has no name"),
    ("presentation-03", 7, "SPC002", "a `---` is missing: the second apiVersion overwrites the first"),
    ("presentation-03", 8, "SPC002", "and the second kind"),
    ("presentation-04", 2, "INP002", "one field of a policy is no manifest"),
    ("presentation-04", 5, "SPC002", "before and after are one map, in which the second wins"),
    ("roadmap-01", 8, "SCH003", "the Deployment has no selector, and its pods no labels"),
    ("roadmap-01", 11, "WRK015", "its container requests nothing"),
    ("roadmap-01", 12, "IMG001", "its image has the tag `latest`, which is another one tomorrow"),
    ("roadmap-02", 7, "OPS004", "`enforce` is an old spelling, of an old field"),
    ("roadmap-03", 2, "API004", "Istio has had a stable version of it for years"),
    ("roadmap-03", 7, "MSH012", "the VirtualService has no hosts"),
    ("roadmap-03", 14, "MSH001", "no Service has the host"),
    ("roadmap-03", 15, "MSH002", "no DestinationRule has the subset of the canary"),
    ("roadmap-03", 20, "MSH002", "nor the one that nine of ten requests go to"),
    ("roadmap-03", 24, "MSH002", "nor the one of the rest"),
    ("roadmap-04", 2, "INP002", "a workflow of GitHub is no manifest"),
];

/// Rules that are off unless somebody asks for them find more.
const ASKED: &[(&str, u64, &str, &str)] = &[
    ("roadmap-01", 10, "PSS105", "the pods may run as root"),
    ("roadmap-01", 10, "PSS107", "and make every system call"),
    ("roadmap-01", 11, "PSS101", "the container may gain more privileges"),
    ("roadmap-01", 11, "PSS102", "and keeps its capabilities"),
    ("roadmap-01", 11, "SEC005", "it can write its own files"),
    ("roadmap-01", 11, "WRK008", "nobody asks whether it is alive"),
];

#[test]
fn every_mistake_of_the_seeds_is_named() {
    let (found, wanted) = (found(&[]), wanted(MISTAKES));
    let missing: Vec<_> = wanted.difference(&found).collect();
    assert!(missing.is_empty(), "nothing finds {missing:?}");
    let unjudged: Vec<_> = found.difference(&wanted).collect();
    assert!(unjudged.is_empty(), "mistakes, or false alarms? {unjudged:?}");
}

#[test]
fn the_seeds_are_held_to_higher_standards_on_request() {
    let asked = found(&["--pss", "restricted", "--enable", "WRK,IMG,SEC,NET,CFG,MSH,OBS,DR"]);
    let missing: Vec<_> = wanted(ASKED).difference(&asked).cloned().collect();
    assert!(missing.is_empty(), "nothing finds {missing:?}");
}

fn wanted(mistakes: &[(&str, u64, &str, &str)]) -> BTreeSet<String> {
    mistakes.iter().map(|(file, line, code, _)| format!("{file}:{line} {code}")).collect()
}

/// What is found in all of them together, as `file:line CODE`.
fn found(arguments: &[&str]) -> BTreeSet<String> {
    let seeds = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/lint/seeds");
    let arguments = [&["lint", seeds.to_str().unwrap(), "--format", "json"], arguments].concat();
    let ended = Repository::empty().karat(&arguments);
    let report: Value = serde_json::from_str(&ended.stdout).unwrap();
    let place = |finding: &Value| {
        let file = Path::new(finding["primary"]["file"].as_str()?).file_stem()?.to_str()?.to_owned();
        Some(format!("{file}:{} {}", finding["primary"]["line"], finding["code"].as_str()?))
    };
    report["diagnostics"].as_array().unwrap().iter().map(|finding| place(finding).unwrap()).collect()
}
