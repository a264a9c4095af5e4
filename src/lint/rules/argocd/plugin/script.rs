//! The commands of a plugin, and as much of a shell's grammar as it takes to see what they do.

use super::Plugin;
use crate::node::Node;

/// Where commands stand.
const PLACES: [&str; 4] = ["/spec/init", "/spec/generate", "/spec/discover/find", "/spec/parameters/dynamic"];

const SHELLS: [&str; 7] = ["sh", "bash", "ash", "dash", "ksh", "zsh", "busybox"];

/// A command of a plugin.
pub(super) struct Command<'a> {
    /// Where it stands in the plugin: a JSON pointer.
    pub(super) place: &'static str,
    /// The program and its arguments.
    pub(super) argv: Vec<&'a str>,
    /// How many of these stand in `command`; the others stand in `args`.
    commands: usize,
}

/// A script that a shell is given as an argument.
pub(super) struct Script<'a> {
    pub(super) text: &'a str,
    /// Where it stands in the plugin: a JSON pointer.
    pub(super) pointer: String,
}

impl<'a> Command<'a> {
    /// All commands of a plugin.
    pub(super) fn all(plugin: &'a Plugin<'_>) -> impl Iterator<Item = Self> {
        PLACES.into_iter().filter_map(|place| Self::at(plugin, place))
    }

    /// The command at a place, if there is one.
    pub(super) fn at(plugin: &'a Plugin<'_>, place: &'static str) -> Option<Self> {
        let node = plugin.at(place)?;
        let part = |field: &str| node.get(field).map_or(&[][..], Node::items).iter().filter_map(Node::as_str);
        let mut argv: Vec<&str> = part("command").collect();
        let commands = argv.len();
        argv.extend(part("args"));
        (!argv.is_empty()).then_some(Self { place, argv, commands })
    }

    /// Its script, if it is `sh -c SCRIPT`.
    pub(super) fn script(&self) -> Option<Script<'a>> {
        let is_shell = |argument: &&str| SHELLS.contains(&argument.rsplit('/').next().unwrap_or_default());
        let shell = self.argv.iter().take(2).position(is_shell)?;
        let options = &self.argv[shell + 1..];
        let flag = options.iter().position(|option| is_command_flag(option))?;
        let behind = shell + flag + 2;
        let at = behind + self.argv[behind..].iter().position(|argument| !argument.starts_with('-'))?;
        Some(Script { text: self.argv[at], pointer: self.pointer(at) })
    }

    /// Where the program or one of its arguments stands.
    pub(super) fn pointer(&self, at: usize) -> String {
        match at.checked_sub(self.commands) {
            None => format!("{}/command/{at}", self.place),
            Some(at) => format!("{}/args/{at}", self.place),
        }
    }

    /// Whether the shell is told to see a failure before a `|`.
    pub(super) fn has_pipefail(&self) -> bool {
        self.argv.iter().any(|argument| argument.contains("pipefail"))
    }
}

/// `-c`, or options that end like it: `-euc`.
fn is_command_flag(option: &str) -> bool {
    let letters = option.strip_prefix('-').unwrap_or_default();
    letters.ends_with('c') && letters.chars().all(|letter| letter.is_ascii_alphabetic())
}

/// A simple command of a script.
#[derive(Debug, PartialEq)]
pub(super) struct Step<'a> {
    /// As it is written.
    pub(super) text: &'a str,
    /// Whether what it prints goes into the next one.
    pub(super) is_piped: bool,
}

impl<'a> Step<'a> {
    /// The program that runs, behind keywords and variables that are set for it.
    pub(super) fn program(&self) -> &'a str {
        const KEYWORDS: [&str; 8] = ["!", "{", "do", "elif", "else", "exec", "if", "then"];
        let is_before =
            |word: &&str| KEYWORDS.contains(word) || (word.contains('=') && !word.starts_with(['=', '"', '\'']));
        self.text.split_whitespace().find(|word| !is_before(word)).unwrap_or_default()
    }
}

/// The simple commands of a script, in their order. What is quoted or commented is left alone, and so is what stands
/// inside of quotes in `$(…)`.
pub(super) fn steps(script: &str) -> Vec<Step<'_>> {
    let (mut found, mut start) = (Vec::new(), 0);
    let mut scanner = Scanner { bytes: script.as_bytes(), at: 0 };
    while let Some(mark) = scanner.next_mark() {
        let text = script[start..mark.at].trim();
        if !text.is_empty() && !text.starts_with('#') {
            let is_in_parentheses = script[..start].ends_with('(');
            let is_piped = mark.is_pipe && (is_in_parentheses || !is_pattern(text, &script[mark.at..]));
            found.push(Step { text, is_piped });
        }
        start = scanner.at;
    }
    found
}

/// Whether a `|` stands between the patterns of a `case`: `a|b)`.
fn is_pattern(before: &str, rest: &str) -> bool {
    let first =
        before.rsplit_once(" in ").filter(|(word, _)| word.starts_with("case ")).map_or(before, |(_, first)| first);
    let rest = rest.lines().next().unwrap_or_default();
    let Some((patterns, _)) = rest.split_once(')') else { return false };
    !patterns.contains('(') && patterns.split('|').chain([first]).all(|pattern| !pattern.trim().contains(' '))
}

