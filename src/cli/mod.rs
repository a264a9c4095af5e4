//! The command line: one file per command.
//!
//! | exit code | meaning |
//! |---|---|
//! | 0 | nothing to complain about |
//! | 1 | a finding is at or above `failOn` or `--fail-on`; a load test misses an objective |
//! | 2 | Karat could not work |
//! | 3 | a load test was inconclusive |

mod check;
mod checkout;
mod cmp;
mod commit;
mod completions;
mod coverage;
mod documents;
mod explain;
mod findings;
mod fix;
mod golden;
mod hydrate;
mod init;
mod known;
mod kube_version;
mod lint;
mod load;
mod omission;
mod output;
mod paths;
mod policy;
mod render;
mod repository;
mod revision;
mod run;
mod schema;
mod schemas;
mod scope;
mod style;
mod suppression;
mod target;
mod today;
mod waves;

use std::{ffi::OsString, path::PathBuf, process::ExitCode};

use clap::{Parser, Subcommand};

use crate::{diagnostic::Result, report::human};

/// Declarative environment specs in, checked Kubernetes and Argo CD manifests out
#[derive(Debug, Parser)]
#[command(name = "karat", version, propagate_version = false)]
struct Cli {
    /// Work in this directory, or in the repository around it
    #[arg(short = 'C', long, global = true, value_name = "DIR", default_value = ".", hide_default_value = true)]
    directory: PathBuf,
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Init(init::InitArgs),
    Render(render::RenderArgs),
    Check(check::CheckArgs),
    Lint(lint::LintArgs),
    Golden(golden::GoldenArgs),
    Waves(waves::WavesArgs),
    Load(Box<load::LoadArgs>),
    Explain(explain::ExplainArgs),
    Cmp(cmp::CmpArgs),
    Policy(policy::PolicyArgs),
    Schema(schema::SchemaArgs),
    Completions(completions::CompletionsArgs),
}

/// How a command ended that could work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Verdict {
    /// Nothing to complain about.
    Clean,
    /// The user's files are wrong, or a service misses its objectives.
    Findings,
    /// What was measured says nothing.
    Inconclusive,
}

/// Runs a command line, the program's name first.
pub fn run(arguments: impl IntoIterator<Item = OsString>) -> ExitCode {
    let cli = match Cli::try_parse_from(arguments) {
        Ok(cli) => cli,
        Err(error) => {
            // It is a help text or a usage message; where that cannot be printed, the exit code still tells.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match dispatch(cli) {
        Ok(Verdict::Clean) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::from(1),
        Ok(Verdict::Inconclusive) => ExitCode::from(3),
        Err(error) => {
            let _ = human::write_error(&mut std::io::stderr(), &error, style::of_stderr());
            ExitCode::from(2)
        }
    }
}

fn dispatch(cli: Cli) -> Result<Verdict> {
    let directory = &cli.directory;
    match cli.command {
        Command::Init(args) => init::run(directory, &args),
        Command::Render(args) => render::run(directory, &args),
        Command::Check(args) => check::run(directory, &args),
        Command::Lint(args) => lint::run(directory, &args),
        Command::Golden(args) => golden::run(directory, &args),
        Command::Waves(args) => waves::run(directory, &args),
        Command::Load(args) => load::run(directory, &args),
        Command::Explain(args) => explain::run(directory, &args),
        Command::Cmp(args) => cmp::run(directory, args),
        Command::Policy(args) => policy::run(directory, &args),
        Command::Schema(args) => schema::run(directory, &args),
        Command::Completions(args) => completions::run(&args),
    }
}

#[cfg(test)]
mod tests {
    use clap::CommandFactory;

    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn help() {
        let mut command = Cli::command().term_width(100);
        let mut pages = vec![command.render_long_help().to_string()];
        command.build();
        pages.extend(
            command
                .get_subcommands_mut()
                .filter(|sub| sub.get_name() != "help")
                .map(|sub| sub.render_long_help().to_string()),
        );
        insta::assert_snapshot!(pages.join("\n----\n"));
    }
}
