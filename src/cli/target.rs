//! `--format FORMAT[=FILE]`: which reports are made, and where they go.

use std::{
    ffi::OsStr,
    fs, io,
    marker::PhantomData,
    path::{Path, PathBuf},
};

use clap::{
    Arg, Command,
    builder::{PossibleValue, PossibleValuesParser, TypedValueParser},
    error::ErrorKind,
};

use super::{output, style};
use crate::{
    diagnostic::{Error, Result},
    report::{self, Style, load, waves},
    source::replace_file,
};

/// What a command can be asked to write.
pub(super) trait Format: Sync + 'static {
    /// All that there are.
    fn all() -> &'static [&'static Self];
    /// What `--format` calls it, and who reads it.
    fn named(&self) -> (&'static str, &'static str);
}

impl Format for report::Format {
    fn all() -> &'static [&'static Self] {
        report::FORMATS
    }

    fn named(&self) -> (&'static str, &'static str) {
        (self.name, self.help)
    }
}

impl Format for waves::Format {
    fn all() -> &'static [&'static Self] {
        waves::FORMATS
    }

    fn named(&self) -> (&'static str, &'static str) {
        (self.name, self.help)
    }
}

impl Format for load::Format {
    fn all() -> &'static [&'static Self] {
        load::FORMATS
    }

    fn named(&self) -> (&'static str, &'static str) {
        (self.name, self.help)
    }
}

/// A report that is asked for.
#[derive(Debug)]
pub(super) struct Target<F: 'static> {
    format: &'static F,
    /// Where it goes, as it was written; to standard output otherwise.
    file: Option<PathBuf>,
}

impl<F> Clone for Target<F> {
    fn clone(&self) -> Self {
        Self { format: self.format, file: self.file.clone() }
    }
}

/// Knows the names of all formats, for help texts and for shells that complete them.
pub(super) struct TargetParser<F>(PhantomData<F>);

impl<F> TargetParser<F> {
    pub(super) const NEW: Self = Self(PhantomData);
}

impl<F> Clone for TargetParser<F> {
    fn clone(&self) -> Self {
        Self::NEW
    }
}

impl<F: Format + Send> TypedValueParser for TargetParser<F> {
    type Value = Target<F>;

    fn parse_ref(&self, command: &Command, arg: Option<&Arg>, value: &OsStr) -> Result<Target<F>, clap::Error> {
        let text = value.to_str().ok_or_else(|| clap::Error::new(ErrorKind::InvalidUtf8).with_cmd(command))?;
        let (name, file) = text.split_once('=').map_or((text, None), |(name, file)| (name, Some(file)));
        let names = PossibleValuesParser::new(F::all().iter().map(|format| format.named().0));
        let name = names.parse_ref(command, arg, OsStr::new(name))?;
        let format = F::all().iter().find(|format| format.named().0 == name);
        let format = format.ok_or_else(|| clap::Error::new(ErrorKind::InvalidValue).with_cmd(command))?;
        Ok(Target { format, file: file.filter(|file| *file != "-").map(PathBuf::from) })
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let value = |(name, help)| PossibleValue::new(name).help(help);
        Some(Box::new(F::all().iter().map(move |format| value(format.named()))))
    }
}

/// Sees to it, before any work is done, that every report can go where it is meant to.
pub(super) fn check<F: Format>(directory: &Path, targets: &[Target<F>]) -> Result<()> {
    let mut printed = targets.iter().filter(|target| target.file.is_none());
    if let (Some(first), Some(second)) = (printed.next(), printed.next()) {
        let (first, second) = (first.format.named().0, second.format.named().0);
        let error = Error::new(format!("only one report can be printed, not both `{first}` and `{second}`"));
        return Err(error.hint(format!("write one of them into a file: `--format {second}=FILE`")));
    }
    let mut files: Vec<&Path> = targets.iter().filter_map(|target| target.file.as_deref()).collect();
    files.iter().try_for_each(|file| check_file(directory, file))?;
    files.sort_unstable();
    match files.windows(2).find(|pair| pair[0] == pair[1]) {
        Some(pair) => {
            let error = Error::new(format!("two reports cannot both be `{}`", pair[0].display()));
            Err(error.hint("give each its own file"))
        }
        None => Ok(()),
    }
}

fn check_file(directory: &Path, file: &Path) -> Result<()> {
    if file.as_os_str().is_empty() {
        return Err(Error::new("`--format` names no file behind `=`").hint("write it as `--format sarif=out.sarif`"));
    }
    let path = directory.join(file);
    let refuse = |reason: &str, hint: &str| {
        Err(Error::new(format!("cannot write a report to `{}`: {reason}", file.display())).hint(hint))
    };
    if path.is_dir() {
        return refuse("it is a directory", "name a file in it");
    }
    match path.parent().map(fs::metadata) {
        Some(Ok(parent)) if !parent.is_dir() => refuse("what should be its directory is a file", "name another file"),
        Some(Err(_)) => refuse("its directory is not there", "make the directory first, or name another file"),
        _ => Ok(()),
    }
}

/// Makes all reports: what is printed first, so that a full disk does not hide the findings.
pub(super) fn write<F: Format>(
    directory: &Path,
    targets: &[Target<F>],
    write: impl Fn(&F, &mut dyn io::Write, Style) -> io::Result<()>,
) -> Result<()> {
    if let Some(Target { format, .. }) = targets.iter().find(|target| target.file.is_none()) {
        output::print(|out| write(format, out, style::of_stdout()))?;
    }
    let files = targets.iter().filter_map(|target| Some((target.format, target.file.as_deref()?)));
    files.into_iter().try_for_each(|(format, file)| {
        let mut content = Vec::new();
        let written = write(format, &mut content, Style::PLAIN);
        written.and_then(|()| replace_file(&directory.join(file), &content)).map_err(|error| {
            let error = Error::io(format!("cannot write a report to `{}`", file.display()), &error);
            error.hint("name a file that you may write, on a disk that has room")
        })
    })
}
