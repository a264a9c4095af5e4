//! `karat explain`.
//!
//! | file | its one job |
//! |---|---|
//! | `subject` | which object is meant |
//! | `trace` | where each of its fields comes from |
//! | `absence` | why a field is not there |
//! | `text`, `json` | the answer, for people and for programs |

mod absence;
mod json;
mod subject;
mod text;
mod trace;

use std::path::Path;

use clap::{Args, ValueEnum};

use self::subject::Subject;
use super::{Verdict, output, repository};
use crate::{
    diagnostic::{Error, Result},
    grammar::known_or_similar,
    node::Pointer,
    report::catalogue,
};

/// Explain a code that findings have, or where the fields of a rendered object come from
///
/// `karat explain NET001` says what the code means. `karat explain prod/web Deployment` traces every field of an object to
/// the layers that set it, each with its place, the weakest first, or to the rule by which Karat fills it in; with a
/// pointer such as `/spec/replicas`, only what stands there. Objects that belong to no app are found in their
/// environment: `karat explain prod AppProject/prod-shop`.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The code, such as `NET001`; or an environment and an app, such as `prod/web`, or the environment alone
    #[arg(value_name = "CODE|ENV[/APP]")]
    subject: String,
    /// The kind of the object, with its name where there are several: `Service/web-headless`
    #[arg(value_name = "KIND[/NAME]")]
    object: Option<String>,
    /// The field, as a JSON pointer: `/spec/template/spec/containers/0/image`; all fields when left out
    #[arg(value_name = "POINTER")]
    pointer: Option<String>,
    /// How the fields of an object are shown
    #[arg(long, value_enum, value_name = "FORMAT", default_value_t = Format::Text, requires = "object")]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    /// For people
    Text,
    /// For programs: version 1
    Json,
}

pub(super) fn run(directory: &Path, args: &ExplainArgs) -> Result<Verdict> {
    match &args.object {
        Some(object) => explain_object(directory, args, object)?,
        None => explain_code(&args.subject)?,
    }
    Ok(Verdict::Clean)
}

fn explain_object(directory: &Path, args: &ExplainArgs, object: &str) -> Result<()> {
    let (environment, app) = match args.subject.split_once('/') {
        Some((environment, app)) => (environment, Some(app)),
        None => (args.subject.as_str(), None),
    };
    let pointer = args.pointer.as_deref().unwrap_or_default();
    let pointer = Pointer::parse(pointer).ok_or_else(|| {
        Error::new(format!("`{pointer}` is not a JSON pointer")).hint("a pointer starts with `/`: `/spec/replicas`")
    })?;
    let (kind, name) = object.split_once('/').map_or((object, None), |(kind, name)| (kind, Some(name)));
    let tree = repository::open(directory)?;
    let write = if args.format == Format::Json { json::write } else { text::write };
    trace::explain(&tree, &Subject { environment, app, kind, name }, &pointer, write)
}

fn explain_code(name: &str) -> Result<()> {
    let code = catalogue::find(name).ok_or_else(|| no_code(name))?;
    output::print(|out| {
        let severity = code.severity.name();
        writeln!(out, "{}: {}\n{severity}, since {}\n\n{}", code.name, code.summary, code.since, catalogue::text(code))
    })
}

fn no_code(name: &str) -> Error {
    if name.contains('/') {
        let hint = format!("name an object, too: `karat explain {name} Deployment`");
        return Error::new(format!("which object of `{name}`?")).hint(hint);
    }
    let written = name.to_uppercase();
    let family = |code: &str| code.get(..3).is_some_and(|family| written.starts_with(family));
    let mut known: Vec<&str> = catalogue::all().iter().map(|code| code.name).filter(|code| family(code)).collect();
    if known.is_empty() {
        known = catalogue::families();
    }
    Error::new(format!("there is no code `{name}`")).hint(known_or_similar(&written, known.into_iter()))
}
