//! `karat cmp parameters`.

use std::path::Path;

use clap::Args;

use super::{
    super::{
        Verdict, output,
        run::{self, Run},
    },
    place::PlaceArgs,
};
use crate::{
    cmp::{self, Given, Request, Target, Variables},
    diagnostic::{Error, Result},
    model::{App, Image, LoadOptions, app_names},
    source::DiskTree,
};

/// Print what can be asked of the plugin, for Argo CD's page
///
/// It is a JSON array of announcements: the names of the environment's apps, and the images of the app.
#[derive(Args, Debug)]
pub(super) struct ParametersArgs {
    #[command(flatten)]
    place: PlaceArgs,
}

pub(super) fn run(directory: &Path, args: &ParametersArgs) -> Result<Verdict> {
    let variables = Variables::of_process();
    let (tree, environment) = args.place.open(directory, &variables)?;
    let apps = app_names(&tree, &environment)?;
    // Whoever opens the page wants to put right what is wrong.
    let given = Given::read(args.place.flags(), &variables).unwrap_or_default();
    let target = Request::of(&given).ok().and_then(|request| request.target);
    let images = match target {
        Some(Target::Directory(app)) if apps.iter().any(|known| *known == app) => images(&tree, environment, app),
        _ => Vec::new(),
    };
    let announcements = serde_json::to_string_pretty(&cmp::announcements(&apps, &images));
    let announcements = announcements.map_err(|error| Error::new(format!("cannot write JSON: {error}")))?;
    output::print(|out| writeln!(out, "{announcements}"))?;
    Ok(Verdict::Clean)
}

/// The images of an app's containers; none where its spec cannot be read.
fn images(tree: &DiskTree, environment: String, app: String) -> Vec<String> {
    let options = LoadOptions { environments: vec![environment], apps: vec![app], ..LoadOptions::default() };
    let started = run::start(tree, &options);
    started.map(|started| of_run(&started.run)).unwrap_or_default()
}

fn of_run(run: &Run) -> Vec<String> {
    let apps = run.environments.iter().flat_map(|environment| &environment.apps);
    let mut images: Vec<String> = apps.flat_map(of_app).collect();
    images.sort_unstable();
    images.dedup();
    images
}

fn of_app(app: &App) -> Vec<String> {
    let spec = &app.spec;
    let containers = [&spec.containers, &spec.init, &spec.sidecars].into_iter().flatten();
    let own = containers.map(|(_, container)| container.image.as_ref());
    let own = own.chain(spec.jobs.iter().filter_map(|(_, job)| Some(job.container.as_ref()?.image.as_ref())));
    let image = |own: Option<&Image>| match (own, &spec.image) {
        (Some(own), Some(app)) => own.over(app).reference(),
        (Some(image), None) | (None, Some(image)) => image.reference(),
        (None, None) => None,
    };
    own.filter_map(|own| image(own)?.as_str().map(str::to_owned)).collect()
}
