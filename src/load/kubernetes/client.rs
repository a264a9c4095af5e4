//! A request to the API server, its answer, and what a refusal means.

use std::{
    pin::pin,
    sync::Arc,
    time::{Duration, SystemTime},
};

use bytes::Bytes;
use http::{
    Method, Request, StatusCode,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HOST, USER_AGENT},
};
use rustls::ClientConfig;
use serde_json::Value;
use tokio::sync::Mutex;

use super::{
    access::Access,
    credential::{Credential, Secret},
    program::PATIENCE,
};
use crate::{
    diagnostic::{Error, Result},
    load::{
        connect::{Connector, Version},
        exchange::fetch,
        fault::Fault,
        ledger::Failure,
        target::{Body, Origin, Via},
    },
};

/// More of an answer is not read: a list of some ten thousand objects.
const MOST_BYTES: usize = 64 << 20;

/// Asks an API server.
pub(in crate::load) struct Client {
    access: Access,
    /// What the access' program has given out, until it expires or the server does not take it any more.
    login: Mutex<Option<Login>>,
}

/// As whom to ask.
#[derive(Clone)]
struct Login {
    token: Option<Secret>,
    tls: Arc<ClientConfig>,
    until: Option<SystemTime>,
}

/// A request.
pub(in crate::load) struct Call {
    pub(in crate::load) method: Method,
    /// `/api/v1/…`.
    pub(in crate::load) path: String,
    /// What is sent, and its media type.
    pub(in crate::load) body: Option<(&'static str, Bytes)>,
}

/// Why there is no answer.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::load) enum Refusal {
    /// The server says so: the status, and its words.
    Status(u16, String),
    /// There is no server, or no way to ask it.
    Nobody(String),
}

impl Refusal {
    /// Why a verb on a resource was refused, as the end of a sentence. A missing right is named, so that somebody can give
    /// it.
    pub(in crate::load) fn of(&self, verb: &str, resource: &str, namespace: &str) -> String {
        match self {
            Self::Status(401, _) => "the API server does not know who asks (401)".to_owned(),
            Self::Status(403, _) => {
                format!("the right to `{verb}` `{resource}` in namespace `{namespace}` is missing (403)")
            }
            Self::Status(status, message) => format!("the API server refuses ({status}): {message}"),
            Self::Nobody(why) => why.clone(),
        }
    }

    /// Whether it may be otherwise a moment later.
    pub(in crate::load) fn may_pass(&self) -> bool {
        match self {
            Self::Status(status, _) => *status == 429 || *status >= 500,
            Self::Nobody(_) => true,
        }
    }
}

impl Call {
    pub(in crate::load) fn get(path: String) -> Self {
        Self { method: Method::GET, path, body: None }
    }
}

impl Client {
    pub(in crate::load) fn new(access: Access) -> Self {
        Self { access, login: Mutex::default() }
    }

    /// Asks, and waits for the answer so long. A token that has expired is asked for anew, once.
    pub(in crate::load) async fn send(&self, call: &Call, patience: Duration) -> Result<Value, Refusal> {
        let first = self.attempt(call, patience).await;
        let is_renewed = matches!(self.access.credential, Credential::Program(_));
        if is_renewed && matches!(first, Err(Refusal::Status(401, _))) {
            self.login.lock().await.take();
            return self.attempt(call, patience).await;
        }
        first
    }

    async fn attempt(&self, call: &Call, patience: Duration) -> Result<Value, Refusal> {
        let nobody = |fault: Fault| Refusal::Nobody(format!("the API server does not answer: {}", fault.sentence));
        let (login, request) = self.request(call).await.map_err(|error| Refusal::Nobody(error.to_string()))?;
        let clock = pin!(tokio::time::sleep(patience));
        let (connector, origin) = (Connector::new(Version::One, login.tls, 1), self.origin());
        let wire = tokio::time::timeout(patience, connector.connect(&origin)).await;
        let wire = wire.map_err(|_| nobody(Failure::Timeout.into()))?.map_err(nobody)?;
        let (status, body) = fetch(wire, request, clock, MOST_BYTES).await.map_err(nobody)?;
        read(status, &body)
    }

    /// Where to connect to, and which name the certificate has to bear.
    fn origin(&self) -> Origin {
        let address = &self.access.address;
        let via = Via { host: address.host.clone(), port: address.port };
        let host = address.certified.clone().unwrap_or_else(|| address.host.clone());
        Origin { tls: address.tls, host, port: address.port, via: Some(via), address: None }
    }

    async fn login(&self) -> Result<Login> {
        let Credential::Program(program) = &self.access.credential else {
            let token = self.access.credential.token()?;
            return Ok(Login { token, tls: self.access.settings(None)?, until: None });
        };
        // Who asks meanwhile waits for the same answer.
        let mut known = self.login.lock().await;
        let is_good = |login: &&Login| login.until.is_none_or(|until| SystemTime::now() < until);
        if let Some(login) = known.as_ref().filter(is_good) {
            return Ok(login.clone());
        }
        let given = program.call(PATIENCE).await?;
        let login = Login { token: given.token, tls: self.access.settings(given.identity)?, until: given.until };
        *known = Some(login.clone());
        Ok(login)
    }

    async fn request(&self, call: &Call) -> Result<(Login, Request<Body>)> {
        let (login, address) = (self.login().await?, &self.access.address);
        let mut request = Request::builder()
            .method(call.method.clone())
            .uri(format!("{}{}", address.base, call.path))
            .header(HOST, address.authority())
            .header(USER_AGENT, concat!("karat/", env!("CARGO_PKG_VERSION")))
            .header(ACCEPT, "application/json");
        if let Some(token) = &login.token {
            if !address.tls {
                let error = Error::new("a token is not sent to an API server that is asked in plain text");
                return Err(error.hint("use an address that begins with https://"));
            }
            request = request.header(AUTHORIZATION, token.header()?);
        }
        let body = match &call.body {
            Some((kind, body)) => {
                request = request.header(CONTENT_TYPE, *kind);
                body.clone()
            }
            None => Bytes::new(),
        };
        let request = request.body(Body::new(body));
        Ok((login, request.map_err(|error| Error::new(format!("this makes no request: {error}")))?))
    }
}

/// An answer, or what the `Status` in it says (<https://kubernetes.io/docs/reference/kubernetes-api/common-definitions/status/>).
fn read(status: StatusCode, body: &[u8]) -> Result<Value, Refusal> {
    let value: Option<Value> = serde_json::from_slice(body).ok();
    if status.is_success() {
        return value.ok_or_else(|| Refusal::Nobody("what answers is no API server: the answer is no JSON".to_owned()));
    }
    let message = value.as_ref().and_then(|value| value.get("message")?.as_str());
    let message = message.unwrap_or_else(|| status.canonical_reason().unwrap_or("it does not say why"));
    Err(Refusal::Status(status.as_u16(), message.chars().take(300).collect()))
}
