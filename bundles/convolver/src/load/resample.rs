//! A response at another sample rate, or of another size.

use rubato::audioadapter_buffers::direct::SequentialSliceOfVecs;
use rubato::{
    Async, FixedAsync, Resampler, SincInterpolationParameters, SincInterpolationType, WindowFunction,
};

use super::{MAX_SECONDS, Sound};

/// Frames that are converted at once.
const CHUNK: usize = 1024;

/// A sound at `rate` frames per second and of `size` times its length, as a response: at another rate it has
/// more or fewer taps, which count less or more, so that it is as loud as before. `None` where that fails, or gives
/// taps that are no numbers.
pub(super) fn resample(sound: &Sound, rate: f64, size: f64) -> Option<Vec<Vec<f32>>> {
    let ratio = rate * size / sound.rate;
    let most = (MAX_SECONDS * rate) as usize;
    let mut channels = if (ratio - 1.0).abs() < 1e-9 {
        sound.channels.clone()
    } else {
        let parameters = SincInterpolationParameters::new(128, WindowFunction::BlackmanHarris2)
            .oversampling_factor(256)
            .interpolation(SincInterpolationType::Quadratic);
        let (count, frames) = (sound.channels.len(), needed(sound.frames(), ratio, most));
        let mut converter =
            Async::<f32>::new_sinc(ratio, 1.0, &parameters, CHUNK, count, FixedAsync::Input).ok()?;
        let input = SequentialSliceOfVecs::new(&sound.channels, count, frames).ok()?;
        let interleaved = converter.process_all(&input, frames, None).ok()?.take_data();
        // As many taps more as each counts less; a size keeps the energy.
        let gain = (sound.rate / rate / size.sqrt()) as f32;
        let channel = |n: usize| interleaved.chunks_exact(count).map(|frame| frame[n] * gain).collect();
        (0..count).map(channel).collect()
    };
    channels.iter_mut().for_each(|channel: &mut Vec<f32>| channel.truncate(most.max(1)));
    channels.iter().flatten().all(|tap| tap.is_finite()).then_some(channels)
}

/// Frames of a sound that have a part in the first `most` of what it becomes: what is cut away anyway is not converted.
fn needed(frames: usize, ratio: f64, most: usize) -> usize {
    // A chunk more: the filter reaches beyond the last one.
    frames.min((most as f64 / ratio).ceil() as usize + CHUNK)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone burst, as a response.
    fn burst(rate: f64) -> Sound {
        let tap = |n: usize| {
            let t = n as f64 / rate;
            ((t * 1000.0 * std::f64::consts::TAU).sin() * (-t * 50.0).exp() / rate) as f32
        };
        Sound { rate, channels: vec![(0..(0.2 * rate) as usize).map(tap).collect()] }
    }

    /// How loud a tone of 1 kHz comes through.
    fn gain(taps: &[f32], rate: f64) -> f64 {
        let part = |turn: fn(f64) -> f64| -> f64 {
            let at = |n: usize| turn(n as f64 / rate * 1000.0 * std::f64::consts::TAU);
            taps.iter().enumerate().map(|(n, tap)| f64::from(*tap) * at(n)).sum()
        };
        part(f64::sin).hypot(part(f64::cos))
    }

    #[test]
    fn a_response_does_the_same_at_every_rate() {
        let want = gain(&burst(48_000.0).channels[0], 48_000.0);
        for (from, to) in
            [(44_100.0, 48_000.0), (48_000.0, 44_100.0), (48_000.0, 192_000.0), (96_000.0, 48_000.0)]
        {
            let taps = &resample(&burst(from), to, 1.0).unwrap()[0];
            assert!((taps.len() as f64 - 0.2 * to).abs() < 2.0, "{from} to {to}: {} taps", taps.len());
            let got = gain(taps, to);
            assert!((got / want - 1.0).abs() < 0.01, "{from} to {to}: {got} and {want}");
        }
    }

    #[test]
    fn at_its_own_rate_it_is_untouched() {
        let sound = burst(48_000.0);
        assert_eq!(resample(&sound, 48_000.0, 1.0).unwrap(), sound.channels);
    }

    #[test]
    fn another_size_is_longer_and_keeps_its_energy() {
        let sound = burst(48_000.0);
        let energy = |taps: &[f32]| -> f32 { taps.iter().map(|tap| tap * tap).sum() };
        let taps = &resample(&sound, 48_000.0, 1.5).unwrap()[0];
        assert_eq!(taps.len(), 14_400);
        let ratio = energy(taps) / energy(&sound.channels[0]);
        assert!((ratio - 1.0).abs() < 0.02, "{ratio}");
    }

    #[test]
    fn what_becomes_too_long_is_cut() {
        let sound = Sound { rate: 1000.0, channels: vec![vec![0.5; 15_000]] };
        assert_eq!(resample(&sound, 1000.0, 2.0).unwrap()[0].len(), 20_000);
    }

    #[test]
    fn what_would_become_infinite_fails() {
        let taps = (0..4000).map(|n| if n % 2 == 0 { f32::MAX } else { -f32::MAX }).collect();
        let sound = Sound { rate: 44_101.0, channels: vec![taps] };
        assert!(resample(&sound, 48_000.0, 1.0).is_none());
    }

    #[test]
    fn what_is_cut_away_anyway_is_not_converted() {
        assert_eq!(needed(20_000, 4.0, 20_000), 5000 + CHUNK);
        assert_eq!(needed(20_000, 0.5, 20_000), 20_000);
        let tap = |n: usize| (n as f32 * 0.7).sin();
        let long = Sound { rate: 1000.0, channels: vec![(0..20_000).map(tap).collect()] };
        let short = Sound { rate: 1000.0, channels: vec![(0..8000).map(tap).collect()] };
        let [long, short] = [long, short].map(|sound| resample(&sound, 1000.0, 4.0).unwrap());
        assert_eq!(long[0].len(), 20_000);
        assert_eq!(long, short, "the same to the last tap");
    }
}
