//! From the typed document to what is asked. Its values have been checked.

use std::{fs, path::Path, time::Duration};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Method};
use smol_str::SmolStr;

use super::{Variables, text};
use crate::{
    diagnostic::{Error, Result},
    grammar::formats::quantity,
    load::{Ask, Asked, Expect, Objective, Reuse, Spacing, Stage, Traffic, Trust, Version, parse_time},
    model::{HeaderValue as Header, LoadExpect, LoadStage, LoadTarget, LoadTest, LoadTrust, Named},
    node::{Key, Node},
};

/// What a load test asks.
pub(super) fn of(test: &LoadTest, directory: &Path, variables: Variables<'_>) -> Result<Ask> {
    let targets = test.targets.iter().map(|(name, own)| target(name, own, directory, variables));
    let usual = Ask::of(targets.collect::<Result<_>>()?);
    let size = |node: &Option<Node>| count(node.as_ref()).and_then(|count| usize::try_from(count).ok());
    let is_two = test.http2.as_ref().and_then(Node::as_bool) == Some(true);
    let redirects = count(test.redirects.as_ref()).and_then(|count| u32::try_from(count).ok());
    Ok(Ask {
        traffic: traffic(test, &usual.traffic),
        warm_up: time(test.warm_up.as_ref()).unwrap_or(usual.warm_up),
        connections: size(&test.connections).unwrap_or(usual.connections),
        streams: size(&test.streams).unwrap_or(usual.streams),
        version: if is_two { Version::Two } else { Version::One },
        trust: test.tls.as_ref().map(|tls| trust(tls, directory)).unwrap_or_default(),
        connect_timeout: time(test.connect_timeout.as_ref()).unwrap_or(usual.connect_timeout),
        timeout: time(test.timeout.as_ref()).unwrap_or(usual.timeout),
        reuse: reuse(test).unwrap_or(usual.reuse),
        requests: count(test.requests.as_ref()),
        max_bytes: test.max_bytes.as_ref().and_then(bytes),
        redirects: redirects.unwrap_or(usual.redirects),
        shed_after: time(test.shed_after.as_ref()),
        seed: count(test.seed.as_ref()).unwrap_or(usual.seed),
        threads: size(&test.threads).unwrap_or(usual.threads),
        objectives: objectives(&test.slo),
        lag: time(test.max_lag.as_ref()),
        ..usual
    })
}

/// A duration.
pub(super) fn time(node: Option<&Node>) -> Option<Duration> {
    node.and_then(Node::as_str).and_then(|text| parse_time(text).ok())
}

