//! The second plugin of the bundle: an instrument, which has no audio input and reads no transport. Each key
//! that is down is a sine at its pitch, −12 dB at full velocity.

use std::f64::consts::TAU;

use dyad::prelude::*;

/// What the host can set and show.
#[derive(Params)]
pub struct ToneParams {
    #[param(name = "Level", range = Range::linear(0.0, 1.0), default = 1.0)]
    level: Float,
    #[meter(name = "Voices", range = Range::stepped(0.0, 16.0, 1.0))]
    voices: Output,
}

/// The plugin.
#[derive(Default)]
pub struct Tone;

impl Plugin for Tone {
    type Params = ToneParams;
    type Processor = ToneProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:probe-tone",
        name: "Dyad Probe Tone",
        category: Category::Instrument,
        description: "A sine for each key that is down.",
        ..crate::Probe::INFO
    };
    const LAYOUTS: &'static [Layout] =
        &[Layout { id: "stereo", name: "Stereo", inputs: &[], outputs: &[Bus::main_output(2)] }];
    const EVENTS: EventPorts = EventPorts::NONE.input();

    fn activate(&mut self, run: &mut Activation<'_>) -> ToneProcessor {
        ToneProcessor { rate: run.sample_rate, voices: [None; VOICES] }
    }
}

const VOICES: usize = 16;
/// Gain of one key at full velocity.
const QUIET: f64 = 0.25;

#[derive(Clone, Copy)]
struct Voice {
    note: Note,
    gain: f64,
    phase: f64,
    step: f64,
}

/// The half that makes the sound.
pub struct ToneProcessor {
    rate: f64,
    voices: [Option<Voice>; VOICES],
}

impl ToneProcessor {
    fn hear(&mut self, event: &Event) {
        match event.kind {
            EventKind::NoteOn { note, velocity } => {
                let step = 440.0 * f64::exp2((f64::from(note.key) - 69.0) / 12.0) / self.rate;
                if let Some(free) = self.voices.iter_mut().find(|voice| voice.is_none()) {
                    let gain = QUIET * f64::from(velocity);
                    *free = Some(Voice { note, gain, phase: 0.0, step });
                }
            }
            EventKind::NoteOff { note, .. } | EventKind::Choke { note } => {
                for voice in &mut self.voices {
                    if voice.is_some_and(|voice| voice.note.id == note.id) {
                        *voice = None;
                    }
                }
            }
            _ => {}
        }
    }

    /// All voices at one frame.
    fn frame(&mut self) -> f32 {
        let mut sum = 0.0;
        for voice in self.voices.iter_mut().flatten() {
            sum += voice.gain * (voice.phase * TAU).sin();
            voice.phase = (voice.phase + voice.step).fract();
        }
        sum as f32
    }
}

impl Processor for ToneProcessor {
    type Params = ToneParams;

    fn reset(&mut self) {
        self.voices = [None; VOICES];
    }

    fn process(&mut self, params: &mut ToneParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        let level = params.level.value();
        let (mut next, count) = (0, context.event_count());
        for frame in 0..audio.frames() {
            while next < count
                && let Some(event) = context.event(next)
                && event.frame as usize <= frame
            {
                self.hear(&event);
                next += 1;
            }
            let sample = self.frame() * level;
            for mut channel in audio.channels() {
                channel.written()[frame] = sample;
            }
        }
        params.voices.show(self.voices.iter().flatten().count() as f32);
    }
}
