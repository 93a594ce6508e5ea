//! The processor side: arrangements, set-up and the audio call.

use std::sync::atomic::Ordering;

use dyad_core::cycle::Precision;
use dyad_core::guard::{guard, log};
use dyad_core::{Block, Description, Engine, Layout, Mode, Plugin, SampleFormat, Setup, Store};
use vst3::Steinberg::Vst::ProcessModes_::{kOffline, kPrefetch};
use vst3::Steinberg::Vst::SymbolicSampleSizes_::{kSample32, kSample64};
use vst3::Steinberg::Vst::{
    BusDirection, IAudioProcessorTrait, IProcessContextRequirementsTrait, ProcessData, ProcessSetup,
    SpeakerArrangement,
};
use vst3::Steinberg::{
    TBool, int32, kInvalidArgument, kNotImplemented, kNotInitialized, kResultFalse, kResultOk, tresult,
    uint32,
};

use crate::buses::{HostBuses, Lanes};
use crate::changes::Cursors;
use crate::component::Component;
use crate::notices::Notices;
use crate::reports::Reports;
use crate::speakers::{arrangement, choose, list};
use crate::{context, midi_out};

/// The largest block that is promised to a plugin, in frames, whatever the host says.
const LARGEST_BLOCK: usize = 1 << 20;

/// What the audio thread uses.
pub(crate) struct Audio<P: Plugin> {
    pub(crate) engine: Option<Engine<P>>,
    cursors: Cursors<P>,
    inputs: Lanes,
    outputs: Lanes,
    format: SampleFormat,
    reports: Reports,
    /// The engine has not seen the pointers yet.
    fresh: bool,
}

impl<P: Plugin> Audio<P> {
    pub(crate) fn new(layout: &Layout, cursors: Cursors<P>) -> Self {
        Self {
            engine: None,
            cursors,
            inputs: Lanes::new(layout.inputs),
            outputs: Lanes::new(layout.outputs),
            format: SampleFormat::F32,
            reports: Reports::default(),
            fresh: true,
        }
    }

    /// Takes a new engine of a plugin with so many parameters. `[main-thread & !active]`
    pub(crate) fn start(&mut self, mut engine: Engine<P>, setup: &Setup, params: usize) {
        engine.reset();
        self.inputs = Lanes::new(setup.layout.inputs);
        self.outputs = Lanes::new(setup.layout.outputs);
        self.format = setup.format;
        self.reports = Reports::new(setup.sample_rate, params);
        self.engine = Some(engine);
        self.fresh = true;
    }

    /// Gives the engine back, and says what was lost while it ran. `[main-thread & !active]`
    pub(crate) fn finish(&mut self, plugin: &str) -> Option<Engine<P>> {
        let engine = self.engine.take()?;
        engine.log_losses(plugin, &log);
        let queues = self.cursors.take_dropped();
        if queues > 0 {
            log(&format!("{plugin}: the host sent too many parameter queues; {queues} were dropped"));
        }
        Some(engine)
    }

    /// # Safety
    /// As for [`Audio::block`].
    #[inline]
    pub(crate) unsafe fn process(
        &mut self,
        data: &ProcessData,
        description: &'static Description,
        store: &Store,
        notices: &Notices,
    ) -> tresult {
        match (data.symbolicSampleSize, self.format) {
            (size, SampleFormat::F32) if size == kSample32 as int32 => {
                // SAFETY: the caller's contract; the samples are of this type by the host's word.
                unsafe { self.block::<f32>(data, description, store, notices) }
            }
            (size, SampleFormat::F64) if P::DOUBLE && size == kSample64 as int32 => {
                // SAFETY: as above.
                unsafe { self.block::<f64>(data, description, store, notices) }
            }
            // Another size than the set-up's.
            _ => kInvalidArgument,
        }
    }

    /// # Safety
    /// `data` is what a host passes to `process`: its pointers are null or valid for the numbers
    /// beside them, and its samples are such ones.
    #[inline]
    unsafe fn block<S: Precision>(
        &mut self,
        data: &ProcessData,
        description: &'static Description,
        store: &Store,
        notices: &Notices,
    ) -> tresult {
        let Ok(frames) = usize::try_from(data.numSamples) else { return kInvalidArgument };
        let Some(engine) = &mut self.engine else { return kNotInitialized };
        // SAFETY: the caller's contract.
        let (inputs, outputs) = unsafe {
            (HostBuses::new(data.inputs, data.numInputs), HostBuses::new(data.outputs, data.numOutputs))
        };
        let (inputs_moved, silent) = self.inputs.borrow(inputs);
        let (outputs_moved, _) = self.outputs.borrow(outputs);
        let moved = std::mem::take(&mut self.fresh) | inputs_moved | outputs_moved;
        // What stays, should a panic leave the block.
        outputs.clear_silence_flags();
        let mode = match data.processMode {
            mode if mode == kOffline as int32 => Mode::Offline,
            mode if mode == kPrefetch as int32 => Mode::Prefetch,
            _ => Mode::Realtime,
        };
        // SAFETY: null, or the host's transport.
        let transport =
            unsafe { data.processContext.as_ref() }.filter(|_| P::TRANSPORT).map(context::transport);
        let block = Block {
            moved,
            mode,
            silent,
            transport: transport.as_ref(),
            ..Block::<S>::new(frames, self.inputs.inputs(), self.outputs.outputs())
        };
        // SAFETY: the caller's contract.
        unsafe {
            let mut events = self.cursors.begin(data.inputParameterChanges, data.inputEvents, description);
            let silent = engine.run(&block, &mut events);
            let silent = if frames > 0 { silent } else { 0 };
            self.outputs.give_back(outputs, silent, frames * size_of::<S>());
            if P::EVENTS.output {
                midi_out::send(engine.output_events(), data.outputEvents);
            }
            self.reports.report(data.outputParameterChanges, frames, engine.edits(), description, store);
        }
        notices.processed(engine.latency(), engine.tail().frames());
        kResultOk
    }
}

