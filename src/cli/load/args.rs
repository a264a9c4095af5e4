//! What is sent, as options.

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    time::Duration,
};

use bytes::Bytes;
use clap::Args;
use http::{HeaderName, HeaderValue, Method};
use smol_str::{SmolStr, format_smolstr};

use crate::{
    diagnostic::{Error, Result},
    grammar::formats::quantity,
    load::{Ask, Asked, ConnectTo, Objective, Resolve, Reuse, Share, Spacing, Stage, Traffic, Version, parse_time},
};

/// What is sent, where, and how fast.
#[derive(Args, Debug)]
pub(super) struct TrafficArgs {
    /// What to ask for; a name, and a weight among several, may stand before it: `home:3=http://foo.localhost/`
    #[arg(value_name = "[NAME[:WEIGHT]=]URL", value_parser = named)]
    urls: Vec<Named>,
    /// Send this many requests a second, whatever the answers do; without it, each connection waits for its answers
    #[arg(long, value_name = "RATE", conflicts_with = "stages")]
    rate: Option<f64>,
    /// How long to send; 10s when left out
    #[arg(short, long, value_name = "TIME", value_parser = parse_time)]
    duration: Option<Duration>,
    /// A rate, or one that changes evenly, and how long: `50:30s`, `50..200:1m`; may be given more than once
    #[arg(long = "stage", value_name = "RATE[..RATE]:TIME", value_parser = stage)]
    stages: Vec<Stage>,
    /// Send as independent users do, at random intervals, instead of at even ones
    #[arg(long)]
    poisson: bool,
    /// Send for so long before anything is measured
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    warm_up: Option<Duration>,
    /// Connections; 50 when left out
    #[arg(short, long, value_name = "COUNT")]
    connections: Option<usize>,
    /// Send no more requests than this
    #[arg(short = 'n', long, value_name = "COUNT")]
    requests: Option<u64>,
    /// End when so many bytes have been received in all bodies together: `1GiB`, `500MB`
    #[arg(long, value_name = "SIZE", value_parser = size)]
    max_bytes: Option<u64>,
    /// What chance is drawn from, 0 when left out: the same seed sends the same requests at the same moments
    #[arg(long, value_name = "NUMBER")]
    seed: Option<u64>,
    /// The method; GET when left out
    #[arg(short = 'X', long, value_name = "METHOD")]
    method: Option<Method>,
    /// A header of every request
    #[arg(short = 'H', long = "header", value_name = "NAME: VALUE")]
    headers: Vec<String>,
    /// The file that every request sends
    #[arg(long, value_name = "FILE")]
    body: Option<PathBuf>,
    /// A status that is right; 200 to 399 are where none is given
    #[arg(long = "expect-status", value_name = "STATUS", value_parser = clap::value_parser!(u16).range(100..1000))]
    statuses: Vec<u16>,
    /// A text that every right answer holds
    #[arg(long, value_name = "TEXT")]
    expect_body: Option<String>,
    /// A header that every right answer has, and a text that it holds
    #[arg(long = "expect-header", value_name = "NAME: TEXT", value_parser = header)]
    expect_headers: Vec<(HeaderName, HeaderValue)>,
    /// Connect to this address for a host and port, as curl does
    #[arg(long, value_name = "HOST:PORT:ADDRESS[:PORT]", value_parser = resolve)]
    resolve: Vec<Resolve>,
    /// Connect to another host and port for a host and port, as curl does; a part that is left out fits all, or stays
    #[arg(long, value_name = "HOST:PORT:HOST:PORT", value_parser = connect_to)]
    connect_to: Vec<ConnectTo>,
    /// Follow so many redirects, one after another; they count as one request
    #[arg(long, value_name = "COUNT")]
    redirects: Option<u32>,
    /// Speak HTTP/2
    #[arg(long)]
    http2: bool,
    /// Requests that share a connection at a time, in HTTP/2; 1 when left out
    #[arg(long, value_name = "COUNT")]
    streams: Option<usize>,
    /// Certificates of authorities, in PEM, instead of the system's
    #[arg(long, value_name = "FILE")]
    cacert: Option<PathBuf>,
    /// An own certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "key")]
    cert: Option<PathBuf>,
    /// The key of the own certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "cert")]
    key: Option<PathBuf>,
    /// Take any certificate
    #[arg(long)]
    insecure: bool,
    /// How long a request may take; 10s when left out
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    timeout: Option<Duration>,
    /// How long it may take to open a connection; 5s when left out
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    connect_timeout: Option<Duration>,
    /// Open a new connection, with a new look-up of the name, after so many requests: a number, or between two
    #[arg(long, value_name = "COUNT[:COUNT]", value_parser = reuse)]
    requests_per_connection: Option<Reuse>,
    /// Give a request up that could not be sent for so long
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    shed_after: Option<Duration>,
    /// The most threads that send, 1 when left out; another is used only when those that do are busy all the time
    #[arg(long, value_name = "COUNT")]
    threads: Option<usize>,
    /// Take one share of the plan, as one of several workers: `0/4` to `3/4`
    #[arg(long, value_name = "NUMBER/COUNT", value_parser = share)]
    worker: Option<Share>,
    /// An objective: `p99=250ms`, `errorRate=0.5%`, `minRps=190`, `unsent=0.1%`; may be given more than once
    #[arg(long = "slo", value_name = "NAME=LIMIT", value_parser = objective)]
    objectives: Vec<Objective>,
    /// How late requests may be sent (p99) though a connection is free; more makes the run inconclusive
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    max_lag: Option<Duration>,
}

