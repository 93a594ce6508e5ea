//! Frames: what is said across the boundary.
//!
//! A frame is its kind and the bytes of its content, each as a `u32`, and its content. All numbers have
//! their lesser byte first and no alignment. Frames stand one behind the other. A kind that is not known
//! is skipped, so that later versions can say more.
//!
//! Positions of parameters, meters and properties are those of the plugin's description. Sizes and places
//! are physical pixels.

/// What an editor is told.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum ToEditor<'a> {
    /// A parameter or meter has this plain value now.
    Value {
        /// Its position.
        index: u32,
        /// In its own unit.
        plain: f64,
    },
    /// A text or path is this now.
    Property {
        /// Its position.
        index: u32,
        /// At most 64 KB.
        text: &'a str,
    },
    /// The sound half says this; at most `MAX_MESSAGE` bytes.
    Message(&'a [u8]),
    /// The host has given it this size.
    Size {
        /// At least 1.
        width: u32,
        /// At least 1.
        height: u32,
    },
    /// Physical pixels for each logical one.
    Scale(f64),
    /// Is answered by [`FromEditor::Painted`] as soon as the window shows all that was told before.
    Ping(u32),
}

/// What an editor says.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum FromEditor<'a> {
    /// The user holds a parameter.
    Begin(u32),
    /// The user sets it, within a gesture.
    Set {
        /// Its position.
        index: u32,
        /// In its own unit, within its range.
        plain: f64,
    },
    /// The user lets go of it.
    End(u32),
    /// The user sets a text or path.
    Property {
        /// Its position.
        index: u32,
        /// At most 64 KB.
        text: &'a str,
    },
    /// For the sound half; at most `MAX_MESSAGE` bytes.
    Message(&'a [u8]),
    /// It wants this size.
    Size {
        /// At least 1.
        width: u32,
        /// At least 1.
        height: u32,
    },
    /// The user wants to choose a file for a path.
    Browse(u32),
    /// The user wants the host's menu for a parameter at this place.
    Menu {
        /// The parameter's position.
        index: u32,
        /// From the left.
        x: i32,
        /// From the top.
        y: i32,
    },
    /// The window shows all that was told before the ping with this number.
    Painted(u32),
    /// The user plays a note.
    NoteOn {
        /// MIDI's number of it, 0 to 127.
        key: u32,
        /// 0 to 1.
        velocity: f64,
    },
    /// The note of this key ends.
    NoteOff(u32),
}

/// Bytes that are no frames.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Malformed;

impl std::fmt::Display for Malformed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("malformed frame")
    }
}

impl std::error::Error for Malformed {}

/// The most bytes of a frame's content: the longest text, and its position.
pub const MAX_CONTENT: usize = (64 << 10) + 4;

const HEAD: usize = 8;

mod kind {
    pub(super) const VALUE: u32 = 1;
    pub(super) const PROPERTY: u32 = 2;
    pub(super) const MESSAGE: u32 = 3;
    pub(super) const SIZE: u32 = 4;
    pub(super) const SCALE: u32 = 5;
    pub(super) const PING: u32 = 6;
    pub(super) const BEGIN: u32 = 0x101;
    pub(super) const SET: u32 = 0x102;
    pub(super) const END: u32 = 0x103;
    pub(super) const SET_PROPERTY: u32 = 0x104;
    pub(super) const SEND: u32 = 0x105;
    pub(super) const RESIZE: u32 = 0x106;
    pub(super) const BROWSE: u32 = 0x107;
    pub(super) const MENU: u32 = 0x108;
    pub(super) const PAINTED: u32 = 0x109;
    pub(super) const NOTE_ON: u32 = 0x10a;
    pub(super) const NOTE_OFF: u32 = 0x10b;
}

impl ToEditor<'_> {
    /// Adds the frame's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Value { index, plain } => {
                put(out, kind::VALUE, &[&index.to_le_bytes(), &plain.to_le_bytes()]);
            }
            Self::Property { index, text } => {
                put(out, kind::PROPERTY, &[&index.to_le_bytes(), text.as_bytes()]);
            }
            Self::Message(bytes) => put(out, kind::MESSAGE, &[bytes]),
            Self::Size { width, height } => {
                put(out, kind::SIZE, &[&width.to_le_bytes(), &height.to_le_bytes()]);
            }
            Self::Scale(scale) => put(out, kind::SCALE, &[&scale.to_le_bytes()]),
            Self::Ping(tag) => put(out, kind::PING, &[&tag.to_le_bytes()]),
        }
    }
}

