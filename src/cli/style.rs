//! What the terminal can show.

use std::{
    env,
    io::{IsTerminal, stderr, stdout},
};

use crate::report::human::Style;

/// The style of what goes to standard output.
pub(super) fn of_stdout() -> Style {
    detect(stdout().is_terminal(), |name| env::var(name).ok())
}

/// The style of what goes to standard error.
pub(super) fn of_stderr() -> Style {
    detect(stderr().is_terminal(), |name| env::var(name).ok())
}

/// Colours where a person looks, unless `NO_COLOR` is set; `CLICOLOR_FORCE` asks for them everywhere
/// (<https://no-color.org>, <https://bixense.com/clicolors>). Frames are drawn in ASCII where the locale is plainly not
/// UTF-8; one that says nothing is a container's, whose log reads UTF-8.
fn detect(terminal: bool, variable: impl Fn(&str) -> Option<String>) -> Style {
    let set = |name: &str| variable(name).filter(|value| !value.is_empty());
    let forced = set("CLICOLOR_FORCE").is_some_and(|value| value != "0");
    let dumb = set("TERM").is_some_and(|value| value == "dumb");
    let color = set("NO_COLOR").is_none() && (forced || terminal && !dumb);
    let locale = ["LC_ALL", "LC_CTYPE", "LANG"].into_iter().find_map(set).unwrap_or_default().to_lowercase();
    let unicode = locale.is_empty() || locale.contains("utf-8") || locale.contains("utf8");
    Style { color, unicode }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn style(terminal: bool, variables: &[(&str, &str)]) -> (bool, bool) {
        let find = |name: &str| variables.iter().find(|(own, _)| *own == name).map(|(_, value)| (*value).to_owned());
        let Style { color, unicode } = detect(terminal, find);
        (color, unicode)
    }

    #[test]
    fn colours() {
        assert!(style(true, &[]).0);
        assert!(!style(false, &[]).0);
        assert!(!style(true, &[("NO_COLOR", "1")]).0);
        assert!(style(true, &[("NO_COLOR", "")]).0);
        assert!(style(false, &[("CLICOLOR_FORCE", "1")]).0);
        assert!(!style(false, &[("CLICOLOR_FORCE", "0")]).0);
        assert!(!style(false, &[("CLICOLOR_FORCE", "1"), ("NO_COLOR", "1")]).0);
        assert!(!style(true, &[("TERM", "dumb")]).0);
    }

    #[test]
    fn characters() {
        assert!(style(true, &[]).1);
        assert!(style(true, &[("LANG", "en_GB.UTF-8")]).1);
        assert!(!style(true, &[("LANG", "C")]).1);
        assert!(style(true, &[("LC_ALL", "C.utf8"), ("LANG", "C")]).1);
    }
}
