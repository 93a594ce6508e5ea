//! A plugin on the bench: loaded, active, given blocks on an audio thread of its own, and watched.
//!
//! The only place of the validator that knows how the host's memory and processors are driven.

use std::rc::Rc;
use std::sync::Arc;
use std::thread::JoinHandle;

use rtrb::{Consumer, Producer, RingBuffer};

use super::context::Subject;
use super::signal::Signal;
use crate::child::{Arguments, Block, Confines, Hosted, Output, Processor, Room};
use crate::count::{self, Counts};
use crate::info::{Bus, Format, PluginInfo, Timing, all_channels, main_channels};
use crate::protocol::Mode;
use crate::shared::{
    Change, Direction, EVENTS, MAX_BLOCK, MAX_CHANNELS, Memory, Midi, Sizes, Status, Transport,
};
use crate::{lv2, vst3};

/// What output buffers hold before a block: no plugin computes this NaN.
const UNWRITTEN: f32 = f32::from_bits(0x7fc0_dead);
/// Frames behind a block that are watched.
const GUARD: usize = 64;

/// Opened files with plugins.
#[derive(Clone)]
pub(crate) struct Place {
    room: Rc<dyn Room>,
    subject: Subject,
}

impl Place {
    pub(crate) fn open(subject: &Subject) -> Result<Self, String> {
        let room: Rc<dyn Room> = match subject.format {
            Format::Lv2 => Rc::new(lv2::Bundle::open(&subject.plugin)?),
            Format::Vst3 => Rc::new(vst3::Module::open(&subject.plugin)?),
        };
        Ok(Self { room, subject: subject.clone() })
    }

    /// Loads the plugin for this rate and these longest blocks.
    pub(crate) fn load(&self, rate: u32, max_block: u32) -> Result<Rig, String> {
        let max_block = max_block.min(MAX_BLOCK - GUARD as u32);
        let arguments = Arguments {
            format: self.subject.format,
            plugin: Some(self.subject.plugin.clone()),
            rate,
            max_block,
            files: None,
            realtime: None,
            confines: Confines::default(),
        };
        let sizes = Sizes { max_block: MAX_BLOCK, inputs: MAX_CHANNELS, outputs: MAX_CHANNELS };
        let (memory, _fd) = Memory::create(sizes).map_err(|e| e.to_string())?;
        let mut plugin = self.room.load(self.subject.class.as_deref(), &arguments)?;
        let info = plugin.info();
        Ok(Rig {
            audio: None,
            inputs: info.inputs.clone(),
            outputs: info.outputs.clone(),
            timing: info.timing,
            info,
            plugin,
            memory: Arc::new(memory),
            position: 0,
            _place: self.clone(),
        })
    }
}

/// A loaded plugin. Fields go in this order.
pub(crate) struct Rig {
    audio: Option<Audio>,
    plugin: Box<dyn Hosted>,
    memory: Arc<Memory>,
    /// As it was when it was loaded.
    pub(crate) info: PluginInfo,
    /// Its buses, as they are when it is active.
    pub(crate) inputs: Vec<Bus>,
    pub(crate) outputs: Vec<Bus>,
    /// What it said when it was activated.
    pub(crate) timing: Timing,
    position: u64,
    _place: Place,
}

/// What a block is made of, beside its frames.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Events<'a> {
    pub(crate) changes: &'a [Change],
    pub(crate) midi: &'a [Midi],
}

/// What came of a block.
pub(crate) struct Ran {
    pub(crate) refused: bool,
    pub(crate) outputs: Vec<Vec<f32>>,
    pub(crate) changes: Vec<Change>,
    pub(crate) midi: Vec<Midi>,
    pub(crate) counts: Counts,
    /// Output channel and frame of the first sample behind the block that was written.
    pub(crate) overrun: Option<(usize, usize)>,
    /// Input channel and frame of the first sample that was written.
    pub(crate) input_written: Option<(usize, usize)>,
    /// Main output channel and frame of the first sample that was not written.
    pub(crate) unwritten: Option<(usize, usize)>,
}

impl Rig {
    /// The plugin's main-thread side.
    pub(crate) fn plugin(&mut self) -> &mut dyn Hosted {
        &mut *self.plugin
    }

    /// Makes it ready to process; its main input gets `inputs` channels where it can.
    pub(crate) fn activate(&mut self, inputs: Option<u32>) -> Result<(), String> {
        self.activate_as(inputs, Mode::Offline)
    }

    /// The same, in this mode.
    pub(crate) fn activate_as(&mut self, inputs: Option<u32>, mode: Mode) -> Result<(), String> {
        let active = self.plugin.activate(inputs, &self.memory, mode)?;
        (self.inputs, self.outputs, self.timing) = (active.inputs, active.outputs, active.timing);
        self.audio = Some(Audio::start(active.processor).map_err(|e| e.to_string())?);
        self.position = 0;
        Ok(())
    }

    /// Ends processing.
    pub(crate) fn deactivate(&mut self) {
        if let Some(audio) = self.audio.take() {
            self.plugin.deactivate(audio.stop());
        }
    }

    /// Channels of the main input.
    pub(crate) fn main_inputs(&self) -> u32 {
        main_channels(&self.inputs)
    }

    /// Channels of the main output.
    pub(crate) fn main_outputs(&self) -> u32 {
        main_channels(&self.outputs)
    }

    /// A signal for its main input.
    pub(crate) fn signal(&self, signal: Signal, frames: usize) -> Vec<Vec<f32>> {
        signal.make(self.main_inputs(), frames)
    }

