//! HTTP/2.

use std::{fmt::Write, sync::Arc, time::Instant};

use bytes::Bytes;
use h2::{RecvStream, server::SendResponse};
use tokio::io::{AsyncRead, AsyncWrite};

use super::{Request, State};

pub(super) async fn serve(stream: impl AsyncRead + AsyncWrite + Unpin, connection: u64, state: Arc<State>) {
    let Ok(mut streams) = h2::server::handshake(stream).await else { return };
    while let Some(Ok((request, response))) = streams.accept().await {
        tokio::spawn(one(request, response, connection, state.clone()));
    }
}

async fn one(
    request: http::Request<RecvStream>,
    mut response: SendResponse<Bytes>,
    connection: u64,
    state: Arc<State>,
) {
    let (parts, mut body) = request.into_parts();
    let mut bytes = Vec::new();
    while let Some(Ok(data)) = body.data().await {
        let _ = body.flow_control().release_capacity(data.len());
        bytes.extend_from_slice(&data);
    }
    let path = parts.uri.path_and_query().map_or("", |path| path.as_str());
    let host = parts.uri.authority().map_or("", |authority| authority.as_str());
    let mut head = format!("{} {path} HTTP/2\nhost: {host}\n", parts.method);
    for (name, value) in &parts.headers {
        writeln!(head, "{name}: {}", value.to_str().unwrap()).unwrap();
    }
    state.seen.request(Request { at: Instant::now(), connection, head, body: bytes });
    let (status, text) = state.answer().await;
    let answer = http::Response::builder().status(status).header("x-kind", "test").body(()).unwrap();
    if let Ok(mut stream) = response.send_response(answer, false) {
        let _ = stream.send_data(Bytes::from_static(text.as_bytes()), true);
    }
}
