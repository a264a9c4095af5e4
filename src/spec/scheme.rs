//! The schemes of URLs, told by what is known of a port.

/// The scheme that a port's name stands for, as <https://istio.io/latest/docs/ops/configuration/traffic-management/protocol-selection/>
/// and the field use names.
pub(super) fn of_port(name: &str, spoken: Option<&str>) -> &'static str {
    let known = |text: &str| {
        let first = text.split('-').next().unwrap_or_default();
        SCHEMES.iter().find(|scheme| **scheme == first).copied()
    };
    match spoken {
        Some("kubernetes.io/h2c" | "http2") => known(name).unwrap_or("http"),
        Some("kubernetes.io/ws") => "ws",
        Some("kubernetes.io/wss") => "wss",
        Some(spoken) => known(spoken).or_else(|| known(name)).unwrap_or("tcp"),
        None => known(name).unwrap_or("tcp"),
    }
}

const SCHEMES: &[&str] = &[
    "http",
    "https",
    "grpc",
    "grpcs",
    "ws",
    "wss",
    "mysql",
    "postgres",
    "postgresql",
    "redis",
    "rediss",
    "amqp",
    "amqps",
    "mongodb",
    "nats",
    "ldap",
    "ldaps",
    "smtp",
    "ftp",
    "mqtt",
];

/// The scheme that a port outside of the environment is known for by its number.
pub(super) fn of_number(number: &str) -> &'static str {
    match number {
        "80" | "8080" => "http",
        "443" | "8443" => "https",
        "3306" => "mysql",
        "5432" => "postgres",
        "6379" => "redis",
        "5672" => "amqp",
        _ => "tcp",
    }
}
