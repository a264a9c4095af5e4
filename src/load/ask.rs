//! What somebody asks for, on the command line or in a spec, and the plan that it becomes.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method, Request, Uri, header::HOST, uri::Scheme};
use rustc_hash::FxHashSet;
use rustls::ClientConfig;
use smol_str::SmolStr;

use super::{
    connect::Version,
    outcome::Promises,
    plan::{Plan, Reuse, Traffic},
    redirect::Redirects,
    route::{ConnectTo, Detour, Resolve, Routes, port_of},
    schedule::Share,
    slo::Objective,
    target::{Body, Expect, Origin, Target},
    tls::Trust,
};
use crate::{
    diagnostic::{Error, Fnv, Result},
    model::{DRAIN, USUAL_CONNECT_TIMEOUT, USUAL_CONNECTIONS, USUAL_DURATION, USUAL_TIMEOUT},
};

/// A load test.
#[derive(Clone, Debug)]
pub struct Ask {
    /// What is asked of the server.
    pub targets: Vec<Asked>,
    /// Addresses of hosts that are not looked up.
    pub resolve: Vec<Resolve>,
    /// Hosts to connect to for others.
    pub connect_to: Vec<ConnectTo>,
    /// How many redirects are followed, one after another.
    pub redirects: u32,
    /// How requests follow each other.
    pub traffic: Traffic,
    /// What comes before the measurement.
    pub warm_up: Duration,
    /// Connections of all workers together.
    pub connections: usize,
    /// Requests that share a connection at a time, in HTTP/2.
    pub streams: usize,
    /// The HTTP that is spoken.
    pub version: Version,
    /// Whom to trust.
    pub trust: Trust,
    /// How long it may take to open a connection.
    pub connect_timeout: Duration,
    /// How long a request may take.
    pub timeout: Duration,
    /// How long connections are used.
    pub reuse: Reuse,
    /// The most requests that are planned.
    pub requests: Option<u64>,
    /// The most bytes that are received in all bodies together, by all workers; then the run ends.
    pub max_bytes: Option<u64>,
    /// How late a request may be to be worth sending.
    pub shed_after: Option<Duration>,
    /// What chance is drawn from.
    pub seed: u64,
    /// The slots that are this process's.
    pub share: Share,
    /// The most threads that send: one, where one is not busy all the time.
    pub threads: usize,
    /// What is promised of all requests together.
    pub objectives: Vec<Objective>,
    /// How late requests may be sent.
    pub lag: Option<Duration>,
}

/// One kind of request.
#[derive(Clone, Debug)]
pub struct Asked {
    /// What reports call it.
    pub name: SmolStr,
    /// Where it goes: `http://foo.localhost:8080/path`.
    pub url: String,
    /// Where to connect instead of the URL's host: `controller.ingress-nginx.svc:80`, if nothing else is said of the host.
    pub via: Option<String>,
    /// The method.
    pub method: Method,
    /// Headers beside those that every request has; a `Host` replaces the URL's.
    pub headers: Vec<(HeaderName, HeaderValue)>,
    /// The body.
    pub body: Bytes,
    /// How often it is chosen.
    pub weight: f64,
    /// Which answers are right.
    pub expect: Expect,
    /// What is promised of it alone.
    pub objectives: Vec<Objective>,
}

/// No machine sends more, and a plan of more is not drawn in any time that somebody would wait.
const MOST_RATE: f64 = 1e7;

/// Each connection takes some memory, even before it is open.
const MOST_LANES: usize = 1_000_000;

impl Asked {
    /// A GET of a URL: any status from 200 to 399 is right, and nothing is promised.
    pub fn get(name: impl Into<SmolStr>, url: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            url: url.into(),
            via: None,
            method: Method::GET,
            headers: Vec::new(),
            body: Bytes::new(),
            weight: 1.0,
            expect: Expect::default(),
            objectives: Vec::new(),
        }
    }
}

