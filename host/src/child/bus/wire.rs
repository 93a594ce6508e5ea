//! D-Bus messages as bytes.

use super::SocketAddr;

/// The length of a message's fixed part, in bytes.
pub(super) const FIXED: usize = 16;

/// The longest message taken; the answers we wait for have a hundred bytes.
const LONGEST: usize = 1 << 16;

/// A method.
pub(in crate::child) struct Call<'a> {
    pub(in crate::child) service: &'a str,
    pub(in crate::child) path: &'a str,
    pub(in crate::child) interface: &'a str,
    pub(in crate::child) method: &'a str,
}

/// One argument of a call.
pub(in crate::child) enum Argument<'a> {
    Text(&'a str),
    Number(u32),
    Long(u64),
}

impl Call<'_> {
    /// The whole message.
    pub(super) fn encode(&self, serial: u32, arguments: &[Argument<'_>]) -> Vec<u8> {
        let (mut body, mut signature) = (Writer(vec![]), String::new());
        for argument in arguments {
            match argument {
                Argument::Text(text) => {
                    signature.push('s');
                    body.text(text);
                }
                Argument::Number(number) => {
                    signature.push('u');
                    body.number(*number);
                }
                Argument::Long(number) => {
                    signature.push('t');
                    body.align(8);
                    body.0.extend(number.to_le_bytes());
                }
            }
        }
        let mut fields = Writer(vec![]);
        for (code, kind, value) in [
            (1, "o", self.path),
            (2, "s", self.interface),
            (3, "s", self.method),
            (6, "s", self.service),
            (8, "g", signature.as_str()),
        ] {
            fields.align(8);
            fields.0.push(code);
            fields.signature(kind);
            if kind == "g" {
                fields.signature(value);
            } else {
                fields.text(value);
            }
        }
        // Little-endian, a call, an answer wanted, version 1.
        let mut message = Writer(vec![b'l', 1, 0, 1]);
        message.number(body.0.len() as u32);
        message.number(serial);
        message.number(fields.0.len() as u32);
        message.0.extend(fields.0);
        message.align(8);
        message.0.extend(body.0);
        message.0
    }
}

struct Writer(Vec<u8>);

impl Writer {
    fn align(&mut self, to: usize) {
        self.0.resize(self.0.len().next_multiple_of(to), 0);
    }

    fn number(&mut self, number: u32) {
        self.align(4);
        self.0.extend(number.to_le_bytes());
    }

    fn text(&mut self, text: &str) {
        self.number(text.len() as u32);
        self.0.extend(text.bytes().chain([0]));
    }

    fn signature(&mut self, text: &str) {
        self.0.push(text.len() as u8);
        self.0.extend(text.bytes().chain([0]));
    }
}

/// What kind of message it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Return,
    Error,
    Other,
}

/// What a message's fixed part says.
pub(super) struct Head {
    big: bool,
    kind: Kind,
    fields: usize,
    body: usize,
}

/// A message that has come.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Message {
    pub(super) kind: Kind,
    /// The number of the call that it answers.
    pub(super) answers: Option<u32>,
    /// The error's name.
    pub(super) error: Option<String>,
    pub(super) answer: Answer,
}

/// The values of an answer.
#[derive(Debug, PartialEq, Eq)]
pub(in crate::child) struct Answer {
    big: bool,
    signature: String,
    body: Vec<u8>,
}

impl Head {
    /// `None` where it is none, or claims too much.
    pub(super) fn read(fixed: &[u8; FIXED]) -> Option<Self> {
        let big = match fixed[0] {
            b'l' => false,
            b'B' => true,
            _ => return None,
        };
        let kind = match fixed[1] {
            2 => Kind::Return,
            3 => Kind::Error,
            _ => Kind::Other,
        };
        let mut reader = Reader { bytes: fixed, at: 4, big };
        let body = reader.number()? as usize;
        let _serial = reader.number()?;
        let fields = reader.number()? as usize;
        (fixed[3] == 1 && body <= LONGEST && fields <= LONGEST).then_some(Self { big, kind, fields, body })
    }

    /// How many bytes follow.
    pub(super) fn rest(&self) -> usize {
        self.fields.next_multiple_of(8) + self.body
    }

