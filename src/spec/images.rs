//! Images in place of those of a spec: what whoever watches registries says of an app.

use serde_json::{Map as Json, Value, json};
use smol_str::SmolStr;

use super::{layers::MergedApp, overrides::Override};
use crate::{
    diagnostic::{Diagnostic, Error, Result},
    grammar::{ImageParts, formats, image_parts, known_or_similar},
    node::Node,
    source::SourceMap,
};

/// The sections of an app whose entries are containers.
const CONTAINERS: [&str; 3] = ["containers", "init", "sidecars"];

/// What a file of such images is called in findings.
const FILE: &str = "images";

/// An image of an app: where it stands, and what it is called.
struct Place<'a> {
    /// The keys that lead to it.
    path: Vec<&'a str>,
    /// The image without its release, of a place that names an image.
    repository: Option<SmolStr>,
    /// The container; nothing for the image of the app.
    container: Option<&'a str>,
    /// What stands there. A container without an image of its own runs the app's.
    node: Option<&'a Node>,
}

impl Override {
    /// The layer that puts images, each `[NAME=]REPOSITORY[:TAG][@DIGEST]`, in place of those of an app. NAME is the
    /// repository that it replaces, or a container; without one it is the image's own repository. An image that is only a
    /// `:TAG` or a `@DIGEST` is a release of what it replaces, and without a NAME that of the app's own image.
    ///
    /// # Errors
    /// When an image cannot be read or replaces nothing, or when there are two for one place.
    pub fn images(
        app: &MergedApp,
        images: &[String],
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Self> {
        let places = places(app);
        let asked = images.iter().map(|image| parse(image)).collect::<Result<Vec<Asked<'_>>>>()?;
        if let Some(lost) = asked.iter().find(|asked| places.iter().all(|place| place.relation(asked.name).is_none())) {
            return Err(unknown(app, lost.name, &places));
        }
        let mut layer = Json::new();
        for place in &places {
            let related = |wanted| asked.iter().filter(move |asked| place.relation(asked.name) == Some(wanted));
            let general = together(related(Relation::General))?;
            let special = together(related(Relation::Special))?;
            if let Some(parts) = special.map(|special| over(special, general)).or(general) {
                place.put(&parts, &mut layer);
            }
        }
        let text = format!("{}\n", Value::Object(layer));
        Ok(Self { app: Some(app.name.text.clone()), node: Self::layer(FILE, &text, sources, diagnostics) })
    }
}

/// An image that is to be put in.
struct Asked<'a> {
    /// As it was written.
    image: &'a str,
    /// What it replaces; empty for the app's own image.
    name: &'a str,
    /// What with.
    parts: ImageParts<'a>,
}

/// How a name means an image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Relation {
    /// By its repository, or as the app's own.
    General,
    /// By the container alone that it is in, which says more than a repository.
    Special,
}

/// What several entries say of one image.
fn together<'a>(asked: impl Iterator<Item = &'a Asked<'a>>) -> Result<Option<ImageParts<'a>>> {
    let mut seen: Vec<&Asked<'a>> = Vec::new();
    for asked in asked {
        if let Some(other) = seen.iter().find(|other| contradict(&other.parts, &asked.parts)) {
            let message = format!("`{}` and `{}` are two values for one image", cut(other.image), cut(asked.image));
            return Err(Error::new(message).hint("give each image in one place: a variable `IMAGE_…`, or the list"));
        }
        seen.push(asked);
    }
    Ok(seen.into_iter().map(|asked| asked.parts).reduce(|parts, more| ImageParts {
        repository: if parts.repository.is_empty() { more.repository } else { parts.repository },
        tag: parts.tag.or(more.tag),
        digest: parts.digest.or(more.digest),
    }))
}

fn contradict(one: &ImageParts<'_>, other: &ImageParts<'_>) -> bool {
    let differ = |one: Option<&str>, other: Option<&str>| one.zip(other).is_some_and(|(one, other)| one != other);
    let both_name = !one.repository.is_empty() && !other.repository.is_empty();
    (both_name && one.repository != other.repository) || differ(one.tag, other.tag) || differ(one.digest, other.digest)
}

/// What is said of a container, over what is said of the repository that it runs: the release is its own.
fn over<'a>(special: ImageParts<'a>, general: Option<ImageParts<'a>>) -> ImageParts<'a> {
    match general {
        Some(general) if special.repository.is_empty() => ImageParts { repository: general.repository, ..special },
        _ => special,
    }
}

