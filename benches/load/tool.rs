//! The tools: how they are asked, and what they answer.

use std::{io, process::Command};

use serde_json::Value;

use crate::run::{Run, run};

const KARAT: &str = env!("CARGO_BIN_EXE_karat");

/// A tool that sends requests.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Tool {
    Karat,
    Wrk,
    Oha,
}

/// What is asked of it.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Asked {
    pub(crate) port: u16,
    pub(crate) connections: u32,
    pub(crate) seconds: u32,
    /// Requests per second; as many as there can be where there is none.
    pub(crate) rate: Option<u32>,
    /// Different paths, each with a weight of its own, where the tool can do that.
    pub(crate) targets: u32,
}

impl Tool {
    /// What the table calls it.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::Karat => "karat",
            Self::Wrk => "wrk -t1",
            Self::Oha => "oha",
        }
    }

    /// Those of some tools that are installed; the others are named loudly.
    pub(crate) fn installed(tools: &[Self]) -> Vec<Self> {
        let is_there = |tool: &&Self| {
            let there = matches!(tool, Self::Karat) || Command::new(tool.program()).arg("--version").output().is_ok();
            if !there {
                eprintln!("SKIPPED: {} is not installed; `task peers:load` installs it", tool.program());
            }
            there
        };
        tools.iter().filter(is_there).copied().collect()
    }

    fn program(self) -> &'static str {
        match self {
            Self::Karat => KARAT,
            Self::Wrk => "wrk",
            Self::Oha => "oha",
        }
    }

    /// Runs it.
    pub(crate) fn ask(self, asked: Asked) -> io::Result<Answer> {
        let mut command = self.command(asked);
        self.read(run(&mut command, |_| ())?)
    }

    /// The command that asks.
    pub(crate) fn command(self, asked: Asked) -> Command {
        let Asked { port, connections, seconds, rate, targets } = asked;
        let url = format!("http://127.0.0.1:{port}/");
        let (connections, lasts) = (connections.to_string(), format!("{seconds}s"));
        let mut command = Command::new(self.program());
        match self {
            Self::Karat => {
                let urls = (1..=targets).map(|number| format!("t{number}:{number}={url}{number}"));
                command.arg("load").args(urls).args(["--connections", &connections, "--duration", &lasts]);
                command.args(["--format", "json"]);
                command.args(rate.iter().flat_map(|rate| ["--rate".to_owned(), rate.to_string()]));
            }
            Self::Wrk => {
                command.args(["-t1", "-c", &connections, "-d", &lasts, "--latency", &url]);
            }
            Self::Oha => {
                command.args(["--no-tui", "--output-format", "json", "-c", &connections, "-z", &lasts]);
                command.args(rate.iter().flat_map(|rate| ["-q".to_owned(), rate.to_string()])).arg(&url);
            }
        }
        command
    }

    /// What it answers.
    pub(crate) fn read(self, run: Run) -> io::Result<Answer> {
        let read = match self {
            Self::Karat => serde_json::from_str(&run.output).ok().and_then(|report| karat(&report)),
            Self::Wrk => wrk(&run.output),
            Self::Oha => serde_json::from_str(&run.output).ok().and_then(|report| oha(&report)),
        };
        let (requests, tail) =
            read.ok_or_else(|| io::Error::other(format!("{} says {:?}", self.name(), run.output)))?;
        Ok(Answer { requests, tail, run })
    }
}

/// What a tool has measured.
pub(crate) struct Answer {
    /// Requests that were answered.
    pub(crate) requests: f64,
    /// p90, p95, p99 and p99.9 in milliseconds, as far as it says them.
    pub(crate) tail: [f64; 4],
    pub(crate) run: Run,
}

impl Answer {
    /// Processor time in seconds for a million requests.
    pub(crate) fn cpu_per_million(&self) -> f64 {
        self.run.cpu.as_secs_f64() * 1e6 / self.requests
    }

    /// What a report in JSON says at a pointer.
    pub(crate) fn at(&self, pointer: &str) -> Value {
        let report: Option<Value> = serde_json::from_str(&self.run.output).ok();
        report.and_then(|report| report.pointer(pointer).cloned()).unwrap_or_default()
    }
}

fn karat(report: &Value) -> Option<(f64, [f64; 4])> {
    let answered = report.pointer("/ledger/answered")?.as_array()?.iter().filter_map(Value::as_f64).sum();
    let response = report.pointer("/latency/")?.get("response")?;
    Some((answered, ["p90", "p95", "p99", "p99.9"].map(|name| number(&response[name]) / 1e3)))
}

fn oha(report: &Value) -> Option<(f64, [f64; 4])> {
    let answered = report["statusCodeDistribution"].as_object()?.values().filter_map(Value::as_f64).sum();
    let tail = &report["latencyPercentiles"];
    Some((answered, ["p90", "p95", "p99", "p99.9"].map(|name| number(&tail[name]) * 1e3)))
}

fn number(value: &Value) -> f64 {
    value.as_f64().unwrap_or(f64::NAN)
}

fn wrk(text: &str) -> Option<(f64, [f64; 4])> {
    let line = text.lines().find(|line| line.contains(" requests in "))?;
    Some((line.split_whitespace().next()?.parse().ok()?, [f64::NAN; 4]))
}
