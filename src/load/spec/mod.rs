//! Load tests as documents, `kind: LoadTest`: files that somebody wrote, and those that are made of an app's spec.
//!
//! A document is read through the grammar, as specs are, so that whatever is wrong with it has its line and its next
//! step. What it then says is a [`Test`]: what is asked, and what else a run needs.

mod ask;
mod complete;

use std::{path::PathBuf, time::Duration};

use smol_str::SmolStr;

use super::ask::Ask;
use crate::{
    diagnostic::{Diagnostic, Result, Severity},
    grammar::{self, MergeLog, Part, Strength, Type, fields},
    model::{Decode, LoadTest},
    node::Node,
    render::load_test,
    source::SourceMap,
    spec,
};

/// A document that was read, and in which nothing is wrong.
#[derive(Clone, Debug)]
pub struct Document {
    test: LoadTest,
    /// Whose test it is: name and namespace.
    name: Option<SmolStr>,
    namespace: Option<SmolStr>,
    /// The directory that its files are named from.
    directory: PathBuf,
}

/// What a document says.
#[derive(Clone, Debug)]
pub struct Test {
    /// What is asked of the server.
    pub ask: Ask,
    /// The app that it is about: its namespace and its name.
    pub workload: Option<(SmolStr, SmolStr)>,
    /// How long to wait for the targets at most.
    pub wait_ready: Option<Duration>,
    /// Whether the run ends when it is certain that too many requests fail.
    pub abort_on_fail: bool,
    /// Whom to ask what the cluster does meanwhile.
    pub prometheus: Option<Prometheus>,
    /// Whether to note how many pods the autoscaler runs.
    pub replicas: bool,
    /// How many pods send, each its share.
    pub workers: u64,
}

/// Whom to ask what the cluster does meanwhile.
#[derive(Clone, Debug)]
pub struct Prometheus {
    /// Its address.
    pub url: String,
    /// How often.
    pub interval: Option<Duration>,
    /// Whether it is asked for the pods of the app.
    pub workload: bool,
    /// What else, in PromQL, by name.
    pub queries: Vec<(SmolStr, String)>,
}

/// Where the value of an environment variable comes from.
pub type Variables<'a> = &'a dyn Fn(&str) -> Option<String>;

static FILE: Type = Type::Object(&fields::LOAD_TEST);

impl Document {
    /// Reads a document that findings call `path`, and whose files stand in `directory`. Nothing where one of the findings
    /// is an error.
    pub fn read(
        (path, text): (&str, &str),
        directory: PathBuf,
        sources: &mut SourceMap,
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Option<Self> {
        let id = sources.add(path, text);
        let mut parsed = spec::Document::read(id, path, text, &fields::LOAD_TEST_FILE);
        let mut log = MergeLog::default();
        // One layer: what it deletes is not there, and what it sets it has.
        let whole = [Part { strength: Strength::Strong, node: &parsed.node }];
        let node = grammar::merge(&whole, &FILE, &mut log, &mut ()).unwrap_or_else(|| parsed.node.clone());
        let (mut missing, mut found) = (Vec::new(), log.diagnostics);
        complete::check(&node, &FILE, &mut missing);
        let decoded = LoadTest::decode(&node, &mut missing);
        if let Some(test) = &decoded {
            load_test::check(test, &mut missing);
            load_test::check_alone(test, node.get("metadata"), &mut missing);
            complete::check_files(test, &directory, &mut missing);
        }
        found.append(&mut parsed.diagnostics);
        if parsed.condition == spec::Condition::Sound {
            // What an error took out of the document is not missing.
            found.append(&mut missing);
        }
        let is_sound = found.iter().all(|finding| finding.severity < Severity::Error);
        diagnostics.append(&mut found);
        let written = |pointer: &str| node.at(pointer).and_then(Node::scalar_text);
        let (name, namespace) = (written("/metadata/name"), written("/metadata/namespace"));
        decoded.filter(|_| is_sound).map(|test| Self { test, name, namespace, directory })
    }

    /// What it says, with the values of its variables.
    ///
    /// # Errors
    /// When a variable is not set, or a file cannot be read.
    pub fn test(&self, variables: Variables<'_>) -> Result<Test> {
        let test = &self.test;
        let is = |node: &Option<Node>| node.as_ref().and_then(Node::as_bool) == Some(true);
        let workload = self.namespace.clone().zip(self.name.clone());
        let prometheus = test.prometheus.as_ref().map(|own| Prometheus {
            url: own.url.as_str().unwrap_or_default().to_owned(),
            interval: ask::time(own.interval.as_ref()),
            workload: own.workload.as_ref().map_or(workload.is_some(), |own| own.as_bool() == Some(true)),
            queries: own.queries.iter().map(|(name, query)| (name.text.clone(), text(query))).collect(),
        });
        Ok(Test {
            ask: ask::of(test, &self.directory, variables)?,
            workload,
            wait_ready: ask::time(test.wait_ready.as_ref()),
            abort_on_fail: is(&test.abort_on_fail),
            prometheus,
            replicas: is(&test.replicas),
            workers: ask::count(test.workers.as_ref()).unwrap_or(1),
        })
    }
}

fn text(node: &Node) -> String {
    node.scalar_text().unwrap_or_default().into()
}

#[cfg(test)]
mod tests;
