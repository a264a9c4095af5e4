//! What tools say of a server that stands still or has too little to give, and of themselves when they stand still.

use std::{io, thread, time::Duration};

use rustix::process::{Pid, Signal, kill_process};

use crate::{
    median,
    run::run,
    server::{Manner, Server},
    tool::{Answer, Asked, Tool},
};

/// A server that does nothing for 200 ms of every second.
pub(crate) fn stall(runs: usize) -> io::Result<()> {
    println!(
        "| server stands still 200 ms each second, 5,000/s | connections | p90 | p95 | p99 | p99.9 |\n|---|---|---|---|---|---|"
    );
    println!("| the truth | any | 102 ms | 151 ms | 191 ms | 200 ms |");
    let tools = Tool::installed(&[Tool::Karat, Tool::Oha]);
    for connections in [10, 50] {
        for tool in &tools {
            let ask = |_| {
                let manner = Manner::Stalls { every: Duration::from_secs(1), lasts: Duration::from_millis(200) };
                let server = Server::start(manner)?;
                tool.ask(Asked { port: server.port, connections, seconds: 10, rate: Some(5_000), targets: 1 })
            };
            let answers = (0..runs.min(3)).map(ask).collect::<io::Result<Vec<Answer>>>()?;
            let tail = [0, 1, 2, 3].map(|at| median(answers.iter().map(|answer| answer.tail[at]).collect()));
            let [p90, p95, p99, last] = tail.map(|figure| format!("{figure:.1} ms"));
            println!("| {} | {connections} | {p90} | {p95} | {p99} | {last} |", tool.name());
        }
    }
    Ok(())
}

/// A server that is asked for more than it can give.
pub(crate) fn overload(_: usize) -> io::Result<()> {
    println!(
        "| 5,000/s asked of a server that can give 1,900/s | planned | accounted for | exit code |\n|---|---|---|---|"
    );
    for tool in Tool::installed(&[Tool::Karat, Tool::Oha]) {
        let server = Server::start(Manner::Capped(Duration::from_micros(526)))?;
        let asked = Asked { port: server.port, connections: 50, seconds: 5, rate: Some(5_000), targets: 1 };
        let answer = tool.ask(asked)?;
        let accounted = if tool == Tool::Karat { accounted(&answer) } else { answer.requests };
        println!("| {} | 25000 | {accounted:.0} | {} |", tool.name(), exit(&answer));
    }
    Ok(())
}

/// A tool that stands still itself.
pub(crate) fn paused(_: usize) -> io::Result<()> {
    println!(
        "| the tool stands still 100 ms in every 500, 5,000/s | p90 | p99 | exit code | its doubts |\n|---|---|---|---|---|"
    );
    for tool in Tool::installed(&[Tool::Karat, Tool::Oha]) {
        let server = Server::start(Manner::Prompt)?;
        let asked = Asked { port: server.port, connections: 50, seconds: 5, rate: Some(5_000), targets: 1 };
        let answer = tool.read(run(&mut tool.command(asked), pause)?)?;
        let [p90, _, p99, _] = answer.tail.map(|figure| format!("{figure:.1} ms"));
        let doubts = answer.at("/doubts").as_array().cloned().unwrap_or_default();
        let doubts: Vec<_> = doubts.iter().filter_map(|doubt| doubt.as_str()).collect();
        println!("| {} | {p90} | {p99} | {} | {} |", tool.name(), exit(&answer), doubts.join("; "));
    }
    Ok(())
}

/// Stops a process for 100 ms in every 500 as long as it is there.
fn pause(number: u32) {
    let Some(process) = i32::try_from(number).ok().and_then(Pid::from_raw) else { return };
    for _ in 0..9 {
        thread::sleep(Duration::from_millis(400));
        let stopped = kill_process(process, Signal::STOP);
        thread::sleep(Duration::from_millis(100));
        if stopped.and_then(|()| kill_process(process, Signal::CONT)).is_err() {
            return;
        }
    }
}

/// All that the books hold.
fn accounted(answer: &Answer) -> f64 {
    let lists = ["answered", "failed"].map(|name| answer.at(&format!("/ledger/{name}")));
    let single = ["unsent", "shed"].map(|name| answer.at(&format!("/ledger/{name}")));
    lists.iter().filter_map(|list| list.as_array()).flatten().chain(&single).filter_map(serde_json::Value::as_f64).sum()
}

fn exit(answer: &Answer) -> String {
    answer.run.status.code().map_or_else(|| "none".to_owned(), |code| code.to_string())
}
