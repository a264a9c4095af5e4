//! `karat load`.

mod args;
mod config_map;
mod live;
mod meet;
mod merge;
mod signal;
mod source;
mod watch;

use std::{
    fs,
    path::{Path, PathBuf},
    sync::Arc,
    time::{Duration, Instant, SystemTime},
};

use clap::{Args, Subcommand};

use self::{
    args::TrafficArgs,
    live::Live,
    meet::MeetArgs,
    merge::MergeArgs,
    signal::Interrupts,
    source::SourceArgs,
    watch::{AccessArgs, WatchArgs, Watching},
};
use super::{
    Verdict, output, style,
    target::{self, Target, TargetParser},
};
use crate::{
    diagnostic::{Error, Result},
    load::{self, Measured, Met, Outcome, Plan, Promises, parse_time},
    report::{
        human,
        load::{Format, summary},
    },
};

/// Send requests as a service's users would, and say whether it meets its objectives
///
/// Exit codes: 0 every objective is met; 1 one is missed; 2 the test could not run; 3 inconclusive: this machine was late
/// or held up, or the run was ended before its time, so what was measured says nothing about the service.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(super) struct LoadArgs {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    source: SourceArgs,
    #[command(flatten)]
    traffic: TrafficArgs,
    /// Wait at most this long for all targets to answer as they should, before anything is measured
    #[arg(long, value_name = "TIME", value_parser = parse_time)]
    wait_ready: Option<Duration>,
    /// Begin at this moment, in seconds since 1970: how workers on several machines begin together
    #[arg(long, value_name = "SECONDS")]
    start_at: Option<f64>,
    #[command(flatten)]
    meet: MeetArgs,
    /// End the run as soon as it is certain that too many requests fail
    #[arg(long)]
    abort_on_fail: bool,
    #[command(flatten)]
    watch: WatchArgs,
    #[command(flatten)]
    reports: ReportArgs,
}

/// Where reports go.
#[derive(Args, Debug)]
struct ReportArgs {
    /// Make a report in this format, printed or written into a file; may be given more than once
    #[arg(long = "format", value_name = "FORMAT[=FILE]", default_value = "text", value_parser = TargetParser::<Format>::NEW)]
    targets: Vec<Target<Format>>,
    /// Hold the run against an earlier one, from its JSON report; a time that is longer by more than chance is a miss
    #[arg(long, value_name = "FILE")]
    compare: Option<PathBuf>,
    /// Write the result into a ConfigMap, too: verdict, text, Markdown and JSON, which outlive the pod that measured them
    #[arg(long, value_name = "[NAMESPACE/]NAME", value_parser = config_map::parse)]
    config_map: Option<config_map::Name>,
    /// Write the verdict and its reasons into this file, in place: in a pod, Kubernetes shows those of /dev/termination-log
    #[arg(long, value_name = "FILE")]
    verdict_file: Option<PathBuf>,
    #[command(flatten)]
    access: AccessArgs,
}

#[derive(Debug, Subcommand)]
enum Command {
    Merge(MergeArgs),
}

pub(super) fn run(directory: &Path, args: &LoadArgs) -> Result<Verdict> {
    match &args.command {
        Some(Command::Merge(merge)) => merge::run(directory, merge),
        None => args.run(directory),
    }
}

/// Until when there is nothing to report, and then whether the run is to end.
static INTERRUPTS: Interrupts = Interrupts::new();

impl LoadArgs {
    fn run(&self, directory: &Path) -> Result<Verdict> {
        if self.source.print(directory)? {
            return Ok(Verdict::Clean);
        }
        load::keep_small();
        let test = self.source.read(directory)?;
        let ask = self.traffic.ask(test.as_ref().map(|test| test.ask.clone()), directory)?;
        self.source.check_files(&ask)?;
        let (plan, promises) = ask.plan()?;
        let watch = self.watch.over(test.as_ref()).watch(&self.reports.access, directory)?;
        self.reports.check(directory)?;
        plan.make_room()?;
        output::print_error(|out| plan.warnings().iter().try_for_each(|warning| writeln!(out, "warning: {warning}")))?;
        let plan = Arc::new(plan);
        signal::listen(&INTERRUPTS)?;
        let most = self.wait_ready.or(test.as_ref().and_then(|test| test.wait_ready));
        let met = self.meet.meet(&ask, &plan, unready(&plan, most)?, &INTERRUPTS.stop)?;
        if met.is_none() && plan.share.step > 1 {
            meet::note(
                "this is one share of the plan, and its verdict is about that alone; `karat load merge` judges all",
            );
        }
        let began = self.start(met.as_ref())?;
        let reports = met.as_ref().is_none_or(Met::reports);
        let watching = if reports { Some(Watching::begin(watch, began)?) } else { None };
        let aborts = self.abort_on_fail || test.as_ref().is_some_and(|test| test.abort_on_fail);
        let measured = measure(&plan, &promises, began, aborts)?;
        let outcome = Outcome::of(&plan, &promises, measured, began);
        let cluster = watching.map(Watching::end).unwrap_or_default();
        let outcome = match met {
            Some(met) => met.hand_over(outcome, &meet::note)?,
            None => Some(outcome),
        };
        match outcome {
            Some(outcome) => self.reports.finish(directory, Outcome { cluster, ..outcome }),
            None => Ok(Verdict::Clean),
        }
    }

