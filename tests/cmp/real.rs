//! Argo CD's own plugin server: `argocd-cmp-server`, or `argocd`, which is the same program by another name.

use std::{
    env, fs,
    io::Write,
    os::unix::net::UnixStream,
    path::PathBuf,
    process::{Child, Command, Stdio},
    sync::LazyLock,
    thread,
    time::{Duration, Instant},
};

use crate::server::{PluginServer, Sidecar};

/// The program, if it is installed.
static PROGRAM: LazyLock<Option<PathBuf>> = LazyLock::new(|| {
    let named = env::var_os("ARGOCD_CMP_SERVER").filter(|path| !path.is_empty()).map(PathBuf::from);
    let directories: Vec<_> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
    let installed = |name: &str| directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file());
    let found = named.or_else(|| installed("argocd-cmp-server")).or_else(|| installed("argocd"));
    if found.is_none() {
        // Past the harness, which keeps what a test that passes prints.
        let mut terminal = std::io::stderr();
        writeln!(terminal, "SKIPPED: there is no argocd-cmp-server (`task peers:argocd` installs it)").unwrap();
    }
    found
});

/// The real server, as a process.
pub(crate) struct Real {
    process: Child,
}

impl PluginServer for Real {
    const NAME: &str = "argocd-cmp-server";

    fn is_there() -> bool {
        PROGRAM.is_some()
    }

    fn start(sidecar: &Sidecar) -> Result<Self, String> {
        let log = sidecar.path("server.log");
        // It runs in another directory.
        let program = PROGRAM.as_ref().unwrap().canonicalize().map_err(|error| error.to_string())?;
        let mut command = Command::new(program);
        command.env_clear().envs(sidecar.env.iter().cloned());
        command.env("ARGOCD_BINARY_NAME", "argocd-cmp-server");
        command.env("ARGOCD_PLUGINSOCKFILEPATH", sidecar.path("plugins"));
        command.env("ARGOCD_CMP_WORKDIR", sidecar.path("work"));
        command.arg("--config-dir-path").arg(sidecar.path("config")).current_dir(sidecar.path("home"));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(fs::File::create(&log).unwrap());
        let mut server = Self { process: command.spawn().map_err(|error| error.to_string())? };
        let patience = Instant::now() + Duration::from_mins(1);
        while !listens(sidecar) {
            if server.process.try_wait().unwrap().is_some() || Instant::now() > patience {
                return Err(fs::read_to_string(log).unwrap());
            }
            thread::sleep(Duration::from_millis(10));
        }
        Ok(server)
    }
}

fn listens(sidecar: &Sidecar) -> bool {
    let sockets = fs::read_dir(sidecar.path("plugins")).unwrap();
    sockets.filter_map(Result::ok).any(|socket| UnixStream::connect(socket.path()).is_ok())
}

impl Drop for Real {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
