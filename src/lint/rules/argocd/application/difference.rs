//! Differences that Argo CD is told to ignore.

use rustc_hash::FxHashMap;

use super::{Application, Check, Findings, ManifestSet, Synced, declare_rule, is_templated, pointer};
use crate::{
    diagnostic::{Safety, Severity},
    manifest::Manifest,
    sync::Difference,
};

/// Where an Application lists the differences.
const LIST: &str = "/spec/ignoreDifferences";

declare_rule! {
    /// ## What it does
    /// Points out Applications that sync by themselves and ignore differences in fields which git sets, without the sync
    /// option `RespectIgnoreDifferences=true`. (That `replicas` are set though an autoscaler sets them, `SCA003` says.)
    ///
    /// ## Why is this bad?
    /// The difference is not shown, and at the next sync for any other reason the field gets the value of git all the
    /// same: the replicas of an autoscaler drop to it in the middle of the day
    /// ([argo-cd#5105](https://github.com/argoproj/argo-cd/issues/5105)).
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]
    ///   syncPolicy: {automated: {selfHeal: true}}
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   ignoreDifferences: [{group: "", kind: ConfigMap, jsonPointers: [/data/leader]}]
    ///   syncPolicy: {automated: {}}
    /// ---
    /// apiVersion: v1
    /// kind: ConfigMap
    /// metadata: {name: cart}
    /// data: {leader: none}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]
    ///   syncPolicy: {automated: {selfHeal: true}, syncOptions: [RespectIgnoreDifferences=true]}
    /// ---
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: shop}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   ignoreDifferences: [{group: apps, kind: Deployment, jsonPointers: [/spec/replicas]}]
    ///   syncPolicy: {automated: {selfHeal: true}}
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// spec: {template: {}}
    /// ```
    pub(super) static OVERWRITTEN = {
        code: "ARG320",
        summary: "ignored difference that each sync undoes",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(overwritten),
    }
}

fn overwritten(set: &ManifestSet, findings: &mut Findings<'_>) {
    let known = Objects::of(set);
    for application in Application::all(set) {
        if !application.is_automated() || application.has_option("RespectIgnoreDifferences=true") {
            continue;
        }
        let objects = known.synced_by(application);
        for (pointer, difference) in Difference::all(application) {
            let is_set = |field: &str| match objects {
                Some(objects) => objects.iter().any(|it| difference.is_about(it) && it.object.at(field).is_some()),
                None => field == "/spec/replicas",
            };
            let mut fields = difference.texts("jsonPointers").filter(|(_, field)| is_set(field));
            let replicas = |(_, jq): &(usize, &str)| *jq == ".spec.replicas" && is_set("/spec/replicas");
            let at = fields.next().map(|(at, _)| format!("{pointer}/jsonPointers/{at}"));
            let by_jq = || difference.texts("jqPathExpressions").find(replicas);
            if let Some(at) = at.or_else(|| by_jq().map(|(at, _)| format!("{pointer}/jqPathExpressions/{at}"))) {
                findings
                    .add(application.manifest, at, "the difference is ignored, and every sync undoes it all the same")
                    .help("add the sync option `RespectIgnoreDifferences=true`, or leave the field out of git");
            }
        }
    }
}

/// What Applications that ignore anything sync, as far as it is known.
pub(super) struct Objects<'a>(FxHashMap<*const Manifest, Vec<&'a Manifest>>);

impl<'a> Objects<'a> {
    pub(super) fn of(set: &'a ManifestSet) -> Self {
        let mut known = FxHashMap::<_, Vec<_>>::default();
        for (application, object) in Synced::of(set).objects(set) {
            if application.at(LIST).is_some() && !application.is_template() && application.sources().len() == 1 {
                known.entry(std::ptr::from_ref(application.manifest)).or_default().push(object);
            }
        }
        Self(known)
    }

    /// All that an Application syncs; nothing, where it may be more than is known.
    pub(super) fn synced_by(&self, application: Application<'_>) -> Option<&[&'a Manifest]> {
        self.0.get(&std::ptr::from_ref(application.manifest)).map(Vec::as_slice)
    }
}

