//! The ready-made container of a smoke test: it asks a service of the app until that answers, and fails if it never does.

use super::{
    address::Address,
    codes::CUT_SHORT,
    duration::whole_seconds,
    findings::{misplace, place},
};
use crate::{
    diagnostic::Diagnostic,
    model::{App, Container, Decode, Image, Job, Request, ServicePort},
    node::{Key, Map, Node},
};

/// What asks, unless the container names another image whose `curl` does.
const IMAGE: (&str, &str) = ("curlimages/curl", "8.16.0");

/// The image calls its user by a name, which the kubelet cannot tell from root (`runAsNonRoot`).
const USER: i64 = 65_532;

/// How long one attempt may take, in seconds, and how many there are.
const TIMEOUT: i64 = 10;
const ATTEMPTS: i64 = 6;

/// curl pauses for a second after the first attempt, and then each time for twice as long, until it would be more than the
/// longest pause, in seconds (<https://curl.se/docs/manpage.html#--retry>).
const GROWING: i64 = 10;
const LONGEST_PAUSE: i64 = 600;

/// What a job runs: the container of its request, else its own; nothing if it has neither.
pub(super) fn container(app: &App, key: &Key, job: &Job, diagnostics: &mut Vec<Diagnostic>) -> Option<Container> {
    let Some(request) = &job.request else { return job.container.clone() };
    let own = job.container.clone();
    let mut container = own.or_else(|| Container::decode(&Node::made(Map::new()), diagnostics))?;
    report_misplaced(&container, diagnostics);
    let is_default = container.image.as_ref().is_none_or(|image| image.repository.is_none());
    if is_default {
        container.security_context = Some(with_user(app, container.security_context.take()));
    }
    container.image = Some(image(container.image.take()));
    container.command = Some(Node::new(vec![Node::made("curl")], request.span));
    container.args = Some(Node::new(args(app, key, request, diagnostics), request.span));
    Some(container)
}

/// The container's own image, or what it says about the ready-made one.
fn image(own: Option<Image>) -> Image {
    let (repository, tag) = IMAGE;
    let made = |text: &'static str| Some(Node::made(text));
    let ready = Image { span: None, repository: made(repository), tag: made(tag), digest: None, pull_policy: None };
    own.map_or_else(|| ready.clone(), |own| own.over(&ready))
}

/// A security context that says by number who the container is, where neither it nor the pod's says so.
fn with_user(app: &App, context: Option<Node>) -> Node {
    let of_pod = app.pod().and_then(|pod| pod.security_context.as_ref()?.get("runAsUser"));
    let mut context = context.unwrap_or_else(|| Node::made(Map::new()));
    if let Some(map) = context.as_map_mut().filter(|map| of_pod.is_none() && map.get("runAsUser").is_none()) {
        map.insert("runAsUser", Node::made(USER));
    }
    context
}

/// Whatever goes wrong is tried again, with longer and longer pauses: a refused connection, a status of 400 or more.
fn args(app: &App, key: &Key, request: &Request, diagnostics: &mut Vec<Diagnostic>) -> Vec<Node> {
    let timeout = request.timeout.as_ref().and_then(|timeout| whole_seconds(timeout, diagnostics));
    let timeout = timeout.unwrap_or_else(|| Node::made(TIMEOUT));
    let attempts = request.attempts.clone().unwrap_or_else(|| Node::made(ATTEMPTS));
    let retries = Node::new(attempts.as_int().unwrap_or(ATTEMPTS).saturating_sub(1), attempts.span);
    let text = |number: &Node| Node::new(number.scalar_text().unwrap_or_default(), number.span);
    let mut args: Vec<Node> =
        ["--fail", "--silent", "--show-error", "--output", "/dev/null", "--max-time"].map(Node::made).to_vec();
    args.extend([text(&timeout), Node::made("--retry"), text(&retries), Node::made("--retry-all-errors")]);
    args.extend(address(key, request).url(app, diagnostics));
    args
}

/// Reports attempts that may take longer than the job has; `deadline` is in seconds.
pub(super) fn report_cut_short(request: &Request, deadline: &Node, diagnostics: &mut Vec<Diagnostic>) {
    let longest = longest(request);
    if deadline.as_int().is_none_or(|deadline| longest <= deadline) {
        return;
    }
    let message = "the attempts of this request may take longer than the deadline of its job";
    let place = request.attempts.as_ref().or(request.timeout.as_ref()).and_then(Node::any_span).or(request.span);
    let help = format!(
        "with curl's pauses between them they take up to {longest}s: set `deadline` to more, or ask less often"
    );
    diagnostics.push(Diagnostic::new(&CUT_SHORT, message).at(place).help(help));
}

/// How long all attempts may take, and the pauses between them, in seconds.
fn longest(request: &Request) -> i64 {
    // A duration of no whole seconds is reported where it is rendered.
    let timeout = request.timeout.as_ref().and_then(|timeout| whole_seconds(timeout, &mut Vec::new())?.as_int());
    let attempts = request.attempts.as_ref().and_then(Node::as_int).unwrap_or(ATTEMPTS).max(1);
    let pauses = attempts - 1;
    let growing: i64 = (0..pauses.min(GROWING)).map(|pause| 1 << pause).sum();
    let level = (pauses - GROWING).max(0).saturating_mul(LONGEST_PAUSE);
    attempts.saturating_mul(timeout.unwrap_or(TIMEOUT)).saturating_add(growing).saturating_add(level)
}

fn address<'a>(key: &'a Key, request: &'a Request) -> Address<'a> {
    Address {
        key,
        service: request.service.as_ref(),
        port: Some(&request.port),
        scheme: request.scheme.as_ref(),
        path: request.path.as_ref(),
    }
}

