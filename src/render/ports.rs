//! Ports of an app's containers: what services, ingresses and policies lead to.

use crate::{
    model::{App, ContainerPort, ServicePort},
    node::{Key, Node},
};

/// The ports of all containers that stay, by name.
pub(super) fn of(app: &App) -> impl Iterator<Item = (&Key, &ContainerPort)> + Clone {
    let containers = app.spec.containers.iter().chain(&app.spec.sidecars);
    containers.flat_map(|(_, container)| &container.ports).map(|(name, port)| (name, port))
}

/// The port that has this name, or this number.
pub(super) fn find<'a>(app: &'a App, target: &Node) -> Option<(&'a Key, &'a ContainerPort)> {
    of(app).find(|(name, port)| match target.as_str() {
        Some(text) => name.as_str() == text,
        None => port.port == *target,
    })
}

/// The port that has this name.
pub(super) fn named<'a>(app: &'a App, name: &str) -> Option<(&'a Key, &'a ContainerPort)> {
    of(app).find(|(own, _)| own.as_str() == name)
}

/// The container port behind a service's port: its target, else the one of the same name, else of the same number.
pub(super) fn behind<'a>(app: &'a App, name: &Key, port: &ServicePort) -> Option<(&'a Key, &'a ContainerPort)> {
    match &port.target {
        Some(target) => find(app, target),
        None => named(app, name.as_str()).or_else(|| find(app, &port.port)),
    }
}