declare_rule! {
    /// ## What it does
    /// Checks the fields that `ignoreDifferences` names: that JSON pointers start with `/`, have no wildcards, and have a
    /// `/` in a key written as `~1`; that jq expressions start with a `.`, that their brackets and quotes are closed and
    /// their strings can be read; that kinds of Kubernetes have the field; and that an entry is about something that its
    /// Application syncs.
    ///
    /// ## Why is this bad?
    /// Of a pointer that leads nowhere Argo CD says nothing outside of its debug log (`diff_normalizer.go`), and the
    /// difference stays. An expression that jq cannot read stops every comparison of the Application.
    ///
    /// ## Example
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   ignoreDifferences:
    ///     - kind: Service
    ///       jsonPointers: [spec/clusterIP, /metadata/annotations/example.com/address, /spec/ports/*/nodePort]
    ///     - group: apps
    ///       kind: Deployment
    ///       jqPathExpressions: [".spec.template.spec.containers[] | select(.name == \"cart\").image)"]
    ///     - group: apps
    ///       kind: StatefulSet
    ///       jsonPointers: [/spec/replica]
    ///       jqPathExpressions: [".spec.template.spec.containers[].resource"]
    /// ```
    ///
    /// ```yaml,fires
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   source: {path: golden/dev/_cluster}
    ///   ignoreDifferences: [{group: apps, kind: Deployment, name: crat, jsonPointers: [/spec/replicas]}]
    /// ---
    /// apiVersion: apps/v1
    /// kind: Deployment
    /// metadata: {name: cart}
    /// ```
    ///
    /// ```yaml,silent
    /// apiVersion: argoproj.io/v1alpha1
    /// kind: Application
    /// metadata: {name: cart}
    /// spec:
    ///   ignoreDifferences:
    ///     - {kind: Service, jsonPointers: [/spec/clusterIP, /metadata/annotations/example.com~1address]}
    ///     - {group: "*", kind: "*", jqPathExpressions: [".webhooks[]?.clientConfig.caBundle"]}
    /// ```
    pub(super) static NOWHERE = {
        code: "ARG322",
        summary: "ignored difference in a field that is not there",
        severity: Warning,
        since: "0.1.0",
        check: Check::Set(nowhere),
    }
}

fn nowhere(set: &ManifestSet, findings: &mut Findings<'_>) {
    let known = Objects::of(set);
    for application in Application::all(set) {
        for (pointer, difference) in Difference::all(application) {
            flaws(application, difference, &pointer, findings);
            let objects = known.synced_by(application).filter(|_| difference.text("kind").is_some());
            if objects.is_some_and(|objects| objects.iter().all(|object| !difference.is_about_kind(object))) {
                findings
                    .add(application.manifest, pointer, "the Application syncs nothing that this is about")
                    .help("name a kind and an object that it syncs, or remove the entry");
            }
        }
    }
}

fn flaws(application: Application<'_>, difference: Difference<'_>, pointer: &str, findings: &mut Findings<'_>) {
    type Look = fn(&str) -> Option<pointer::Flaw>;
    let lists: [(&str, Look, Severity); 2] = [
        ("jsonPointers", pointer::in_pointer, Severity::Warning),
        ("jqPathExpressions", pointer::in_jq, Severity::Error),
    ];
    for (list, look, severity) in lists {
        for (at, text) in difference.texts(list).filter(|(_, text)| !is_templated(text)) {
            let kind = (difference.text("group").unwrap_or_default(), difference.text("kind").unwrap_or_default());
            let kube_version = &findings.set.kube_version;
            let absent = || Some((pointer::in_kind(text, kind, kube_version)?, Severity::Warning));
            let Some((flaw, severity)) = look(text).map(|flaw| (flaw, severity)).or_else(absent) else { continue };
            let place = format!("{pointer}/{list}/{at}");
            let message = format!("`{text}` {}", flaw.reason);
            let mut finding = findings.add(application.manifest, place.as_str(), message);
            finding.severity(severity).help(flaw.help);
            if let Some(meant) = flaw.meant {
                let title = format!("write `{meant}`");
                finding.replace(application.manifest, &place, meant.as_str(), Safety::Unsafe, title);
            }
        }
    }
}
