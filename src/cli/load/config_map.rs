//! `--config-map`: the result, where it outlives the pod that measured it.

use std::{collections::BTreeMap, io::Write, path::Path};

use flate2::{Compression, write::GzEncoder};

use super::watch::AccessArgs;
use crate::{
    diagnostic::{Error, Result},
    grammar::formats::{is_dns_label, is_dns_subdomain},
    load::{ConfigMap, Outcome},
    report::load::FORMATS,
};

/// What the Kubernetes API takes of all values together is 1 MiB; this leaves room for keys and labels.
const MOST_BYTES: usize = 1_000_000;

/// A report in JSON of more bytes than this is compressed.
const MOST_PLAIN: usize = 200_000;

/// A ConfigMap's name, and its namespace if it is not that of the access.
#[derive(Clone, Debug)]
pub(super) struct Name {
    namespace: Option<String>,
    name: String,
}

/// Reads `shop/result`, or `result`.
pub(super) fn parse(text: &str) -> Result<Name, String> {
    let (namespace, name) = text.split_once('/').map_or((None, text), |(namespace, name)| (Some(namespace), name));
    if !is_dns_subdomain(name) || !namespace.is_none_or(is_dns_label) {
        return Err(format!("`{text}` names no ConfigMap; write `shop/cart-load-test`"));
    }
    Ok(Name { namespace: namespace.map(ToOwned::to_owned), name: name.to_owned() })
}

impl Name {
    /// Sees to it, before any request is sent, that the result can be written.
    pub(super) fn check(&self, access: &AccessArgs, directory: &Path) -> Result<()> {
        let access = access.find(directory)?;
        let data = BTreeMap::from([("verdict", String::new())]);
        self.with(access.namespace(), data, BTreeMap::new()).rehearse(access)
    }

    /// Writes the result.
    pub(super) fn write(&self, access: &AccessArgs, directory: &Path, outcome: &Outcome) -> Result<()> {
        let access = access.find(directory)?;
        let contents = contents(outcome.verdict.name(), MOST_BYTES, |format| report(outcome, format));
        let (data, binary) = contents?;
        self.with(access.namespace(), data, binary).apply(access)
    }

    fn with(
        &self,
        default: &str,
        data: BTreeMap<&'static str, String>,
        binary: BTreeMap<&'static str, Vec<u8>>,
    ) -> ConfigMap {
        let namespace = self.namespace.clone().unwrap_or_else(|| default.to_owned());
        ConfigMap { namespace, name: self.name.clone(), data, binary }
    }
}

/// Texts and bytes by their keys.
type Contents = (BTreeMap<&'static str, String>, BTreeMap<&'static str, Vec<u8>>);

/// What a ConfigMap tells of a run: the reports for people, and that for programs as far as there is room for it.
fn contents(verdict: &str, room: usize, report: impl Fn(&str) -> Result<String>) -> Result<Contents> {
    let mut data = BTreeMap::from([("verdict", verdict.to_owned())]);
    let mut binary = BTreeMap::new();
    let left = |data: &BTreeMap<_, String>| room.saturating_sub(data.values().map(String::len).sum());
    for (key, format) in [("report.txt", "text"), ("report.md", "markdown")] {
        let text = report(format)?;
        if text.len() <= left(&data) / 2 {
            data.insert(key, text);
        } else {
            leave_out(&mut data, key, text.len());
        }
    }
    let json = report("json")?;
    if json.len() <= MOST_PLAIN.min(left(&data)) {
        data.insert("report.json", json);
        return Ok((data, binary));
    }
    let failed = |error| Error::io("cannot compress a report", &error);
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(json.as_bytes()).map_err(failed)?;
    let compressed = encoder.finish().map_err(failed)?;
    if compressed.len() <= left(&data) {
        binary.insert("report.json.gz", compressed);
    } else {
        leave_out(&mut data, "report.json.gz", compressed.len());
    }
    Ok((data, binary))
}

/// Says what is missing, and why.
fn leave_out(data: &mut BTreeMap<&'static str, String>, key: &str, bytes: usize) {
    let line = format!("{key} is left out: there is no room for its {bytes} bytes in a ConfigMap\n");
    data.entry("left-out").or_default().push_str(&line);
}

fn report(outcome: &Outcome, name: &str) -> Result<String> {
    let mut out = Vec::new();
    for format in FORMATS.iter().filter(|format| format.name == name) {
        (format.write)(&mut out, outcome).map_err(|error| Error::io("cannot make a report", &error))?;
    }
    Ok(String::from_utf8_lossy(&out).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_always_room() {
        let report = |name: &str| Ok(name.repeat(100));
        let whole = contents("met", 3_000, report).unwrap();
        assert_eq!(whole.0.keys().copied().collect::<Vec<_>>(), ["report.json", "report.md", "report.txt", "verdict"]);
        let (data, binary) = contents("met", 900, report).unwrap();
        assert_eq!((data["verdict"].as_str(), data["report.txt"].len()), ("met", 400));
        assert_eq!(data["left-out"], "report.md is left out: there is no room for its 800 bytes in a ConfigMap\n");
        assert!(binary.is_empty() && data["report.json"].len() == 400);
        let (data, binary) = contents("met", 60, report).unwrap();
        assert!(data.keys().eq(["left-out", "verdict"].iter()) && binary.is_empty());
        assert_eq!(data["left-out"].lines().count(), 3);
    }

    #[test]
    fn names_are_those_of_kubernetes() {
        let name = parse("shop/cart.load-test").unwrap();
        assert_eq!((name.namespace.as_deref(), name.name.as_str()), (Some("shop"), "cart.load-test"));
        assert!(parse("result").unwrap().namespace.is_none());
        assert!(
            ["", "/", "a/", "/a", "Shop/cart", "a/b/c", "a?b", "a.b/c", "-a"].iter().all(|text| parse(text).is_err())
        );
    }
}
