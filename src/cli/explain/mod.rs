//! `karat explain`.

mod field;

use std::path::Path;

use clap::Args;

use super::{Verdict, output, repository};
use crate::{
    diagnostic::{Error, Result},
    grammar::known_or_similar,
    node::Pointer,
    report::catalogue,
};

/// Explain a code that findings have, or where a field of a rendered object comes from
///
/// `karat explain NET001` says what the code means. `karat explain prod/web Deployment /spec/replicas` shows the layers
/// that set the field or lost it, each with its place, the weakest first.
#[derive(Args, Debug)]
pub(super) struct ExplainArgs {
    /// The code, such as `NET001`; or an environment and an app, such as `prod/web`
    #[arg(value_name = "CODE|ENV/APP")]
    subject: String,
    /// The kind of the object, with its name where the app has several: `Service/web-headless`
    #[arg(value_name = "KIND[/NAME]", requires = "pointer")]
    object: Option<String>,
    /// The field, as a JSON pointer: `/spec/template/spec/containers/0/image`
    #[arg(value_name = "POINTER")]
    pointer: Option<String>,
}

pub(super) fn run(directory: &Path, args: &ExplainArgs) -> Result<Verdict> {
    match (&args.object, &args.pointer) {
        (Some(object), Some(pointer)) => explain_field(directory, &args.subject, object, pointer)?,
        _ => explain_code(&args.subject)?,
    }
    Ok(Verdict::Clean)
}

fn explain_field(directory: &Path, subject: &str, object: &str, pointer: &str) -> Result<()> {
    let (environment, app) = subject.split_once('/').ok_or_else(|| {
        Error::new(format!("`{subject}` is not an environment and an app")).hint("write them as `prod/web`")
    })?;
    let pointer = Pointer::parse(pointer).ok_or_else(|| {
        Error::new(format!("`{pointer}` is not a JSON pointer")).hint("a pointer starts with `/`: `/spec/replicas`")
    })?;
    let (kind, name) = object.split_once('/').map_or((object, None), |(kind, name)| (kind, Some(name)));
    let tree = repository::open(directory)?;
    field::explain(&tree, &field::Field { environment, app, kind, name, pointer })
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
        let hint = format!("name the field of an object, too: `karat explain {name} Deployment /spec/replicas`");
        return Error::new(format!("which field of `{name}`?")).hint(hint);
    }
    let written = name.to_uppercase();
    let family = |code: &str| code.get(..3).is_some_and(|family| written.starts_with(family));
    let mut known: Vec<&str> = catalogue::all().iter().map(|code| code.name).filter(|code| family(code)).collect();
    if known.is_empty() {
        known = catalogue::families();
    }
    Error::new(format!("there is no code `{name}`")).hint(known_or_similar(&written, known.into_iter()))
}
