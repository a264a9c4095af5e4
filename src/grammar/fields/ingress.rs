//! What leads in from outside: an Ingress, or a route of a Gateway.

use super::{DURATION, NAME, PORT, PORT_OR_NAME, STRING, STRINGS, TEXT, TEXTS, map, named, words};
use crate::grammar::{Object, Scalar, Short, Type, field};

pub(super) const INGRESS: Object = Object::new(
    "an ingress",
    &[
        field(
            "provider",
            words(&["ingress", "gateway"]),
            "`ingress` renders an Ingress, `gateway` an HTTPRoute of the Gateway API; `ingress` when left out.",
        ),
        field("class", NAME, "The IngressClass, such as `nginx` or `traefik`. Not for `gateway`."),
        field("host", STRING, "The host name."),
        field("moreHosts", STRINGS, "Further host names that lead to the same paths."),
        field("paths", map(&Type::Object(&PATH)), "Where each path goes."),
        field("tls", Type::Object(&TLS), "The certificate. Not for `gateway`: a Gateway's listener holds its own."),
        field("gateways", named(&Type::Object(&GATEWAY)), "The Gateways that the route is attached to, by name."),
        field("annotations", TEXTS, "What the controller reads."),
    ],
);

const PATH: Object = Object::new(
    "a path",
    &[
        field("path", STRING, "The path, where the entry's key is a name of your own; the key when left out."),
        field("service", STRING, "An entry of `service`; `main` when left out."),
        field("port", PORT_OR_NAME, "The service's port."),
        field(
            "type",
            words(&["Prefix", "Exact", "ImplementationSpecific", "RegularExpression"]),
            "`Prefix` when left out; `ImplementationSpecific` is for an Ingress, `RegularExpression` for a route.",
        ),
        field(
            "method",
            words(&["GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"]),
            "The only method that a route takes here.",
        ),
        field("headers", map(&Type::Object(&MATCH)), "Headers by name that a request must have for a route."),
        field("query", map(&Type::Object(&MATCH)), "Parameters of the query, by name, that it must have for a route."),
        field(
            "backends",
            named(&Type::Object(&BACKEND)),
            "Entries of `service` that share a route's requests by weight, instead of `service` and `port`.",
        ),
        field("rewrite", Type::Object(&REWRITE), "What a route changes before it passes a request on."),
        field("redirect", Type::Object(&REDIRECT), "Where a route sends the caller, instead of to a service."),
        field("timeouts", Type::Object(&TIMEOUTS), "How long a route waits."),
    ],
);

const TLS: Object = Object::new("tls", &[field("secret", NAME, "The Secret that holds the certificate.")])
    .short(Short::Scalar("secret"));

const GATEWAY: Object = Object::new(
    "a gateway",
    &[
        field("namespace", NAME, "Its namespace; the app's when left out."),
        field("listener", STRING, "One of its listeners (`sectionName`); all that take the route when left out."),
        field("port", PORT, "Only listeners of this port."),
    ],
);

const MATCH: Object = Object::new(
    "a match",
    &[
        field("value", TEXT, "What it must be."),
        field("type", words(&["Exact", "RegularExpression"]), "`Exact` when left out."),
    ],
)
.short(Short::Scalar("value"));

const BACKEND: Object = Object::new(
    "a backend",
    &[
        field("port", PORT_OR_NAME, "The service's port."),
        field("weight", Type::Scalar(Scalar::Int { min: 0, max: 1_000_000 }), "Its share of the sum; 1 when left out."),
    ],
)
.short(Short::Scalar("port"));

const REWRITE: Object = Object::new(
    "a rewrite",
    &[
        field("host", STRING, "The host that the service sees."),
        field("path", STRING, "The whole path that the service sees."),
        field("prefix", STRING, "What stands there instead of the part of the path that matched."),
    ],
);

const REDIRECT: Object = Object::new(
    "a redirect",
    &[
        field("scheme", words(&["https", "http"]), "The scheme; the request's when left out."),
        field("host", STRING, "The host; the request's when left out."),
        field("port", PORT, "The port; the scheme's when left out."),
        field("path", STRING, "The whole path; the request's when left out."),
        field("prefix", STRING, "What stands there instead of the part of the path that matched."),
        field("status", Type::Scalar(Scalar::Int { min: 301, max: 308 }), "The status; 302 when left out."),
    ],
);

const TIMEOUTS: Object = Object::new(
    "timeouts",
    &[
        field("request", DURATION, "For the whole request; `0s` for none."),
        field("backend", DURATION, "For each attempt to get an answer from the service."),
    ],
);
