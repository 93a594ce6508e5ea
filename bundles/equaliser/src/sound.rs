//! The audio thread's side.

use dyad::param::Ramp;
use dyad::prelude::*;
use dyad_dsp::spectrum::Analyser;
use wide::f64x2;

use crate::band::{Band, MAX_STEP, Pace};
use crate::params::{Analysed, BANDS, EqualiserParams};
use crate::settings::Settings;

/// Samples beyond this (+300 dB) are none, and count as silence like NaN and infinity do.
const ABSURD: f64 = 1e15;

/// The longest tail that hosts are told of, in seconds.
const LONGEST: f64 = 60.0;

/// A sample of one of the two types, as it is worked with.
trait Wide: Copy {
    fn widen(self) -> f64;
    fn narrow(wide: f64) -> Self;
}

impl Wide for f32 {
    #[inline]
    fn widen(self) -> f64 {
        f64::from(self)
    }

    #[inline]
    fn narrow(wide: f64) -> Self {
        wide as f32
    }
}

impl Wide for f64 {
    #[inline]
    fn widen(self) -> f64 {
        self
    }

    #[inline]
    fn narrow(wide: f64) -> Self {
        wide
    }
}

/// The half that makes the sound.
pub struct Sound {
    pace: Pace,
    bands: Vec<Band>,
    /// Frames since the settings were looked at. It counts on through blocks, so that the sound does not
    /// depend on how they are cut.
    since: usize,
    /// The next look takes the settings at once.
    fresh: bool,
    /// Something but zeros has come in since then.
    loud: bool,
    /// Nothing but zeros since long: then there is nothing to work out.
    asleep: bool,
    tail: u32,
    analyser: Analyser,
    sender: MessageSender,
    /// A stretch of what comes in and of what goes out, as editors see them.
    shown: [[[f32; MAX_STEP]; 2]; 2],
}

impl Sound {
    pub(crate) fn new(run: &mut Activation<'_>) -> Self {
        let pace = Pace::new(run.sample_rate);
        let off = Settings {
            on: false,
            kind: crate::settings::Kind::Bell,
            slope: crate::settings::Slope::Db12,
            hertz: 1000.0,
            gain: 0.0,
            q: 1.0,
        };
        let channels = run.layout.main_outputs();
        Self {
            pace,
            bands: vec![Band::new(&off, &pace); BANDS],
            since: 0,
            fresh: true,
            loud: false,
            asleep: false,
            tail: 0,
            analyser: Analyser::new(run, 1, channels),
            sender: run.messages().0,
            shown: [[[0.0; MAX_STEP]; 2]; 2],
        }
    }

    /// Looks at the settings, and whether to sleep. By the samples alone, not by what the host says of them, and
    /// here alone: so all formats do the same, however blocks are cut.
    fn look(&mut self, params: &EqualiserParams) {
        let heard = std::mem::take(&mut self.loud);
        if !heard && !self.asleep && self.bands.iter().all(Band::is_still) {
            self.bands.iter_mut().for_each(Band::clear);
            self.asleep = true;
        }
        let settings = params.bands();
        let mut changed = self.fresh;
        for (band, settings) in self.bands.iter_mut().zip(&settings) {
            if self.fresh {
                band.start(settings, &self.pace);
            } else if self.asleep {
                // Nobody hears it: what comes next finds it done.
                changed |= band.jump(settings, &self.pace);
            } else {
                changed |= band.look(settings, &self.pace);
            }
        }
        self.fresh = false;
        if changed {
            let longest = self.bands.iter().map(Band::tail).fold(0.0, f64::max).min(LONGEST);
            self.tail = (longest * self.pace.rate) as u32;
        }
    }

