//! The names that a `${…}` may use: the closed set, worked out only where it is asked for.

use std::sync::atomic::{AtomicBool, Ordering};

use rustc_hash::FxHashMap;
use smol_str::SmolStr;

use super::{
    REFERENCE,
    connection::{self, Connection},
    expression::{self, MAX_TEXT_BYTES},
    fault::{Fault, no_app, not_a_value, too_much, unknown, unset},
    layers::{Merged, MergedApp},
    scan::{Segment, scan},
    stack::{Frame, Stack},
};
use crate::{
    diagnostic::Diagnostic,
    grammar::{image_reference, known_or_similar},
    node::{Key, Map, Node, Value},
    source::{SourceMap, Span},
};

/// An environment whose references are being filled in.
pub(super) struct Scope<'a> {
    pub environment: &'a Merged,
    pub sources: &'a SourceMap,
    apps: FxHashMap<&'a str, &'a MergedApp>,
    missed: AtomicBool,
}

/// The message of an expression that failed, before it has a place.
struct Failure(Result<Fault, String>);

impl From<String> for Failure {
    fn from(message: String) -> Self {
        Self(Err(message))
    }
}

impl<'a> Scope<'a> {
    pub(super) fn new(environment: &'a Merged, sources: &'a SourceMap) -> Self {
        let apps = environment.apps.iter().map(|app| (app.name.as_str(), app)).collect();
        Self { environment, sources, apps, missed: AtomicBool::new(false) }
    }

