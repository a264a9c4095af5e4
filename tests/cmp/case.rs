//! One row of the suite: a plugin and a repository, what is asked, and what comes back.

use std::{
    fs::{self, Permissions},
    os::unix::fs::{PermissionsExt, symlink},
    path::Path,
    thread,
    time::{Duration, Instant},
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{
    client::{self, Stream},
    grpc::{Patience, Status},
    protocol::{
        CheckPluginConfigurationResponse, ManifestResponse, Method, ParameterAnnouncement,
        ParametersAnnouncementResponse, RepositoryResponse,
    },
    reply,
    request::{Application, Asked},
    server::{PluginServer, Sidecar},
};

/// A row.
pub(crate) struct Case {
    pub(crate) name: &'static str,
    /// The `spec` of the plugin.
    pub(crate) spec: &'static str,
    /// Variables of the sidecar.
    pub(crate) sidecar: &'static [(&'static str, &'static str)],
    /// Files of the repository, beside `app/README`.
    pub(crate) files: &'static [(&'static str, Content)],
    pub(crate) application: Application,
    pub(crate) asked: Asked,
    /// What is wrong with the stream, for a row about that.
    pub(crate) spoil: fn(&mut Stream),
    /// The caller's.
    pub(crate) patience: Patience,
    pub(crate) expect: Expect,
}

