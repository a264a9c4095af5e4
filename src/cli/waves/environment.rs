//! The syncs of an environment: the root's, which creates the Applications, and that of each of them.

use std::collections::BTreeMap;

use rustc_hash::FxHashMap;

use super::WavesArgs;
use crate::{
    cli::run::Run,
    manifest::{Manifest, ManifestSet, Owner},
    model::Environment,
    report::waves::{Chart, Id, Sync},
    spec::Peer,
    sync::{Application, Dependencies, HealthChecks, Synced, rolling_steps},
};

/// The syncs of all environments, of the apps that are asked for.
pub(super) fn charts(run: &Run, args: &WavesArgs) -> Vec<Chart> {
    let environments = run.environments.iter().zip(&run.sets);
    environments.map(|(environment, set)| chart(environment, set, args)).collect()
}

fn chart(environment: &Environment, set: &ManifestSet, args: &WavesArgs) -> Chart {
    let checks = args.checks(set.manifests());
    let synced = Synced::of(set);
    let mut owned = BTreeMap::<&Owner, Vec<&Manifest>>::new();
    for manifest in set.manifests() {
        owned.entry(&manifest.owner).or_default().push(manifest);
    }
    let dependencies = Dependencies::new(set);
    let known = (&checks, &dependencies);
    let mut syncs: Vec<Sync> = owned.values().map(|objects| sync(objects, &synced, known)).collect();
    order(&mut syncs);
    let calls = calls(environment, &synced);
    for sync in &mut syncs {
        call(sync, &calls);
    }
    syncs.retain(|sync| args.scope.names(&sync.name));
    let environment = Some(environment.name.text.to_string());
    let rolling_steps = rolling_steps(set).into_iter().map(|step| step.into_iter().map(str::to_owned).collect());
    let rolling_steps = rolling_steps.collect();
    Chart { environment, assesses_applications: checks.know_applications(), rolling_steps, syncs }
}

fn sync<'a>(objects: &[&'a Manifest], synced: &Synced<'a>, known: (&HealthChecks, &Dependencies<'a>)) -> Sync {
    let owner = objects[0].owner.directory();
    let Some(application) = synced.application(objects[0]) else {
        return Sync::of(owner, "", objects, known);
    };
    let namespace = application.text("/spec/destination/namespace").unwrap_or_default();
    let is_namespace = |object: &&Manifest| object.kind() == "Namespace" && object.id.name == namespace;
    Sync {
        application: Some(application.manifest.id.name.to_string()),
        creates_namespace: application.has_option("CreateNamespace=true")
            && !namespace.is_empty()
            && !objects.iter().any(is_namespace),
        prunes_last: application.has_option("PruneLast=true"),
        ..Sync::of(owner, namespace, objects, known)
    }
}

/// Parents first, and then their children in the order in which they are created.
fn order(syncs: &mut [Sync]) {
    let children = syncs.iter().flat_map(Sync::objects).filter(|object| object.id.is_application());
    let created: FxHashMap<String, usize> =
        children.enumerate().map(|(at, object)| (object.id.name.clone(), at)).collect();
    let place = |sync: &Sync| {
        let is_parent = sync.objects().any(|object| object.id.is_application());
        (!is_parent, sync.application.as_ref().and_then(|name| created.get(name)).copied().unwrap_or(usize::MAX))
    };
    syncs.sort_by_key(place);
}

/// Which Applications an Application's app calls.
fn calls<'a>(environment: &'a Environment, synced: &Synced<'a>) -> FxHashMap<&'a str, Vec<Id>> {
    let application =
        |app: &str| synced.of_directory(app).filter(|application: &Application<'_>| !application.is_template());
    let called = environment.apps.iter().filter_map(|app| {
        let peers = app.connections.iter().filter_map(|connection| match &connection.peer {
            Peer::App { name, .. } if *name != app.name.text => application(name),
            _ => None,
        });
        let mut called: Vec<Id> = peers.map(|application| Id::of(application.manifest)).collect();
        called.sort_by(|a, b| a.name.cmp(&b.name));
        called.dedup();
        Some((application(&app.name.text)?.manifest.id.name.as_str(), called))
    });
    called.collect()
}

fn call(sync: &mut Sync, calls: &FxHashMap<&str, Vec<Id>>) {
    let objects = sync.steps.iter_mut().flat_map(|step| &mut step.objects);
    for object in objects.filter(|object| object.id.is_application()) {
        object.needs.extend(calls.get(object.id.name.as_str()).into_iter().flatten().cloned());
    }
}
