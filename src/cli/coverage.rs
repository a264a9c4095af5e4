//! `--min-coverage`: how much is to be checked.

use clap::Args;

use crate::{
    diagnostic::Diagnostic,
    lint::{Coverage, schema::LOW_COVERAGE},
    report::coverage::{gaps, percent},
};

/// How much is to be checked.
#[derive(Args, Debug)]
pub(super) struct CoverageArgs {
    /// Exit with 1 when less than this share of the objects is fully checked, such as 99.5
    ///
    /// An object is when there is a schema for it, and every policy that looks at it came to a result.
    #[arg(long = "min-coverage", value_name = "PERCENT", value_parser = permille)]
    permille: Option<usize>,
}

impl CoverageArgs {
    /// What there is to say of too little. It counts whichever codes are asked for.
    pub(super) fn finding(&self, coverage: &Coverage) -> Option<Diagnostic> {
        let floor = self.permille.filter(|floor| !coverage.reaches(*floor))?;
        let (share, floor) = (percent(coverage.permille()), percent(floor));
        let message = format!("{share} of the objects are fully checked, and `--min-coverage` asks for {floor}");
        let why = gaps(coverage).unwrap_or_else(|| "errors leave the others out".to_owned());
        Some(Diagnostic::new(&LOW_COVERAGE, message).help(why))
    }
}

/// `99.5` as 995.
fn permille(text: &str) -> Result<usize, String> {
    let (whole, tenth) = text.split_once('.').unwrap_or((text, "0"));
    let number = |digits: &str, most: usize| {
        let is_short = (1..=most).contains(&digits.len()) && digits.bytes().all(|byte| byte.is_ascii_digit());
        is_short.then(|| digits.parse::<usize>().ok()).flatten()
    };
    let share = number(whole, 3).zip(number(tenth, 1)).map(|(whole, tenth)| whole * 10 + tenth);
    share.filter(|share| *share <= 1000).ok_or_else(|| "a share is 0 to 100, with one digit after the point".to_owned())
}

#[cfg(test)]
mod tests {
    use super::permille;

    #[test]
    fn shares() {
        for (text, share) in [("0", 0), ("99", 990), ("99.5", 995), ("100", 1000), ("100.0", 1000)] {
            assert_eq!(permille(text), Ok(share), "{text}");
        }
        for text in ["", "100.1", "101", "-1", "99.", ".5", "99.55", "99%", "+9", "9999"] {
            assert!(permille(text).is_err(), "{text}");
        }
    }
}
