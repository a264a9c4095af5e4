//! A repository of N apps in three environments, the same for the same N.

use std::{fmt::Write, io, path::Path};

use crate::write;

const ENVIRONMENTS: [&str; 3] = ["dev", "staging", "prod"];

/// Writes the repository, without policies.
pub(crate) fn generate(root: &Path, apps: u32) -> io::Result<()> {
    write(&root.join("karat.yaml"), PROJECT)?;
    write(&root.join("envs/defaults.yaml"), DEFAULTS)?;
    for environment in ENVIRONMENTS {
        write(&root.join(format!("envs/{environment}/env.yaml")), &self::environment(environment))?;
    }
    for number in 0..apps {
        let name = name(number);
        write(&root.join(format!("envs/base/{name}/app.yaml")), &app(number))?;
        write(&root.join(format!("envs/staging/{name}.yaml")), &staging(number))?;
        write(&root.join(format!("envs/prod/{name}.yaml")), &prod(number))?;
    }
    Ok(())
}

/// The name of an app.
pub(crate) fn name(number: u32) -> String {
    format!("app-{number:05}")
}

/// The version of an app that is in production.
pub(crate) fn released(number: u32) -> String {
    format!("1.{}.{}", number % 90, number % 7)
}

const PROJECT: &str = "\
apiVersion: karat/v1
kind: Project
kubeVersion: \"1.34\"
argocd: { namespace: argocd, repoURL: https://git.example/platform/apps.git, targetRevision: main, source: golden }
";

const DEFAULTS: &str = "\
apiVersion: karat/v1
kind: EnvironmentDefaults
defaults:
  image: { pullPolicy: IfNotPresent }
  workload:
    revisionHistory: 3
    pod: { securityContext: { runAsNonRoot: true, runAsUser: 10001, seccompProfile: { type: RuntimeDefault } } }
  containers:
    \"*\":
      resources: { requests: { cpu: 50m, memory: 64Mi }, limits: { cpu: 500m, memory: 256Mi } }
      securityContext:
        allowPrivilegeEscalation: false
        readOnlyRootFilesystem: true
        capabilities: { drop: [ALL] }
  network: { defaultDeny: true, allow: { dns: true } }
";

fn environment(name: &str) -> String {
    let layers = match name {
        "dev" => {
            "overrides: { autoscaling: { min: 1, max: 2 }, containers: { \"*\": { env: { LOG_LEVEL: debug } } } }\n"
        }
        "prod" => "enforce: { disruption: { maxUnavailable: 1 } }\n",
        _ => "",
    };
    format!(
        "\
apiVersion: karat/v1
kind: Environment
metadata: {{ name: {name} }}
domain: {name}.example
namespace: ${{app.team}}-{name}
cluster:
  server: https://kubernetes.{name}.example
  kubeVersion: \"1.34\"
  apis: [argoproj.io/v1alpha1, keda.sh/v1alpha1]
platform:
  ingress: {{ namespace: ingress-nginx, podLabels: {{ app.kubernetes.io/name: ingress-nginx }} }}
  monitoring: {{ namespace: monitoring, podLabels: {{ app.kubernetes.io/name: prometheus }} }}
  dns: {{ namespace: kube-system, podLabels: {{ k8s-app: kube-dns }} }}
{layers}"
    )
}

/// An app's base: eight objects in each environment.
fn app(number: u32) -> String {
    let (name, team) = (name(number), number % 20);
    let (mut env, mut connections) = (String::new(), String::new());
    for callee in callees(number) {
        let callee = self::name(callee);
        let _ = writeln!(env, "      {}_URL: ${{connections.{callee}.url}}", callee.replace('-', "_").to_uppercase());
        let _ = writeln!(connections, "    {callee}: {{ app: {callee}, port: http }}");
    }
    let autoscaling = match number % 4 {
        0 => KEDA,
        _ => HPA,
    };
    format!(
        "\
apiVersion: karat/v1
kind: App
metadata: {{ name: {name}, team: team-{team:02}, labels: {{ app.kubernetes.io/part-of: suite-{team:02} }} }}
image: {{ repository: registry.acme.example/team-{team:02}/{name}, tag: \"2.0.{number}\" }}
workload:
  type: deployment
  replicas: 2
  strategy: {{ type: RollingUpdate, maxSurge: 25%, maxUnavailable: 0 }}
  gracePeriod: 30s
containers:
  app:
    args: [--listen=:8080, --metrics=:9464]
    env:
      LOG_LEVEL: info
      ENVIRONMENT: ${{env.name}}
      POD_IP: {{ field: status.podIP }}
{env}    ports: {{ http: 8080, metrics: 9464 }}
    probes:
      startup: {{ http: /startupz, port: http, period: 2s, failureThreshold: 30 }}
      readiness: {{ http: /readyz, port: http, period: 5s }}
      liveness: {{ http: /livez, port: http, period: 10s }}
    resources: {{ requests: {{ cpu: 200m, memory: 128Mi }}, limits: {{ memory: 512Mi }} }}
    mounts: {{ /etc/app: {{ config: main }}, /tmp: {{ volume: scratch }} }}
volumes: {{ scratch: {{ emptyDir: {{ sizeLimit: 64Mi }} }} }}
service:
  main: {{ ports: {{ http: {{ port: 80, target: http }} }} }}
ingress:
  main:
    class: nginx
    host: {name}.${{env.domain}}
    paths: {{ /: {{ service: main, port: http }} }}
    tls: {{ secret: {name}-tls }}
config:
  main:
    data:
      app.properties: |
        cache.size={number}
        cache.ttl=5m
        region=${{env.name}}
{autoscaling}disruption: {{ maxUnavailable: 1 }}
network:
  allow: {{ ingressController: true, metrics: true }}
  connections:{connections}",
        connections = if connections.is_empty() { " {}\n".into() } else { format!("\n{connections}") },
    )
}

const HPA: &str = "autoscaling: { min: 2, max: 10, metrics: { cpu: 70 } }\n";

const KEDA: &str = "\
autoscaling:
  min: 2
  max: 20
  triggers:
    rate:
      type: prometheus
      metadata:
        serverAddress: http://prometheus.monitoring:9090
        query: sum(rate(http_requests_total[2m]))
        threshold: \"100\"
  fallback: { failureThreshold: 3, replicas: 4 }
";

/// Whom an app calls: at most two apps before it, so that nobody calls in a circle.
fn callees(number: u32) -> impl Iterator<Item = u32> {
    let two = [number / 2, number / 3];
    let distinct = if two[0] == two[1] { 1 } else { 2 };
    two.into_iter().take(distinct).filter(move |callee| *callee < number)
}

fn overlay(number: u32, fields: &str) -> String {
    format!("apiVersion: karat/v1\nkind: AppOverlay\nmetadata: {{ name: {} }}\n{fields}", name(number))
}

fn staging(number: u32) -> String {
    overlay(number, &format!("image: {{ tag: \"2.0.{number}-rc.1\" }}\nautoscaling: {{ max: 4 }}\n"))
}

fn prod(number: u32) -> String {
    let tag = released(number);
    let fields = format!(
        "\
image: {{ tag: \"{tag}\" }}
autoscaling: {{ min: 3, max: 40 }}
containers:
  app:
    env: {{ LOG_LEVEL: warn, TRACING: \"on\" }}
    resources: {{ requests: {{ cpu: 500m, memory: 512Mi }}, limits: {{ memory: 1Gi }} }}
"
    );
    overlay(number, &fields)
}