    /// The message, with the bytes that follow.
    pub(super) fn message(&self, rest: &[u8]) -> Option<Message> {
        let body = rest.get(self.fields.next_multiple_of(8)..)?.to_vec();
        let mut reader = Reader { bytes: rest.get(..self.fields)?, at: 0, big: self.big };
        let (mut answers, mut error, mut signature) = (None, None, String::new());
        while reader.at < self.fields {
            reader.align(8);
            let code = reader.byte()?;
            match reader.signature()? {
                "u" => {
                    let number = reader.number()?;
                    answers = if code == 5 { Some(number) } else { answers };
                }
                "s" | "o" => {
                    let text = reader.text()?;
                    error = if code == 4 { Some(text.to_owned()) } else { error };
                }
                "g" => {
                    let text = reader.signature()?;
                    signature = if code == 8 { text.to_owned() } else { signature };
                }
                // Whatever else there may be some day, its length is unknown.
                _ => return None,
            }
        }
        Some(Message { kind: self.kind, answers, error, answer: Answer { big: self.big, signature, body } })
    }
}

impl Answer {
    fn reader(&self) -> Reader<'_> {
        Reader { bytes: &self.body, at: 0, big: self.big }
    }

    /// The first value, if it is a text.
    pub(super) fn text(&self) -> Option<String> {
        self.signature.starts_with('s').then(|| self.reader().text().map(str::to_owned)).flatten()
    }

    /// The whole number in the variant that a property's value is.
    pub(in crate::child) fn number(&self) -> Option<i64> {
        let mut reader = self.reader();
        match (self.signature == "v").then(|| reader.signature())?? {
            "u" => Some(reader.number()?.into()),
            "i" => Some(reader.number()?.cast_signed().into()),
            "x" => Some(reader.long()?.cast_signed()),
            "t" => i64::try_from(reader.long()?).ok(),
            _ => None,
        }
    }
}

struct Reader<'a> {
    bytes: &'a [u8],
    at: usize,
    big: bool,
}

impl<'a> Reader<'a> {
    fn align(&mut self, to: usize) {
        self.at = self.at.next_multiple_of(to);
    }

    fn take(&mut self, count: usize) -> Option<&'a [u8]> {
        let taken = self.bytes.get(self.at..)?.get(..count)?;
        self.at += count;
        Some(taken)
    }

    fn byte(&mut self) -> Option<u8> {
        self.take(1).map(|bytes| bytes[0])
    }

    fn number(&mut self) -> Option<u32> {
        self.align(4);
        let bytes = self.take(4)?.try_into().ok()?;
        Some(if self.big { u32::from_be_bytes(bytes) } else { u32::from_le_bytes(bytes) })
    }

    fn long(&mut self) -> Option<u64> {
        self.align(8);
        let bytes = self.take(8)?.try_into().ok()?;
        Some(if self.big { u64::from_be_bytes(bytes) } else { u64::from_le_bytes(bytes) })
    }

    fn words(&mut self, count: usize) -> Option<&'a str> {
        let (end, text) = self.take(count.checked_add(1)?)?.split_last()?;
        (*end == 0).then(|| std::str::from_utf8(text).ok())?
    }

    fn text(&mut self) -> Option<&'a str> {
        let count = self.number()? as usize;
        self.words(count)
    }

    fn signature(&mut self) -> Option<&'a str> {
        let count = self.byte()?.into();
        self.words(count)
    }
}

/// The socket in one entry of a bus's address, where it has one.
pub(super) fn unix_address(entry: &str) -> Option<SocketAddr> {
    entry.strip_prefix("unix:")?.split(',').find_map(|pair| match pair.split_once('=')? {
        ("path", value) => Some(SocketAddr::Path(unescape(value)?)),
        ("abstract", value) => Some(SocketAddr::Abstract(unescape(value)?)),
        _ => None,
    })
}

/// Bytes that are written as % and two hexadecimal digits.
fn unescape(text: &str) -> Option<Vec<u8>> {
    let mut pieces = text.split('%');
    let mut bytes = pieces.next()?.as_bytes().to_vec();
    for piece in pieces {
        bytes.push(u8::from_str_radix(piece.get(..2)?, 16).ok()?);
        bytes.extend(&piece.as_bytes()[2..]);
    }
    Some(bytes)
}

#[cfg(test)]
mod tests;
