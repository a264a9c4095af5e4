//! `karat explain` on the worked example.

use std::path::Path;

use crate::command::karat_in;

fn explain(arguments: &[&str]) -> String {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/fixtures/examples");
    let ended = karat_in(&root, &[&["explain"], arguments].concat());
    format!("exit {}\n{}{}", ended.code, ended.stdout, ended.stderr)
}

#[test]
fn fields_trace_to_their_layers() {
    let deployment = |app, pointer| explain(&[app, "Deployment", pointer]);
    let cases = [
        deployment("dev/checkout", "/spec/replicas"),
        deployment("prod/checkout", "/spec/replicas"),
        deployment("prod/checkout", "/spec/template/spec/containers/0/image"),
        deployment("dev/checkout", "/spec/template/spec/containers/0/env/0/value"),
        deployment("dev/checkout", "/spec/template/spec/containers/0/env/0/name"),
        deployment("prod/checkout", "/metadata/namespace"),
        deployment("prod/checkout", "/kind"),
        explain(&["prod/checkout", "ScaledObject", "/spec/pollingInterval"]),
        explain(&["dev/checkout", "Ingress", "/spec/tls"]),
        explain(&["dev/cart", "service/cart-headless", "/spec/clusterIP"]),
        deployment("dev/checkout", "/spec/template/spec/containers/[name=app]/image"),
        deployment("dev/checkout", "/spec/template/spec/containers/[name=nobody]/image"),
        explain(&["dev/checkout", "AppProject/dev-shop", "/metadata/name"]),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}

#[test]
fn what_cannot_be_explained_is_said() {
    let cases = [
        explain(&["dev/chekout", "Deployment", "/spec"]),
        explain(&["test/checkout", "Deployment", "/spec"]),
        explain(&["dev/checkout", "StatefulSet", "/spec"]),
        explain(&["dev/checkout", "Deployment", "spec"]),
        explain(&["dev", "Deployment", "/spec"]),
        explain(&["dev/checkout"]),
        explain(&["NET999"]),
        explain(&["foo"]),
    ];
    insta::assert_snapshot!(cases.join("\n"));
}