    fn process<S: dyad::Sample + Wide>(&mut self, params: &mut EqualiserParams, audio: &mut Audio<'_, S>) {
        let frames = audio.frames();
        let gain = params.output.advance(frames);
        let mut channels = audio.channels();
        let (Some(mut left), mut right) = (channels.next(), channels.next()) else { return };
        let stereo = right.is_some();
        let mut at = 0;
        while at < frames {
            if self.since == 0 {
                self.look(params);
            }
            let stretch = at..frames.min(at + self.pace.step - self.since);
            let len = stretch.len();
            let mut sound = [f64x2::ZERO; MAX_STEP];
            let sound = &mut sound[..len];
            let other = right.as_ref().map_or(left.input(), |right| right.input());
            let loud = load(&left.input()[stretch.clone()], &other[stretch.clone()], sound);
            show(sound, &mut self.shown[0]);
            self.filter(sound, loud);
            amplify(sound, &gain, at);
            show(sound, &mut self.shown[1]);
            store(sound, 0, &mut left.written()[stretch.clone()]);
            if let Some(right) = &mut right {
                store(sound, 1, &mut right.written()[stretch.clone()]);
            }
            self.tell(params, len, stereo);
            self.since = (self.since + len) % self.pace.step;
            at = stretch.end;
        }
        drop(channels);
        if params.analyser.value() != Analysed::Off {
            self.analyser.advance(frames, &mut self.sender);
        }
        if self.asleep && audio.all_silent() {
            audio.silence();
        }
    }

    /// All bands, one after the other.
    fn filter(&mut self, sound: &mut [f64x2], loud: bool) {
        if loud {
            (self.loud, self.asleep) = (true, false);
        }
        if self.asleep {
            return;
        }
        for band in &mut self.bands {
            band.process(sound, &self.pace);
        }
    }

    /// Meters and spectrum.
    fn tell(&mut self, params: &mut EqualiserParams, len: usize, stereo: bool) {
        let [before, after] =
            self.shown.each_ref().map(|both| both.each_ref().map(|samples| &samples[..len]));
        params.in_left.add(before[0]);
        params.in_right.add(before[1]);
        params.out_left.add(after[0]);
        params.out_right.add(after[1]);
        let analysed = match params.analyser.value() {
            Analysed::Off => return,
            Analysed::Pre => before,
            Analysed::Post => after,
        };
        self.analyser.push(0, if stereo { &analysed } else { &analysed[..1] });
    }
}

/// Takes samples of two channels; whether there is anything but zeros.
#[inline]
fn load<S: Wide>(left: &[S], right: &[S], sound: &mut [f64x2]) -> bool {
    let mut any = f64x2::ZERO;
    for ((x, left), right) in sound.iter_mut().zip(left).zip(right) {
        let both = f64x2::new([left.widen(), right.widen()]);
        *x = both & both.abs().simd_lt(f64x2::splat(ABSURD));
        any |= *x;
    }
    any.abs().to_array() != [0.0; 2]
}

#[inline]
fn store<S: Wide>(sound: &[f64x2], channel: usize, samples: &mut [S]) {
    for (sample, x) in samples.iter_mut().zip(sound) {
        // A zero below zero becomes one above: silence has one form.
        *sample = S::narrow((*x + f64x2::ZERO).to_array()[channel]);
    }
}

/// Keeps a copy in 32 bits.
#[inline]
fn show(sound: &[f64x2], [left, right]: &mut [[f32; MAX_STEP]; 2]) {
    for ((x, left), right) in sound.iter().zip(left).zip(right) {
        let [a, b] = x.to_array();
        (*left, *right) = (a as f32, b as f32);
    }
}

#[inline]
fn amplify(sound: &mut [f64x2], gain: &Ramp, from: usize) {
    match gain.constant() {
        Some(1.0) => {}
        Some(gain) => sound.iter_mut().for_each(|x| *x *= f64::from(gain)),
        None => {
            for (n, x) in sound.iter_mut().enumerate() {
                *x *= f64::from(gain.at(from + n));
            }
        }
    }
}

impl Processor for Sound {
    type Params = EqualiserParams;

    fn reset(&mut self) {
        self.since = 0;
        self.fresh = true;
        self.loud = false;
        self.asleep = false;
    }

    fn process(&mut self, params: &mut EqualiserParams, audio: &mut Audio<'_>, _: &mut Context<'_>) {
        self.process(params, audio);
    }

    fn process_f64(
        &mut self,
        params: &mut EqualiserParams,
        audio: &mut Audio<'_, f64>,
        _: &mut Context<'_>,
    ) {
        self.process(params, audio);
    }

    fn tail(&self) -> Tail {
        if self.tail == 0 { Tail::None } else { Tail::Frames(self.tail) }
    }
}
