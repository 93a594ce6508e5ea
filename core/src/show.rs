//! What a plugin's sound has to show in pictures, as messages that every editor can draw.
//!
//! A plugin may send bytes of its own meaning to its editor ([`message`](crate::message)). These five kinds
//! are common to all, so that the widgets of native editors and the components of pages draw them without
//! an author's work. Numbers of more than one byte are little-endian.
//!
//! | kind | byte 0 | byte 1 | then |
//! |---|---|---|---|
//! | [`Show::Spectrum`] | 1 | stream | one [level](level) for each bin; see [`bin_hertz`] |
//! | [`Show::History`] | 2 | stream | u32: number of the first column; u8: fields of a column; the columns, a level for each field |
//! | [`Show::Notice`] | 3 | stream | u8: [`Severity`]; text in UTF-8 |
//! | [`Show::Waveform`] | 4 | stream | u32: frames; f32: frames per second; u8: channels; for each channel pairs of i8, the least and the most of a stretch, ±127 = ±1 |
//! | [`Show::Keys`] | 5 | stream | 16 bytes, a bit for each key that sounds: key k is bit k % 8 of byte k / 8 |
//!
//! The stream tells apart what a plugin has several of: the spectra before and after it, say. A byte 0 of 128
//! or more is a message of the plugin's own. A message is sent while an editor
//! [watches](crate::message::MessageSender::watched), spectra at most 30 times a second, and notices,
//! waveforms and keys once when they change and once when an editor opens. [`Keys`] is a sender of the last.

mod keys;

pub use keys::Keys;

use crate::editor::MAX_MESSAGE;
use crate::message::MessageSender;

/// The least byte 0 of messages of a plugin's own.
pub const OWN: u8 = 128;

/// Frequencies of the first and the last bin of a spectrum, in hertz.
pub const SPECTRUM_HERTZ: (f64, f64) = (20.0, 20_000.0);

/// The level of the code 0 and below, in decibels.
pub const FLOOR_DB: f32 = -120.0;

/// Codes for each decibel.
const CODES_PER_DB: f32 = 2.0;

/// The most bytes of a notice's text.
pub const MAX_NOTICE: usize = MAX_MESSAGE - 3;

/// A level in decibels as a byte: in halves of a decibel from −120 dB (0) to 7.5 dB (255). NaN is 0.
#[must_use]
#[inline]
pub fn code(db: f32) -> u8 {
    // Casts are saturating, and NaN is 0.
    ((db - FLOOR_DB) * CODES_PER_DB + 0.5) as u8
}

/// The level of a code, in decibels.
#[must_use]
#[inline]
pub fn level(code: u8) -> f32 {
    FLOOR_DB + f32::from(code) / CODES_PER_DB
}

/// The frequency of a bin, in hertz: the same steps on a logarithmic scale.
#[must_use]
pub fn bin_hertz(bin: usize, bins: usize) -> f64 {
    let (first, last) = SPECTRUM_HERTZ;
    first * (last / first).powf(bin as f64 / bins.saturating_sub(1).max(1) as f64)
}

/// How a notice is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[repr(u8)]
pub enum Severity {
    /// All is well: the last notice goes, or the text says what there is.
    #[default]
    Fine = 0,
    /// Worth knowing.
    Info = 1,
    /// Something is not as the user wanted it.
    Warning = 2,
    /// Something failed.
    Error = 3,
}

/// A message of one of the common kinds, borrowed from its bytes. `[any thread]`
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Show<'a> {
    /// The levels of a sound by frequency.
    Spectrum {
        /// Which of the plugin's spectra.
        stream: u8,
        /// A [level](level) for each bin.
        levels: &'a [u8],
    },
    /// Columns of levels, for a picture that moves along.
    History {
        /// Which of the plugin's histories.
        stream: u8,
        /// The number of the first column here. Where it does not follow the last one, some are missing.
        first: u32,
        /// Levels of one column; 1 at least.
        fields: usize,
        /// Column after column; whole ones.
        levels: &'a [u8],
    },
    /// A line of text for the user, in the place of the one before.
    Notice {
        /// Which of the plugin's notices.
        stream: u8,
        /// How it is meant.
        severity: Severity,
        /// What is to be read.
        text: &'a str,
    },
    /// A whole sound, small.
    Waveform {
        /// Which of the plugin's waveforms.
        stream: u8,
        /// How long the sound is; 0 where there is none.
        frames: u32,
        /// Frames per second.
        rate: f32,
        /// Channels; 1 at least.
        channels: usize,
        /// Channel after channel, all of the same length: pairs of the least and the most, an i8 each.
        pairs: &'a [u8],
    },
    /// The keys that sound now.
    Keys {
        /// Which of the plugin's keyboards.
        stream: u8,
        /// A bit for each MIDI key, key 0 the lowest bit.
        keys: u128,
    },
}

