//! Numbers and sentences that all formats share.

use std::time::{Duration, SystemTime};

use hdrhistogram::Histogram;

use crate::{
    load::{
        Comparison, Cut, Failure, Judged, Ledger, Objective, Outcome, Passed, Record, Series, Stage, UNEXPECTED,
        Verdict,
    },
    report::printable,
    suppress::Date,
};

/// The parts of the requests that tables show.
pub(super) const QUANTILES: [(&str, f64); 6] =
    [("p50", 0.5), ("p90", 0.9), ("p95", 0.95), ("p99", 0.99), ("p99.9", 0.999), ("max", 1.0)];

/// A time for people, with three digits.
pub(super) fn time(time: Duration) -> String {
    let micros = time.as_secs_f64() * 1e6;
    let (number, unit) = match micros {
        micros if micros < 1e3 => (micros, "µs"),
        micros if micros < 1e6 => (micros / 1e3, "ms"),
        micros => (micros / 1e6, "s"),
    };
    let digits = match number {
        number if number < 10.0 => 2,
        number if number < 100.0 => 1,
        _ => 0,
    };
    format!("{number:.digits$} {unit}")
}

/// So long took this part of the requests, at most; nothing where there were none.
pub(super) fn at(times: &Histogram<u64>, part: f64) -> Option<Duration> {
    (!times.is_empty()).then(|| Duration::from_micros(times.value_at_quantile(part)))
}

/// The same in a table for people.
pub(super) fn cell(times: &Histogram<u64>, part: f64) -> String {
    at(times, part).map_or_else(|| "–".to_owned(), time)
}

/// The cells of all [`QUANTILES`].
pub(super) fn cells(times: &Histogram<u64>) -> impl Iterator<Item = String> {
    QUANTILES.iter().map(|(_, part)| cell(times, *part))
}

/// A number of anything, with three digits and a prefix.
pub(super) fn number(number: f64) -> String {
    let (number, prefix) = match number.abs() {
        size if size >= 1e9 => (number / 1e9, " G"),
        size if size >= 1e6 => (number / 1e6, " M"),
        size if size >= 1e4 => (number / 1e3, " k"),
        _ => (number, ""),
    };
    let digits = if number.fract() == 0.0 || number.abs() >= 100.0 { 0 } else { 2 };
    format!("{number:.digits$}{prefix}")
}

/// `memory [bytes]`.
pub(super) fn series(series: &Series) -> String {
    if series.unit.is_empty() { series.name.clone() } else { format!("{} [{}]", series.name, series.unit) }
}

/// A number of something: bytes in powers of 1024, everything else as a number.
pub(super) fn amount(value: f64, unit: &str) -> String {
    let Some(per) = unit.strip_prefix("bytes") else { return number(value) };
    let sizes = [(30, "GiB"), (20, "MiB"), (10, "KiB")].map(|(power, name)| (2_f64.powi(power), name));
    let size = sizes.into_iter().find(|(size, _)| value.abs() >= *size);
    let (size, name) = size.unwrap_or((1.0, "B"));
    let value = value / size;
    let digits = usize::from(value.fract() != 0.0 && value.abs() < 100.0);
    format!("{value:.digits$} {name}{per}")
}

/// The least, the mean and the largest value of a series.
pub(super) fn range(series: &Series) -> Option<[f64; 3]> {
    let least = series.values().fold(f64::INFINITY, f64::min);
    let most = series.values().fold(f64::NEG_INFINITY, f64::max);
    #[expect(clippy::cast_precision_loss, reason = "a handful of samples")]
    let mean = series.values().sum::<f64>() / series.values().count().max(1) as f64;
    (least <= most).then_some([least, mean, most])
}

/// `2026-11-21 18:45:09 UTC`.
pub(super) fn moment(time: SystemTime) -> String {
    let seconds = time.duration_since(SystemTime::UNIX_EPOCH).unwrap_or_default().as_secs();
    let (hours, minutes) = (seconds / 3600 % 24, seconds / 60 % 60);
    format!("{} {hours:02}:{minutes:02}:{:02} UTC", Date::of_unix_seconds(seconds), seconds % 60)
}

/// A part of a whole, in percent.
pub(super) fn percent(part: f64) -> String {
    format!("{:.2} %", part * 100.0)
}

/// What follows, in one sentence.
pub(super) fn verdict(outcome: &Outcome) -> String {
    let missed: Vec<String> = outcome.judged.iter().filter(|judged| !judged.is_met).map(name).collect();
    match outcome.verdict {
        Verdict::Met => "every objective is met".to_owned(),
        Verdict::Missed if missed.is_empty() => "worse than the earlier run by more than chance".to_owned(),
        Verdict::Missed => format!("missed: {}", missed.join(", ")),
        Verdict::Inconclusive => {
            let doubts: Vec<String> = outcome.doubts.iter().map(crate::load::Doubt::sentence).collect();
            format!("the measurement says nothing about the service: {}", doubts.join("; "))
        }
    }
}

