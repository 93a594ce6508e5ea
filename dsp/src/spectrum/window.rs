//! The background task's side: the last stretch of each channel, and what becomes of it.

use dyad::meter::{AudioTap, TapReader};
use dyad::show::Message;

use super::transform::Transform;
use super::{BINS, WINDOW};

/// Frames that are read at a time; no window is shorter.
const CHUNK: usize = 256;

/// All streams.
pub(super) struct Windows {
    streams: Vec<Stream>,
    transform: Transform,
    powers: Vec<f32>,
}

struct Stream {
    tap: AudioTap,
    reader: Option<TapReader>,
    /// The last frames of each channel, the oldest first.
    channels: Vec<Vec<f32>>,
    chunk: Vec<Vec<f32>>,
}

impl Windows {
    pub(super) fn new(taps: &[AudioTap], channels: usize, rate: f64) -> Self {
        let size = ((rate * WINDOW).max(256.0) as usize).next_power_of_two();
        let silent = |frames: usize| vec![vec![0.0; frames]; channels.max(1)];
        let streams = taps.iter().map(|tap| Stream {
            tap: tap.clone(),
            reader: tap.attach(),
            channels: silent(size),
            chunk: silent(CHUNK),
        });
        let transform = Transform::new(size, rate, BINS);
        Self { streams: streams.collect(), transform, powers: vec![0.0; BINS] }
    }

    /// Takes what has come since; `anew`: an editor has just opened, and what is here is old.
    pub(super) fn read(&mut self, anew: bool) {
        for stream in &mut self.streams {
            stream.read(anew);
        }
    }

    /// The present spectrum of each stream.
    pub(super) fn messages(&mut self) -> Vec<Message> {
        let Self { streams, transform, powers } = self;
        let each = |(n, stream): (usize, &Stream)| {
            powers.fill(0.0);
            let part = 1.0 / stream.channels.len() as f32;
            for channel in &stream.channels {
                transform.add_powers(channel, part, powers);
            }
            let mut message = Message::spectrum(n as u8);
            powers.iter().for_each(|power| message.push(10.0 * power.log10()));
            message
        };
        streams.iter().enumerate().map(each).collect()
    }
}

impl Stream {
    fn read(&mut self, anew: bool) {
        if self.reader.is_none() {
            self.reader = self.tap.attach();
        }
        if anew {
            self.forget();
        }
        let Some(mut reader) = self.reader.take() else { return };
        loop {
            let chunk = reader.read(&mut self.chunk);
            if chunk.frames == 0 {
                break;
            }
            if !chunk.continues {
                self.forget();
            }
            for (channel, new) in self.channels.iter_mut().zip(&self.chunk) {
                let keep = channel.len().saturating_sub(chunk.frames);
                channel.copy_within(chunk.frames.., 0);
                // A plugin before may send anything; a NaN would be in all bins.
                let clean = new[..chunk.frames].iter().map(|x| if x.is_finite() { *x } else { 0.0 });
                channel[keep..].iter_mut().zip(clean).for_each(|(to, from)| *to = from);
            }
        }
        self.reader = Some(reader);
    }

    fn forget(&mut self) {
        self.channels.iter_mut().for_each(|channel| channel.fill(0.0));
    }
}
