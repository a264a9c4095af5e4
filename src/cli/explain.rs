//! `karat explain`.

use clap::Args;

use super::{Verdict, output};
use crate::{
    diagnostic::{Error, Result},
    grammar::known_or_similar,
    report::catalogue,
};

/// Explain a code that findings have
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The code, such as `NET001`
    code: String,
}

pub(super) fn run(args: &ExplainArgs) -> Result<Verdict> {
    let Some(code) = catalogue::find(&args.code) else {
        let upper = args.code.to_uppercase();
        let hint = known_or_similar(&upper, catalogue::all().iter().map(|code| code.name));
        return Err(Error::new(format!("there is no code `{}`", args.code)).hint(hint));
    };
    output::print(|out| {
        let severity = code.severity.name();
        writeln!(out, "{}: {}\n{severity}, since {}\n\n{}", code.name, code.summary, code.since, code.markdown())
    })?;
    Ok(Verdict::Clean)
}