/// The ports of services that the app's own jobs ask, for the NetworkPolicy.
pub(super) fn targets(app: &App) -> impl Iterator<Item = (&Key, &(Key, ServicePort))> {
    app.spec.jobs.iter().filter_map(move |(key, job)| {
        let (_, port) = address(key, job.request.as_ref()?).find(app, &mut Vec::new())?;
        Some((key, port))
    })
}

fn report_misplaced(own: &Container, diagnostics: &mut Vec<Diagnostic>) {
    let fields = [("command", place(own.command.as_ref())), ("args", place(own.args.as_ref()))];
    misplace(&fields, "a job with `request`", "take it out, or take out `request`", diagnostics);
}

#[cfg(test)]
mod tests {
    use crate::render::testing::{Rendered, rendered};

    fn with_job(job: &str) -> Rendered {
        rendered(&format!(
            "image: web:1
workload: {{ type: deployment, pod: {{ securityContext: {{ runAsNonRoot: true }} }} }}
containers: {{ app: {{ ports: {{ http: 8080 }} }} }}
service: {{ main: {{ ports: {{ http: 80 }} }} }}
network: {{ defaultDeny: true, allow: {{ dns: false }} }}
jobs: {{ smoke: {{ type: job, {job} }} }}"
        ))
    }

    #[test]
    fn it_asks_a_service_of_the_app() {
        let web = with_job("hook: PostSync, request: http");
        let at = |pointer: &str| web.json("Job", &format!("/spec/template/spec/containers/0{pointer}"));
        assert_eq!(at("/image"), r#""curlimages/curl:8.16.0""#);
        assert_eq!(at("/command"), r#"["curl"]"#);
        assert_eq!(
            at("/args"),
            r#"["--fail","--silent","--show-error","--output","/dev/null","--max-time","10","--retry","5","--retry-all-errors","http://web.shop.svc:80/"]"#
        );
        assert_eq!(at("/securityContext/runAsUser"), "65532");
        assert_eq!(web.cause("Job", "/spec/template/spec/containers/0/args/10"), "http");
        assert_eq!(web.findings(), [""; 0]);
    }

    #[test]
    fn its_pods_reach_the_service_and_no_more() {
        let web = with_job("hook: PostSync, request: { port: 80, path: healthz, attempts: 1, timeout: 1m }");
        let peer = r#"[{"namespaceSelector":{"matchLabels":{"kubernetes.io/metadata.name":"shop"}},"podSelector":{"matchLabels":{"karat.dev/app":"web"}}}]"#;
        for (direction, side) in [("ingress", "from"), ("egress", "to")] {
            assert_eq!(web.json("NetworkPolicy", &format!("/spec/{direction}/0/{side}")), peer);
            assert_eq!(
                web.json("NetworkPolicy", &format!("/spec/{direction}/0/ports")),
                r#"[{"port":8080,"protocol":"TCP"}]"#
            );
            assert_eq!(web.json("NetworkPolicy", &format!("/spec/{direction}/1")), "nothing");
        }
        assert!(web.json("Job", "/spec/template/spec/containers/0/args").contains(r#""60","--retry","0""#));
        assert_eq!(web.json("Job", "/spec/template/spec/containers/0/args/10"), r#""http://web.shop.svc:80/healthz""#);
    }

    #[test]
    fn another_image_is_who_it_says() {
        let web = with_job("request: http, container: { image: \"mirror.example/curl:8\" }");
        assert_eq!(web.json("Job", "/spec/template/spec/containers/0/image"), r#""mirror.example/curl:8""#);
        assert_eq!(web.json("Job", "/spec/template/spec/containers/0/securityContext"), "nothing");
    }

    #[test]
    fn what_its_deadline_cuts_short_is_reported() {
        let late = |job: &str| with_job(job).findings();
        // Six attempts of 10s, and pauses of 1s, 2s, 4s, 8s and 16s.
        assert_eq!(late("request: http, deadline: 91s"), [""; 0]);
        let message = "the attempts of this request may take longer than the deadline of its job";
        assert_eq!(late("request: http, deadline: 90s"), [format!("REN021 http: {message}")]);
        assert_eq!(late("hook: PostSync, request: {port: http, timeout: 2m}"), [format!("REN021 2m: {message}")]);
        assert_eq!(
            late("hook: PostSync, request: {port: http, attempts: 11, timeout: 1s}"),
            [format!("REN021 11: {message}")]
        );
        assert_eq!(late("hook: PostSync, request: {port: http, attempts: 9, timeout: 30s}"), [""; 0]);
        // Eleven pauses are 1023s and one of 10m.
        assert_eq!(late("deadline: 1635s, request: {port: http, attempts: 12, timeout: 1s}"), [""; 0]);
        assert_eq!(
            late("deadline: 1634s, request: {port: http, attempts: 12, timeout: 1s}"),
            [format!("REN021 12: {message}")]
        );
        assert_eq!(late("request: {port: http, attempts: 1000}"), [""; 0]);
    }

    #[test]
    fn what_it_cannot_ask_is_reported() {
        assert_eq!(with_job("request: htpp").findings(), ["REN001 htpp: `htpp` is no entry of `ports`"]);
        assert_eq!(with_job("request: 81").findings(), ["REN001 81: the service `main` has no port 81"]);
        assert_eq!(
            with_job("request: { service: mian, port: 80 }, container: { command: [sh] }").findings(),
            [
                "REN002 [sh]: `command` has no place in a job with `request`",
                "REN001 mian: `mian` is no entry of `service`"
            ]
        );
    }
}
