//! What an Application can ask the plugin for.

/// One thing that can be asked for: as a parameter of the plugin, as a variable of `plugin.env`, or as a flag.
#[derive(Debug)]
pub struct Parameter {
    /// The name in `plugin.parameters`.
    pub name: &'static str,
    /// The name in `plugin.env`, which reaches the plugin as `ARGOCD_ENV_…`.
    pub variable: &'static str,
    /// What Argo CD's page calls it.
    pub title: &'static str,
    /// What it does, in a sentence or two.
    pub tooltip: &'static str,
    /// What it takes.
    pub takes: Takes,
}

/// What a parameter takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Takes {
    /// One text.
    String,
    /// A list of texts; in a variable with commas or white space between them.
    Array,
}

/// Every parameter.
pub static PARAMETERS: &[&Parameter] = &[&APP, &IMAGES, &ALLOW_EMPTY, &MAX_SHRINK, &KARAT_VERSION];

pub(super) static APP: Parameter =
    Parameter { name: "app", variable: "APP", title: "App", tooltip: "The app that is rendered", takes: Takes::String };

pub(super) static IMAGES: Parameter = Parameter {
    name: "images",
    variable: "IMAGES",
    title: "Images",
    tooltip: "Images in place of those of the spec, each `[NAME=]REPOSITORY[:TAG][@DIGEST]`; NAME is the image that it \
              replaces, or a container",
    takes: Takes::Array,
};

pub(super) static ALLOW_EMPTY: Parameter = Parameter {
    name: "allowEmpty",
    variable: "ALLOW_EMPTY",
    title: "Allow nothing",
    tooltip: "`true` where no object at all is no mistake",
    takes: Takes::String,
};

pub(super) static MAX_SHRINK: Parameter = Parameter {
    name: "maxShrink",
    variable: "MAX_SHRINK",
    title: "Most that may go",
    tooltip: "How many percent of the objects among the golden files may be gone; 50 when left out, 100 is all of them",
    takes: Takes::String,
};

pub(super) static KARAT_VERSION: Parameter = Parameter {
    name: "karatVersion",
    variable: "KARAT_VERSION",
    title: "Version of Karat",
    tooltip: "Another version refuses to render. Argo CD renders anew when it changes",
    takes: Takes::String,
};