impl<'a> Show<'a> {
    /// Reads a message. `None` where it is of another kind, or makes no sense.
    #[must_use]
    pub fn read(message: &'a [u8]) -> Option<Self> {
        let [kind, stream, rest @ ..] = message else { return None };
        let stream = *stream;
        match *kind {
            1 if !rest.is_empty() => Some(Self::Spectrum { stream, levels: rest }),
            2 => {
                let (first, rest) = rest.split_first_chunk()?;
                let (fields, levels) = rest.split_first()?;
                let (first, fields) = (u32::from_le_bytes(*first), usize::from(*fields));
                let whole = fields > 0 && levels.len() % fields == 0;
                whole.then_some(Self::History { stream, first, fields, levels })
            }
            3 => {
                let (severity, text) = rest.split_first()?;
                let severity = match severity {
                    0 => Severity::Fine,
                    1 => Severity::Info,
                    2 => Severity::Warning,
                    _ => Severity::Error,
                };
                Some(Self::Notice { stream, severity, text: str::from_utf8(text).ok()? })
            }
            4 => {
                let (frames, rest) = rest.split_first_chunk()?;
                let (rate, rest) = rest.split_first_chunk()?;
                let (channels, pairs) = rest.split_first()?;
                let (frames, rate) = (u32::from_le_bytes(*frames), f32::from_le_bytes(*rate));
                let channels = usize::from(*channels);
                let whole = channels > 0 && pairs.len() % (2 * channels) == 0 && rate.is_finite();
                whole.then_some(Self::Waveform { stream, frames, rate, channels, pairs })
            }
            5 => Some(Self::Keys { stream, keys: u128::from_le_bytes(rest.try_into().ok()?) }),
            _ => None,
        }
    }
}

/// A message under construction: takes no memory, so the audio thread may make one. What does not fit is
/// left out. `[any thread, audio too]`
#[derive(Clone, Debug)]
pub struct Message {
    bytes: [u8; MAX_MESSAGE],
    len: usize,
}

impl Message {
    fn new(kind: u8, stream: u8) -> Self {
        let mut message = Self { bytes: [0; MAX_MESSAGE], len: 0 };
        message.extend(&[kind, stream]);
        message
    }

    /// A spectrum, whose bins are to be [pushed](Self::push).
    #[must_use]
    pub fn spectrum(stream: u8) -> Self {
        Self::new(1, stream)
    }

    /// A history, whose columns are to be [pushed](Self::push), `fields` levels each.
    #[must_use]
    pub fn history(stream: u8, first: u32, fields: u8) -> Self {
        let mut message = Self::new(2, stream);
        message.extend(&first.to_le_bytes());
        message.extend(&[fields]);
        message
    }

    /// A notice. What is beyond [`MAX_NOTICE`] bytes is left out, by whole letters.
    #[must_use]
    pub fn notice(stream: u8, severity: Severity, text: &str) -> Self {
        let mut message = Self::new(3, stream);
        message.extend(&[severity as u8]);
        message.extend(&text.as_bytes()[..text.floor_char_boundary(MAX_NOTICE)]);
        message
    }

    /// A waveform, whose pairs are to be added with [`extreme`](Self::extreme), channel after channel.
    #[must_use]
    pub fn waveform(stream: u8, frames: u32, rate: f32, channels: u8) -> Self {
        let mut message = Self::new(4, stream);
        message.extend(&frames.to_le_bytes());
        message.extend(&rate.to_le_bytes());
        message.extend(&[channels]);
        message
    }

    /// The keys that sound, a bit for each MIDI key.
    #[must_use]
    pub fn keys(stream: u8, keys: u128) -> Self {
        let mut message = Self::new(5, stream);
        message.extend(&keys.to_le_bytes());
        message
    }

    /// The most pairs that each of a waveform's channels can have.
    #[must_use]
    pub fn waveform_pairs(channels: u8) -> usize {
        (MAX_MESSAGE - 11) / 2 / usize::from(channels.max(1))
    }

    /// Adds a level in decibels.
    #[inline]
    pub fn push(&mut self, db: f32) {
        self.extend(&[code(db)]);
    }

    /// Adds the least and the most of a stretch of a waveform, as they are (±1 = full scale).
    pub fn extreme(&mut self, least: f32, most: f32) {
        // Casts are saturating; −128 means no more than −127.
        let byte = |value: f32| ((value * 127.0).round() as i8) as u8;
        self.extend(&[byte(least), byte(most)]);
    }

