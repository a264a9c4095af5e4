//! JUnit XML: each objective is a test case, and so is each number beside that of an earlier run.

use std::io;

use super::{Format, wording};
use crate::{
    load::{Outcome, Verdict},
    report::escape::escaped,
};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "junit", help: "For test reports of Jenkins, GitLab and others: JUnit XML", write };

/// A test case.
struct Case {
    name: String,
    /// Why it has not passed: the element that says so, its message and its text.
    problem: Option<(&'static str, String, String)>,
}

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let (cases, time) = (cases(outcome), outcome.measured_for.as_secs_f64());
    let count = |kind: &str| cases.iter().filter(|case| case.problem.as_ref().is_some_and(|own| own.0 == kind)).count();
    let (tests, failures, errors, skipped) = (cases.len(), count("failure"), count("error"), count("skipped"));
    let counts = format!(
        "tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"{skipped}\" time=\"{time:.3}\""
    );
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"karat load\" {counts}>\n  <testsuite name=\"karat load\" {counts}>")?;
    for Case { name, problem } in &cases {
        write!(out, "    <testcase classname=\"karat.load\" name=\"{}\" time=\"{time:.3}\"", escaped(name))?;
        match problem {
            None => writeln!(out, "/>")?,
            Some((kind, message, text)) => {
                let (message, text) = (escaped(message), escaped(text));
                writeln!(out, ">\n      <{kind} message=\"{message}\">{text}</{kind}>\n    </testcase>")?;
            }
        }
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}

fn cases(outcome: &Outcome) -> Vec<Case> {
    let books = wording::sum(&outcome.whole.ledger);
    let case = |name: String, measured: String, kind: Option<&'static str>| {
        // A measurement that says nothing has neither passed nor failed.
        let problem = if outcome.verdict == Verdict::Inconclusive {
            Some(("error", wording::verdict(outcome), measured))
        } else {
            kind.map(|kind| (kind, measured, books.clone()))
        };
        Case { name, problem }
    };
    let judged = outcome
        .judged
        .iter()
        .map(|judged| case(wording::name(judged), wording::comparison(judged), (!judged.is_met).then_some("failure")));
    let compared = outcome.compared.iter().map(|own| {
        let kind = if own.is_worse { Some("failure") } else { own.t.is_none().then_some("skipped") };
        case(format!("{} beside the earlier run", own.name), wording::difference(own), kind)
    });
    judged.chain(compared).collect()
}
