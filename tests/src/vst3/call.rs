//! One call of `process`.

use vst3::ComWrapper;
use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{AudioBusBuffers, AudioBusBuffers__type0, ProcessData};

use super::Changes;
use crate::memory::Samples;

/// What a host passes to `process`. Made beforehand: nothing here allocates while it is passed.
pub struct Call {
    /// The block as the plugin gets it, to be made as wrong as a test likes.
    pub data: ProcessData,
    buses: Box<[AudioBusBuffers]>,
    _channels: Box<[*mut f32]>,
    _input: Option<ComWrapper<Changes>>,
}

impl Call {
    /// A block with one input bus and one output bus of these channels.
    #[must_use]
    pub fn new(frames: usize, ins: &[*mut f32], outs: &[*mut f32]) -> Self {
        let mut channels: Box<[_]> = ins.iter().chain(outs).copied().collect();
        let (base, split) = (channels.as_mut_ptr(), ins.len());
        // SAFETY: within the array, or just behind it where there are no outputs.
        let starts = unsafe { [base, base.add(split)] };
        let counts = [ins.len(), outs.len()];
        let mut buses: Box<[_]> = starts
            .into_iter()
            .zip(counts)
            .map(|(channels, count)| AudioBusBuffers {
                numChannels: count as i32,
                silenceFlags: 0,
                __field0: AudioBusBuffers__type0 { channelBuffers32: channels },
            })
            .collect();
        let first = buses.as_mut_ptr();
        let data = ProcessData {
            processMode: kRealtime as i32,
            symbolicSampleSize: kSample32 as i32,
            numSamples: frames as i32,
            numInputs: 1,
            numOutputs: 1,
            inputs: first,
            // SAFETY: there are two.
            outputs: unsafe { first.add(1) },
            inputParameterChanges: std::ptr::null_mut(),
            outputParameterChanges: std::ptr::null_mut(),
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: std::ptr::null_mut(),
        };
        Self { data, buses, _channels: channels, _input: None }
    }

    /// A block over these buffers.
    #[must_use]
    pub fn over(frames: usize, ins: &[Samples], outs: &[Samples]) -> Self {
        let pointers = |all: &[Samples]| all.iter().map(Samples::ptr).collect::<Vec<_>>();
        Self::new(frames, &pointers(ins), &pointers(outs))
    }

    /// A block without audio: no buses at all.
    #[must_use]
    pub fn flush() -> Self {
        let mut call = Self::new(0, &[], &[]);
        call.data.numInputs = 0;
        call.data.numOutputs = 0;
        call.data.inputs = std::ptr::null_mut();
        call.data.outputs = std::ptr::null_mut();
        call
    }

    /// The same block with parameter changes.
    #[must_use]
    pub fn with(mut self, changes: &[(u32, &[(i32, f64)])]) -> Self {
        let changes = Changes::new(changes);
        self.data.inputParameterChanges = Changes::pointer(&changes);
        self._input = Some(changes);
        self
    }

    /// The same block with room for the plugin's reports.
    #[must_use]
    pub fn reporting(mut self, room: &ComWrapper<Changes>) -> Self {
        self.data.outputParameterChanges = Changes::pointer(room);
        self
    }

    /// The input bus and the output bus.
    pub fn buses(&mut self) -> &mut [AudioBusBuffers] {
        &mut self.buses
    }
}
