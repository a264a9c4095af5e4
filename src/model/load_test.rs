//! Load tests.

use super::{Named, container::Resources, decode::spec_struct, image::Image};
use crate::node::Node;

/// How long is sent where nobody says how long, in seconds.
pub const USUAL_DURATION: u32 = 10;

/// How long a request may take where nobody says otherwise, in seconds.
pub const USUAL_TIMEOUT: u32 = 10;

/// How long it may take to open a connection where nobody says otherwise, in seconds.
pub const USUAL_CONNECT_TIMEOUT: u32 = 5;

/// Connections where nobody says how many.
pub const USUAL_CONNECTIONS: u32 = 50;

/// Requests that are late are still sent for so long when the plan is over, in seconds.
pub const DRAIN: u32 = 1;

spec_struct! {
    /// A load test: the section `loadtest` of an app, or a file of its own.
    LoadTest {
        /// What is asked for, by name.
        targets: Named<LoadTarget> = "targets",
        /// Requests a second.
        rate: Option<Node> = "rate",
        /// How long; a duration.
        duration: Option<Node> = "duration",
        /// Rates one after the other.
        stages: Vec<LoadStage> = "stages",
        /// `uniform` or `poisson`.
        spacing: Option<Node> = "spacing",
        /// How long nothing is measured; a duration.
        warm_up: Option<Node> = "warmUp",
        /// Connections.
        connections: Option<Node> = "connections",
        /// The most requests that are planned.
        requests: Option<Node> = "requests",
        /// How much is received; a quantity.
        max_bytes: Option<Node> = "maxBytes",
        /// What chance is drawn from.
        seed: Option<Node> = "seed",
        /// How long connections are used.
        requests_per_connection: Option<Reuse> = "requestsPerConnection",
        /// For one request; a duration.
        timeout: Option<Node> = "timeout",
        /// For opening a connection; a duration.
        connect_timeout: Option<Node> = "connectTimeout",
        /// How late a request may be to be worth sending; a duration.
        shed_after: Option<Node> = "shedAfter",
        /// Whether HTTP/2 is spoken.
        http2: Option<Node> = "http2",
        /// Requests that share a connection at a time.
        streams: Option<Node> = "streams",
        /// How many redirects are followed.
        redirects: Option<Node> = "redirects",
        /// The most threads that send.
        threads: Option<Node> = "threads",
        /// Whom to trust, and who one is.
        tls: Option<LoadTrust> = "tls",
        /// What is promised of all requests together.
        slo: Named<Node> = "slo",
        /// How late requests may be sent; a duration.
        max_lag: Option<Node> = "maxLag",
        /// How long to wait for the targets; a duration.
        wait_ready: Option<Node> = "waitReady",
        /// Whether the run ends when its outcome is certain.
        abort_on_fail: Option<Node> = "abortOnFail",
        /// Whom to ask what the cluster does meanwhile.
        prometheus: Option<Prometheus> = "prometheus",
        /// Whether to note how many pods run meanwhile.
        replicas: Option<Node> = "replicas",
        /// How many pods send.
        workers: Option<Node> = "workers",
        /// The Job that runs it.
        job: Option<LoadJob> = "job",
    }
}

spec_struct! {
    /// One kind of request.
    LoadTarget {
        /// The path and query.
        path: Option<Node> = "path",
        /// An entry of `service`; `main` when left out.
        service: Option<Node> = "service",
        /// The service's port, by name or number.
        port: Option<Node> = "port",
        /// `http` or `https`.
        scheme: Option<Node> = "scheme",
        /// An entry of `ingress`.
        ingress: Option<Node> = "ingress",
        /// Any URL.
        url: Option<Node> = "url",
        /// `host:port` to connect to instead.
        via: Option<Node> = "via",
        /// The method.
        method: Option<Node> = "method",
        /// Headers by name.
        headers: Named<HeaderValue> = "headers",
        /// What is sent.
        body: Option<Node> = "body",
        /// A file that is sent.
        file: Option<Node> = "file",
        /// What the file holds. The spec loader puts it there.
        content: Option<Node> = "content",
        /// How often it is chosen.
        weight: Option<Node> = "weight",
        /// Which answers are right.
        expect: Option<LoadExpect> = "expect",
        /// What is promised of it alone.
        slo: Named<Node> = "slo",
    }
}

spec_struct! {
    /// The value of a header: one of `value`, `secret`, `env`.
    HeaderValue {
        /// The value itself.
        value: Option<Node> = "value",
        /// A Secret.
        secret: Option<Node> = "secret",
        /// The key in it.
        key: Option<Node> = "key",
        /// An environment variable.
        env: Option<Node> = "env",
    }
}

spec_struct! {
    /// Which answers are right.
    LoadExpect {
        /// The statuses.
        status: Vec<Node> = "status",
        /// Headers, and what they hold.
        headers: Named<Node> = "headers",
        /// A text that the body holds.
        body: Option<Node> = "body",
    }
}

spec_struct! {
    /// A stretch of the plan: `rate`, or `from` and `to`.
    LoadStage {
        /// Requests a second.
        rate: Option<Node> = "rate",
        /// At its beginning.
        from: Option<Node> = "from",
        /// At its end.
        to: Option<Node> = "to",
        /// How long; a duration.
        lasts: Node = "for",
    }
}

spec_struct! {
    /// How long connections are used, in requests.
    Reuse {
        /// At least.
        min: Node = "min",
        /// At most; `min` when left out.
        max: Option<Node> = "max",
    }
}

spec_struct! {
    /// Whom to trust, and who one is.
    LoadTrust {
        /// Whether any certificate will do.
        insecure: Option<Node> = "insecure",
        /// Certificates of authorities.
        authorities: Option<Authorities> = "authorities",
        /// An own certificate.
        identity: Option<Identity> = "identity",
    }
}

spec_struct! {
    /// Certificates of authorities: one of `config`, `secret`, `file`.
    Authorities {
        /// A ConfigMap.
        config: Option<Node> = "config",
        /// A Secret.
        secret: Option<Node> = "secret",
        /// The key in either.
        key: Option<Node> = "key",
        /// A file.
        file: Option<Node> = "file",
    }
}

spec_struct! {
    /// An own certificate and its key: one of `secret`, `certificate`.
    Identity {
        /// A Secret of the type `kubernetes.io/tls`.
        secret: Option<Node> = "secret",
        /// The certificate's file.
        certificate: Option<Node> = "certificate",
        /// The key's file.
        key: Option<Node> = "key",
    }
}

spec_struct! {
    /// Whom to ask what the cluster does meanwhile.
    Prometheus {
        /// Its address.
        url: Node = "url",
        /// How often; a duration.
        interval: Option<Node> = "interval",
        /// Whether it is asked for the app's pods.
        workload: Option<Node> = "workload",
        /// What else, in PromQL, by name.
        queries: Named<Node> = "queries",
    }
}

spec_struct! {
    /// The Job that runs a load test.
    LoadJob {
        /// Whether there is one.
        enabled: Option<Node> = "enabled",
        /// The image with this program in it.
        image: Option<Image> = "image",
        /// When a run has failed; a duration.
        deadline: Option<Node> = "deadline",
        /// Its wave.
        wave: Option<Node> = "wave",
        /// What its container asks for.
        resources: Option<Resources> = "resources",
        /// `configMap` or `none`.
        report: Option<Node> = "report",
    }
}