impl Ask {
    /// A test of some targets, with everything else as it is where nobody says otherwise: ten seconds in a closed loop
    /// over fifty connections.
    pub fn of(targets: Vec<Asked>) -> Self {
        Self {
            targets,
            resolve: Vec::new(),
            connect_to: Vec::new(),
            redirects: 0,
            traffic: Traffic::Closed { lasts: seconds(USUAL_DURATION) },
            warm_up: Duration::ZERO,
            connections: USUAL_CONNECTIONS as usize,
            streams: 1,
            version: Version::One,
            trust: Trust::default(),
            connect_timeout: seconds(USUAL_CONNECT_TIMEOUT),
            timeout: seconds(USUAL_TIMEOUT),
            reuse: Reuse::Always,
            requests: None,
            max_bytes: None,
            shed_after: None,
            seed: 0,
            share: Share::WHOLE,
            threads: 1,
            objectives: Vec::new(),
            lag: None,
        }
    }

    /// The plan for what is asked, and what it promises.
    ///
    /// # Errors
    /// When it makes no sense: a sentence for each thing that cannot be.
    pub fn plan(&self) -> Result<(Plan, Promises)> {
        self.check()?;
        let mut origins = Vec::new();
        let targets = self.targets.iter().map(|asked| self.target(asked, &mut origins)).collect::<Result<_>>()?;
        let tls = self.tls(origins.iter().any(|origin: &Origin| origin.tls))?;
        let plan = Plan {
            origins,
            targets,
            traffic: self.traffic.clone(),
            warm_up: self.warm_up,
            connections: self.own_connections(),
            streams: if self.version == Version::Two { self.streams } else { 1 },
            version: self.version,
            tls,
            connect_timeout: self.connect_timeout,
            timeout: self.timeout,
            reuse: self.reuse,
            requests: self.requests,
            max_bytes: self.max_bytes,
            redirects: Redirects { most: self.redirects, routes: self.routes() },
            drain: seconds(DRAIN),
            shed_after: self.shed_after,
            seed: self.seed,
            share: self.share,
            threads: self.threads.clamp(1, self.own_connections()),
        };
        let of_target =
            |(at, asked): (usize, &Asked)| asked.objectives.iter().map(move |own| (at, own.clone())).collect();
        let targets = self.targets.iter().enumerate().flat_map(|asked| -> Vec<_> { of_target(asked) }).collect();
        Ok((plan, Promises { whole: self.whole_objectives(), targets, lag: self.lag }))
    }

    /// How connections are encrypted. A redirect may lead to one that is; a machine without certificates of authorities
    /// can follow the others.
    fn tls(&self, is_used: bool) -> Result<Arc<ClientConfig>> {
        let may_be_used = self.redirects > 0 && (self.trust.authorities.is_some() || Trust::has_roots());
        self.trust.config(is_used || may_be_used, self.version)
    }

    fn routes(&self) -> Routes {
        Routes { resolve: self.resolve.clone(), connect_to: self.connect_to.clone() }
    }

    /// What all workers of one plan have in common, and others have not. Where connections lead, and with which
    /// certificates and credentials, each may have been told in its own way.
    pub fn fingerprint(&self) -> String {
        let mut same = Self {
            resolve: Vec::new(),
            connect_to: Vec::new(),
            trust: Trust::default(),
            share: Share::WHOLE,
            threads: 1,
            ..self.clone()
        };
        let headers = same.targets.iter_mut().flat_map(|target| &mut target.headers);
        headers.for_each(|(_, value)| *value = HeaderValue::from_static(""));
        Fnv::new().text(&format!("{same:?}")).to_string()
    }

    /// This worker's part of the connections, which are those of all workers together.
    fn own_connections(&self) -> usize {
        let workers = usize::try_from(self.share.step).unwrap_or(usize::MAX);
        let more = (self.connections % workers) as u64 > self.share.offset;
        self.connections / workers + usize::from(more)
    }

    /// What is promised of all requests: what somebody has said, and what goes without saying.
    fn whole_objectives(&self) -> Vec<Objective> {
        let said = |default: &Objective| self.objectives.iter().any(|own| own.name() == default.name());
        let unsaid = Objective::DEFAULTS.into_iter().filter(|default| !said(default));
        self.objectives.iter().cloned().chain(unsaid).collect()
    }