/// The end of a simple command.
struct Mark {
    at: usize,
    is_pipe: bool,
}

struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    /// The next end of a command; what separates it from the next is skipped.
    fn next_mark(&mut self) -> Option<Mark> {
        if self.at >= self.bytes.len() {
            return None;
        }
        loop {
            let at = self.at;
            let Some(&byte) = self.bytes.get(at) else { return Some(Mark { at, is_pipe: false }) };
            self.at += 1;
            match byte {
                b'\\' => self.skip_byte(),
                b'\'' | b'"' => self.skip_quoted(byte),
                b'#' if at == 0 || self.bytes[at - 1].is_ascii_whitespace() => self.skip_line(),
                b'|' if self.bytes.get(self.at) == Some(&b'|') => {
                    self.at += 1;
                    return Some(Mark { at, is_pipe: false });
                }
                // `>|` writes to a file.
                b'|' if at > 0 && self.bytes[at - 1] == b'>' => {}
                b'|' => return Some(Mark { at, is_pipe: true }),
                // `>&2` and `&>` are redirections.
                b'&' if self.is_redirection(at) => {}
                b';' | b'\n' | b'&' | b'(' | b')' | b'`' => return Some(Mark { at, is_pipe: false }),
                _ => {}
            }
        }
    }

    fn is_redirection(&self, at: usize) -> bool {
        let neighbours = [at.checked_sub(1).and_then(|before| self.bytes.get(before)), self.bytes.get(at + 1)];
        neighbours.into_iter().flatten().any(|byte| matches!(byte, b'>' | b'<'))
    }

    fn skip_byte(&mut self) {
        self.at = self.bytes.len().min(self.at + 1);
    }

    fn skip_quoted(&mut self, quote: u8) {
        while let Some(&byte) = self.bytes.get(self.at) {
            self.at += 1;
            match byte {
                b'\\' if quote == b'"' => self.skip_byte(),
                byte if byte == quote => return,
                _ => {}
            }
        }
    }

    fn skip_line(&mut self) {
        while self.bytes.get(self.at).is_some_and(|byte| *byte != b'\n') {
            self.at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn piped(script: &str) -> Vec<&str> {
        steps(script).into_iter().filter(|step| step.is_piped).map(|step| step.program()).collect()
    }

    #[test]
    fn only_pipes_are_pipes() {
        assert_eq!(piped("helm template . | avp generate -"), ["helm"]);
        assert_eq!(
            piped("A=b helm template . |& cat || true\nif kustomize build | grep x; then :; fi"),
            ["helm", "kustomize"]
        );
        assert_eq!(piped("x=$(find . | sort) y=$(find|sort)"), ["find", "find"]);
        for script in [
            "a || b",
            "jq '.a | .b' file",
            "echo \"a \\\" | b\"",
            "# a | b\nc",
            "case $x in a|b) c;; d | e) f;; *) g;; esac",
            "a >| b",
            "a \\| b",
            "a 2>&1 && b &> c & d",
            "",
            "'",
            "\\",
        ] {
            assert_eq!(piped(script), [""; 0], "{script}");
        }
    }

    #[test]
    fn scripts_are_cut_into_commands() {
        let programs: Vec<_> =
            steps("set -e; ./a.sh && X=1 ../b # ./c\nif ./d; then exec ./e; fi").iter().map(Step::program).collect();
        assert_eq!(programs, ["set", "./a.sh", "../b", "./d", "./e", "fi"]);
        assert_eq!(steps("ü; ñ|é").len(), 3);
    }

    #[test]
    fn a_script_may_break_off_anywhere() {
        let script = "a \\é | \"b \\\" é\" 'c' # d\n`e` >| f || case g in h|i) j;; esac & \\";
        for (at, _) in script.char_indices() {
            let _ = (steps(&script[..at]), steps(&script[at..]));
        }
    }

    #[test]
    fn the_script_of_a_shell_is_found() {
        let script = |argv: &[&'static str]| {
            let command = Command { place: "", argv: argv.to_vec(), commands: 2 };
            command.script().map(|script| (script.text, script.pointer))
        };
        let found = |text, pointer: &str| Some((text, pointer.to_owned()));
        assert_eq!(script(&["sh", "-c", "a"]), found("a", "/args/0"));
        assert_eq!(script(&["/bin/bash", "-euo", "pipefail", "-c", "a", "b"]), found("a", "/args/2"));
        assert_eq!(script(&["/usr/bin/env", "bash", "-euc", "a"]), found("a", "/args/1"));
        assert_eq!(script(&["busybox", "sh", "-c", "a"]), found("a", "/args/1"));
        for argv in [&["karat", "-c", "a"][..], &["sh", "run.sh"], &["sh", "-c"], &["sh"], &["bash", "--rc", "a"]] {
            assert_eq!(script(argv), None, "{argv:?}");
        }
    }
}
