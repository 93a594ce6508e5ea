//! From the host's block to voices, and from voices to the output.

use dyad::event::MpeReading;
use dyad::prelude::*;
use dyad::show::Keys;

use crate::choices::MpeMode;
use crate::chorus::Chorus;
use crate::lfo::Clock;
use crate::params::{LFOS, SynthParams};
use crate::patch::Patch;
use crate::player::{Ears, Player};
use crate::reverb::Reverb;
use crate::voice::FADE_SECONDS;

/// Effects run in chunks that end at multiples of this, counted from the reset; there it is decided whether anything
/// sounds on. So it is the same however the host cuts its blocks.
const CHUNK: usize = 64;

/// What sounds.
struct Sound {
    rate: f64,
    player: Player,
    clock: Clock<LFOS>,
    chorus: Chorus,
    reverb: Reverb,
    /// Frames since the reset.
    frame: u64,
    /// Frames that the effects may sound on without a voice.
    ringing: usize,
    /// How long they do, as they are set.
    tail: usize,
    /// No voice sounds, and no effect sounds on.
    idle: bool,
}

/// Whoever wants to know of notes: the editor's keyboard, and the framework.
struct Everyone<'a, 'b> {
    keys: &'a mut Keys,
    context: &'a mut Context<'b>,
}

impl Ears for Everyone<'_, '_> {
    fn down(&mut self, key: u8) {
        self.keys.on(key);
    }

    fn up(&mut self, key: u8) {
        self.keys.off(key);
    }

    fn ended(&mut self, note: Note) {
        // The host does not get it: its frame means nothing.
        self.context.end_note(0, note);
    }
}

impl Sound {
    fn new(rate: f64) -> Self {
        Self {
            rate,
            player: Player::new(rate),
            clock: Clock::new(rate),
            chorus: Chorus::new(rate),
            reverb: Reverb::new(rate),
            frame: 0,
            ringing: 0,
            tail: 0,
            idle: true,
        }
    }

    fn reset(&mut self) {
        self.player.reset();
        self.clock = Clock::new(self.rate);
        self.chorus.reset();
        self.reverb.reset();
        (self.frame, self.ringing, self.tail, self.idle) = (0, 0, 0, true);
    }

    /// How long chorus and reverb sound on, where they are mixed in.
    fn effects_tail(&self, params: &SynthParams, [chorus, reverb]: [bool; 2]) -> usize {
        let of = |heard: bool, tail: usize| if heard { tail } else { 0 };
        of(chorus, self.chorus.tail_frames())
            + of(reverb, self.reverb.tail_frames(params.reverb.decay.value()))
    }

    /// How long effects sound on from now, where they do at all.
    fn ring(&mut self, tail: usize) {
        let longer = tail > std::mem::replace(&mut self.tail, tail);
        if !self.player.is_silent() {
            self.idle = false;
            self.ringing = tail.saturating_add(CHUNK);
        } else if longer && !self.idle {
            // What rings now has all of its new way before it, at most.
            self.ringing = self.ringing.max(tail.saturating_add(CHUNK));
        }
    }

    /// Renders frames of one chunk in which nothing happens; at most up to the chunk's end. How many, and none where
    /// there is silence.
    fn render(
        &mut self,
        params: &mut SynthParams,
        patch: &Patch,
        ears: &mut impl Ears,
        frames: usize,
    ) -> (usize, Option<[[f32; CHUNK]; 2]>) {
        let to_boundary = CHUNK - (self.frame % CHUNK as u64) as usize;
        let frames = frames.min(to_boundary);
        let chorus = (params.chorus.mix.advance(frames), params.chorus.depth.advance(frames));
        let reverb_mix = params.reverb.mix.advance(frames);
        let volume = params.volume.advance(frames);
        // A mix on its way to 0 is heard yet.
        self.ring(self.effects_tail(params, [chorus.0, reverb_mix].map(|mix| mix.constant() != Some(0.0))));
        let out = (!self.idle).then(|| {
            let mut out = [[0.0; CHUNK]; 2];
            let [left, right] = &mut out;
            let (left, right) = (&mut left[..frames], &mut right[..frames]);
            self.player.mix(patch, &self.clock, self.frame, left, right, ears);
            self.chorus.run(chorus.0, params.chorus.rate.value(), chorus.1, left, right);
            let (decay, damping) = (params.reverb.decay.value(), params.reverb.damping.value());
            self.reverb.run(reverb_mix, decay, damping, left, right);
            for (i, (left, right)) in left.iter_mut().zip(right).enumerate() {
                let volume = volume.at(i);
                *left *= volume;
                *right *= volume;
            }
            out
        });
        self.frame += frames as u64;
        if frames == to_boundary && self.player.is_silent() {
            self.ringing = self.ringing.saturating_sub(CHUNK);
            self.idle = self.ringing == 0;
        }
        (frames, out)
    }
}

