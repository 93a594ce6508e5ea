//! What the parameters do to a response before it is used.

use super::Sound;
use crate::params::Source;

/// The parameters that a response is made with.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Shape {
    pub(crate) source: Source,
    /// Length against the original, 1 = the same.
    pub(crate) size: f32,
    pub(crate) envelope: Envelope,
    pub(crate) reverse: bool,
    pub(crate) trim: bool,
    pub(crate) normalise: bool,
}

/// What becomes of a response's level over its length.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Envelope {
    /// The part that is used, 0 to 1.
    pub length: f32,
    /// The part of that in which it fades out, 0 to 1.
    pub fade: f32,
    /// The level at the end of the whole response, in decibels; 0 = unchanged.
    pub decay: f32,
}

impl Envelope {
    /// The factor at a place from 0 (the beginning) to 1 (the end of the whole response).
    #[must_use]
    pub fn at(&self, place: f32) -> f32 {
        if place > self.length {
            return 0.0;
        }
        let decay = (self.decay * place * (std::f32::consts::LN_10 / 20.0)).exp();
        let left = (self.length - place) / (self.length * self.fade);
        // Half a cosine; without a fade `left` is infinite, or NaN at the very end.
        let fade = if left < 1.0 { 0.5 - 0.5 * (std::f32::consts::PI * left).cos() } else { 1.0 };
        decay * fade
    }
}

/// How high a level stands in the picture of a response, from 0 (−60 dB and less) to 1 (its peak): even in decibels,
/// because a room's decay is.
#[must_use]
pub fn height(level: f32) -> f32 {
    (1.0 + level.abs().log10() / 3.0).clamp(0.0, 1.0)
}

/// Levels below this against the peak are no sound yet: −60 dB.
const SILENCE: f32 = 1e-3;

/// All but the envelope: what an editor shows.
pub(crate) fn prepare(channels: &mut [Vec<f32>], shape: &Shape) {
    if shape.trim {
        let loudest = channels.iter().flatten().fold(0.0_f32, |peak, tap| peak.max(tap.abs()));
        let first = |channel: &Vec<f32>| channel.iter().position(|tap| tap.abs() > loudest * SILENCE);
        if let Some(first) = channels.iter().filter_map(first).min() {
            channels.iter_mut().for_each(|channel| drop(channel.drain(..first)));
        }
    }
    if shape.reverse {
        channels.iter_mut().for_each(|channel| channel.reverse());
    }
    if shape.normalise {
        let energy = |channel: &Vec<f32>| channel.iter().map(|tap| f64::from(*tap).powi(2)).sum::<f64>();
        let energies: Vec<f64> = channels.iter().map(energy).collect();
        // What comes to an output; of four channels the first and third, and the others.
        let most = match energies[..] {
            [left, across, back, right] => (left + back).max(across + right),
            _ => energies.into_iter().fold(0.0, f64::max),
        };
        if most > 0.0 {
            // In 64 bits: for the softest sounds that there are the factor is beyond 32.
            let gain = 1.0 / most.sqrt();
            channels.iter_mut().flatten().for_each(|tap| *tap = (f64::from(*tap) * gain) as f32);
        }
    }
}

/// The envelope; what is beyond its end is cut away.
pub(crate) fn apply(channels: &mut [Vec<f32>], envelope: &Envelope) {
    let frames = channels.first().map_or(0, Vec::len);
    let used = ((frames as f64 * f64::from(envelope.length)).ceil() as usize).clamp(1, frames.max(1));
    for channel in channels {
        channel.truncate(used);
        if envelope.fade > 0.0 || envelope.decay != 0.0 {
            for (n, tap) in channel.iter_mut().enumerate() {
                *tap *= envelope.at(n as f32 / frames as f32);
            }
        }
    }
}

/// The name for a number of channels.
pub(crate) fn channels_in_words(sound: &Sound) -> &'static str {
    match sound.channels.len() {
        1 => "mono",
        2 => "stereo",
        _ => "true stereo",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLAIN: Shape = Shape {
        source: Source::File,
        size: 1.0,
        envelope: Envelope { length: 1.0, fade: 0.0, decay: 0.0 },
        reverse: false,
        trim: false,
        normalise: false,
    };

    #[test]
    fn nothing_asked_for_changes_nothing() {
        let before = vec![vec![0.0, 0.5, -0.25], vec![0.1, 0.0, 0.0]];
        let mut channels = before.clone();
        prepare(&mut channels, &PLAIN);
        apply(&mut channels, &PLAIN.envelope);
        assert_eq!(channels, before);
    }

    #[test]
    fn silence_before_the_first_sound_of_any_channel_is_taken_away() {
        let mut channels = vec![vec![0.0, 0.0001, 0.0, 1.0], vec![0.0, 0.0, 0.5, 0.0]];
        prepare(&mut channels, &Shape { trim: true, ..PLAIN });
        assert_eq!(channels, [[0.0, 1.0], [0.5, 0.0]]);
    }

    #[test]
    fn normalised_to_the_energy_of_an_output() {
        let shape = Shape { normalise: true, reverse: true, ..PLAIN };
        let mut channels = vec![vec![3.0, 4.0], vec![0.0, 1.0]];
        prepare(&mut channels, &shape);
        assert_eq!(channels, [[0.8, 0.6], [0.2, 0.0]]);
        let mut channels = vec![vec![3.0], vec![0.0], vec![4.0], vec![1.0]];
        prepare(&mut channels, &shape);
        assert_eq!(channels, [[0.6], [0.0], [0.8], [0.2]]);
        // The factor for the softest tap that there is would be infinite.
        let mut softest = vec![vec![f32::from_bits(1), 0.0]];
        prepare(&mut softest, &shape);
        assert_eq!(softest, [[0.0, 1.0]], "and no NaN");
        let mut silent = vec![vec![0.0; 3]];
        prepare(&mut silent, &shape);
        assert_eq!(silent, [[0.0; 3]]);
    }

    #[test]
    fn heights_are_even_in_decibels() {
        for (level, want) in [(1.0, 1.0), (-0.1, 2.0 / 3.0), (0.001, 0.0), (0.0, 0.0), (2.0, 1.0)] {
            assert!((height(level) - want).abs() < 1e-6, "{level}");
        }
    }

    #[test]
    fn an_envelope_decays_fades_and_ends() {
        let envelope = Envelope { length: 0.5, fade: 0.5, decay: -40.0 };
        assert_eq!(envelope.at(0.0), 1.0);
        assert!((envelope.at(0.25) - 0.316).abs() < 0.001, "−10 dB, and the fade begins");
        assert!((envelope.at(0.375) - 0.5 * 0.178).abs() < 0.001, "half way through the fade");
        assert_eq!((envelope.at(0.5), envelope.at(0.6)), (0.0, 0.0));
        let mut channels = vec![vec![1.0; 1000]];
        apply(&mut channels, &envelope);
        assert_eq!((channels[0].len(), channels[0][0]), (500, 1.0));
        assert!(channels[0].windows(2).all(|pair| pair[1] < pair[0]));
        let mut one = vec![vec![1.0]];
        apply(&mut one, &envelope);
        assert_eq!(one, [[1.0]], "something is left");
    }
}