/// A URL, its name and its weight.
#[derive(Clone, Debug)]
struct Named {
    name: Option<SmolStr>,
    weight: f64,
    url: String,
}

impl TrafficArgs {
    /// What is asked for; `written` is what a document says, whose words the options replace.
    pub(super) fn ask(&self, written: Option<Ask>, directory: &Path) -> Result<Ask> {
        let named = || Ask::of(self.urls.iter().enumerate().map(|(at, named)| self.target(at, named)).collect());
        let mut ask = written.unwrap_or_else(named);
        let body = self.body.as_ref().map(|file| read(&directory.join(file))).transpose()?;
        // Not read with the other options: what is wrong with those is repeated, and a header may hold a secret.
        let headers = self.headers.iter().map(|text| header(text).map_err(Error::new));
        let headers: Vec<_> = headers.collect::<Result<_>>()?;
        ask.targets.iter_mut().for_each(|target| self.put_request(target, &headers, body.as_ref()));
        ask.traffic = self.traffic(&ask.traffic)?;
        self.put_connections(&mut ask)?;
        put(&mut ask.warm_up, self.warm_up);
        put(&mut ask.timeout, self.timeout);
        put(&mut ask.connect_timeout, self.connect_timeout);
        put(&mut ask.redirects, self.redirects);
        put(&mut ask.seed, self.seed);
        put(&mut ask.threads, self.threads.map(|threads| threads.max(1)));
        put(&mut ask.share, self.worker);
        ask.requests = self.requests.or(ask.requests);
        ask.max_bytes = self.max_bytes.or(ask.max_bytes);
        ask.shed_after = self.shed_after.or(ask.shed_after);
        ask.lag = self.max_lag.or(ask.lag);
        for own in &self.objectives {
            ask.objectives.retain(|objective| objective.name() != own.name());
        }
        ask.objectives.extend(self.objectives.iter().cloned());
        Ok(ask)
    }

