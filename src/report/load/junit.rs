//! JUnit XML: each objective is a test case.

use std::io;

use super::{Format, wording};
use crate::{
    load::{Outcome, Verdict},
    report::escape::escaped,
};

/// The format.
pub(super) static FORMAT: Format =
    Format { name: "junit", help: "For test reports of Jenkins, GitLab and others: JUnit XML", write };

fn write(out: &mut dyn io::Write, outcome: &Outcome) -> io::Result<()> {
    let (tests, time) = (outcome.judged.len(), outcome.measured_for.as_secs_f64());
    let is_in_doubt = outcome.verdict == Verdict::Inconclusive;
    let missed = outcome.judged.iter().filter(|judged| !judged.is_met).count();
    let (failures, errors) = if is_in_doubt { (0, tests) } else { (missed, 0) };
    let counts =
        format!("tests=\"{tests}\" failures=\"{failures}\" errors=\"{errors}\" skipped=\"0\" time=\"{time:.3}\"");
    writeln!(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>")?;
    writeln!(out, "<testsuites name=\"karat load\" {counts}>\n  <testsuite name=\"karat load\" {counts}>")?;
    for judged in &outcome.judged {
        let (name, comparison) = (wording::name(judged), wording::comparison(judged));
        write!(out, "    <testcase classname=\"karat.load\" name=\"{}\" time=\"{time:.3}\"", escaped(&name))?;
        if is_in_doubt {
            let sentence = wording::verdict(outcome);
            writeln!(
                out,
                ">\n      <error message=\"{}\">{}</error>\n    </testcase>",
                escaped(&sentence),
                escaped(&comparison)
            )?;
        } else if judged.is_met {
            writeln!(out, "/>")?;
        } else {
            let books = wording::sum(&outcome.whole.ledger);
            writeln!(
                out,
                ">\n      <failure message=\"{}\">{}</failure>\n    </testcase>",
                escaped(&comparison),
                escaped(&books)
            )?;
        }
    }
    writeln!(out, "  </testsuite>\n</testsuites>")
}
