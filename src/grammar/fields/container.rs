//! Containers: what runs, with which environment, ports, probes, resources and mounts.

use super::{DURATION, NAME, PORT, PORT_OR_NAME, POSITIVE, QUANTITY, STRING, TEXT, app::IMAGE, map, words};
use crate::grammar::{Keys, Object, Scalar, Short, Type, Union, field};

pub(super) const CONTAINER: Object = Object::new(
    "a container",
    &[
        field("image", Type::Object(&IMAGE), "Its image; the app's when left out."),
        field("command", Type::List(&TEXT), "Replaces the image's entry point."),
        field("args", Type::List(&TEXT), "Replaces the image's arguments."),
        field("workingDir", STRING, "Where the command starts."),
        field("env", map(&Type::Object(&ENV)), "Environment variables by name."),
        field(
            "envFrom",
            map(&Type::Object(&ENV_FROM)),
            "All keys of a ConfigMap or Secret as variables, by a name of your own.",
        ),
        field("ports", Type::Map(Keys::PortName, &Type::Object(&CONTAINER_PORT)), "Ports by name."),
        field("probes", Type::Object(&PROBES), "How the kubelet asks for its health."),
        field("resources", Type::Object(&RESOURCES), "What it asks for, and what it may use."),
        field("mounts", map(&Type::Object(&MOUNT)), "Volumes by the path they are mounted at."),
        field("securityContext", Type::Tree, "A SecurityContext."),
        field("lifecycle", Type::Tree, "A Lifecycle: `postStart` and `preStop`."),
    ],
);

const ENV: Object = Object::new(
    "an environment variable",
    &[
        field("value", TEXT, "The value itself."),
        field("secret", STRING, "An entry of `secrets`, or the name of a Secret that exists."),
        field("config", STRING, "An entry of `config`, or the name of a ConfigMap that exists."),
        field("key", STRING, "The key in the Secret or ConfigMap."),
        field("optional", super::BOOL, "Whether the Secret, ConfigMap or key may be missing."),
        field("field", STRING, "A field of the pod, such as `status.podIP`."),
        field("resource", STRING, "A resource of the container, such as `limits.memory`."),
    ],
)
.short(Short::Scalar("value"))
.union(Union::Key(&["value", "secret", "config", "field", "resource"]));

const ENV_FROM: Object = Object::new(
    "a source of variables",
    &[
        field("secret", STRING, "An entry of `secrets`, or the name of a Secret that exists."),
        field("config", STRING, "An entry of `config`, or the name of a ConfigMap that exists."),
        field("prefix", STRING, "What each variable's name starts with."),
    ],
)
.union(Union::Key(&["secret", "config"]));

const CONTAINER_PORT: Object = Object::new(
    "a port",
    &[
        field("port", PORT, "The number."),
        field("protocol", words(&["TCP", "UDP", "SCTP"]), "TCP when left out."),
        field("appProtocol", STRING, "What is spoken, such as `kubernetes.io/h2c`; taken over by services."),
    ],
)
.short(Short::Scalar("port"));

const PROBES: Object = Object::new(
    "probes",
    &[
        field("startup", Type::Object(&PROBE), "Holds the other two back until it succeeds."),
        field("readiness", Type::Object(&PROBE), "Whether the pod gets traffic."),
        field("liveness", Type::Object(&PROBE), "Whether the container is restarted."),
    ],
);

const PROBE: Object = Object::new(
    "a probe",
    &[
        field("http", STRING, "A path to GET."),
        field("tcp", PORT_OR_NAME, "A port to connect to."),
        field("grpc", PORT_OR_NAME, "A port that speaks the gRPC health protocol."),
        field("exec", Type::List(&TEXT), "A command that must exit with 0."),
        field("port", PORT_OR_NAME, "The port of `http`."),
        field("scheme", words(&["HTTP", "HTTPS"]), "The scheme of `http`."),
        field("headers", super::TEXTS, "Headers of `http`."),
        field("service", STRING, "The service that `grpc` asks for."),
        field("delay", DURATION, "How long to wait before the first probe."),
        field("period", DURATION, "How often."),
        field("timeout", DURATION, "How long an answer may take."),
        field("successThreshold", POSITIVE, "How many successes in a row count."),
        field("failureThreshold", POSITIVE, "How many failures in a row count."),
    ],
)
.union(Union::Key(&["http", "tcp", "grpc", "exec"]));

pub(super) const RESOURCES: Object = Object::new(
    "resources",
    &[
        field("requests", map(&QUANTITY), "What the scheduler sets aside, by resource."),
        field("limits", map(&QUANTITY), "What the container cannot exceed, by resource."),
    ],
);

const MOUNT: Object = Object::new(
    "a mount",
    &[
        field("volume", NAME, "An entry of `volumes`."),
        field("config", STRING, "An entry of `config`, or the name of a ConfigMap that exists."),
        field("secret", STRING, "An entry of `secrets`, or the name of a Secret that exists."),
        field("subPath", STRING, "One file or directory of the volume."),
        field("readOnly", super::BOOL, "Whether it cannot be written to."),
        field("mode", Type::Scalar(Scalar::Mode), "The files' permissions, of `config` and `secret`: `0440`."),
        field("optional", super::BOOL, "Whether the ConfigMap or Secret may be missing."),
        field("propagation", words(&["None", "HostToContainer", "Bidirectional"]), "The mount's propagation."),
    ],
)
.union(Union::Key(&["volume", "config", "secret"]));
