//! Formats that other programs parse, before readers that forgive nothing.

use std::{fmt::Write, fs, io::Read, path::Path, sync::LazyLock};

use flate2::read::GzDecoder;
use proptest::prelude::*;
use serde_json::Value as Json;

use super::{Format, Report, catalogue, github, gitlab, json, junit, markdown, sample, sarif, tap};
use crate::{
    diagnostic::Diagnostic,
    source::{SourceMap, Span},
};

fn written(format: &Format, report: &Report<'_>) -> String {
    let mut out = Vec::new();
    (format.write)(&mut out, report).unwrap();
    String::from_utf8(out).unwrap()
}

/// The schema that OASIS publishes.
static SARIF: LazyLock<jsonschema::Validator> = LazyLock::new(|| {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/sarif/sarif-schema-2.1.0.json.gz");
    let mut text = String::new();
    GzDecoder::new(fs::File::open(file).unwrap()).read_to_string(&mut text).unwrap();
    let mut schema: Json = serde_json::from_str(&text).unwrap();
    // Its pattern of languages has a bracket too many, and is no regular expression.
    for part in ["run", "toolComponent"] {
        schema["definitions"][part]["properties"]["language"].as_object_mut().unwrap().remove("pattern").unwrap();
    }
    jsonschema::options().should_validate_formats(true).build(&schema).unwrap()
});

fn misfits(report: &Report<'_>) -> Vec<String> {
    let sarif: Json = serde_json::from_str(&written(&sarif::FORMAT, report)).unwrap();
    SARIF.iter_errors(&sarif).map(|error| format!("{} {error}", error.instance_path())).collect()
}

