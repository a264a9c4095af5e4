//! What must not be lost by mistake.
//!
//! Argo CD takes an empty output for an Application without objects, and with pruning deletes all that it had; it guards
//! against that in automated syncs alone, and against a partial loss not at all.

use super::Request;
use crate::{diagnostic::Error, golden::Kept};

/// Files of one list that are named; the others are counted.
const NAMED: usize = 3;

/// Why so few objects are not printed; nothing when they may be.
///
/// `what` is what was rendered, `kept` how many of its golden files are still rendered.
pub fn refusal(request: &Request, what: &str, printed: usize, kept: &Kept) -> Option<Error> {
    if printed == 0 {
        let error = Error::new(format!("{what} has no objects, and Argo CD would delete all that it has"));
        return (!request.allow_empty)
            .then(|| error.hint("set the plugin's parameter `allowEmpty` to `true` if that is meant"));
    }
    let (all, gone) = (kept.all, kept.gone.len());
    if gone * 100 <= all * usize::from(request.max_shrink) {
        return None;
    }
    let most = request.max_shrink;
    let message = format!("{gone} of the {all} golden files of {what} are no longer rendered, more than {most} %");
    Some(
        Error::new(message)
            .hint(format!("{} gone; run `karat golden` and commit the result if that is meant", named(&kept.gone))),
    )
}

fn named(gone: &[String]) -> String {
    let shown = gone[..gone.len().min(NAMED)].join(", ");
    let verb = if gone.len() == 1 { "is" } else { "are" };
    match gone.len().saturating_sub(NAMED) {
        0 => format!("{shown} {verb}"),
        more => format!("{shown} and {more} more {verb}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(allow_empty: bool, max_shrink: u8, printed: usize, all: usize, gone: usize) -> Option<String> {
        let request = Request { target: None, images: Vec::new(), allow_empty, max_shrink };
        let kept = Kept { all, gone: (0..gone).map(|at| format!("web/{at}.yaml")).collect() };
        refusal(&request, "`web`", printed, &kept).map(|error| format!("{error}; {}", error.next_step().unwrap()))
    }

    #[test]
    fn nothing_is_refused() {
        let said = "`web` has no objects, and Argo CD would delete all that it has; \
                    set the plugin's parameter `allowEmpty` to `true` if that is meant";
        assert_eq!(refused(false, 100, 0, 0, 0).as_deref(), Some(said));
        assert_eq!(refused(true, 0, 0, 4, 4), None);
    }

    #[test]
    fn much_less_is_refused() {
        assert_eq!(refused(false, 50, 2, 4, 2), None);
        assert_eq!(refused(false, 0, 4, 4, 0), None);
        assert_eq!(refused(false, 100, 1, 9, 8), None);
        let said = "3 of the 4 golden files of `web` are no longer rendered, more than 50 %; \
                    web/0.yaml, web/1.yaml, web/2.yaml are gone; run `karat golden` and commit the result if that is meant";
        assert_eq!(refused(true, 50, 1, 4, 3).as_deref(), Some(said));
        let said = refused(false, 0, 9, 10, 1).unwrap();
        assert!(
            said.starts_with("1 of the 10 golden files of `web` are no longer rendered, more than 0 %; "),
            "{said}"
        );
        assert!(said.contains("; web/0.yaml is gone; "), "{said}");
        assert!(refused(false, 50, 1, 10, 9).unwrap().contains("web/2.yaml and 6 more are gone"));
    }
}
