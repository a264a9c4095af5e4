//! `karat cmp`.

mod deadline;
mod generate;
mod parameters;
mod place;
mod plugin;

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
    Parameters(parameters::ParametersArgs),
    Plugin(plugin::PluginArgs),
}

pub(super) fn run(directory: &Path, args: CmpArgs) -> Result<Verdict> {
    match args.command {
        CmpCommand::Generate(args) => generate::run(directory, args),
        CmpCommand::Parameters(args) => parameters::run(directory, &args),
        CmpCommand::Plugin(args) => plugin::run(args),
    }
}