/// Takes an image apart.
fn parse(image: &str) -> Result<Asked<'_>> {
    let (name, reference) = image.split_once('=').map_or((None, image), |(name, image)| (Some(name), image));
    let is_written = |byte: u8| byte.is_ascii_alphanumeric() || b"._-/:@+".contains(&byte);
    let parts = image_parts(reference).filter(|_| reference.bytes().all(is_written));
    let parts = parts.filter(|parts| parts.digest.map_or(parts.tag.is_some(), formats::is_digest));
    let Some(parts) = parts else {
        let error = Error::new(format!("`{}` is no image with a tag or a digest", cut(image)));
        return Err(error.hint("write it as `[NAME=]REPOSITORY[:TAG][@DIGEST]`"));
    };
    Ok(Asked { image, name: name.unwrap_or(parts.repository), parts })
}

/// A text that people can still read in a message.
fn cut(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Every image that an app's spec has.
fn places(app: &MergedApp) -> Vec<Place<'_>> {
    let own = app.node.get("image");
    let repository = own.and_then(repository);
    let mut places: Vec<Place<'_>> = own
        .map(|node| Place { path: vec!["image"], repository: repository.clone(), container: None, node: Some(node) })
        .into_iter()
        .collect();
    let containers = CONTAINERS.iter().flat_map(|section| {
        let entries = app.node.get(section).map(Node::entries).unwrap_or_default();
        entries.iter().map(move |(key, node)| (vec![*section, key.as_str(), "image"], key.as_str(), node))
    });
    let jobs = app.node.get("jobs").map(Node::entries).unwrap_or_default().iter();
    let jobs = jobs.filter_map(|(key, job)| {
        Some((vec!["jobs", key.as_str(), "container", "image"], key.as_str(), job.get("container")?))
    });
    places.extend(containers.chain(jobs).map(|(path, container, node)| {
        let node = node.get("image");
        let repository = node.and_then(|node| self::repository(node).or_else(|| repository.clone()));
        Place { path, repository, container: Some(container), node }
    }));
    places
}

fn repository(image: &Node) -> Option<SmolStr> {
    image.get("repository").and_then(Node::scalar_text)
}

impl Place<'_> {
    /// How a name means this image; nothing if it does not.
    fn relation(&self, name: &str) -> Option<Relation> {
        let is_own = name.is_empty() && self.container.is_none();
        if is_own || (!name.is_empty() && self.repository.as_deref() == Some(name)) {
            return Some(Relation::General);
        }
        (!name.is_empty() && self.container == Some(name)).then_some(Relation::Special)
    }

    /// Writes the parts into a layer. A tag alone takes the place of a digest, too.
    fn put(&self, parts: &ImageParts<'_>, layer: &mut Json<String, Value>) {
        let mut image = Json::new();
        if !parts.repository.is_empty() && self.repository.as_deref() != Some(parts.repository) {
            image.insert("repository".into(), json!(parts.repository));
        }
        for (key, value) in [("tag", parts.tag), ("digest", parts.digest)] {
            if value.is_some() || self.node.is_some_and(|node| node.get(key).is_some()) {
                image.insert(key.into(), json!(value));
            }
        }
        let mut at = layer;
        for key in &self.path {
            let next = at.entry((*key).to_owned()).or_insert_with(|| json!({}));
            let Value::Object(map) = next else { return };
            at = map;
        }
        at.extend(image);
    }
}

