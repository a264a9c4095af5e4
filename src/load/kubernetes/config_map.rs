//! The result of a run, out of the pod that measured it: a ConfigMap, written by server-side apply
//! (<https://kubernetes.io/docs/reference/using-api/server-side-apply/>).

use std::{collections::BTreeMap, time::Duration};

use base64::{Engine as _, prelude::BASE64_STANDARD};
use http::Method;
use serde_json::json;
use tokio::{runtime::Builder, task::LocalSet};

use super::{
    access::Access,
    client::{Call, Client, Refusal},
};
use crate::diagnostic::{Error, Result};

/// Who owns the fields that are written.
const MANAGER: &str = "karat";

/// How long the API server may take for an answer.
const PATIENCE: Duration = Duration::from_secs(10);

/// How long to wait before each other attempt.
const PAUSES: [Duration; 3] = [Duration::from_millis(200), Duration::from_secs(1), Duration::from_secs(3)];

/// A ConfigMap that is to be there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ConfigMap {
    /// Its namespace.
    pub namespace: String,
    /// Its name.
    pub name: String,
    /// Texts by their keys.
    pub data: BTreeMap<&'static str, String>,
    /// Bytes by their keys.
    pub binary: BTreeMap<&'static str, Vec<u8>>,
}

impl ConfigMap {
    /// Writes it. Keys that an earlier run wrote and this one did not are removed; what others have written stays.
    ///
    /// # Errors
    /// When the API server refuses, or is not there after a few attempts.
    pub fn apply(&self, access: Access) -> Result<()> {
        self.send(access, "")
    }

    /// Asks whether it could be written, and writes nothing.
    ///
    /// # Errors
    /// As [`ConfigMap::apply`].
    pub fn rehearse(&self, access: Access) -> Result<()> {
        self.send(access, "&dryRun=All")
    }

    fn send(&self, access: Access, option: &str) -> Result<()> {
        let (namespace, name) = (&self.namespace, &self.name);
        let path = format!("/api/v1/namespaces/{namespace}/configmaps/{name}?fieldManager={MANAGER}{option}");
        let body = Some(("application/apply-patch+yaml", self.object().into()));
        let call = Call { method: Method::PATCH, path, body };
        let runtime = Builder::new_current_thread().enable_all().build();
        let runtime = runtime.map_err(|error| Error::io("cannot ask the API server", &error))?;
        let client = Client::new(access);
        let sent = LocalSet::new().block_on(&runtime, async {
            for pause in PAUSES {
                match client.send(&call, PATIENCE).await {
                    Err(refusal) if refusal.may_pass() => tokio::time::sleep(pause).await,
                    other => return other,
                }
            }
            client.send(&call, PATIENCE).await
        });
        sent.map(drop).map_err(|refusal| self.refused(&refusal))
    }

    fn refused(&self, refusal: &Refusal) -> Error {
        let (namespace, name) = (&self.namespace, &self.name);
        let why = refusal.of("patch", "configmaps", namespace);
        let error = Error::new(format!("the result cannot be written to the ConfigMap `{namespace}/{name}`: {why}"));
        match refusal {
            Refusal::Status(403, _) => {
                error.hint("a Role with the verbs `create` and `patch` on `configmaps` gives it")
            }
            Refusal::Status(404, _) => error.hint("make the namespace first"),
            Refusal::Status(409, _) => {
                error.hint("somebody else has written a key of that name; name another ConfigMap")
            }
            _ => error,
        }
    }

    fn object(&self) -> Vec<u8> {
        let binary: BTreeMap<_, _> =
            self.binary.iter().map(|(key, bytes)| (key, BASE64_STANDARD.encode(bytes))).collect();
        let object = json!({
            "apiVersion": "v1",
            "kind": "ConfigMap",
            "metadata": {
                "name": self.name,
                "namespace": self.namespace,
                "labels": { "app.kubernetes.io/managed-by": MANAGER, "app.kubernetes.io/component": "load-test" },
            },
            "data": self.data,
            "binaryData": binary,
        });
        object.to_string().into_bytes()
    }
}
