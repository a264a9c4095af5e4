//! The order of the layers, and what each of them touches.

use serde_json::json;

use super::matches;
use crate::spec::testing::{Bed, bed};

#[test]
fn patterns() {
    assert!(matches("*", "web"));
    assert!(matches("w*b", "web"));
    assert!(!matches("w*b", "webs"));
    assert!(matches("*-api", "cart-api"));
}

/// The replicas of `web`.
fn replicas(bed: &Bed) -> i64 {
    let outcome = bed.resolve();
    assert_eq!(outcome.findings(), [""; 0]);
    outcome.json("web", "/workload/replicas").as_i64().unwrap()
}

#[test]
fn each_layer_wins_over_the_ones_before() {
    let mut bed = bed().app("web", "image: acme/web:1\n").defaults("{ workload: { replicas: 1 } }");
    assert_eq!(replicas(&bed), 1);
    bed = bed.environment("dev", "defaults: { workload: { replicas: 2 } }\n");
    assert_eq!(replicas(&bed), 2);
    bed = bed.app("web", "workload: { replicas: 3 }\n");
    assert_eq!(replicas(&bed), 3);
    bed = bed.environment("dev", "overrides: { workload: { replicas: 4 } }\n");
    assert_eq!(replicas(&bed), 4);
    bed = bed.overlay("web", "workload: { replicas: 5 }\n");
    assert_eq!(replicas(&bed), 5);
    bed = bed.set("workload.replicas=6");
    assert_eq!(replicas(&bed), 6);
}

#[test]
fn overrides_and_enforce_touch_only_sections_that_an_app_has() {
    let layers = "overrides: { autoscaling: { max: 5 } }\nenforce: { disruption: { maxUnavailable: 1 } }\n";
    let outcome = bed()
        .environment("dev", layers)
        .app("web", "autoscaling: { min: 2 }\n")
        .app("api", "disruption: { maxUnavailable: 1 }\n")
        .resolve();
    assert_eq!(outcome.findings(), [""; 0]);
    assert_eq!(outcome.json("web", "/autoscaling"), json!({ "min": 2, "max": 5 }));
    assert_eq!(outcome.json("web", "/disruption"), json!(null));
    assert_eq!(outcome.json("api", "/autoscaling"), json!(null));
    assert_eq!(outcome.json("api", "/disruption"), json!({ "maxUnavailable": 1 }));
}

#[test]
fn what_is_enforced_fills_and_is_not_contradicted() {
    let enforced = bed().environment("dev", "enforce: { workload: { replicas: 2, minReady: 5s } }\n");
    let outcome = enforced.app("web", "workload: { replicas: 3 }\n").resolve();
    assert_eq!(outcome.findings(), ["3: the environment enforces another value"]);
    assert_eq!(outcome.json("web", "/workload/minReady"), "5s");
}

#[test]
fn an_environment_chooses_its_apps() {
    let chosen = |apps: &str| {
        let bed = bed().app("cart-api", "").app("cart-web", "").app("shop", "");
        let outcome = bed.environment("dev", &format!("apps: {apps}\n")).resolve();
        outcome.dev.apps.iter().map(|app| app.name.text.to_string()).collect::<Vec<_>>().join(" ")
    };
    assert_eq!(chosen("{}"), "cart-api cart-web shop");
    assert_eq!(chosen("{ include: [\"cart-*\"] }"), "cart-api cart-web");
    assert_eq!(chosen("{ include: [\"*\"], exclude: [shop, \"*-web\"] }"), "cart-api");
    assert_eq!(chosen("{ include: [] }"), "");
}

#[test]
fn a_deletion_is_void_when_it_is_void_in_every_app() {
    let apps = |null: &str| {
        let layer = format!("overrides: {{ containers: {{ \"*\": {{ env: {{ {null}: null }} }} }} }}\n");
        let one = "containers: { app: { env: { A: a } } }\n";
        let other = "containers: { app: { env: { B: b } } }\n";
        bed().environment("dev", &layer).app("one", one).app("other", other).resolve().findings()
    };
    assert_eq!(apps("A"), [""; 0]);
    assert_eq!(apps("C"), ["null: this deletes nothing: no weaker layer has it"]);
}

#[test]
fn what_a_broken_app_lacks_is_not_deleted_in_vain() {
    let outcome = bed()
        .environment("dev", "overrides: { containers: { \"*\": { env: { A: null } } } }\n")
        .app("web", "containers: { app: { envv: { A: a } } }\n")
        .overlay("web", "containers: { app: { env: { A: null } } }\n")
        .resolve();
    assert_eq!(outcome.findings(), ["envv: a container has no field `envv`"]);
}
