//! Images in one line: `repository:tag@digest`, as <https://github.com/distribution/reference> has them.

use smol_str::{SmolStr, format_smolstr};

/// The parts of an image.
#[derive(Clone, Copy, Debug)]
pub struct ImageParts<'a> {
    /// Registry and path.
    pub repository: &'a str,
    /// What stands behind the `:`.
    pub tag: Option<&'a str>,
    /// What stands behind the `@`.
    pub digest: Option<&'a str>,
}

/// Takes an image apart; nothing when it has no repository, or a `:` without a tag.
pub(super) fn parse(text: &str) -> Option<ImageParts<'_>> {
    image_parts(text).filter(|image| !image.repository.is_empty())
}

/// Takes an image apart, whose repository may be left out; nothing when there is a `:` without a tag.
pub fn image_parts(text: &str) -> Option<ImageParts<'_>> {
    let (name, digest) = text.split_once('@').map_or((text, None), |(name, digest)| (name, Some(digest)));
    // A port of the registry is before the last slash, so it is not taken for a tag.
    let path = name.rfind('/').map_or(0, |at| at + 1);
    let colon = name[path..].find(':').map(|at| path + at);
    let (repository, tag) = colon.map_or((name, None), |at| (&name[..at], Some(&name[at + 1..])));
    let complete = !repository.ends_with('/') && tag != Some("");
    complete.then_some(ImageParts { repository, tag, digest })
}

/// `repository@digest`, else `repository:tag`, else the repository alone: a digest makes the tag a mere comment.
pub fn image_reference(repository: &str, tag: Option<&str>, digest: Option<&str>) -> SmolStr {
    match (digest, tag) {
        (Some(digest), _) => format_smolstr!("{repository}@{digest}"),
        (None, Some(tag)) => format_smolstr!("{repository}:{tag}"),
        (None, None) => repository.into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_port_is_no_tag() {
        let parts = |text| parse(text).map(|image| (image.repository, image.tag, image.digest));
        assert_eq!(parts("registry:5000/app"), Some(("registry:5000/app", None, None)));
        assert_eq!(parts("registry:5000/app:1@sha256:a"), Some(("registry:5000/app", Some("1"), Some("sha256:a"))));
        for wrong in ["", ":1", "app:", "registry/", "@sha256:a"] {
            assert_eq!(parts(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_digest_wins() {
        assert_eq!(image_reference("app", Some("1"), Some("sha256:a")), "app@sha256:a");
        assert_eq!(image_reference("app", Some("1"), None), "app:1");
        assert_eq!(image_reference("app", None, None), "app");
    }
}
