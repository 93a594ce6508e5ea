//! One band: how it gets from the settings it has to others without a click.

use wide::f64x2;

use crate::analogue::Prototype;
use crate::design::{Designer, MAX_SECTIONS, PER_STAGE};
use crate::section::{self, Coefficients, Section};
use crate::settings::Settings;

/// The most frames between two looks at the settings.
pub(crate) const MAX_STEP: usize = 256;

/// Seconds of each of the two equal lags by which frequency, gain and Q follow.
const LAG: f64 = 0.005;

/// Seconds of the cross-fade to another kind or slope, and on and off.
const FADE: f64 = 0.02;

/// How often settings are looked at, and how fast they are followed.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pace {
    /// Frames per second.
    pub(crate) rate: f64,
    /// Frames between two looks.
    pub(crate) step: usize,
    /// What part of its way a lag goes in a step.
    follow: f64,
    /// Frames of a fade.
    fade: usize,
}

impl Pace {
    pub(crate) fn new(rate: f64) -> Self {
        // 32 frames up to 48 kHz, and about the same time above.
        let step = (32 * ((rate / 48_000.0) as usize).next_power_of_two()).clamp(32, MAX_STEP);
        let follow = 1.0 - (-(step as f64) / (rate * LAG)).exp();
        let fade = ((rate * FADE) as usize).next_multiple_of(step);
        Self { rate, step, follow, fade }
    }
}

/// A number on its way.
#[derive(Clone, Copy, Debug, Default)]
struct Glide {
    ahead: f64,
    now: f64,
}

impl Glide {
    fn at(value: f64) -> Self {
        Self { ahead: value, now: value }
    }

    /// Goes a step; `false` where it has arrived before. What is nearer than `near` counts as there.
    fn follow(&mut self, target: f64, part: f64, near: f64) -> bool {
        if self.now == target && self.ahead == target {
            return false;
        }
        self.ahead += (target - self.ahead) * part;
        self.now += (self.ahead - self.now) * part;
        if (target - self.now).abs() < near && (target - self.ahead).abs() < near {
            *self = Self::at(target);
        }
        true
    }
}

/// The sections that one kind of filter has.
#[derive(Clone, Debug)]
struct Chain {
    sections: [Section; MAX_SECTIONS],
    count: usize,
    designer: Designer,
    moves: bool,
    /// It rests at settings that change nothing. Its memory is empty then, which is not heard when it moves on:
    /// what it adds grows from nothing.
    flat: bool,
}

impl Chain {
    fn new() -> Self {
        let sections = [Section::NEW; MAX_SECTIONS];
        Self { sections, count: 0, designer: Designer::default(), moves: false, flat: false }
    }

    /// Starts anew, without memory.
    fn start(&mut self, settings: &Settings, rate: f64) {
        let mut sections = [Coefficients::NOTHING; MAX_SECTIONS];
        self.designer.restart();
        self.count = self.designer.design(&Prototype::of(settings), rate, &mut sections);
        for (section, coefficients) in self.sections[..self.count].iter_mut().zip(sections) {
            section.start(coefficients);
        }
        self.moves = false;
        self.flat = settings.is_flat();
    }

    /// Begins to move to other settings of the same structure.
    fn go(&mut self, settings: &Settings, pace: &Pace) {
        let mut sections = [Coefficients::NOTHING; MAX_SECTIONS];
        self.designer.design(&Prototype::of(settings), pace.rate, &mut sections);
        for (section, coefficients) in self.sections[..self.count].iter_mut().zip(sections) {
            section.go(coefficients, pace.step as f64);
        }
        self.moves = true;
        self.flat = false;
    }

    fn arrive(&mut self) {
        if std::mem::take(&mut self.moves) {
            self.sections[..self.count].iter_mut().for_each(Section::arrive);
        }
    }

    /// Rests at these settings.
    fn rest(&mut self, settings: &Settings) {
        if settings.is_flat() && !self.flat {
            self.flat = true;
            self.clear();
        }
    }

    fn clear(&mut self) {
        self.sections[..self.count].iter_mut().for_each(Section::clear);
    }

    #[inline]
    fn process(&mut self, sound: &mut [f64x2]) {
        if self.flat {
            return;
        }
        let (stages, _) = self.sections[..self.count].as_chunks_mut::<PER_STAGE>();
        for stage in stages {
            if self.moves {
                stage.iter_mut().for_each(|section| section.go_on(sound));
            } else {
                section::rest(stage, sound);
            }
        }
    }
}

/// One band of the equaliser.
#[derive(Clone, Debug)]
pub(crate) struct Band {
    /// The two that a fade is between.
    chains: [Chain; 2],
    /// Which of them is heard.
    heard: usize,
    /// Frames of the fade that are over.
    faded: Option<usize>,
    /// What the heard one is set to, as far as it goes at once.
    shape: Settings,
    /// The frequency as a binary logarithm, the gain in decibels, the Q as a natural logarithm.
    glides: [Glide; 3],
    /// Where it has arrived with nothing left to do.
    settled: Option<Settings>,
}

