//! Frames on a stream that never waits: what has come so far, and what did not fit yet.

use std::io::{self, Read, Write};

use crate::frame::{FromProgram, HEAD, MAX_CONTENT, Malformed, ToProgram};
use crate::{MAX_ASSET, MAX_MESSAGE};

/// Bytes taken from a stream at a time.
const CHUNK: usize = 64 << 10;

/// What has come of a stream.
#[derive(Default)]
pub struct Reader {
    bytes: Vec<u8>,
    /// Where the next frame begins.
    at: usize,
}

impl Reader {
    /// Takes what there is of a stream that does not block, at most 128 KB at a time. `false` at its end.
    ///
    /// # Errors
    /// Those of the stream, but for having nothing.
    pub fn fill(&mut self, stream: &mut impl Read) -> io::Result<bool> {
        self.bytes.drain(..std::mem::take(&mut self.at));
        for _ in 0..2 {
            let len = self.bytes.len();
            self.bytes.resize(len + CHUNK, 0);
            let read = stream.read(&mut self.bytes[len..]);
            self.bytes.truncate(len + read.as_ref().copied().unwrap_or(0));
            match read {
                Ok(0) => return Ok(false),
                Ok(_) => {}
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => return Ok(true),
                Err(error) => return Err(error),
            }
        }
        Ok(true)
    }

    /// The next frame for the program, once it is there as a whole.
    ///
    /// # Errors
    /// Where these are no frames. There are no others behind it.
    pub fn to_program(&mut self) -> Result<Option<ToProgram<'_>>, Malformed> {
        while let Some((kind, from, to)) = self.next(MAX_ASSET + 4096)? {
            // Parsed twice, or the borrow checker would not see that it returns.
            if ToProgram::parse(kind, &self.bytes[from..to])?.is_some() {
                return ToProgram::parse(kind, &self.bytes[from..to]);
            }
        }
        Ok(None)
    }

    /// The next frame of the program, once it is there as a whole.
    ///
    /// # Errors
    /// Where these are no frames. There are no others behind it.
    pub fn from_program(&mut self) -> Result<Option<FromProgram<'_>>, Malformed> {
        while let Some((kind, from, to)) = self.next(MAX_MESSAGE)? {
            if FromProgram::parse(kind, &self.bytes[from..to])?.is_some() {
                return FromProgram::parse(kind, &self.bytes[from..to]);
            }
        }
        Ok(None)
    }

    /// Kind and place of the next frame.
    fn next(&mut self, max: usize) -> Result<Option<(u32, usize, usize)>, Malformed> {
        let rest = &self.bytes[self.at..];
        let Some((head, rest)) = rest.split_at_checked(HEAD) else { return Ok(None) };
        let word = |at: usize| u32::from_le_bytes([head[at], head[at + 1], head[at + 2], head[at + 3]]);
        let (len, kind) = (word(0) as usize, word(4));
        if len > max.min(MAX_CONTENT) {
            return Err(Malformed);
        }
        if rest.len() < len {
            return Ok(None);
        }
        let from = self.at + HEAD;
        self.at = from + len;
        Ok(Some((kind, from, from + len)))
    }
}

/// What is still to go into a stream.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
    at: usize,
}

impl Writer {
    /// Where frames are to be encoded.
    pub fn buffer(&mut self) -> &mut Vec<u8> {
        &mut self.bytes
    }

    /// How many bytes have not gone yet.
    #[must_use]
    pub fn pending(&self) -> usize {
        self.bytes.len() - self.at
    }

    /// Gives what it can to a stream that does not block.
    ///
    /// # Errors
    /// Those of the stream, but for having no room.
    pub fn flush(&mut self, stream: &mut impl Write) -> io::Result<()> {
        while self.pending() > 0 {
            match stream.write(&self.bytes[self.at..]) {
                Ok(0) => return Err(io::ErrorKind::WriteZero.into()),
                Ok(written) => self.at += written,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) if error.kind() == io::ErrorKind::WouldBlock => {
                    // Not at each call, or a long file would be moved a hundred times.
                    if self.at > self.bytes.len() / 2 {
                        self.bytes.drain(..std::mem::take(&mut self.at));
                    }
                    return Ok(());
                }
                Err(error) => return Err(error),
            }
        }
        self.bytes.clear();
        self.at = 0;
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{Hello, Open, PROTOCOL};

    fn read_all<'a>(bytes: &'a [u8], reader: &'a mut Reader) -> &'a mut Reader {
        let mut source = bytes;
        while reader.fill(&mut source).expect("bytes in memory") {}
        reader
    }

    fn open() -> Open {
        Open {
            protocol: PROTOCOL,
            window: 0x0400_0007,
            host_window: 3,
            scale: 1.5,
            background: 0x14_16_1a,
            title: "Späßchen".into(),
            inspect: false,
        }
    }

