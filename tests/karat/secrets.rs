//! What is secret is shown nowhere: neither in a report of any format, nor in a diff.

use crate::command::Repository;

/// Credentials wherever they are looked for, each with a `S3cret`; beside each of them something else is wrong.
const OBJECTS: &str = r#"apiVersion: v1
kind: Pod
metadata: { name: web, namespace: shop, annotations: { proxy: "http://a:S3cret-1@proxy", b/c/d: x } }
spec:
  containers:
    - name: web
      image: web
      command: [web, --client-secret=S3cret-2, --token, S3cret-3]
      args: ["-c", "export DB_PASSWORD=S3cret-4\nweb"]
      env: [{ name: API_KEY, value: S3cret-5, x: 1 }, { name: DSN, value: "postgres://web:S3cret-6@db" }]
---
apiVersion: v1
kind: ConfigMap
metadata: { name: web, namespace: shop }
data: { password: S3cret-7, x: 1, settings.ini: "[db]\npassword = S3cret-8\n" }
---
apiVersion: v1
kind: Secret
metadata:
  name: web
  namespace: shop
  annotations: { kubectl.kubernetes.io/last-applied-configuration: '{"stringData":{"a":"S3cret-9"}}' }
stringData: { user: S3cret-10, x: 1 }
---
apiVersion: argoproj.io/v1alpha1
kind: Application
metadata: { name: web, namespace: argocd }
spec: { source: { helm: { values: "dsn: postgres://web:S3cret-11@db" }, x: 1 } }
"#;

const FORMATS: [&str; 8] = ["human", "json", "sarif", "junit", "github", "gitlab", "markdown", "tap"];

#[test]
fn no_report_shows_what_is_secret() {
    let directory = Repository::empty();
    directory.write("objects.yaml", OBJECTS);
    for format in FORMATS {
        let report = directory.karat(&["lint", "objects.yaml", "--enable", "SEC,IMG", "--format", format]);
        assert_eq!((report.code, report.stderr.as_str()), (1, ""), "{format}");
        assert!(report.stdout.contains("SEC02") && !report.stdout.contains("S3cret"), "{format}: {}", report.stdout);
    }
    let report = directory.karat(&["lint", "objects.yaml", "--only", "SEC02"]);
    insta::assert_snapshot!(report.stdout);
    let fixed = directory.karat(&["lint", "objects.yaml", "--diff"]);
    assert!(!fixed.stdout.contains("S3cret"), "{}", fixed.stdout);
}

#[test]
fn no_difference_shows_what_is_secret() {
    let repository = Repository::new();
    let app = "envs/base/hello/app.yaml";
    repository.edit(app, "    env:\n", "    env:\n      A_PASSWORD: S3cret-1\n");
    assert_eq!(repository.karat(&["golden"]).code, 0);
    repository.edit(app, "S3cret-1", "S3cret-2");
    let checked = repository.karat(&["check", "--diff", "text"]);
    assert!(checked.stdout.contains("GLD001") && checked.stdout.contains("SEC020"), "{}", checked.stdout);
    assert!(!checked.stdout.contains("S3cret"), "{}", checked.stdout);
    let path = "/spec/template/spec/containers/0/env/0/value";
    let explained = repository.karat(&["explain", "dev/hello", "Deployment", path]);
    assert!(!explained.stdout.contains("S3cret"), "{}", explained.stdout);
    // Nor is what the value that counts has replaced.
    let overlay = repository.read("envs/prod/hello.yaml") + "containers: { app: { env: { A_PASSWORD: S3cret-3 } } }\n";
    repository.write("envs/prod/hello.yaml", &overlay);
    for format in ["text", "json"] {
        let explained = repository.karat(&["explain", "prod/hello", "Deployment", "--format", format]).stdout;
        assert!(explained.contains("a credential, which is not shown"), "{explained}");
        assert!(explained.contains("overlay") && !explained.contains("S3cret"), "{explained}");
    }
}
