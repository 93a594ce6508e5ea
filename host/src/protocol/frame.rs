//! Length-prefixed messages on a stream: four bytes little-endian, then that many bytes.

use std::io::{self, Read, Write};

use serde::Serialize;
use serde::de::DeserializeOwned;

/// The longest message, 1 GiB: a plugin's whole state travels in one.
pub(crate) const MAX_LEN: u32 = 1 << 30;

/// How much is taken from the stream at once, so that memory grows with what really arrives and
/// never with what a length merely claims.
const STEP: usize = 1 << 20;

/// The bytes of one message with its length in front.
pub(crate) fn encode<T: Serialize>(message: &T) -> io::Result<Vec<u8>> {
    let mut bytes = vec![0; 4];
    rmp_serde::encode::write_named(&mut bytes, message).map_err(io::Error::other)?;
    let len = u32::try_from(bytes.len() - 4)
        .ok()
        .filter(|len| *len <= MAX_LEN)
        .ok_or_else(|| io::Error::other(format!("a message of {} bytes is too long", bytes.len() - 4)))?;
    bytes[..4].copy_from_slice(&len.to_le_bytes());
    Ok(bytes)
}

/// Sends one message.
pub(crate) fn write<T: Serialize>(stream: &mut impl Write, message: &T) -> io::Result<()> {
    stream.write_all(&encode(message)?)
}

/// Receives one message.
pub(crate) fn read<T: DeserializeOwned>(stream: &mut impl Read) -> io::Result<T> {
    let mut prefix = [0; 4];
    stream.read_exact(&mut prefix)?;
    read_body(stream, prefix)
}

/// Receives the rest of a message whose length prefix has been read.
pub(crate) fn read_body<T: DeserializeOwned>(stream: &mut impl Read, prefix: [u8; 4]) -> io::Result<T> {
    let len = u32::from_le_bytes(prefix);
    if len > MAX_LEN {
        return Err(io::Error::other(format!(
            "a message claims {len} bytes, at most {MAX_LEN} are allowed"
        )));
    }
    let len = len as usize;
    let mut bytes = Vec::new();
    while bytes.len() < len {
        let have = bytes.len();
        bytes.resize(len.min(have + STEP), 0);
        stream.read_exact(&mut bytes[have..])?;
    }
    rmp_serde::from_slice(&bytes).map_err(|e| io::Error::other(format!("unreadable message: {e}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::protocol::{Reply, Request};
    use crate::state::{Bytes, PluginState};

    #[test]
    fn round_trip() {
        let request = Request::LoadState {
            state: PluginState::Vst3 { component: Bytes(vec![7; 3 * STEP]), controller: None },
        };
        let bytes = encode(&request).unwrap();
        assert_eq!(read::<Request>(&mut bytes.as_slice()).unwrap(), request);
        let reply = Reply::Failed("no".into());
        let bytes = encode(&reply).unwrap();
        assert_eq!(read::<Reply>(&mut bytes.as_slice()).unwrap(), reply);
    }

    #[test]
    fn a_claimed_length_is_not_believed() {
        let error = read::<Request>(&mut u32::MAX.to_le_bytes().as_slice()).unwrap_err();
        assert!(error.to_string().contains("at most"), "{error}");
        // Within the bound but with nothing behind it: ends at once, without the memory.
        let error = read::<Request>(&mut MAX_LEN.to_le_bytes().as_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::UnexpectedEof);
    }

    #[test]
    fn truncations_and_mutations_never_panic() {
        let message = Request::Set { values: vec![(1, 0.5), (2, -1.0)] };
        let good = encode(&message).unwrap();
        for len in 0..good.len() {
            assert!(read::<Request>(&mut &good[..len]).is_err(), "cut at {len}");
        }
        for at in 0..good.len() {
            for bit in 0..8 {
                let mut bad = good.clone();
                bad[at] ^= 1 << bit;
                let _ = read::<Request>(&mut bad.as_slice());
            }
        }
    }
}
