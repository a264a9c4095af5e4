//! The `karat` binary: it only calls the library.

fn main() {}