impl FromEditor<'_> {
    /// Adds the frame's bytes.
    pub fn encode(&self, out: &mut Vec<u8>) {
        match *self {
            Self::Begin(index) => put(out, kind::BEGIN, &[&index.to_le_bytes()]),
            Self::Set { index, plain } => {
                put(out, kind::SET, &[&index.to_le_bytes(), &plain.to_le_bytes()]);
            }
            Self::End(index) => put(out, kind::END, &[&index.to_le_bytes()]),
            Self::Property { index, text } => {
                put(out, kind::SET_PROPERTY, &[&index.to_le_bytes(), text.as_bytes()]);
            }
            Self::Message(bytes) => put(out, kind::SEND, &[bytes]),
            Self::Size { width, height } => {
                put(out, kind::RESIZE, &[&width.to_le_bytes(), &height.to_le_bytes()]);
            }
            Self::Browse(index) => put(out, kind::BROWSE, &[&index.to_le_bytes()]),
            Self::Menu { index, x, y } => {
                put(out, kind::MENU, &[&index.to_le_bytes(), &x.to_le_bytes(), &y.to_le_bytes()]);
            }
            Self::Painted(tag) => put(out, kind::PAINTED, &[&tag.to_le_bytes()]),
            Self::NoteOn { key, velocity } => {
                put(out, kind::NOTE_ON, &[&key.to_le_bytes(), &velocity.to_le_bytes()]);
            }
            Self::NoteOff(key) => put(out, kind::NOTE_OFF, &[&key.to_le_bytes()]),
        }
    }
}

/// The frames in these bytes, for an editor. The first fault ends it.
pub fn to_editor(bytes: &[u8]) -> impl Iterator<Item = Result<ToEditor<'_>, Malformed>> {
    Frames { rest: bytes, parse: parse_to_editor }
}

/// The frames in these bytes, of an editor. The first fault ends it.
pub fn from_editor(bytes: &[u8]) -> impl Iterator<Item = Result<FromEditor<'_>, Malformed>> {
    Frames { rest: bytes, parse: parse_from_editor }
}

fn parse_to_editor<'a>(kind: u32, content: &mut Content<'a>) -> Option<Option<ToEditor<'a>>> {
    Some(Some(match kind {
        kind::VALUE => ToEditor::Value { index: content.u32()?, plain: content.f64()? },
        kind::PROPERTY => ToEditor::Property { index: content.u32()?, text: content.text()? },
        kind::MESSAGE => ToEditor::Message(content.rest()),
        kind::SIZE => ToEditor::Size { width: content.u32()?, height: content.u32()? },
        kind::SCALE => ToEditor::Scale(content.f64()?),
        kind::PING => ToEditor::Ping(content.u32()?),
        _ => return Some(None),
    }))
}

fn parse_from_editor<'a>(kind: u32, content: &mut Content<'a>) -> Option<Option<FromEditor<'a>>> {
    Some(Some(match kind {
        kind::BEGIN => FromEditor::Begin(content.u32()?),
        kind::SET => FromEditor::Set { index: content.u32()?, plain: content.f64()? },
        kind::END => FromEditor::End(content.u32()?),
        kind::SET_PROPERTY => FromEditor::Property { index: content.u32()?, text: content.text()? },
        kind::SEND => FromEditor::Message(content.rest()),
        kind::RESIZE => FromEditor::Size { width: content.u32()?, height: content.u32()? },
        kind::BROWSE => FromEditor::Browse(content.u32()?),
        kind::MENU => FromEditor::Menu {
            index: content.u32()?,
            x: content.u32()?.cast_signed(),
            y: content.u32()?.cast_signed(),
        },
        kind::PAINTED => FromEditor::Painted(content.u32()?),
        kind::NOTE_ON => FromEditor::NoteOn { key: content.u32()?, velocity: content.f64()? },
        kind::NOTE_OFF => FromEditor::NoteOff(content.u32()?),
        _ => return Some(None),
    }))
}

fn put(out: &mut Vec<u8>, kind: u32, content: &[&[u8]]) {
    let len: usize = content.iter().map(|part| part.len()).sum();
    // What is longer is not said at all: half of it would be something else.
    if len > MAX_CONTENT {
        return;
    }
    out.extend_from_slice(&kind.to_le_bytes());
    out.extend_from_slice(&(len as u32).to_le_bytes());
    for part in content {
        out.extend_from_slice(part);
    }
}

/// Reads frame after frame; `parse` gives `None` for a malformed one and `Some(None)` for one to skip.
struct Frames<'a, P> {
    rest: &'a [u8],
    parse: P,
}

impl<'a, T, P: Fn(u32, &mut Content<'a>) -> Option<Option<T>>> Iterator for Frames<'a, P> {
    type Item = Result<T, Malformed>;

    fn next(&mut self) -> Option<Self::Item> {
        while !self.rest.is_empty() {
            let Some((kind, content, rest)) = split(self.rest) else {
                self.rest = &[];
                return Some(Err(Malformed));
            };
            self.rest = rest;
            let mut content = Content(content);
            match (self.parse)(kind, &mut content) {
                Some(Some(frame)) if content.0.is_empty() => return Some(Ok(frame)),
                Some(None) => {}
                _ => {
                    self.rest = &[];
                    return Some(Err(Malformed));
                }
            }
        }
        None
    }
}

/// Kind, content and what follows.
fn split(bytes: &[u8]) -> Option<(u32, &[u8], &[u8])> {
    let mut head = Content(bytes.get(..HEAD)?);
    let (kind, len) = (head.u32()?, head.u32()? as usize);
    let content = bytes.get(HEAD..HEAD.checked_add(len)?)?;
    (len <= MAX_CONTENT).then(|| (kind, content, &bytes[HEAD + len..]))
}