    /// When the run begins.
    fn start(&self, met: Option<&Met>) -> Result<SystemTime> {
        if let Some(met) = met {
            return Ok(SystemTime::now() + met.start().saturating_duration_since(Instant::now()));
        }
        let Some(seconds) = self.start_at else { return Ok(SystemTime::now()) };
        let wrong =
            || Error::new(format!("{seconds} is no moment")).hint("give seconds since 1970, as `date +%s` prints");
        let since = Duration::try_from_secs_f64(seconds).map_err(|_| wrong())?;
        let start = SystemTime::UNIX_EPOCH.checked_add(since).ok_or_else(wrong)?;
        if start < SystemTime::now() {
            return Err(Error::new("the moment to begin at is over").hint("give the workers more time to come up"));
        }
        Ok(start)
    }
}

/// Why the targets are not ready, if they were waited for.
fn unready(plan: &Arc<Plan>, most: Option<Duration>) -> Result<Option<String>> {
    let Some(most) = most else { return Ok(None) };
    let waited = load::wait_ready(plan, most).map_err(|error| Error::io("cannot wait for the targets", &error))?;
    Ok(waited.err())
}

fn measure(plan: &Arc<Plan>, promises: &Promises, began: SystemTime, aborts: bool) -> Result<Measured> {
    let start = Instant::now() + began.duration_since(SystemTime::now()).unwrap_or_default();
    INTERRUPTS.begin_run();
    let mut live = Live::new(plan, promises, aborts);
    let measured = load::run(plan, start, &INTERRUPTS.stop, |progress| live.show(progress));
    live.finish();
    measured.map_err(|error| Error::io("the load test cannot run", &error))
}

impl ReportArgs {
    /// Sees to it, before any request is sent, that every report can go where it is meant to, and that there is an
    /// earlier run if this one is to be held against it.
    fn check(&self, directory: &Path) -> Result<()> {
        self.compare.as_ref().map(|file| merge::read(&directory.join(file))).transpose()?;
        target::check(directory, &self.targets)?;
        self.write_verdict(directory, "")?;
        self.config_map.as_ref().map_or(Ok(()), |name| name.check(&self.access, directory))
    }

    /// Makes the reports, and says how it ended.
    fn finish(&self, directory: &Path, mut outcome: Outcome) -> Result<Verdict> {
        if let Some(file) = &self.compare {
            outcome.compare(&merge::read(&directory.join(file))?);
        }
        target::write(directory, &self.targets, |format, out, _| (format.write)(out, &outcome))?;
        let written = self.config_map.as_ref().map_or(Ok(()), |name| name.write(&self.access, directory, &outcome));
        let written = self.write_verdict(directory, &summary(&outcome)).and(written);
        let verdict = match outcome.verdict {
            load::Verdict::Met => return written.map(|()| Verdict::Clean),
            load::Verdict::Missed => Verdict::Findings,
            load::Verdict::Inconclusive => Verdict::Inconclusive,
        };
        // That the service is not as it should be matters more than that a result is lost, so the exit code tells the former.
        if let Err(error) = written {
            output::print_error(|out| human::write_error(out, &error, style::of_stderr()))?;
        }
        Ok(verdict)
    }

    /// Writes into the file itself, if it is there: what is mounted cannot be replaced.
    fn write_verdict(&self, directory: &Path, verdict: &str) -> Result<()> {
        let Some(file) = &self.verdict_file else { return Ok(()) };
        let written = fs::write(directory.join(file), verdict);
        written.map_err(|error| Error::io(format!("cannot write the verdict into `{}`", file.display()), &error))
    }
}
