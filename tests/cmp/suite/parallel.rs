//! Requests at the same time: the server locks nothing.

use std::{fs, thread, time::Duration};

use crate::{
    case::{Reply, ask, left_behind, plugin, repository},
    client::Stream,
    grpc::Patience,
    request::{Application, Asked, Plugin},
    server::{PluginServer, Sidecar},
    suite::against_both,
};

against_both!(two_at_once, a_new_start, a_caller_goes_away);

/// Says that it is here, and waits for the other.
const MEET: &str = r#"generate: {command: [sh, -c, ": > $TMPDIR/$ARGOCD_ENV_OWN; until [ -e $TMPDIR/$ARGOCD_ENV_OTHER ]; do sleep 0.05; done; echo kind: A"]}"#;

/// Each of two requests ends only while the other runs.
fn two_at_once<S: PluginServer>() {
    let sidecar = Sidecar::new(&plugin(MEET), &[]);
    let _server = S::start(&sidecar).unwrap();
    let repository = repository(&[]);
    let run = &|own: &str, other: &str| {
        let env = vec![("OWN".to_owned(), own.to_owned()), ("OTHER".to_owned(), other.to_owned())];
        let application = Application { plugin: Some(Plugin { env, ..Plugin::default() }), ..Application::default() };
        let stream = Stream::of(repository.path(), "app", application.env(Asked::Manifests));
        ask(&sidecar, Asked::Manifests, &stream, Patience::USUAL)
    };
    thread::scope(|scope| {
        let runs = [("a", "b"), ("b", "a")].map(|(own, other)| scope.spawn(move || run(own, other)));
        for reply in runs.map(|run| run.join().unwrap()) {
            assert!(matches!(reply, Ok(Reply::Manifests(_))), "{reply:?}");
        }
    });
    assert_eq!(left_behind(&sidecar), 0);
}

/// What a server of before left behind is gone when the next one starts.
fn a_new_start<S: PluginServer>() {
    let sidecar = Sidecar::new(&plugin("generate: {command: [echo]}"), &[]);
    fs::create_dir_all(sidecar.work().join("old/app")).unwrap();
    let _server = S::start(&sidecar).unwrap();
    assert_eq!(left_behind(&sidecar), 0);
}

/// A caller who goes away leaves nothing behind.
fn a_caller_goes_away<S: PluginServer>() {
    let sidecar = Sidecar::new(&plugin("generate: {command: [sleep, '30']}"), &[]);
    let _server = S::start(&sidecar).unwrap();
    let repository = repository(&[]);
    let stream = Stream::of(repository.path(), "app", Vec::new());
    let reply = ask(&sidecar, Asked::Manifests, &stream, Patience::of(Duration::from_millis(500)));
    assert!(reply.is_err(), "{reply:?}");
    assert_eq!(left_behind(&sidecar), 0);
}
