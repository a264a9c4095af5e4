//! `--file`, or `-e ENV -a APP`: a load test that is written down.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use clap::Args;

use crate::{
    cli::{
        output, repository,
        run::{self, Started},
    },
    diagnostic::{Diagnostic, Error, Result},
    lint,
    load::{Ask, Document, Test},
    model::LoadOptions,
    node::yaml,
    render::load_test,
    report::Report,
    source::{MAX_FILE_BYTES, SourceMap},
};

/// A load test that is written down.
#[derive(Args, Debug)]
pub(super) struct SourceArgs {
    /// Run the load test of this file, `kind: LoadTest`; options beside it replace what it says
    #[arg(long, value_name = "FILE", conflicts_with_all = ["urls", "environment"])]
    file: Option<PathBuf>,
    /// Run the load test of an app of this environment; options beside it replace what the spec says
    #[arg(short, long = "env", value_name = "ENV", requires = "app", conflicts_with = "urls")]
    environment: Option<String>,
    /// The app, whose spec has a `loadtest`
    #[arg(short, long, value_name = "APP", requires = "environment")]
    app: Option<String>,
    /// Print the app's load test as a file for `--file`, without any options, and send nothing
    #[arg(long, requires = "environment")]
    print: bool,
}

impl SourceArgs {
    /// The load test, if there is one.
    pub(super) fn read(&self, directory: &Path) -> Result<Option<Test>> {
        let document = if let Some(file) = &self.file {
            let path = directory.join(file);
            let base = path.parent().map(Path::to_path_buf).unwrap_or_default();
            document(&file.display().to_string(), &text(&path, file)?, base)?
        } else if let Some((environment, app)) = self.subject() {
            document(&format!("{environment}/{app}"), &of_app(directory, environment, app)?, directory.to_path_buf())?
        } else {
            return Ok(None);
        };
        document.test(&|name| env::var(name).ok()).map(Some)
    }

    /// Prints the load test of the app, if that is all that is wanted.
    pub(super) fn print(&self, directory: &Path) -> Result<bool> {
        let Some((environment, app)) = self.subject().filter(|_| self.print) else { return Ok(false) };
        let text = of_app(directory, environment, app)?;
        output::print(|out| out.write_all(text.as_bytes())).map(|()| true)
    }

    /// Sees to it that the certificates are there which the document of an app names.
    pub(super) fn check_files(&self, ask: &Ask) -> Result<()> {
        if self.environment.is_none() || ask.targets.iter().all(|target| !target.url.starts_with("https:")) {
            return Ok(());
        }
        let (certificate, key) = ask.trust.identity.clone().unzip();
        let files = [
            (ask.trust.authorities.clone(), "--cacert FILE"),
            (certificate, "--cert FILE --key FILE"),
            (key, "--cert FILE --key FILE"),
        ];
        let missing =
            files.iter().find_map(|(file, option)| Some((file.as_ref().filter(|file| !file.exists())?, option)));
        match missing {
            Some((file, option)) => {
                let error = Error::new(format!("there is no `{}`, which the Job of the cluster has", file.display()));
                Err(error.hint(format!("name your own: `{option}`")))
            }
            None => Ok(()),
        }
    }

    fn subject(&self) -> Option<(&str, &str)> {
        self.environment.as_deref().zip(self.app.as_deref())
    }
}

/// The document of an app's load test, as the Job in the cluster reads it.
fn of_app(directory: &Path, environment: &str, app: &str) -> Result<String> {
    let tree = repository::open(directory)?;
    let options = LoadOptions {
        environments: vec![environment.to_owned()],
        apps: vec![app.to_owned()],
        ..LoadOptions::default()
    };
    let Started { run, sources, diagnostics, .. } = run::start(&tree, &options)?;
    if run::has_errors(&diagnostics) {
        return Err(refused(&format!("{environment}/{app}"), diagnostics, &sources)?);
    }
    let found = run.environments.iter().flat_map(|environment| &environment.apps).find(|own| own.name.text == app);
    let document = found.and_then(|app| load_test::document(app, &mut Vec::new()));
    document.map(|document| yaml::write(&document.node)).ok_or_else(|| {
        let error = Error::new(format!("`{app}` has no `loadtest` with `targets` in `{environment}`"));
        error.hint(format!(
            "add `loadtest: {{ targets: {{ home: {{ path: / }} }} }}` to envs/base/{app}/app.yaml, or name a URL"
        ))
    })
}

fn text(path: &Path, shown: &Path) -> Result<String> {
    let refused = |error: &std::io::Error| {
        let error = Error::io(format!("cannot read the load test `{}`", shown.display()), error);
        error.hint("name a file with `kind: LoadTest`; `karat load -e ENV -a APP --print` prints one")
    };
    let size = fs::metadata(path).map_err(|error| refused(&error))?.len();
    if size > MAX_FILE_BYTES {
        let error = Error::new(format!("`{}` has {size} bytes, which no load test has", shown.display()));
        return Err(error.hint("name a file with `kind: LoadTest`"));
    }
    fs::read_to_string(path).map_err(|error| refused(&error))
}

/// Reads a document, and shows what is wrong with it.
fn document(name: &str, text: &str, directory: PathBuf) -> Result<Document> {
    let (mut sources, mut diagnostics) = (SourceMap::default(), Vec::new());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    match Document::read((name, text), directory, &mut sources, &mut diagnostics) {
        Some(document) => {
            show(diagnostics, &sources)?;
            Ok(document)
        }
        None => Err(refused(name, diagnostics, &sources)?),
    }
}

/// Shows the findings, and says that they are why nothing is sent.
fn refused(name: &str, diagnostics: Vec<Diagnostic>, sources: &SourceMap) -> Result<Error> {
    show(diagnostics, sources)?;
    Ok(Error::new(format!("the load test of `{name}` cannot be run as it is written")))
}

fn show(diagnostics: Vec<Diagnostic>, sources: &SourceMap) -> Result<()> {
    let findings = lint::fold(diagnostics);
    if findings.is_empty() { Ok(()) } else { output::print_findings(&Report::new(sources, &findings)) }
}
