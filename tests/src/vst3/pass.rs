//! A block of any buses and samples, with everything that a host can give and take.

use vst3::ComWrapper;
use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::{kSample32, kSample64};
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessorTrait, ProcessContext, ProcessData,
};
use vst3::Steinberg::{kResultOk, tresult};

use super::{Changes, Events, Plugin, Said};

/// A type of samples.
pub trait Sample: Copy + Default + 'static {
    /// What VST3 calls it.
    const SIZE: i32;
}

impl Sample for f32 {
    const SIZE: i32 = kSample32 as i32;
}

impl Sample for f64 {
    const SIZE: i32 = kSample64 as i32;
}

/// A block. Made beforehand: nothing here allocates while it is processed.
pub struct Pass<S = f32> {
    /// The block as the plugin gets it.
    pub data: ProcessData,
    /// Samples of each channel of each input bus.
    pub ins: Vec<Vec<Vec<S>>>,
    /// Samples of each channel of each output bus.
    pub outs: Vec<Vec<Vec<S>>>,
    /// The input buses, then the output buses.
    pub buses: Vec<AudioBusBuffers>,
    /// What the plugin reports.
    pub reports: ComWrapper<Changes>,
    /// What the plugin sends.
    pub sent: ComWrapper<Events>,
    pointers: Vec<Vec<*mut S>>,
    changes: Option<ComWrapper<Changes>>,
    events: Option<ComWrapper<Events>>,
    context: Option<Box<ProcessContext>>,
}

impl<S: Sample> Pass<S> {
    /// A block with buses of so many channels.
    #[must_use]
    pub fn new(frames: usize, ins: &[usize], outs: &[usize]) -> Self {
        let bus = |channels: &usize| vec![vec![S::default(); frames]; *channels];
        let mut ins: Vec<Vec<Vec<S>>> = ins.iter().map(bus).collect();
        let mut outs: Vec<Vec<Vec<S>>> = outs.iter().map(bus).collect();
        let all = ins.iter_mut().chain(&mut outs);
        let mut pointers: Vec<Vec<*mut S>> =
            all.map(|bus| bus.iter_mut().map(Vec::as_mut_ptr).collect()).collect();
        let mut buses: Vec<_> = pointers
            .iter_mut()
            .map(|channels| AudioBusBuffers {
                numChannels: channels.len() as i32,
                silenceFlags: 0,
                __field0: AudioBusBuffers__type0 { channelBuffers32: channels.as_mut_ptr().cast() },
            })
            .collect();
        let (reports, sent) = (Changes::room(), Events::room(1024));
        let data = ProcessData {
            processMode: kRealtime as i32,
            symbolicSampleSize: S::SIZE,
            numSamples: frames as i32,
            numInputs: ins.len() as i32,
            numOutputs: outs.len() as i32,
            inputs: buses.as_mut_ptr(),
            // SAFETY: within the array, or just behind it.
            outputs: unsafe { buses.as_mut_ptr().add(ins.len()) },
            inputParameterChanges: std::ptr::null_mut(),
            outputParameterChanges: Changes::pointer(&reports),
            inputEvents: std::ptr::null_mut(),
            outputEvents: Events::pointer(&sent),
            processContext: std::ptr::null_mut(),
        };
        let (changes, events, context) = (None, None, None);
        Self { data, ins, outs, buses, reports, sent, pointers, changes, events, context }
    }

    /// The same with parameter changes.
    #[must_use]
    pub fn with(mut self, changes: &[(u32, &[(i32, f64)])]) -> Self {
        let changes = Changes::new(changes);
        self.data.inputParameterChanges = Changes::pointer(&changes);
        self.changes = Some(changes);
        self
    }

    /// The same with events.
    #[must_use]
    pub fn hearing(mut self, events: &[(i32, Said)]) -> Self {
        let events = Events::new(events);
        self.data.inputEvents = Events::pointer(&events);
        self.events = Some(events);
        self
    }

    /// The same with a transport.
    #[must_use]
    pub fn at(mut self, context: ProcessContext) -> Self {
        let mut context = Box::new(context);
        self.data.processContext = &mut *context;
        self.context = Some(context);
        self
    }

    /// The same with a sound in all input channels.
    #[must_use]
    pub fn of(mut self, sample: S) -> Self {
        self.ins.iter_mut().flatten().for_each(|channel| channel.fill(sample));
        self
    }

    /// `process`, with room for all that the plugin has to say.
    pub fn run(&mut self, plugin: &Plugin) -> tresult {
        self.reports.clear();
        self.sent.clear();
        // SAFETY: a block as VST3 has it, or what the test makes of it.
        unsafe { plugin.processor.process(&mut self.data) }
    }

    /// The same, which must go well; gives what the plugin has sent.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn sent_by(&mut self, plugin: &Plugin) -> Vec<(i32, Said)> {
        assert_eq!(self.run(plugin), kResultOk);
        self.sent.all()
    }

    /// An output bus.
    #[must_use]
    pub fn out_bus(&mut self, n: usize) -> &mut AudioBusBuffers {
        let ins = self.ins.len();
        &mut self.buses[ins + n]
    }

    /// Takes a channel's buffer away.
    pub fn disconnect(&mut self, bus: usize, channel: usize) {
        self.pointers[bus][channel] = std::ptr::null_mut();
    }
}
