//! A plugin for tests. It uses everything that the framework offers, and shows what it sees in output
//! parameters, so that tests can look through any host.
//!
//! - Sound: input × gain + sidechain; the cue output gets the sidechain.
//! - Notes go out an octave higher, everything else as it came in.
//! - `press` sets `follow` to 0.75, says that the state has changed, and sends a task to the main thread,
//!   whose answer `told` shows.
//! - A message of the editor's comes back with its bytes turned round; after `stream` there is one more for
//!   each piece, its number as text, until `rest`.
//! - When a run ends, it says on stderr how many pieces of it were offline.
//! - A file's length is read in the background whenever the property `file` changes; of one whose name ends with
//!   `.slow` it takes a second.
//! - `worker` shows whether a thread of the host's has done the last task for the main thread.
//! - `track` and `presented` show what the host says of the track and of how late it is heard.

mod tone;

pub use tone::Tone;

use dyad::prelude::*;
use dyad::sync::{Receiver, Sender, handover};
use dyad::task::TaskSender;

/// A choice of two.
#[derive(Choice, Clone, Copy, PartialEq)]
pub enum Shape {
    /// Round.
    Sine,
    /// Sharp.
    Saw,
}

/// One of two.
#[derive(Params)]
pub struct Voice {
    #[param(name = "Level", range = Range::linear(0.0, 1.0), default = 0.5)]
    level: Float,
    #[param(name = "On")]
    on: Bool,
}

/// What the host can set and show.
#[derive(Params)]
pub struct ProbeParams {
    #[param(name = "Gain", range = Range::linear(-60.0, 24.0), default = 0.0, unit = Unit::Decibels)]
    #[param(silent_at_min, smooth = Smooth::Gain(5.0), midi_cc = 7)]
    gain: Float,
    #[param(name = "Shape", default = Shape::Sine)]
    shape: Choice<Shape>,
    #[param(name = "Steps", range = Range::stepped(0.0, 10.0, 1.0), renamed_from = "stages")]
    steps: Int,
    #[param(name = "Coarse", range = Range::linear(0.0, 1.0), sample_accurate = false, not_automatable)]
    coarse: Float,
    #[param(name = "Secret", hidden)]
    secret: Float,
    #[param(name = "Press")]
    press: Trigger,
    #[param(name = "Follow", range = Range::linear(0.0, 1.0))]
    follow: Float,
    #[param(name = "Delay", range = Range::stepped(0.0, 1000.0, 1.0))]
    delay: Int,
    #[group(name = "Voice")]
    voice: [Voice; 2],
    #[meter(name = "Peak")]
    peak: PeakMeter,
    #[meter(name = "Playing")]
    playing: Output,
    #[meter(name = "Tempo", range = Range::linear(0.0, 1000.0), unit = Unit::BeatsPerMinute)]
    tempo: Output,
    #[meter(name = "Beat", range = Range::linear(0.0, 100_000.0), unit = Unit::Beats)]
    beat: Output,
    #[meter(name = "Mode", range = Range::stepped(0.0, 2.0, 1.0))]
    mode: Output,
    #[meter(name = "Key", range = Range::stepped(0.0, 127.0, 1.0))]
    key: Output,
    #[meter(name = "Velocity", range = Range::linear(0.0, 1.0))]
    velocity: Output,
    #[meter(name = "Held", range = Range::stepped(0.0, 1000.0, 1.0))]
    held: Output,
    #[meter(name = "Wheel", range = Range::linear(0.0, 1.0))]
    wheel: Output,
    #[meter(name = "Bend", range = Range::linear(-1.0, 1.0))]
    bend: Output,
    #[meter(name = "Tuning", range = Range::linear(-120.0, 120.0), unit = Unit::Semitones)]
    tuning: Output,
    #[meter(name = "File length", range = Range::linear(0.0, 16_000_000.0))]
    file_length: Output,
    #[meter(name = "Pieces", range = Range::stepped(0.0, 10_000.0, 1.0))]
    pieces: Output,
    #[meter(name = "Told", range = Range::stepped(0.0, 1000.0, 1.0))]
    told: Output,
    #[meter(name = "Worker", range = Range::stepped(0.0, 1.0, 1.0))]
    worker: Output,
    #[meter(name = "Track", range = Range::linear(0.0, 100_000.0))]
    track: Output,
    #[meter(name = "Presented", range = Range::linear(0.0, 1_000_000.0))]
    presented: Output,
}

