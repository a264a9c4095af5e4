//! `karat schema`.

mod add;
mod list;

use std::path::Path;

use clap::{Args, Subcommand};

use super::Verdict;
use crate::diagnostic::Result;

/// Work with the schemas that objects are held against
#[derive(Args, Debug)]
pub(super) struct SchemaArgs {
    #[command(subcommand)]
    command: SchemaCommand,
}

#[derive(Debug, Subcommand)]
enum SchemaCommand {
    Add(add::AddArgs),
    List(list::ListArgs),
}

pub(super) fn run(directory: &Path, args: &SchemaArgs) -> Result<Verdict> {
    match &args.command {
        SchemaCommand::Add(args) => add::run(directory, args),
        SchemaCommand::List(args) => list::run(directory, args),
    }
}
