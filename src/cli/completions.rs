//! `karat completions`.

use clap::{Args, CommandFactory};
use clap_complete::Shell;

use super::{Cli, Verdict, output};
use crate::diagnostic::Result;

/// Print a shell's completion script
#[derive(Args, Debug)]
pub(super) struct CompletionsArgs {
    /// The shell
    #[arg(value_enum)]
    shell: Shell,
}

pub(super) fn run(args: &CompletionsArgs) -> Result<Verdict> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, &mut Cli::command(), "karat", &mut script);
    output::print(|out| out.write_all(&script))?;
    Ok(Verdict::Clean)
}
