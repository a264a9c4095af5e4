//! Programs that not every machine has.

use std::{
    env, fs,
    io::{Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// A program by one of its names, or by what a variable of the environment says.
pub(super) fn find(variable: &str, names: &[&str]) -> Option<PathBuf> {
    let chosen = env::var_os(variable).filter(|path| !path.is_empty()).map(PathBuf::from);
    let directories: Vec<_> = env::var_os("PATH").iter().flat_map(env::split_paths).collect();
    let installed = |name: &&str| directories.iter().map(|directory| directory.join(name)).find(|path| path.is_file());
    let found = chosen.or_else(|| names.iter().find_map(installed));
    if found.is_none() {
        // Past the harness, which keeps what a test that passes prints.
        let mut terminal = std::io::stderr();
        writeln!(terminal, "SKIPPED: there is no {} (name one in ${variable})", names.join(" or ")).unwrap();
    }
    found
}

/// A real Prometheus, which asks an exporter twice a second.
pub(super) struct Prometheus {
    process: Child,
    address: SocketAddr,
    _directory: TempDir,
}

impl Prometheus {
    pub(super) fn start(program: &Path, exporter: SocketAddr) -> Self {
        let directory = tempfile::tempdir().unwrap();
        let config = directory.path().join("prometheus.yaml");
        let text = format!(
            "global: {{ scrape_interval: 500ms }}\nscrape_configs: [{{ job_name: cluster, static_configs: [{{ targets: ['{exporter}'] }}] }}]\n"
        );
        fs::write(&config, text).unwrap();
        let address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
        let log = fs::File::create(directory.path().join("log")).unwrap();
        let mut command = Command::new(program);
        command.arg(format!("--config.file={}", config.display())).arg(format!("--web.listen-address={address}"));
        command.arg(format!("--storage.tsdb.path={}", directory.path().join("data").display()));
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let prometheus = Self { process: command.spawn().unwrap(), address, _directory: directory };
        let patience = Instant::now() + Duration::from_mins(1);
        while !prometheus.knows("kube_deployment_spec_replicas") {
            assert!(Instant::now() < patience, "Prometheus does not come up");
            thread::sleep(Duration::from_millis(200));
        }
        prometheus
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Whether it has values of a metric, at two moments at least.
    fn knows(&self, metric: &str) -> bool {
        let ask = || {
            let mut stream = TcpStream::connect(self.address).ok()?;
            let query = format!("/api/v1/query?query=count_over_time({metric}[1m])%3E1");
            write!(stream, "GET {query} HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n\r\n").ok()?;
            let mut answer = String::new();
            stream.read_to_string(&mut answer).ok()?;
            Some(answer.contains("\"value\""))
        };
        ask().unwrap_or_default()
    }
}

impl Drop for Prometheus {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// A browser without a window, and what it makes of a page.
pub(super) struct Browser<'a>(pub(super) &'a Path);

impl Browser<'_> {
    /// The page as the browser has understood it.
    pub(super) fn dom(&self, page: &Path) -> String {
        let output = self.command(page).arg("--dump-dom").arg(url(page)).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    }

    /// The page as somebody sees it.
    pub(super) fn picture(&self, page: &Path) -> Vec<u8> {
        let file = page.with_extension("png");
        let mut command = self.command(page);
        command.arg(format!("--screenshot={}", file.display())).arg("--window-size=1280,3000");
        command.arg("--hide-scrollbars").arg(url(page)).output().unwrap();
        fs::read(file).unwrap()
    }

    fn command(&self, page: &Path) -> Command {
        let mut command = Command::new(self.0);
        let profile = page.with_extension("profile");
        command.args(["--headless", "--no-sandbox", "--disable-gpu"]);
        command.arg(format!("--user-data-dir={}", profile.display()));
        command.stdin(Stdio::null()).stderr(Stdio::null());
        command
    }
}

fn url(page: &Path) -> String {
    format!("file://{}", page.display())
}