/// Why there is less than was planned: `The run was cut short; this is what there is of it.`
pub(super) fn cut(cut: Cut) -> String {
    let sentence = cut.sentence();
    format!("{}{}.", sentence[..1].to_uppercase(), &sentence[1..])
}

/// `p99`, or `p99 of checkout`.
pub(super) fn name(judged: &Judged) -> String {
    let of = judged.target.as_ref().map(|target| format!(" of {}", printable::line(target))).unwrap_or_default();
    format!("{}{of}", judged.objective.name())
}

/// `191 ms, at most 250 ms`.
pub(super) fn comparison(judged: &Judged) -> String {
    let word = if matches!(judged.objective, Objective::Rate { .. }) { "at least" } else { "at most" };
    let observed = judged.observed.map_or_else(|| "nothing was measured".to_owned(), |value| in_unit(judged, value));
    format!("{observed}, {word} {}", in_unit(judged, judged.objective.limit()))
}

fn in_unit(judged: &Judged, value: f64) -> String {
    match judged.objective {
        Objective::Quantile { .. } => time(Duration::try_from_secs_f64(value).unwrap_or_default()),
        Objective::Rate { .. } => format!("{value:.1}/s"),
        Objective::ErrorRate { .. } | Objective::Unsent { .. } => percent(value),
    }
}

/// `23.1 ms instead of 20.0 ms, by more than chance`.
pub(super) fn difference(own: &Comparison) -> String {
    let shown = |value: f64| match own.name {
        "errors" => percent(value),
        _ => time(Duration::try_from_secs_f64(value).unwrap_or_default()),
    };
    let judged = match own.t {
        None => "too few seconds to tell",
        Some(_) if own.is_worse => "worse by more than chance",
        Some(_) => "no worse than chance, or too little to matter",
    };
    format!("{}, {} in the earlier run: {judged}", shown(own.after), shown(own.before))
}

/// Every line of the books, with its name; those that are nought are part of it.
pub(super) fn books(ledger: &Ledger) -> Vec<(&'static str, u64)> {
    let classes = ["1xx", "2xx", "3xx", "4xx", "5xx"].into_iter().zip(ledger.answered);
    let failures = Failure::ALL.into_iter().map(|failure| (failure.name(), ledger.failures(failure)));
    classes
        .chain(failures)
        .chain([("unsent", ledger.unsent), ("shed", ledger.shed), ("aborted", ledger.aborted)])
        .collect()
}

/// The books as a sum: `1000 planned = 990 2xx + 10 timeout`.
pub(super) fn sum(ledger: &Ledger) -> String {
    let parts: Vec<String> = books(ledger)
        .into_iter()
        .filter(|(_, count)| *count > 0)
        .map(|(name, count)| format!("{count} {name}"))
        .collect();
    let parts = if parts.is_empty() { "0".to_owned() } else { parts.join(" + ") };
    format!("{} planned = {parts}", ledger.planned)
}

/// `200/s for 2.00 m`, `10 to 200/s for 30.0 s`.
pub(super) fn stage(stage: &Stage) -> String {
    let Stage { from, to, lasts } = *stage;
    let rates =
        if from.to_bits() == to.to_bits() { number(from) } else { format!("{} to {}", number(from), number(to)) };
    format!("{rates}/s for {}", time(lasts))
}

/// The stages, where there are several: of a lone one, everything else speaks.
pub(super) fn stages(outcome: &Outcome) -> &[Passed] {
    if outcome.stages.len() > 1 { &outcome.stages } else { &[] }
}

/// What was wrong with the requests that did not end well: `3 unexpected: it answers with status 503`.
pub(super) fn causes(record: &Record) -> impl Iterator<Item = String> {
    let failures = Failure::ALL.into_iter().map(|failure| (failure.name(), record.ledger.failures(failure)));
    let counts = [(UNEXPECTED, record.ledger.unexpected)].into_iter().chain(failures);
    counts.filter_map(|(kind, count)| Some(format!("{count} {kind}: {}", printable::line(record.causes.get(kind)?))))
}

/// Requests per second that ended well.
pub(super) fn rate(outcome: &Outcome, ledger: &Ledger) -> f64 {
    #[expect(clippy::cast_precision_loss, reason = "counts of requests stay far below 2^53")]
    let good = ledger.good() as f64;
    good / outcome.measured_for.as_secs_f64().max(1e-9)
}
