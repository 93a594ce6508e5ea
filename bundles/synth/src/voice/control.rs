//! What moves a voice: hands, settings, envelopes and LFOs, and what comes of them at a run's end.

use super::{Common, Voice};
use crate::choices::{Source, Target};
use crate::lfo::value;
use crate::matrix::{Sources, Sums};
use crate::params::OSCILLATORS;
use crate::patch::LfoPatch;
use crate::smooth::{NOTHING, Slow, Values, fallen};

/// How far notes stray at most: semitones, and octaves of the cutoff.
pub(super) const STRAY: (f32, f32) = (0.25, 0.5);
/// How much darker the softest note is at most, in octaves.
const VELOCITY_OCTAVES: f32 = 4.0;
/// How far frequency modulation moves the phase at most, in periods.
pub(crate) const FM_PERIODS: f32 = 1.5;
/// Cutoffs that make sense, in octaves above 1 Hz.
const CUTOFFS: (f32, f32) = (2.0, 16.0);

/// What moves in a straight line over a run: the values at its end.
#[derive(Clone, Copy, Debug)]
pub(super) struct Ends {
    pub(super) levels: [f32; OSCILLATORS],
    pub(super) sub: f32,
    pub(super) noise: f32,
    pub(super) fm: f32,
    pub(super) hertz: f32,
    pub(super) resonance: f32,
    pub(super) drive: f32,
    pub(super) left: f32,
    pub(super) right: f32,
}

impl Voice {
    /// Where everything that moves slowly is going.
    pub(super) fn wanted(&self, common: &Common<'_>) -> Values {
        let (channel, bend) = common.channels.of(self.note.channel);
        let said = &self.expressions;
        let patch = common.patch;
        let mut wanted = NOTHING;
        for (slow, value) in [
            (Slow::Tuning, bend + said.tuning),
            (Slow::Bend, channel.bend),
            (Slow::Wheel, channel.wheel),
            (Slow::Pressure, said.pressure.max(channel.pressure)),
            (Slow::Slide, (2.0 * said.brightness - 1.0 + channel.slide).clamp(-1.0, 1.0)),
            (Slow::Vibrato, said.vibrato),
            (Slow::Expression, said.expression * channel.expression),
            (Slow::Volume, said.volume),
            (Slow::Pan, said.pan),
            (Slow::Level1, patch.osc[0].level),
            (Slow::Level2, patch.osc[1].level),
            (Slow::Width1, patch.osc[0].width),
            (Slow::Width2, patch.osc[1].width),
            (Slow::Sub, patch.sub),
            (Slow::Noise, patch.noise),
            (Slow::Fm, patch.fm),
            (Slow::Cutoff, patch.filter.cutoff),
            (Slow::Resonance, patch.filter.resonance),
            (Slow::Drive, patch.filter.drive),
            (Slow::Velocity, self.velocity),
            (Slow::Release, self.release_velocity),
            (Slow::Softer, patch.velocity),
            (Slow::Fine1, patch.osc[0].fine),
            (Slow::Fine2, patch.osc[1].fine),
            (Slow::Detune1, patch.osc[0].detune_cents),
            (Slow::Detune2, patch.osc[1].detune_cents),
            (Slow::Spread1, patch.osc[0].spread),
            (Slow::Spread2, patch.osc[1].spread),
            (Slow::Colour, patch.colour),
            (Slow::FilterKey, patch.filter.key),
            (Slow::FilterEnvelope, patch.filter.envelope),
            (Slow::FilterVelocity, patch.filter.velocity),
            (Slow::Drift, patch.drift),
        ] {
            wanted[slow as usize] = value;
        }
        wanted
    }

    #[inline]
    fn at(&self, slow: Slow) -> f32 {
        self.values[slow as usize]
    }

