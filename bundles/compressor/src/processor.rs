//! From the host's block to chunks, and from parameters to what they set.

use dyad::param::Smoother;
use dyad::prelude::*;

use crate::chain::{CHUNK, Chain, Moving};
use crate::curve::Curve;
use crate::detector::Measure;
use crate::history::History;
use crate::look_ahead::{frames_of, longest};
use crate::params::{CompressorParams, DetectorKind, HIGH_PASS_OFF};

/// What is set anew only where it has changed: it costs exponentials.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Settings {
    /// Milliseconds.
    attack: f32,
    release: f32,
    auto_release: bool,
    measure: Measure,
    /// Hz.
    high_pass: Option<f32>,
    /// Decibels, automatic and set together.
    make_up: f32,
    listen: bool,
}

impl Settings {
    fn of(params: &CompressorParams) -> Self {
        let curve = Curve::new(params.threshold.value(), params.ratio.value(), params.knee.value());
        let automatic = if params.auto_make_up.value() { curve.make_up() } else { 0.0 };
        let high_pass = params.high_pass.value();
        Self {
            attack: params.attack.value(),
            release: params.release.value(),
            auto_release: params.auto_release.value(),
            measure: match params.detector.value() {
                DetectorKind::Peak => Measure::Peak,
                DetectorKind::Rms => Measure::Rms(params.rms_time.value()),
            },
            high_pass: (high_pass > HIGH_PASS_OFF).then_some(high_pass),
            make_up: params.make_up.value() + automatic,
            listen: params.listen.value(),
        }
    }
}

/// The half that makes the sound.
#[derive(Debug)]
pub struct CompressorProcessor {
    sample_rate: f64,
    chain: Chain,
    history: History,
    settings: Option<Settings>,
    make_up: Smoother,
    listen: Smoother,
    /// Nothing has sounded since the reset: values jump.
    fresh: bool,
    /// Frames of silent input up to now.
    quiet: usize,
}

impl CompressorProcessor {
    pub(crate) fn new(setup: &Setup, to_editor: MessageSender) -> Self {
        let rate = setup.sample_rate;
        let mut make_up = Smoother::new(Smooth::Gain(20.0), None, 0.0);
        let mut listen = Smoother::new(Smooth::Linear(10.0), None, 0.0);
        make_up.prepare(rate);
        listen.prepare(rate);
        Self {
            sample_rate: rate,
            chain: Chain::new(rate, setup.layout.main_outputs()),
            history: History::new(to_editor, rate),
            settings: None,
            make_up,
            listen,
            fresh: true,
            quiet: 0,
        }
    }

    /// Takes over what has changed.
    #[inline]
    fn follow(&mut self, params: &CompressorParams) {
        let new = Settings::of(params);
        if self.settings != Some(new) {
            self.set(new);
        }
        self.chain.link = params.link.value() * 0.01;
        let look_ahead = frames_of(params.look_ahead.value(), self.sample_rate);
        if std::mem::take(&mut self.fresh) {
            self.make_up.snap();
            self.listen.snap();
            // In LV2 the first block is the first to know the parameters.
            self.chain.look_ahead.jump(look_ahead);
        } else {
            self.chain.look_ahead.want(look_ahead);
        }
    }

    fn set(&mut self, new: Settings) {
        let old = self.settings.replace(new);
        let times = |of: Settings| (of.attack, of.release, of.auto_release);
        if old.map(times) != Some(times(new)) {
            self.chain.ballistics.set(new.attack, new.release, new.auto_release);
        }
        let detector = |of: Settings| (of.measure, of.high_pass);
        if old.map(detector) != Some(detector(new)) {
            self.chain.detector.set(new.measure, new.high_pass);
        }
        if old.map(|old| old.make_up) != Some(new.make_up) {
            self.make_up.set(new.make_up);
        }
        if old.map(|old| old.listen) != Some(new.listen) {
            self.listen.set(f32::from(u8::from(new.listen)));
        }
    }

    /// Whether all that is left in the lines is silence.
    fn is_quiet(&mut self, silent: bool, frames: usize) -> bool {
        self.quiet = if silent { self.quiet.saturating_add(frames) } else { 0 };
        self.quiet > longest(self.sample_rate) + frames
    }
}

/// Shows the channels on two meters; a single channel on both.
fn show(meters: [&mut PeakMeter; 2], audio: &mut Audio<'_>, add: impl Fn(&mut PeakMeter, &Channel<'_>)) {
    let [left, right] = meters;
    let mut channels = audio.channels();
    let Some(first) = channels.next() else { return };
    add(left, &first);
    add(right, channels.next().as_ref().unwrap_or(&first));
}

impl Processor for CompressorProcessor {
    type Params = CompressorParams;

    fn prepare(&mut self, params: &mut CompressorParams) {
        self.chain.look_ahead.jump(frames_of(params.look_ahead.value(), self.sample_rate));
    }

    fn reset(&mut self) {
        self.chain.clear();
        self.fresh = true;
        self.quiet = 0;
    }

    fn process(&mut self, params: &mut CompressorParams, audio: &mut Audio<'_>, _: &mut Context<'_>) {
        let frames = audio.frames();
        self.follow(params);
        let moving = Moving {
            threshold: params.threshold.advance(frames),
            ratio: params.ratio.advance(frames),
            knee: params.knee.advance(frames),
            make_up: self.make_up.advance(frames),
            mix: params.mix.advance(frames),
            listen: self.listen.advance(frames),
        };
        let keyed = params.external_key.value() && audio.is_connected(1);
        let meters = [&mut params.input_l, &mut params.input_r];
        show(meters, audio, |meter, channel| meter.add(channel.input()));
        let mut start = 0;
        while start < frames {
            let seen = self.history.begin();
            let most = self.chain.begin().min(seen.unwrap_or(CHUNK));
            let end = frames.min(start + most);
            for (n, channel) in audio.channels().enumerate() {
                let input = &channel.input()[start..end];
                self.chain.input(n, input);
                if seen.is_some() {
                    self.history.sums().input(input);
                }
                if !keyed {
                    self.chain.key(n, input);
                }
            }
            if keyed {
                let mut n = 0;
                while let Some(key) = audio.aux_input(1, n) {
                    self.chain.key(n, &key[start..end]);
                    n += 1;
                }
            }
            let most = self.chain.work(start, end - start, &moving);
            params.reduction.add_decibels(-most);
            for (n, mut channel) in audio.channels().enumerate() {
                let out = &mut channel.written()[start..end];
                self.chain.output(n, start, &moving, out);
                if seen.is_some() {
                    self.history.sums().output(out);
                }
            }
            if seen.is_some() {
                self.chain.picture(end - start, self.history.sums());
                self.history.end(end - start);
            }
            self.chain.end(end - start);
            start = end;
        }
        let meters = [&mut params.output_l, &mut params.output_r];
        show(meters, audio, |meter, channel| meter.add(channel.output()));
        if self.is_quiet(audio.all_silent(), frames) && moving.listen.constant() == Some(0.0) {
            // Nothing but zeros has come for longer than it may be late: hosts save work where they know.
            audio.silence();
        }
    }

    fn latency(&self) -> u32 {
        self.chain.look_ahead.frames() as u32
    }

    fn max_latency(&self) -> u32 {
        longest(self.sample_rate) as u32
    }
}
