//! Calls as the repo-server makes them: the repository as a stream, and a deadline.

use std::path::Path;

use prost::Message;

use crate::{
    archive,
    grpc::{self, Patience, Status},
    protocol::{AppStreamRequest, CheckPluginConfigurationResponse, Empty, EnvEntry, File, Metadata, Method, Part},
};

/// How many bytes of the file a message holds, unless `ARGOCD_CMP_CHUNK_SIZE` says otherwise.
const CHUNK: usize = 1024;

/// A repository on its way to a plugin.
#[derive(Clone, Debug)]
pub(crate) struct Stream {
    pub(crate) metadata: Metadata,
    pub(crate) file: Vec<u8>,
}

impl Stream {
    /// A directory, and a path in it that an Application has.
    pub(crate) fn of(root: &Path, path: &str, env: Vec<(String, String)>) -> Self {
        let file = archive::pack(root);
        let metadata = Metadata {
            app_name: path.rsplit('/').next().unwrap().to_owned(),
            app_rel_path: path.to_owned(),
            checksum: archive::checksum(&file),
            size: file.len().try_into().unwrap(),
            env: entries(env),
        };
        Self { metadata, file }
    }

    /// The same repository for another Application.
    pub(crate) fn to(&self, path: &str, env: Vec<(String, String)>) -> Self {
        let mut metadata = self.metadata.clone();
        path.rsplit('/').next().unwrap().clone_into(&mut metadata.app_name);
        path.clone_into(&mut metadata.app_rel_path);
        metadata.env = entries(env);
        Self { metadata, file: self.file.clone() }
    }

    fn messages(&self) -> Vec<AppStreamRequest> {
        let chunks = self.file.chunks(CHUNK).map(|chunk| Part::File(File { chunk: chunk.to_owned() }));
        let parts = std::iter::once(Part::Metadata(self.metadata.clone())).chain(chunks);
        parts.map(|part| AppStreamRequest { part: Some(part) }).collect()
    }
}

fn entries(env: Vec<(String, String)>) -> Vec<EnvEntry> {
    env.into_iter().map(|(name, value)| EnvEntry { name, value }).collect()
}

/// Calls one of the methods that take a repository.
pub(crate) fn send<R: Message + Default>(
    socket: &Path,
    method: Method,
    stream: &Stream,
    patience: Patience,
) -> Result<R, Status> {
    send_parts(socket, method, &stream.messages(), patience)
}

/// The same with messages that nobody else would send.
pub(crate) fn send_parts<R: Message + Default>(
    socket: &Path,
    method: Method,
    messages: &[AppStreamRequest],
    patience: Patience,
) -> Result<R, Status> {
    grpc::call(socket, &method.path(), messages, patience)
}

/// Asks what the plugin is like, which takes no repository.
pub(crate) fn check(socket: &Path) -> Result<CheckPluginConfigurationResponse, Status> {
    grpc::call(socket, &Method::CheckPluginConfiguration.path(), &[Empty {}], Patience::USUAL)
}
