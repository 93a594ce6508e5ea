//! Frames and their bytes.

use serde::{Deserialize, Serialize};

use crate::{MAX_ASSET, MAX_MESSAGE, MAX_TO_PAGE};

/// How a page is to be shown.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Open {
    /// [`PROTOCOL`](crate::PROTOCOL) of the editor.
    pub protocol: u32,
    /// The X11 window that the page fills, whatever its size becomes. The program ends with it.
    pub window: u32,
    /// The host's window, for keys that the page has no use for; 0 for none.
    pub host_window: u32,
    /// Physical pixels for each of CSS.
    pub scale: f64,
    /// What is seen before the page is: 0xRRGGBB.
    pub background: u32,
    /// The plugin's name, for logs.
    pub title: String,
    /// Whether the page can be inspected (for authors).
    pub inspect: bool,
}

/// What the program says of itself.
#[derive(Clone, Debug, Serialize, Deserialize, PartialEq)]
pub struct Hello {
    /// [`PROTOCOL`](crate::PROTOCOL) of the program.
    pub protocol: u32,
    /// Its version.
    pub version: String,
    /// What shows the page, and its version.
    pub engine: String,
}

/// What the program is told.
#[derive(Clone, Debug, PartialEq)]
pub enum ToProgram<'a> {
    /// One of the page's files.
    Asset {
        /// Its path, at most 4,096 bytes: `/index.html`.
        path: &'a str,
        /// Its content.
        bytes: &'a [u8],
    },
    /// Shows the page. After all files.
    Open(Open),
    /// A message for the page: JSON, at most [`MAX_TO_PAGE`] bytes.
    Message(&'a str),
    /// Physical pixels for each of CSS.
    Scale(f64),
    /// What the page has a use for: while a text is typed, all keys; while a control has its focus, some.
    Keyboard {
        /// A text is being typed.
        typing: bool,
        /// A control has the focus.
        operating: bool,
        /// As in [`Open`].
        host_window: u32,
    },
    /// Ends the program.
    Close,
}

/// What the program says.
#[derive(Clone, Debug, PartialEq)]
pub enum FromProgram<'a> {
    /// Who it is: its first frame.
    Hello(Hello),
    /// A message of the page's, at most [`MAX_MESSAGE`] bytes.
    Message(&'a str),
    /// It can't show the page, or not any more: why. Its last frame.
    Failed(&'a str),
    /// This many messages of the page's were left out: too long, or too many at once.
    Dropped(u32),
}

/// Bytes that are no frame.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("malformed frame")
    }
}

impl std::error::Error for Malformed {}

/// Bytes before a frame's content.
pub(crate) const HEAD: usize = 8;
/// The most bytes of content: a file with its path.
pub(crate) const MAX_CONTENT: usize = MAX_ASSET + 4096;

mod kind {
    pub(super) const ASSET: u32 = 1;
    pub(super) const OPEN: u32 = 2;
    pub(super) const MESSAGE: u32 = 3;
    pub(super) const SCALE: u32 = 4;
    pub(super) const KEYBOARD: u32 = 5;
    pub(super) const CLOSE: u32 = 6;
    pub(super) const HELLO: u32 = 0x101;
    pub(super) const FROM_PAGE: u32 = 0x102;
    pub(super) const FAILED: u32 = 0x103;
    pub(super) const DROPPED: u32 = 0x104;
}

/// Adds a frame's bytes. What is too long is left out: half of it would be something else.
fn put(out: &mut Vec<u8>, kind: u32, content: &[&[u8]]) {
    let len: usize = content.iter().map(|part| part.len()).sum();
    if len > MAX_CONTENT {
        return;
    }
    out.extend_from_slice(&(len as u32).to_le_bytes());
    out.extend_from_slice(&kind.to_le_bytes());
    for part in content {
        out.extend_from_slice(part);
    }
}

