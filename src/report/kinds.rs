//! Kinds and the sources of their schemas, for people and for programs.

use std::{collections::BTreeMap, io};

use serde::Serialize;

use super::{json, printable};
use crate::{diagnostic::Gvk, lint::schema::Source};

/// Kinds, and where their schemas are from.
pub type Kinds = BTreeMap<Gvk, Source>;

/// Writes a kind a line.
pub fn write_table(out: &mut dyn io::Write, kinds: &Kinds) -> io::Result<()> {
    let version = kinds.keys().map(|gvk| gvk.api_version().chars().count()).max().unwrap_or_default();
    let kind = kinds.keys().map(|gvk| gvk.kind.chars().count()).max().unwrap_or_default();
    for (gvk, source) in kinds {
        let source = match source {
            Source::Kubernetes(release) => format!("Kubernetes {release}"),
            Source::Snapshot => "part of karat".to_owned(),
            Source::File(path) => path.to_string(),
        };
        let line = format!("{:version$}  {:kind$}  {source}", gvk.api_version(), gvk.kind);
        writeln!(out, "{}", printable::line(&line))?;
    }
    Ok(())
}

/// Writes one JSON document on one line, version 1.
pub fn write_json(out: &mut dyn io::Write, kinds: &Kinds) -> io::Result<()> {
    json::write_line(out, &Document { version: 1, kinds: kinds.iter().map(known).collect() })
}

#[derive(Serialize)]
struct Document<'a> {
    version: u32,
    kinds: Vec<Known<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Known<'a> {
    api_version: String,
    kind: &'a str,
    /// `kubernetes`, `karat` or `file`.
    source: &'static str,
    /// The version of Kubernetes.
    release: Option<&'static str>,
    /// The path from the repository's root.
    file: Option<&'a str>,
}

fn known<'a>((gvk, source): (&'a Gvk, &'a Source)) -> Known<'a> {
    let (source, release, file) = match source {
        Source::Kubernetes(release) => ("kubernetes", Some(*release), None),
        Source::Snapshot => ("karat", None, None),
        Source::File(path) => ("file", None, Some(path.as_str())),
    };
    Known { api_version: gvk.api_version().to_string(), kind: &gvk.kind, source, release, file }
}
