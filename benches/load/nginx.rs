//! nginx as a server that costs next to nothing: one worker, a kilobyte from memory.

use std::{
    fs, io,
    net::{TcpListener, TcpStream},
    path::Path,
    process::{Child, Command, Stdio},
    thread,
    time::Duration,
};

/// An nginx of our own, for as long as it is held.
pub(crate) struct Nginx {
    child: Child,
    pub(crate) port: u16,
}

impl Nginx {
    /// Starts it; nothing where it is not installed.
    pub(crate) fn start() -> io::Result<Option<Self>> {
        let directory = Path::new(env!("CARGO_TARGET_TMPDIR")).join("bench-nginx");
        fs::create_dir_all(&directory)?;
        let port = TcpListener::bind("127.0.0.1:0")?.local_addr()?.port();
        let file = directory.join("nginx.conf");
        fs::write(&file, configuration(&directory, port))?;
        let mut command = Command::new("nginx");
        command.arg("-c").arg(&file).arg("-p").arg(&directory).stdout(Stdio::null()).stderr(Stdio::null());
        match command.spawn() {
            Ok(child) => {
                let own = Self { child, port };
                own.wait()?;
                Ok(Some(own))
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                eprintln!("SKIPPED: nginx is not installed; `task peers:load` installs it");
                Ok(None)
            }
            Err(error) => Err(error),
        }
    }

    fn wait(&self) -> io::Result<()> {
        for _ in 0..100 {
            if TcpStream::connect(("127.0.0.1", self.port)).is_ok() {
                return Ok(());
            }
            thread::sleep(Duration::from_millis(50));
        }
        Err(io::Error::other("nginx does not answer"))
    }
}

impl Drop for Nginx {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

fn configuration(directory: &Path, port: u16) -> String {
    let directory = directory.display();
    let body = "x".repeat(1024);
    format!(
        "master_process off; daemon off; pid {directory}/pid; error_log {directory}/errors;
events {{ worker_connections 4096; }}
http {{
  access_log off; keepalive_requests 1000000000; keepalive_timeout 1h;
  server {{ listen 127.0.0.1:{port}; location / {{ return 200 \"{body}\"; }} }}
}}
"
    )
}
