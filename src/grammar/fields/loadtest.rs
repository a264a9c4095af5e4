//! Load tests: a section of an app, and a file of its own.

use super::{
    BOOL, COUNT, DURATION, NAME, NUMBER, PORT_OR_NAME, POSITIVE, QUANTITY, STRING, TEXT, TEXTS, app::IMAGE,
    container::RESOURCES, map, named, words,
};
use crate::grammar::{Field, Keys, Object, Scalar, Short, Type, Union, field};

/// A load test in a file of its own. What an app's section refers to, this has in it.
pub const LOAD_TEST: Object = Object::new("a LoadTest", ALL.split_at(ALL.len() - ONLY_OF_APPS).0);

/// The load test of an app.
pub(super) const LOADTEST: Object = Object::new("a load test", ALL.split_at(HEADER).1);

/// How many of the fields only a file has, and how many at the end only an app.
const HEADER: usize = 3;
const ONLY_OF_APPS: usize = 1;

const ALL: &[Field] = &[
    field("apiVersion", words(&["karat/v1"]), "Always `karat/v1`."),
    field("kind", words(&["LoadTest"]), "Always `LoadTest`."),
    field("metadata", Type::Object(&METADATA), "Whose load test it is."),
    field("targets", named(&Type::Object(&TARGET)), "What is asked for, by name; one is chosen by chance each time."),
    field(
        "rate",
        NUMBER,
        "Requests a second, whatever the answers do. With neither `rate` nor `stages` each connection waits for its answer.",
    ),
    field("duration", DURATION, "How long; `10s` when left out. Not with `stages`."),
    field("stages", Type::List(&Type::Object(&STAGE)), "Rates one after the other, instead of `rate` and `duration`."),
    field(
        "spacing",
        words(&["uniform", "poisson"]),
        "Whether requests come at even intervals, or as independent users send them; `uniform` when left out.",
    ),
    field("warmUp", DURATION, "How long the same is sent before anything is measured."),
    field("connections", POSITIVE, "Connections; 50 when left out."),
    field("requests", POSITIVE, "The most requests that are planned."),
    field("maxBytes", QUANTITY, "How much is received, all together: then the run ends."),
    field("seed", COUNT, "What chance is drawn from; 0 when left out. The same seed sends the same requests."),
    field(
        "requestsPerConnection",
        Type::Object(&REUSE),
        "After how many requests a connection is opened anew, with a new look-up of the name; never when left out.",
    ),
    field("timeout", DURATION, "For one request; `10s` when left out."),
    field("connectTimeout", DURATION, "For opening a connection; `5s` when left out."),
    field("shedAfter", DURATION, "How late a request may be to be worth sending."),
    field("http2", BOOL, "Whether HTTP/2 is spoken."),
    field("streams", POSITIVE, "Requests that share a connection at a time, in HTTP/2; 1 when left out."),
    field("redirects", COUNT, "How many redirects of an answer are followed; none when left out."),
    field(
        "threads",
        POSITIVE,
        "The most threads that send; one more is used only when those there are busy all the time.",
    ),
    field("tls", Type::Object(&TRUST), "Whom to trust, and who one is."),
    field(
        "slo",
        SLO,
        "What is promised of all requests together: `p50` to `p99.999`, `max`, `errorRate`, `minRps`, `unsent`.",
    ),
    field("maxLag", DURATION, "How late requests may be sent (p99) for the run to say anything; `10ms` when left out."),
    field("waitReady", DURATION, "How long to wait at most for all targets to answer as they should."),
    field("abortOnFail", BOOL, "Whether the run ends as soon as it is certain that too many requests fail."),
    field("prometheus", Type::Object(&PROMETHEUS), "Whom to ask what the cluster does meanwhile."),
    field("replicas", BOOL, "Whether to note how many pods the autoscaler runs meanwhile."),
    field("workers", POSITIVE, "How many pods send, each its share of one plan; 1 when left out."),
    field("job", Type::Object(&JOB), "The Job that runs the test after each sync."),
];

const METADATA: Object = Object::new(
    "a LoadTest's metadata",
    &[
        field("name", NAME, "The name of the app."),
        field("namespace", NAME, "The namespace of its pods, for `prometheus.workload` and `replicas`."),
    ],
);

