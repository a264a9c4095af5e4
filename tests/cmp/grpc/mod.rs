//! As much of gRPC over HTTP/2 (<https://github.com/grpc/grpc/blob/master/doc/PROTOCOL-HTTP2.md>) as the plugin protocol
//! needs: many messages there, one back, and a status.

mod call;
mod frame;
mod listen;
mod status;

pub(crate) use call::{Patience, call};
pub(crate) use listen::{Call, Listener};
pub(crate) use status::{Code, Status};