/// What is saved beside parameters.
#[derive(Clone, Default, serde::Serialize, serde::Deserialize)]
#[serde(default)]
struct Words {
    words: Vec<String>,
}

/// The plugin.
#[derive(Default)]
pub struct Probe {
    words: Words,
    file: String,
    /// Has a file looked at while the plugin runs.
    look: Option<TaskSender<String>>,
    track: Track,
    of_track: Option<Sender<f32>>,
}

impl Probe {
    /// A number for the track: a thousand for each letter of its name, and its red.
    fn tell_track(&mut self) {
        let letters = self.track.name.as_ref().map_or(0, |name| name.chars().count());
        let red = self.track.color.map_or(0, |[red, ..]| red);
        if let Some(of_track) = &mut self.of_track {
            of_track.send(letters as f32 * 1000.0 + f32::from(red));
        }
    }
}

const WITH_SIDECHAIN: Layout = Layout {
    id: "sidechained",
    name: "Stereo with sidechain",
    inputs: &[Bus::main_input(2), Bus::sidechain(1)],
    outputs: &[Bus::main_output(2), Bus::aux(1).named("cue", "Cue")],
};

impl Plugin for Probe {
    type Params = ProbeParams;
    type Processor = ProbeProcessor;

    const INFO: Info = Info {
        id: "urn:dyad:probe",
        name: "Dyad Probe",
        vendor: "Dyad",
        url: "",
        email: "",
        version: env!("CARGO_PKG_VERSION"),
        license: "MIT OR Apache-2.0",
        description: "Uses everything that the framework offers, and shows what it sees.",
        category: Category::Utility,
    };
    const LAYOUTS: &'static [Layout] = &[Layout::STEREO, WITH_SIDECHAIN, Layout::MONO];
    const EVENTS: EventPorts = EventPorts::NONE
        .input()
        .output()
        .controllers(Controllers::Some(&[1, 64]))
        .sysex(4096)
        .note_names(&[(36, "Kick & \"Co\" <1>"), (60, "Mitte ü")]);
    const PROPERTIES: &'static [Property] =
        &[Property::text("title", "Title"), Property::path("file", "File")];
    const PRESETS: &'static [Preset] = dyad::presets!("presets");
    const DOUBLE: bool = true;
    const TRANSPORT: bool = true;
    const TASKS: bool = true;
    const MESSAGES: usize = 16 << 10;

    fn activate(&mut self, run: &mut Activation<'_>) -> ProbeProcessor {
        let (mut found, file_length) = handover();
        let mut look = run.tasks().background(4, move |path: String| {
            if path.ends_with(".slow") {
                linger();
            }
            found.send(std::fs::metadata(path).map_or(0, |file| file.len()));
        });
        if !self.file.is_empty() {
            let _ = look.send(self.file.clone());
        }
        self.look = Some(look);
        let (mut answer, told) = handover();
        let tell = run.tasks().main_thread(4, move |presses: u32| {
            answer.send((presses, !on_the_service_thread()));
        });
        let (of_track, track) = handover();
        self.of_track = Some(of_track);
        self.tell_track();
        let (to_editor, from_editor) = run.messages();
        let channels = run.layout.main_outputs();
        ProbeProcessor {
            file_length,
            track,
            tell,
            told,
            presses: 0,
            lines: vec![vec![0.0; DELAY_MAX + 1]; channels],
            at: 0,
            delay: 0,
            held: 0,
            pieces: 0,
            offline: 0,
            to_editor,
            from_editor,
            streaming: false,
        }
    }

