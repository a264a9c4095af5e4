//! What an Application, a repository or a caller gets wrong: nothing is printed, and the first line says why.

use std::{fs, time::Duration};

use serde_json::{Value, json};

use super::{Running, app, with};
use crate::{
    case::{ask, left_behind},
    grpc::Patience,
    request::{Application, Asked},
    server::PluginServer,
    suite::against_both,
};

against_both!(refusals, findings, no_directory, huge_variable, impatient);

fn refusals<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |root| fs::create_dir_all(root.join("envs/base")).unwrap());
    let web = json!([{"name": "app", "string": "web"}]);
    let long = "x".repeat(100_000);
    let rows = [
        (with("dev", Value::Null, &[]), "no app is named"),
        (Application { path: "envs/dev".to_owned(), ..Application::default() }, "no app is named"),
        (app("dev", "wbe"), "no app `wbe`"),
        (app("dev", "../web"), "no app `../web`"),
        (app("dev", &long), "no app `xxx"),
        (with("dev", json!([{"name": "appp", "string": "web"}]), &[]), "the plugin knows no parameter `appp`"),
        (with("dev", json!([{"name": "app", "array": ["web"]}]), &[]), "the parameter `app` takes `string:`"),
        (with("dev", json!([web[0], web[0]]), &[]), "the parameter `app` is given twice"),
        (with("dev", web.clone(), &[("REGION", "eu")]), "the plugin knows no variable `REGION`"),
        (with("dev", web.clone(), &[("KARAT_VERSION", "9.9.9")]), "the Application asks for karat 9.9.9"),
        (with("dev", web.clone(), &[("MAX_SHRINK", "many")]), "the parameter `maxShrink` takes"),
        (with("base", web.clone(), &[]), "there is no environment `base`"),
        (
            Application { path: "golden/dev".to_owned(), ..app("dev", "web") },
            "the source's path `golden/dev` is no environment of Karat",
        ),
        (Application { path: ".".to_owned(), ..app("dev", "web") }, "the source's path `.` is no environment of Karat"),
    ];
    for (application, expected) in rows {
        let refusal = running.refusal(&application);
        let first = refusal.lines().next().unwrap();
        assert!(first.starts_with("exit status 2: error: ") && first.contains(expected), "{expected}: {refusal}");
        assert!(refusal.lines().all(|line| line.chars().count() < 300), "{refusal}");
        assert!(refusal.lines().count() <= 20, "{refusal}");
    }
}

fn findings<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |root| {
        let file = root.join("envs/dev/web.yaml");
        let text = fs::read_to_string(&file).unwrap();
        fs::write(file, text + "\nnonsense: 1\n").unwrap();
    });
    let refusal = running.refusal(&app("dev", "web"));
    let first = refusal.lines().next().unwrap();
    assert!(first.starts_with("exit status 1: envs/dev/web.yaml:"), "{refusal}");
    assert!(first.contains("nonsense"), "{refusal}");
    running.ask(&app("prod", "web")).expect("another environment is whole");
}

/// The plugin does not even start in a directory that there is not.
fn no_directory<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |_| {});
    let message = running.ask(&app("qa", "web")).expect_err("there is no such environment").message;
    assert!(message.ends_with("no such file or directory"), "{message}");
}

fn huge_variable<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |_| {});
    let application = with("dev", json!([{"name": "app", "string": "x".repeat(1 << 20)}]), &[]);
    let message = running.ask(&application).expect_err("no process can take it").message;
    assert!(message.ends_with("argument list too long"), "{message}");
}

fn impatient<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |_| {});
    let application = app("dev", "web");
    let stream = running.packed.to(&application.path, application.env(Asked::Manifests));
    let reply = ask(&running.sidecar, Asked::Manifests, &stream, Patience::of(Duration::from_millis(101)));
    assert!(reply.is_err(), "{reply:?}");
    assert_eq!(left_behind(&running.sidecar), 0);
}
