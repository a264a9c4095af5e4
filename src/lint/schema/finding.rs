//! From the validator's errors to findings, in our words: its own texts would print whole objects, secrets included.

use jsonschema::{JsonType, ValidationError, error::ValidationErrorKind as Kind};
use serde_json::Value as Json;
use smol_str::SmolStr;

use super::{
    BROKEN_RULE, DUPLICATE_ITEM, INVALID_VALUE, MISSING_FIELD, UNEVALUATED_RULE, UNKNOWN_FIELD, WRONG_TYPE,
    compile::{Compiled, Origin},
    constraint,
    keywords::LIST_MAP_KEYS,
    moved, path,
    rules::{Breach, Verdict},
};
use crate::{
    diagnostic::{Code, Diagnostic},
    grammar::{formats, similar},
    manifest::{Manifest, is_secret},
    node::{Node, Pointer, Value},
    source::Span,
};

/// A longer list of fields helps nobody.
const LISTED_FIELDS: usize = 12;
/// A longer value is not repeated in a message.
const SHOWN_CHARACTERS: usize = 40;

/// An object that does not fit its schema.
pub(super) struct Misfit<'a> {
    /// The environment.
    pub(super) environment: &'a SmolStr,
    /// The object.
    pub(super) manifest: &'a Manifest,
    /// The object as the API server sees it.
    pub(super) object: &'a Node,
    /// What is checked: all of it, or an object inside of it.
    pub(super) part: Part<'a>,
    /// The schema of that.
    pub(super) schema: &'a Compiled,
}

/// A part of an object.
pub(super) struct Part<'a> {
    /// Where it is.
    pub(super) place: Pointer,
    /// What is there.
    pub(super) node: &'a Node,
    /// Whether it may lack fields that somebody else will fill in.
    pub(super) is_draft: bool,
}