    fn check(&self) -> Result<()> {
        if self.targets.is_empty() {
            return Err(Error::new("there is nothing to ask for").hint("name a URL, or an app that has a `loadtest`"));
        }
        self.check_names()?;
        if self.connections == 0 {
            return Err(Error::new("no request can be sent over no connection").hint("`--connections` is 1 at least"));
        }
        if (self.connections as u64) < self.share.step {
            let message = format!("{} workers cannot share {} connections", self.share.step, self.connections);
            return Err(Error::new(message).hint("plan fewer workers, or a connection for each at least"));
        }
        if self.connections.saturating_mul(self.streams) > MOST_LANES {
            let error =
                Error::new(format!("more than {MOST_LANES} requests at a time are more than there is room for"));
            return Err(error.hint("use fewer connections, or fewer streams of each"));
        }
        if self.version == Version::Two && self.streams == 0 {
            return Err(Error::new("no request can be sent over no stream").hint("`--streams` is 1 at least"));
        }
        if self.timeout.is_zero() || self.connect_timeout.is_zero() {
            return Err(Error::new("no answer comes in no time").hint("give timeouts of a millisecond at least"));
        }
        if self.max_bytes == Some(0) {
            return Err(Error::new("no answer has no bytes").hint("`--max-bytes` is 1 at least"));
        }
        self.check_traffic()?;
        self.check_weights()?;
        self.check_rates()
    }

    /// Reports tell targets apart by their names; without one, all of them together are meant.
    fn check_names(&self) -> Result<()> {
        let hint = "give each its own name: `home=http://foo.localhost/`";
        let mut known = FxHashSet::default();
        match self.targets.iter().find(|target| target.name.is_empty() || !known.insert(&target.name)) {
            None => Ok(()),
            Some(target) if target.name.is_empty() => Err(Error::new("there is an empty name").hint(hint)),
            Some(target) => Err(Error::new(format!("the name `{}` is given twice", target.name)).hint(hint)),
        }
    }

    fn check_traffic(&self) -> Result<()> {
        let (stages, lasts) = match &self.traffic {
            Traffic::Closed { lasts } => (&[][..], *lasts),
            Traffic::Open { stages, .. } => (stages.as_slice(), stages.iter().map(|stage| stage.lasts).sum()),
        };
        if lasts.is_zero() || stages.iter().any(|stage| stage.lasts.is_zero()) {
            return Err(Error::new("a test that takes no time measures nothing").hint("give it a duration: `30s`"));
        }
        let is_rate = |rate: f64| (0.0..=MOST_RATE).contains(&rate);
        match stages.iter().flat_map(|stage| [stage.from, stage.to]).find(|rate| !is_rate(*rate)) {
            Some(rate) => {
                let error = Error::new(format!("{rate} is no rate of requests"));
                Err(error.hint(format!("a rate is a number of requests per second, from 0 to {MOST_RATE}")))
            }
            None if !stages.is_empty() && stages.iter().all(|stage| stage.from + stage.to == 0.0) => {
                Err(Error::new("at a rate of 0 nothing is sent").hint("give a rate in requests per second"))
            }
            None => Ok(()),
        }
    }

    fn check_weights(&self) -> Result<()> {
        match self.targets.iter().find(|target| !target.weight.is_finite() || target.weight < 0.0) {
            Some(Asked { name, weight, .. }) => {
                Err(Error::new(format!("the weight of `{name}` is {weight}")).hint("a weight is a number, 0 or more"))
            }
            None if self.targets.iter().all(|target| target.weight == 0.0) => {
                Err(Error::new("every target has the weight 0, so none is ever chosen").hint("give one of them 1"))
            }
            None => Ok(()),
        }
    }