/// What stands in a repository.
#[derive(Clone, Copy)]
pub(crate) enum Content {
    Text(&'static str),
    /// A file that can be executed.
    Script(&'static str),
    Link(&'static str),
}

/// What comes back.
pub(crate) enum Expect {
    /// Documents as JSON, in this order.
    Documents(&'static [&'static str]),
    /// The objects that the repo-server makes of the documents.
    Objects(&'static [&'static str]),
    /// Documents that the repo-server takes for no objects, for a reason that contains these words.
    NoObjects(&'static str),
    /// A failure whose message starts like the first text and contains the others.
    Failure(&'static [&'static str]),
    /// Fields of the only document; null for one that is absent.
    Fields(Vec<(&'static str, Value)>),
    /// Whether the Application is the plugin's own, and whether the plugin looks at all.
    Match(bool, bool),
    /// The names and collection types of announced parameters, and what they announce of a text.
    Parameters(&'static [(&'static str, &'static str, &'static str)]),
    /// Whether the plugin discovers, and whether it wants the credentials of the repository.
    Configuration(bool, bool),
    /// The server does not start, and says this.
    NoServer(&'static str),
}

impl Default for Case {
    fn default() -> Self {
        Self {
            name: "",
            spec: "generate: {command: [cat, README]}",
            sidecar: &[],
            files: &[],
            application: Application::default(),
            asked: Asked::Manifests,
            spoil: |_| {},
            patience: Patience::USUAL,
            expect: Expect::Documents(&[]),
        }
    }
}

/// A reply, whatever was asked.
#[derive(Debug)]
pub(crate) enum Reply {
    Manifests(Vec<String>),
    Match(RepositoryResponse),
    Parameters(Vec<ParameterAnnouncement>),
    Configuration(CheckPluginConfigurationResponse),
}

/// Runs rows against a server, several at a time, and fails with all that are not as expected.
pub(crate) fn run<S: PluginServer>(cases: &[Case]) {
    if !S::is_there() {
        return;
    }
    let failures = thread::scope(|scope| {
        let half = cases.len().div_ceil(2).max(1);
        let runs: Vec<_> =
            cases.chunks(half).map(|cases| scope.spawn(|| cases.iter().filter_map(failure::<S>).collect())).collect();
        runs.into_iter().flat_map(|run| -> Vec<String> { run.join().unwrap() }).collect::<Vec<_>>()
    });
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

fn failure<S: PluginServer>(case: &Case) -> Option<String> {
    let failed = thread::scope(|scope| scope.spawn(|| case.run::<S>()).join()).unwrap_or(Err("it panicked".to_owned()));
    failed.err().map(|reason| format!("{}, \"{}\": {reason}", S::NAME, case.name))
}

/// A repository in a directory of its own.
pub(crate) fn repository(files: &[(&str, Content)]) -> TempDir {
    let root = tempfile::tempdir().unwrap();
    for (path, content) in [("app/README", Content::Text("# nothing\n"))].iter().chain(files) {
        let path = root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        match content {
            Content::Link(to) => symlink(to, path).unwrap(),
            Content::Text(text) => write(&path, text, 0o644),
            Content::Script(text) => write(&path, text, 0o755),
        }
    }
    root
}

fn write(path: &Path, text: &str, mode: u32) {
    fs::write(path, text).unwrap();
    fs::set_permissions(path, Permissions::from_mode(mode)).unwrap();
}

/// A `plugin.yaml` around its `spec`.
pub(crate) fn plugin(spec: &str) -> String {
    let spec = spec.trim_end().replace('\n', "\n  ");
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: ConfigManagementPlugin\nmetadata:\n  name: plugin\nspec:\n  {spec}\n"
    )
}

/// Asks a server for what an Application needs of it.
pub(crate) fn ask(sidecar: &Sidecar, asked: Asked, stream: &Stream, patience: Patience) -> Result<Reply, Status> {
    let socket = sidecar.socket();
    match asked {
        Asked::Manifests => client::send(&socket, Method::GenerateManifest, stream, patience)
            .map(|reply: ManifestResponse| Reply::Manifests(reply.manifests)),
        Asked::Match => client::send(&socket, Method::MatchRepository, stream, patience).map(Reply::Match),
        Asked::Parameters => client::send(&socket, Method::GetParametersAnnouncement, stream, patience)
            .map(|reply: ParametersAnnouncementResponse| Reply::Parameters(reply.parameter_announcements)),
        Asked::Configuration => client::check(&socket).map(Reply::Configuration),
    }
}

/// Waits until nothing is left of requests: the server tidies up after it has answered.
pub(crate) fn left_behind(sidecar: &Sidecar) -> usize {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let left = fs::read_dir(sidecar.work()).map_or(0, Iterator::count);
        if left == 0 || Instant::now() > until {
            return left;
        }
        thread::sleep(Duration::from_millis(5));
    }
}

impl Case {
    fn run<S: PluginServer>(&self) -> Result<(), String> {
        // A specification that is a whole file is taken as it is.
        let text = if self.spec.starts_with("kind:") { self.spec.to_owned() } else { plugin(self.spec) };
        let sidecar = Sidecar::new(&text, self.sidecar);
        let _server = match (S::start(&sidecar), &self.expect) {
            (Ok(server), _) => server,
            (Err(said), Expect::NoServer(expected)) if said.contains(expected) => return Ok(()),
            (Err(said), _) => return Err(format!("the server does not start: {said}")),
        };
        let repository = repository(self.files);
        let env = self.application.env(self.asked);
        let mut stream = Stream::of(repository.path(), &self.application.path, env);
        (self.spoil)(&mut stream);
        let before = sidecar.files();
        let reply = ask(&sidecar, self.asked, &stream, self.patience);
        let left = left_behind(&sidecar);
        if left > 0 {
            return Err(format!("{left} directories are left behind"));
        }
        if sidecar.files() != before {
            return Err(format!("there are other files than before: {:?}", sidecar.files()));
        }
        self.expect.judge(&reply)
    }
}

impl Expect {
    fn judge(&self, reply: &Result<Reply, Status>) -> Result<(), String> {
        let json =
            |texts: &[&str]| -> Vec<Value> { texts.iter().map(|text| serde_json::from_str(text).unwrap()).collect() };
        let is_met = match (self, reply) {
            (Self::Documents(expected), Ok(Reply::Manifests(found))) => {
                json(expected) == json(&found.iter().map(String::as_str).collect::<Vec<_>>())
            }
            (Self::Objects(expected), Ok(Reply::Manifests(found))) => reply::objects(found) == Ok(json(expected)),
            (Self::NoObjects(expected), Ok(Reply::Manifests(found))) => {
                reply::objects(found).is_err_and(|error| error.contains(expected))
            }
            (Self::Failure(expected), Err(status)) => {
                status.message.starts_with(expected[0]) && expected.iter().all(|part| status.message.contains(part))
            }
            (Self::Fields(expected), Ok(Reply::Manifests(found))) => {
                let document: Value = serde_json::from_str(found.first().map_or("null", String::as_str)).unwrap();
                expected.iter().all(|(name, value)| document[*name] == *value)
            }
            (Self::Match(supported, enabled), Ok(Reply::Match(found))) => {
                (found.is_supported, found.is_discovery_enabled) == (*supported, *enabled)
            }
            (Self::Parameters(expected), Ok(Reply::Parameters(found))) => {
                found.iter().map(announced).eq(expected.iter().copied())
            }
            (Self::Configuration(discovers, wants), Ok(Reply::Configuration(found))) => {
                (found.is_discovery_configured, found.provide_git_creds) == (*discovers, *wants)
            }
            _ => false,
        };
        if is_met { Ok(()) } else { Err(format!("{reply:#?}")) }
    }
}

fn announced(parameter: &ParameterAnnouncement) -> (&str, &str, &str) {
    (&parameter.name, &parameter.collection_type, &parameter.string)
}
