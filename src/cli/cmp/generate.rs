//! `karat cmp generate`.

use std::{path::Path, time::Duration};

use clap::Args;
use smol_str::SmolStr;

use super::{
    super::{
        Verdict, documents, output,
        run::{self, Run, Started},
    },
    deadline,
    place::PlaceArgs,
};
use crate::{
    cmp::{self, Given, Request, Target, Value, Variables},
    diagnostic::{Error, Result, Severity},
    golden,
    grammar::known_or_similar,
    lint,
    manifest::{ManifestSet, Owner},
    model::{LoadOptions, app_names},
    report::{Style, brief, human},
    source::DiskTree,
};

/// Print the manifests of one app for Argo CD
///
/// It runs in `envs/<env>`, and learns the app from the plugin's parameter `app`, or from `APP` of `plugin.env`. The bytes
/// are those of the golden files. Nothing is printed unless all went well; standard error then says why in its first line.
#[derive(Args, Debug)]
pub(super) struct GenerateArgs {
    #[command(flatten)]
    place: PlaceArgs,
    /// An image in place of one of the spec's; may be given more than once
    ///
    /// `REPOSITORY:TAG` replaces the images of that repository, `NAME=REPOSITORY:TAG` those of the repository or container
    /// NAME, `:TAG` is a release of the app's own image. A digest may follow, or stand for the tag: `@sha256:…`.
    #[arg(long = "image", value_name = "[NAME=]IMAGE")]
    images: Vec<String>,
    /// Print nothing and be content where there is nothing to print
    #[arg(long)]
    allow_empty: bool,
    /// How many percent of the objects among the golden files may be gone [default: 50]
    #[arg(long, value_name = "PERCENT", value_parser = clap::value_parser!(u8).range(0..=100))]
    max_shrink: Option<u8>,
    /// Give up after this many seconds: before Argo CD does, which would not say why
    #[arg(long, value_name = "SECONDS", default_value_t = 50)]
    timeout: u64,
    /// Say on standard error what was asked for, and by which way it came
    #[arg(long)]
    explain: bool,
}

/// Lines of standard error. Argo CD copies all of them into a condition of the Application.
const MOST_LINES: usize = 20;

/// What a run says.
struct Said {
    /// The manifests; nothing when they are refused.
    documents: Option<Vec<String>>,
    /// What goes to standard error.
    log: Vec<u8>,
}

pub(super) fn run(directory: &Path, args: GenerateArgs) -> Result<Verdict> {
    let (directory, limit) = (directory.to_owned(), Duration::from_secs(args.timeout));
    let Said { documents, log } = deadline::within(limit, move || generate(&directory, &args))?;
    output::print_error(|out| out.write_all(&log))?;
    let Some(documents) = documents else { return Ok(Verdict::Findings) };
    output::print(|out| documents::write(out, &documents))?;
    Ok(Verdict::Clean)
}

fn generate(directory: &Path, args: &GenerateArgs) -> Result<Said> {
    let variables = Variables::of_process();
    let given = Given::read(args.flags(), &variables)?;
    let request = Request::of(&given)?;
    let (tree, environment) = args.place.open(directory, &variables)?;
    if args.explain {
        explain(&tree, &environment, &given)?;
    }
    let Some(target) = request.target.clone() else { return Err(no_target(&tree, &environment)?) };
    let (apps, images) = (apps(&target), request.images.clone());
    let options = LoadOptions { environments: vec![environment.clone()], apps, images, ..LoadOptions::default() };
    let Started { run, sources, mut diagnostics, .. } = run::start(&tree, &options)?;
    let directories = run.layout(&mut diagnostics);
    diagnostics.retain(|finding| finding.severity == Severity::Error);
    let mut log = Vec::new();
    if !diagnostics.is_empty() {
        let findings = lint::fold(diagnostics);
        let written = brief::write(&mut log, &run.report(&findings, &sources), MOST_LINES);
        written.map_err(|error| Error::io("cannot write the findings", &error))?;
        return Ok(Said { documents: None, log });
    }
    log.extend(other_version(&run, &variables));
    let documents = documents_of(&run.sets, &target);
    let kept = golden::kept(&tree, &environment, &directories, |name| target.names(name))?;
    if let Some(refusal) = cmp::refusal(&request, &target.to_string(), documents.len(), &kept) {
        let written = human::write_error(&mut log, &refusal, Style::PLAIN);
        written.map_err(|error| Error::io("cannot write the refusal", &error))?;
        return Ok(Said { documents: None, log });
    }
    drop(directories);
    // The process ends with this command: taking every node apart would only delay it.
    std::mem::forget(run);
    Ok(Said { documents: Some(documents), log })
}

impl GenerateArgs {
    /// What the flags say, by the names of parameters.
    fn flags(&self) -> Vec<(&'static str, Value)> {
        let images = (!self.images.is_empty()).then(|| ("images", Value::Array(self.images.clone())));
        let empty = self.allow_empty.then(|| ("allowEmpty", Value::String("true".into())));
        let shrink = self.max_shrink.map(|percent| ("maxShrink", Value::String(percent.to_string())));
        self.place.flags().into_iter().chain(images).chain(empty).chain(shrink).collect()
    }
}

fn explain(tree: &DiskTree, environment: &str, given: &Given) -> Result<()> {
    output::print_error(|out| {
        writeln!(out, "repository: {}\nenvironment: {environment}", tree.root().display())?;
        given.iter().try_for_each(|(name, text)| {
            let value = match &text.value {
                Value::String(value) => cmp::text(value),
                Value::Array(items) => items.iter().map(|item| cmp::text(item)).collect::<Vec<_>>().join(" "),
            };
            writeln!(out, "{name}: {value} ({})", text.source)
        })
    })
}

/// The bytes are those of the golden files, whatever the cluster runs. That it runs another version is worth a line.
fn other_version(run: &Run, variables: &Variables) -> Vec<u8> {
    let own = run.environments.first().map(|environment| environment.kube_version.as_str());
    match (variables.kube_version(), own) {
        (Some(cluster), Some(own)) if cluster != own => {
            format!("note: the cluster runs Kubernetes {cluster}, and the environment is rendered for {own}\n").into()
        }
        _ => Vec::new(),
    }
}

/// The failure when nobody said what to print.
fn no_target(tree: &DiskTree, environment: &str) -> Result<Error> {
    let known = app_names(tree, environment)?;
    let error = Error::new("no app is named: the plugin's parameter `app` is missing");
    Ok(error.hint(known_or_similar("", known.iter().map(SmolStr::as_str))))
}

/// The apps that are loaded; none stands for all of them.
fn apps(target: &Target) -> Vec<String> {
    match target {
        Target::Directory(name) if !Owner::is_shared(name) => vec![cmp::text(name)],
        _ => Vec::new(),
    }
}

fn documents_of(sets: &[ManifestSet], target: &Target) -> Vec<String> {
    let manifests = sets.iter().flat_map(ManifestSet::manifests);
    documents::of(manifests.filter(|manifest| target.names(manifest.owner.directory())))
}