    fn save(&self) -> Fields {
        Fields::of(&self.words).unwrap_or_default()
    }

    fn load(&mut self, fields: &Fields) -> Result<(), FieldError> {
        let words: Words = fields.decode()?;
        if words.words.iter().any(|word| word == "refuse") {
            return Err(FieldError::refused("a word that it does not like"));
        }
        self.words = words;
        Ok(())
    }

    fn track_changed(&mut self, track: &Track) {
        self.track = track.clone();
        self.tell_track();
    }

    fn property_changed(&mut self, index: usize, value: &str) {
        if index == 1 {
            value.clone_into(&mut self.file);
            if let Some(look) = &mut self.look {
                let _ = look.send(self.file.clone());
            }
        }
    }
}

/// Takes its time, as reading a large file may.
#[expect(clippy::disallowed_methods, reason = "a task, and no audio thread")]
fn linger() {
    std::thread::sleep(std::time::Duration::from_secs(1));
}

/// Whether this is the module's own thread, by the name that the system has for it.
fn on_the_service_thread() -> bool {
    std::fs::read_to_string("/proc/thread-self/comm").is_ok_and(|name| name.trim_end() == "dyad-service")
}

/// The longest delay, in frames.
const DELAY_MAX: usize = 1000;

/// The half that makes the sound.
pub struct ProbeProcessor {
    file_length: Receiver<u64>,
    tell: TaskSender<u32>,
    told: Receiver<(u32, bool)>,
    track: Receiver<f32>,
    presses: u32,
    lines: Vec<Vec<f64>>,
    at: usize,
    delay: usize,
    held: i32,
    pieces: u32,
    offline: u32,
    to_editor: MessageSender,
    from_editor: MessageReceiver,
    streaming: bool,
}

impl Drop for ProbeProcessor {
    fn drop(&mut self) {
        // Outputs are no way to show it: hosts begin another run when they are done offline.
        if self.offline > 0 {
            eprintln!("probe: {} pieces offline", self.offline);
        }
    }
}

impl ProbeProcessor {
    /// Talks with the editor.
    fn talk(&mut self) {
        while let Some(message) = self.from_editor.receive() {
            match message {
                b"stream" => self.streaming = true,
                b"rest" => self.streaming = false,
                _ => {}
            }
            let mut answer = [0; 64];
            let answer = &mut answer[..message.len().min(64)];
            for (to, from) in answer.iter_mut().zip(message.iter().rev()) {
                *to = *from;
            }
            let _ = self.to_editor.send(answer);
        }
        if self.streaming && self.to_editor.watched() {
            let mut digits = [b'0'; 10];
            let mut number = self.pieces;
            for digit in digits.iter_mut().rev() {
                *digit += (number % 10) as u8;
                number /= 10;
            }
            let _ = self.to_editor.send(&digits);
        }
    }

    /// What does not depend on the type of samples.
    fn look(&mut self, params: &mut ProbeParams, context: &mut Context<'_>) {
        self.pieces += 1;
        self.talk();
        params.pieces.show(self.pieces as f32);
        self.offline += u32::from(context.offline());
        self.delay = (params.delay.value() as usize).min(DELAY_MAX);
        if params.press.take() {
            context.set(&mut params.follow, 0, 0.75f32);
            context.state_changed();
            self.presses += 1;
            let _ = self.tell.send(self.presses);
        }
        if let Some((presses, by_host)) = self.told.get_mut() {
            params.told.show(*presses as f32);
            params.worker.show(f32::from(u8::from(*by_host)));
        }
        if let Some(length) = self.file_length.get_mut() {
            params.file_length.show(*length as f32);
        }
        if let Some(track) = self.track.get_mut() {
            params.track.show(*track);
        }
        params.presented.show(context.presentation_latency() as f32);
        let transport = context.transport();
        params.playing.show(f32::from(u8::from(transport.playing)));
        params.tempo.show(transport.tempo.unwrap_or(0.0) as f32);
        params.beat.show(transport.position_beats.unwrap_or(0.0) as f32);
        params.mode.show(match context.mode() {
            Mode::Realtime => 0.0,
            Mode::Prefetch => 1.0,
            Mode::Offline => 2.0,
        });
        for n in 0..context.event_count() {
            if let Some(event) = context.event(n) {
                self.event(params, event, context);
            }
        }
        params.held.show(self.held as f32);
    }

