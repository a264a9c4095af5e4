//! `karat cmp`.

mod deadline;
mod generate;

use std::path::Path;

use clap::{Args, Subcommand};

use super::Verdict;
use crate::diagnostic::Result;

/// Serve Argo CD as a config management plugin
#[derive(Args, Debug)]
pub(super) struct CmpArgs {
    #[command(subcommand)]
    command: CmpCommand,
}

#[derive(Debug, Subcommand)]
enum CmpCommand {
    Generate(generate::GenerateArgs),
}

pub(super) fn run(directory: &Path, args: CmpArgs) -> Result<Verdict> {
    match args.command {
        CmpCommand::Generate(args) => generate::run(directory, args),
    }
}