    #[test]
    fn frames_come_back_as_they_went() {
        let to = [
            ToProgram::Asset { path: "/index.html", bytes: b"<p>" },
            ToProgram::Open(open()),
            ToProgram::Message("{}"),
            ToProgram::Scale(2.0),
            ToProgram::Keyboard { typing: true, operating: false, host_window: 7 },
            ToProgram::Close,
        ];
        let mut bytes = Vec::new();
        to.iter().for_each(|frame| frame.encode(&mut bytes));
        let mut reader = Reader::default();
        let reader = read_all(&bytes, &mut reader);
        for frame in to {
            assert_eq!(reader.to_program(), Ok(Some(frame)));
        }
        assert_eq!(reader.to_program(), Ok(None));

        let hello = Hello { protocol: PROTOCOL, version: "0.1.0".into(), engine: "WebKitGTK 2.50".into() };
        let from = [
            FromProgram::Hello(hello),
            FromProgram::Message("[]"),
            FromProgram::Failed("no display"),
            FromProgram::Dropped(9),
        ];
        let mut bytes = Vec::new();
        from.iter().for_each(|frame| frame.encode(&mut bytes));
        let mut reader = Reader::default();
        let reader = read_all(&bytes, &mut reader);
        for frame in from {
            assert_eq!(reader.from_program(), Ok(Some(frame)));
        }
        assert_eq!(reader.from_program(), Ok(None));
    }

    #[test]
    fn a_frame_that_came_in_pieces_is_whole_in_the_end() {
        let mut bytes = Vec::new();
        FromProgram::Message("Halbes").encode(&mut bytes);
        let mut reader = Reader::default();
        for byte in &bytes[..bytes.len() - 1] {
            assert!(
                read_all(std::slice::from_ref(byte), &mut reader).from_program().is_ok_and(|f| f.is_none())
            );
        }
        let last = &bytes[bytes.len() - 1..];
        assert_eq!(read_all(last, &mut reader).from_program(), Ok(Some(FromProgram::Message("Halbes"))));
    }

    #[test]
    fn what_is_too_long_or_no_frame_is_refused() {
        let long = "x".repeat(MAX_MESSAGE + 1);
        let mut bytes = Vec::new();
        FromProgram::Message(&long).encode(&mut bytes);
        assert_eq!(read_all(&bytes, &mut Reader::default()).from_program(), Err(Malformed));
        // By its length alone, before its content has come.
        let head = [0xff, 0xff, 0xff, 0xff, 1, 0, 0, 0];
        assert_eq!(read_all(&head, &mut Reader::default()).to_program(), Err(Malformed));
        // No UTF-8.
        let head = [1, 0, 0, 0, 2, 1, 0, 0, 0xff];
        assert_eq!(read_all(&head, &mut Reader::default()).from_program(), Err(Malformed));
        // A reason that is too long is cut.
        let mut bytes = Vec::new();
        FromProgram::Failed(&"ä".repeat(MAX_MESSAGE)).encode(&mut bytes);
        let mut reader = Reader::default();
        let Ok(Some(FromProgram::Failed(why))) = read_all(&bytes, &mut reader).from_program() else {
            panic!()
        };
        assert_eq!(why.len(), MAX_MESSAGE);
    }

    #[test]
    fn kinds_of_later_versions_are_skipped() {
        let mut bytes = vec![3, 0, 0, 0, 0x77, 0x77, 0, 0, 1, 2, 3];
        FromProgram::Dropped(1).encode(&mut bytes);
        let mut reader = Reader::default();
        assert_eq!(read_all(&bytes, &mut reader).from_program(), Ok(Some(FromProgram::Dropped(1))));
    }

    /// A pipe that takes so many bytes and is full then.
    struct Narrow(Vec<u8>, usize);

    impl Write for Narrow {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            let len = bytes.len().min(std::mem::take(&mut self.1));
            if len == 0 {
                return Err(io::ErrorKind::WouldBlock.into());
            }
            self.0.extend_from_slice(&bytes[..len]);
            Ok(len)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    proptest! {
        #[test]
        fn what_did_not_fit_goes_later(rooms in prop::collection::vec(1usize..40, 1..60)) {
            let (mut writer, mut narrow, mut expected) = (Writer::default(), Narrow(Vec::new(), 0), Vec::new());
            for (index, room) in rooms.iter().enumerate() {
                let text = "y".repeat(index);
                FromProgram::Message(&text).encode(writer.buffer());
                FromProgram::Message(&text).encode(&mut expected);
                narrow.1 = *room;
                writer.flush(&mut narrow).expect("no error");
                prop_assert_eq!(writer.pending(), expected.len() - narrow.0.len());
            }
            while writer.pending() > 0 {
                narrow.1 = 1000;
                writer.flush(&mut narrow).expect("no error");
            }
            prop_assert_eq!(narrow.0, expected);
        }

        #[test]
        fn any_bytes_are_read_to_their_end(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let mut reader = Reader::default();
            let reader = read_all(&bytes, &mut reader);
            while let Ok(Some(_)) = reader.from_program() {}
            let mut reader = Reader::default();
            let reader = read_all(&bytes, &mut reader);
            while let Ok(Some(_)) = reader.to_program() {}
        }
    }
}
