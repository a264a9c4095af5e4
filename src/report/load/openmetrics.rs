//! OpenMetrics text, for a push gateway or a node exporter's directory (<https://openmetrics.io>).

use std::{fmt, io};

use super::{Format, wording};
use crate::load::{Outcome, Record, Verdict};

/// The format.
pub(super) static FORMAT: Format = Format { name: "openmetrics", help: "For Prometheus: metrics as text", write };

/// Chooses one of a record's histograms.
type Choose = fn(&Record) -> &hdrhistogram::Histogram<u64>;

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    head(out, "karat_load_requests", "counter", "Planned requests by what became of them.")?;
    for (target, record) in &outcome.targets {
        for (result, count) in wording::books(&record.ledger) {
            writeln!(out, "karat_load_requests_total{{target=\"{}\",result=\"{result}\"}} {count}", Label(target))?;
        }
    }
    let times: [(&str, Choose, &str); 3] = [
        ("response", |record| &record.response, "Time from the plan to the end of the answer."),
        ("service", |record| &record.service, "Time from the sending to the end of the answer."),
        ("lag", |record| &record.lag, "Time that requests were sent late though a connection was free."),
    ];
    for (name, choose, help) in times {
        let name = format!("karat_load_{name}_seconds");
        head(out, &name, "summary", help)?;
        for (target, record) in &outcome.targets {
            summary(out, &name, target, choose(record))?;
        }
    }
    head(out, "karat_load_objective_met", "gauge", "Whether an objective is met.")?;
    for judged in &outcome.judged {
        let (target, name) = (judged.target.as_deref().unwrap_or_default(), judged.objective.name());
        let met = u8::from(judged.is_met);
        writeln!(out, "karat_load_objective_met{{target=\"{}\",objective=\"{name}\"}} {met}", Label(target))?;
    }
    compared(out, outcome)?;
    head(out, "karat_load_verdict", "gauge", "1 for what follows, 0 for what does not.")?;
    for verdict in [Verdict::Met, Verdict::Missed, Verdict::Inconclusive] {
        let is = u8::from(outcome.verdict == verdict);
        writeln!(out, "karat_load_verdict{{verdict=\"{}\"}} {is}", verdict.name())?;
    }
    writeln!(out, "# EOF")
}

/// What there were too few seconds to tell of is left out.
fn compared(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    if !outcome.compared.is_empty() {
        head(out, "karat_load_worse", "gauge", "Whether it is worse than in the earlier run by more than chance.")?;
    }
    for own in outcome.compared.iter().filter(|own| own.t.is_some()) {
        writeln!(out, "karat_load_worse{{compared=\"{}\"}} {}", own.name, u8::from(own.is_worse))?;
    }
    Ok(())
}

fn head(out: &mut dyn io::Write, name: &str, kind: &str, help: &str) -> io::Result<()> {
    writeln!(out, "# TYPE {name} {kind}\n# HELP {name} {help}")
}

fn summary(out: &mut dyn io::Write, name: &str, target: &str, times: &hdrhistogram::Histogram<u64>) -> io::Result<()> {
    let target = Label(target);
    #[expect(clippy::cast_precision_loss, reason = "microseconds of any test stay below 2^53")]
    let seconds = |micros: u64| micros as f64 / 1e6;
    if !times.is_empty() {
        for (_, part) in wording::QUANTILES.iter().filter(|(_, part)| *part < 1.0) {
            let value = seconds(times.value_at_quantile(*part));
            writeln!(out, "{name}{{target=\"{target}\",quantile=\"{part}\"}} {value}")?;
        }
    }
    writeln!(out, "{name}_count{{target=\"{target}\"}} {}", times.len())
}

/// A label's value.
struct Label<'a>(&'a str);

impl fmt::Display for Label<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
    }
}
