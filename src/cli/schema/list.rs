//! `karat schema list`.

use std::path::Path;

use clap::{Args, ValueEnum};

use crate::{
    cli::{Verdict, kube_version::KubeVersion, output, repository, run::has_errors},
    diagnostic::{Diagnostic, Gvk, Result},
    lint::{
        self,
        schema::{Options, Schemas},
    },
    model::{DEFAULT_KUBE_VERSION, load_project},
    report::{Report, kinds},
    source::{MemoryTree, SourceMap, Tree},
};

/// List the kinds that there are schemas for, and where they are from
#[derive(Args, Debug)]
pub(in crate::cli) struct ListArgs {
    /// Only kinds with this text in `<apiVersion> <kind>`, in either case: `keda`, `apps/v1 d`
    #[arg(value_name = "TEXT")]
    filter: Option<String>,
    /// The version of Kubernetes; that of karat.yaml by default
    #[arg(long, value_name = "VERSION", value_parser = KubeVersion::parse)]
    kubernetes_version: Option<KubeVersion>,
    /// For people, or for programs
    #[arg(long, value_enum, default_value_t = Format::Human)]
    format: Format,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
enum Format {
    Human,
    Json,
}

pub(super) fn run(directory: &Path, args: &ListArgs) -> Result<Verdict> {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let repository = repository::around(directory)?;
    let nothing = MemoryTree::default();
    let tree = repository.as_ref().map_or(&nothing as &dyn Tree, |tree| tree);
    let schemas = Schemas::load(tree, Options::default(), &mut sources, &mut diagnostics)?;
    let project = repository.as_ref().map(|tree| load_project(tree, &mut sources, &mut diagnostics)).transpose()?;
    let project = project.flatten().and_then(|project| Some(project.kube_version.as_ref()?.as_str()?.to_owned()));
    let asked = args.kubernetes_version.as_ref().map(|version| version.minor.clone());
    let mut known = schemas.list(&asked.or(project).unwrap_or_else(|| DEFAULT_KUBE_VERSION.to_owned()));
    known.retain(|gvk, _| args.takes(gvk));
    let is_broken = has_errors(&diagnostics);
    print_findings(diagnostics, &sources)?;
    output::print(|out| match args.format {
        Format::Human => kinds::write_table(out, &known),
        Format::Json => kinds::write_json(out, &known),
    })?;
    Ok(if is_broken { Verdict::Findings } else { Verdict::Clean })
}

impl ListArgs {
    fn takes(&self, gvk: &Gvk) -> bool {
        let name = format!("{} {}", gvk.api_version(), gvk.kind).to_lowercase();
        self.filter.as_ref().is_none_or(|filter| name.contains(&filter.to_lowercase()))
    }
}

fn print_findings(diagnostics: Vec<Diagnostic>, sources: &SourceMap) -> Result<()> {
    let findings = lint::fold(diagnostics);
    let report = Report::new(sources, &findings);
    output::print_findings(&report)
}
