//! Plugins as Argo CD runs them: over gRPC, in the real plugin server or in one that does the same.
//!
//! | module | its one job |
//! |---|---|
//! | `protocol` | the messages of the plugin protocol |
//! | `grpc` | calls of gRPC over a unix socket, and their ends |
//! | `archive` | the repository as a tar file, packed and unpacked |
//! | `request` | what the repo-server sends for an Application |
//! | `client` | the repo-server's side of a call |
//! | `reply` | what the repo-server makes of the manifests |
//! | `server` | the plugin server that is tested with, whichever it is |
//! | `emulation` | a plugin server after the source of Argo CD |
//! | `real` | Argo CD's own |
//! | `case` | one row of the suite |
//! | `suite` | the rows |
//!
//! The real server is `argocd-cmp-server` or `argocd` on the `PATH`, or what `ARGOCD_CMP_SERVER` names; without one, its
//! half of the suite is skipped. The plugin is the binary of this build, or what `KARAT_BIN` names.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, reason = "a test fails by panicking")]

#[cfg(unix)]
mod archive;
#[cfg(unix)]
mod case;
#[cfg(unix)]
mod client;
#[cfg(unix)]
mod emulation;
#[cfg(unix)]
mod grpc;
#[cfg(unix)]
mod protocol;
#[cfg(unix)]
mod real;
#[cfg(unix)]
mod reply;
#[cfg(unix)]
mod request;
#[cfg(unix)]
mod server;
#[cfg(unix)]
mod suite;

#[cfg(not(unix))]
#[test]
fn skipped() {
    use std::io::Write;
    writeln!(std::io::stderr(), "SKIPPED: plugins talk over unix sockets, which this system does not have").unwrap();
}
