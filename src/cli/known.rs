//! `--baseline`, `--write-baseline`, `--new-since`: only new findings are shown.

use std::path::{Path, PathBuf};

use clap::Args;

use crate::{
    diagnostic::{Code, Diagnostic, Error, Identity, Result},
    lint,
    report::{Hidden, catalogue},
    source::{MAX_FILE_BYTES, SourceMap, replace_file},
    suppress::{Looked, Memory, baseline},
};

/// Which findings are known.
#[derive(Args, Debug, Default)]
pub(super) struct KnownArgs {
    /// Leave out the findings that are in this file
    ///
    /// A finding is known again by its code, environment, object and field, whatever line it is on.
    #[arg(long, value_name = "FILE")]
    baseline: Option<PathBuf>,
    /// Write the findings of this run into a file for `--baseline`, and leave them out
    #[arg(long, value_name = "FILE", conflicts_with = "baseline")]
    write_baseline: Option<PathBuf>,
    /// Leave out the findings that were there at this revision of git
    ///
    /// Nothing is checked out, and nothing is written.
    #[arg(long, value_name = "REV")]
    new_since: Option<String>,
}

impl KnownArgs {
    /// The revision whose findings are known.
    pub(super) fn revision(&self) -> Option<&str> {
        self.new_since.as_deref()
    }

    /// What tells known findings from new ones; `earlier` are those of the revision.
    pub(super) fn sieve(&self, directory: &Path, earlier: Option<Memory>) -> Result<Sieve<'_>> {
        let baseline = self.baseline.as_deref().map(|file| Baseline::read(directory, file)).transpose()?;
        let written = self.write_baseline.as_deref().map(|file| (directory.join(file), file, Memory::default()));
        Ok(Sieve { earlier, baseline, written, since: Vec::new(), listed: Vec::new() })
    }
}

/// Tells known findings from new ones.
pub(super) struct Sieve<'a> {
    earlier: Option<Memory>,
    baseline: Option<Baseline>,
    /// The baseline to write: its place, what the user calls it, and its findings.
    written: Option<(PathBuf, &'a Path, Memory)>,
    /// Findings that were there at the revision.
    since: Vec<Diagnostic>,
    /// Findings that are in a baseline.
    listed: Vec<Diagnostic>,
}

impl Sieve<'_> {
    /// Takes out the findings that are known.
    pub(super) fn take(&mut self, findings: &mut Vec<Diagnostic>, sources: &SourceMap) {
        if let Some(earlier) = &mut self.earlier {
            self.since.append(&mut earlier.take(findings, sources));
        }
        if let Some(baseline) = &mut self.baseline {
            self.listed.append(&mut baseline.memory.take(findings, sources));
        }
        if let Some((_, _, memory)) = &mut self.written {
            memory.add(findings, sources);
            self.listed.append(findings);
        }
    }

    /// Writes the baseline that is to be written, and says how many findings were known. A finding about the one that was
    /// read is added; `looked` says which of those that are gone would have been found.
    pub(super) fn finish(
        self,
        sources: &mut SourceMap,
        findings: &mut Vec<Diagnostic>,
        looked: impl Fn(&Code) -> Looked,
    ) -> Result<Hidden> {
        if let Some((path, shown, memory)) = &self.written {
            let mut content = Vec::new();
            let written = baseline::write(&mut content, memory).and_then(|()| replace_file(path, &content));
            written.map_err(|error| refused("write", shown, &error))?;
        }
        findings.extend(self.baseline.and_then(|baseline| baseline.gone(sources, looked)));
        let (in_baseline, earlier) = (lint::fold(self.listed).len(), lint::fold(self.since).len());
        Ok(Hidden { in_baseline, earlier, ..Hidden::default() })
    }
}

/// A baseline that was read.
struct Baseline {
    /// What the user calls it.
    shown: String,
    text: String,
    memory: Memory,
}

impl Baseline {
    fn read(directory: &Path, file: &Path) -> Result<Self> {
        let text = text(directory, file)?;
        let shown = file.display().to_string();
        let memory = baseline::read(&shown, &text)?;
        Ok(Self { shown, text, memory })
    }

    /// What is left of it.
    fn gone(self, sources: &mut SourceMap, looked: impl Fn(&Code) -> Looked) -> Option<Diagnostic> {
        let missed = |code: &str| catalogue::find(code).is_some_and(|code| looked(code) == Looked::Unknown);
        let gone: Vec<&Identity> = self.memory.identities().filter(|identity| !missed(&identity.code)).collect();
        if gone.is_empty() {
            return None;
        }
        let id = sources.add(self.shown, self.text.as_str());
        baseline::gone(gone, id, &self.text)
    }
}

fn text(directory: &Path, file: &Path) -> Result<String> {
    let path = directory.join(file);
    let size = path.metadata().map_err(|error| refused("read", file, &error))?.len();
    if size > MAX_FILE_BYTES {
        let error = Error::new(format!("`{}` has {size} bytes, which no baseline has", file.display()));
        return Err(error.hint("name a file that `--write-baseline` wrote"));
    }
    std::fs::read_to_string(path).map_err(|error| refused("read", file, &error))
}

fn refused(doing: &str, file: &Path, error: &std::io::Error) -> Error {
    let error = Error::io(format!("cannot {doing} the baseline `{}`", file.display()), error);
    error.hint("`--write-baseline FILE` writes a baseline into a directory that is there")
}
