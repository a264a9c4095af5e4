//! `argocd`: how Argo CD finds a repository, what its projects permit, and how it syncs an app.

use super::{BOOL, COUNT, DURATION, INT_OR_PERCENT, NAME, POSITIVE, STRING, STRINGS, TEXT, TEXTS, map, words};
use crate::grammar::{Object, Scalar, Type, field};

/// What all Applications of a repository or of an environment have in common.
pub(super) const SETTINGS: Object = Object::new(
    "Argo CD settings",
    &[
        field("namespace", NAME, "Argo CD's namespace; `argocd` when left out."),
        field("repoURL", STRING, "This repository, as Argo CD reads it."),
        field("targetRevision", STRING, "The branch or tag; `HEAD` when left out."),
        field(
            "source",
            words(&["golden", "plugin"]),
            "What Applications read: `golden` files, or the specs through the `plugin` of the name `karat`.",
        ),
        field(
            "applications",
            words(&["children", "set-list", "set-git"]),
            "`children` for one Application file an app, which the root syncs; or an ApplicationSet that makes the \
             Applications, from a list in it or from the directories of golden files in git.",
        ),
        field("applicationSet", Type::Object(&APPLICATION_SET), "How the ApplicationSet works, where there is one."),
        field("project", Type::Object(&PROJECT), "What every AppProject has beside its permissions."),
    ],
);

const APPLICATION_SET: Object = Object::new(
    "an ApplicationSet",
    &[
        field(
            "rolling",
            BOOL,
            "Whether it syncs the apps wave by wave (RollingSync) in place of their automated sync; `false` when left out.",
        ),
        field("maxUpdate", INT_OR_PERCENT, "How many apps of a wave are synced at a time; all when left out."),
        field(
            "policy",
            words(&["sync", "create-only", "create-update", "create-delete"]),
            "What it may do to Applications: `sync` does all; `create-update` deletes none.",
        ),
    ],
);

const PROJECT: Object = Object::new(
    "an AppProject",
    &[
        field("orphaned", Type::Object(&ORPHANED), "Whether objects that no Application owns are pointed out."),
        field("sourceNamespaces", STRINGS, "Namespaces beside Argo CD's own in which Applications may live."),
        field("syncWindows", map(&Type::Object(&SYNC_WINDOW)), "When syncs are allowed or denied, by name."),
    ],
);

const ORPHANED: Object = Object::new(
    "orphaned objects",
    &[
        field("warn", BOOL, "Whether Applications carry a warning while there are some."),
        field("ignore", map(&Type::Object(&ORPHAN)), "Objects that are nobody's business, by a name of your own."),
    ],
);

const ORPHAN: Object = Object::new(
    "an ignored orphan",
    &[
        field("group", STRING, "The API group."),
        field("kind", STRING, "The kind."),
        field("name", STRING, "The object's name; `*` stands for any characters."),
    ],
);

const SYNC_WINDOW: Object = Object::new(
    "a sync window",
    &[
        field("kind", words(&["allow", "deny"]), "What it does to syncs."),
        field("schedule", Type::Scalar(Scalar::CronFields), "When it opens; Argo CD knows no `@daily` here."),
        field("duration", DURATION, "How long it stays open."),
        field("timezone", STRING, "The schedule's time zone, such as `Europe/Berlin`; UTC when left out."),
        field("applications", STRINGS, "Applications by name; `*` stands for any characters."),
        field("namespaces", STRINGS, "Applications by the namespace that they are synced to."),
        field("clusters", STRINGS, "Applications by their cluster's name or server."),
        field("matchAll", BOOL, "Whether an Application has to be in each of the lists instead of in one of them."),
        field("manualSync", BOOL, "Whether people may sync while it forbids to."),
        field("description", STRING, "Why it is there."),
    ],
);

/// How Argo CD syncs one app.
pub(super) const APP: Object = Object::new(
    "argocd",
    &[
        field(
            "wave",
            Type::Scalar(Scalar::Wave),
            "The sync wave of the app's Application: a number, or `auto` from its connections.",
        ),
        field("cluster", STRING, "An entry of the environment's `clusters`, instead of its `cluster`."),
        field("sync", Type::Object(&SYNC), "The Application's sync policy."),
        field("ignoreDifferences", map(&Type::Object(&IGNORE)), "Fields that others own, by name."),
        field(
            "finalizer",
            words(&["foreground", "background", "none"]),
            "What becomes of the app's objects when its Application is deleted; `none` keeps them.",
        ),
        field("revisionHistory", COUNT, "How many syncs Argo CD remembers for a rollback; 10 when left out."),
        field("info", TEXTS, "What Argo CD's page of the app says beside its state: texts or URLs by name."),
        field(
            "notifications",
            map(&map(&RECIPIENTS)),
            "Who is told: recipients by service, by trigger, such as `on-sync-failed: { slack: [shop] }`.",
        ),
        field("annotations", TEXTS, "Annotations of the Application."),
    ],
);

const RECIPIENTS: Type = Type::List(&TEXT);

const SYNC: Object = Object::new(
    "a sync policy",
    &[
        field("automated", BOOL, "Whether Argo CD syncs by itself."),
        field(
            "enabled",
            BOOL,
            "`false` switches automated syncs off and leaves their settings in place; takes Argo CD 3.1.",
        ),
        field("prune", BOOL, "Whether it deletes what is no longer rendered."),
        field("selfHeal", BOOL, "Whether it undoes changes made in the cluster."),
        field("allowEmpty", BOOL, "Whether it may delete all objects of the app at once."),
        field("options", Type::List(&OPTION), "Sync options, such as `ServerSideApply=true`."),
        field("retry", Type::Object(&RETRY), "What happens after a failed sync."),
        field(
            "namespaceMetadata",
            Type::Object(&NAMESPACE_METADATA),
            "What a namespace gets that Argo CD makes by `CreateNamespace=true`.",
        ),
    ],
);

const OPTION: Type = Type::Scalar(Scalar::SyncOption);

const RETRY: Object = Object::new(
    "a retry policy",
    &[
        field("limit", Type::Scalar(Scalar::Int { min: -1, max: 1_000 }), "How often; -1 is for ever."),
        field("delay", DURATION, "The first pause."),
        field("factor", POSITIVE, "How much longer each pause is than the one before."),
        field("maxDelay", DURATION, "The longest pause."),
        field("refresh", BOOL, "Whether a retry takes a newer revision, if there is one by then."),
    ],
);

const NAMESPACE_METADATA: Object = Object::new(
    "a namespace's metadata",
    &[field("labels", TEXTS, "Its labels."), field("annotations", TEXTS, "Its annotations.")],
);

const IGNORE: Object = Object::new(
    "an ignored difference",
    &[
        field("group", STRING, "The API group; empty for the core group."),
        field("kind", STRING, "The kind."),
        field("name", STRING, "One object's name; all of the kind when left out."),
        field("namespace", NAME, "The object's namespace; any when left out."),
        field("pointers", Type::List(&POINTER), "JSON pointers (RFC 6901)."),
        field("jq", STRINGS, "jq path expressions."),
        field("managers", STRINGS, "Field managers whose fields are ignored."),
    ],
);

const POINTER: Type = Type::Scalar(Scalar::Pointer);
