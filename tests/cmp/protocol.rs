//! The messages of Argo CD's plugin protocol, as `cmpserver/plugin/plugin.proto` numbers their fields.

use std::collections::HashMap;

use prost::{Message, Oneof};

/// The service, as it stands in the path of a call.
pub(crate) const SERVICE: &str = "/plugin.ConfigManagementPluginService";

/// What can be asked of a plugin.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Method {
    GenerateManifest,
    MatchRepository,
    GetParametersAnnouncement,
    CheckPluginConfiguration,
}

impl Method {
    pub(crate) const ALL: [Self; 4] = [
        Self::GenerateManifest,
        Self::MatchRepository,
        Self::GetParametersAnnouncement,
        Self::CheckPluginConfiguration,
    ];

    /// The path of a call.
    pub(crate) fn path(self) -> String {
        format!("{SERVICE}/{self:?}")
    }
}

/// One message of a stream: the metadata first, then the chunks of the file.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct AppStreamRequest {
    #[prost(oneof = "Part", tags = "1, 2")]
    pub(crate) part: Option<Part>,
}

#[derive(Clone, PartialEq, Oneof)]
pub(crate) enum Part {
    #[prost(message, tag = "1")]
    Metadata(Metadata),
    #[prost(message, tag = "2")]
    File(File),
}

/// `ManifestRequestMetadata`.
#[derive(Clone, PartialEq, Message)]
pub(crate) struct Metadata {
    /// The last step of the Application's path, and not the Application's name.
    #[prost(string, tag = "1")]
    pub(crate) app_name: String,
    #[prost(string, tag = "2")]
    pub(crate) app_rel_path: String,
    /// SHA-256 of the file, in hexadecimal digits.
    #[prost(string, tag = "3")]
    pub(crate) checksum: String,
    #[prost(int64, tag = "4")]
    pub(crate) size: i64,
    #[prost(message, repeated, tag = "5")]
    pub(crate) env: Vec<EnvEntry>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct EnvEntry {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) value: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct File {
    #[prost(bytes = "vec", tag = "1")]
    pub(crate) chunk: Vec<u8>,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ManifestResponse {
    /// One JSON document each.
    #[prost(string, repeated, tag = "1")]
    pub(crate) manifests: Vec<String>,
    #[prost(string, tag = "2")]
    pub(crate) source_type: String,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct RepositoryResponse {
    #[prost(bool, tag = "1")]
    pub(crate) is_supported: bool,
    #[prost(bool, tag = "2")]
    pub(crate) is_discovery_enabled: bool,
}

#[derive(Clone, PartialEq, Message)]
pub(crate) struct ParametersAnnouncementResponse {
    #[prost(message, repeated, tag = "1")]
    pub(crate) parameter_announcements: Vec<ParameterAnnouncement>,
}

/// A parameter that a plugin takes; in `plugin.yaml` and in JSON, fields are written in camel case.
#[derive(Clone, PartialEq, Message, serde::Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct ParameterAnnouncement {
    #[prost(string, tag = "1")]
    pub(crate) name: String,
    #[prost(string, tag = "2")]
    pub(crate) title: String,
    #[prost(string, tag = "3")]
    pub(crate) tooltip: String,
    #[prost(bool, tag = "4")]
    pub(crate) required: bool,
    #[prost(string, tag = "5")]
    pub(crate) item_type: String,
    #[prost(string, tag = "6")]
    pub(crate) collection_type: String,
    #[prost(string, tag = "7")]
    pub(crate) string: String,
    #[prost(string, repeated, tag = "8")]
    pub(crate) array: Vec<String>,
    #[prost(map = "string, string", tag = "9")]
    pub(crate) map: HashMap<String, String>,
}

#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct CheckPluginConfigurationResponse {
    #[prost(bool, tag = "1")]
    pub(crate) is_discovery_configured: bool,
    #[prost(bool, tag = "2")]
    pub(crate) provide_git_creds: bool,
}

/// `google.protobuf.Empty`.
#[derive(Clone, Copy, PartialEq, Message)]
pub(crate) struct Empty {}
