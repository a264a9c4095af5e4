//! `plugin.yaml`, as the server reads it (`cmpserver/plugin/config.go`): unknown fields are ignored.

use serde::Deserialize;
use serde_json::Value;

use crate::protocol::ParameterAnnouncement;

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Plugin {
    kind: String,
    metadata: Metadata,
    pub(super) spec: Spec,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metadata {
    name: String,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Spec {
    version: String,
    pub(super) init: Run,
    pub(super) generate: Run,
    pub(super) discover: Discover,
    pub(super) parameters: Parameters,
    pub(super) preserve_file_mode: bool,
    pub(super) provide_git_creds: bool,
}

/// A command and its arguments.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Run {
    command: Vec<String>,
    args: Vec<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(super) struct Discover {
    pub(super) file_name: String,
    pub(super) find: Find,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Find {
    pub(super) glob: String,
    #[serde(flatten)]
    pub(super) run: Run,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Parameters {
    #[serde(rename = "static")]
    pub(super) fixed: Vec<ParameterAnnouncement>,
    pub(super) dynamic: Run,
}

impl Plugin {
    /// Reads the file, and refuses what the server refuses.
    pub(super) fn read(text: &str) -> Result<Self, String> {
        // By way of JSON, where a number is no string.
        let json: Value = yaml_serde::from_str(text).map_err(|error| error.to_string())?;
        let plugin: Self = serde_json::from_value(canonical(json)).map_err(|error| format!("json: {error}"))?;
        let invalid = |reason: &str| Err(format!("invalid plugin configuration file. {reason}"));
        if plugin.metadata.name.is_empty() {
            return invalid("metadata.name should be non-empty");
        }
        if plugin.kind != "ConfigManagementPlugin" {
            return invalid(&format!("kind should be ConfigManagementPlugin, found {}", plugin.kind));
        }
        if plugin.spec.generate.is_empty() {
            return invalid("spec.generate command should be non-empty");
        }
        Ok(plugin)
    }

    /// The name of its socket.
    pub(super) fn socket(&self) -> String {
        match self.spec.version.as_str() {
            "" => format!("{}.sock", self.metadata.name),
            version => format!("{}-{version}.sock", self.metadata.name),
        }
    }
}

/// Fields whose letters may be upper or lower case.
const FIELDS: &[&str] = &[
    "args",
    "command",
    "discover",
    "dynamic",
    "fileName",
    "find",
    "generate",
    "glob",
    "init",
    "kind",
    "metadata",
    "name",
    "parameters",
    "preserveFileMode",
    "provideGitCreds",
    "spec",
    "static",
    "version",
];

/// The same with each field as it is written here.
fn canonical(json: Value) -> Value {
    let Value::Object(fields) = json else { return json };
    let known = |field: &str| FIELDS.iter().find(|known| known.eq_ignore_ascii_case(field)).copied();
    let renamed = fields.into_iter().map(|(field, value)| match known(&field) {
        Some(known) => (known.to_owned(), canonical(value)),
        None => (field, value),
    });
    Value::Object(renamed.collect())
}

impl Run {
    /// Whether there is no command; arguments alone are none.
    pub(super) fn is_empty(&self) -> bool {
        self.command.is_empty()
    }

    pub(super) fn argv(&self) -> Vec<&str> {
        self.command.iter().chain(&self.args).map(String::as_str).collect()
    }
}

impl Discover {
    pub(super) fn is_defined(&self) -> bool {
        !self.file_name.is_empty() || !self.find.glob.is_empty() || !self.find.run.is_empty()
    }
}
