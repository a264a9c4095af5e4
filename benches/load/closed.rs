//! A closed loop: how much a tool can send, and what it costs.

use std::io;

use crate::{
    median,
    nginx::Nginx,
    tool::{Answer, Asked, Tool},
};

/// Requests per second, processor time and memory, tool by tool in turn.
pub(crate) fn speed(runs: usize) -> io::Result<()> {
    let Some(nginx) = Nginx::start()? else { return Ok(()) };
    let tools = Tool::installed(&[Tool::Karat, Tool::Wrk, Tool::Oha]);
    let asked = Asked { port: nginx.port, connections: 50, seconds: 5, rate: None, targets: 10 };
    let mut answers: Vec<Vec<Answer>> = tools.iter().map(|_| Vec::new()).collect();
    for _ in 0..runs {
        for (tool, own) in tools.iter().zip(&mut answers) {
            own.push(tool.ask(asked)?);
        }
    }
    println!("| closed loop, 50 connections, 1 KB | requests/s | CPU-s per million | peak memory |\n|---|---|---|---|");
    let rate = |answer: &Answer| answer.requests / f64::from(asked.seconds);
    let figures = |own: &[Answer], of: fn(&Answer) -> f64| median(own.iter().map(of).collect());
    let mut rows = Vec::new();
    for (tool, own) in tools.iter().zip(&answers) {
        let rate = median(own.iter().map(rate).collect());
        let cpu = figures(own, Answer::cpu_per_million);
        let peak = figures(own, mebibytes);
        println!("| {} | {rate:.0} | {cpu:.2} | {peak:.1} MiB |", tool.name());
        rows.push((tool, rate, cpu));
    }
    let Some(((_, own_rate, own_cpu), others)) = rows.split_first() else { return Ok(()) };
    for (tool, rate, cpu) in others {
        println!(
            "\n- karat: {:.2} times the requests of {}, {:.2} times its CPU for each",
            own_rate / rate,
            tool.name(),
            own_cpu / cpu
        );
    }
    Ok(())
}

/// What a longer run needs beside a shorter one.
pub(crate) fn memory(_: usize) -> io::Result<()> {
    let Some(nginx) = Nginx::start()? else { return Ok(()) };
    println!("| peak memory of a run of | 5 s | 40 s |\n|---|---|---|");
    for tool in Tool::installed(&[Tool::Karat, Tool::Wrk, Tool::Oha]) {
        let asked = |seconds| Asked { port: nginx.port, connections: 50, seconds, rate: None, targets: 10 };
        let [short, long] = [tool.ask(asked(5))?, tool.ask(asked(40))?].map(|answer| mebibytes(&answer));
        println!("| {} | {short:.1} MiB | {long:.1} MiB |", tool.name());
    }
    Ok(())
}

#[expect(clippy::cast_precision_loss, reason = "one decimal is shown")]
fn mebibytes(answer: &Answer) -> f64 {
    answer.run.peak as f64 / f64::from(1 << 20)
}
