//! Programs that give out credentials, as those of cloud providers do
//! (<https://kubernetes.io/docs/reference/config-api/client-authentication.v1/>).

use std::{
    fmt,
    path::PathBuf,
    process::{Command, Stdio},
};

use serde::Deserialize;
use serde_json::json;

use super::{credential::Secret, field::Part};
use crate::{
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
    client_certificate_data: Option<String>,
    client_key_data: Option<String>,
}

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

    /// Calls it.
    pub(super) fn call(&self) -> Result<Given> {
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
        let output = command.output().map_err(failed)?;
        if !output.status.success() {
            let error = Error::new(format!("`{name}`, which logs in to the cluster, has failed: {}", output.status));
            return Err(error.hint(hint()));
        }
        let wrong = || Error::new(format!("what `{name}` prints is no credential")).hint(hint());
        // What serde says of the text may repeat some of it.
        let answer: Answer = serde_json::from_slice(&output.stdout).map_err(|_| wrong())?;
        let status = answer.status.ok_or_else(wrong)?;
        let pair = status.client_certificate_data.zip(status.client_key_data).map(|(certificate, key)| {
            let name = format!("the answer of {name}");
            Ok((tls::certificates(&name, certificate.as_bytes())?, tls::private_key(&name, key.as_bytes())?))
        });
        let given = Given { token: status.token.map(Secret::new), identity: pair.transpose()? };
        if given.token.is_none() && given.identity.is_none() { Err(wrong()) } else { Ok(given) }
    }
}
