//! What was asked for, with types.

use std::fmt;

use super::{
    Given,
    given::text,
    parameter::{ALLOW_EMPTY, APP, IMAGES, KARAT_VERSION, MAX_SHRINK},
};
use crate::diagnostic::{Error, Result};

/// What one run is asked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    /// What is printed; nothing where nobody said it.
    pub target: Option<Target>,
    /// Images in place of those of the spec, as they were written.
    pub images: Vec<String>,
    /// Whether no object at all may be printed.
    pub allow_empty: bool,
    /// How many percent of the objects among the golden files may be gone.
    pub max_shrink: u8,
}

/// What is printed of an environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Target {
    /// All of it: `*`.
    Everything,
    /// The directory `golden/<env>/<name>`: an app, `_cluster` or `_argocd`.
    Directory(String),
}

/// A file that is empty by mistake is more likely than an app that shrinks to less than half of itself.
const MAX_SHRINK_BY_ITSELF: u8 = 50;

impl Request {
    /// Gives types to what was asked for.
    ///
    /// # Errors
    /// When a value is none that its parameter takes, or when another version of Karat is asked for.
    pub fn of(given: &Given) -> Result<Self> {
        check_version(given)?;
        Ok(Self {
            target: given.string(&APP).map(Target::of),
            images: given.array(&IMAGES).to_vec(),
            allow_empty: allow_empty(given)?,
            max_shrink: max_shrink(given)?,
        })
    }
}

impl Target {
    fn of(name: &str) -> Self {
        if name == "*" { Self::Everything } else { Self::Directory(name.to_owned()) }
    }

    /// Whether a directory is printed.
    pub fn names(&self, directory: &str) -> bool {
        match self {
            Self::Everything => true,
            Self::Directory(name) => name == directory,
        }
    }
}

impl fmt::Display for Target {
    /// What a message calls it.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Everything => f.write_str("the environment"),
            Self::Directory(name) => write!(f, "`{}`", text(name)),
        }
    }
}

fn allow_empty(given: &Given) -> Result<bool> {
    match given.string(&ALLOW_EMPTY) {
        None | Some("false") => Ok(false),
        Some("true") => Ok(true),
        Some(other) => Err(mistaken(ALLOW_EMPTY.name, "`true` or `false`", other)),
    }
}

fn max_shrink(given: &Given) -> Result<u8> {
    let Some(written) = given.string(&MAX_SHRINK) else { return Ok(MAX_SHRINK_BY_ITSELF) };
    let percent = written.trim_end_matches('%').parse().ok().filter(|percent| *percent <= 100);
    percent.ok_or_else(|| mistaken(MAX_SHRINK.name, "a number of percent, from 0 to 100", written))
}

fn mistaken(name: &str, takes: &str, written: &str) -> Error {
    Error::new(format!("the parameter `{name}` takes {takes}, not `{}`", text(written)))
        .hint("correct it in the Application, or take it out")
}

/// Golden bytes are those of one version, so an Application may say which one it means.
fn check_version(given: &Given) -> Result<()> {
    let own = env!("CARGO_PKG_VERSION");
    match given.string(&KARAT_VERSION) {
        Some(wanted) if wanted.trim_start_matches(['=', 'v']) != own => {
            let message = format!("the Application asks for karat {}, and this is karat {own}", text(wanted));
            Err(Error::new(message).hint("change `karatVersion`, or the image of the sidecar"))
        }
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cmp::testing::{refused, variables};

    fn request(own: &[(&str, &str)]) -> Result<Request> {
        Request::of(&Given::read([], &variables(own))?)
    }

    #[test]
    fn what_goes_without_saying() {
        let request = request(&[("KUBE_VERSION", "1.34.0"), ("ARGOCD_APP_NAME", "dev-web")]).unwrap();
        let expected = Request { target: None, images: Vec::new(), allow_empty: false, max_shrink: 50 };
        assert_eq!(request, expected);
    }

    #[test]
    fn values() {
        let version = concat!("v", env!("CARGO_PKG_VERSION"));
        let request = request(&[
            ("ARGOCD_ENV_APP", "*"),
            ("ARGOCD_ENV_ALLOW_EMPTY", "true"),
            ("ARGOCD_ENV_MAX_SHRINK", "75%"),
            ("ARGOCD_ENV_KARAT_VERSION", version),
        ])
        .unwrap();
        let target = Some(Target::Everything);
        assert_eq!(request, Request { target, images: Vec::new(), allow_empty: true, max_shrink: 75 });
    }

    #[test]
    fn values_that_nobody_takes() {
        let cases = [
            ("ARGOCD_ENV_ALLOW_EMPTY", "yes"),
            ("ARGOCD_ENV_MAX_SHRINK", "half"),
            ("ARGOCD_ENV_MAX_SHRINK", "101"),
            ("ARGOCD_ENV_MAX_SHRINK", "-1"),
            ("ARGOCD_ENV_KARAT_VERSION", "9.9.9"),
            ("ARGOCD_ENV_APPS", "web"),
        ];
        let said = cases.map(|case| format!("{case:?}\n{}", refused(request(&[case]))));
        insta::assert_snapshot!(said.join("\n").replace(env!("CARGO_PKG_VERSION"), "<version>"));
    }
}
