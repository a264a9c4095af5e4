//! The `karat` binary: it only calls the library.

use std::process::ExitCode;

fn main() -> ExitCode {
    karat::cli::run(std::env::args_os())
}
