//! `karat init`.

use std::{
    fs::{self, OpenOptions},
    io::{self, Write},
    path::Path,
};

use clap::Args;

use super::{Verdict, golden, output, repository, scope::ScopeArgs};
use crate::{
    diagnostic::{Error, Result},
    grammar::{fields, json_schema},
};

/// Make a new repository: one app in three environments
///
/// A file that exists is left as it is. The golden files are written too, so that `karat check` passes at once.
#[derive(Args, Debug)]
pub(super) struct InitArgs {}

/// The files of a new repository, by their paths, beside the schemas for editors.
const FILES: &[(&str, &str)] = &[
    ("envs/defaults.yaml", include_str!("init/envs/defaults.yaml")),
    ("envs/base/hello/app.yaml", include_str!("init/envs/base/hello/app.yaml")),
    ("envs/dev/env.yaml", include_str!("init/envs/dev/env.yaml")),
    ("envs/staging/env.yaml", include_str!("init/envs/staging/env.yaml")),
    ("envs/prod/env.yaml", include_str!("init/envs/prod/env.yaml")),
    ("envs/prod/hello.yaml", include_str!("init/envs/prod/hello.yaml")),
    // Last, so that a run that was interrupted can be repeated.
    (repository::MARKER, include_str!("init/karat.yaml")),
];

pub(super) fn run(directory: &Path, _: &InitArgs) -> Result<Verdict> {
    if directory.join(repository::MARKER).exists() {
        return Err(Error::new(format!("there is a {} already", repository::MARKER))
            .hint("`karat check` checks the repository; remove the file to start again"));
    }
    if repository::open(directory).is_ok() {
        return Err(Error::new(format!("`{}` is inside of a repository", directory.display()))
            .hint("`karat check` works from here; `-C DIR` makes a new repository elsewhere"));
    }
    for schema in fields::FILES {
        let path = format!("schemas/karat/{}.json", schema.schema);
        write(directory, &path, &format!("{:#}\n", json_schema(schema)))?;
    }
    for (path, content) in FILES {
        write(directory, path, &content.replace("VERSION", env!("CARGO_PKG_VERSION")))?;
    }
    golden::update(&repository::open(directory)?, &ScopeArgs::default())
}

/// Writes a file that does not exist yet, and says so.
fn write(directory: &Path, path: &str, content: &str) -> Result<()> {
    let created = create(&directory.join(path), content);
    let created = created.map_err(|error| Error::io(format!("cannot write `{path}`"), &error))?;
    let what = if created { "new " } else { "kept" };
    output::print(|out| writeln!(out, "{what}  {path}"))
}

/// Whether the file was made; one that exists is not touched.
fn create(path: &Path, content: &str) -> io::Result<bool> {
    path.parent().map_or(Ok(()), fs::create_dir_all)?;
    match OpenOptions::new().write(true).create_new(true).open(path) {
        Ok(mut file) => file.write_all(content.as_bytes()).map(|()| true),
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => Ok(false),
        Err(error) => Err(error),
    }
}
