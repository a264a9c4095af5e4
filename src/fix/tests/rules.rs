//! The fixes of all built-in rules, on the examples in their documentation: what is fixed stays fixed.

use crate::{
    diagnostic::{Diagnostic, Safety},
    fix::{apply, place},
    lint::{Checks, fold},
    manifest::{Manifest, ManifestSet, Owner},
    node::yaml,
    source::SourceMap,
};

/// The examples that make a rule fire, and those that do not.
fn examples() -> Vec<(&'static str, String)> {
    let rules = crate::lint::rules::all();
    let blocks = |docs: String| docs.split("\n```yaml,").map(str::to_owned).skip(1).collect::<Vec<_>>();
    let texts = rules.flat_map(|rule| blocks(rule.code.markdown()).into_iter().map(|block| (rule.code.name, block)));
    texts.filter_map(|(name, block)| Some((name, block.split_once('\n')?.1.split("```").next()?.to_owned()))).collect()
}

/// Everything that the checks find in a text, with the fixes that have a place.
fn look(text: &str) -> (SourceMap, Vec<Diagnostic>) {
    let mut sources = SourceMap::default();
    let file = sources.add("example.yaml", text);
    let objects = yaml::read(file, text).documents.into_iter();
    let objects = objects.map(|document| Manifest::new(Owner::Cluster, None, document.root)).collect();
    let set = ManifestSet::new("".into(), "1.34".into(), objects);
    let found = Checks::default().check_set(&set, std::iter::empty(), None, &|_| true).diagnostics;
    let mut findings = fold(found);
    place(&mut findings, &sources, &|_| true);
    (sources, findings)
}

fn fixable(findings: &[Diagnostic]) -> Vec<&str> {
    findings.iter().filter(|finding| finding.fix.is_some()).map(|finding| finding.message.as_str()).collect()
}

#[test]
fn what_rules_fix_stays_fixed() {
    let mut fixed = 0;
    for (name, example) in examples() {
        let mut text = example.clone();
        for _ in 0..10 {
            let (sources, findings) = look(&text);
            let round = apply(&findings, Safety::Unsafe, &sources);
            assert_eq!(round.refused, 0, "{name} on:\n{text}\n{findings:#?}");
            fixed += round.fixed;
            let Some(after) = round.texts.into_values().next() else { break };
            text = after;
        }
        let (_, findings) = look(&text);
        assert_eq!(fixable(&findings), Vec::<&str>::new(), "{name} on:\n{example}\nbecame:\n{text}");
    }
    assert!(fixed > 10, "only {fixed} findings were fixed");
}
