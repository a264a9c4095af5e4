//! Programs that give out credentials, as those of cloud providers do
//! (<https://kubernetes.io/docs/reference/config-api/client-authentication.v1/>).

use std::{
    fmt,
    path::PathBuf,
    process::{Command, Stdio},
    time::{Duration, SystemTime},
};

use serde::Deserialize;
use serde_json::json;

use super::{child, credential::Secret, field::Part};
use crate::{
    cel::unix_seconds,
    diagnostic::{Error, Result},
    load::tls::{self, Identity},
    node::Node,
};

/// A program, and how to call it.
#[derive(Clone)]
pub(super) struct Program {
    command: PathBuf,
    arguments: Vec<String>,
    variables: Vec<(String, String)>,
    version: String,
    /// What somebody can do who does not have it.
    hint: Option<String>,
}

/// What a program gives out.
#[derive(Debug, Default)]
pub(super) struct Given {
    pub(super) token: Option<Secret>,
    pub(super) identity: Option<Identity>,
    /// How long it is good, where the program says so.
    pub(super) until: Option<SystemTime>,
}

/// An `ExecCredential`, of which only the answer counts.
#[derive(Deserialize)]
struct Answer {
    status: Option<Status>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Status {
    token: Option<String>,
    expiration_timestamp: Option<String>,
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

/// So long it may take: a cloud provider's has to ask others first.
pub(super) const PATIENCE: Duration = Duration::from_secs(30);

const VERSIONS: [&str; 2] = ["client.authentication.k8s.io/v1", "client.authentication.k8s.io/v1beta1"];

impl fmt::Debug for Program {
    /// Arguments and variables may hold what is secret.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("Program").field(&self.command).finish()
    }
}

impl Program {
    /// Reads how to call it.
    pub(super) fn read(exec: Part<'_>, user: &str) -> Result<Self> {
        let of = format!("the `exec` of {user}");
        let version = exec.needed("apiVersion", &of)?;
        if !VERSIONS.contains(&version.as_str()) {
            let node = exec.get("apiVersion").unwrap_or(exec.node);
            let error =
                exec.wrong(node, &format!("{of} speaks another version than {} and {}", VERSIONS[0], VERSIONS[1]));
            return Err(error.hint("use a newer version of the plugin"));
        }
        if exec.flag("provideClusterInfo")? {
            let node = exec.get("provideClusterInfo").unwrap_or(exec.node);
            let error = exec.wrong(node, &format!("{of} wants to be told of the cluster, which is not supported"));
            return Err(error.hint("give it a token: `kubectl create token` makes one"));
        }
        let command = exec.needed("command", &of)?;
        let text = |node: &Node, what: &str| {
            node.scalar_text()
                .map(|text| text.to_string())
                .ok_or_else(|| exec.wrong(node, &format!("{what} is no string")))
        };
        let items = |key: &str| exec.get(key).map(Node::items).unwrap_or_default();
        let arguments = items("args").iter().map(|argument| text(argument, "an argument"));
        let variables = items("env").iter().map(|entry| {
            let entry = exec.of(entry);
            Ok((entry.needed("name", "a variable")?, entry.text("value")?.unwrap_or_default()))
        });
        Ok(Self {
            // As in a shell: without a slash it is looked for in `$PATH`.
            command: if command.contains('/') { exec.directory.join(command) } else { command.into() },
            arguments: arguments.collect::<Result<_>>()?,
            variables: variables.collect::<Result<_>>()?,
            version,
            hint: exec.text("installHint")?,
        })
    }

    /// Calls it, and waits so long for it.
    pub(super) async fn call(&self, patience: Duration) -> Result<Given> {
        let name = self.command.display();
        let hint = || self.hint.clone().unwrap_or_else(|| format!("see what `{name}` says when `kubectl` calls it"));
        let info = json!({ "apiVersion": self.version, "kind": "ExecCredential", "spec": { "interactive": false } });
        let mut command = Command::new(&self.command);
        command
            .args(&self.arguments)
            .envs(self.variables.iter().cloned())
            .env("KUBERNETES_EXEC_INFO", info.to_string());
        // What it has to say to people is theirs to read.
        command.stdin(Stdio::null()).stderr(Stdio::inherit());
        let failed =
            |error| Error::io(format!("cannot run `{name}`, which logs in to the cluster"), &error).hint(hint());
        let ended = tokio::time::timeout(patience, child::output(&mut command)).await;
        let late = |_| Error::new(format!("`{name}`, which logs in to the cluster, does not end in time")).hint(hint());
        let (status, printed) = ended.map_err(late)?.map_err(failed)?;
        if !status.success() {
            let error = Error::new(format!("`{name}`, which logs in to the cluster, has failed: {status}"));
            return Err(error.hint(hint()));
        }
        let wrong = || Error::new(format!("what `{name}` prints is no credential")).hint(hint());
        // What serde says of the text may repeat some of it.
        let answer: Answer = serde_json::from_slice(&printed).map_err(|_| wrong())?;
        let status = answer.status.ok_or_else(wrong)?;
        let pair = status.client_certificate_data.zip(status.client_key_data).map(|(certificate, key)| {
            let name = format!("the answer of {name}");
            Ok((tls::certificates(&name, certificate.as_bytes())?, tls::private_key(&name, key.as_bytes())?))
        });
        // A time that nobody can read is none: the server says it, too, when a token has expired.
        let until = status.expiration_timestamp.as_deref().and_then(moment);
        let given = Given { token: status.token.map(Secret::new), identity: pair.transpose()?, until };
        if given.token.is_none() && given.identity.is_none() { Err(wrong()) } else { Ok(given) }
    }
}

/// A point in time, as RFC 3339 writes it.
fn moment(text: &str) -> Option<SystemTime> {
    let seconds = u64::try_from(unix_seconds(text)?).ok()?;
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(seconds))
}
