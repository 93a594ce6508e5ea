//! The processor side: arrangements, set-up and the audio call.

use std::sync::atomic::Ordering;

use dyad_core::guard::guard;
use dyad_core::param::Role;
use dyad_core::{Block, Bus, Description, Engine, Layout, Plugin, Setup, Store};
use vst3::ComRef;
use vst3::Steinberg::Vst::ProcessModes_::kOffline;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::{kSample32, kSample64};
use vst3::Steinberg::Vst::{
    AudioBusBuffers, BusDirection, IAudioProcessorTrait, IParamValueQueueTrait, IParameterChanges,
    IParameterChangesTrait, IProcessContextRequirementsTrait, ProcessData, ProcessSetup,
    SpeakerArr::{kEmpty, kMono, kStereo},
    SpeakerArrangement,
};
use vst3::Steinberg::{
    TBool, int32, kInvalidArgument, kNotImplemented, kNotInitialized, kResultFalse, kResultOk, tresult,
    uint32,
};

use crate::changes::Cursors;
use crate::component::Component;

/// Meters are reported to the host this often, per second.
const METER_RATE: f64 = 60.0;

/// What the audio thread uses.
pub(crate) struct Audio<P: Plugin> {
    pub(crate) engine: Option<Engine<P>>,
    cursors: Cursors,
    inputs: Box<[*const f32]>,
    outputs: Box<[*mut f32]>,
    layout: Layout,
    meters: Meters,
}

impl<P: Plugin> Audio<P> {
    pub(crate) fn new(layout: &Layout, cursors: Cursors) -> Self {
        Self {
            engine: None,
            cursors,
            inputs: Box::default(),
            outputs: Box::default(),
            layout: *layout,
            meters: Meters::default(),
        }
    }

    /// Takes a new engine. `[main-thread & !active]`
    pub(crate) fn start(&mut self, mut engine: Engine<P>, setup: &Setup) {
        engine.reset();
        self.layout = setup.layout;
        self.inputs = vec![std::ptr::null(); setup.layout.input_channels()].into();
        self.outputs = vec![std::ptr::null_mut(); setup.layout.output_channels()].into();
        self.meters = Meters { period: (setup.sample_rate / METER_RATE) as i64, left: 0 };
        self.engine = Some(engine);
    }

    /// # Safety
    /// `data` is what a host passes to `process`: its pointers are null or valid for the numbers
    /// beside them.
    unsafe fn process(&mut self, data: &ProcessData, description: &Description, store: &Store) -> tresult {
        let Ok(frames) = usize::try_from(data.numSamples) else { return kInvalidArgument };
        if data.symbolicSampleSize != kSample32 as int32 {
            return kInvalidArgument;
        }
        let Some(engine) = &mut self.engine else { return kNotInitialized };
        // SAFETY: the caller's contract.
        unsafe {
            let inputs = buses(data.inputs, data.numInputs);
            let outputs = buses(data.outputs, data.numOutputs);
            let lanes = self.inputs.iter_mut();
            borrow(inputs, self.layout.inputs, lanes.map(|lane| move |p: *mut f32| *lane = p.cast_const()));
            let lanes = self.outputs.iter_mut();
            borrow(outputs, self.layout.outputs, lanes.map(|lane| move |p: *mut f32| *lane = p));
            silence_extra(outputs, self.layout.outputs, frames);
        }
        let offline = data.processMode == kOffline as int32;
        let block = Block { frames, inputs: &self.inputs, outputs: &self.outputs, offline };
        // SAFETY: the caller's contract.
        unsafe {
            let mut events =
                self.cursors.begin(data.inputParameterChanges, data.inputEvents, description);
            engine.run(&block, &mut events);
            self.meters.report(data.outputParameterChanges, frames, description, store);
        }
        kResultOk
    }
}

/// The host's buses as a slice.
///
/// # Safety
/// `buses` is null or points to `count` buses.
unsafe fn buses<'a>(buses: *mut AudioBusBuffers, count: int32) -> &'a mut [AudioBusBuffers] {
    match usize::try_from(count) {
        // SAFETY: the caller's contract.
        Ok(count) if count > 0 && !buses.is_null() => unsafe {
            std::slice::from_raw_parts_mut(buses, count)
        },
        _ => &mut [],
    }
}

/// Hands each channel of the layout its pointer, null where the host has none.
///
/// # Safety
/// Each bus's channel array is null or holds as many pointers as the bus says.
unsafe fn borrow<F: FnOnce(*mut f32)>(
    given: &mut [AudioBusBuffers],
    wanted: &[Bus],
    mut lanes: impl Iterator<Item = F>,
) {
    for (n, bus) in wanted.iter().enumerate() {
        // SAFETY: the union's 32-bit side; the caller has refused 64-bit samples.
        let (array, count) = given.get(n).map_or((std::ptr::null_mut(), 0), |bus| unsafe {
            (bus.__field0.channelBuffers32, usize::try_from(bus.numChannels).unwrap_or(0))
        });
        for channel in 0..bus.channels {
            let Some(lane) = lanes.next() else { return };
            let there = !array.is_null() && channel < count;
            // SAFETY: within the array.
            lane(if there { unsafe { *array.add(channel) } } else { std::ptr::null_mut() });
        }
        if let Some(bus) = given.get_mut(n) {
            bus.silenceFlags = 0;
        }
    }
}

