//! What the sound half has to show, as a view keeps it between frames: spectra, histories, notices,
//! waveforms, keys.

mod history;
mod spectrum;

use dyad_core::show::{Severity, Show};

use crate::context::Context;

pub(crate) use history::History;
pub(crate) use spectrum::Spectrum;

/// The most streams of one kind that are kept.
const MAX_STREAMS: usize = 16;

/// Takes the messages of the sound half and keeps what they show, for
/// [`Graph`](crate::Graph), [`History`](crate::widgets::History), [`Waveform`](crate::widgets::Waveform) and
/// [`Notice`](crate::widgets::Notice). A view has one and calls [`update`](Self::update) once in each frame.
///
/// ```
/// use dyad_gui::{Context, Shows, View};
/// use egui::{Ui, Vec2};
///
/// #[derive(Default)]
/// struct Own {
///     shows: Shows,
/// }
///
/// impl View for Own {
///     fn ui(&mut self, ui: &mut Ui, context: &mut Context<'_>) {
///         self.shows.update(context);
///         let _ = (ui, self.shows.notice(0));
///     }
///
///     fn preferred_size(&self) -> Vec2 {
///         Vec2::new(320.0, 80.0)
///     }
/// }
/// ```
#[derive(Default)]
pub struct Shows {
    spectra: Streams<Spectrum>,
    histories: Streams<History>,
    notices: Streams<Said>,
    waveforms: Streams<Sound>,
    keys: Streams<u128>,
    message: Vec<u8>,
}

/// The text that is in force.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Said {
    pub(crate) severity: Severity,
    pub(crate) text: String,
}

/// A whole sound, small.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Sound {
    pub(crate) frames: u32,
    pub(crate) rate: f32,
    pub(crate) channels: usize,
    /// Channel after channel: the least and the most of a stretch, ±1 = full scale.
    pub(crate) pairs: Vec<[f32; 2]>,
}

impl Shows {
    /// Takes what has come since the last frame.
    pub fn update(&mut self, context: &mut Context<'_>) {
        self.update_with(context, |_| ());
    }

    /// As [`update`](Self::update); messages of the plugin's own go to `own`.
    pub fn update_with(&mut self, context: &mut Context<'_>, mut own: impl FnMut(&[u8])) {
        let mut message = std::mem::take(&mut self.message);
        while context.host.receive(&mut message) {
            if !self.take(&message) {
                own(&message);
            }
        }
        self.message = message;
        let elapsed = context.state.elapsed;
        let mut moving = false;
        self.spectra.each(|spectrum| moving |= spectrum.advance(elapsed));
        self.histories.each(|history| history.advance(elapsed));
        context.state.moving |= moving;
    }

    /// Takes one message. `false` where it is none of these kinds.
    pub fn take(&mut self, message: &[u8]) -> bool {
        match Show::read(message) {
            None => return false,
            Some(Show::Spectrum { stream, levels }) => self.spectra.put(stream, |it| it.take(levels)),
            Some(Show::History { stream, first, fields, levels }) => {
                self.histories.put(stream, |it| it.take(first, fields, levels));
            }
            Some(Show::Notice { stream, severity, text }) => {
                self.notices.put(stream, |it| *it = Said { severity, text: text.to_owned() });
            }
            Some(Show::Waveform { stream, frames, rate, channels, pairs }) => {
                let part = |byte: u8| (f32::from(byte as i8) / 127.0).max(-1.0);
                let pairs = pairs.chunks_exact(2).map(|pair| [part(pair[0]), part(pair[1])]).collect();
                self.waveforms.put(stream, |it| *it = Sound { frames, rate, channels, pairs });
            }
            Some(Show::Keys { stream, keys }) => self.keys.put(stream, |it| *it = keys),
        }
        true
    }

    /// The notice of this stream that is in force, if there is one.
    #[must_use]
    pub fn notice(&self, stream: u8) -> Option<(Severity, &str)> {
        let said = self.notices.get(stream).filter(|said| !said.text.is_empty())?;
        Some((said.severity, &said.text))
    }

    /// How long the waveform of this stream is, in seconds; none where there is no sound.
    #[must_use]
    pub fn seconds(&self, stream: u8) -> Option<f64> {
        let sound = self.waveform(stream)?;
        Some(f64::from(sound.frames) / f64::from(sound.rate))
    }

    /// The keys of this stream that sound, a bit for each MIDI key.
    #[must_use]
    pub fn keys(&self, stream: u8) -> u128 {
        self.keys.get(stream).copied().unwrap_or_default()
    }

