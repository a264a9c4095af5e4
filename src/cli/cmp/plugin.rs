//! `karat cmp plugin`.

use clap::{Args, ValueEnum};

use super::super::{Verdict, output};
use crate::{
    cmp::{Sidecar, plugin_yaml},
    diagnostic::Result,
};

/// Print what puts the plugin beside Argo CD's repo-server
#[derive(Args, Debug)]
pub(super) struct PluginArgs {
    /// One part alone
    part: Option<Part>,
    /// The image that has the program
    #[arg(long, default_value = concat!("karat:", env!("CARGO_PKG_VERSION")))]
    image: String,
    /// The image that the recipe's sidecar runs; the program comes as a volume
    #[arg(long, value_name = "IMAGE", default_value = "busybox:1.37.0")]
    base: String,
    /// Argo CD's namespace
    #[arg(short, long, default_value = "argocd")]
    namespace: String,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Part {
    /// The plugin as its server reads it
    #[value(name = "plugin.yaml")]
    PluginYaml,
    /// A ConfigMap with plugin.yaml, and a patch of the Deployment argocd-repo-server
    Sidecar,
    /// The same without a Dockerfile: the program is a volume
    Recipe,
}

pub(super) fn run(args: PluginArgs) -> Result<Verdict> {
    let PluginArgs { part, image, base, namespace } = args;
    let sidecar = Sidecar { namespace, image, base };
    let text = match part {
        Some(Part::PluginYaml) => plugin_yaml(),
        Some(Part::Sidecar) => sidecar.manifests(),
        Some(Part::Recipe) => sidecar.recipe(),
        None => [plugin_yaml(), sidecar.manifests(), sidecar.recipe()].join("---\n"),
    };
    output::print(|out| write!(out, "{text}"))?;
    Ok(Verdict::Clean)
}
