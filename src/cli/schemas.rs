//! `--schema-location`, `--no-strict`: what objects are held against.

use std::path::Path;

use clap::Args;

use crate::{
    diagnostic::Result,
    lint::schema::{Location, Options, UnknownFields},
};

/// What objects are held against.
#[derive(Args, Debug)]
pub(super) struct SchemaArgs {
    /// Where schemas are: `default`, a directory, or the path of a file with `{{.Group}}` and the like in it
    ///
    /// The syntax is that of kubeconform, but nothing is downloaded. May be given more than once: the first place that
    /// has a schema of a kind counts, after the `schemas/` of a repository and the definitions in the input. `default`
    /// stands for the schemas that are part of karat, which do not count unless it is named or no place is.
    #[arg(long = "schema-location", value_name = "LOCATION")]
    locations: Vec<String>,
    /// Let fields pass that no schema names
    ///
    /// The API server drops them, or refuses the object: a misspelt field is one of them.
    #[arg(long)]
    no_strict: bool,
}

impl SchemaArgs {
    /// The same for the checks. Locations go from `directory`.
    pub(super) fn options(&self, directory: &Path, patch: &str) -> Result<Options> {
        let mut options = Options { patch: patch.into(), ..Options::default() };
        if !self.locations.is_empty() {
            let locations = self.locations.iter().map(|location| Location::open(directory, location));
            options.locations = locations.collect::<Result<_>>()?;
        }
        if self.no_strict {
            options.unknown = UnknownFields::Ignored;
        }
        Ok(options)
    }
}
