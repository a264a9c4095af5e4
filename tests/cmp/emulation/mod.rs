//! A plugin server after the source of Argo CD 3.5 (`cmpserver/plugin/plugin.go`): the same steps, and the same words.

mod discovery;
mod documents;
mod plugin;
mod process;

use std::{
    fs,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use bytes::Bytes;
use tempfile::TempDir;

use self::{
    plugin::{Plugin, Run},
    process::{Context, run},
};
use crate::{
    archive,
    grpc::{Call, Code, Listener, Status},
    protocol::{
        AppStreamRequest, CheckPluginConfigurationResponse, ManifestResponse, Metadata, Method, ParameterAnnouncement,
        ParametersAnnouncementResponse, Part, RepositoryResponse,
    },
    server::{PluginServer, Sidecar},
};

/// How long before the caller's deadline the server gives up, so that the caller still hears why.
const BUFFER: Duration = Duration::from_millis(100);

/// The server, in a thread of the tests.
pub(crate) struct Emulation {
    _listener: Listener,
}

impl PluginServer for Emulation {
    const NAME: &str = "emulation";

    fn is_there() -> bool {
        true
    }

    fn start(sidecar: &Sidecar) -> Result<Self, String> {
        let text = fs::read_to_string(sidecar.path("config/plugin.yaml")).unwrap();
        let plugin = Plugin::read(&text)?;
        let socket = sidecar.path("plugins").join(plugin.socket());
        let host = Host { plugin, work: sidecar.work(), env: sidecar.env.clone() };
        let _ = fs::remove_dir_all(&host.work);
        fs::create_dir_all(&host.work).map_err(|error| error.to_string())?;
        let answer = move |call: Call| host.answer(&call);
        Ok(Self { _listener: Listener::start(&socket, Box::new(answer)).map_err(|error| error.to_string())? })
    }
}

/// A plugin, and where it runs.
struct Host {
    plugin: Plugin,
    work: PathBuf,
    env: Vec<(String, String)>,
}

/// A repository that was received; it is removed when this is dropped.
struct Received {
    root: TempDir,
    metadata: Metadata,
    deadline: Option<Instant>,
}

impl Received {
    fn root(&self) -> &Path {
        self.root.path()
    }

    /// Where the Application is; nowhere outside of the repository.
    fn app(&self) -> Result<PathBuf, String> {
        let path = archive::clean(&self.root().join(self.metadata.app_rel_path.trim_start_matches('/')));
        let is_inside = path.to_string_lossy().starts_with(&*self.root().to_string_lossy());
        if is_inside { Ok(path) } else { Err("illegal appPath: out of workDir bound".to_owned()) }
    }
}

impl Host {
    fn answer(&self, call: &Call) -> Result<Bytes, Status> {
        let method = Method::ALL.into_iter().find(|method| method.path() == call.path);
        let unknown = || Status::new(Code::Unimplemented, format!("unknown method {}", call.path));
        let answer = match method.ok_or_else(unknown)? {
            Method::GenerateManifest => self.generate(call).map(|reply| Call::reply(&reply)),
            Method::MatchRepository => self.matches(call).map(|reply| Call::reply(&reply)),
            Method::GetParametersAnnouncement => self.parameters(call).map(|reply| Call::reply(&reply)),
            Method::CheckPluginConfiguration => Ok(Call::reply(&CheckPluginConfigurationResponse {
                is_discovery_configured: self.plugin.spec.discover.is_defined(),
                provide_git_creds: self.plugin.spec.provide_git_creds,
            })),
        };
        answer.map_err(|message| Status::new(Code::Unknown, message))
    }

    fn generate(&self, call: &Call) -> Result<ManifestResponse, String> {
        let received =
            self.receive(call).map_err(|error| format!("generate manifest error receiving stream: {error}"))?;
        let app = received.app()?;
        let context = self.context(&app, &received);
        let run = |command: &Run| run(&command.argv(), &context);
        let spec = &self.plugin.spec;
        let output = if spec.init.is_empty() { Ok(String::new()) } else { run(&spec.init) };
        let output = output.and_then(|_| run(&spec.generate));
        let manifests = output.and_then(|output| documents::split(&output));
        let manifests = manifests.map_err(|error| format!("error generating manifests: {error}"))?;
        Ok(ManifestResponse { manifests, source_type: String::new() })
    }

    fn matches(&self, call: &Call) -> Result<RepositoryResponse, String> {
        let received =
            self.receive(call).map_err(|error| format!("match repository error receiving stream: {error}"))?;
        let app = discovery::secure_join(received.root(), &received.metadata.app_rel_path);
        let context = self.context(&app, &received);
        let found = discovery::matches(&self.plugin.spec.discover, &app, |command| run(command, &context));
        let found = found.map_err(|error| format!("match repository error: {error}"))?;
        Ok(RepositoryResponse { is_supported: found == Some(true), is_discovery_enabled: found.is_some() })
    }

    fn parameters(&self, call: &Call) -> Result<ParametersAnnouncementResponse, String> {
        let received =
            self.receive(call).map_err(|error| format!("parameters announcement error receiving stream: {error}"))?;
        let app = received.app()?;
        let context = self.context(&app, &received);
        let parameters = &self.plugin.spec.parameters;
        let mut announced = Vec::new();
        if !parameters.dynamic.is_empty() {
            let failed = |what: &str, error: &str| format!("get parameters announcement error: error {what}: {error}");
            let output = run(&parameters.dynamic.argv(), &context)
                .map_err(|error| failed("executing dynamic parameter output command", &error))?;
            let what = "unmarshaling dynamic parameter output into ParametersAnnouncementResponse";
            announced = serde_json::from_str::<Option<Vec<ParameterAnnouncement>>>(&output)
                .map_err(|error| failed(what, &error.to_string()))?
                .unwrap_or_default();
        }
        // What comes later counts more.
        announced.extend(parameters.fixed.iter().cloned());
        Ok(ParametersAnnouncementResponse { parameter_announcements: announced })
    }

    /// The environment of commands: the sidecar's, then the request's.
    fn context<'a>(&self, directory: &'a Path, received: &Received) -> Context<'a> {
        let mut env = self.env.clone();
        let entries = received.metadata.env.iter().filter(|entry| !entry.name.is_empty());
        env.extend(entries.map(|entry| (entry.name.clone(), entry.value.clone())));
        Context { directory, env, deadline: received.deadline }
    }

    fn receive(&self, call: &Call) -> Result<Received, String> {
        let root = TempDir::new_in(&self.work).map_err(|error| error.to_string())?;
        let messages: Vec<AppStreamRequest> = call.messages().map_err(|status| status.message)?;
        let mut parts = messages.into_iter().map(|message| message.part);
        let metadata = match parts.next() {
            Some(Some(Part::Metadata(metadata))) => metadata,
            Some(_) => return Err("error getting stream metadata: metadata is nil".to_owned()),
            None => return Err("error receiving stream header: EOF".to_owned()),
        };
        let broken = |error: &str| format!("error receiving tgz file: {error}");
        let mut file = Vec::new();
        for part in parts {
            let Some(Part::File(part)) = part else { return Err(broken("stream request file is nil")) };
            file.extend(part.chunk);
        }
        if archive::checksum(&file) != metadata.checksum {
            return Err(broken("file checksum validation error"));
        }
        archive::unpack(&file, root.path(), self.plugin.spec.preserve_file_mode)
            .map_err(|error| format!("error decompressing tgz file: {error}"))?;
        let deadline = call.deadline.and_then(|deadline| deadline.checked_sub(BUFFER));
        Ok(Received { root, metadata, deadline })
    }
}
