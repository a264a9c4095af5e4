//! The ways in which an Application asks.

use serde_json::{Value, json};

use super::{Running, app, by_identity, with};
use crate::{request::Application, server::PluginServer, suite::against_both};

against_both!(ways_to_ask);

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
