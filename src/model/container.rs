//! Containers.

use super::{Named, decode::spec_struct, image::Image};
use crate::node::Node;

spec_struct! {
    /// A container. Every field may be left out, so that one may consist of an image alone.
    Container {
        /// Its image; the app's when left out.
        image: Option<Image> = "image",
        /// Replaces the image's entry point.
        command: Option<Node> = "command",
        /// Replaces the image's arguments.
        args: Option<Node> = "args",
        /// Where the command starts.
        working_dir: Option<Node> = "workingDir",
        /// Environment variables.
        env: Named<EnvVar> = "env",
        /// ConfigMaps and Secrets whose keys become variables.
        env_from: Named<EnvFrom> = "envFrom",
        /// Ports by name.
        ports: Named<ContainerPort> = "ports",
        /// Probes.
        probes: Option<Probes> = "probes",
        /// Requests and limits.
        resources: Option<Resources> = "resources",
        /// Mounts by path.
        mounts: Named<Mount> = "mounts",
        /// A SecurityContext.
        security_context: Option<Node> = "securityContext",
        /// A Lifecycle.
        lifecycle: Option<Node> = "lifecycle",
    }
}

spec_struct! {
    /// An environment variable: one of `value`, `secret`, `config`, `field`, `resource`.
    EnvVar {
        /// The value itself.
        value: Option<Node> = "value",
        /// A Secret.
        secret: Option<Node> = "secret",
        /// A ConfigMap.
        config: Option<Node> = "config",
        /// The key in it.
        key: Option<Node> = "key",
        /// Whether it may be missing.
        optional: Option<Node> = "optional",
        /// A field of the pod.
        field: Option<Node> = "field",
        /// A resource of the container.
        resource: Option<Node> = "resource",
    }
}

spec_struct! {
    /// A source of variables: one of `secret`, `config`.
    EnvFrom {
        /// A Secret.
        secret: Option<Node> = "secret",
        /// A ConfigMap.
        config: Option<Node> = "config",
        /// What each name starts with.
        prefix: Option<Node> = "prefix",
    }
}

spec_struct! {
    /// A container's port.
    ContainerPort {
        /// The number.
        port: Node = "port",
        /// TCP when left out.
        protocol: Option<Node> = "protocol",
        /// What is spoken.
        app_protocol: Option<Node> = "appProtocol",
    }
}

spec_struct! {
    /// The three probes.
    Probes {
        /// Holds the other two back.
        startup: Option<Probe> = "startup",
        /// Whether the pod gets traffic.
        readiness: Option<Probe> = "readiness",
        /// Whether the container is restarted.
        liveness: Option<Probe> = "liveness",
    }
}

spec_struct! {
    /// A probe: one of `http`, `tcp`, `grpc`, `exec`.
    Probe {
        /// A path to GET.
        http: Option<Node> = "http",
        /// A port to connect to.
        tcp: Option<Node> = "tcp",
        /// A port that speaks the gRPC health protocol.
        grpc: Option<Node> = "grpc",
        /// A command.
        exec: Option<Node> = "exec",
        /// The port of `http`.
        port: Option<Node> = "port",
        /// The scheme of `http`.
        scheme: Option<Node> = "scheme",
        /// The headers of `http`.
        headers: Named<Node> = "headers",
        /// The service that `grpc` asks for.
        service: Option<Node> = "service",
        /// How long to wait first; a duration.
        delay: Option<Node> = "delay",
        /// How often; a duration.
        period: Option<Node> = "period",
        /// How long an answer may take; a duration.
        timeout: Option<Node> = "timeout",
        /// How many successes count.
        success_threshold: Option<Node> = "successThreshold",
        /// How many failures count.
        failure_threshold: Option<Node> = "failureThreshold",
    }
}

spec_struct! {
    /// What a container asks for and may use.
    Resources {
        /// Requests by resource.
        requests: Option<Node> = "requests",
        /// Limits by resource.
        limits: Option<Node> = "limits",
    }
}

spec_struct! {
    /// A mount: one of `volume`, `config`, `secret`.
    Mount {
        /// An entry of `volumes`.
        volume: Option<Node> = "volume",
        /// An entry of `config`, or a ConfigMap that exists.
        config: Option<Node> = "config",
        /// An entry of `secrets`, or a Secret that exists.
        secret: Option<Node> = "secret",
        /// One file or directory of it.
        sub_path: Option<Node> = "subPath",
        /// Whether it cannot be written to.
        read_only: Option<Node> = "readOnly",
        /// The files' permissions.
        mode: Option<Node> = "mode",
        /// Whether it may be missing.
        optional: Option<Node> = "optional",
        /// The mount's propagation.
        propagation: Option<Node> = "propagation",
    }
}
