//! What the user has set, as factors that move to new values without a click.
//!
//! Whatever is switched or turned ends in a few factors, and each of them goes to its new value in a straight line.
//! So no setting needs a way of its own to be smooth, be it a knob, a switch or a choice.

use dyad::param::Smoother;
use dyad::prelude::*;

use crate::bass_mono::warped;
use crate::matrix::Routing;
use crate::pan::{PanLaw, gains};

/// How long a factor takes to its new value, in milliseconds.
pub(crate) const GLIDE_MS: f32 = 20.0;

/// What the user has set.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Settings {
    pub(crate) routing: Routing,
    /// −1 is left, 1 is right.
    pub(crate) place: f32,
    pub(crate) law: PanLaw,
    pub(crate) mute: bool,
    pub(crate) dc_filter: bool,
    pub(crate) bass_mono: bool,
    /// Where the bass ends, in hertz.
    pub(crate) bass_hertz: f32,
}

/// A factor on its way.
#[derive(Clone, Debug)]
struct Glide {
    smoother: Smoother,
    target: f32,
}

impl Glide {
    fn new(sample_rate: f64) -> Self {
        let mut smoother = Smoother::new(Smooth::Linear(GLIDE_MS), None, 0.0);
        smoother.prepare(sample_rate);
        Self { smoother, target: 0.0 }
    }

    fn aim(&mut self, target: f32) {
        if target != self.target {
            self.target = target;
            self.smoother.set(target);
        }
    }
}

/// All factors on their way.
#[derive(Clone, Debug)]
pub(crate) struct Controls {
    settings: Option<Settings>,
    sample_rate: f64,
    matrix: [Glide; 4],
    sides: [Glide; 2],
    level: Glide,
    polarity: Glide,
    dc_filter: Glide,
    bass_mono: Glide,
    bass_frequency: Glide,
}

/// The factors of a piece.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Factors {
    /// As in [`Routing::matrix`].
    pub(crate) matrix: [Ramp; 4],
    /// Of left and right, by the pan.
    pub(crate) sides: [Ramp; 2],
    /// Of channels without a side, by the mute.
    pub(crate) level: Ramp,
    /// Of a mono channel.
    pub(crate) polarity: Ramp,
    /// How much of the DC filter is heard.
    pub(crate) dc_filter: Ramp,
    /// How much of the bass mono is heard, and its [`warped`] frequency.
    pub(crate) bass_mono: Ramp,
    pub(crate) bass_frequency: Ramp,
}

impl Controls {
    /// For a sample rate in hertz. `[main-thread]`
    pub(crate) fn new(sample_rate: f64) -> Self {
        let glide = || Glide::new(sample_rate);
        Self {
            settings: None,
            sample_rate,
            matrix: [glide(), glide(), glide(), glide()],
            sides: [glide(), glide()],
            level: glide(),
            polarity: glide(),
            dc_filter: glide(),
            bass_mono: glide(),
            bass_frequency: glide(),
        }
    }

    /// The next settings count at once, as at the start. `[audio-thread]`
    pub(crate) fn reset(&mut self) {
        self.settings = None;
    }

    /// Moves towards the settings, for a piece of this many frames. `[audio-thread]`
    pub(crate) fn advance(&mut self, settings: &Settings, frames: usize) -> Factors {
        if self.settings.as_ref() != Some(settings) {
            self.aim(settings);
            if self.settings.is_none() {
                self.all().for_each(|glide| glide.smoother.snap());
            }
            self.settings = Some(*settings);
        }
        let mut next = |glide: &mut Glide| glide.smoother.advance(frames);
        Factors {
            matrix: self.matrix.each_mut().map(&mut next),
            sides: self.sides.each_mut().map(&mut next),
            level: next(&mut self.level),
            polarity: next(&mut self.polarity),
            dc_filter: next(&mut self.dc_filter),
            bass_mono: next(&mut self.bass_mono),
            bass_frequency: next(&mut self.bass_frequency),
        }
    }

    fn aim(&mut self, settings: &Settings) {
        let switch = |on: bool| f32::from(u8::from(on));
        let level = switch(!settings.mute);
        for (glide, target) in self.matrix.iter_mut().zip(settings.routing.matrix()) {
            glide.aim(target);
        }
        let sides = gains(settings.law, f64::from(settings.place));
        for (glide, side) in self.sides.iter_mut().zip(sides) {
            glide.aim(side as f32 * level);
        }
        self.level.aim(level);
        self.polarity.aim(if settings.routing.invert[0] { -1.0 } else { 1.0 });
        self.dc_filter.aim(switch(settings.dc_filter));
        self.bass_mono.aim(switch(settings.bass_mono));
        self.bass_frequency.aim(warped(f64::from(settings.bass_hertz), self.sample_rate));
    }

    fn all(&mut self) -> impl Iterator<Item = &mut Glide> {
        let single = [
            &mut self.level,
            &mut self.polarity,
            &mut self.dc_filter,
            &mut self.bass_mono,
            &mut self.bass_frequency,
        ];
        self.matrix.iter_mut().chain(&mut self.sides).chain(single)
    }
}
