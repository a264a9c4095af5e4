//! `--env` and `--app`: where the plugin works, when it is not Argo CD that runs it.

use std::path::Path;

use clap::Args;

use super::super::repository;
use crate::{
    cmp::{Place, Value, Variables},
    diagnostic::{Error, Result},
    source::DiskTree,
};

/// Where the plugin works.
#[derive(Args, Debug)]
pub(super) struct PlaceArgs {
    /// The environment, where the working directory is not `envs/<env>`
    #[arg(short, long = "env", value_name = "ENV")]
    environment: Option<String>,
    /// The app, `_cluster` or `_argocd`, or `*` for all that the environment has
    #[arg(short, long)]
    app: Option<String>,
}

impl PlaceArgs {
    /// The repository and the environment. With `--env`, people run this anywhere in a repository.
    pub(super) fn open(&self, directory: &Path, variables: &Variables) -> Result<(DiskTree, String)> {
        if let Some(environment) = &self.environment {
            return Ok((repository::open(directory)?, environment.clone()));
        }
        let Place { root, environment } = Place::of(directory, variables)?;
        let tree = DiskTree::new(&root).map_err(|error| Error::io("cannot open the repository", &error))?;
        Ok((tree, environment))
    }

    /// What the flags say, by the names of parameters.
    pub(super) fn flags(&self) -> Vec<(&'static str, Value)> {
        self.app.clone().map(|app| ("app", Value::String(app))).into_iter().collect()
    }
}