    /// Runs one block of as many frames as the input's channels hold, or as `frames` says.
    pub(crate) fn run(
        &mut self,
        input: &[Vec<f32>],
        frames: u32,
        events: Events<'_>,
    ) -> Result<Ran, String> {
        let (inputs, outputs) = (all_channels(&self.inputs), all_channels(&self.outputs));
        let watched = frames as usize + GUARD;
        let mut whole = vec![UNWRITTEN; watched];
        for channel in 0..outputs.min(MAX_CHANNELS) {
            self.memory.write_channel(0, Direction::Output, channel, &whole);
        }
        let first = self.first_main_channel();
        let mut fed = Vec::new();
        for channel in 0..inputs.min(MAX_CHANNELS) {
            whole.fill(0.0);
            let samples = (channel as usize).checked_sub(first).and_then(|at| input.get(at));
            if let Some(samples) = samples.and_then(|samples| samples.get(..frames as usize)) {
                whole[..frames as usize].copy_from_slice(samples);
            }
            self.memory.write_channel(0, Direction::Input, channel, &whole);
            fed.push(whole.clone());
        }
        let transport = Transport::playing_at(self.position);
        self.position += u64::from(frames);
        let audio = self.audio.as_mut().ok_or("the plugin is not active")?;
        let job = Job { frames, transport, changes: events.changes.to_vec(), midi: events.midi.to_vec() };
        let (status, counts, output) = audio.run(job)?;
        let mut ran = Ran {
            refused: status != Status::Ok,
            outputs: vec![],
            changes: output.changes,
            midi: output.midi,
            counts,
            overrun: None,
            input_written: None,
            unwritten: None,
        };
        for (channel, fed) in fed.iter().enumerate() {
            self.memory.read_channel(0, Direction::Input, channel as u32, &mut whole);
            let changed = whole.iter().zip(fed).position(|(a, b)| a.to_bits() != b.to_bits());
            ran.input_written = ran.input_written.or(changed.map(|frame| (channel, frame)));
        }
        let main = self.main_outputs() as usize;
        for channel in 0..outputs.min(MAX_CHANNELS) as usize {
            self.memory.read_channel(0, Direction::Output, channel as u32, &mut whole);
            let untouched = |sample: &f32| sample.to_bits() == UNWRITTEN.to_bits();
            let (block, guard) = whole.split_at(frames as usize);
            let beyond = guard.iter().position(|sample| !untouched(sample));
            ran.overrun = ran.overrun.or(beyond.map(|frame| (channel, frame)));
            if channel < main {
                let left = block.iter().position(untouched);
                ran.unwritten = ran.unwritten.or(left.map(|frame| (channel, frame)));
            }
            // What nobody wrote is no sound: it is told apart from what the plugin computed.
            ran.outputs.push(block.iter().map(|s| if untouched(s) { 0.0 } else { *s }).collect());
        }
        Ok(ran)
    }

    fn first_main_channel(&self) -> usize {
        let before = self.inputs.iter().take_while(|bus| bus.kind != crate::info::BusKind::Main);
        before.map(|bus| bus.channels as usize).sum()
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        self.deactivate();
    }
}

struct Job {
    frames: u32,
    transport: Transport,
    changes: Vec<Change>,
    midi: Vec<Midi>,
}

type Answer = (Status, Counts, Output);

/// The plugin's audio thread.
struct Audio {
    jobs: Option<Producer<Job>>,
    answers: Consumer<Answer>,
    thread: JoinHandle<Box<dyn Processor>>,
}

impl Audio {
    fn start(mut processor: Box<dyn Processor>) -> std::io::Result<Self> {
        let (jobs, mut inbox) = RingBuffer::<Job>::new(1);
        let (mut outbox, answers) = RingBuffer::<Answer>::new(1);
        let owner = std::thread::current();
        let thread = std::thread::Builder::new().name("audio".into()).spawn(move || {
            loop {
                let Ok(job) = inbox.pop() else {
                    if inbox.is_abandoned() {
                        return processor;
                    }
                    wait();
                    continue;
                };
                // Room for all that may come out, so that what is counted is the plugin's.
                let mut output =
                    Output { changes: Vec::with_capacity(EVENTS), midi: Vec::with_capacity(EVENTS) };
                let block = Block {
                    number: 0,
                    frames: job.frames,
                    fed: u64::MAX,
                    transport: job.transport,
                    changes: &job.changes,
                    midi: &job.midi,
                };
                let (status, counts) = count::armed(|| processor.process(&block, &mut output));
                // The owner waits for each answer before it asks again.
                let _ = outbox.push((status, counts, output));
                owner.unpark();
            }
        })?;
        Ok(Self { jobs: Some(jobs), answers, thread })
    }

    fn run(&mut self, job: Job) -> Result<Answer, String> {
        let gone = || "the audio thread is gone".to_owned();
        let jobs = self.jobs.as_mut().ok_or_else(gone)?;
        jobs.push(job).map_err(|_| gone())?;
        self.thread.thread().unpark();
        loop {
            if let Ok(answer) = self.answers.pop() {
                return Ok(answer);
            }
            if self.answers.is_abandoned() {
                return Err(gone());
            }
            wait();
        }
    }

    fn stop(mut self) -> Box<dyn Processor> {
        self.jobs = None;
        self.thread.thread().unpark();
        // A panic on the audio thread has ended the process already.
        self.thread.join().unwrap_or_else(|_| std::process::abort())
    }
}

#[expect(clippy::disallowed_methods, reason = "outside of what is counted and heard, the thread may wait")]
fn wait() {
    std::thread::park();
}
