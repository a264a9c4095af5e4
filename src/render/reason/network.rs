//! Names, addresses, and who may speak to whom.

use super::{Reason, Table};
use crate::{grammar::fields::APP_FILE, sync::SYNC_OPTIONS_AT};

pub(super) static TABLES: &[Table] = &[
    Table { title: "Ingress", places: &[("Ingress", "")], reasons: INGRESS },
    Table { title: "HTTPRoute", places: &[("HTTPRoute", "")], reasons: HTTP_ROUTE },
    Table { title: "NetworkPolicy", places: &[("NetworkPolicy", "")], reasons: NETWORK_POLICY },
    Table { title: "Namespace", places: &[("Namespace", "")], reasons: NAMESPACE },
];

static INGRESS: &[Reason] = &[
    Reason::unless(&APP_FILE, "ingress.<name>.paths", "/spec/rules/*/http/paths", "nothing is led anywhere"),
    Reason::unless(
        &APP_FILE,
        "ingress.<name>.paths.<path>.type",
        "/spec/rules/*/http/paths/*/pathType",
        "a path stands for all that begins with it",
    ),
];

const FILLED_IN: &str = "the API server fills in this default; without it, Argo CD shows a difference for ever";
const FILTER: &str = "the API's word for what `rewrite` or `redirect` of the path says";

static HTTP_ROUTE: &[Reason] = &[
    Reason::always("/spec/parentRefs/*/group", FILLED_IN),
    Reason::always("/spec/parentRefs/*/kind", FILLED_IN),
    Reason::always("/spec/rules/*/backendRefs/*/group", FILLED_IN),
    Reason::always("/spec/rules/*/backendRefs/*/kind", FILLED_IN),
    Reason::unless(
        &APP_FILE,
        "ingress.<name>.paths.<path>.backends.<name>.weight",
        "/spec/rules/*/backendRefs/*/weight",
        FILLED_IN,
    ),
    Reason::unless(
        &APP_FILE,
        "ingress.<name>.paths.<path>.type",
        "/spec/rules/*/matches/*/path/type",
        "a path stands for all that begins with it",
    ),
    Reason::unless(
        &APP_FILE,
        "ingress.<name>.paths.<path>.headers.<name>.type",
        "/spec/rules/*/matches/*/headers/*/type",
        FILLED_IN,
    ),
    Reason::unless(
        &APP_FILE,
        "ingress.<name>.paths.<path>.query.<name>.type",
        "/spec/rules/*/matches/*/queryParams/*/type",
        FILLED_IN,
    ),
    Reason::always("/spec/rules/*/filters/*/type", FILTER),
    Reason::always("/spec/rules/*/filters/*/urlRewrite/path/type", FILTER),
    Reason::always("/spec/rules/*/filters/*/requestRedirect/path/type", FILTER),
    Reason::unless(
        &APP_FILE,
        "ingress.<name>.paths.<path>.redirect.status",
        "/spec/rules/*/filters/*/requestRedirect/statusCode",
        FILLED_IN,
    ),
];

static NETWORK_POLICY: &[Reason] = &[
    Reason::always("/spec/policyTypes/*", "`network.defaultDeny` closes both directions, whatever is opened again"),
    Reason::always("/spec/egress/*/ports/*/port", "`network.allow.dns` opens port 53"),
    Reason::always(
        "/spec/egress/*/ports/*/protocol",
        "names are looked up by UDP and TCP; a connection has the protocol of the port that it leads to, or TCP",
    ),
    Reason::always("/spec/ingress/*/ports/*/protocol", "the protocol of the port that is called, or TCP"),
    Reason::always(
        "/spec/egress/*/to/*/namespaceSelector/matchLabels/kubernetes.io~1metadata.name",
        "the namespace in the host name that the connection leads to",
    ),
    Reason::always(
        "/spec/egress/*/to/*/podSelector/matchLabels/karat.dev~1app",
        "the app that the connection leads to, found by its service",
    ),
    Reason::unless(
        &APP_FILE,
        "network.connections.<name>.cidr",
        "/spec/egress/*/to/*/ipBlock/cidr",
        "nobody has said where the host is, so every public address is open",
    ),
    Reason::unless(
        &APP_FILE,
        "network.connections.<name>.cidr",
        "/spec/egress/*/to/*/ipBlock/except/*",
        "the private ranges, which are no public addresses",
    ),
];

static NAMESPACE: &[Reason] = &[Reason::always(
    SYNC_OPTIONS_AT,
    "Argo CD neither prunes a namespace nor deletes it with its Application: all data in it would be gone",
)];