    fn put_connections(&self, ask: &mut Ask) -> Result<()> {
        ask.resolve.extend(self.resolve.iter().cloned());
        ask.connect_to.extend(self.connect_to.iter().cloned());
        put(&mut ask.connections, self.connections);
        put(&mut ask.reuse, self.requests_per_connection);
        put(&mut ask.version, self.http2.then_some(Version::Two));
        put(&mut ask.streams, self.streams);
        if self.streams.is_some() && ask.version == Version::One {
            return Err(Error::new("requests share a connection in HTTP/2 alone").hint("add `--http2` to `--streams`"));
        }
        ask.trust.authorities = self.cacert.clone().or(ask.trust.authorities.take());
        ask.trust.identity = self.cert.clone().zip(self.key.clone()).or(ask.trust.identity.take());
        ask.trust.anybody |= self.insecure;
        Ok(())
    }

    /// A rate takes as long as what it replaces.
    fn traffic(&self, written: &Traffic) -> Result<Traffic> {
        let own = if let Traffic::Open { spacing, .. } = written { *spacing } else { Spacing::Uniform };
        let spacing = if self.poisson { Spacing::Poisson } else { own };
        let lasts = self.duration.unwrap_or_else(|| written.lasts());
        if let Some(rate) = self.rate {
            return Ok(Traffic::Open { stages: vec![Stage::steady(rate, lasts)], spacing });
        }
        if !self.stages.is_empty() {
            return Ok(Traffic::Open { stages: self.stages.clone(), spacing });
        }
        match written {
            Traffic::Closed { .. } => Ok(Traffic::Closed { lasts }),
            Traffic::Open { stages, .. } => match (self.duration, stages.as_slice()) {
                (None, _) => Ok(Traffic::Open { stages: stages.clone(), spacing }),
                (_, [only]) => Ok(Traffic::Open { stages: vec![Stage { lasts, ..*only }], spacing }),
                _ => {
                    let error = Error::new("the stages of this load test take as long as they say");
                    Err(error.hint("give a `--rate` beside `--duration`, or each `--stage` anew"))
                }
            },
        }
    }

    fn target(&self, at: usize, named: &Named) -> Asked {
        let lone = if self.urls.len() == 1 { "all".into() } else { format_smolstr!("{}", at + 1) };
        let name = named.name.clone().unwrap_or(lone);
        Asked { weight: named.weight, ..Asked::get(name, named.url.clone()) }
    }

    /// What options say of every request.
    fn put_request(&self, target: &mut Asked, headers: &[(HeaderName, HeaderValue)], body: Option<&Bytes>) {
        put(&mut target.method, self.method.clone());
        put(&mut target.body, body.cloned());
        target.headers.retain(|(name, _)| headers.iter().all(|(own, _)| own != name));
        target.headers.extend(headers.iter().cloned());
        let expect = &mut target.expect;
        put(&mut expect.statuses, (!self.statuses.is_empty()).then(|| self.statuses.clone()));
        expect.body = self.expect_body.clone().map(Bytes::from).or(expect.body.take());
        let text = |value: &HeaderValue| value.to_str().unwrap_or_default().into();
        expect.headers.retain(|(name, _)| self.expect_headers.iter().all(|(own, _)| own != name));
        expect.headers.extend(self.expect_headers.iter().map(|(name, value)| (name.clone(), text(value))));
    }
}

/// Replaces a value by what was given, if anything was.
fn put<T>(value: &mut T, given: Option<T>) {
    if let Some(given) = given {
        *value = given;
    }
}

fn read(file: &Path) -> Result<Bytes> {
    fs::read(file).map(Bytes::from).map_err(|error| Error::io(format!("cannot read `{}`", file.display()), &error))
}

fn named(text: &str) -> Result<Named, String> {
    let (name, url) = match text.split_once('=') {
        // A URL may hold `=` in its query.
        Some((name, url)) if !name.contains("://") => (Some(name), url),
        _ => (None, text),
    };
    let (name, weight) = match name.and_then(|name| name.rsplit_once(':')) {
        Some((name, weight)) => {
            let weight = weight.parse().map_err(|_| format!("`{weight}` is no weight; write `home:3=http://…`"))?;
            (Some(name), weight)
        }
        None => (name, 1.0),
    };
    Ok(Named { name: name.map(Into::into), weight, url: url.to_owned() })
}