impl IAudioProcessorTrait for Component {
    unsafe fn setBusArrangements(
        &self,
        inputs: *mut SpeakerArrangement,
        num_inputs: int32,
        outputs: *mut SpeakerArrangement,
        num_outputs: int32,
    ) -> tresult {
        self.on_main("setBusArrangements", |main| {
            // SAFETY: null, or as many arrangements as the number says.
            let (Some(ins), Some(outs)) =
                (unsafe { list(inputs, num_inputs) }, unsafe { list(outputs, num_outputs) })
            else {
                return kInvalidArgument;
            };
            let layouts = &self.description.layouts;
            let Some(index) = choose(layouts, ins, outs) else { return kResultFalse };
            let layout = &layouts[index];
            if main.setup.layout == *layout {
                return kResultOk;
            }
            if self.active.load(Ordering::Acquire) {
                // Buses never change under a running plugin.
                return kResultFalse;
            }
            main.setup.layout = *layout;
            // Relaxed: the layouts themselves never change.
            self.layout.store(index, Ordering::Relaxed);
            kResultOk
        })
    }

    unsafe fn getBusArrangement(
        &self,
        direction: BusDirection,
        index: int32,
        answer: *mut SpeakerArrangement,
    ) -> tresult {
        guard("getBusArrangement", kInvalidArgument, || {
            let layout = self.layout();
            let bus = Self::buses(&layout, direction)
                .zip(usize::try_from(index).ok())
                .and_then(|(buses, index)| buses.get(index));
            // SAFETY: null, or a place for the answer.
            let (Some(bus), Some(answer)) = (bus, unsafe { answer.as_mut() }) else {
                return kInvalidArgument;
            };
            *answer = arrangement(bus);
            kResultOk
        })
    }

    unsafe fn canProcessSampleSize(&self, size: int32) -> tresult {
        match size {
            size if size == kSample32 as int32 => kResultOk,
            size if size == kSample64 as int32 => {
                if self.description.double {
                    kResultOk
                } else {
                    kResultFalse
                }
            }
            _ => kInvalidArgument,
        }
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        self.notices.latency()
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        self.on_main("setupProcessing", |main| {
            // SAFETY: null, or the host's set-up.
            let Some(setup) = (unsafe { setup.as_ref() }) else { return kInvalidArgument };
            let rate = setup.sampleRate;
            // Longer blocks than this are cut; authors make buffers of this size.
            let frames = usize::try_from(setup.maxSamplesPerBlock).unwrap_or(0).min(LARGEST_BLOCK);
            if !(rate.is_finite() && rate > 0.0) || frames == 0 {
                return kInvalidArgument;
            }
            let format = match setup.symbolicSampleSize {
                size if size == kSample32 as int32 => SampleFormat::F32,
                size if self.description.double && size == kSample64 as int32 => SampleFormat::F64,
                _ => return kResultFalse,
            };
            let new = Setup { sample_rate: rate, max_frames: frames, format, ..main.setup };
            let old = std::mem::replace(&mut main.setup, new);
            let same = old.sample_rate == rate && old.max_frames == frames && old.format == format;
            // Hosts in the field activate first: then the run so far was with our own guess.
            if !same && self.active.load(Ordering::Acquire) {
                self.start(main);
            }
            kResultOk
        })
    }

    unsafe fn setProcessing(&self, state: TBool) -> tresult {
        guard("setProcessing", kNotImplemented, || {
            if state != 0 && self.active.load(Ordering::Acquire) {
                // SAFETY: active, and VST3 lets nothing else process meanwhile.
                unsafe { self.half.reset() };
            }
            kResultOk
        })
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        guard("process", kResultFalse, || {
            // SAFETY: null, or the host's block.
            let Some(data) = (unsafe { data.as_ref() }) else { return kInvalidArgument };
            // Acquire, paired with the Release in `start`.
            if !self.active.load(Ordering::Acquire) {
                return kNotInitialized;
            }
            // SAFETY: active, so the audio thread, where we are, is the only one at it; a block as VST3 has it.
            unsafe { self.half.process(data, &self.notices) }
        })
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        self.notices.tail()
    }
}

impl IProcessContextRequirementsTrait for Component {
    unsafe fn getProcessContextRequirements(&self) -> uint32 {
        if self.description.transport { context::NEEDED } else { 0 }
    }
}
