//! Connections, resolved in a repository of a few lines.

use crate::{
    node::Node,
    spec::{
        Connection, Peer,
        testing::{Bed, Outcome, bed},
    },
};

/// An app `web` that calls an app `api` by one connection.
fn calls(api: &str, connection: &str) -> Bed {
    bed().app("api", api).app("web", &format!("network: {{ connections: {{ peer: {connection} }} }}\n"))
}

fn only(outcome: &Outcome) -> &Connection {
    assert_eq!(outcome.findings(), [""; 0]);
    let [connection] = outcome.app("web").connections.as_slice() else { panic!("one connection is expected") };
    connection
}

fn url(api: &str, connection: &str) -> String {
    only(&calls(api, connection).resolve()).url.to_string()
}

fn refused(api: &str, connection: &str) -> Vec<String> {
    calls(api, connection).resolve().findings()
}

const API: &str = "containers: { app: { ports: { http: 8080, metrics: { port: 9090, protocol: UDP } } } }\n\
                   service:\n  main: { ports: { http: 80, grpc: { port: 81, target: 8081 } } }\n  \
                   internal: { ports: { http: 8000, stats: { port: 90, target: metrics } } }\n";

#[test]
fn an_app_is_called_by_its_services_port() {
    assert_eq!(url(API, "{ app: api, port: http }"), "http://api.dev.svc:80");
    assert_eq!(url(API, "{ app: api, port: 80 }"), "http://api.dev.svc:80");
    assert_eq!(url(API, "{ app: api, port: http, service: internal }"), "http://api-internal.dev.svc:8000");
    assert_eq!(url(API, "{ app: api, port: stats }"), "tcp://api-internal.dev.svc:90");
}

/// Some ports are those of a sidecar; one is told by its number alone.
const BEHIND_A_PROXY: &str = "containers: { app: { ports: { http: 8080, metrics: { port: 9090, protocol: UDP } } } }\n\
                              sidecars: { proxy: { ports: { tls: { port: 8443, protocol: UDP }, names: { port: 53, protocol: UDP } } } }\n\
                              service:\n  main: { ports: { http: 80, grpc: { port: 81, target: 8081 }, stats: { port: 90, target: metrics },\
                              quic: { port: 443, target: tls }, dns: 53 } }\n";

#[test]
fn policies_need_the_containers_port() {
    let target = |port: &str| {
        let outcome = calls(BEHIND_A_PROXY, &format!("{{ app: api, port: {port} }}")).resolve();
        match &only(&outcome).peer {
            Peer::App { name, namespace, target, protocol } => {
                assert_eq!((name.as_str(), namespace.as_str()), ("api", "dev"));
                (target.as_int(), protocol.as_ref().and_then(Node::scalar_text).unwrap_or_default().to_string())
            }
            peer => panic!("{peer:?}"),
        }
    };
    assert_eq!(target("http"), (Some(8080), String::new()));
    assert_eq!(target("grpc"), (Some(8081), String::new()));
    assert_eq!(target("stats"), (Some(9090), "UDP".into()));
    assert_eq!(target("quic"), (Some(8443), "UDP".into()));
    assert_eq!(target("dns"), (Some(53), "UDP".into()));
}

#[test]
fn schemes() {
    let named = |name: &str, fields: &str| {
        let api = format!("service: {{ main: {{ ports: {{ {name}: {{ port: 7000 {fields} }} }} }} }}\n");
        url(&api, &format!("{{ app: api, port: {name} }}")).split("://").next().unwrap().to_owned()
    };
    assert_eq!(named("grpc-admin", ""), "grpc");
    assert_eq!(named("mysql", ""), "mysql");
    assert_eq!(named("admin", ""), "tcp");
    assert_eq!(named("admin", ", appProtocol: https"), "https");
    assert_eq!(named("http", ", appProtocol: kubernetes.io/ws"), "ws");
    assert_eq!(named("grpc", ", appProtocol: kubernetes.io/h2c"), "grpc");
    assert_eq!(url(API, "{ app: api, port: http, scheme: ftp }"), "ftp://api.dev.svc:80");
    assert_eq!(url(API, "{ host: db.data.svc, port: 5432 }"), "postgres://db.data.svc:5432");
}

#[test]
fn hosts_of_the_cluster_and_outside() {
    let outcome = calls(API, "{ host: db.data.svc.cluster.local, port: 3306 }").resolve();
    assert!(matches!(&only(&outcome).peer, Peer::Service { namespace } if namespace == "data"));
    let outcome = calls(API, "{ fqdn: pay.example.org, port: 443, cidr: 203.0.113.0/24 }").resolve();
    let Peer::Outside { cidr } = &only(&outcome).peer else { panic!("it is outside") };
    assert_eq!(cidr.as_ref().unwrap().as_str(), Some("203.0.113.0/24"));
    assert_eq!(only(&outcome).url, "https://pay.example.org:443");
}

#[test]
fn fields_may_be_references() {
    let outcome = calls(API, "{ fqdn: \"pay.${env.name}.example.org\", port: 443 }").resolve();
    assert_eq!(only(&outcome).host, "pay.dev.example.org");
}

#[test]
fn what_is_not_there_is_underlined() {
    assert_eq!(refused(API, "{ app: apu, port: http }"), ["apu: there is no app `apu`"]);
    assert_eq!(refused(API, "{ app: api, port: htp }"), ["htp: no service of `api` has a port `htp`"]);
    assert_eq!(
        refused(API, "{ app: api, port: stats, service: main }"),
        ["stats: no service `main` of `api` has a port `stats`"]
    );
    assert_eq!(refused(API, "{ app: api, port: http, service: min }"), ["min: `api` has no service `min`"]);
    assert_eq!(refused(API, "{ host: db.data, port: 80 }"), ["db.data: `db.data` is not a service of the cluster"]);
    assert_eq!(refused(API, "{ app: api }"), ["peer: the connection `peer` names no port"]);
}

#[test]
fn a_broken_callee_is_reported_once() {
    let found = refused("service: { main: { port: { http: 80 } } }\n", "{ app: api, port: http }");
    assert_eq!(found, ["port: a service has no field `port`"]);
}

#[test]
fn a_callees_port_may_be_a_reference() {
    let api = "containers: { app: { ports: { http: \"${8000 + 80}\" } } }\nservice: { main: { ports: { http: \"${40 + 40}\" } } }\n";
    let outcome = calls(api, "{ app: api, port: http }").resolve();
    let connection = only(&outcome);
    assert_eq!((connection.url.as_str(), connection.port.as_int()), ("http://api.dev.svc:80", Some(80)));
    let Peer::App { target, .. } = &connection.peer else { panic!("an app is called") };
    assert_eq!(target.as_int(), Some(8080));
}
