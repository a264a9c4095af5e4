//! An open loop: whether what is planned arrives, and how evenly, as the server sees it.

use std::io;

use crate::{
    median,
    server::{Manner, Server},
    tool::{Asked, Tool},
};

const SECONDS: u32 = 5;

/// How far the arrivals are from the plan at several rates, tool by tool in turn.
pub(crate) fn rates(runs: usize) -> io::Result<()> {
    let tools = Tool::installed(&[Tool::Karat, Tool::Oha]);
    println!(
        "| open loop, arrivals at the server | rate | off by | variation of the gaps (even: 0) |\n|---|---|---|---|"
    );
    for rate in [1_000, 5_000, 20_000, 50_000] {
        let mut seen: Vec<Vec<(f64, f64)>> = tools.iter().map(|_| Vec::new()).collect();
        for _ in 0..runs {
            for (tool, own) in tools.iter().zip(&mut seen) {
                own.push(arrivals(*tool, rate)?);
            }
        }
        for (tool, own) in tools.iter().zip(seen) {
            let (off, variation): (Vec<_>, Vec<_>) = own.into_iter().unzip();
            println!("| {} | {rate}/s | {:+.3} % | {:.2} |", tool.name(), median(off) * 100.0, median(variation));
        }
    }
    Ok(())
}

/// How many requests come too much, as a part of all, and how much the gaps between them vary.
fn arrivals(tool: Tool, rate: u32) -> io::Result<(f64, f64)> {
    let server = Server::start(Manner::Prompt)?;
    tool.ask(Asked { port: server.port, connections: 50, seconds: SECONDS, rate: Some(rate), targets: 1 })?;
    let stamps = server.arrivals();
    let gaps: Vec<f64> = stamps.windows(2).map(|pair| (pair[1] - pair[0]).as_secs_f64()).collect();
    let count = |items: usize| f64::from(u32::try_from(items).unwrap_or(u32::MAX));
    let mean = gaps.iter().sum::<f64>() / count(gaps.len());
    let variance = gaps.iter().map(|gap| (gap - mean).powi(2)).sum::<f64>() / count(gaps.len());
    let planned = f64::from(rate * SECONDS);
    Ok((count(stamps.len()) / planned - 1.0, variance.sqrt() / mean))
}