fn stage(text: &str) -> Result<Stage, String> {
    let wrong = || format!("`{text}` is no stage; write `50:30s` or `50..200:1m`");
    let (rates, lasts) = text.rsplit_once(':').ok_or_else(wrong)?;
    let (from, to) = rates.split_once("..").unwrap_or((rates, rates));
    let rate = |text: &str| text.parse::<f64>().map_err(|_| wrong());
    Ok(Stage { from: rate(from)?, to: rate(to)?, lasts: parse_time(lasts)? })
}

fn header(text: &str) -> Result<(HeaderName, HeaderValue), String> {
    let (name, value) = text.split_once(':').ok_or("a header has no colon; write `Name: value`")?;
    let wrong = || format!("`{name}` is no name of a header, or what follows is no value of one");
    let (name, value) = (name.trim().parse(), value.trim().parse());
    name.ok().zip(value.ok()).ok_or_else(wrong)
}

fn resolve(text: &str) -> Result<Resolve, String> {
    let wrong =
        || format!("`{text}` resolves nothing; write `foo.localhost:80:127.0.0.1`, and `:8080` for another port");
    let (host, rest) = text.split_once(':').ok_or_else(wrong)?;
    let (port, address) = rest.split_once(':').ok_or_else(wrong)?;
    let port: u16 = port.parse().map_err(|_| wrong())?;
    let bare = address.trim_matches(['[', ']']).parse().map(|ip| SocketAddr::new(ip, port));
    let address = bare.or_else(|_| address.parse()).map_err(|_| wrong())?;
    Ok(Resolve { host: host.into(), port, address })
}

fn connect_to(text: &str) -> Result<ConnectTo, String> {
    let wrong = || format!("`{text}` leads nowhere; write `foo.localhost:80:controller.ingress-nginx:8080`");
    ConnectTo::parse(text).ok_or_else(wrong)
}

fn size(text: &str) -> Result<u64, String> {
    let bytes = quantity(text.strip_suffix('B').unwrap_or(text)).filter(|bytes| *bytes >= 1.0 && *bytes < 1e18);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size below 10^18")]
    let bytes = bytes.map(|bytes| bytes as u64);
    bytes.ok_or_else(|| format!("`{text}` is no size; write `1GiB`, `500MB` or a number of bytes"))
}

fn reuse(text: &str) -> Result<Reuse, String> {
    let wrong = || format!("`{text}` is no number of requests; write `100` or `100:200`");
    let (least, most) = text.split_once(':').unwrap_or((text, text));
    let number = |text: &str| text.parse::<u64>().ok().filter(|number| *number > 0).ok_or_else(wrong);
    let (least, most) = (number(least)?, number(most)?);
    if least <= most { Ok(Reuse::Between(least, most)) } else { Err(wrong()) }
}

fn share(text: &str) -> Result<Share, String> {
    let numbers = text.split_once('/').and_then(|(number, count)| Some((number.parse().ok()?, count.parse().ok()?)));
    let share = numbers.filter(|(number, count)| number < count);
    let share = share.map(|(number, count)| Share::WHOLE.divided(number, count));
    share.ok_or_else(|| format!("`{text}` is no share; four workers take `0/4`, `1/4`, `2/4` and `3/4`"))
}

fn objective(text: &str) -> Result<Objective, String> {
    let (name, limit) = text.split_once('=').ok_or_else(|| format!("`{text}` has no limit; write `p99=250ms`"))?;
    Objective::parse(name.trim(), limit.trim())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sizes_are_read_with_their_units() {
        for (text, bytes) in [("1GiB", 1 << 30), ("1Gi", 1 << 30), ("500MB", 500_000_000), ("1.5kB", 1_500), ("7", 7)] {
            assert_eq!(size(text), Ok(bytes), "{text}");
        }
        for text in ["0", "-1", "1X", "B", "", "0.5", "9E", "1m"] {
            assert!(size(text).is_err(), "{text}");
        }
    }
}
