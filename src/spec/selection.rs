//! Which part of a repository is read.
//!
//! One app takes more than its own files: those of the apps that it calls, whose ports it names, and what other apps say
//! of calling it, for its NetworkPolicy lets them in. Which apps these are is told by text alone, before anything is
//! parsed: whoever calls an app writes its name. Where that need not be so, because a name is put together from
//! references or spelt with escapes, the app is parsed, too; and an app that is missed in spite of all this makes the
//! repository be read as a whole (see `Resolved::missed`).

use rustc_hash::FxHashSet;
use smol_str::SmolStr;

use super::reading::ReadFile;

/// Names that are asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Part {
    /// All of them.
    #[default]
    All,
    /// These alone.
    These(Vec<String>),
}

/// Which part of a repository is read.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Selection {
    /// The environments.
    pub environments: Part,
    /// The apps. Others are read as far as these need them.
    pub apps: Part,
    /// Whether the files of all apps are parsed, whoever needs them.
    pub thorough: bool,
}

impl Part {
    /// These names; all of them when there are none.
    pub fn all_or(names: &[String]) -> Self {
        if names.is_empty() { Self::All } else { Self::These(names.to_vec()) }
    }

    /// Whether a name is asked for.
    pub fn has(&self, name: &str) -> bool {
        match self {
            Self::All => true,
            Self::These(names) => names.iter().any(|own| own == name),
        }
    }
}

impl Selection {
    /// The apps whose files are parsed; nothing when they are all of them.
    pub(super) fn needed(&self, files: &[ReadFile]) -> Option<FxHashSet<SmolStr>> {
        let Part::These(wanted) = &self.apps else { return None };
        let shared_connects = || files.iter().any(|file| file.plan.app().is_none() && may_connect(&file.text));
        if self.thorough || !wanted.is_empty() && shared_connects() {
            return None;
        }
        let mut needed: FxHashSet<SmolStr> = wanted.iter().map(SmolStr::new).collect();
        let own: Vec<&str> =
            of_apps(files).filter(|(app, _)| self.apps.has(app)).map(|(_, file)| &*file.text).collect();
        for (app, file) in of_apps(files) {
            let may_call = || file.is_unknown() || wanted.iter().any(|name| may_call(&file.text, name));
            if !needed.contains(app) && (may_call() || own.iter().any(|text| text.contains(app.as_str()))) {
                needed.insert(app.clone());
            }
        }
        Some(needed)
    }
}

/// The files that belong to one app each.
fn of_apps(files: &[ReadFile]) -> impl Iterator<Item = (&SmolStr, &ReadFile)> {
    files.iter().filter_map(|file| Some((file.plan.app()?, file)))
}

/// Whether a layer that all apps share may say what they call.
fn may_connect(text: &str) -> bool {
    text.contains(CONNECTIONS) || spells(text)
}

/// Whether a file may hold a connection to an app.
fn may_call(text: &str, app: &str) -> bool {
    text.contains(app) || spells(text) || text.contains(CONNECTIONS) && refers(text)
}

/// The key of an app's connections.
const CONNECTIONS: &str = "connections";

/// Whether a text has escapes that spell letters, or that join two lines to one word: its words are not what it reads
/// like.
fn spells(text: &str) -> bool {
    let escapes = text.as_bytes().windows(2).filter(|pair| pair[0] == b'\\');
    escapes.into_iter().any(|pair| matches!(pair[1], b'x' | b'u' | b'U' | b'\n' | b'\r'))
}

/// Whether the value of a key `app` may be put together from references, or stand elsewhere.
fn refers(text: &str) -> bool {
    let is_word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.' | b'/');
    let bytes = text.as_bytes();
    text.match_indices("app").any(|(at, word)| {
        let (before, after) = (bytes[..at].last(), &text[at + word.len()..]);
        let is_key = !before.is_some_and(|byte| is_word(*byte)) && !after.bytes().next().is_some_and(is_word);
        // A map behind the key is a container of this name, or whatever else.
        let may_refer = |value: &str| value.contains("${") && !value.starts_with('{') || value.starts_with('*');
        is_key && value(after).is_some_and(may_refer)
    })
}

/// The first line of the value behind a key; nothing when it is no key.
fn value(after_key: &str) -> Option<&str> {
    let mut rest = after_key.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    loop {
        let (line, following) = rest.split_once('\n').unwrap_or((rest, ""));
        let line = line.trim();
        // A comment, the head of a block scalar, an anchor or a tag: the value itself comes later.
        let is_head = line.is_empty() || line.starts_with(['#', '|', '>', '&', '!']) && !line.contains("${");
        if !is_head || following.is_empty() {
            return Some(line);
        }
        rest = following;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_may_call_an_app() {
        let connection = |app: &str| format!("network:\n  connections:\n    db: {{ app: {app}, port: sql }}\n");
        for text in [
            connection("db-main"),
            connection("\"${env.name}-main\""),
            connection("*name"),
            "network: { connections: { x: { \"app\": ${app.name}-db } } }".into(),
            "network: { connections: { x: { ? 'app'\n : ${app.name}-db } } }".into(),
            "connections:\n  x:\n    app:\n      # the database\n\n      ${env.name}-db\n".into(),
            "connections:\n  x:\n    app: >-\n      ${env.name}-db\n".into(),
            "connections:\n  x:\n    app: &name\n      ${env.name}-db\n".into(),
            "network: { connections: { x: { app: \"db-m\\x61in\" } } }".into(),
            "network: { \"connect\\u0069ons\": { x: { app: \"db-\\\n  main\" } } }".into(),
        ] {
            assert!(may_call(&text, "db-main"), "{text}");
        }
        for text in [
            connection("other"),
            connection("other") + "containers: { app: { env: { URL: \"${connections.db.url}\" } } }\n",
            "containers: { app: { image: \"${image}\" } }".into(),
            "network: { connections: { out: { fqdn: \"${env.name}.example\", port: 443 } } }".into(),
            "connections: {}\nmy-app: ${image}\napp.kubernetes.io/name: ${app.name}\napp/x: ${a}".into(),
            "text: \"a\\n\\tb\\\\d\"".into(),
        ] {
            assert!(!may_call(&text, "db-main"), "{text}");
        }
    }

    #[test]
    fn an_empty_part_is_none() {
        assert!(!Part::These(Vec::new()).has("web"));
        assert!(Part::all_or(&[]).has("web"));
        assert_eq!(Part::all_or(&["web".into()]), Part::These(vec!["web".into()]));
    }
}
