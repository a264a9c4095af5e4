//! The sync options of an Application. Argo CD compares them letter by letter and ignores in silence what it does not
//! know: <https://argo-cd.readthedocs.io/en/stable/user-guide/sync-options/>.

use super::suggest::{is_misspelt, similar};

/// Every option that has an effect on a whole Application.
pub const OPTIONS: &[&str] = &[
    "ApplyOutOfSyncOnly=true",
    "ClientSideApplyMigration=false",
    "CreateNamespace=true",
    "Delete=confirm",
    "Delete=false",
    "FailOnSharedResource=true",
    "Prune=confirm",
    "Prune=false",
    "PruneLast=true",
    "PrunePropagationPolicy=background",
    "PrunePropagationPolicy=foreground",
    "PrunePropagationPolicy=orphan",
    "Replace=true",
    "RespectIgnoreDifferences=true",
    "ServerSideApply=true",
    "SkipDryRunOnMissingResource=true",
    "Validate=false",
];

/// What the annotation `argocd.argoproj.io/compare-options` takes, and no list of sync options.
pub const COMPARE_OPTIONS: [&str; 3] = ["IgnoreExtraneous", "IncludeMutationWebhook", "ServerSideDiff"];

/// The option that a text is meant to be: it differs in blanks, in the case of letters, or by a slip of the finger.
pub(super) fn meant(text: &str) -> Option<&'static str> {
    let plain = plain(text);
    let same = OPTIONS.iter().find(|option| option.to_lowercase() == plain);
    // `true` is no slip of `false`, nor one option that of another.
    let slip = || OPTIONS.iter().find(|option| value(option) == value(&plain) && is_misspelt(&plain, option));
    same.or_else(slip).copied()
}

/// What to do about a text that is no option of an Application.
pub(super) fn advice(text: &str) -> String {
    if let Some(option) = meant(text) {
        return format!("did you mean `{option}`?");
    }
    let plain = plain(text);
    if name(&plain) == "force" {
        return "it works on single objects: give them the annotation `argocd.argoproj.io/sync-options: Force=true`"
            .into();
    }
    if COMPARE_OPTIONS.iter().any(|known| known.eq_ignore_ascii_case(name(&plain))) {
        return "it is about comparing: it belongs in the annotation `argocd.argoproj.io/compare-options`".into();
    }
    let named = |option: &&&str| name(&option.to_lowercase()) == name(&plain);
    let same_name: Vec<String> = OPTIONS.iter().filter(named).map(|option| format!("`{option}`")).collect();
    match same_name.as_slice() {
        [] => match similar(text, OPTIONS.iter().copied()) {
            Some(option) => format!("did you mean `{option}`?"),
            None => format!("known: {}", OPTIONS.join(", ")),
        },
        [only] if matches!(value(&plain), "true" | "false") => {
            format!("leave it out: without {only}, this is what Argo CD does")
        }
        options => format!("it can be {}", options.join(" or ")),
    }
}

fn plain(text: &str) -> String {
    text.chars().filter(|c| !c.is_whitespace()).collect::<String>().to_lowercase()
}

fn name(option: &str) -> &str {
    option.split('=').next().unwrap_or_default()
}

fn value(option: &str) -> &str {
    option.split_once('=').map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_options() {
        assert_eq!(meant("createNamespace=True"), Some("CreateNamespace=true"));
        assert_eq!(meant("CreateNamespace = true"), Some("CreateNamespace=true"));
        assert_eq!(meant("ServerSiedApply=true"), Some("ServerSideApply=true"));
        assert_eq!(meant("CreateNamespace=false"), None);
        assert_eq!(meant("Force=true"), None);
    }

    #[test]
    fn advice_names_the_next_step() {
        assert!(advice("Force=true").starts_with("it works on single objects"));
        assert!(advice("ServerSideDiff=true").ends_with("`argocd.argoproj.io/compare-options`"));
        assert_eq!(
            advice("CreateNamespace=false"),
            "leave it out: without `CreateNamespace=true`, this is what Argo CD does"
        );
        assert_eq!(advice("prune=never"), "it can be `Prune=confirm` or `Prune=false`");
        assert!(advice("Whatever").starts_with("known: ApplyOutOfSyncOnly=true, "));
    }
}