    /// What the matrix makes of the present, and of the LFOs at a frame since the reset.
    pub(super) fn modulate(&mut self, common: &Common<'_>, frame: u64) -> Sums {
        let patch = common.patch;
        let mut sources = Sources::new();
        for (source, value) in [
            (Source::Velocity, self.at(Slow::Velocity)),
            (Source::Release, self.at(Slow::Release)),
            (Source::Key, (self.glide.pitch() as f32 - 60.0) / 60.0),
            (Source::Env1, self.env[0].level() as f32),
            (Source::Env2, self.env[1].level() as f32),
            (Source::Env3, self.env[2].level() as f32),
            (Source::Bend, self.at(Slow::Bend)),
            (Source::Wheel, self.at(Slow::Wheel)),
            (Source::Pressure, self.at(Slow::Pressure)),
            (Source::Slide, self.at(Slow::Slide)),
            (Source::Vibrato, self.at(Slow::Vibrato)),
            (Source::Expression, self.at(Slow::Expression)),
            (Source::Random, self.lot.random),
            (Source::Alternate, self.lot.alternate),
        ] {
            sources.set(source, value);
        }
        for (n, (lfo, source)) in patch.lfo.iter().zip([Source::Lfo1, Source::Lfo2]).enumerate() {
            let at = |lfo: &LfoPatch| {
                let (shared, seed) = if lfo.free {
                    (common.clock.phase(n, frame, &lfo.pace), n as u32)
                } else {
                    (0.0, self.lot.seed.wrapping_add(n as u32 * 0x8000_0000))
                };
                value(lfo.shape, shared + self.lfo[n] + lfo.phase, seed)
            };
            let mut now = at(lfo);
            let (set, rest) = &mut self.lfo_set[n];
            if let Some(former) = set.as_mut().filter(|former| former.leaps_to(lfo)) {
                *rest += at(former) - now;
                *former = *lfo;
            }
            if *rest != 0.0 {
                *rest = fallen(*rest, common.share);
                now += *rest;
            }
            let fade = if lfo.fade > 0.0 { (self.age as f32 / lfo.fade).min(1.0) } else { 1.0 };
            sources.set(source, fade * now);
        }
        let sums = self.rows.sums(&patch.matrix, &sources, common.share);
        for (factor, target) in self.lfo_factor.iter_mut().zip([Target::LfoRate1, Target::LfoRate2]) {
            let octaves = sums.of(target);
            *factor = if octaves == 0.0 { 1.0 } else { octaves.clamp(-8.0, 8.0).exp2() };
        }
        sums
    }

    pub(super) fn ends(&self, sums: &Sums) -> Ends {
        let share = |slow, target| (self.at(slow) + sums.of(target)).clamp(0.0, 1.0);
        let cutoff = self.at(Slow::Cutoff)
            + self.at(Slow::FilterKey) * (self.glide.pitch() as f32 - 60.0) / 12.0
            + self.at(Slow::FilterEnvelope) * self.env[1].level() as f32
            - self.at(Slow::FilterVelocity) * VELOCITY_OCTAVES * (1.0 - self.at(Slow::Velocity))
            + self.at(Slow::Drift) * STRAY.1 * self.lot.stray.1
            + sums.of(Target::Cutoff);
        let drive = (self.at(Slow::Drive) + sums.of(Target::Drive)).clamp(0.0, 48.0);
        let velocity = self.at(Slow::Velocity);
        let softer = 1.0 + self.at(Slow::Softer) * (velocity * velocity - 1.0);
        let expression = self.at(Slow::Expression);
        let level = softer
            * self.at(Slow::Volume)
            * expression
            * expression
            * (1.0 + sums.of(Target::Level)).clamp(0.0, 4.0);
        let (left, right) = panned((self.at(Slow::Pan) + sums.of(Target::Pan)).clamp(-1.0, 1.0));
        let fm = share(Slow::Fm, Target::Fm);
        Ends {
            levels: [share(Slow::Level1, Target::Level1), share(Slow::Level2, Target::Level2)],
            sub: self.at(Slow::Sub),
            noise: share(Slow::Noise, Target::Noise),
            fm: fm * fm * FM_PERIODS,
            hertz: cutoff.clamp(CUTOFFS.0, CUTOFFS.1).exp2(),
            resonance: share(Slow::Resonance, Target::Resonance),
            drive: if drive == 0.0 { 1.0 } else { (drive * (std::f32::consts::LN_10 / 20.0)).exp() },
            left: level * left,
            right: level * right,
        }
    }
}

/// Left's and right's factor with the power of both together constant; in the middle 1 each.
fn panned(place: f32) -> (f32, f32) {
    if place == 0.0 {
        return (1.0, 1.0);
    }
    let (sin, cos) = ((place + 1.0) * std::f32::consts::FRAC_PI_4).sin_cos();
    (std::f32::consts::SQRT_2 * cos, std::f32::consts::SQRT_2 * sin)
}