    /// The level of a field of the newest column of this history, in decibels: where the signal is now.
    #[must_use]
    pub fn latest(&self, stream: u8, field: usize) -> Option<f32> {
        let history = self.histories.get(stream)?;
        history.level(history.next().checked_sub(1)?, field)
    }

    pub(crate) fn waveform(&self, stream: u8) -> Option<&Sound> {
        let is_one = |it: &&Sound| it.frames > 0 && it.rate > 0.0 && it.pairs.len() > it.channels;
        self.waveforms.get(stream).filter(is_one)
    }

    pub(crate) fn spectrum(&self, stream: u8) -> Option<&Spectrum> {
        self.spectra.get(stream)
    }

    pub(crate) fn history(&self, stream: u8) -> Option<&History> {
        self.histories.get(stream)
    }
}

/// What there is of one kind, by stream.
struct Streams<T>(Vec<(u8, T)>);

impl<T> Default for Streams<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

impl<T: Default> Streams<T> {
    fn get(&self, stream: u8) -> Option<&T> {
        self.0.iter().find(|(own, _)| *own == stream).map(|(_, it)| it)
    }

    fn put(&mut self, stream: u8, change: impl FnOnce(&mut T)) {
        let place = self.0.iter().position(|(own, _)| *own == stream);
        let place = place.or_else(|| {
            let room = self.0.len() < MAX_STREAMS;
            room.then(|| {
                self.0.push((stream, T::default()));
                self.0.len() - 1
            })
        });
        if let Some(place) = place {
            change(&mut self.0[place].1);
        }
    }

    fn each(&mut self, mut change: impl FnMut(&mut T)) {
        self.0.iter_mut().for_each(|(_, it)| change(it));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad_core::show::Message;

    #[test]
    fn what_came_last_is_in_force_for_each_stream() {
        let mut shows = Shows::default();
        assert_eq!((shows.notice(0), shows.seconds(0)), (None, None));
        for (stream, text) in [(0, "first"), (1, "other"), (0, "second")] {
            assert!(shows.take(Message::notice(stream, Severity::Warning, text).bytes()));
        }
        assert_eq!(shows.notice(0), Some((Severity::Warning, "second")));
        assert_eq!(shows.notice(1), Some((Severity::Warning, "other")));
        shows.take(Message::notice(0, Severity::Fine, "").bytes());
        assert_eq!(shows.notice(0), None, "an empty one takes it back");
        assert!(!shows.take(&[200, 1, 2]) && !shows.take(&[]), "not of these kinds");

        let mut waveform = Message::waveform(2, 96_000, 48_000.0, 1);
        waveform.extreme(-0.5, 1.0);
        waveform.extreme(-1.0, 0.0);
        shows.take(waveform.bytes());
        assert_eq!(shows.seconds(2), Some(2.0));
        let pairs = &shows.waveform(2).unwrap().pairs;
        assert!(pairs[1] == [-1.0, 0.0] && (pairs[0][0] + 0.5).abs() < 0.01, "{pairs:?}");
        shows.take(Message::waveform(2, 0, 48_000.0, 1).bytes());
        assert_eq!(shows.seconds(2), None, "the sound is gone");
    }

    #[test]
    fn keys_sound_until_the_next_message_of_their_stream() {
        let mut shows = Shows::default();
        assert_eq!(shows.keys(0), 0);
        for (stream, keys) in [(0, 1 << 60), (1, 1 << 3), (0, 1 << 64)] {
            assert!(shows.take(Message::keys(stream, keys).bytes()));
        }
        assert_eq!((shows.keys(0), shows.keys(1), shows.keys(2)), (1 << 64, 1 << 3, 0));
    }

    #[test]
    fn the_newest_column_is_where_the_signal_is() {
        let mut shows = Shows::default();
        assert_eq!(shows.latest(0, 0), None);
        let mut columns = Message::history(0, 7, 2);
        [-20.0, -3.0, -30.0, -6.0].into_iter().for_each(|level| columns.push(level));
        shows.take(columns.bytes());
        assert_eq!([0, 1, 2].map(|field| shows.latest(0, field)), [Some(-30.0), Some(-6.0), None]);
    }

    #[test]
    fn streams_are_bounded() {
        let mut shows = Shows::default();
        for stream in 0..=255 {
            shows.take(Message::notice(stream, Severity::Info, "x").bytes());
        }
        assert_eq!((0..=255).filter(|stream| shows.notice(*stream).is_some()).count(), MAX_STREAMS);
    }
}
