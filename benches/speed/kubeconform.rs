//! The embedded schemas as kubeconform reads them, so that both tools check by the same ones.

use std::{fs, io, path::Path};

use flate2::read::GzDecoder;
use serde_json::{Map, Value, json};

use crate::{HOUSE, manifests::KINDS, write};

/// Where kubeconform finds the schemas, from the directory that it works in.
pub(crate) const LOCATION: &str = "schemas/{{.ResourceKind}}.json";

/// The version of Kubernetes that `lint` takes where nobody names one.
const VERSION: &str = "1.34";

/// Writes a self-contained, strict schema for each kind of the generated manifests.
pub(crate) fn write_schemas(directory: &Path) -> io::Result<()> {
    let file = fs::File::open(Path::new(HOUSE).join("schemas/core.json.gz"))?;
    let core: Value = serde_json::from_reader(GzDecoder::new(file))?;
    let definitions = definitions(&core);
    for kind in KINDS {
        let root = &core["kinds"][VERSION][kind];
        let reference = format!("#/$defs/{}", root.as_str().unwrap_or_default());
        let schema =
            json!({"$schema": "https://json-schema.org/draft/2020-12/schema", "$ref": reference, "$defs": definitions});
        let name = kind.rsplit('/').next().unwrap_or(kind).to_lowercase();
        write(&directory.join(format!("{name}.json")), &schema.to_string())?;
    }
    Ok(())
}

/// Every definition of the version, closed against unknown fields.
fn definitions(core: &Value) -> Map<String, Value> {
    let named = core["versions"][VERSION].as_object().into_iter().flatten();
    let pool = |at: &Value| at.as_u64().and_then(|at| core["pool"].get(usize::try_from(at).ok()?)).cloned();
    let mut definitions: Map<String, Value> = named.filter_map(|(name, at)| Some((name.clone(), pool(at)?))).collect();
    for definition in definitions.values_mut().filter_map(Value::as_object_mut) {
        if definition.contains_key("properties") && !definition.contains_key("additionalProperties") {
            definition.insert("additionalProperties".to_owned(), Value::Bool(false));
        }
    }
    definitions
}