/// A text of bounded length, as it is on the wire.
fn message(bytes: &[u8], max: usize) -> Result<&str, Malformed> {
    if bytes.len() > max {
        return Err(Malformed);
    }
    std::str::from_utf8(bytes).map_err(|_| Malformed)
}

/// The beginning of a text, as far as it may go.
fn cut(text: &str, max: usize) -> &str {
    &text[..text.floor_char_boundary(max.min(text.len()))]
}

impl<'a> ToProgram<'a> {
    /// Adds the frame's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Asset { path, bytes } => {
                put(out, kind::ASSET, &[&(path.len() as u32).to_le_bytes(), path.as_bytes(), bytes]);
            }
            Self::Open(ref open) => {
                // Numbers and texts: nothing in it can fail.
                put(out, kind::OPEN, &[&serde_json::to_vec(open).unwrap_or_default()]);
            }
            Self::Message(text) => put(out, kind::MESSAGE, &[text.as_bytes()]),
            Self::Scale(scale) => put(out, kind::SCALE, &[&scale.to_le_bytes()]),
            Self::Keyboard { typing, operating, host_window } => {
                let flags = [u8::from(typing), u8::from(operating)];
                put(out, kind::KEYBOARD, &[&flags, &host_window.to_le_bytes()]);
            }
            Self::Close => put(out, kind::CLOSE, &[]),
        }
    }

    /// Reads a frame; `None` for one to skip.
    pub(crate) fn parse(kind: u32, content: &'a [u8]) -> Result<Option<Self>, Malformed> {
        Ok(Some(match kind {
            kind::ASSET => {
                let (len, rest) = content.split_first_chunk().ok_or(Malformed)?;
                let (path, bytes) =
                    rest.split_at_checked(u32::from_le_bytes(*len) as usize).ok_or(Malformed)?;
                Self::Asset { path: message(path, 4096)?, bytes }
            }
            kind::OPEN => Self::Open(serde_json::from_slice(content).map_err(|_| Malformed)?),
            kind::MESSAGE => Self::Message(message(content, MAX_TO_PAGE)?),
            kind::SCALE => Self::Scale(f64::from_le_bytes(content.try_into().map_err(|_| Malformed)?)),
            kind::KEYBOARD => {
                let [typing, operating, window @ ..] = content else { return Err(Malformed) };
                let window = window.try_into().map_err(|_| Malformed)?;
                Self::Keyboard {
                    typing: *typing != 0,
                    operating: *operating != 0,
                    host_window: u32::from_le_bytes(window),
                }
            }
            kind::CLOSE => Self::Close,
            _ => return Ok(None),
        }))
    }
}

impl<'a> FromProgram<'a> {
    /// Adds the frame's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Hello(ref hello) => {
                put(out, kind::HELLO, &[&serde_json::to_vec(hello).unwrap_or_default()]);
            }
            Self::Message(text) => put(out, kind::FROM_PAGE, &[text.as_bytes()]),
            Self::Failed(why) => put(out, kind::FAILED, &[cut(why, MAX_MESSAGE).as_bytes()]),
            Self::Dropped(count) => put(out, kind::DROPPED, &[&count.to_le_bytes()]),
        }
    }

    /// Reads a frame; `None` for one to skip.
    pub(crate) fn parse(kind: u32, content: &'a [u8]) -> Result<Option<Self>, Malformed> {
        if content.len() > MAX_MESSAGE {
            return Err(Malformed);
        }
        Ok(Some(match kind {
            kind::HELLO => Self::Hello(serde_json::from_slice(content).map_err(|_| Malformed)?),
            kind::FROM_PAGE => Self::Message(message(content, MAX_MESSAGE)?),
            kind::FAILED => Self::Failed(message(content, MAX_MESSAGE)?),
            kind::DROPPED => Self::Dropped(u32::from_le_bytes(content.try_into().map_err(|_| Malformed)?)),
            _ => return Ok(None),
        }))
    }
}
