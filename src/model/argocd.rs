//! How Argo CD finds a repository, what its projects permit, and how it syncs an app.

use super::{Named, decode::spec_struct};
use crate::node::Node;

spec_struct! {
    /// What all Applications of an environment have in common.
    ArgocdSettings {
        /// Argo CD's namespace.
        namespace: Node = "namespace",
        /// This repository.
        repo_url: Option<Node> = "repoURL",
        /// The branch or tag.
        target_revision: Node = "targetRevision",
        /// `golden` or `plugin`.
        source: Node = "source",
        /// `children`, `set-list` or `set-git`.
        applications: Node = "applications",
        /// How the ApplicationSet works.
        application_set: Option<SetSettings> = "applicationSet",
        /// What every AppProject has beside its permissions.
        project: Option<ProjectSettings> = "project",
    }
}

spec_struct! {
    /// How the ApplicationSet works.
    SetSettings {
        /// Whether it syncs the apps wave by wave.
        rolling: Option<Node> = "rolling",
        /// How many apps of a wave are synced at a time.
        max_update: Option<Node> = "maxUpdate",
        /// What it may do to Applications.
        policy: Option<Node> = "policy",
    }
}

spec_struct! {
    /// What every AppProject has beside its permissions.
    ProjectSettings {
        /// Whether objects that no Application owns are pointed out.
        orphaned: Option<Orphaned> = "orphaned",
        /// Namespaces beside Argo CD's own in which Applications may live.
        source_namespaces: Option<Node> = "sourceNamespaces",
        /// When syncs are allowed or denied.
        sync_windows: Named<SyncWindow> = "syncWindows",
    }
}

spec_struct! {
    /// Whether objects that no Application owns are pointed out.
    Orphaned {
        /// Whether Applications carry a warning.
        warn: Option<Node> = "warn",
        /// Objects that are nobody's business.
        ignore: Named<Orphan> = "ignore",
    }
}

spec_struct! {
    /// Objects that are nobody's business.
    Orphan {
        /// The API group.
        group: Option<Node> = "group",
        /// The kind.
        kind: Option<Node> = "kind",
        /// The name, a pattern.
        name: Option<Node> = "name",
    }
}

spec_struct! {
    /// A time in which syncs are allowed or denied.
    SyncWindow {
        /// `allow` or `deny`.
        kind: Node = "kind",
        /// When it opens; a cron line.
        schedule: Node = "schedule",
        /// How long it stays open.
        duration: Node = "duration",
        /// The schedule's time zone.
        timezone: Option<Node> = "timezone",
        /// Applications by name, patterns.
        applications: Option<Node> = "applications",
        /// Applications by namespace, patterns.
        namespaces: Option<Node> = "namespaces",
        /// Applications by cluster, patterns.
        clusters: Option<Node> = "clusters",
        /// Whether an Application has to be in each of the lists.
        match_all: Option<Node> = "matchAll",
        /// Whether people may sync while it forbids to.
        manual_sync: Option<Node> = "manualSync",
        /// Why it is there.
        description: Option<Node> = "description",
    }
}

spec_struct! {
    /// How Argo CD syncs the app.
    Argocd {
        /// A number, or `auto`.
        wave: Option<Node> = "wave",
        /// One of the environment's other clusters.
        cluster: Option<Node> = "cluster",
        /// The sync policy.
        sync: Option<Sync> = "sync",
        /// Fields that others own.
        ignore_differences: Named<IgnoredDifference> = "ignoreDifferences",
        /// `foreground`, `background` or `none`.
        finalizer: Option<Node> = "finalizer",
        /// How many syncs Argo CD remembers.
        revision_history: Option<Node> = "revisionHistory",
        /// Texts or URLs by name.
        info: Named<Node> = "info",
        /// Recipients by service, by trigger.
        notifications: Named<Node> = "notifications",
        /// Annotations of the Application.
        annotations: Named<Node> = "annotations",
    }
}

spec_struct! {
    /// A sync policy.
    Sync {
        /// Whether Argo CD syncs by itself.
        automated: Option<Node> = "automated",
        /// Whether automated syncs are switched on.
        enabled: Option<Node> = "enabled",
        /// Whether it deletes what is no longer rendered.
        prune: Option<Node> = "prune",
        /// Whether it undoes changes made in the cluster.
        self_heal: Option<Node> = "selfHeal",
        /// Whether it may delete all objects at once.
        allow_empty: Option<Node> = "allowEmpty",
        /// Sync options.
        options: Option<Node> = "options",
        /// What happens after a failed sync.
        retry: Option<Retry> = "retry",
        /// What a namespace gets that Argo CD makes.
        namespace_metadata: Option<NamespaceMetadata> = "namespaceMetadata",
    }
}

spec_struct! {
    /// What happens after a failed sync.
    Retry {
        /// How often.
        limit: Option<Node> = "limit",
        /// The first pause; a duration.
        delay: Option<Node> = "delay",
        /// How much longer each pause is.
        factor: Option<Node> = "factor",
        /// The longest pause; a duration.
        max_delay: Option<Node> = "maxDelay",
        /// Whether a retry takes a newer revision.
        refresh: Option<Node> = "refresh",
    }
}

spec_struct! {
    /// What a namespace gets that Argo CD makes.
    NamespaceMetadata {
        /// Its labels.
        labels: Option<Node> = "labels",
        /// Its annotations.
        annotations: Option<Node> = "annotations",
    }
}

spec_struct! {
    /// Fields that others own.
    IgnoredDifference {
        /// The API group.
        group: Option<Node> = "group",
        /// The kind.
        kind: Node = "kind",
        /// One object's name.
        name: Option<Node> = "name",
        /// The object's namespace.
        namespace: Option<Node> = "namespace",
        /// JSON pointers.
        pointers: Option<Node> = "pointers",
        /// jq path expressions.
        jq: Option<Node> = "jq",
        /// Field managers.
        managers: Option<Node> = "managers",
    }
}
