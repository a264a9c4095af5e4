//! A version of Kubernetes on the command line.

use crate::{grammar::formats::is_kube_version, model::DEFAULT_KUBE_VERSION};

/// `1.34`, `v1.34` or `1.34.2`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct KubeVersion {
    /// `1.34`.
    pub(super) minor: String,
    /// The patch level, which is 0 where there is none.
    pub(super) patch: String,
}

impl KubeVersion {
    /// Reads one.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let mut parts = text.strip_prefix('v').unwrap_or(text).splitn(3, '.');
        let minor = format!("{}.{}", parts.next().unwrap_or_default(), parts.next().unwrap_or_default());
        let patch = parts.next().unwrap_or("0").to_owned();
        let is_number = !patch.is_empty() && patch.bytes().all(|byte| byte.is_ascii_digit());
        if is_kube_version(&minor) && is_number {
            Ok(Self { minor, patch })
        } else {
            Err(format!("a version of Kubernetes looks like {DEFAULT_KUBE_VERSION}"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::KubeVersion;

    #[test]
    fn versions() {
        for (text, patch) in [("1.34", "0"), ("v1.34", "0"), ("1.34.2", "2"), ("v1.34.0", "0")] {
            let version = KubeVersion { minor: "1.34".to_owned(), patch: patch.to_owned() };
            assert_eq!(KubeVersion::parse(text), Ok(version), "{text}");
        }
        for text in ["", "1", "latest", "2.0", "1.x", "1.34.", "1.34.x", "1.34.2.1"] {
            assert!(KubeVersion::parse(text).is_err(), "{text}");
        }
    }
}
