//! The verdict and its reasons in a few lines: what fits where Kubernetes shows why a container has ended.

use crate::load::Outcome;

use super::wording::{comparison, name, verdict};

/// Kubernetes keeps 4096 bytes of a container, and 12 KiB of all containers of a pod.
const MOST: usize = 4000;

/// `missed`, the sentence that says why, and objective by objective what was promised and measured.
pub fn summary(outcome: &Outcome) -> String {
    let judged = outcome.judged.iter().map(|judged| {
        let met = if judged.is_met { "met" } else { "missed" };
        format!("{met}: {}: {}", name(judged), comparison(judged))
    });
    let lines = [outcome.verdict.name().to_owned(), verdict(outcome)].into_iter().chain(judged);
    let mut summary = String::new();
    for line in lines {
        if summary.len() + line.len() < MOST {
            summary.push_str(&line);
            summary.push('\n');
        }
    }
    summary
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::load::sample;

    #[test]
    fn the_verdict_comes_first() {
        insta::assert_snapshot!(summary(&sample::outcome()));
    }
}
