//! `--fix`, `--unsafe-fixes`, and what `--diff` shows of them.

use std::{collections::BTreeMap, path::PathBuf};

use clap::Args;
use similar::TextDiff;

use super::{Verdict, output, style};
use crate::{
    diagnostic::{Diagnostic, Result, Safety, Severity},
    fix,
    report::human,
    source::SourceMap,
};

/// How often files are edited before what is left is left: a fix may make room for another one.
const ROUNDS: usize = 10;

/// Lines around each change in a diff.
const CONTEXT: usize = 3;

/// Which fixes are made.
#[derive(Args, Debug)]
pub(super) struct FixArgs {
    /// Put right in the files what can be put right without changing what they mean
    ///
    /// Comments and format stay as they are. What is left is reported, and nothing else counts for the exit code.
    #[arg(long)]
    pub(super) fix: bool,
    /// Make also the fixes that may change how something behaves; with `--fix` or `--diff`
    #[arg(long)]
    unsafe_fixes: bool,
}

impl FixArgs {
    /// The least safe fixes that are wanted.
    pub(super) fn at_most(&self) -> Safety {
        if self.unsafe_fixes { Safety::Unsafe } else { Safety::Safe }
    }
}

/// The texts of files that are not on disk yet, by the path that reports show.
pub(super) type Texts = BTreeMap<String, String>;

/// Where files are, by the path that reports show.
pub(super) type Paths = BTreeMap<String, PathBuf>;

/// What a run found.
pub(super) struct Look {
    /// The findings that count, with the fixes that can be made.
    pub(super) findings: Vec<Diagnostic>,
    /// The files as they are.
    pub(super) originals: SourceMap,
    /// The files as they are shown.
    pub(super) sources: SourceMap,
    /// Where the files are that may be edited.
    pub(super) paths: Paths,
}

impl Look {
    /// How many mistakes hide others.
    fn unreadable(&self) -> usize {
        let errors = self.findings.iter().filter(|finding| finding.severity == Severity::Error);
        errors.filter(|finding| matches!(finding.code.family(), "INP" | "SPC")).count()
    }
}

/// Files after all fixes that can be made.
pub(super) struct Settled {
    /// Their new texts.
    texts: Texts,
    before: Look,
    /// The last run, if any text changed.
    after: Option<Look>,
    fixed: usize,
    refused: usize,
}

/// Runs and fixes until there is nothing left to fix. A round that makes files unreadable is taken back, and is the last.
pub(super) fn settle(at_most: Safety, look: impl Fn(&Texts) -> Result<Look>) -> Result<Settled> {
    let before = look(&Texts::new())?;
    let mut settled = Settled { texts: Texts::new(), before, after: None, fixed: 0, refused: 0 };
    for _ in 0..ROUNDS {
        let latest = settled.after.as_ref().unwrap_or(&settled.before);
        let round = fix::apply(&latest.findings, at_most, &latest.originals);
        if round.texts.is_empty() {
            settled.refused += round.refused;
            break;
        }
        let mut texts = settled.texts.clone();
        texts.extend(round.texts);
        let next = look(&texts)?;
        if next.unreadable() > latest.unreadable() {
            settled.refused += round.fixed;
            break;
        }
        settled.fixed += round.fixed;
        settled.texts = texts;
        settled.after = Some(next);
    }
    Ok(settled)
}

impl Settled {
    /// Prints a unified diff of all files that would change.
    pub(super) fn print_diff(&self) -> Result<Verdict> {
        let style = style::of_stdout();
        output::print(|out| {
            self.texts.keys().try_for_each(|path| human::write_difference(out, &self.unified(path), style))
        })?;
        self.print_count("would fix")?;
        Ok(if self.texts.is_empty() { Verdict::Clean } else { Verdict::Findings })
    }

    /// What is masked in reports is masked here.
    fn unified(&self, path: &str) -> String {
        let text = |look: &Look| look.sources.by_path(path).map(|file| file.text.clone()).unwrap_or_default();
        let (old, new) = (text(&self.before), self.after.as_ref().map(text).unwrap_or_default());
        TextDiff::from_lines(&*old, &*new).unified_diff().context_radius(CONTEXT).header(path, path).to_string()
    }

    /// Writes all files that change.
    pub(super) fn write(&self) -> Result<()> {
        let Look { originals, paths, .. } = &self.before;
        self.texts.iter().try_for_each(|(path, new)| match (paths.get(path), originals.by_path(path)) {
            (Some(place), Some(old)) => fix::write(place, &old.text, new),
            _ => Ok(()),
        })
    }

    /// Says on standard error, where no format is in the way, what was done.
    pub(super) fn print_count(&self, verb: &str) -> Result<()> {
        let (findings, files) = (counted(self.fixed, "finding"), counted(self.texts.len(), "file"));
        let refused = match self.refused {
            0 => String::new(),
            count => format!("; {} left undone, for they would change something else too", counted(count, "finding")),
        };
        output::print_error(|out| writeln!(out, "{verb} {findings} in {files}{refused}"))
    }
}

fn counted(count: usize, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        grammar::WRONG_TYPE,
        node::{edit, yaml},
        source::FileId,
    };

    /// What a check finds that wants `a` to be a string, and `b` too; `refuses` is a text that it cannot read.
    fn look(texts: &Texts, refuses: &str) -> Look {
        let text = texts.get("a.yaml").map_or("a: 1\nb: 2\n", String::as_str);
        let mut originals = SourceMap::default();
        originals.add("a.yaml", text);
        let root = yaml::read(FileId::from_index(0), text).documents.remove(0).root;
        let numbers = root.entries().iter().filter(|(_, node)| node.as_int().is_some());
        let mut findings: Vec<Diagnostic> = numbers
            .map(|(_, node)| {
                let finding = Diagnostic::new(&WRONG_TYPE, "a number").severity(Severity::Warning).at(node.span);
                finding.fix(Safety::Safe, "quote the value", [edit::quote(node)])
            })
            .take(1)
            .collect();
        if text.contains(refuses) {
            findings.push(Diagnostic::new(&WRONG_TYPE, "cannot be read"));
        }
        fix::place(&mut findings, &originals, &|_| true);
        Look { findings, sources: originals.clone(), originals, paths: Paths::new() }
    }

    #[test]
    fn one_fix_makes_room_for_the_next() {
        let settled = settle(Safety::Safe, |texts| Ok(look(texts, "-"))).unwrap();
        assert_eq!(settled.texts["a.yaml"], "a: \"1\"\nb: \"2\"\n");
        assert_eq!((settled.fixed, settled.refused), (2, 0));
    }

    #[test]
    fn what_nobody_could_read_is_taken_back() {
        let settled = settle(Safety::Safe, |texts| Ok(look(texts, "\"2\""))).unwrap();
        assert_eq!(settled.texts["a.yaml"], "a: \"1\"\nb: 2\n");
        assert_eq!((settled.fixed, settled.refused), (1, 1));
    }
}
