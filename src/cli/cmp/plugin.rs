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
    #[arg(long, default_value = IMAGE)]
    image: String,
    /// The image that the recipe's sidecar runs; the program comes as a volume
    #[arg(long, value_name = "IMAGE", default_value = BASE)]
    base: String,
    /// Argo CD's namespace
    #[arg(short, long, default_value = NAMESPACE)]
    namespace: String,
}

const IMAGE: &str = concat!("karat:", env!("CARGO_PKG_VERSION"));
const BASE: &str = "busybox:1.37.0";
const NAMESPACE: &str = "argocd";

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
    let header = header(&args);
    let PluginArgs { part, image, base, namespace } = args;
    let sidecar = Sidecar { namespace, image, base };
    let text = match part {
        Some(Part::PluginYaml) => plugin_yaml(),
        Some(Part::Sidecar) => sidecar.manifests(),
        Some(Part::Recipe) => sidecar.recipe(),
        None => [plugin_yaml(), sidecar.manifests(), sidecar.recipe()].join("---\n"),
    };
    output::print(|out| write!(out, "{header}{text}"))?;
    Ok(Verdict::Clean)
}

/// A comment that says what made the text, and how to make it again: files stay when nobody remembers.
fn header(args: &PluginArgs) -> String {
    let part = args.part.and_then(|part| part.to_possible_value());
    let part = part.iter().map(|part| part.get_name().to_owned());
    let flags = [("image", &args.image, IMAGE), ("base", &args.base, BASE), ("namespace", &args.namespace, NAMESPACE)];
    let flags = flags.into_iter().filter(|(_, value, usual)| value != usual);
    let words: Vec<String> = ["karat cmp plugin".to_owned()]
        .into_iter()
        .chain(part)
        .chain(flags.map(|(name, value, _)| format!("--{name}={value}")))
        .collect();
    // A line of its own ends the comment.
    let command: String = words.join(" ").chars().map(|c| if c.is_control() { '?' } else { c }).collect();
    format!("# Printed by karat {}: {command}\n", env!("CARGO_PKG_VERSION"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn printed(part: Option<Part>, image: &str, namespace: &str) -> String {
        let (base, namespace) = (BASE.to_owned(), namespace.to_owned());
        header(&PluginArgs { part, image: image.to_owned(), base, namespace })
    }

    #[test]
    fn the_header_repeats_the_command() {
        let by = |command: &str| format!("# Printed by karat {}: {command}\n", env!("CARGO_PKG_VERSION"));
        assert_eq!(printed(None, IMAGE, NAMESPACE), by("karat cmp plugin"));
        assert_eq!(printed(Some(Part::PluginYaml), IMAGE, NAMESPACE), by("karat cmp plugin plugin.yaml"));
        let expected = "karat cmp plugin sidecar --image=a.example/karat:1 --namespace=ops";
        assert_eq!(printed(Some(Part::Sidecar), "a.example/karat:1", "ops"), by(expected));
        assert_eq!(printed(None, "a\nb: c", NAMESPACE), by("karat cmp plugin --image=a?b: c"));
    }
}
