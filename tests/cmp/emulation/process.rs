//! Commands of a plugin: what they see, how long they may take, and how their failures are told.

use std::{
    io::{self, Read},
    os::unix::process::{CommandExt, ExitStatusExt},
    path::Path,
    process::{Command, ExitStatus, Stdio},
    sync::mpsc::{self, RecvTimeoutError},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process, kill_process_group};

/// How long what a command started may clean up before it is killed.
const GRACE: Duration = Duration::from_secs(5);

/// Where and with what a command runs.
pub(super) struct Context<'a> {
    pub(super) directory: &'a Path,
    /// The last value of a name counts.
    pub(super) env: Vec<(String, String)>,
    pub(super) deadline: Option<Instant>,
}

/// Runs a command, and returns what it prints, without the last line's end.
pub(super) fn run(argv: &[&str], context: &Context<'_>) -> Result<String, String> {
    if !context.directory.is_dir() {
        return Err(format!("fork/exec {}: no such file or directory", argv[0]));
    }
    let mut command = Command::new(argv[0]);
    command.args(&argv[1..]).current_dir(context.directory).env_clear().envs(context.env.iter().cloned());
    command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let mut child = command.spawn().map_err(|error| not_started(argv[0], &error))?;
    let group = Pid::from_child(&child);
    let (stdout, stderr) = (collect(child.stdout.take().unwrap()), collect(child.stderr.take().unwrap()));
    let (ended, end) = mpsc::channel();
    thread::spawn(move || ended.send(child.wait().unwrap()));
    let time = context.deadline.map_or(Duration::MAX, |deadline| deadline.saturating_duration_since(Instant::now()));
    let status = match end.recv_timeout(time) {
        Err(RecvTimeoutError::Timeout) => {
            stop(group);
            end.recv().unwrap()
        }
        status => status.unwrap(),
    };
    // Whatever holds the pipes open is waited for.
    let (stdout, stderr) = (stdout.join().unwrap(), stderr.join().unwrap());
    // At the end of a request, its deadline counts as over.
    let _ = kill_process_group(group, Signal::TERM);
    if status.success() {
        return Ok(stdout.strip_suffix('\n').map_or(stdout.as_str(), |text| text).to_owned());
    }
    let reason = match stderr.trim() {
        "" => String::new(),
        stderr => format!(": {stderr}"),
    };
    Err(format!("`{}` failed {}{reason}", shown(argv), described(status)))
}

fn collect(mut pipe: impl Read + Send + 'static) -> thread::JoinHandle<String> {
    thread::spawn(move || {
        let mut bytes = Vec::new();
        // A pipe that breaks has told all that it will.
        let _ = pipe.read_to_end(&mut bytes);
        String::from_utf8_lossy(&bytes).into_owned()
    })
}

/// The group hears that it is to end, and has time to; the command itself is killed at once.
fn stop(group: Pid) {
    let _ = kill_process_group(group, Signal::TERM);
    let _ = kill_process(group, Signal::KILL);
    thread::spawn(move || {
        thread::sleep(GRACE);
        kill_process_group(group, Signal::KILL)
    });
}

fn not_started(program: &str, error: &io::Error) -> String {
    if error.kind() == io::ErrorKind::NotFound && !program.contains('/') {
        return format!("exec: {program:?}: executable file not found in $PATH");
    }
    let reason = error.to_string().to_lowercase();
    let reason = reason.split(" (os error").next().unwrap_or_default();
    format!("fork/exec {program}: {reason}")
}

fn described(status: ExitStatus) -> String {
    match (status.code(), status.signal()) {
        (Some(code), _) => format!("exit status {code}"),
        (None, Some(9)) => "signal: killed".to_owned(),
        (None, Some(15)) => "signal: terminated".to_owned(),
        (None, signal) => format!("signal: {}", signal.unwrap_or_default()),
    }
}

/// The command as an error shows it: whole, with quotes around what holds white space.
fn shown(argv: &[&str]) -> String {
    let quoted = |argument: &&str| {
        let is_plain = !argument.is_empty() && !argument.contains(char::is_whitespace);
        if is_plain { (*argument).to_owned() } else { format!("{argument:?}") }
    };
    argv.iter().map(quoted).collect::<Vec<_>>().join(" ")
}
