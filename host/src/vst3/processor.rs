//! One VST3 plugin's audio-thread side.
#![allow(unsafe_code)]

use std::sync::Arc;

use vst3::ComPtr;
use vst3::Steinberg::Vst::ProcessContext_::StatesAndFlags_::*;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::buses::{AudioBus, Buses};
use super::changes::Changes;
use super::events::{self, Events, Meaning};
use super::parameters::ById;
use crate::child::{Block, Output, Processor};
use crate::shared::{Change, Direction, EVENTS, Memory, Status, Transport};

/// MIDI controllers per channel, channel pressure and pitch bend among them.
pub(super) const CONTROLLERS: usize = 130;

/// Which parameter each controller of each channel moves.
pub(super) type ControllerMap = Vec<Option<ParamID>>;

/// What is needed to make a processor.
pub(super) struct Wiring<'a> {
    pub(super) processor: &'a ComPtr<IAudioProcessor>,
    pub(super) buses: &'a Buses,
    pub(super) ids: Vec<ParamID>,
    pub(super) by_id: &'a ById,
    pub(super) controllers: ControllerMap,
    /// Edits that the controller made before, to be told with the first block.
    pub(super) edits: Vec<(ParamID, f64)>,
    /// `ProcessData::processMode`.
    pub(super) mode: int32,
    pub(super) rate: f64,
}

/// Runs the plugin.
pub(super) struct VstProcessor {
    processor: ComPtr<IAudioProcessor>,
    memory: Arc<Memory>,
    inputs: BusBuffers,
    outputs: BusBuffers,
    changes_in: Changes,
    changes_out: Changes,
    events_in: Events,
    events_out: Events,
    has_event_input: bool,
    ids: Vec<ParamID>,
    by_id: ById,
    controllers: ControllerMap,
    edits: Vec<(ParamID, f64)>,
    mode: int32,
    rate: f64,
    /// The block whose slot the buffers point into.
    slot: u32,
}

// SAFETY: the interface pointers and buffers are used by one thread at a time: by the main thread
// until the audio thread starts and after it has ended, in between by the audio thread alone.
unsafe impl Send for VstProcessor {}

/// The buses of one direction as `process` wants them.
struct BusBuffers {
    buses: Vec<AudioBusBuffers>,
    /// What the buses point to; never resized.
    channels: Vec<Vec<*mut f32>>,
}

impl BusBuffers {
    fn new(memory: &Memory, direction: Direction, list: &[AudioBus]) -> Result<Self, String> {
        let sizes = memory.sizes();
        let room = if direction == Direction::Input { sizes.inputs } else { sizes.outputs };
        let count: u32 = list.iter().map(|bus| bus.bus.channels).sum();
        if count > room {
            return Err(format!("it has {count} channels in one direction, this host carries {room}"));
        }
        let mut next = 0;
        let mut channels: Vec<Vec<*mut f32>> = list
            .iter()
            .map(|bus| {
                let first = next;
                next += bus.bus.channels;
                (first..next).map(|channel| memory.channel_ptr(0, direction, channel)).collect()
            })
            .collect();
        let buses = channels
            .iter_mut()
            .map(|channels| AudioBusBuffers {
                numChannels: channels.len() as int32,
                silenceFlags: 0,
                __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr() },
            })
            .collect();
        Ok(Self { buses, channels })
    }

    /// Moves every channel on by so many frames.
    fn shift(&mut self, frames: isize) {
        for channel in self.channels.iter_mut().flatten() {
            *channel = channel.wrapping_offset(frames);
        }
    }

    /// The buses of a block; those that are not fed are said to be silent.
    fn begin(&mut self, fed: u64) -> (int32, *mut AudioBusBuffers) {
        for (index, bus) in self.buses.iter_mut().enumerate() {
            let silent = u64::MAX >> (64 - bus.numChannels.clamp(1, 64));
            let is_fed = index >= 64 || fed & (1 << index) != 0;
            bus.silenceFlags = if is_fed || bus.numChannels == 0 { 0 } else { silent };
        }
        let start = if self.buses.is_empty() { std::ptr::null_mut() } else { self.buses.as_mut_ptr() };
        (self.buses.len() as int32, start)
    }
}

impl VstProcessor {
    pub(super) fn new(wiring: Wiring<'_>, memory: &Arc<Memory>) -> Result<Self, String> {
        let none = "the host's lists could not be made";
        Ok(Self {
            processor: wiring.processor.clone(),
            memory: Arc::clone(memory),
            slot: 0,
            inputs: BusBuffers::new(memory, Direction::Input, &wiring.buses.inputs)?,
            outputs: BusBuffers::new(memory, Direction::Output, &wiring.buses.outputs)?,
            changes_in: Changes::new(wiring.ids.len()).ok_or(none)?,
            changes_out: Changes::new(wiring.ids.len()).ok_or(none)?,
            events_in: Events::new().ok_or(none)?,
            events_out: Events::new().ok_or(none)?,
            has_event_input: !wiring.buses.event_inputs.is_empty(),
            ids: wiring.ids,
            by_id: wiring.by_id.clone(),
            controllers: wiring.controllers,
            edits: wiring.edits,
            mode: wiring.mode,
            rate: wiring.rate,
        })
    }