const TARGET: Object = Object::new(
    "a target of a load test",
    &[
        field("path", STRING, "The path and query; `/` when left out."),
        field("service", NAME, "An entry of `service`; `main` when left out."),
        field("port", PORT_OR_NAME, "The service's port; the only one when left out."),
        field("scheme", words(&["https", "http"]), "`http` when left out; of an ingress with `tls`, `https`."),
        field("ingress", NAME, "An entry of `ingress`, instead of `service`: its host is asked."),
        field("url", STRING, "Any URL, instead of `service`, `ingress`, `port`, `scheme` and `path`."),
        field(
            "via",
            STRING,
            "`host:port` to connect to, instead of the URL's: the `Host` header and the name in TLS stay those of the URL.",
        ),
        field(
            "method",
            words(&["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH"]),
            "The method; `GET` when left out.",
        ),
        field("headers", map(&Type::Object(&HEADER_VALUE)), "Headers by name."),
        field("body", STRING, "What is sent."),
        field("file", STRING, "A file that is sent, instead of `body`; of an app, one beside its app.yaml."),
        field("weight", NUMBER, "How often it is chosen, relative to the others; 1 when left out."),
        field("expect", Type::Object(&EXPECT), "Which answers are right."),
        field("slo", SLO, "What is promised of this target alone."),
    ],
);

const HEADER_VALUE: Object = Object::new(
    "a header",
    &[
        field("value", TEXT, "The value itself."),
        field("secret", STRING, "An entry of `secrets`, or the name of a Secret that exists."),
        field("key", STRING, "The key in the Secret."),
        field("env", STRING, "The environment variable that holds the value. Not of an app: it names the Secret."),
    ],
)
.short(Short::Scalar("value"))
.union(Union::Key(&["value", "secret", "env"]));

const EXPECT: Object = Object::new(
    "an expectation",
    &[
        field(
            "status",
            Type::List(&Type::Scalar(Scalar::Int { min: 100, max: 999 })),
            "The statuses; all from 200 to 399 when left out.",
        ),
        field("headers", TEXTS, "Headers by name, and a text that each holds."),
        field("body", STRING, "A text that the body holds."),
    ],
);

const SLO: Type = Type::Map(Keys::Objective, &Type::Scalar(Scalar::Limit));

const STAGE: Object = Object::new(
    "a stage",
    &[
        field("rate", NUMBER, "Requests a second, from its beginning to its end."),
        field("from", NUMBER, "Requests a second at its beginning, instead of `rate`."),
        field("to", NUMBER, "Requests a second at its end."),
        field("for", DURATION, "How long it lasts."),
    ],
);

const REUSE: Object = Object::new(
    "a number of requests",
    &[
        field("min", POSITIVE, "At least so many."),
        field("max", POSITIVE, "At most so many, drawn for each connection; always `min` when left out."),
    ],
)
.short(Short::Scalar("min"));

const TRUST: Object = Object::new(
    "trust",
    &[
        field("insecure", BOOL, "Whether any certificate will do."),
        field("authorities", Type::Object(&AUTHORITIES), "Certificates of authorities, instead of the system's."),
        field("identity", Type::Object(&IDENTITY), "An own certificate and its key."),
    ],
);

const AUTHORITIES: Object = Object::new(
    "certificates of authorities",
    &[
        field("config", STRING, "An entry of `config`, or the name of a ConfigMap that exists."),
        field("secret", STRING, "An entry of `secrets`, or the name of a Secret that exists."),
        field("key", STRING, "The key in the ConfigMap or Secret; `ca.crt` when left out."),
        field("file", STRING, "A file in PEM. Not of an app: it names a ConfigMap or Secret."),
    ],
)
.union(Union::Key(&["config", "secret", "file"]));

const IDENTITY: Object = Object::new(
    "an identity",
    &[
        field(
            "secret",
            STRING,
            "An entry of `secrets`, or the name of a Secret that exists, with `tls.crt` and `tls.key`.",
        ),
        field("certificate", STRING, "A file in PEM. Not of an app: it names a Secret."),
        field("key", STRING, "The file of the certificate's key, in PEM."),
    ],
)
.union(Union::Key(&["secret", "certificate"]));

const PROMETHEUS: Object = Object::new(
    "a Prometheus",
    &[
        field("url", STRING, "Its address, such as `http://prometheus.monitoring.svc:9090`."),
        field("interval", DURATION, "How often it is asked; `5s` when left out."),
        field("workload", BOOL, "Whether it is asked for CPU, memory, network and pods of the app; it is when left out, where they are known."),
        field("queries", map(&STRING), "What else it is asked, in PromQL, by name."),
    ],
)
.short(Short::Scalar("url"));

const JOB: Object = Object::new(
    "a Job of a load test",
    &[
        field("enabled", BOOL, "Whether there is one; it is when left out."),
        field("image", Type::Object(&IMAGE), "The image with `karat` in it."),
        field("deadline", DURATION, "When a run that is not over has failed."),
        field("wave", Type::Scalar(Scalar::Int { min: -1_000, max: 1_000 }), "The wave inside the phase `PostSync`."),
        field("resources", Type::Object(&RESOURCES), "What its container asks for, and what it may use."),
        field(
            "report",
            words(&["configMap", "none"]),
            "Where the report is kept: in a ConfigMap, too, or in the log alone.",
        ),
    ],
);
