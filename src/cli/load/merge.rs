//! `karat load merge`.

use std::{
    fs,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{ReportArgs, Verdict};
use crate::{
    diagnostic::{Error, Result},
    load::{Outcome, Stored},
};

/// Add up the JSON reports of several workers of one plan, and judge them as the one run that they are
#[derive(Args, Debug)]
pub(super) struct MergeArgs {
    /// Reports in JSON
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    #[command(flatten)]
    reports: ReportArgs,
}

pub(super) fn run(directory: &Path, args: &MergeArgs) -> Result<Verdict> {
    args.reports.check(directory)?;
    let mut parts = args.files.iter().map(|file| read(&directory.join(file)));
    let Some(first) = parts.next() else { return Err(Error::new("there is nothing to merge")) };
    let mut sum = first?;
    parts.try_for_each(|part| sum.merge(&part?))?;
    args.reports.finish(directory, sum)
}

/// Reads a report.
pub(super) fn read(file: &Path) -> Result<Outcome> {
    let name = file.display();
    let text = fs::read_to_string(file).map_err(|error| Error::io(format!("cannot read `{name}`"), &error))?;
    let found = Stored::read(&text).and_then(|stored| stored.outcome());
    found.map_err(|error| {
        Error::new(format!("`{name}` cannot be used: {error}")).hint("name a report of `--format json`")
    })
}
