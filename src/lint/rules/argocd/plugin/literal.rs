//! Commands whose output is written in them: `echo '[…]'`.

use super::script::{Command, steps};

/// What a command prints, if that can be read from it.
pub(super) fn printed(command: &Command<'_>) -> Option<String> {
    let text = match (command.argv.as_slice(), command.script()) {
        (["echo" | "/bin/echo", words @ ..], _) => words.join(" "),
        (["printf", text], _) => (*text).to_owned(),
        (_, Some(script)) => echoed(script.text)?.to_owned(),
        _ => return None,
    };
    // What a shell or `printf` puts in is not known here.
    let is_plain = !text.contains(['$', '`', '%', '\\']);
    is_plain.then_some(text)
}

/// The one text that a script prints and does nothing else.
fn echoed(script: &str) -> Option<&str> {
    let steps = steps(script);
    let [step] = steps.as_slice() else { return None };
    let text = step.text.strip_prefix("echo ")?.trim();
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"'))?;
    let inside = text.strip_prefix(quote)?.strip_suffix(quote)?;
    (!inside.contains(quote)).then_some(inside)
}
