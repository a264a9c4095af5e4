//! Parameters that a plugin announces.

use crate::{
    case::{Case, Expect},
    request::Asked,
};

pub(super) fn cases() -> Vec<Case> {
    let rows = [
        ("none", "generate: {command: [a]}", Expect::Parameters(&[])),
        (
            "static ones",
            "{generate: {command: [a]}, parameters: {static: [{name: a, string: b}, {name: c, collectionType: array, array: [d]}]}}",
            Expect::Parameters(&[("a", "", "b"), ("c", "array", "")]),
        ),
        (
            "dynamic ones first",
            r#"{generate: {command: [a]}, parameters: {static: [{name: a, string: s}], dynamic: {command: [echo], args: ['[{"name":"a","string":"d"},{"name":"b","collectionType":"map","map":{"x":"y"}}]']}}}"#,
            Expect::Parameters(&[("a", "", "d"), ("b", "map", ""), ("a", "", "s")]),
        ),
        (
            "unknown fields",
            r#"{generate: {command: [a]}, parameters: {dynamic: {command: [echo, '[{"name":"a","default":"b"}]']}}}"#,
            Expect::Parameters(&[("a", "", "")]),
        ),
        (
            "an object",
            r#"{generate: {command: [a]}, parameters: {dynamic: {command: [echo, '{"name":"a"}']}}}"#,
            Expect::Failure(&[
                "get parameters announcement error: error unmarshaling dynamic parameter output into ParametersAnnouncementResponse: ",
            ]),
        ),
        (
            "YAML",
            "{generate: {command: [a]}, parameters: {dynamic: {command: [echo, '- name: a']}}}",
            Expect::Failure(&["get parameters announcement error: error unmarshaling"]),
        ),
        (
            "nothing",
            "{generate: {command: [a]}, parameters: {dynamic: {command: ['true']}}}",
            Expect::Failure(&["get parameters announcement error: error unmarshaling"]),
        ),
        (
            "null",
            "{generate: {command: [a]}, parameters: {dynamic: {command: [echo, 'null']}}}",
            Expect::Parameters(&[]),
        ),
        (
            "a failure",
            "{generate: {command: [a]}, parameters: {dynamic: {command: ['false']}}}",
            Expect::Failure(&[
                "get parameters announcement error: error executing dynamic parameter output command: `false` failed exit status 1",
            ]),
        ),
        (
            "the namespace is not known",
            r#"{generate: {command: [a]}, parameters: {dynamic: {command: [sh, -c, 'echo "[{\"name\":\"$ARGOCD_APP_NAME$ARGOCD_APP_NAMESPACE$KUBE_VERSION\"}]"']}}}"#,
            Expect::Parameters(&[("shop", "", "")]),
        ),
    ];
    let case = |(name, spec, expect)| Case { name, spec, expect, asked: Asked::Parameters, ..Case::default() };
    rows.into_iter().map(case).collect()
}