/// A count.
pub(super) fn count(node: Option<&Node>) -> Option<u64> {
    node.and_then(Node::as_int).and_then(|count| u64::try_from(count).ok())
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a size of a byte or more")]
fn bytes(node: &Node) -> Option<u64> {
    quantity(&text(node)).map(|bytes| bytes as u64)
}

fn rate(node: Option<&Node>) -> Option<f64> {
    node.and_then(Node::as_number)
}

fn traffic(test: &LoadTest, usual: &Traffic) -> Traffic {
    let spacing = match test.spacing.as_ref().and_then(Node::as_str) {
        Some("poisson") => Spacing::Poisson,
        _ => Spacing::Uniform,
    };
    if !test.stages.is_empty() {
        return Traffic::Open { stages: test.stages.iter().map(stage).collect(), spacing };
    }
    let lasts = time(test.duration.as_ref()).unwrap_or_else(|| usual.lasts());
    match rate(test.rate.as_ref()) {
        Some(rate) => Traffic::Open { stages: vec![Stage::steady(rate, lasts)], spacing },
        None => Traffic::Closed { lasts },
    }
}

fn stage(stage: &LoadStage) -> Stage {
    let steady = rate(stage.rate.as_ref());
    let end = |node: &Option<Node>| steady.or_else(|| rate(node.as_ref())).unwrap_or_default();
    Stage { from: end(&stage.from), to: end(&stage.to), lasts: time(Some(&stage.lasts)).unwrap_or_default() }
}

fn reuse(test: &LoadTest) -> Option<Reuse> {
    let own = test.requests_per_connection.as_ref()?;
    let least = count(Some(&own.min))?;
    Some(Reuse::Between(least, count(own.max.as_ref()).unwrap_or(least)))
}

fn trust(tls: &LoadTrust, directory: &Path) -> Trust {
    let path = |node: &Node| directory.join(text(node));
    let identity = tls.identity.as_ref();
    Trust {
        authorities: tls.authorities.as_ref().and_then(|own| own.file.as_ref()).map(path),
        identity: identity.and_then(|own| Some((path(own.certificate.as_ref()?), path(own.key.as_ref()?)))),
        anybody: tls.insecure.as_ref().and_then(Node::as_bool) == Some(true),
    }
}

fn objectives(slo: &Named<Node>) -> Vec<Objective> {
    slo.iter().filter_map(|(name, limit)| Objective::parse(name.as_str(), &text(limit)).ok()).collect()
}

fn target(name: &Key, target: &LoadTarget, directory: &Path, variables: Variables<'_>) -> Result<Asked> {
    let headers = target.headers.iter().map(|(header, value)| self::header(name, header, value, variables));
    let method = target.method.as_ref().and_then(|method| method.as_str()?.parse().ok());
    Ok(Asked {
        name: name.text.clone(),
        url: target.url.as_ref().map(text).unwrap_or_default(),
        via: target.via.as_ref().map(text),
        method: method.unwrap_or(Method::GET),
        headers: headers.collect::<Result<_>>()?,
        body: body(target, directory)?,
        weight: rate(target.weight.as_ref()).unwrap_or(1.0),
        expect: target.expect.as_ref().map(expect).unwrap_or_default(),
        objectives: objectives(&target.slo),
    })
}

fn body(target: &LoadTarget, directory: &Path) -> Result<Bytes> {
    let Some(file) = &target.file else {
        return Ok(target.body.as_ref().map(text).unwrap_or_default().into());
    };
    let path = directory.join(text(file));
    fs::read(&path).map(Bytes::from).map_err(|error| Error::io(format!("cannot read `{}`", path.display()), &error))
}

fn expect(expect: &LoadExpect) -> Expect {
    let header = |(name, part): &(Key, Node)| Some((HeaderName::try_from(name.as_str()).ok()?, part.scalar_text()?));
    Expect {
        statuses: expect.status.iter().filter_map(|status| u16::try_from(status.as_int()?).ok()).collect(),
        headers: expect.headers.iter().filter_map(header).collect(),
        body: expect.body.as_ref().map(|body| Bytes::from(text(body))),
    }
}

/// A header; what came from a variable is nobody's to read.
fn header(target: &Key, header: &Key, value: &Header, variables: Variables<'_>) -> Result<(HeaderName, HeaderValue)> {
    let wrong = || Error::new(format!("the header `{}` of `{}` cannot be sent", header.text, target.text));
    let name = HeaderName::try_from(header.as_str()).map_err(|_| wrong())?;
    let Some(variable) = &value.env else {
        let value = value.value.as_ref().map(text).unwrap_or_default();
        return Ok((name, HeaderValue::try_from(value).map_err(|_| wrong())?));
    };
    let variable: SmolStr = text(variable).into();
    let found = variables(&variable).ok_or_else(|| {
        let error = Error::new(format!(
            "the environment variable `{variable}` is not set, which holds the header `{}` of `{}`",
            header.text, target.text
        ));
        error.hint(format!("set it: `export {variable}=…`"))
    })?;
    // Whoever reads a value from a file brings its last line break along.
    let mut value = HeaderValue::try_from(found.trim_end_matches(['\r', '\n'])).map_err(|_| {
        let error = Error::new(format!("what `{variable}` holds is no value of a header"));
        error.hint("a value is one line without control characters")
    })?;
    value.set_sensitive(true);
    Ok((name, value))
}
