//! Requests come when the plan says so, and as many as it says.

use std::{
    sync::{Arc, atomic::AtomicBool},
    time::{Duration, Instant},
};

use karat::load::{Schedule, Share, Spacing, Stage, Traffic, run};

use crate::{
    server::{Manner, Server},
    truth::plan,
};

const SECOND: Duration = Duration::from_secs(1);

/// How long after its moment each request of a plan arrived.
fn delays(stages: &[Stage], spacing: Spacing) -> (Vec<Duration>, Vec<Duration>) {
    let server = Server::start(Manner::Answers(200));
    let traffic = Traffic::Open { stages: stages.to_vec(), spacing };
    let start = Instant::now() + SECOND / 10;
    let own = Arc::new(karat::load::Plan { connections: 30, seed: 7, ..plan(&server, traffic) });
    run(&own, start, &AtomicBool::new(false), |_| true).unwrap();
    let planned: Vec<Duration> =
        Schedule::new(stages.to_vec(), spacing, 7, Share::WHOLE).map(|arrival| arrival.at).collect();
    let mut arrived: Vec<Duration> =
        server.arrivals().into_iter().map(|arrival| arrival.saturating_duration_since(start)).collect();
    arrived.sort();
    assert_eq!(planned.len(), arrived.len());
    (planned, arrived)
}

/// None came early, and half of them came at once; how late the others are depends on what else the machine does.
fn come_as_planned(stages: &[Stage], spacing: Spacing) -> Vec<Duration> {
    let (planned, arrived) = delays(stages, spacing);
    let mut late: Vec<Duration> = planned
        .iter()
        .zip(&arrived)
        .map(|(planned, arrived)| {
            assert!(planned <= arrived, "planned for {planned:?}, and there at {arrived:?}");
            arrived.saturating_sub(*planned)
        })
        .collect();
    late.sort();
    assert!(late[late.len() / 2] < Duration::from_millis(20), "{:?}", late[late.len() / 2]);
    arrived
}

/// The part of the gaps between some moments that are like their mean: all when they are even, 38 % in a Poisson process.
/// A few that come late change it little.
fn like_the_mean(moments: &[Duration]) -> f64 {
    let gaps: Vec<Duration> = moments.windows(2).map(|pair| pair[1].saturating_sub(pair[0])).collect();
    let count = u32::try_from(gaps.len()).unwrap();
    let mean = gaps.iter().sum::<Duration>() / count;
    let like = gaps.iter().filter(|gap| (mean / 2..mean * 3 / 2).contains(*gap)).count();
    f64::from(u32::try_from(like).unwrap()) / f64::from(count)
}

#[test]
fn even_requests_come_evenly_and_random_ones_at_random() {
    let stages = [Stage::steady(50.0, 3 * SECOND)];
    let runs = [Spacing::Uniform, Spacing::Poisson]
        .map(|spacing| std::thread::spawn(move || come_as_planned(&stages, spacing)))
        .map(|run| run.join().unwrap());
    assert_eq!(runs[0].len(), 150);
    assert!((110..190).contains(&runs[1].len()), "{}", runs[1].len());
    let [even, random] = runs.map(|moments| like_the_mean(&moments));
    assert!(even > 0.65, "{even}");
    assert!((0.2..0.55).contains(&random), "{random}");
}

#[test]
fn the_most_that_all_workers_plan_is_known_before() {
    let server = Server::start(Manner::Answers(200));
    let ramp = Stage { from: 0.0, to: 200.0, lasts: SECOND };
    let open = Traffic::Open { stages: vec![ramp, Stage::steady(200.0, SECOND)], spacing: Spacing::Uniform };
    let most = |traffic: &Traffic, requests| {
        let share = Share::WHOLE.divided(1, 4);
        karat::load::Plan { requests, share, warm_up: SECOND, ..plan(&server, traffic.clone()) }.most_planned()
    };
    let bounds = [None, Some(50), Some(1000)];
    assert_eq!(bounds.map(|bound| most(&open, bound)), [Some(300), Some(50), Some(300)]);
    assert_eq!(bounds.map(|bound| most(&Traffic::Closed { lasts: SECOND }, bound)), bounds);
}

#[test]
fn a_ramp_is_climbed() {
    let ramp = Stage { from: 0.0, to: 200.0, lasts: SECOND };
    let arrived = come_as_planned(&[ramp, Stage::steady(200.0, SECOND)], Spacing::Uniform);
    assert_eq!(arrived.len(), 300);
    let early = arrived.iter().filter(|moment| **moment < SECOND / 2).count();
    // A quarter of the ramp's requests in the first half of its time; fewer where the machine is late.
    assert!((5..=25).contains(&early), "{early}");
}