    fn event(&mut self, params: &mut ProbeParams, mut event: Event, context: &mut Context<'_>) {
        match &mut event.kind {
            EventKind::NoteOn { note, velocity } => {
                self.held += 1;
                params.key.show(f32::from(note.key));
                params.velocity.show(*velocity);
                note.key = (note.key + 12).min(127);
            }
            EventKind::NoteOff { note, .. } | EventKind::Choke { note } => {
                self.held -= 1;
                note.key = (note.key + 12).min(127);
            }
            EventKind::Expression { note, expression, value } => {
                if *expression == Expression::Tuning {
                    params.tuning.show(*value);
                }
                note.key = (note.key + 12).min(127);
            }
            EventKind::Controller { controller: 1, value, .. } => params.wheel.show(*value),
            EventKind::PitchBend { value, .. } => params.bend.show(*value),
            _ => {}
        }
        context.send(event);
    }

    /// Delays one sample of a channel.
    fn line(&mut self, channel: usize, frame: usize, sample: f64) -> f64 {
        let Some(line) = self.lines.get_mut(channel) else { return sample };
        let at = (self.at + frame) % line.len();
        line[at] = sample;
        line[(at + line.len() - self.delay) % line.len()]
    }
}

/// The sound, for both types of samples.
macro_rules! sound {
    ($self:ident, $params:ident, $audio:ident, $sample:ty) => {
        let frames = $audio.frames();
        let gain = $params.gain.advance(frames);
        let sidechain = $audio.aux_input(1, 0);
        for (n, mut channel) in $audio.channels().enumerate() {
            channel.map_with(&gain, |x, gain| x * gain);
            for (frame, sample) in channel.written().iter_mut().enumerate() {
                *sample += sidechain.map_or(0.0, |sidechain| sidechain[frame]);
                *sample = $self.line(n, frame, f64::from(*sample)) as $sample;
            }
        }
        $self.at = ($self.at + frames) % (DELAY_MAX + 1);
        if let (Some(sidechain), Some(cue)) = (sidechain, $audio.aux_output(1, 0)) {
            cue.copy_from_slice(sidechain);
        }
        if $audio.all_silent() && $self.delay == 0 {
            $audio.silence();
        }
    };
}

impl Processor for ProbeProcessor {
    type Params = ProbeParams;

    fn prepare(&mut self, params: &mut ProbeParams) {
        self.delay = (params.delay.value() as usize).min(DELAY_MAX);
    }

    fn reset(&mut self) {
        self.lines.iter_mut().for_each(|line| line.fill(0.0));
        self.held = 0;
    }

    fn process(&mut self, params: &mut ProbeParams, audio: &mut Audio<'_>, context: &mut Context<'_>) {
        self.look(params, context);
        sound!(self, params, audio, f32);
        for channel in audio.channels() {
            params.peak.add(channel.output());
        }
    }

    fn process_f64(
        &mut self,
        params: &mut ProbeParams,
        audio: &mut Audio<'_, f64>,
        context: &mut Context<'_>,
    ) {
        self.look(params, context);
        sound!(self, params, audio, f64);
    }

    fn latency(&self) -> u32 {
        self.delay as u32
    }

    fn max_latency(&self) -> u32 {
        DELAY_MAX as u32
    }

    fn tail(&self) -> Tail {
        Tail::Frames(self.delay as u32)
    }
}

dyad::export!(Probe, Tone);