    /// The app of this name.
    pub(super) fn app(&self, name: &str) -> Option<&'a MergedApp> {
        self.apps.get(name).copied()
    }

    /// Whether there is an app of this name that was not read. It is then known to be missed.
    pub(super) fn misses(&self, name: &str) -> bool {
        let misses = self.app(name).is_none() && self.environment.members.iter().any(|member| member == name);
        self.missed.fetch_or(misses, Ordering::Relaxed);
        misses
    }

    /// Whether an app that was not read has been asked for.
    pub(super) fn has_missed(&self) -> bool {
        self.missed.load(Ordering::Relaxed)
    }

    /// The names of all apps, sorted.
    pub(super) fn app_names(&self) -> impl Iterator<Item = &'a str> + Clone {
        self.environment.members.iter().map(SmolStr::as_str)
    }

    /// A scalar with its references filled in.
    pub(super) fn fill(
        &self,
        app: Option<&MergedApp>,
        node: &Node,
        foreign: bool,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        match node.as_str() {
            Some(text) if text.contains("${") => self.fill_text(app, text, node.span, foreign, stack),
            _ => Ok(node.value.clone()),
        }
    }

    fn fill_text(
        &self,
        app: Option<&MergedApp>,
        text: &str,
        span: Option<Span>,
        foreign: bool,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        let segments = scan(text, foreign);
        if let [Segment::Reference(expression, range)] = segments.as_slice() {
            return self.evaluate(app, expression, self.place(span, &text[range.clone()]), stack);
        }
        let mut filled = String::with_capacity(text.len());
        for segment in segments {
            match segment {
                Segment::Text(text) => filled.push_str(text),
                Segment::Escape => filled.push_str("${"),
                Segment::Reference(expression, range) => {
                    let value = self.evaluate(app, expression, self.place(span, &text[range]), stack)?;
                    filled.push_str(&Node::made(value).scalar_text().unwrap_or_default());
                }
                Segment::Unclosed(range) => {
                    let finding =
                        Diagnostic::new(&REFERENCE, "`${` without its `}`").at(self.place(span, &text[range]));
                    return Err(finding.help("add the `}`, or write `$${` for a `${` that is not Karat's").into());
                }
            }
            if filled.len() > MAX_TEXT_BYTES {
                return Err(too_much(span));
            }
        }
        Ok(Value::from(filled))
    }

    /// Where a reference stands inside of a scalar; the scalar itself when its text is written with escapes.
    fn place(&self, span: Option<Span>, reference: &str) -> Option<Span> {
        let span = span?;
        let Some(at) = self.sources.text(span).find(reference) else { return Some(span) };
        let start = span.start as usize + at;
        Some(Span::of_bytes(span.file, start..start + reference.len()))
    }

    fn evaluate(
        &self,
        app: Option<&MergedApp>,
        expression: &str,
        place: Option<Span>,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        let lookup = |path: &[&str]| self.lookup(app, path, place, stack).map_err(|fault| Failure(Ok(fault)));
        let value = expression::evaluate(expression, lookup).map_err(|failure| match failure.0 {
            Ok(fault) => fault,
            Err(message) => Diagnostic::new(&REFERENCE, message).at(place).help(EXPRESSION_HELP).into(),
        })?;
        match &value {
            Value::Str(text) if text.len() > MAX_TEXT_BYTES => Err(too_much(place)),
            _ => Ok(value),
        }
    }

    fn lookup(
        &self,
        app: Option<&MergedApp>,
        path: &[&str],
        place: Option<Span>,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        let frame = Frame { app: app.map(|app| app.name.text.clone()), name: path.join("."), place };
        if !stack.affords_more() {
            return Err(too_much(place));
        }
        stack.enter(frame)?;
        let value = match (path, app) {
            (["env", field], _) => self.environment_field(app, field, place, stack),
            (["app", field], Some(app)) => self.app_field(app, field, place, stack),
            (["image"], Some(app)) => self.image(app, place, stack),
            (["image", field], Some(app)) => self.image_field(app, field, place, stack),
            (["connections", name, field], Some(app)) => self.connection_field(app, name, field, place, stack),
            (["app" | "image" | "connections", ..], None) => Err(no_app(&path.join("."), place)),
            (["connections", name], Some(_)) => Err(not_a_value(name, place)),
            _ => Err(unknown(&path.join("."), place, ["env.name", "app.name", "image", "connections.<name>.url"])),
        };
        stack.leave();
        value
    }

    fn environment_field(
        &self,
        app: Option<&MergedApp>,
        field: &str,
        place: Option<Span>,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        let node = match field {
            "name" => return Ok(Value::Str(self.environment.name.text.clone())),
            "domain" => self.environment.node.get("domain"),
            "kubeVersion" => self.environment.node.at("/cluster/kubeVersion"),
            _ => return Err(unknown(&format!("env.{field}"), place, ["env.name", "env.domain", "env.kubeVersion"])),
        };
        let node = node.ok_or_else(|| unset(&format!("env.{field}"), place, "env.yaml"))?;
        self.fill(app, node, false, stack)
    }

    fn app_field(&self, app: &MergedApp, field: &str, place: Option<Span>, stack: &mut Stack) -> Result<Value, Fault> {
        match field {
            "name" => Ok(Value::Str(app.name.text.clone())),
            "namespace" => Ok(self.namespace(app, stack)?.value),
            "team" => {
                let team =
                    app.node.at("/metadata/team").ok_or_else(|| unset("app.team", place, "the app's metadata"))?;
                self.fill(Some(app), team, false, stack)
            }
            _ => Err(unknown(&format!("app.{field}"), place, ["app.name", "app.team", "app.namespace"])),
        }
    }

    /// The namespace of an app: the environment's rule, else the environment's name.
    pub(super) fn namespace(&self, app: &MergedApp, stack: &mut Stack) -> Result<Node, Fault> {
        match self.environment.node.get("namespace") {
            Some(rule) => Ok(Node::new(self.fill(Some(app), rule, false, stack)?, rule.span)),
            None => Ok(Node::from(&self.environment.name)),
        }
    }

    /// `repository@digest`, else `repository:tag`.
    fn image(&self, app: &MergedApp, place: Option<Span>, stack: &mut Stack) -> Result<Value, Fault> {
        let part = |name: &str, stack: &mut Stack| -> Result<Option<SmolStr>, Fault> {
            let Some(node) = app.node.at(&format!("/image/{name}")) else { return Ok(None) };
            Ok(Node::made(self.fill(Some(app), node, false, stack)?).scalar_text())
        };
        let repository = part("repository", stack)?.ok_or_else(|| unset("image.repository", place, "`image`"))?;
        let (tag, digest) = (part("tag", stack)?, part("digest", stack)?);
        Ok(Value::Str(image_reference(&repository, tag.as_deref(), digest.as_deref())))
    }

    fn image_field(
        &self,
        app: &MergedApp,
        field: &str,
        place: Option<Span>,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        let known = ["image.repository", "image.tag", "image.digest"];
        let name = format!("image.{field}");
        if !known.contains(&name.as_str()) {
            return Err(unknown(&name, place, known));
        }
        let node = app.node.at(&format!("/image/{field}")).ok_or_else(|| unset(&name, place, "`image`"))?;
        self.fill(Some(app), node, false, stack)
    }

    fn connection_field(
        &self,
        app: &MergedApp,
        name: &str,
        field: &str,
        place: Option<Span>,
        stack: &mut Stack,
    ) -> Result<Value, Fault> {
        let connection = self.connection(app, name, place, stack)?;
        match field {
            "url" => Ok(Value::Str(connection.url)),
            "host" => Ok(Value::Str(connection.host)),
            "port" => Ok(connection.port.value),
            _ => {
                let known = ["url", "host", "port"].map(|field| format!("connections.{name}.{field}"));
                Err(unknown(&format!("connections.{name}.{field}"), place, known.each_ref().map(String::as_str)))
            }
        }
    }

    fn connection(
        &self,
        app: &MergedApp,
        name: &str,
        place: Option<Span>,
        stack: &mut Stack,
    ) -> Result<Connection, Fault> {
        let connections = app.node.at("/network/connections").and_then(Node::as_map);
        let Some((key, node)) = connections.and_then(|connections| connections.entry(name)) else {
            let known = connections.into_iter().flat_map(Map::keys).map(Key::as_str).collect::<Vec<_>>();
            let finding = Diagnostic::new(&REFERENCE, format!("the app has no connection `{name}`")).at(place);
            let help = if known.is_empty() {
                "add it to `network.connections`".into()
            } else {
                known_or_similar(name, known.into_iter())
            };
            return Err(finding.help(help).into());
        };
        connection::resolve(self, app, key, node, stack)
    }
}

const EXPRESSION_HELP: &str = "write a name such as `env.name`, or an expression over such names";

#[cfg(test)]
mod tests;
