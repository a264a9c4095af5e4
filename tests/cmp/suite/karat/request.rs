//! The ways in which an Application asks.

use std::fs;

use serde_json::{Value, json};

use super::{Running, app, by_identity, with};
use crate::{
    case::{Reply, ask},
    grpc::Patience,
    request::{Application, Asked},
    server::PluginServer,
    suite::against_both,
};

against_both!(ways_to_ask, other_images, announcements);

fn ways_to_ask<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |_| {});
    let expected = by_identity(running.ask(&app("dev", "web")).unwrap());
    let same = [
        with("dev", Value::Null, &[("APP", "web")]),
        with("dev", json!([]), &[("APP", "web")]),
        Application { knows_cluster: false, ..app("dev", "web") },
        Application { name: "argocd_dev-web", ..app("dev", "web") },
        with(
            "dev",
            json!([{"name": "app", "string": "web"}]),
            &[("IMAGES", ""), ("KARAT_VERSION", env!("CARGO_PKG_VERSION"))],
        ),
    ];
    for application in same {
        assert!(by_identity(running.ask(&application).unwrap()) == expected, "{application:?}");
    }
}

/// What argocd-image-updater writes into `.argocd-source-<app>.yaml` comes as a variable of the plugin.
fn other_images<S: PluginServer>() {
    let image = "registry.acme.example/devops-case-study/web";
    let file = "envs/dev/.argocd-source-shop.yaml";
    let written = format!("plugin:\n  env:\n  - {{name: IMAGES, value: '{image}:9.9.9'}}\n");
    let running = Running::<S>::new("golden/dev/web", |root| fs::write(root.join(file), written).unwrap());
    let web = json!([{"name": "app", "string": "web"}]);
    let plain = running.ask(&app("dev", "web")).unwrap();
    let before = format!("{image}:");
    let tags = |objects: &[Value]| -> Vec<String> {
        let text = Value::from(objects.to_vec()).to_string();
        let tags = text.split(&before).skip(1).map(|rest| rest.split('"').next().unwrap().to_owned());
        tags.collect()
    };
    assert!(!tags(&plain).contains(&"9.9.9".to_owned()));
    let overridden = app("dev", "web").overridden(running.repository.path());
    let asked = json!([web[0], {"name": "images", "array": [format!("{image}:9.9.9")]}]);
    for application in [overridden, with("dev", asked, &[]), with("dev", web, &[("IMAGE_TAG", "9.9.9")])] {
        let objects = running.ask(&application).unwrap();
        assert_eq!(tags(&objects), ["9.9.9"], "{application:?}");
        assert_eq!(by_identity(objects).len(), plain.len());
    }
}

/// Argo CD's page shows what can be asked for, and the plugin wants each Application to name it.
fn announcements<S: PluginServer>() {
    let running = Running::<S>::new("golden/dev/web", |_| {});
    let application = app("dev", "web");
    let stream = |asked| running.packed.to(&application.path, application.env(asked));
    let announced = ask(&running.sidecar, Asked::Parameters, &stream(Asked::Parameters), Patience::USUAL).unwrap();
    let Reply::Parameters(parameters) = announced else { panic!("{announced:?}") };
    assert!(parameters.iter().any(|parameter| parameter.name == "app"), "{parameters:?}");
    assert!(parameters.iter().any(|parameter| parameter.name == "images" && parameter.collection_type == "array"));
    let matched = ask(&running.sidecar, Asked::Match, &stream(Asked::Match), Patience::USUAL).unwrap();
    assert!(matches!(&matched, Reply::Match(found) if !found.is_discovery_enabled), "{matched:?}");
}