#[test]
fn sarif_fits_its_schema() {
    let (sources, diagnostics) = sample::findings();
    assert_eq!(misfits(&sample::report(&sources, &diagnostics)), Vec::<String>::new());
    assert_eq!(misfits(&Report::new(&SourceMap::default(), &[])), Vec::<String>::new());
    let broken = Diagnostic::new(diagnostics[0].code, "").resource(diagnostics[0].resources[0].clone());
    let mut empty = serde_json::from_str::<Json>(&written(&sarif::FORMAT, &Report::new(&sources, &[broken]))).unwrap();
    empty["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["snippet"] = "".into();
    assert!(!SARIF.is_valid(&empty), "a schema that takes anything proves nothing");
}

/// GitHub shows what a rule says of itself beside each of its findings.
#[test]
fn sarif_describes_every_code() {
    let findings: Vec<Diagnostic> = catalogue::all().into_iter().map(|code| Diagnostic::new(code, "wrong")).collect();
    let sources = SourceMap::default();
    let report = Report::new(&sources, &findings);
    assert_eq!(misfits(&report), Vec::<String>::new());
    let sarif: Json = serde_json::from_str(&written(&sarif::FORMAT, &report)).unwrap();
    let rules = sarif["runs"][0]["tool"]["driver"]["rules"].as_array().unwrap();
    assert_eq!(rules.len(), findings.len());
    for rule in rules {
        for (pointer, most) in [("/name", 255), ("/shortDescription/text", 1024), ("/fullDescription/text", 1024)] {
            let length = rule.pointer(pointer).and_then(Json::as_str).unwrap().chars().count();
            assert!((5..=most).contains(&length), "{} {pointer}", rule["id"]);
        }
        assert!(!rule["help"]["markdown"].as_str().unwrap().contains(",fires"), "{}", rule["id"]);
    }
}

/// Texts of what means something to one format or another.
fn text() -> impl Strategy<Value = String> {
    let marks =
        "[a-c \\\\`|<>&\"'%:;,#@*_\\[\\]{}()$~!\n\r\t\u{0}\u{1b}\u{85}\u{2028}\u{202e}\u{ffff}\u{1f980}é-]{0,12}";
    prop_oneof![4 => marks, 1 => Just("]]>".to_owned()), 1 => Just("::error::".to_owned()), 1 => Just("##[f]".to_owned())]
}

prop_compose! {
    fn findings()(texts in prop::collection::vec((text(), text(), text(), text()), 1..4)) -> (SourceMap, Vec<Diagnostic>) {
        let (mut sources, (_, sample)) = (SourceMap::default(), sample::findings());
        let findings = texts.into_iter().zip(&sample).map(|((path, message, label, help), known)| {
            let file = sources.add(format!("envs/{path}"), "a: 1\n");
            let place = Span::new(file, 0, 1);
            Diagnostic::new(known.code, message).at(place).label(label.clone()).related(place, label).help(help)
        });
        let findings = findings.collect();
        (sources, findings)
    }
}

/// Reads what is between and inside of tags as XML 1.0 does, and gives back the names of the elements.
fn elements(xml: &str) -> Vec<String> {
    let (mut open, mut names) = (Vec::new(), Vec::new());
    let body = xml.strip_prefix("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n").unwrap();
    for (at, piece) in body.split('<').enumerate() {
        let (tag, text) = if at == 0 { ("", piece) } else { piece.split_once('>').expect("a tag ends") };
        assert!(!text.contains('>'), "{text}");
        let quoted: Vec<&str> = tag.split('"').collect();
        assert_eq!(quoted.len() % 2, 1, "{tag}");
        for reference in [tag, text].iter().flat_map(|text| text.split('&').skip(1)) {
            let known = ["amp;", "lt;", "gt;", "quot;"].iter().any(|known| reference.starts_with(known));
            assert!(known, "{reference}");
        }
        let name = tag.trim_end_matches('/').split(' ').next().unwrap().to_owned();
        if let Some(ended) = name.strip_prefix('/') {
            assert_eq!(open.pop().as_deref(), Some(ended));
        } else if at > 0 {
            names.push(name.clone());
            open.extend((!tag.ends_with('/')).then_some(name));
        }
    }
    assert_eq!(open, Vec::<String>::new());
    assert!(xml.chars().all(|own| own == '\n' || own >= ' ' && !matches!(own, '\u{fffe}' | '\u{ffff}')));
    names
}

/// Bars that end a cell of a table.
fn bars(row: &str) -> usize {
    let mut escaped = false;
    let ends = row.chars().filter(|own| {
        let ends = *own == '|' && !escaped;
        escaped = *own == '\\' && !escaped;
        ends
    });
    ends.count()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn no_text_breaks_a_format((sources, diagnostics) in findings()) {
        let report = Report::new(&sources, &diagnostics);
        let count = diagnostics.len();

        let shown: Json = serde_json::from_str(&written(&json::FORMAT, &report)).unwrap();
        for (given, shown) in diagnostics.iter().zip(shown["diagnostics"].as_array().unwrap()) {
            prop_assert_eq!(shown["message"].as_str(), Some(given.message.as_str()));
        }
        let gitlab: Json = serde_json::from_str(&written(&gitlab::FORMAT, &report)).unwrap();
        prop_assert_eq!(gitlab.as_array().unwrap().len(), count);
        prop_assert_eq!(misfits(&report), Vec::<String>::new());

        let names = elements(&written(&junit::FORMAT, &report));
        prop_assert_eq!(names.iter().filter(|name| *name == "testcase").count(), count);

        let github = written(&github::FORMAT, &report);
        prop_assert_eq!(github.lines().count(), count + 1);
        prop_assert_eq!(github.lines().filter(|line| line.starts_with("::")).count(), count);

        let tap = written(&tap::FORMAT, &report);
        let mut blocks = String::new();
        for line in tap.lines().filter(|line| line.starts_with("  ")) {
            writeln!(blocks, "{}", &line[2..]).unwrap();
        }
        let documents: Vec<yaml_serde::Value> = blocks
            .split("...\n")
            .filter(|block| !block.is_empty())
            .map(|block| yaml_serde::from_str(block).unwrap())
            .collect();
        prop_assert_eq!(documents.len(), count);

        let comment = written(&markdown::FORMAT, &report);
        let rows: Vec<&str> = comment.lines().filter(|line| line.starts_with('|')).collect();
        prop_assert!(rows.iter().all(|row| bars(row) == 4), "{}", comment);
    }
}