/// Fills output channels that the plugin does not have, which would keep old sound.
///
/// # Safety
/// As for `borrow`; non-null channels are valid for `frames`.
unsafe fn silence_extra(given: &mut [AudioBusBuffers], wanted: &[Bus], frames: usize) {
    for (n, bus) in given.iter_mut().enumerate() {
        let has = wanted.get(n).map_or(0, |bus| bus.channels);
        // SAFETY: the union's 32-bit side.
        let array = unsafe { bus.__field0.channelBuffers32 };
        if array.is_null() {
            continue;
        }
        for channel in has..usize::try_from(bus.numChannels).unwrap_or(0) {
            // SAFETY: within the array.
            let pointer = unsafe { *array.add(channel) };
            if !pointer.is_null() {
                // SAFETY: valid for `frames`; bytes, because it may be unaligned.
                unsafe { std::ptr::write_bytes(pointer.cast::<u8>(), 0, frames * size_of::<f32>()) };
            }
        }
    }
}

/// When meters go to the host.
#[derive(Debug, Default)]
struct Meters {
    /// Frames between two reports.
    period: i64,
    left: i64,
}

impl Meters {
    /// # Safety
    /// `changes` is null or valid.
    unsafe fn report(
        &mut self,
        changes: *mut IParameterChanges,
        frames: usize,
        description: &Description,
        store: &Store,
    ) {
        self.left -= frames as i64;
        if self.left > 0 {
            return;
        }
        self.left = self.period;
        // SAFETY: the caller's contract.
        let Some(changes) = (unsafe { ComRef::from_raw(changes) }) else { return };
        let meters = description.params.iter().enumerate().filter(|(_, p)| p.info.role == Role::Meter);
        for (index, param) in meters {
            let value = param.info.range.normalize(store.get(index));
            let mut place = 0;
            // SAFETY: valid; what it gives is null or valid.
            unsafe {
                let queue = changes.addParameterData(&param.vst3_id, &mut place);
                if let Some(queue) = ComRef::from_raw(queue) {
                    queue.addPoint(0, value, &mut place);
                }
            }
        }
    }
}

/// The channel count of a speaker arrangement: one bit for each speaker.
fn channels(arrangement: SpeakerArrangement) -> usize {
    arrangement.count_ones() as usize
}

/// The speaker arrangement of a bus. Mono is the mono speaker, not the left one.
fn arrangement(bus: &Bus) -> SpeakerArrangement {
    match bus.channels {
        0 => kEmpty,
        1 => kMono,
        2 => kStereo,
        // Without a role for each channel: as many speakers, from the first on.
        count => u64::MAX >> (64 - count.min(64)),
    }
}

impl<P: Plugin> IAudioProcessorTrait for Component<P> {
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
            let fits = |given: &[SpeakerArrangement], wanted: &[Bus]| {
                given.len() == wanted.len()
                    && given.iter().zip(wanted).all(|(a, bus)| channels(*a) == bus.channels)
            };
            let mut layouts = self.description.layouts.iter();
            let Some(layout) = layouts.find(|l| fits(ins, l.inputs) && fits(outs, l.outputs)) else {
                return kResultFalse;
            };
            if main.setup.layout == *layout {
                return kResultOk;
            }
            if self.active.load(Ordering::Acquire) {
                // Buses never change under a running plugin.
                return kResultFalse;
            }
            main.setup.layout = *layout;
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
            size if size == kSample64 as int32 => kResultFalse,
            _ => kInvalidArgument,
        }
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        self.latency.load(Ordering::Relaxed)
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        self.on_main("setupProcessing", |main| {
            // SAFETY: null, or the host's set-up.
            let Some(setup) = (unsafe { setup.as_ref() }) else { return kInvalidArgument };
            let rate = setup.sampleRate;
            let frames = usize::try_from(setup.maxSamplesPerBlock).unwrap_or(0);
            if !(rate.is_finite() && rate > 0.0) || frames == 0 {
                return kInvalidArgument;
            }
            if setup.symbolicSampleSize != kSample32 as int32 {
                return kResultFalse;
            }
            let same = main.setup.sample_rate == rate && main.setup.max_frames == frames;
            main.setup.sample_rate = rate;
            main.setup.max_frames = frames;
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
                if let Some(engine) = unsafe { &mut (*self.audio.get()).engine } {
                    engine.reset();
                }
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
            // SAFETY: active, so the audio thread, where we are, is the only one at it.
            let audio = unsafe { &mut *self.audio.get() };
            // SAFETY: a block as VST3 has it.
            unsafe { audio.process(data, self.description, &self.store) }
        })
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        self.tail.load(Ordering::Relaxed)
    }
}

/// A host's array; `None` for a negative number, or null where the number is above 0.
///
/// # Safety
/// `array` is null or holds `count` arrangements.
unsafe fn list<'a>(array: *mut SpeakerArrangement, count: int32) -> Option<&'a [SpeakerArrangement]> {
    match usize::try_from(count) {
        Ok(0) => Some(&[]),
        // SAFETY: the caller's contract.
        Ok(count) if !array.is_null() => Some(unsafe { std::slice::from_raw_parts(array, count) }),
        _ => None,
    }
}

impl<P: Plugin> IProcessContextRequirementsTrait for Component<P> {
    unsafe fn getProcessContextRequirements(&self) -> uint32 {
        0
    }
}