impl Misfit<'_> {
    /// Every finding about the object.
    pub(super) fn findings(&self) -> Vec<Diagnostic> {
        let errors = self.schema.validator.iter_errors(self.part.node);
        // Metadata are the same for every object: the schema around a draft has checked them already.
        let is_known =
            |error: &ValidationError<'_>| self.part.is_draft && error.instance_path().as_str().starts_with("/metadata");
        errors.filter(|error| !is_known(error)).flat_map(|error| self.explain(&error)).collect()
    }

    fn explain(&self, error: &ValidationError<'_>) -> Vec<Diagnostic> {
        let place = Pointer::parse(&(self.part.place.to_string() + error.instance_path().as_str())).unwrap_or_default();
        match error.kind() {
            Kind::Required { .. } if self.part.is_draft => Vec::new(),
            Kind::AdditionalProperties { unexpected } | Kind::UnevaluatedProperties { unexpected } => {
                let known = self.known_fields(error.schema_path().as_str());
                unexpected.iter().map(|field| self.unknown_field(&place, field, &known)).collect()
            }
            Kind::Required { property } => vec![self.missing_field(&place, property.as_str().unwrap_or_default())],
            Kind::Type { kind } => vec![self.wrong_type(&place, &constraint::types(kind))],
            Kind::AnyOf { context } | Kind::OneOfNotValid { context } => self.no_alternative(error, &place, context),
            Kind::Custom { keyword, message } if keyword == LIST_MAP_KEYS => {
                let keys = self.keyword(error.schema_path().as_str());
                vec![self.duplicate_item(&place.then(message.as_str()), keys)]
            }
            Kind::UniqueItems => vec![self.repeated_item(&place)],
            Kind::PropertyNames { error } => vec![self.bad_key(&place, error)],
            kind => vec![self.invalid_value(&place, kind)],
        }
    }

    fn unknown_field(&self, place: &Pointer, field: &str, known: &[&str]) -> Diagnostic {
        let place = place.then(field);
        let span = self.object.key_span_at(&place.to_string());
        let message = format!("{} has no field `{}`", self.manifest.kind(), self.words(&place));
        let similar = similar(field, known.iter().copied());
        let newer = "; if your version of it has the field, add its CustomResourceDefinition by `karat schema add`";
        let newer = if self.schema.origin == Origin::Snapshot { newer } else { "" };
        let finding = self.finding(&UNKNOWN_FIELD, &place, span, message);
        if let Some(help) = moved::help(&self.manifest.id.gvk, &place.to_string()) {
            return finding.help(help);
        }
        match similar {
            Some(similar) => self.renaming(finding.help(format!("did you mean `{similar}`?")), &place, similar),
            None if (1..=LISTED_FIELDS).contains(&known.len()) => {
                finding.help(format!("known: {}{newer}", known.join(", ")))
            }
            None => finding.help(format!("remove the field, or look for its right place{newer}")),
        }
    }

    fn missing_field(&self, place: &Pointer, field: &str) -> Diagnostic {
        let place = place.then(field);
        let message = format!("{} lacks the field `{}`", self.manifest.kind(), self.words(&place));
        let span = self.object.span_at(&place.to_string());
        self.finding(&MISSING_FIELD, &place, span, message).help(format!("add `{field}`"))
    }

    fn wrong_type(&self, place: &Pointer, types: &[JsonType]) -> Diagnostic {
        let value = self.object.at(&place.to_string());
        let found = value.map_or("nothing", Node::kind);
        let finding = self.at_value(&WRONG_TYPE, place, &format!("be {}, not {found}", constraint::type_words(types)));
        match value.and_then(|value| quoting(value, types)) {
            Some(help) => self.requoting(finding.help(help), place),
            None => finding.help(format!("write {} here", constraint::type_words(types))),
        }
    }

    fn invalid_value(&self, place: &Pointer, kind: &Kind) -> Diagnostic {
        let shown = self.shown(place);
        let but = shown.as_ref().map(|value| format!(", not `{value}`")).unwrap_or_default();
        let finding = self.at_value(&INVALID_VALUE, place, &format!("{}{but}", constraint::words(kind)));
        match shown.and_then(|value| meant(kind, &value)) {
            Some(meant) => self.rewording(finding.help(format!("did you mean `{meant}`?")), place, &meant),
            None => finding.help(advice(kind)),
        }
    }

    /// The finding of a rule that does not hold.
    pub(super) fn breach(&self, breach: &Breach<'_>) -> Diagnostic {
        let span = self.object.span_at(&breach.place.to_string());
        let (kind, rule) = (self.manifest.kind(), &breach.rule.text);
        let subject = match self.words(&breach.place) {
            words if words.is_empty() => kind.to_owned(),
            words => format!("`{words}` of {kind}"),
        };
        let (code, message) = match &breach.verdict {
            Verdict::False(message) => (&BROKEN_RULE, format!("{subject} breaks a rule of its kind: {message}")),
            Verdict::Failed { error, message } => {
                let said = message.as_ref().map(|message| format!("{message}; ")).unwrap_or_default();
                (&BROKEN_RULE, format!("{subject} breaks a rule of its kind: {said}the rule itself fails: {error}"))
            }
            Verdict::GivenUp(error) => (&UNEVALUATED_RULE, format!("{subject} was not held against a rule: {error}")),
        };
        let finding = self.finding(code, &breach.place, span, message).help(format!("the rule is `{rule}`"));
        // Two rules about one field are two findings.
        finding.related(breach.rule.span, "the rule")
    }

    fn duplicate_item(&self, place: &Pointer, keys: &Json) -> Diagnostic {
        let keys: Vec<&str> = keys.as_array().into_iter().flatten().filter_map(Json::as_str).collect();
        let item = self.object.at(&place.to_string());
        let values = keys.iter().filter_map(|key| {
            let value = item?.get(key)?.scalar_text()?;
            Some(format!("`{key}: {value}`"))
        });
        let list = Pointer(place.0[..place.0.len().saturating_sub(1)].to_vec());
        let words = values.collect::<Vec<_>>().join(", ");
        let message = format!("`{}` of {} has two items with {words}", self.words(&list), self.manifest.kind());
        let span = self.object.span_at(&place.to_string());
        let finding = self.finding(&DUPLICATE_ITEM, place, span, message);
        self.without_twin(finding, place).help(format!("give each item another {}", keys.join(" or another ")))
    }

    fn repeated_item(&self, place: &Pointer) -> Diagnostic {
        let message = format!("`{}` of {} has the same item twice", self.words(place), self.manifest.kind());
        let span = self.object.span_at(&place.to_string());
        let finding = self.finding(&DUPLICATE_ITEM, place, span, message);
        self.without_twins(finding, place).help("remove one of them")
    }

    fn bad_key(&self, place: &Pointer, error: &ValidationError<'_>) -> Diagnostic {
        self.at_value(&INVALID_VALUE, place, &format!("have keys that {}", constraint::words(error.kind())))
            .help("rename the key")
    }

    /// Where none of several schemas fits, the one that got furthest says why; where all of them want another type, the
    /// types are listed.
    fn no_alternative(
        &self,
        error: &ValidationError<'_>,
        place: &Pointer,
        branches: &[Vec<ValidationError<'static>>],
    ) -> Vec<Diagnostic> {
        let (refused, tried): (Vec<_>, Vec<_>) =
            branches.iter().partition(|branch| wanted_types(branch, error).is_some());
        // The first of several that got equally far.
        let furthest = tried.into_iter().rev().max_by_key(|branch| branch.iter().map(depth).max());
        let types: Vec<JsonType> =
            refused.into_iter().filter_map(|branch| wanted_types(branch, error)).flatten().collect();
        match furthest {
            Some(branch) => branch.iter().flat_map(|error| self.explain(error)).collect(),
            None if types.is_empty() => vec![self.invalid_value(place, error.kind())],
            None => vec![self.wrong_type(place, &types)],
        }
    }

    /// The fields beside the `additionalProperties` at this place of the schema.
    fn known_fields(&self, schema_path: &str) -> Vec<&str> {
        let schema = schema_path.rsplit_once('/').and_then(|(schema, _)| self.schema.document.pointer(schema));
        let fields = schema.and_then(|schema| schema.get("properties")).and_then(Json::as_object);
        fields.into_iter().flat_map(|fields| fields.keys()).map(String::as_str).collect()
    }

    fn keyword(&self, schema_path: &str) -> &Json {
        self.schema.document.pointer(schema_path).unwrap_or(&Json::Null)
    }

    /// The value, where a message may repeat it.
    fn shown(&self, place: &Pointer) -> Option<SmolStr> {
        let value = self.object.at(&place.to_string())?;
        let public = !is_secret(self.object);
        value.scalar_text().filter(|text| public && text.chars().count() <= SHOWN_CHARACTERS)
    }

    fn words(&self, place: &Pointer) -> String {
        path::words(self.object, place)
    }

    fn at_value(&self, code: &'static Code, place: &Pointer, must: &str) -> Diagnostic {
        let span = self.object.span_at(&place.to_string());
        let subject = match self.words(place) {
            words if words.is_empty() => self.manifest.kind().to_owned(),
            words => format!("`{words}` of {}", self.manifest.kind()),
        };
        self.finding(code, place, span, format!("{subject} must {must}"))
    }

    fn finding(&self, code: &'static Code, place: &Pointer, span: Option<Span>, message: String) -> Diagnostic {
        let resource = self.manifest.field(self.environment, place.to_string());
        Diagnostic::new(code, message).at(span).resource(resource)
    }
}

