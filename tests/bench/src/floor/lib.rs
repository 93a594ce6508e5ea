//! The least that a stereo gain in VST3 can do, written by hand: what the bench compares with.
//!
//! Class 1 multiplies. Class 2 does what Dyad Gain does: decibels, a line of 20 ms to a new gain, and
//! a peak and an RMS meter, in one pass over the samples. Both cut the block at every point of the
//! gain's queue, and check nothing.
#![allow(unsafe_code)]
// The contract of every function here is VST3's.
#![allow(clippy::undocumented_unsafe_blocks)]

mod sound;

use std::cell::UnsafeCell;
use std::ffi::c_void;

use sound::{LENGTH, Levels, State};
use vst3::Steinberg::Vst::{
    BusDirection, BusInfo, IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait,
    IParamValueQueueTrait, IParameterChangesTrait, IoMode, MediaType, ProcessData, ProcessSetup,
    RoutingInfo, SpeakerArrangement,
};
use vst3::Steinberg::{
    FIDString, FUnknown, IBStream, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, PClassInfo,
    PFactoryInfo, TBool, TUID, kInvalidArgument, kNotImplemented, kResultOk, tresult,
};
use vst3::{Class, ComRef, ComWrapper, uid};

/// Known when it is compiled, as ids are to those who write a plugin by hand.
const GAIN: u32 = dyad_core::identity::vst3_param_id("gain");

struct Floor<const SAME: bool>(UnsafeCell<State>);

unsafe impl<const SAME: bool> Sync for Floor<SAME> {}

impl<const SAME: bool> Floor<SAME> {
    /// The frames `from..to` of a block.
    #[inline(always)]
    unsafe fn render(state: &mut State, data: &ProcessData, from: usize, to: usize, levels: &mut Levels) {
        let frames = to - from;
        let (ins, outs) = unsafe {
            ((*data.inputs).__field0.channelBuffers32, (*data.outputs).__field0.channelBuffers32)
        };
        let ins = unsafe { [(*ins).add(from).cast_const(), (*ins.add(1)).add(from).cast_const()] };
        let outs = unsafe { [(*outs).add(from), (*outs.add(1)).add(from)] };
        if !SAME {
            for channel in 0..2 {
                for i in 0..frames {
                    unsafe { *outs[channel].add(i) = *ins[channel].add(i) * state.target };
                }
            }
            return;
        }
        let left = (LENGTH - state.position) as usize;
        let mut done = 0;
        if frames >= 16 && (left == 0 || left >= frames) {
            done = frames / 16 * 16;
            for channel in 0..2 {
                if left == 0 {
                    unsafe { state.piece::<false>(ins[channel], outs[channel], done, levels) };
                } else {
                    unsafe { state.piece::<true>(ins[channel], outs[channel], done, levels) };
                }
            }
        }
        unsafe { state.few(ins, outs, done, frames, levels) };
        state.position = (state.position + frames as i32).min(LENGTH);
    }
}

impl<const SAME: bool> Class for Floor<SAME> {
    type Interfaces = (IComponent, IAudioProcessor);
}

