//! Argo CD's own objects.

use super::{Reason, Table};
use crate::{
    grammar::fields::{ENVIRONMENT_FILE, PROJECT_FILE},
    sync::{HOOK_AT, SYNC_WAVE_AT},
};

pub(super) static TABLES: &[Table] = &[
    Table {
        title: "Application",
        places: &[("Application", ""), ("ApplicationSet", "/spec/template")],
        reasons: APPLICATION,
    },
    Table { title: "ApplicationSet", places: &[("ApplicationSet", "")], reasons: SET },
    Table { title: "AppProject", places: &[("AppProject", "")], reasons: PROJECT },
    Table { title: "Application and AppProject", places: &[("Application", ""), ("AppProject", "")], reasons: BOTH },
];

static APPLICATION: &[Reason] = &[
    Reason::worked_out(
        "/metadata/name",
        "`<env>-<app>`, `<env>-cluster` for what the apps share, and `<env>` for the root: the names of all environments \
         stand in one namespace",
    ),
    Reason::always(HOOK_AT, "the root stands in the directory that it reads; `Skip` keeps it from syncing itself"),
    Reason::always(
        "/metadata/finalizers/*",
        "whoever deletes the Application deletes what it has synced; the root alone has none",
    ),
    Reason::worked_out(
        "/spec/project",
        "`<env>-<team>`; `<env>-cluster` for what the apps share, and `default`, which is always there, for the root",
    ),
    Reason::worked_out(
        "/spec/source/path",
        "the directory of golden files that holds the objects, or that of the environment's specs for the plugin",
    ),
    Reason::always("/spec/source/plugin/parameters/*/name", "the parameter by which the plugin is told what to print"),
    Reason::always(
        "/spec/source/plugin/env/*/name",
        "the variable is there for Argo CD, which keeps what it has rendered until the source changes",
    ),
    Reason::worked_out(
        "/spec/source/plugin/env/*/value",
        "the version of Karat, as `karat` in karat.yaml pins it, so that another version renders anew",
    ),
    Reason::worked_out("/spec/source/directory/include", "golden files, and nothing else that stands beside them"),
    Reason::worked_out(
        "/metadata/annotations/argocd.argoproj.io~1manifest-generate-paths",
        "what the objects are made from: the directory of golden files, or the specs that the plugin reads",
    ),
    Reason::always(
        "/spec/destination/server",
        "the cluster that Argo CD itself runs in: always for the root, else where `cluster` in env.yaml names none",
    ),
    Reason::always(
        "/spec/destination/namespace",
        "`default` for what has no namespace, since Argo CD wants one that exists; its own namespace for the root",
    ),
    Reason::always("/spec/syncPolicy/automated", "Argo CD syncs by itself, and says no more about it"),
    Reason::always(
        "/spec/syncPolicy/automated/prune",
        "nobody could say otherwise of what belongs to no app; an app's own comes from `argocd.sync.prune`",
    ),
    Reason::always(
        "/spec/syncPolicy/automated/selfHeal",
        "nobody could say otherwise of what belongs to no app; an app's own comes from `argocd.sync.selfHeal`",
    ),
];

static SET: &[Reason] = &[
    Reason::worked_out("/metadata/name", "`<env>-apps`: it makes the Applications of all apps of the environment"),
    Reason::always(
        "/spec/template/metadata/labels/app.kubernetes.io~1managed-by",
        "the Applications have the labels that they would have as files",
    ),
];

static PROJECT: &[Reason] = &[
    Reason::worked_out("/metadata/name", "`<env>-<team>`, and `<env>-cluster` for what the apps share"),
    Reason::always(
        "/spec/destinations/*/namespace",
        "the namespaces of the rendered objects; `default` for those that have none, as in their Application",
    ),
    Reason::unless(
        &ENVIRONMENT_FILE,
        "cluster.server",
        "/spec/destinations/*/server",
        "the cluster that Argo CD itself runs in",
    ),
    Reason::always("/spec/namespaceResourceWhitelist/*/group", NAMESPACED),
    Reason::always("/spec/namespaceResourceWhitelist/*/kind", NAMESPACED),
    Reason::always("/spec/namespaceResourceBlacklist/*/group", NONE),
    Reason::always("/spec/namespaceResourceBlacklist/*/kind", NONE),
    Reason::always(
        "/spec/clusterResourceWhitelist/*/group",
        "the kinds outside of namespaces that are rendered, and no other",
    ),
    Reason::always(
        "/spec/clusterResourceWhitelist/*/kind",
        "the kinds outside of namespaces that are rendered, and no other",
    ),
];

const NAMESPACED: &str = "every kind that the fields of an app can make: the last object of one must still be deleted";
const NONE: &str = "nothing of what the project syncs lives in a namespace; without the list, everything may";

static BOTH: &[Reason] = &[
    Reason::unless(
        &PROJECT_FILE,
        "argocd.namespace",
        "/metadata/namespace",
        "where Argo CD is installed, most likely; an Application in `extra` may be there without any `argocd`",
    ),
    Reason::worked_out(
        SYNC_WAVE_AT,
        "the number, or for `auto` one wave after the last app that it calls; what the apps share comes before them, \
         and the projects first",
    ),
];
