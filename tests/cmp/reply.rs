//! What the repo-server makes of the manifests that a plugin returned.

use serde_json::Value;

/// The objects. One that is none fails the Application; a list stands for its items.
pub(crate) fn objects(manifests: &[String]) -> Result<Vec<Value>, String> {
    let mut objects = Vec::new();
    for manifest in manifests {
        let object: Value = serde_json::from_str(manifest).map_err(|error| error.to_string())?;
        let Some(kind) = object["kind"].as_str().filter(|kind| !kind.is_empty()) else {
            return Err(format!("Object 'Kind' is missing in '{manifest}'"));
        };
        match object.get("items") {
            Some(items) if kind.ends_with("List") => objects.extend(items.as_array().into_iter().flatten().cloned()),
            _ => objects.push(object),
        }
    }
    Ok(objects)
}
