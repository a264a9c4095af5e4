//! The program, as its users run it.

use std::{
    ffi::OsStr,
    io,
    process::{Child, Command, Output, Stdio},
};

use serde_json::Value;

/// How a run ended, and what it printed.
#[derive(Debug)]
pub(crate) struct Ended {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

/// `karat load` with some arguments.
pub(crate) fn load(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Ended {
    start(arguments).end()
}

/// The same, with the report in JSON.
pub(crate) fn report<'a>(arguments: impl IntoIterator<Item = &'a str>) -> Ended {
    load(arguments.into_iter().chain(["--format", "json"]))
}

/// Begins a run that a test does something to.
pub(crate) fn start(arguments: impl IntoIterator<Item = impl AsRef<OsStr>>) -> Running {
    let mut command = Command::new(env!("CARGO_BIN_EXE_karat"));
    command.arg("load").args(arguments);
    Running::of(command).unwrap()
}

/// A run that has not ended yet.
pub(crate) struct Running(pub(crate) Child);

impl Running {
    pub(crate) fn of(mut command: Command) -> io::Result<Self> {
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).env_remove("CLICOLOR_FORCE");
        command.spawn().map(Self)
    }

    pub(crate) fn end(self) -> Ended {
        let Output { status, stdout, stderr } = self.0.wait_with_output().unwrap();
        let text = |bytes| String::from_utf8(bytes).unwrap();
        Ended { code: status.code().unwrap_or(-1), stdout: text(stdout), stderr: text(stderr) }
    }
}

impl Ended {
    /// The report in JSON, whose books always balance.
    pub(crate) fn json(&self) -> Value {
        let report: Value = serde_json::from_str(&self.stdout).unwrap_or_else(|_| panic!("{self:?}"));
        assert_eq!(report["balances"], true, "{report:#}");
        report
    }

    /// Every objective was met. Whether the machine was on time is another question.
    pub(crate) fn is_met(&self) -> Value {
        let report = self.json();
        let results = report["results"].as_array().unwrap();
        assert!(results.iter().all(|result| result["met"] == true), "{results:#?}");
        assert!(self.code == 0 || self.is_in_doubt(&report), "{self:?}");
        report
    }

    /// An objective was missed that only times and rates tell of.
    pub(crate) fn is_missed(&self) -> Value {
        let report = self.json();
        let results = report["results"].as_array().unwrap();
        assert!(results.iter().any(|result| result["met"] == false), "{results:#?}");
        assert!(self.code == 1 || self.is_in_doubt(&report), "{self:?}");
        report
    }

    fn is_in_doubt(&self, report: &Value) -> bool {
        self.code == 3 && !report["doubts"].as_array().unwrap().is_empty()
    }

    /// It did not run, and said why: the sentence, and what to do next.
    pub(crate) fn is_refused(&self, sentence: &str) {
        assert_eq!((self.code, self.stdout.as_str()), (2, ""), "{self:?}");
        assert!(self.stderr.contains(sentence), "{:?} is not in:\n{}", sentence, self.stderr);
    }
}

/// A number of the books.
pub(crate) fn booked(report: &Value, name: &str) -> u64 {
    report["ledger"][name].as_u64().unwrap_or_else(|| panic!("no {name} in {report:#}"))
}
