//! The server's side of calls.

use std::{
    io,
    path::Path,
    sync::Arc,
    thread::{self, JoinHandle},
    time::{Duration, Instant},
};

use bytes::Bytes;
use h2::{
    RecvStream,
    server::{self, SendResponse},
};
use http::{Request, Response};
use prost::Message;
use tokio::{
    net::{UnixListener, UnixStream},
    runtime,
    sync::Notify,
    task,
};

use super::{
    Code, Status,
    frame::{frame, messages},
    status::read,
};

/// A call that came in whole.
pub(crate) struct Call {
    pub(crate) path: String,
    /// When the caller stops waiting.
    pub(crate) deadline: Option<Instant>,
    body: Vec<u8>,
}

impl Call {
    pub(crate) fn messages<M: Message + Default>(&self) -> Result<Vec<M>, Status> {
        messages(&self.body)
    }

    pub(crate) fn reply(message: &impl Message) -> Bytes {
        frame(message)
    }
}

/// What answers calls; several at the same time.
type Answer = dyn Fn(Call) -> Result<Bytes, Status> + Send + Sync;

/// A server on a socket, until it is dropped.
pub(crate) struct Listener {
    stop: Arc<Notify>,
    thread: Option<JoinHandle<()>>,
}

impl Listener {
    pub(crate) fn start(socket: &Path, answer: Box<Answer>) -> io::Result<Self> {
        let runtime = runtime::Builder::new_current_thread().enable_all().build()?;
        let guard = runtime.enter();
        let listener = UnixListener::bind(socket)?;
        drop(guard);
        let stop = Arc::new(Notify::new());
        let stopped = stop.clone();
        let thread = thread::spawn(move || {
            runtime.spawn(accept(listener, answer.into()));
            runtime.block_on(stopped.notified());
            runtime.shutdown_background();
        });
        Ok(Self { stop, thread: Some(thread) })
    }
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.stop.notify_one();
        let ended = self.thread.take().map(JoinHandle::join);
        assert!(ended.is_none_or(|ended| ended.is_ok()), "the server panicked");
    }
}

async fn accept(listener: UnixListener, answer: Arc<Answer>) {
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(serve(stream, answer.clone()));
    }
}

async fn serve(stream: UnixStream, answer: Arc<Answer>) {
    let Ok(mut connection) = server::handshake(stream).await else { return };
    while let Some(Ok((request, reply))) = connection.accept().await {
        tokio::spawn(respond(request, reply, answer.clone()));
    }
}

/// Answers one call. That its caller went away is no failure of the server.
async fn respond(request: Request<RecvStream>, mut reply: SendResponse<Bytes>, answer: Arc<Answer>) -> Option<()> {
    let (head, mut body) = request.into_parts();
    let timeout = head.headers.get("grpc-timeout").and_then(|value| duration(value.to_str().ok()?));
    let deadline = timeout.map(|timeout| Instant::now() + timeout);
    let call = Call { path: head.uri.path().to_owned(), deadline, body: read(&mut body).await.ok()? };
    let panicked = |_| Err(Status::new(Code::Internal, "the server panicked"));
    let outcome = task::spawn_blocking(move || answer(call)).await.unwrap_or_else(panicked);
    let head = Response::builder().header("content-type", "application/grpc").body(()).unwrap();
    let mut body = reply.send_response(head, false).ok()?;
    let ended = match outcome {
        Ok(message) => {
            body.send_data(message, false).ok()?;
            Ok(())
        }
        Err(status) => Err(status),
    };
    body.send_trailers(Status::trailers(ended.as_ref().copied())).ok()
}

/// `100m` is a hundred milliseconds.
fn duration(text: &str) -> Option<Duration> {
    let (number, unit) = text.split_at_checked(text.len().checked_sub(1)?)?;
    let number = number.parse().ok()?;
    Some(match unit {
        "H" => Duration::from_secs(number * 3600),
        "M" => Duration::from_secs(number * 60),
        "S" => Duration::from_secs(number),
        "m" => Duration::from_millis(number),
        "u" => Duration::from_micros(number),
        "n" => Duration::from_nanos(number),
        _ => return None,
    })
}
