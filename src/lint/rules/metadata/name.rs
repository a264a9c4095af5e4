//! Names of objects.

use super::{Check, Findings, declare_rule, is_subdomain};
use crate::{grammar::formats::is_long_dns_label, manifest::Manifest};

declare_rule! {
    /// ## What it does
    /// Checks that the name of every object has a form and a length that its kind can have: the API server's own
    /// limits, and those of what controllers make out of the name.
    ///
    /// ## Why is this bad?
    /// Most such objects are refused. Others are taken and then do nothing: the pods of a StatefulSet have a label with
    /// its name and a hash of ten characters, and labels end at 63
    /// ([kubernetes/kubernetes#64023](https://github.com/kubernetes/kubernetes/issues/64023)). The jobs of a CronJob
    /// have its name and a time of eleven characters.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: v1
    /// kind: Service
    /// metadata: {name: 2nd-cart}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: apps/v1
    /// kind: StatefulSet
    /// metadata: {name: shopping-cart-of-the-international-store-replicated-db}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: 2nd-cart.settings}
    /// ---
    /// apiVersion: rbac.authorization.k8s.io/v1
    /// kind: ClusterRole
    /// metadata: {name: "cart:reader"}
    /// ```
    pub(super) static BAD_NAME = {
        code: "CFG001",
        summary: "name that its kind cannot have",
        severity: Error,
        since: "0.1.0",
        check: Check::Manifest { kinds: &[], check: bad_name },
    }
}

/// What a name may be.
struct Form {
    longest: usize,
    fits: fn(&str) -> bool,
    words: &'static str,
}

const SUBDOMAIN: Form = Form {
    longest: 253,
    fits: is_subdomain,
    words: "use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends",
};
const LABEL: Form = Form {
    longest: 63,
    fits: is_long_dns_label,
    words: "use lower-case letters, digits and `-`, with a letter or digit at both ends",
};

/// Where a ScaledObject names the autoscaler that KEDA makes of it.
const AUTOSCALER_NAME: &str = "/spec/advanced/horizontalPodAutoscalerConfig/name";

/// A segment of a path, as the names of roles are.
fn is_segment(name: &str) -> bool {
    name != "." && name != ".." && !name.contains(['/', '%'])
}

/// The form of an RFC 1035 label, which starts with a letter.
fn is_host(name: &str) -> bool {
    is_long_dns_label(name) && name.starts_with(|first: char| first.is_ascii_lowercase())
}

fn form(manifest: &Manifest) -> Form {
    match manifest.kind() {
        "Namespace" => LABEL,
        "Service" => Form {
            fits: is_host,
            words: "use lower-case letters, digits and `-`, with a letter first and a letter or digit last",
            ..LABEL
        },
        // Pods are named after it, and have its name and a hash as a label.
        "StatefulSet" => Form { longest: 52, ..LABEL },
        "CronJob" => Form { longest: 52, ..SUBDOMAIN },
        // Pods have its name as a label.
        "Job" => Form { longest: 63, ..SUBDOMAIN },
        // It is the value of a label of the autoscaler that KEDA makes.
        "ScaledObject" if manifest.object.at(AUTOSCALER_NAME).is_some() => Form { longest: 63, ..SUBDOMAIN },
        // That autoscaler's name, `keda-hpa-<name>`, may be as long as a label's value.
        "ScaledObject" => Form { longest: 54, ..SUBDOMAIN },
        "Role" | "ClusterRole" | "RoleBinding" | "ClusterRoleBinding" => {
            Form { fits: is_segment, words: "leave out `/` and `%`", ..SUBDOMAIN }
        }
        _ => SUBDOMAIN,
    }
}

fn bad_name(manifest: &Manifest, findings: &mut Findings<'_>) {
    let (name, kind, form) = (&manifest.id.name, manifest.kind(), form(manifest));
    // Whoever leaves the name out has Kubernetes make one, or hears of it from the schema check.
    if name.is_empty() {
        return;
    }
    if name.len() > form.longest {
        let message = format!("the name of {kind} `{name}` has more than {} characters", form.longest);
        let help = format!("shorten it by {} or more", name.len() - form.longest);
        findings.add(manifest, "/metadata/name", message).help(help);
    } else if !(form.fits)(name) {
        findings.add(manifest, "/metadata/name", format!("{kind} cannot be named `{name}`")).help(form.words);
    }
}
