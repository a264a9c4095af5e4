//! Messages in the body of a request or reply: each behind a byte for compression and four for its length.

use bytes::{BufMut, Bytes, BytesMut};
use prost::Message;

use super::{Code, Status};

pub(super) fn frame(message: &impl Message) -> Bytes {
    let length = message.encoded_len();
    let mut framed = BytesMut::with_capacity(5 + length);
    framed.put_u8(0);
    framed.put_u32(u32::try_from(length).unwrap());
    message.encode(&mut framed).unwrap();
    framed.freeze()
}

/// The messages of a whole body.
pub(super) fn messages<M: Message + Default>(mut body: &[u8]) -> Result<Vec<M>, Status> {
    let broken = |what: &str| Status::new(Code::Internal, what);
    let mut found = Vec::new();
    while let Some((head, rest)) = body.split_at_checked(5) {
        let length = u32::from_be_bytes([head[1], head[2], head[3], head[4]]) as usize;
        let (message, rest) = rest.split_at_checked(length).ok_or_else(|| broken("a message is cut off"))?;
        if head[0] != 0 {
            return Err(broken("a message is compressed"));
        }
        found.push(M::decode(message).map_err(|error| broken(&error.to_string()))?);
        body = rest;
    }
    if body.is_empty() { Ok(found) } else { Err(broken("a message has no length")) }
}
