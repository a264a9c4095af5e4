//! Probes: how the kubelet asks for a container's health.

use super::{
    codes::UNKNOWN_REFERENCE,
    duration::whole_seconds,
    findings::{misplace, missing, place},
};
use crate::{
    diagnostic::Diagnostic,
    grammar::known_or_similar,
    model::{Container, ContainerPort, Named, Probe},
    node::{Key, Node, object},
};

/// A probe of a container; `name` is the container's.
pub(super) fn probe(
    name: &Key,
    container: &Container,
    probe: Option<&Probe>,
    diagnostics: &mut Vec<Diagnostic>,
) -> Option<Node> {
    let probe = probe?;
    report_misplaced(probe, diagnostics);
    let mut seconds = |duration: &Option<Node>| whole_seconds(duration.as_ref()?, diagnostics);
    let timing = [seconds(&probe.delay), seconds(&probe.period), seconds(&probe.timeout)];
    let [delay, period, timeout] = timing;
    Some(object! {
        "httpGet": http_get(name, container, probe, diagnostics),
        "tcpSocket": probe.tcp.as_ref().map(|port| object! { "port": port }),
        "grpc": grpc(container, probe, diagnostics),
        "exec": probe.exec.as_ref().map(|command| object! { "command": command }),
        "initialDelaySeconds": delay,
        "periodSeconds": period,
        "timeoutSeconds": timeout,
        "successThreshold": &probe.success_threshold,
        "failureThreshold": &probe.failure_threshold,
    })
}

fn http_get(name: &Key, container: &Container, probe: &Probe, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let path = probe.http.as_ref()?;
    let port = probe.port.clone().or_else(|| only_port(&container.ports));
    if port.is_none() {
        let message = format!("a probe of the container `{}` does not say which port it asks", name.text);
        diagnostics.push(missing(name, message, "add `port` to the probe").at(path.span));
    }
    let header = |(name, value): &(Key, Node)| object! { "name": name, "value": value };
    let headers: Vec<Node> = probe.headers.iter().map(header).collect();
    Some(object! {
        "path": path,
        "port": port?,
        "scheme": &probe.scheme,
        "httpHeaders": (!headers.is_empty()).then_some(headers),
    })
}

fn only_port(ports: &Named<ContainerPort>) -> Option<Node> {
    match ports.as_slice() {
        [(name, _)] => Some(name.into()),
        _ => None,
    }
}

/// Kubernetes takes no names here, so the container's port is looked up.
fn grpc(container: &Container, probe: &Probe, diagnostics: &mut Vec<Diagnostic>) -> Option<Node> {
    let port = probe.grpc.as_ref()?;
    let number = match port.as_str() {
        Some(name) => {
            let found = container.ports.iter().find(|(key, _)| key.text == name);
            if found.is_none() {
                let names = container.ports.iter().map(|(key, _)| key.as_str());
                let finding = Diagnostic::new(&UNKNOWN_REFERENCE, format!("the container has no port `{name}`"));
                diagnostics.push(finding.at(port.span).help(known_or_similar(name, names)));
            }
            found?.1.port.clone().caused_by(port.span)
        }
        None => port.clone(),
    };
    Some(object! { "port": number, "service": &probe.service })
}

fn report_misplaced(probe: &Probe, diagnostics: &mut Vec<Diagnostic>) {
    if probe.http.is_none() {
        let headers = probe.headers.first().and_then(|(key, _)| key.span);
        let fields =
            [("port", place(probe.port.as_ref())), ("scheme", place(probe.scheme.as_ref())), ("headers", headers)];
        misplace(&fields, "a probe without `http`", "take the field out, or make it a probe by `http`", diagnostics);
    }
    if probe.grpc.is_none() {
        let fields = [("service", place(probe.service.as_ref()))];
        misplace(&fields, "a probe without `grpc`", "take the field out, or make it a probe by `grpc`", diagnostics);
    }
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    const PROBE: &str = "/spec/template/spec/containers/0/livenessProbe";

    fn with_probe(ports: &str, probe: &str) -> Rendered {
        rendered(&format!(
            "containers: {{ app: {{ image: web:1, ports: {{ {ports} }}, probes: {{ liveness: {{ {probe} }} }} }} }}"
        ))
    }

    fn json(ports: &str, probe: &str) -> String {
        let rendered = with_probe(ports, probe);
        assert_eq!(rendered.findings(), [""; 0]);
        rendered.json("Deployment", PROBE)
    }

    #[test]
    fn handlers() {
        let http = json("", "http: /live, port: 8080, scheme: HTTPS, headers: { X-Probe: '1' }");
        let expected = r#"{"httpGet":{"httpHeaders":[{"name":"X-Probe","value":"1"}],"path":"/live","port":8080,"scheme":"HTTPS"}}"#;
        assert_eq!(http, expected);
        assert_eq!(json("", "tcp: db"), r#"{"tcpSocket":{"port":"db"}}"#);
        assert_eq!(json("rpc: 9090", "grpc: rpc, service: s"), r#"{"grpc":{"port":9090,"service":"s"}}"#);
        assert_eq!(json("", "exec: [true, -v]"), r#"{"exec":{"command":["true","-v"]}}"#);
    }

    #[test]
    fn durations_are_seconds_and_keep_their_places() {
        let rendered = with_probe("", "tcp: 80, delay: 1m, period: 5s, timeout: 2s, failureThreshold: 3");
        assert_eq!(rendered.json("Deployment", &format!("{PROBE}/initialDelaySeconds")), "60");
        assert_eq!(rendered.cause("Deployment", &format!("{PROBE}/initialDelaySeconds")), "1m");
        assert_eq!(rendered.cause("Deployment", &format!("{PROBE}/tcpSocket/port")), "80");
    }

    #[test]
    fn the_only_port_is_meant() {
        assert_eq!(json("http: 8080", "http: /live"), r#"{"httpGet":{"path":"/live","port":"http"}}"#);
        let rendered = with_probe("http: 8080, admin: 8081", "http: /live");
        assert_eq!(
            rendered.findings(),
            ["SPC013 /live: a probe of the container `app` does not say which port it asks"]
        );
    }

    #[test]
    fn what_cannot_be_is_refused() {
        let rendered = with_probe("rpc: 9090", "grpc: rcp, port: 80, period: 500ms");
        assert_eq!(
            rendered.findings(),
            [
                "REN002 80: `port` has no place in a probe without `http`",
                "SPC012 500ms: `500ms` is not a whole number of seconds",
                "REN001 rcp: the container has no port `rcp`",
            ]
        );
    }
}