fn depth(error: &ValidationError<'_>) -> usize {
    error.instance_path().as_str().matches('/').count()
}

/// The types that a schema among several asks for, when another type is all that it complains of.
fn wanted_types(branch: &[ValidationError<'static>], of: &ValidationError<'_>) -> Option<Vec<JsonType>> {
    match branch {
        [only] if depth(only) == depth(of) => match only.kind() {
            Kind::Type { kind } => Some(constraint::types(kind)),
            _ => None,
        },
        _ => None,
    }
}

/// The value that is allowed and most like one that is not.
fn meant(kind: &Kind, value: &str) -> Option<String> {
    match kind {
        Kind::Enum { options } => similar(value, constraint::choices(options)).map(str::to_owned),
        Kind::Format { format } if format == "quantity" => {
            let text = value.trim_end_matches(['B', 'b']).replace(' ', "");
            formats::is_quantity(&text).then_some(text)
        }
        _ => None,
    }
}

/// What to do about a value that is not allowed.
fn advice(kind: &Kind) -> String {
    match kind {
        Kind::Format { format } if format == "byte" => "encode the value, or move it to `stringData`".to_owned(),
        Kind::Format { format } if format == "quantity" => {
            "write a number, and a unit such as `m`, `Mi` or `G`".to_owned()
        }
        kind => format!("the value must {}", constraint::words(kind)),
    }
}

/// What to do about a value that has the right text and the wrong type.
fn quoting(value: &Node, types: &[JsonType]) -> Option<&'static str> {
    let wants = |wanted: JsonType| types.contains(&wanted);
    match &value.value {
        Value::Bool(_) | Value::Int(_) | Value::Float(_) if wants(JsonType::String) => Some("put the value in quotes"),
        Value::Str(text) => {
            let plain = (wants(JsonType::Integer) && text.parse::<i64>().is_ok())
                || (wants(JsonType::Number) && text.parse::<f64>().is_ok())
                || (wants(JsonType::Boolean) && text.parse::<bool>().is_ok());
            plain.then_some("remove the quotes")
        }
        _ => None,
    }
}