    /// Fills the lists for the plugin; false where a change names no parameter.
    fn fill(&mut self, block: &Block<'_>) -> bool {
        self.changes_in.clear();
        self.changes_out.clear();
        self.events_in.clear();
        self.events_out.clear();
        for (id, value) in self.edits.drain(..) {
            self.changes_in.add(id, 0, value);
        }
        for change in block.changes {
            let Some(id) = self.ids.get(change.index as usize) else { return false };
            self.changes_in.add(*id, change.offset, change.native.clamp(0.0, 1.0));
        }
        let quarters = block.transport.quarters(self.rate);
        let per_frame = block.transport.tempo / 60.0 / self.rate;
        for message in block.midi {
            let position = quarters + f64::from(message.offset) * per_frame;
            match events::from_midi(message, position) {
                Meaning::Event(event) if self.has_event_input => self.events_in.push(event),
                Meaning::Controller { channel, number, value } => {
                    let at = usize::from(channel) * CONTROLLERS + usize::from(number);
                    if let Some(Some(id)) = self.controllers.get(at) {
                        self.changes_in.add(*id, message.offset, value);
                    }
                }
                Meaning::Event(_) | Meaning::None => {}
            }
        }
        true
    }

    fn collect(&mut self, frames: u32, output: &mut Output) {
        let (by_id, changes) = (&self.by_id, &mut output.changes);
        self.changes_out.last_points(|id, offset, value| {
            if let Some(index) = by_id.get(id)
                && changes.len() < EVENTS
                && value.is_finite()
            {
                let offset = u32::try_from(offset).unwrap_or(0).min(frames - 1);
                changes.push(Change { index, offset, native: value });
            }
        });
        self.events_out.midi(frames, |message| {
            if output.midi.len() < EVENTS {
                output.midi.push(message);
            }
        });
    }
}

impl Processor for VstProcessor {
    fn process(&mut self, block: &Block<'_>, output: &mut Output) -> Status {
        if !self.fill(block) {
            return Status::BadBlock;
        }
        let mut context = context(&block.transport, self.rate);
        let frames = self.memory.between(self.slot, block.number);
        if frames != 0 {
            self.inputs.shift(frames);
            self.outputs.shift(frames);
        }
        self.slot = block.number;
        let (num_inputs, inputs) = self.inputs.begin(block.fed);
        let (num_outputs, outputs) = self.outputs.begin(u64::MAX);
        let mut data = ProcessData {
            processMode: self.mode,
            symbolicSampleSize: kSample32 as int32,
            numSamples: block.frames as int32,
            numInputs: num_inputs,
            numOutputs: num_outputs,
            inputs,
            outputs,
            inputParameterChanges: self.changes_in.as_ptr(),
            outputParameterChanges: self.changes_out.as_ptr(),
            inputEvents: self.events_in.as_ptr(),
            outputEvents: self.events_out.as_ptr(),
            processContext: &mut context,
        };
        // SAFETY: everything in `data` lives through the call; every channel holds at least as many
        // frames as the block.
        let result = unsafe { self.processor.process(&mut data) };
        self.collect(block.frames, output);
        // Some plugins answer "false" where nothing was to be done.
        if result == kResultOk || result == kResultFalse { Status::Ok } else { Status::Refused }
    }
}

fn context(transport: &Transport, rate: f64) -> ProcessContext {
    let quarters = transport.quarters(rate);
    let (_, bar) = transport.bar(rate);
    let flag = |set: bool, flag| if set { flag } else { 0 };
    let playing = flag(transport.playing, kPlaying)
        | flag(transport.recording, kRecording)
        | flag(transport.cycle.is_some(), kCycleActive | kCycleValid);
    let [cycle_start, cycle_end] = transport.cycle.unwrap_or_default();
    ProcessContext {
        state: playing
            | kContTimeValid
            | kProjectTimeMusicValid
            | kBarPositionValid
            | kTempoValid
            | kTimeSigValid,
        sampleRate: rate,
        projectTimeSamples: transport.position as i64,
        systemTime: 0,
        continousTimeSamples: transport.position as i64,
        projectTimeMusic: quarters,
        barPositionMusic: bar,
        cycleStartMusic: cycle_start,
        cycleEndMusic: cycle_end,
        tempo: transport.tempo,
        timeSigNumerator: transport.numerator as int32,
        timeSigDenominator: transport.denominator as int32,
        chord: Chord { keyNote: 0, rootNote: 0, chordMask: 0 },
        smpteOffsetSubframes: 0,
        frameRate: FrameRate { framesPerSecond: 0, flags: 0 },
        samplesToNextClock: 0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn context_counts_quarters_and_bars() {
        let context = context(&Transport::playing_at(120_000), 48_000.0);
        assert_eq!(context.projectTimeMusic, 5.0);
        assert_eq!(context.barPositionMusic, 4.0);
        assert_ne!(context.state & kPlaying, 0);
    }
}
