//! Responses that come with the plugin, made by code: always the same ones, and no files to lose.
//!
//! Rooms are noise that decays, duller the later it is, with early reflections before it (after J. A. Moorer, "About
//! this reverberation business", CMJ 3 (2), 1979). A spring is a chain of all-pass filters, through which each echo
//! goes once more (after J. Parker, S. Bilbao, "Spring reverberation: a physical perspective", DAFx-09). Loudspeakers are
//! a few resonances (filters after R. Bristow-Johnson's cookbook).

mod filter;
mod room;
mod spring;

use filter::{Kind, filter};
use room::Room;

use super::Sound;
use crate::params::Source;

/// The sample rate at which they are made.
pub(super) const RATE: f64 = 48_000.0;

/// The response of a source; `None` for a file.
pub(super) fn make(source: Source) -> Option<Sound> {
    let channels = match source {
        Source::File => return None,
        Source::SmallRoom => SMALL_ROOM.make(),
        Source::Chamber => CHAMBER.make(),
        Source::Hall => HALL.make(),
        Source::Cathedral => CATHEDRAL.make(),
        Source::Plate => PLATE.make(),
        Source::Spring => spring::make(),
        Source::Cabinet => vec![cabinet()],
        Source::Speaker => vec![speaker()],
    };
    Some(Sound { rate: RATE, channels })
}

/// How long a source's response is at most, in seconds.
pub(super) fn seconds(source: Source) -> f64 {
    match source {
        Source::Cathedral => 6.5,
        Source::Hall => 3.0,
        _ => 2.3,
    }
}

const SMALL_ROOM: Room = Room {
    seed: 1,
    decay: 0.35,
    first: 0.002,
    reflections: 24,
    dense: 0.018,
    rise: 0.004,
    bright: 11_000.0,
    dull: 3500.0,
    low_cut: 90.0,
};

const CHAMBER: Room = Room {
    seed: 2,
    decay: 1.1,
    first: 0.004,
    reflections: 36,
    dense: 0.03,
    rise: 0.008,
    bright: 9500.0,
    dull: 2600.0,
    low_cut: 110.0,
};

const HALL: Room = Room {
    seed: 3,
    decay: 2.3,
    first: 0.014,
    reflections: 44,
    dense: 0.07,
    rise: 0.03,
    bright: 8500.0,
    dull: 1900.0,
    low_cut: 55.0,
};

const CATHEDRAL: Room = Room {
    seed: 4,
    decay: 5.5,
    first: 0.024,
    reflections: 60,
    dense: 0.14,
    rise: 0.08,
    bright: 6500.0,
    dull: 1300.0,
    low_cut: 45.0,
};

/// Dense from the first moment on, and bright.
const PLATE: Room = Room {
    seed: 5,
    decay: 1.9,
    first: 0.0004,
    reflections: 0,
    dense: 0.0004,
    rise: 0.001,
    bright: 15_000.0,
    dull: 5000.0,
    low_cut: 160.0,
};

/// Twelve inches in a closed box, heard close by.
fn cabinet() -> Vec<f32> {
    let mut taps = impulse(0.06);
    // The box answers late and softly.
    for (after, level) in [(0.0009, -0.18), (0.0017, 0.12), (0.0031, -0.07)] {
        taps[(after * RATE) as usize] = level;
    }
    filter(&mut taps, Kind::HighPass, 75.0, 0.9, 0.0);
    filter(&mut taps, Kind::Peak, 115.0, 1.2, 4.5);
    filter(&mut taps, Kind::Peak, 430.0, 0.9, -5.0);
    filter(&mut taps, Kind::Peak, 1350.0, 3.0, -3.5);
    filter(&mut taps, Kind::Peak, 2600.0, 1.3, 7.0);
    filter(&mut taps, Kind::Peak, 3800.0, 3.0, 3.0);
    filter(&mut taps, Kind::LowPass, 4700.0, 1.0, 0.0);
    filter(&mut taps, Kind::LowPass, 5600.0, 0.7, 0.0);
    close(&mut taps);
    taps
}

/// A few centimetres of paper in a case of plastic.
fn speaker() -> Vec<f32> {
    let mut taps = impulse(0.03);
    taps[(0.0006 * RATE) as usize] = 0.3;
    filter(&mut taps, Kind::HighPass, 380.0, 1.1, 0.0);
    filter(&mut taps, Kind::HighPass, 240.0, 0.7, 0.0);
    filter(&mut taps, Kind::Peak, 950.0, 2.5, 5.0);
    filter(&mut taps, Kind::Peak, 2100.0, 4.0, 6.0);
    filter(&mut taps, Kind::LowPass, 3400.0, 0.9, 0.0);
    filter(&mut taps, Kind::LowPass, 4200.0, 0.7, 0.0);
    close(&mut taps);
    taps
}

/// A one, and silence, for so many seconds.
fn impulse(seconds: f64) -> Vec<f32> {
    let mut taps = vec![0.0; (seconds * RATE) as usize];
    taps[0] = 1.0;
    taps
}

/// Lets the last tenth fade out.
fn close(taps: &mut [f32]) {
    let frames = taps.len() / 10;
    for (n, tap) in taps.iter_mut().rev().take(frames).enumerate() {
        *tap *= (n as f32 / frames as f32 * std::f32::consts::FRAC_PI_2).sin();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use dyad::param::Variants as _;

    #[test]
    fn all_are_sound_decay_and_are_the_same_each_time() {
        for n in 1..Source::LIST.len() {
            let source = Source::from_index(n);
            let sound = make(source).unwrap();
            assert_eq!(Some(&sound), make(source).as_ref(), "{source:?}");
            assert!(
                matches!(sound.channels.len(), 1 | 2) && sound.seconds() < seconds(source),
                "{source:?}"
            );
            for channel in &sound.channels {
                assert_eq!(channel.len(), sound.frames());
                assert!(channel.iter().all(|tap| tap.is_finite()), "{source:?}");
                let energy = |part: &[f32]| -> f32 { part.iter().map(|tap| tap * tap).sum() };
                let (first, last) = channel.split_at(channel.len() / 2);
                assert!(energy(last) < 0.01 * energy(first) && energy(first) > 0.0, "{source:?} decays");
                let end = energy(&channel[channel.len() * 99 / 100..]) / energy(channel);
                assert!(end < 1e-7, "{source:?} ends in silence: {end:e}");
                let mean = channel.iter().sum::<f32>() / energy(channel).sqrt();
                assert!(mean.abs() < 0.2, "{source:?} has no level of its own: {mean}");
            }
        }
        assert_eq!(make(Source::File), None);
    }
}
