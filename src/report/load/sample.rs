//! A run that every format is held to: two targets and one that nobody asked, errors, a doubt, an earlier run and a
//! Prometheus.

use std::time::{Duration, SystemTime};

use crate::load::{
    Body, Comparison, Cut, Ending, Expect, Failure, Generator, Measured, Objective, Origin, Outcome, Part, Plan,
    Promises, Redirects, Reuse, Series, Share, Spacing, Stage, Target, Times, Traffic, Trust, Version,
};

pub(super) fn outcome() -> Outcome {
    let plan = plan();
    let whole = [("p99", "250ms"), ("minRps", "10")].map(|(name, limit)| Objective::parse(name, limit).unwrap());
    let own = Objective::parse("errorRate", "10%").unwrap();
    let whole = whole.into_iter().chain(Objective::DEFAULTS).collect();
    let promises = Promises { whole, targets: vec![(1, own)], lag: None };
    let mut generator =
        Generator { busy: vec![0.25], throttled: Some(Duration::from_millis(500)), ..Generator::default() };
    generator.pauses += 150;
    let measured = Measured { part: part(), lasted: Duration::from_secs(5), cut: Some(Cut::Stopped), generator };
    let outcome = Outcome::of(&plan, &promises, measured, SystemTime::UNIX_EPOCH + Duration::from_secs(1_790_000_000));
    let compared = vec![
        Comparison { name: "p50", before: 0.05, after: 0.05, t: Some(0.1), is_worse: false },
        Comparison { name: "p99", before: 0.05, after: 0.2, t: Some(7.5), is_worse: true },
        Comparison { name: "errors", before: 0.0, after: 0.05, t: None, is_worse: false },
    ];
    let series = |name: &str, unit: &str, points, note: Option<&str>| Series {
        name: name.to_owned(),
        unit: unit.to_owned(),
        points,
        note: note.map(ToOwned::to_owned),
    };
    let pods = series("running pods", "pods", vec![(0.1, Some(2.0)), (2.1, None), (4.1, Some(3.0))], Some("<timeout>"));
    let memory = series("memory", "bytes", Vec::new(), Some("there are no such series"));
    Outcome { compared, cluster: vec![pods, memory], ..outcome }
}

fn plan() -> Plan {
    let target = |name: &str, weight| Target {
        name: name.into(),
        weight,
        origin: 0,
        request: http::Request::new(Body::default()),
        expect: Expect::default(),
    };
    let stages = vec![
        Stage { from: 10.0, to: 30.0, lasts: Duration::from_secs(1) },
        Stage::steady(20.0, Duration::from_secs(3)),
    ];
    Plan {
        origins: vec![Origin { tls: false, host: "localhost".into(), port: 80, via: None, address: None }],
        targets: vec![target("foo", 3.0), target("bar|<b>", 1.0), target("idle", 0.0)],
        traffic: Traffic::Open { stages, spacing: Spacing::Uniform },
        warm_up: Duration::from_secs(1),
        connections: 1,
        streams: 1,
        version: Version::One,
        tls: Trust::default().config(false, Version::One).unwrap(),
        connect_timeout: Duration::from_secs(1),
        timeout: Duration::from_secs(1),
        reuse: Reuse::Always,
        requests: None,
        max_bytes: None,
        redirects: Redirects::default(),
        drain: Duration::ZERO,
        shed_after: None,
        seed: 0,
        share: Share::WHOLE,
        threads: 1,
    }
}

/// A hundred requests over five seconds, of which the first is warm-up.
fn part() -> Part {
    let mut part = Part::new(2, 3);
    for at in 0..100_u32 {
        let moment = Duration::from_millis(50) * at;
        let ending = match at {
            50..53 => Ending::Failed(Failure::Timeout),
            60 => Ending::Answered { status: 503, expected: false },
            _ => Ending::Answered { status: 200, expected: true },
        };
        let response =
            if (50..53).contains(&at) { Duration::from_secs(1) } else { Duration::from_millis(u64::from(at)) };
        let times = Times { response, service: response / 2, lag: Duration::from_micros(90) };
        let target = usize::from(at % 4 == 3);
        if at < 20 {
            part.warm_up.book(ending, times, 100);
        } else {
            part.targets[target].book(ending, times, 100);
            match ending {
                Ending::Failed(failure) => part.targets[target].note(ending, failure.sentence()),
                _ if !ending.is_good() => part.targets[target].note(ending, "it answers with status 503"),
                _ => {}
            }
            part.stages[usize::from(at >= 40)].book(ending, times, 100);
        }
        part.timeline.plan(moment);
        part.timeline.end(moment, ending.is_good(), Some(response));
    }
    part
}
