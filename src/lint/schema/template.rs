//! Paths with fields of a kind in them, such as `{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json`.
//!
//! Of Go's templates (<https://pkg.go.dev/text/template>), this is what the schema locations of kubeconform use
//! (<https://github.com/yannh/kubeconform>, `schemaPath` in `pkg/registry/registry.go`): fields, `{{-` and `-}}`,
//! comments.

use crate::{diagnostic::Gvk, grammar::known_or_similar};

/// A path, read once for all kinds.
#[derive(Debug)]
pub(super) struct Template {
    parts: Vec<Part>,
}

#[derive(Debug)]
enum Part {
    Text(String),
    Field(Field),
}

/// What is different for each kind.
#[derive(Clone, Copy, Debug)]
enum Field {
    Group,
    ResourceKind,
    ResourceApiVersion,
    NormalizedKubernetesVersion,
    StrictSuffix,
    KindSuffix,
}

/// The fields, by their names.
const FIELDS: [(&str, Field); 6] = [
    (".Group", Field::Group),
    (".ResourceKind", Field::ResourceKind),
    (".ResourceAPIVersion", Field::ResourceApiVersion),
    (".NormalizedKubernetesVersion", Field::NormalizedKubernetesVersion),
    (".StrictSuffix", Field::StrictSuffix),
    (".KindSuffix", Field::KindSuffix),
];

/// Why a text is no template.
#[derive(Debug)]
pub(super) struct Fault {
    /// The place in bytes.
    pub(super) at: usize,
    /// One sentence.
    pub(super) message: String,
    /// The next step.
    pub(super) help: String,
}

/// The kind whose schema is wanted.
#[derive(Clone, Copy, Debug)]
pub(super) struct Wanted<'a> {
    /// The kind.
    pub(super) gvk: &'a Gvk,
    /// The version of Kubernetes with its patch level, such as `1.34.0`.
    pub(super) release: &'a str,
    /// Whether unknown fields are mistakes.
    pub(super) strict: bool,
}

impl Template {
    /// Reads a template.
    pub(super) fn parse(text: &str) -> Result<Self, Fault> {
        let (mut parts, mut at, mut trims) = (Vec::new(), 0, false);
        while let Some(open) = text[at..].find("{{").map(|found| at + found) {
            let Some(close) = text[open..].find("}}").map(|found| open + found) else {
                return Err(Fault {
                    at: open,
                    message: "`{{` is never closed".to_owned(),
                    help: "write `}}` after the field".to_owned(),
                });
            };
            let action = Action::new(text, open + 2, close);
            let before = trimmed(&text[at..open], trims, action.trims_before);
            parts.push(Part::Text(before.to_owned()));
            parts.extend(action.field()?.map(Part::Field));
            (at, trims) = (close + 2, action.trims_after);
        }
        parts.push(Part::Text(trimmed(&text[at..], trims, false).to_owned()));
        Ok(Self { parts })
    }

    /// The path for a kind; none where a part of the kind's name could lead anywhere else.
    pub(super) fn expand(&self, wanted: Wanted<'_>) -> Option<String> {
        let mut path = String::new();
        for part in &self.parts {
            match part {
                Part::Text(text) => path.push_str(text),
                Part::Field(field) => path.push_str(&field.value(wanted)?),
            }
        }
        Some(path)
    }
}

/// What stands between `{{` and `}}`.
struct Action<'a> {
    text: &'a str,
    /// Where `text` starts.
    at: usize,
    trims_before: bool,
    trims_after: bool,
}

impl<'a> Action<'a> {
    fn new(whole: &'a str, start: usize, end: usize) -> Self {
        let text = &whole[start..end];
        let is_marked = |rest: &str, blank: Option<char>| !rest.is_empty() && blank.is_some_and(char::is_whitespace);
        let head = text.strip_prefix('-').filter(|rest| is_marked(rest, rest.chars().next()));
        let inner = head.unwrap_or(text);
        let tail = inner.strip_suffix('-').filter(|rest| is_marked(rest, rest.chars().next_back()));
        let body = tail.unwrap_or(inner);
        let at = end - inner.len() + (body.len() - body.trim_start().len());
        Self { text: body.trim(), at, trims_before: head.is_some(), trims_after: tail.is_some() }
    }

    /// The field; nothing for a comment.
    fn field(&self) -> Result<Option<Field>, Fault> {
        if self.text.starts_with("/*") && self.text.ends_with("*/") {
            return Ok(None);
        }
        if let Some((_, field)) = FIELDS.iter().find(|(name, _)| *name == self.text) {
            return Ok(Some(*field));
        }
        let is_field = self.text.strip_prefix('.').is_some_and(|name| name.chars().all(char::is_alphanumeric));
        let message = match self.text {
            "" => "there is nothing between `{{` and `}}`".to_owned(),
            text if is_field => format!("there is no field `{text}`"),
            _ => "only a field can stand between `{{` and `}}`".to_owned(),
        };
        let help = known_or_similar(self.text, FIELDS.iter().map(|(name, _)| *name));
        Err(Fault { at: self.at, message, help })
    }
}