impl Band {
    pub(crate) fn new(settings: &Settings, pace: &Pace) -> Self {
        let mut band = Self {
            chains: [Chain::new(), Chain::new()],
            heard: 0,
            faded: None,
            shape: *settings,
            glides: [Glide::default(); 3],
            settled: None,
        };
        band.start(settings, pace);
        band
    }

    /// Starts anew, at these settings at once.
    pub(crate) fn start(&mut self, settings: &Settings, pace: &Pace) {
        self.faded = None;
        self.chains[self.heard].start(settings, pace.rate);
        self.take(settings);
    }

    /// The same where there is something to change; whether there was. For a band in silence.
    pub(crate) fn jump(&mut self, settings: &Settings, pace: &Pace) -> bool {
        if self.settled == Some(*settings) {
            return false;
        }
        self.start(settings, pace);
        self.settled = Some(*settings);
        true
    }

    fn take(&mut self, settings: &Settings) {
        self.settled = None;
        self.shape = *settings;
        self.glides = targets(settings).map(Glide::at);
    }

    /// What the heard one is set to now.
    fn present(&self) -> Settings {
        let [hertz, gain, q] = self.glides.map(|glide| glide.now);
        Settings { hertz: hertz.exp2(), gain, q: q.exp(), ..self.shape }
    }

    /// Looks at the settings, before each step of frames. Whether anything has changed.
    pub(crate) fn look(&mut self, wanted: &Settings, pace: &Pace) -> bool {
        self.chains[self.heard].arrive();
        if self.faded.is_some_and(|faded| faded >= pace.fade) {
            self.faded = None;
        }
        if self.settled == Some(*wanted) {
            return false;
        }
        let shape = |of: &Settings| (of.on, of.kind, of.slope);
        let same = shape(wanted) == shape(&self.shape);
        if self.faded.is_none() && !same {
            let silent = !wanted.on && !self.shape.on;
            self.chains[1 - self.heard].start(wanted, pace.rate);
            self.heard = 1 - self.heard;
            self.faded = (!silent).then_some(0);
            self.take(wanted);
            return true;
        }
        let near = [1e-6, 1e-4, 1e-5];
        let mut moved = false;
        for ((glide, target), near) in self.glides.iter_mut().zip(targets(wanted)).zip(near) {
            if !self.shape.on {
                *glide = Glide::at(target);
            }
            moved |= glide.follow(target, pace.follow, near);
        }
        if moved {
            let settings = self.present();
            self.chains[self.heard].go(&settings, pace);
        } else if same {
            self.chains[self.heard].rest(wanted);
        }
        // Another shape waits for the end of a fade.
        self.settled = (same && !moved).then_some(*wanted);
        moved
    }

    /// Filters sound, up to the next look.
    #[inline]
    pub(crate) fn process(&mut self, sound: &mut [f64x2], pace: &Pace) {
        let [first, second] = &mut self.chains;
        let (heard, left) = if self.heard == 0 { (first, second) } else { (second, first) };
        let Some(faded) = &mut self.faded else {
            return heard.process(sound);
        };
        let mut old = [f64x2::ZERO; MAX_STEP];
        let old = &mut old[..sound.len()];
        old.copy_from_slice(sound);
        left.process(old);
        heard.process(sound);
        for (n, (new, old)) in sound.iter_mut().zip(old).enumerate() {
            // Smooth at both ends.
            let way = (*faded + n + 1) as f64 / pace.fade as f64;
            let part = way * way * (3.0 - 2.0 * way);
            *new = *old + (*new - *old) * part;
        }
        *faded += sound.len();
    }

    /// Whether nothing is left of any sound, and nothing is on its way: then zeros stay zeros.
    pub(crate) fn is_still(&self) -> bool {
        let chain = &self.chains[self.heard];
        let quiet = |section: &Section| section.level() < 1e-12;
        self.faded.is_none() && !chain.moves && chain.sections[..chain.count].iter().all(quiet)
    }

    /// Forgets all sound.
    pub(crate) fn clear(&mut self) {
        self.chains[self.heard].clear();
    }

    /// Seconds in which its sound falls by 80 dB.
    pub(crate) fn tail(&self) -> f64 {
        if self.chains[self.heard].flat {
            return 0.0;
        }
        let rate = Prototype::of(&self.present()).decay_rate();
        rate.map_or(0.0, |rate| 80.0 / (20.0 * std::f64::consts::LOG10_E * rate))
    }
}

fn targets(settings: &Settings) -> [f64; 3] {
    [settings.hertz.log2(), settings.gain, settings.q.ln()]
}
