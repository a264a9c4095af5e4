//! The client's side of a call.

use std::{path::Path, time::Duration};

use bytes::Bytes;
use h2::client;
use http::Request;
use prost::Message;
use tokio::{net::UnixStream, runtime, time};

use super::{
    Code, Status,
    frame::{frame, messages},
    status::read,
};

/// How long a caller waits.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Patience {
    /// What the server is told.
    pub(crate) told: Duration,
    /// How long it is in truth.
    pub(crate) kept: Duration,
}

impl Patience {
    /// What Argo CD gives a plugin by itself.
    pub(crate) const USUAL: Self = Self::of(Duration::from_mins(1));

    /// As long as it is told.
    pub(crate) const fn of(time: Duration) -> Self {
        Self { told: time, kept: time }
    }

    /// A short time for the server, and as much as it takes to see how that ends.
    pub(crate) const fn told(time: Duration) -> Self {
        Self { told: time, ..Self::USUAL }
    }
}

/// Sends messages to a method of the service on a socket, and waits for the one message that comes back.
///
/// The server is told of the deadline. The caller itself may wait longer, to see what becomes of a late one.
pub(crate) fn call<M: Message, R: Message + Default>(
    socket: &Path,
    path: &str,
    sent: &[M],
    Patience { told, kept }: Patience,
) -> Result<R, Status> {
    let runtime = runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let late = |_| Err(Status::new(Code::DeadlineExceeded, "context deadline exceeded"));
    runtime.block_on(async { time::timeout(kept, exchange(socket, path, sent, told)).await.unwrap_or_else(late) })
}

async fn exchange<M: Message, R: Message + Default>(
    socket: &Path,
    path: &str,
    sent: &[M],
    deadline: Duration,
) -> Result<R, Status> {
    let unreachable = |error: std::io::Error| Status::new(Code::Unavailable, error.to_string());
    let stream = UnixStream::connect(socket).await.map_err(unreachable)?;
    let (sender, connection) = client::handshake(stream).await?;
    let connection = tokio::spawn(connection);
    let request = Request::post(format!("http://localhost{path}"))
        .header("content-type", "application/grpc")
        .header("te", "trailers")
        .header("grpc-timeout", format!("{}m", deadline.as_millis()))
        .body(())
        .unwrap();
    let (reply, mut body) = sender.ready().await?.send_request(request, false)?;
    for message in sent {
        body.send_data(frame(message), false)?;
    }
    body.send_data(Bytes::new(), true)?;
    let (head, mut body) = reply.await?.into_parts();
    let received = read(&mut body).await?;
    let trailers = body.trailers().await?;
    connection.abort();
    Status::of(trailers.as_ref().unwrap_or(&head.headers))?;
    messages(&received)?.pop().ok_or_else(|| Status::new(Code::Internal, "there is no message in the reply"))
}