impl<const SAME: bool> IAudioProcessorTrait for Floor<SAME> {
    unsafe fn setBusArrangements(
        &self,
        _: *mut SpeakerArrangement,
        _: i32,
        _: *mut SpeakerArrangement,
        _: i32,
    ) -> tresult {
        kResultOk
    }
    unsafe fn getBusArrangement(&self, _: BusDirection, _: i32, _: *mut SpeakerArrangement) -> tresult {
        kNotImplemented
    }
    unsafe fn canProcessSampleSize(&self, _: i32) -> tresult {
        kResultOk
    }
    unsafe fn getLatencySamples(&self) -> u32 {
        0
    }
    unsafe fn setupProcessing(&self, _: *mut ProcessSetup) -> tresult {
        kResultOk
    }
    unsafe fn setProcessing(&self, _: TBool) -> tresult {
        kResultOk
    }
    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        let (data, state) = unsafe { (&*data, &mut *self.0.get()) };
        let frames = data.numSamples as usize;
        let mut levels = Levels::default();
        let mut done = 0;
        if let Some(changes) = unsafe { ComRef::from_raw(data.inputParameterChanges) } {
            for n in 0..unsafe { changes.getParameterCount() } {
                let Some(queue) = (unsafe { ComRef::from_raw(changes.getParameterData(n)) }) else {
                    continue;
                };
                if unsafe { queue.getParameterId() } != GAIN {
                    continue;
                }
                for point in 0..unsafe { queue.getPointCount() } {
                    let (mut offset, mut value) = (0, 0.0);
                    unsafe { queue.getPoint(point, &mut offset, &mut value) };
                    if offset as usize > done {
                        unsafe { Self::render(state, data, done, offset as usize, &mut levels) };
                        done = offset as usize;
                    }
                    state.set::<SAME>(value);
                }
            }
        }
        unsafe { Self::render(state, data, done, frames, &mut levels) };
        if SAME {
            state.finish(&levels, frames);
        }
        kResultOk
    }
    unsafe fn getTailSamples(&self) -> u32 {
        0
    }
}

impl<const SAME: bool> IPluginBaseTrait for Floor<SAME> {
    unsafe fn initialize(&self, _: *mut FUnknown) -> tresult {
        kResultOk
    }
    unsafe fn terminate(&self) -> tresult {
        kResultOk
    }
}

impl<const SAME: bool> IComponentTrait for Floor<SAME> {
    unsafe fn getControllerClassId(&self, _: *mut TUID) -> tresult {
        kNotImplemented
    }
    unsafe fn setIoMode(&self, _: IoMode) -> tresult {
        kNotImplemented
    }
    unsafe fn getBusCount(&self, _: MediaType, _: BusDirection) -> i32 {
        1
    }
    unsafe fn getBusInfo(&self, _: MediaType, _: BusDirection, _: i32, _: *mut BusInfo) -> tresult {
        kNotImplemented
    }
    unsafe fn getRoutingInfo(&self, _: *mut RoutingInfo, _: *mut RoutingInfo) -> tresult {
        kNotImplemented
    }
    unsafe fn activateBus(&self, _: MediaType, _: BusDirection, _: i32, _: TBool) -> tresult {
        kResultOk
    }
    unsafe fn setActive(&self, _: TBool) -> tresult {
        kResultOk
    }
    unsafe fn setState(&self, _: *mut IBStream) -> tresult {
        kNotImplemented
    }
    unsafe fn getState(&self, _: *mut IBStream) -> tresult {
        kNotImplemented
    }
}

struct Factory;

impl Class for Factory {
    type Interfaces = (IPluginFactory,);
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, _: *mut PFactoryInfo) -> tresult {
        kNotImplemented
    }
    unsafe fn countClasses(&self) -> i32 {
        2
    }
    unsafe fn getClassInfo(&self, _: i32, _: *mut PClassInfo) -> tresult {
        kNotImplemented
    }
    unsafe fn createInstance(
        &self,
        class: FIDString,
        interface: FIDString,
        answer: *mut *mut c_void,
    ) -> tresult {
        let state =
            || UnsafeCell::new(State { start: 1.0, target: 1.0, position: LENGTH, ..State::default() });
        let class = unsafe { *class.cast::<TUID>() };
        let object = if class == uid(0, 0, 0, 1) {
            ComWrapper::new(Floor::<false>(state())).to_com_ptr::<FUnknown>()
        } else if class == uid(0, 0, 0, 2) {
            ComWrapper::new(Floor::<true>(state())).to_com_ptr::<FUnknown>()
        } else {
            None
        };
        let Some(object) = object else { return kInvalidArgument };
        let object = object.as_ptr();
        unsafe { ((*(*object).vtbl).queryInterface)(object, interface.cast(), answer) }
    }
}

/// The entry point that the bench calls.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut IPluginFactory {
    ComWrapper::new(Factory).to_com_ptr::<IPluginFactory>().map_or(std::ptr::null_mut(), |f| f.into_raw())
}