    /// What there is.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.bytes[..self.len]
    }

    /// Sends it; see [`MessageSender::send`]. One that was refused is worth another try with a later block, where it
    /// is sent but once. True where it is on its way.
    pub fn send(&self, sender: &mut MessageSender) -> bool {
        sender.send(self.bytes()).is_ok()
    }

    fn extend(&mut self, bytes: &[u8]) {
        if let Some(room) = self.bytes.get_mut(self.len..self.len + bytes.len()) {
            room.copy_from_slice(bytes);
            self.len += bytes.len();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_keep_their_half_decibels() {
        for (db, want) in [(-120.0, -120.0), (-300.0, -120.0), (0.0, 0.0), (-5.9, -6.0), (99.0, 7.5)] {
            assert_eq!(level(code(db)), want, "{db}");
        }
        assert_eq!(code(f32::NAN), 0);
        assert_eq!(code(f32::NEG_INFINITY), 0);
    }

    #[test]
    fn bins_go_from_20_hertz_to_20_kilohertz() {
        assert_eq!(bin_hertz(0, 241), 20.0);
        assert!((bin_hertz(240, 241) - 20_000.0).abs() < 1e-6);
        assert!((bin_hertz(80, 241) - 200.0).abs() < 1e-9, "a decade is a third");
        assert_eq!(bin_hertz(0, 1), 20.0);
    }

    #[test]
    fn each_kind_comes_back_as_it_was() {
        let mut spectrum = Message::spectrum(3);
        spectrum.push(-6.0);
        assert_eq!(Show::read(spectrum.bytes()), Some(Show::Spectrum { stream: 3, levels: &[228] }));

        let mut history = Message::history(1, 70_000, 2);
        history.push(-12.0);
        history.push(-3.0);
        let want = Show::History { stream: 1, first: 70_000, fields: 2, levels: &[216, 234] };
        assert_eq!(Show::read(history.bytes()), Some(want));

        let notice = Message::notice(0, Severity::Error, "there is no file");
        let want = Show::Notice { stream: 0, severity: Severity::Error, text: "there is no file" };
        assert_eq!(Show::read(notice.bytes()), Some(want));

        let mut waveform = Message::waveform(0, 480, 48_000.0, 2);
        waveform.extreme(-1.0, 1.0);
        waveform.extreme(-9.0, 0.5);
        let pairs = [129, 127, 128, 64];
        let want = Show::Waveform { stream: 0, frames: 480, rate: 48_000.0, channels: 2, pairs: &pairs };
        assert_eq!(Show::read(waveform.bytes()), Some(want));

        let keys = Message::keys(1, 1 << 60 | 1 << 127);
        assert_eq!(Show::read(keys.bytes()), Some(Show::Keys { stream: 1, keys: 1 << 60 | 1 << 127 }));
        assert_eq!(
            (keys.bytes()[2 + 7], keys.bytes()[2 + 15]),
            (1 << 4, 1 << 7),
            "key 60 is bit 4 of byte 7"
        );
    }

    #[test]
    fn nonsense_is_no_message() {
        let history = Message::history(0, 0, 0);
        let mut torn = Message::history(0, 0, 2).bytes().to_vec();
        torn.push(1);
        let mut odd = Message::waveform(0, 1, 1.0, 1).bytes().to_vec();
        odd.push(1);
        let no_rate = Message::waveform(0, 1, f32::NAN, 1);
        let bad_text = [3, 0, 0, 0xff];
        let all: [&[u8]; 13] = [
            &[],
            &[1],
            &[1, 0],
            &[2, 0, 0, 0, 0],
            &[3, 0],
            &[4, 0, 0, 0, 0, 0],
            history.bytes(),
            &torn,
            &odd,
            no_rate.bytes(),
            &bad_text,
            &[5; 17],
            &[5; 19],
        ];
        for bytes in all {
            assert_eq!(Show::read(bytes), None, "{bytes:?}");
        }
        assert_eq!(Show::read(&[OWN, 0, 1]), None);
    }

    #[test]
    fn what_does_not_fit_is_left_out_whole() {
        let long = "ä".repeat(MAX_MESSAGE);
        let notice = Message::notice(0, Severity::Info, &long);
        let Some(Show::Notice { text, .. }) = Show::read(notice.bytes()) else { panic!("a notice") };
        assert_eq!(text.len(), MAX_NOTICE / 2 * 2);
        let mut waveform = Message::waveform(0, 1, 1.0, 2);
        let pairs = Message::waveform_pairs(2);
        for _ in 0..2 * pairs {
            waveform.extreme(-1.0, 1.0);
        }
        assert_eq!(waveform.bytes().len(), 11 + 4 * pairs);
        assert!(pairs > 1000 && Show::read(waveform.bytes()).is_some());
        let mut spectrum = Message::spectrum(0);
        (0..9999).for_each(|_| spectrum.push(0.0));
        assert_eq!(spectrum.bytes().len(), MAX_MESSAGE);
    }
}
