//! What a finding is called from run to run, for reports that remember findings and for baselines.

use serde::{Deserialize, Serialize};

use super::{Diagnostic, Fnv, ResourceRef};
use crate::source::SourceMap;

/// What stays of a finding when lines move, when a message is put in better words and when an object's version changes:
/// its code, the object and the field. Where no object is to be named, it is the file and the message.
///
/// It need not be unique: a field may break one rule twice. Parts that do not apply are empty.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Identity {
    /// The code's name.
    pub code: String,
    /// The policy, where many have the code.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub policy: String,
    /// The environment.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub environment: String,
    /// The object's API group, without the version.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub group: String,
    /// The object's kind.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
    /// The object's namespace.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub namespace: String,
    /// The object's name.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// The field: a JSON pointer with names in place of indexes.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub path: String,
    /// The file, if no object is named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub file: String,
    /// The message, if no object is named.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub message: String,
}

impl Identity {
    /// The identity in sixteen digits; every version of Karat gives the same.
    pub fn fingerprint(&self) -> String {
        let Self { code, policy, environment, group, kind, namespace, name, path, file, message } = self;
        let parts = [code, policy, environment, group, kind, namespace, name, path, file, message];
        parts.into_iter().fold(Fnv::new(), |hash, part| hash.text(part)).to_string()
    }

    /// The same wherever it holds.
    #[must_use]
    pub fn in_any_environment(self) -> Self {
        Self { environment: String::new(), ..self }
    }
}

impl Diagnostic {
    /// One identity for each object that the finding is about; without objects, one for each environment; without
    /// these, just one.
    pub fn identities(&self, sources: &SourceMap) -> impl Iterator<Item = Identity> {
        let objects = self.resources.iter().map(|resource| self.of_object(resource));
        let alone = self.resources.is_empty();
        let environments = self.environments.iter().filter(move |_| alone);
        let environments = environments.map(|environment| self.of_file(environment, sources));
        let nowhere = alone && self.environments.is_empty();
        objects.chain(environments).chain(nowhere.then(|| self.of_file("", sources)))
    }

    fn of_object(&self, ResourceRef { environment, id, path, .. }: &ResourceRef) -> Identity {
        Identity {
            environment: environment.to_string(),
            group: id.gvk.group.to_string(),
            kind: id.gvk.kind.to_string(),
            namespace: id.namespace.as_deref().unwrap_or_default().to_owned(),
            name: id.name.to_string(),
            path: path.clone(),
            ..self.anywhere()
        }
    }

    fn of_file(&self, environment: &str, sources: &SourceMap) -> Identity {
        let file = self.primary.as_ref().map(|label| sources.file(label.span.file).path.to_string());
        Identity {
            environment: environment.to_owned(),
            file: file.unwrap_or_default(),
            message: self.message.clone(),
            ..self.anywhere()
        }
    }

    fn anywhere(&self) -> Identity {
        let policy = self.policy.as_deref().unwrap_or_default().to_owned();
        Identity { code: self.code.name.to_owned(), policy, ..Identity::default() }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::{
        diagnostic::{Code, Gvk, ResourceId, Severity},
        source::Span,
    };

    static CODE: Code =
        Code { name: "TST001", summary: "", severity: Severity::Error, since: "0.1.0", docs: "", file: "" };

    fn resource(environment: &str, api_version: &str) -> ResourceRef {
        let id =
            ResourceId { gvk: Gvk::new(api_version, "Ingress"), namespace: Some("shop".into()), name: "web".into() };
        let [pointer, path] = ["/spec/rules/0", "/spec/rules/[name=a]"].map(str::to_owned);
        ResourceRef { environment: environment.into(), id: Arc::new(id), pointer, path }
    }

    fn identities(finding: &Diagnostic, sources: &SourceMap) -> Vec<Identity> {
        finding.identities(sources).collect()
    }

    #[test]
    fn objects_have_no_version_and_no_line() {
        let sources = SourceMap::default();
        let finding = |version: &str, message: &str| {
            Diagnostic::new(&CODE, message).resource(resource("dev", version)).resource(resource("prod", version))
        };
        let old = identities(&finding("networking.k8s.io/v1beta1", "is old"), &sources);
        assert_eq!(old, identities(&finding("networking.k8s.io/v1", "is old; 3 more like it"), &sources));
        assert_eq!(old.iter().map(|one| one.environment.as_str()).collect::<Vec<_>>(), ["dev", "prod"]);
        assert_ne!(old[0].fingerprint(), old[1].fingerprint());
        assert_eq!(old[0].clone().in_any_environment(), old[1].clone().in_any_environment());
        let policy = finding("networking.k8s.io/v1", "is old").policy("exposure");
        assert_ne!(old, identities(&policy, &sources));
    }

    #[test]
    fn without_objects_the_file_and_the_message_count() {
        let mut sources = SourceMap::default();
        let file = sources.add("envs/dev/env.yaml", "a: 1\nb: 2\n");
        let mut finding = Diagnostic::new(&CODE, "is wrong").at(Span::new(file, 0, 1));
        let first = identities(&finding, &sources);
        assert_eq!((first[0].file.as_str(), first[0].message.as_str()), ("envs/dev/env.yaml", "is wrong"));
        finding = finding.at(Span::new(file, 5, 6));
        assert_eq!(identities(&finding, &sources), first);
        finding.environments = vec!["dev".into(), "prod".into()];
        assert_eq!(identities(&finding, &sources).len(), 2);
        assert_eq!(identities(&Diagnostic::new(&CODE, "no place"), &sources).len(), 1);
    }

    /// A baseline that somebody wrote with an older version must still hold.
    #[test]
    fn fingerprints_never_change() {
        let finding = Diagnostic::new(&CODE, "").resource(resource("dev", "networking.k8s.io/v1"));
        let identity = finding.identities(&SourceMap::default()).next().unwrap();
        assert_eq!(identity.fingerprint(), "7aac9fb04e480afb");
        let json = serde_json::to_string(&identity).unwrap();
        assert_eq!(
            json,
            "{\"code\":\"TST001\",\"environment\":\"dev\",\"group\":\"networking.k8s.io\",\"kind\":\"Ingress\",\
             \"namespace\":\"shop\",\"name\":\"web\",\"path\":\"/spec/rules/[name=a]\"}"
        );
        assert_eq!(serde_json::from_str::<Identity>(&json).unwrap(), identity);
    }
}