struct Content<'a>(&'a [u8]);

impl<'a> Content<'a> {
    fn u32(&mut self) -> Option<u32> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(u32::from_le_bytes(*bytes))
    }

    fn f64(&mut self) -> Option<f64> {
        let (bytes, rest) = self.0.split_first_chunk()?;
        self.0 = rest;
        Some(f64::from_le_bytes(*bytes))
    }

    fn rest(&mut self) -> &'a [u8] {
        std::mem::take(&mut self.0)
    }

    fn text(&mut self) -> Option<&'a str> {
        std::str::from_utf8(self.rest()).ok()
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const TO: [ToEditor<'_>; 6] = [
        ToEditor::Value { index: 7, plain: -6.25 },
        ToEditor::Property { index: 1, text: "Späßchen" },
        ToEditor::Message(&[1, 2, 3]),
        ToEditor::Size { width: 640, height: 400 },
        ToEditor::Scale(1.5),
        ToEditor::Ping(u32::MAX),
    ];
    const FROM: [FromEditor<'_>; 11] = [
        FromEditor::Begin(3),
        FromEditor::Set { index: 3, plain: 1e-3 },
        FromEditor::End(3),
        FromEditor::Property { index: 0, text: "" },
        FromEditor::Message(&[]),
        FromEditor::Size { width: 1, height: u32::MAX },
        FromEditor::Browse(9),
        FromEditor::Menu { index: 2, x: -1, y: i32::MIN },
        FromEditor::Painted(0),
        FromEditor::NoteOn { key: 127, velocity: 0.5 },
        FromEditor::NoteOff(60),
    ];

    #[test]
    fn frames_come_back_as_they_went() {
        let mut bytes = Vec::new();
        for frame in TO {
            frame.encode(&mut bytes);
        }
        assert!(to_editor(&bytes).eq(TO.map(Ok)));
        bytes.clear();
        for frame in FROM {
            frame.encode(&mut bytes);
        }
        assert!(from_editor(&bytes).eq(FROM.map(Ok)));
    }

    #[test]
    fn unknown_kinds_are_skipped_and_faults_end_it() {
        let mut bytes = Vec::new();
        put(&mut bytes, 0x7777, &[&[0; 13]]);
        ToEditor::Ping(1).encode(&mut bytes);
        assert!(to_editor(&bytes).eq([Ok(ToEditor::Ping(1))]));
        bytes.extend_from_slice(&[1, 0, 0]);
        assert!(to_editor(&bytes).eq([Ok(ToEditor::Ping(1)), Err(Malformed)]));
        // Too short, too long and no UTF-8.
        for content in [&[0; 11][..], &[0; 13]] {
            let mut bytes = Vec::new();
            put(&mut bytes, kind::VALUE, &[content]);
            assert!(to_editor(&bytes).eq([Err(Malformed)]));
        }
        let mut bytes = Vec::new();
        put(&mut bytes, kind::PROPERTY, &[&[0; 4], &[0xff]]);
        assert!(to_editor(&bytes).eq([Err(Malformed)]));
        // A length beyond the end, and one beyond all sense.
        assert!(to_editor(&[3, 0, 0, 0, 9, 0, 0, 0, 1]).eq([Err(Malformed)]));
        assert!(to_editor(&[3, 0, 0, 0, 255, 255, 255, 255]).eq([Err(Malformed)]));
    }

    #[test]
    fn the_page_for_other_languages_names_every_kind() {
        let page = include_str!("../../../docs/editor-abi.md");
        let mut bytes = Vec::new();
        TO.iter().for_each(|frame| frame.encode(&mut bytes));
        FROM.iter().for_each(|frame| frame.encode(&mut bytes));
        let (mut rest, mut kinds) = (&bytes[..], 0);
        while let Some((kind, content, after)) = split(rest) {
            // Only those of a fixed length say it.
            assert!(page.contains(&format!("| 0x{kind:03x} |")), "{kind:#x}, {} bytes", content.len());
            (rest, kinds) = (after, kinds + 1);
        }
        assert_eq!(kinds, TO.len() + FROM.len());
        assert_eq!(page.matches("| 0x").count(), kinds, "and no others");
        assert!(page.contains("65,540") && MAX_CONTENT == 65_540);
    }

    #[test]
    fn what_is_too_long_is_not_said() {
        let mut bytes = Vec::new();
        ToEditor::Message(&vec![0; MAX_CONTENT + 1]).encode(&mut bytes);
        assert!(bytes.is_empty());
        ToEditor::Message(&vec![0; MAX_CONTENT]).encode(&mut bytes);
        assert_eq!(to_editor(&bytes).filter(Result::is_ok).count(), 1);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
            prop_assert!(to_editor(&bytes).count() <= bytes.len());
            prop_assert!(from_editor(&bytes).count() <= bytes.len());
        }
    }
}