fn trimmed(text: &str, start: bool, end: bool) -> &str {
    let text = if start { text.trim_start() } else { text };
    if end { text.trim_end() } else { text }
}

impl Field {
    fn value(self, wanted: Wanted<'_>) -> Option<String> {
        let Gvk { group, version, kind } = wanted.gvk;
        let value = match self {
            Self::StrictSuffix => return Some(if wanted.strict { "-strict" } else { "" }.to_owned()),
            Self::NormalizedKubernetesVersion => format!("v{}", wanted.release),
            Self::ResourceKind => kind.to_lowercase(),
            Self::ResourceApiVersion => version.to_string(),
            // The core group has no name; kubeconform takes the version for it.
            Self::Group if group.is_empty() => version.to_string(),
            Self::Group => group.to_string(),
            Self::KindSuffix if group.is_empty() => format!("-{}", version.to_lowercase()),
            Self::KindSuffix => {
                let short = group.split('.').next().unwrap_or_default();
                format!("-{}-{}", short.to_lowercase(), version.to_lowercase())
            }
        };
        is_name(&value).then_some(value)
    }
}

/// Whether a text from somebody's object is a single name, and not a way out of the directory.
fn is_name(text: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.' | b'_');
    text.bytes().all(plain) && text.bytes().any(|byte| byte != b'.')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn path(template: &str, api_version: &str, kind: &str) -> Option<String> {
        let gvk = Gvk::new(api_version, kind);
        Template::parse(template).unwrap().expand(Wanted { gvk: &gvk, release: "1.34.0", strict: true })
    }

    /// The expected paths are those of kubeconform's own `schemaPath`.
    #[test]
    fn paths_of_kubeconform() {
        const STANDALONE: &str = "{{ .NormalizedKubernetesVersion }}-standalone{{ .StrictSuffix }}/{{ .ResourceKind }}{{ .KindSuffix }}.json";
        const CATALOG: &str = "{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}.json";
        for (template, api_version, kind, expected) in [
            (STANDALONE, "apps/v1", "Deployment", "v1.34.0-standalone-strict/deployment-apps-v1.json"),
            (STANDALONE, "v1", "Service", "v1.34.0-standalone-strict/service-v1.json"),
            (STANDALONE, "networking.k8s.io/v1", "Ingress", "v1.34.0-standalone-strict/ingress-networking-v1.json"),
            (CATALOG, "monitoring.coreos.com/v1", "PodMonitor", "monitoring.coreos.com/podmonitor_v1.json"),
            (CATALOG, "v1", "Service", "v1/service_v1.json"),
            ("a {{- /* why */ -}} b{{\t.Group -}}\n.json", "a.b/V1", "C", "aba.b.json"),
            ("}}{.json", "a.b/v1", "C", "}}{.json"),
        ] {
            assert_eq!(path(template, api_version, kind).as_deref(), Some(expected));
        }
    }

    #[test]
    fn names_lead_nowhere_else() {
        for (api_version, kind) in
            [("../../x/v1", "A"), ("a/v1", "../B"), ("../v1", "A"), ("a/v1/x", "A"), ("a/v1", "")]
        {
            assert_eq!(path("{{.Group}}/{{.ResourceKind}}_{{.ResourceAPIVersion}}", api_version, kind), None);
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(256))]

        #[test]
        fn any_text_is_a_template_or_has_a_fault_in_it(text in "([{}. a-]|\\{\\{|\\}\\}|\\.Group|é|/\\*|\\*/){0,12}") {
            match Template::parse(&text) {
                Ok(template) => drop(template.expand(Wanted { gvk: &Gvk::new("a/v1", "B"), release: "1.34.0", strict: true })),
                Err(fault) => prop_assert!(text.is_char_boundary(fault.at)),
            }
        }
    }

    #[test]
    fn faults_have_a_place() {
        for (template, at, said) in [
            ("a/{{.Kind}}.json", 4, "there is no field `.Kind`"),
            ("a/{{ .group }}.json", 5, "there is no field `.group`"),
            ("a/{{- .Group -}}/{{ if .Group }}", 20, "only a field"),
            ("a/{{.Group}}/{{ .Kind", 13, "never closed"),
            ("{{}}", 2, "nothing between"),
        ] {
            let fault = Template::parse(template).unwrap_err();
            assert_eq!(fault.at, at, "{template}");
            assert!(fault.message.contains(said), "{}", fault.message);
        }
        assert_eq!(Template::parse("{{ .group }}").unwrap_err().help, "did you mean `.Group`?");
    }
}