/// The half that makes the sound.
pub struct SynthProcessor {
    sound: Sound,
    keys: Keys,
    to_editor: MessageSender,
    /// This block was processed: the plugin is not bypassed.
    ran: bool,
    tail: u32,
}

impl SynthProcessor {
    pub(crate) fn new(setup: &Setup, to_editor: MessageSender) -> Self {
        let rate = setup.sample_rate;
        let keys = Keys::new(0, rate);
        Self { sound: Sound::new(rate), keys, to_editor, ran: false, tail: 0 }
    }

    fn find_tail(&mut self, params: &SynthParams, release: u32) {
        let fade = (FADE_SECONDS * self.sound.rate) as u32;
        let heard = [&params.chorus.mix, &params.reverb.mix].map(|mix| mix.value() > 0.0);
        let effects = u32::try_from(self.sound.effects_tail(params, heard)).unwrap_or(u32::MAX);
        self.tail = release.max(fade).saturating_add(effects);
    }
}

impl Processor for SynthProcessor {
    type Params = SynthParams;

    fn prepare(&mut self, params: &mut SynthParams) {
        let patch = Patch::new(params, self.sound.rate);
        self.find_tail(params, patch.env[0].release());
    }

    fn reset(&mut self) {
        self.sound.reset();
        self.keys.clear();
    }

    fn read_mpe(&self, params: &SynthParams) -> MpeReading {
        match params.mpe.value() {
            MpeMode::Auto => MpeReading::Asked,
            MpeMode::On => MpeReading::Always,
            MpeMode::Off => MpeReading::Never,
        }
    }

    fn process(&mut self, params: &mut SynthParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        self.ran = true;
        let Self { sound, keys, .. } = self;
        let frames = audio.frames();
        let patch = Patch::new(params, sound.rate);
        sound.player.channels.begin(params.bend.value() as f32, context);
        sound.clock.follow(sound.frame, &context.transport(), &patch.lfo.map(|lfo| lfo.pace));
        let mut ears = Everyone { keys, context };
        sound.player.follow(&patch, &mut ears);
        let (mut at, mut n, mut silent) = (0, 0, true);
        while at < frames {
            while let Some(event) = ears.context.event(n).filter(|event| event.frame as usize <= at) {
                n += 1;
                sound.player.event(&event.kind, &patch, &mut ears);
            }
            let next = ears.context.event(n).map_or(frames, |next| (next.frame as usize).min(frames));
            let (len, out) = sound.render(params, &patch, &mut ears, next - at);
            if let Some(out) = out {
                silent = false;
                params.left_level.add(&out[0][..len]);
                params.right_level.add(&out[1][..len]);
                for (mut channel, out) in audio.channels().zip(&out) {
                    channel.written()[at..at + len].copy_from_slice(&out[..len]);
                }
            }
            at += len;
        }
        if silent {
            audio.silence();
        }
        params.sounding.show(self.sound.player.sounding() as f32);
        self.find_tail(params, patch.env[0].release());
    }

    fn end_block(&mut self, params: &mut SynthParams, frames: usize) {
        if !std::mem::take(&mut self.ran) {
            // Bypassed: the framework has ended all notes.
            self.keys.clear();
            params.sounding.show(0.0);
        }
        self.keys.send(&mut self.to_editor, frames);
    }

    fn tail(&self) -> Tail {
        Tail::Frames(self.tail)
    }
}