fn unknown(app: &MergedApp, name: &str, places: &[Place<'_>]) -> Error {
    let app = app.name.as_str();
    if name.is_empty() {
        let error = Error::new(format!("`{app}` has no image of its own, only its containers have"));
        return error.hint("name the image: `NAME=REPOSITORY:TAG`");
    }
    let repositories = places.iter().filter_map(|place| place.repository.as_deref());
    let containers = places.iter().filter_map(|place| place.container);
    let known: Vec<&str> = repositories.chain(containers).collect();
    let hint = known_or_similar(&cut(name), known.into_iter());
    Error::new(format!("`{app}` has no image `{}`", cut(name))).hint(hint)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        grammar::MergeLog,
        spec::testing::{Bed, bed},
    };

    fn app() -> Bed {
        bed().app(
            "web",
            "image: shop/web:1.0\n\
             containers:\n  web: { args: [\"${image.tag}\"] }\n  proxy: { image: \"envoy:1@sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\" }\n\
             jobs: { migrate: { container: { image: { tag: 0.9.1 } } } }\n",
        )
    }

    /// The images of the app after these are put in, in a few words.
    fn with(images: &[&str]) -> std::result::Result<String, String> {
        let mut outcome = app().resolve();
        let images: Vec<String> = images.iter().map(|image| (*image).to_owned()).collect();
        let repository = &mut outcome.repository;
        let merged = repository.merge(&repository.environments["dev"], &[], &mut MergeLog::default());
        let mut found = Vec::new();
        let layer = Override::images(&merged.apps[0], &images, &mut repository.sources, &mut found)
            .map_err(|error| format!("{error}; {}", error.next_step().unwrap()))?;
        assert_eq!(found, []);
        let merged = repository.merge(&repository.environments["dev"], &[layer], &mut MergeLog::default());
        let resolved = merged.resolve(repository, &mut found);
        let text = |pointer: &str| match resolved.apps[0].node.at(pointer) {
            Some(node) => node.to_json().to_string().replace('"', ""),
            None => "-".into(),
        };
        let pointers = ["/image", "/containers/web/args/0", "/containers/proxy/image", "/jobs/migrate/container/image"];
        Ok(pointers.map(text).join(" "))
    }

    #[test]
    fn images_are_found_by_repository_and_by_container() {
        let digest = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
        let proxy = format!("{{repository:envoy,tag:1,digest:{digest}}}");
        let expected = |web: &str, tag: &str, proxy: &str, job: &str| {
            Ok(format!("{{repository:{web},tag:{tag}}} {tag} {proxy} {{tag:{job}}}"))
        };
        assert_eq!(with(&[":1.1"]), expected("shop/web", "1.1", &proxy, "0.9.1"));
        assert_eq!(with(&["shop/web:1.1"]), expected("shop/web", "1.1", &proxy, "1.1"));
        assert_eq!(with(&["migrate=:1.1"]), expected("shop/web", "1.0", &proxy, "1.1"));
        assert_eq!(with(&["web=:1.1"]).unwrap().split(' ').nth(1), Some("1.0"), "the app's own image stays");
        assert_eq!(with(&["proxy=:2"]), expected("shop/web", "1.0", "{repository:envoy,tag:2}", "0.9.1"));
        let moved = "{repository:mirror:5000/envoy,tag:2}";
        assert_eq!(with(&["envoy=mirror:5000/envoy:2"]), expected("shop/web", "1.0", moved, "0.9.1"));
    }

    #[test]
    fn two_values_for_one_image_are_refused() {
        let hint = "give each image in one place: a variable `IMAGE_…`, or the list";
        for (one, other) in [
            ("shop/web:1.1", ":1.2"),
            ("shop/web:1.1", "shop/web:1.2"),
            ("web=:1.1", "web=:1.2"),
            ("envoy=mirror/envoy:2", "envoy=other/envoy:2"),
        ] {
            assert_eq!(with(&[one, other]), Err(format!("`{one}` and `{other}` are two values for one image; {hint}")));
        }
        let digest = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";
        let proxy = format!("{{repository:envoy,tag:2,digest:{digest}}}");
        for images in
            [["envoy:2".to_owned(), format!("envoy@{digest}")], [format!("envoy:2@{digest}"), "envoy:2".into()]]
        {
            let found = with(&[&images[0], &images[1]]).unwrap();
            assert!(found.contains(&proxy), "{images:?}: {found}");
        }
        // A container says more than the repository that it runs, in either order.
        for images in [["shop/web:1.1", "migrate=:1.2"], ["migrate=:1.2", "shop/web:1.1"]] {
            assert!(with(&images).unwrap().ends_with("{tag:1.2}"), "{images:?}");
        }
    }

    #[test]
    fn images_that_replace_nothing() {
        let refused = |image: &str| with(&[image]).unwrap_err();
        assert_eq!(refused("shop/wep:1.1"), "`web` has no image `shop/wep`; did you mean `shop/web`?");
        assert!(refused("redis=redis:7").starts_with("`web` has no image `redis`; known: shop/web, envoy, "));
        let form = "write it as `[NAME=]REPOSITORY[:TAG][@DIGEST]`";
        for image in
            ["shop/web", "shop/web:", "", "=", "web=", ":", "@sha256:abc", "a b:1", "shop/web:1\u{1b}", "web=\"x\":1"]
        {
            assert_eq!(refused(image), format!("`{image}` is no image with a tag or a digest; {form}"));
        }
    }
}
