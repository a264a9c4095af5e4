//! Every kind that there is a schema for, and where it is from.

use std::collections::BTreeMap;

use smol_str::SmolStr;

use super::{Schemas, embedded, nearest};
use crate::diagnostic::Gvk;

/// Where a schema is from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Source {
    /// From this version of Kubernetes.
    Kubernetes(&'static str),
    /// From the custom resources that are part of the program.
    Snapshot,
    /// From this file of the repository.
    File(SmolStr),
}

impl Schemas {
    /// All kinds for a version of Kubernetes, in the order of their groups.
    ///
    /// What goes by the name of its file is listed as the name says: in lower case, and with as much of the group as
    /// there is.
    pub fn list(&self, version: &str) -> BTreeMap<Gvk, Source> {
        let release = nearest(version);
        let mut kinds: BTreeMap<Gvk, Source> =
            embedded::custom_kinds().map(|key| (gvk(key), Source::Snapshot)).collect();
        kinds.extend(release.kinds().map(|key| (gvk(key), Source::Kubernetes(release.version))));
        let mut named: Vec<&SmolStr> = self.user.named_files().collect();
        for (gvk, source) in &mut kinds {
            if let Some(file) = self.user.file(gvk) {
                named.retain(|named| *named != file);
                *source = Source::File(file.clone());
            }
        }
        let own = self.user.kinds().filter_map(|(gvk, file)| Some((gvk.clone(), Source::File(file?.clone()))));
        kinds.extend(own);
        kinds.extend(named.into_iter().map(|file| (of_name(file), Source::File(file.clone()))));
        kinds
    }
}

/// From `apps/v1/Deployment`.
fn gvk(key: &str) -> Gvk {
    let (api_version, kind) = key.rsplit_once('/').unwrap_or_default();
    Gvk::new(api_version, kind)
}

/// From `<group>/<kind>_<version>.json` or `<kind>-<group>-<version>.json`.
fn of_name(path: &str) -> Gvk {
    let path = path.rsplit_once('.').map_or(path, |(path, _)| path);
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    let folder = folder.rsplit('/').next().unwrap_or_default();
    let (group, version, kind) = if let Some((kind, version)) = name.rsplit_once('_') {
        (folder, version, kind)
    } else {
        let (kind, rest) = name.split_once('-').unwrap_or((name, ""));
        let (group, version) = rest.rsplit_once('-').unwrap_or(("", rest));
        (group, version, kind)
    };
    Gvk { group: group.into(), version: version.into(), kind: kind.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_files() {
        for (path, expected) in [
            ("schemas/example.com/widget_v1.json", Gvk::new("example.com/v1", "widget")),
            ("schemas/widget-example.com-v1.json", Gvk::new("example.com/v1", "widget")),
            ("schemas/widget-example-v1.json", Gvk::new("example/v1", "widget")),
            ("schemas/secret-v1.json", Gvk::new("v1", "secret")),
            ("odd", Gvk::new("", "odd")),
        ] {
            assert_eq!(of_name(path), expected, "{path}");
        }
    }
}
