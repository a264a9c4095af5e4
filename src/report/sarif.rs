//! SARIF 2.1.0, the OASIS standard for results of static analysis:
//! <https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html>.
//!
//! Strict readers refuse what is empty, so what is not known is left out. The key `primaryLocationLineHash` belongs to
//! the action that uploads to GitHub, which warns of every value that it has not made itself; ours is `identity/v1`.

use std::{collections::BTreeSet, io};

use serde::Serialize;
use serde_json::{Map, Value as Json, json};

use super::{
    Format, Report, catalogue, fingerprint,
    json::{self, Each},
    place::Place,
    printable, wording,
};
use crate::{
    diagnostic::{Change, Code, Diagnostic, Fix, Label, ResourceRef, Severity},
    grammar::formats::percent_encoded,
};

/// The format.
pub static FORMAT: Format = Format { name: "sarif", help: "For code scanning: SARIF 2.1.0", write };

const SCHEMA: &str = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json";

/// What stands for the root of the repository in paths.
const ROOT: &str = "%SRCROOT%";

/// GitHub cuts a longer description.
const DESCRIBED: usize = 1000;

/// The outermost objects, so that no more than one result at a time is in memory.
#[derive(Serialize)]
struct Log<R: Serialize> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<R>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<R: Serialize> {
    tool: Json,
    invocations: Json,
    original_uri_base_ids: Json,
    column_kind: &'static str,
    results: R,
}

fn write(out: &mut dyn io::Write, report: &Report<'_>) -> io::Result<()> {
    let (codes, fingerprints) = (codes(report.diagnostics), fingerprint::all(report));
    let findings = report.diagnostics.iter().zip(&fingerprints);
    let results = findings.map(|(finding, fingerprint)| result(report, finding, fingerprint, &codes));
    let run = Run {
        tool: json!({ "driver": {
            "name": "Karat",
            "semanticVersion": env!("CARGO_PKG_VERSION"),
            "informationUri": env!("CARGO_PKG_REPOSITORY"),
            "rules": codes.iter().map(|code| rule(code)).collect::<Vec<_>>(),
        } }),
        invocations: json!([{ "executionSuccessful": true }]),
        original_uri_base_ids: json!({ ROOT: { "description": { "text": "The root of the repository." } } }),
        column_kind: "unicodeCodePoints",
        results: Each(results),
    };
    json::write_line(out, &Log { schema: SCHEMA, version: "2.1.0", runs: [run] })
}

/// The codes that occur, sorted by name.
fn codes(findings: &[Diagnostic]) -> Vec<&'static Code> {
    let mut codes: Vec<_> = findings.iter().map(|finding| finding.code).collect();
    codes.sort_unstable_by_key(|code| code.name);
    codes.dedup_by_key(|code| code.name);
    codes
}

fn rule(code: &Code) -> Json {
    let help = catalogue::text(code);
    json!({
        "id": code.name,
        "name": title(code),
        "shortDescription": { "text": sentence(code.summary) },
        "fullDescription": { "text": description(code) },
        "help": { "text": help, "markdown": help },
        "defaultConfiguration": { "level": level(code.severity) },
        "properties": { "tags": ["kubernetes", code.family()] },
    })
}

/// The summary as a name: `ServiceSelectsNoPods`.
fn title(code: &Code) -> String {
    let words = code.summary.split(|own: char| !own.is_alphanumeric()).filter(|word| !word.is_empty());
    words.map(capital).collect()
}

/// With a capital and a full stop, as readers of SARIF expect them.
fn sentence(text: &str) -> String {
    capital(text) + if text.ends_with(['.', '!', '?', ':']) { "" } else { "." }
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().collect::<String>());
    first.unwrap_or_default() + characters.as_str()
}

/// The first paragraph of the documentation.
fn description(code: &Code) -> String {
    let docs = code.markdown();
    let mut paragraphs = docs.split("\n\n").filter_map(|block| {
        let lines = block.lines().skip_while(|line| line.starts_with('#')).map(str::trim).collect::<Vec<_>>();
        Some(lines.join(" ")).filter(|text| !text.is_empty())
    });
    let text = paragraphs.next().unwrap_or_else(|| code.summary.to_owned());
    sentence(text.char_indices().nth(DESCRIBED).map_or(&*text, |(at, _)| &text[..at]))
}

fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

fn result(report: &Report<'_>, finding: &Diagnostic, fingerprint: &str, codes: &[&Code]) -> Json {
    let mut text = vec![wording::message(finding)];
    let notes = wording::notes(report, finding).into_iter().filter(|note| note.word != wording::SEE);
    text.extend(notes.map(|note| note.to_string()));
    let mut result = json!({
        "ruleId": finding.code.name,
        "ruleIndex": codes.iter().position(|code| code.name == finding.code.name),
        "level": level(finding.severity),
        "message": { "text": text.join("\n") },
        "locations": [location(report, finding)],
        "partialFingerprints": fingerprints(report, finding, fingerprint),
    });
    let related: Vec<Json> = finding.related.iter().filter_map(|label| related(report, label)).collect();
    if !related.is_empty() {
        result["relatedLocations"] = related.into();
    }
    if let Some(fix) = finding.fix.as_ref().and_then(|fix| fixing(report, fix)) {
        result["fixes"] = json!([fix]);
    }
    result
}

/// All changes of a fix, which are in one file.
fn fixing(report: &Report<'_>, fix: &Fix) -> Option<Json> {
    let place = |change: &Change| report.place(&Label { span: change.span, message: String::new() });
    let file = physical(&place(fix.changes.first()?)?)["artifactLocation"].take();
    let replacement = |change: &Change| {
        let region = physical(&place(change)?)["region"].take();
        Some(json!({ "deletedRegion": region, "insertedContent": { "text": change.text } }))
    };
    let replacements: Vec<Json> = fix.changes.iter().filter_map(replacement).collect();
    Some(json!({
        "description": { "text": printable::line(&fix.title) },
        "artifactChanges": [{ "artifactLocation": file, "replacements": replacements }],
    }))
}

/// The place to change and the objects that it is about. GitHub wants a file for every result.
fn location(report: &Report<'_>, finding: &Diagnostic) -> Json {
    let place = report.primary(finding).unwrap_or_else(|| report.anywhere());
    let mut location = json!({ "physicalLocation": physical(&place) });
    let objects: BTreeSet<(String, &str)> =
        finding.resources.iter().map(|resource| (qualified(resource), &*resource.id.name)).collect();
    let objects = objects.into_iter().map(|(qualified, name)| {
        let mut object = json!({ "fullyQualifiedName": qualified, "kind": "resource" });
        if !name.is_empty() {
            object["name"] = name.into();
        }
        object
    });
    let objects: Vec<Json> = objects.collect();
    if !objects.is_empty() {
        location["logicalLocations"] = objects.into();
    }
    location
}

/// `prod/apps/Deployment/shop/web/spec/replicas`.
fn qualified(ResourceRef { environment, id, path, .. }: &ResourceRef) -> String {
    let parts = [environment, &id.gvk.group, &id.gvk.kind, id.namespace.as_deref().unwrap_or_default(), &id.name];
    let parts: Vec<&str> = parts.into_iter().filter(|part| !part.is_empty()).collect();
    printable::line(&(parts.join("/") + path))
}

fn related(report: &Report<'_>, label: &Label) -> Option<Json> {
    let mut location = json!({ "physicalLocation": physical(&report.place(label)?) });
    if !label.message.is_empty() {
        location["message"] = json!({ "text": printable::line(&label.message) });
    }
    Some(location)
}

fn physical(Place { path, start, end }: &Place) -> Json {
    let artifact = if path.starts_with('/') {
        json!({ "uri": format!("file://{}", percent_encoded(path)) })
    } else {
        json!({ "uri": percent_encoded(path), "uriBaseId": ROOT })
    };
    json!({
        "artifactLocation": artifact,
        "region": {
            "startLine": start.line,
            "startColumn": start.column,
            "endLine": end.line,
            "endColumn": end.column,
        },
    })
}

/// By names that end in a version, as the standard wants them.
fn fingerprints(report: &Report<'_>, finding: &Diagnostic, fingerprint: &str) -> Map<String, Json> {
    let everywhere = [("identity/v1".to_owned(), fingerprint.into())];
    let environments = fingerprint::by_environment(report, finding).into_iter();
    let environments = environments.map(|(name, fingerprint)| (format!("identity/{name}/v1"), fingerprint.into()));
    everywhere.into_iter().chain(environments).collect()
}
