//! The findings that every format is tested with.

use std::sync::Arc;

use super::{Hidden, Report};
use crate::{
    diagnostic::{Change, Code, Diagnostic, Edit, Gvk, ResourceId, ResourceRef, Safety, Severity},
    source::{FileId, SourceMap, Span},
};

static ERROR: Code = Code {
    name: "TST001",
    summary: "`Error` that fails | 1st",
    severity: Severity::Error,
    since: "0.1.0",
    docs: " ## What it does\n Checks what\n fails.\n\n ## Example\n ```yaml,fires\n a: 1\n ```",
    file: "",
};
static WARNING: Code = Code {
    name: "TST002",
    summary: "Likely wrong",
    docs: " # No words\n\n Such.",
    severity: Severity::Warning,
    ..INFO
};
static INFO: Code =
    Code { name: "TST003", summary: "Good to know", severity: Severity::Info, docs: " Only that.", ..ERROR };

/// A line that wants to clear the screen, to run backwards and to ring.
pub(super) const HOSTILE: &str = "note: \"\u{1b}[2J\u{9b}31m\u{202e}\u{7}\"";

const WEB: &str = "\
apiVersion: karat/v1
kind: AppOverlay
metadata: {name: web}
workload:
  replicas: 4
image:
\ttag: 変数 # wide
containers:
  app:
    args:
      - a
      - b
";

/// One finding of every sort.
pub(super) fn findings() -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let web = sources.add("envs/prod/web.yaml", WEB);
    let golden = sources.add("golden/prod/web/deployment.apps-web.yaml", "kind: Deployment\nspec:\n  replicas: 3\n");
    let built_in = sources.add("karat:defaults.yaml", "defaults:\n  workload: { type: deployment }\n");
    let empty = sources.add("golden/prod/web/notes.md", "");
    let hostile = sources.add("envs/dev/hostile.yaml", format!("{HOSTILE}\n"));
    let long = sources.add("envs/dev/long.yaml", format!("a: {}needle{}", "x".repeat(50_000), "y".repeat(50_000)));
    let windows = sources.add("envs/dev/windows.yaml", "a: 1\r\nb: 2\r\n");
    let odd = sources.add("envs/dev/odd, 50%: \u{e9}|\u{1b}[2J\n.yaml", "a: \u{1f980}b\n");
    let diagnostics = vec![
        Diagnostic::new(&ERROR, "Deployment `web` differs from its golden file: `/spec/replicas` 3 → 4")
            .at(find(&sources, web, "4"))
            .label("4 here")
            .related(find(&sources, golden, "3"), "3 there")
            .related(find(&sources, web, "tag"), "in the same file")
            .help("run `karat golden` if this is what you want")
            .resource(resource("dev", "Deployment", "web"))
            .resource(resource("prod", "Deployment", "web")),
        Diagnostic::new(&ERROR, "no place\u{1b}[31m at all").help("do something"),
        Diagnostic::new(&WARNING, "wide characters after a tab").at(find(&sources, web, "変数")),
        fixable(&sources, web, "replicas: 4"),
        Diagnostic::new(&WARNING, "several lines").at(find(&sources, web, "app:\n    args:\n")).label("all of these"),
        Diagnostic::new(&WARNING, "too many lines").at(Span::new(web, 0, u32::MAX)),
        Diagnostic::new(&WARNING, "a value that no file of the repository holds")
            .at(find(&sources, built_in, "deployment"))
            .help("set it in a file of yours"),
        Diagnostic::new(&INFO, "an empty file").at(Span::new(empty, 0, 0)),
        Diagnostic::new(&INFO, "the end of a file").at(end(&sources, web)).label("nothing more"),
        Diagnostic::new(&INFO, "the end of a file without a line break").at(end(&sources, long)),
        Diagnostic::new(&INFO, "a hostile line").at(find(&sources, hostile, "31m")).label("\u{1b}[31mred"),
        Diagnostic::new(&INFO, "a long line").at(find(&sources, long, "needle")).label("here"),
        Diagnostic::new(&INFO, "line breaks of Windows").at(find(&sources, windows, "1")).label("one"),
        Diagnostic::new(&INFO, "a place beyond the file").at(Span::new(windows, 500, 600)),
        Diagnostic { environments: vec!["dev".into(), "prod".into()], ..Diagnostic::new(&INFO, "no object") },
        Diagnostic::new(
            &WARNING,
            "a<b> & \"c\" 50% `x|y` ]]> {0} [1](2) *d* @all #1\n::error::e ##[f] \u{1f980} \u{ffff}",
        )
        .at(find(&sources, odd, "\u{1f980}b"))
        .label("`|` <i>\n]]>")
        .related(find(&sources, built_in, "workload"), "not to be opened")
        .related(find(&sources, odd, "a"), "")
        .help("say `--set a=b,c:d`\r\n% or | nothing"),
        Diagnostic::new(&ERROR, "a policy says no").policy("exposure").resource(cluster("prod")),
        Diagnostic::new(&ERROR, "a policy says no again").policy("exposure").resource(cluster("prod")),
        (1..6).fold(Diagnostic::new(&INFO, "many objects"), |finding, number| {
            finding.resource(resource("dev", "Service", &format!("web-{number}")))
        }),
    ];
    (sources, diagnostics)
}

/// A finding with a fix that was placed.
fn fixable(sources: &SourceMap, file: FileId, text: &str) -> Diagnostic {
    let span = find(sources, file, text);
    let edit = Edit::Remove { key: span, name: "replicas".into(), was: 4.into() };
    let mut finding = Diagnostic::new(&WARNING, "a finding with a fix").at(span);
    finding = finding.fix(Safety::Unsafe, "remove `replicas`", [Some(edit)]);
    finding.fix.iter_mut().for_each(|fix| fix.changes = vec![Change { span, text: String::new() }]);
    finding
}

/// What was looked at.
pub(super) fn report<'a>(sources: &'a SourceMap, diagnostics: &'a [Diagnostic]) -> Report<'a> {
    let omitted = Some("left out because of errors: checks of <web> | (dev)");
    Report {
        environments: Some(2),
        files: 4,
        resources: 1,
        hidden: Hidden { suppressed: 3, in_baseline: 2, earlier: 1 },
        omitted,
        ..Report::new(sources, diagnostics)
    }
}

fn find(sources: &SourceMap, file: FileId, text: &str) -> Span {
    let start = sources.file(file).text.find(text).unwrap();
    Span::of_bytes(file, start..start + text.len())
}

fn end(sources: &SourceMap, file: FileId) -> Span {
    let end = sources.file(file).text.len();
    Span::of_bytes(file, end..end)
}

/// An object without group and namespace, and nothing of a field.
fn cluster(environment: &str) -> ResourceRef {
    let id = ResourceId { gvk: Gvk::new("v1", "Namespace"), namespace: None, name: "shop".into() };
    ResourceRef { environment: environment.into(), id: Arc::new(id), pointer: String::new(), path: String::new() }
}

fn resource(environment: &str, kind: &str, name: &str) -> ResourceRef {
    let id = ResourceId { gvk: Gvk::new("apps/v1", kind), namespace: Some("shop".into()), name: name.into() };
    let pointer = "/spec/replicas";
    ResourceRef { environment: environment.into(), id: Arc::new(id), pointer: pointer.into(), path: pointer.into() }
}
