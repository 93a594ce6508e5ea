//! Audio to be read: a WAV or FLAC file, or silence.

use std::fs::File;
use std::io::{Read as _, Seek as _};
use std::path::{Path, PathBuf};

use super::AudioFormat;
use super::flac::Flac;
use super::wav::Wav;
use crate::error::{Error, Result, why};
use crate::planar::Planar;
use crate::shared::MAX_CHANNELS;

/// Audio being read, block by block.
pub struct Source {
    path: PathBuf,
    decoder: Decoder,
    format: AudioFormat,
    frames: u64,
    position: u64,
}

enum Decoder {
    Silence,
    Wav(Wav),
    Flac(Box<Flac>),
}

impl Source {
    /// Opens a WAV or FLAC file, told apart by what is in it, and checks that everything about it
    /// makes sense.
    ///
    /// # Errors
    /// [`Error::File`], naming the file and what was expected.
    pub fn open(path: &Path) -> Result<Self> {
        let refuse = |reason: String| Err(Error::file(path, reason));
        let (mut file, len) = crate::input::open(path, "a WAV or FLAC file")?;
        if len == 0 {
            return refuse("the file is empty; expected a WAV or FLAC file".into());
        }
        let unreadable = |e: std::io::Error| Error::file(path, format_args!("cannot read: {}", why(&e)));
        let start = start(&mut file).map_err(unreadable)?;
        let mut magic = [0; 4];
        file.seek(std::io::SeekFrom::Start(start)).map_err(unreadable)?;
        let known = file.read_exact(&mut magic).is_ok();
        let (decoder, format, frames) = match &magic {
            b"fLaC" if known => {
                let flac = Flac::open(path, file, start)?;
                let (format, frames) = (flac.format(), flac.frames());
                (Decoder::Flac(Box::new(flac)), format, frames)
            }
            b"OggS" => return refuse("an Ogg file; expected a WAV or FLAC file".into()),
            _ => {
                file.rewind().map_err(unreadable)?;
                let wav = Wav::open(path, file)?;
                let (format, frames) = (wav.format(), wav.frames());
                (Decoder::Wav(wav), format, frames)
            }
        };
        if !crate::child::RATES.contains(&format.rate) {
            return refuse(format!(
                "sample rate {} Hz; expected {} to {} Hz",
                format.rate,
                crate::child::RATES.start(),
                crate::child::RATES.end()
            ));
        }
        if !(1..=MAX_CHANNELS).contains(&format.channels) {
            return refuse(format!("{} channels; expected 1 to {MAX_CHANNELS}", format.channels));
        }
        if frames == 0 {
            return refuse("the file holds no audio; expected at least one frame".into());
        }
        Ok(Self { path: path.to_owned(), decoder, format, frames, position: 0 })
    }

    /// So many frames of silence.
    #[must_use]
    pub fn silence(format: AudioFormat, frames: u64) -> Self {
        Self { path: PathBuf::new(), decoder: Decoder::Silence, format, frames, position: 0 }
    }

    /// Its channels and rate.
    #[must_use]
    pub fn format(&self) -> AudioFormat {
        self.format
    }

    /// Its length in frames.
    #[must_use]
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Reads the next frames into `block`; after the end comes silence. A mono file fills every
    /// channel of `block`.
    ///
    /// # Errors
    /// [`Error::File`] where the file ends before its header says, or is damaged.
    pub fn read(&mut self, block: &mut Planar, frames: usize) -> Result<()> {
        if matches!(self.decoder, Decoder::Silence) {
            block.clear();
            return Ok(());
        }
        let left = usize::try_from(self.frames - self.position).unwrap_or(usize::MAX);
        let len = frames.min(left);
        let channels = self.format.channels as usize;
        for frame in 0..len {
            for channel in 0..channels {
                let sample = self.sample()?;
                if channel < block.channels() {
                    block.channel_mut(channel)[frame] = sample;
                }
            }
            self.position += 1;
        }
        for channel in 0..block.channels().min(channels) {
            block.channel_mut(channel)[len..frames].fill(0.0);
        }
        if channels == 1 {
            block.spread(frames);
        }
        Ok(())
    }

    fn sample(&mut self) -> Result<f32> {
        let sample = match &mut self.decoder {
            Decoder::Silence => Some(0.0),
            Decoder::Wav(wav) => wav.sample(),
            Decoder::Flac(flac) => flac.sample(),
        };
        sample.ok_or_else(|| self.damage())
    }

    fn damage(&self) -> Error {
        if let Decoder::Flac(flac) = &self.decoder
            && let Some(reason) = flac.broken()
        {
            return Error::file(&self.path, format_args!("damaged at frame {}: {reason}", self.position));
        }
        Error::file(
            &self.path,
            format_args!(
                "cut short: its header promises {} frames, it holds {}",
                self.frames, self.position
            ),
        )
    }
}

/// Where the audio begins: some programs put an ID3 tag before a FLAC file.
fn start(file: &mut File) -> std::io::Result<u64> {
    let mut head = Vec::new();
    file.take(10).read_to_end(&mut head)?;
    Ok(match head.as_slice() {
        [b'I', b'D', b'3', _, _, flags, size @ ..] if size.len() == 4 => {
            let size = size.iter().fold(0, |sum, byte| sum << 7 | u64::from(byte & 0x7f));
            let footer = if flags & 0x10 == 0 { 0 } else { 10 };
            10 + size + footer
        }
        _ => 0,
    })
}
