//! Names of objects.

use smol_str::{SmolStr, format_smolstr};

use crate::{
    diagnostic::Fnv,
    model::{App, Named},
    node::{Key, Node},
    spec::entry_name,
};

/// The longest name of a Job: its pods carry it as a label.
pub(super) const LONGEST_JOB: usize = 63;

/// The longest name of a CronJob, whose Jobs get 11 characters more.
pub(super) const LONGEST_CRON_JOB: usize = 52;

/// The longest name of a volume, a DNS label (RFC 1123).
pub(super) const LONGEST_VOLUME: usize = 63;

/// The object of an entry: `main`, or the app's own name, is named after the app; any other K is `<app>-K`.
pub(super) fn of_entry(app: &App, entry: &Key) -> Node {
    Node::new(entry_name(&app.name.text, &entry.text), entry.span)
}

/// The object of a part that is never the app's main one: `<app>-K`.
pub(super) fn of_part(app: &App, part: &Key) -> Node {
    Node::new(format_smolstr!("{}-{}", app.name.text, part.text), part.span)
}

/// The Job or CronJob of an entry of `jobs`: `<app>-K`, cut where it is longer than `longest`.
pub(super) fn of_job(app: &App, job: &Key, longest: usize) -> Node {
    Node::new(cut(&format_smolstr!("{}-{}", app.name.text, job.text), longest), job.span)
}

/// An object of the app that lives outside of namespaces, `<namespace>-<app>`: the same app in two namespaces of one
/// cluster makes two.
pub(super) fn cluster_wide(app: &App) -> Node {
    let namespace = app.namespace.as_str().unwrap_or_default();
    Node::new(format_smolstr!("{namespace}-{}", app.name.text), app.name.span)
}

/// The ConfigMap that a spec means by a name: that of an entry of `config`, or one that exists.
pub(super) fn of_config(app: &App, name: &Node) -> Node {
    match entry(&app.spec.config, name) {
        Some((key, _)) => of_entry(app, key).caused_by(name.span),
        None => name.clone(),
    }
}

/// The Secret that a spec means by a name: that of an entry of `secrets`, or one that exists.
pub(super) fn of_secret(app: &App, name: &Node) -> Node {
    match entry(&app.spec.secrets, name) {
        Some((_, secret)) if secret.existing.is_some() => {
            secret.existing.as_ref().unwrap_or(name).clone().caused_by(name.span)
        }
        Some((key, _)) => of_entry(app, key).caused_by(name.span),
        None => name.clone(),
    }
}

/// The entry that a name in the spec means.
pub(super) fn entry<'a, T>(entries: &'a Named<T>, name: &Node) -> Option<&'a (Key, T)> {
    entries.iter().find(|(key, _)| Some(key.as_str()) == name.as_str())
}

/// A name of at most `longest` bytes: what is too long ends in a hash of the whole, so that two names that begin alike
/// stay two.
pub(super) fn cut(name: &str, longest: usize) -> SmolStr {
    if name.len() <= longest {
        return name.into();
    }
    let hash = Fnv::new().text(name).short();
    let mut end = longest - hash.len() - 1;
    while !name.is_char_boundary(end) {
        end -= 1;
    }
    format_smolstr!("{}-{hash}", name[..end].trim_end_matches(['-', '.']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_cut_with_a_hash() {
        assert_eq!(cut("web-reconcile", 52), "web-reconcile");
        let (one, two) = (cut(&"a-".repeat(40), 52), cut(&("a-".repeat(40) + "b"), 52));
        assert!(one.len() <= 52 && two.len() <= 52);
        assert_ne!(one, two);
        assert_eq!(one, cut(&"a-".repeat(40), 52));
        assert!(!cut(&"é".repeat(40), 52).contains("--"));
    }
}
