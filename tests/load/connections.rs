//! How long connections live.

use crate::{
    command::{booked, report},
    server::{Manner, Server},
};

#[test]
fn connections_are_kept_alive() {
    let server = Server::start(Manner::Answers(200));
    report([&server.url("/"), "-c", "3", "-n", "60"]).is_met();
    assert_eq!((server.requests().len(), server.connections()), (60, 3));
}

#[test]
fn a_connection_takes_as_many_requests_as_it_may() {
    for (reuse, least, most) in [("1", 1, 1), ("5", 5, 5), ("4:8", 4, 8)] {
        let server = Server::start(Manner::Answers(200));
        report([&server.url("/"), "-c", "1", "-n", "100", "--requests-per-connection", reuse]).is_met();
        let requests = server.requests();
        assert_eq!(requests.len(), 100);
        let connections = server.connections();
        for connection in 0..connections - 1 {
            let taken = requests.iter().filter(|request| request.connection == connection).count();
            assert!((least..=most).contains(&taken), "{reuse}: {taken}");
        }
        assert!((100 / most..=100_usize.div_ceil(least)).contains(&usize::try_from(connections).unwrap()));
    }
}

/// A name that leads elsewhere in the middle of a run, as that of a service with new pods does.
#[cfg(target_os = "linux")]
#[test]
fn new_connections_look_the_name_up_anew() {
    use std::{
        fs,
        io::{BufRead, BufReader},
        net::TcpListener,
        process::Command,
    };

    use crate::{command::Running, server::listen};

    let old = listen();
    let port = old.local_addr().unwrap().port();
    let new = TcpListener::bind(("127.0.0.2", port)).unwrap();
    let (old, new) = (Server::at(old), Server::at(new));
    let directory = tempfile::tempdir().unwrap();
    let hosts = directory.path().join("hosts");
    fs::write(&hosts, "127.0.0.1 service.test\n").unwrap();
    // The system's own file of names is replaced for this one process, where users may do that.
    let script = format!(
        "mount --bind {} /etc/hosts || exit 99; exec {} load http://service.test:{port}/ --rate 50 --duration 2s -c 2 \
         --requests-per-connection 5 --format json",
        hosts.display(),
        env!("CARGO_BIN_EXE_karat")
    );
    let mut command = Command::new("unshare");
    command.args(["--user", "--map-root-user", "--mount", "sh", "-c", &script]);
    let Ok(mut running) = Running::of(command) else {
        return eprintln!("skipped: there is no `unshare`");
    };
    let mut first = String::new();
    BufReader::new(running.0.stderr.take().unwrap()).read_line(&mut first).unwrap();
    fs::write(&hosts, "127.0.0.2 service.test\n").unwrap();
    let ended = running.end();
    if ended.code == 99 || ended.stdout.is_empty() && !first.contains("good/s") {
        return eprintln!("skipped: no namespaces for this user: {first}");
    }
    assert_eq!(booked(&ended.is_met(), "planned"), 100);
    assert_eq!(old.requests().len() + new.requests().len(), 100);
    assert!(new.requests().len() >= 20, "{} requests found the new address", new.requests().len());
}