    /// An objective that no server could meet says nothing about one.
    fn check_rates(&self) -> Result<()> {
        let Traffic::Open { stages, .. } = &self.traffic else { return Ok(()) };
        let lasts: Duration = stages.iter().map(|stage| stage.lasts).sum();
        let planned: f64 =
            stages.iter().map(|stage| f64::midpoint(stage.from, stage.to) * stage.lasts.as_secs_f64()).sum();
        let mean = planned / lasts.as_secs_f64();
        let all: f64 = self.targets.iter().map(|target| target.weight).sum();
        let whole = self.objectives.iter().map(|objective| (None, objective, mean));
        let own = self.targets.iter().flat_map(|target| {
            let mean = mean * target.weight / all;
            target.objectives.iter().map(move |objective| (Some(&target.name), objective, mean))
        });
        for (target, objective, mean) in whole.chain(own) {
            let Objective::Rate { least } = objective else { continue };
            if *least > mean * 1.000_001 {
                let of = target.map(|name| format!(" of `{name}`")).unwrap_or_default();
                let message =
                    format!("minRps{of} is {least}, but no more than {mean:.1} requests per second are planned");
                return Err(Error::new(message).hint("ask for less, or plan a higher rate"));
            }
        }
        Ok(())
    }

    fn target(&self, asked: &Asked, origins: &mut Vec<Origin>) -> Result<Target> {
        let (origin, authority, path) = self.origin(asked)?;
        let at = origins.iter().position(|known| known.shares_connections(&origin)).unwrap_or_else(|| {
            origins.push(origin.clone());
            origins.len() - 1
        });
        let host = asked.headers.iter().find(|(name, _)| name == HOST).map(|(_, value)| value.clone());
        let wrong = |error: &dyn std::fmt::Display| Error::new(format!("`{}` makes no request: {error}", asked.name));
        let mut request = Request::builder().method(asked.method.clone());
        request = match self.version {
            // HTTP/2 has no Host header; its `:authority` comes from the URI.
            Version::Two => {
                let host = host.as_ref().and_then(|host| host.to_str().ok()).unwrap_or(&authority);
                let scheme = if origin.tls { "https" } else { "http" };
                request.uri(format!("{scheme}://{host}{path}"))
            }
            Version::One => {
                let own = HeaderValue::try_from(authority.as_str()).map_err(|error| wrong(&error))?;
                request.uri(path).header(HOST, host.unwrap_or(own))
            }
        };
        let rest = asked.headers.iter().filter(|(name, _)| name != HOST);
        request = rest.fold(request, |request, (name, value)| request.header(name, value));
        let request = request.body(Body::new(asked.body.clone())).map_err(|error| wrong(&error))?;
        Ok(Target { name: asked.name.clone(), weight: asked.weight, origin: at, request, expect: asked.expect.clone() })
    }

    /// What a URL leads to: the origin, the authority without a port that goes without saying (virtual hosts are told
    /// apart by it), and the path.
    fn origin(&self, asked: &Asked) -> Result<(Origin, String, String)> {
        let url = &asked.url;
        // What stands before an `@` may be a password.
        let shown = url.rsplit_once('@').map_or(url.to_owned(), |(_, rest)| format!("…@{rest}"));
        let wrong = |why: &str| Error::new(format!("`{shown}` {why}")).hint("write it as `http://host:port/path`");
        let uri: Uri = url.parse().map_err(|_| wrong("is no URL"))?;
        let tls = match uri.scheme() {
            Some(scheme) if *scheme == Scheme::HTTP => false,
            Some(scheme) if *scheme == Scheme::HTTPS => true,
            _ => return Err(wrong("does not begin with http:// or https://")),
        };
        let authority = uri.authority().ok_or_else(|| wrong("names no host"))?;
        if authority.as_str().contains('@') {
            return Err(wrong("holds a user").hint("give credentials in a header: `--header 'Authorization: …'`"));
        }
        let host = authority.host().trim_matches(['[', ']']);
        let port = port_of(authority, tls).ok_or_else(|| wrong("names no port that there can be"))?;
        let path = uri.path_and_query().map_or("/", |path| path.as_str()).to_owned();
        let detour = asked.via.as_ref().map(|via| {
            let wrong = || Error::new(format!("`{via}` is no host to connect to")).hint("write it as `host:port`");
            Detour::parse(via).ok_or_else(wrong)
        });
        let origin = self.routes().origin(tls, host, port, detour.transpose()?.as_ref());
        let usual = if tls { 443 } else { 80 };
        let authority = if port == usual { authority.host() } else { authority.as_str() };
        Ok((origin, authority.to_owned(), path))
    }
}

fn seconds(count: u32) -> Duration {
    Duration::from_secs(count.into())
}

#[cfg(test)]
mod tests;
