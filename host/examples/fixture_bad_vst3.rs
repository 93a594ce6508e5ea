//! Deliberately bad VST3 plugins for the tests of `dyad-host check`, one class with one defect each, by its
//! name. All are component and controller in one object with the parameters gain and mode.
#![allow(unsafe_code, non_snake_case)]

use std::cell::Cell;
use std::ffi::{c_char, c_void};

use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComRef, ComWrapper, uid};

/// What is wrong, if anything; the names of the classes.
const DEFECTS: [&str; 16] = [
    "good",
    "duplicate-id",
    "default-outside",
    "conversion",
    "forgets",
    "refuses-state",
    "latency",
    "allocates",
    "in-place",
    "arrangement",
    "unit",
    "refuses-flush",
    "crashes-on-garbage",
    "forgets-hidden",
    "forgets-mapped",
    "midi-controller",
];

const GAIN: ParamID = 1;
const MODE: ParamID = 2;

fn class_id(index: usize) -> TUID {
    uid(0xD7AD_0BAD, 0x1111_2222, 0x3333_4444, index as u32)
}

fn wide(text: &str, field: &mut [TChar]) {
    field.fill(0);
    let room = field.len() - 1;
    for (slot, unit) in field[..room].iter_mut().zip(text.encode_utf16()) {
        *slot = unit;
    }
}

fn narrow(text: &str, field: &mut [c_char]) {
    field.fill(0);
    for (slot, byte) in field.iter_mut().zip(text.bytes()) {
        *slot = byte as c_char;
    }
}

struct Bad {
    defect: &'static str,
    /// Gain and mode, normalized.
    values: [Cell<f64>; 2],
    channels: Cell<i32>,
}

impl Class for Bad {
    type Interfaces = (IComponent, IAudioProcessor, IEditController, IMidiMapping);
}

impl Bad {
    fn new(defect: &'static str) -> Self {
        Self { defect, values: [Cell::new(1.0), Cell::new(0.0)], channels: Cell::new(2) }
    }

    fn is(&self, defect: &str) -> bool {
        self.defect == defect
    }

    /// Its mode is not in its state.
    fn forgets(&self) -> bool {
        ["forgets", "forgets-hidden", "forgets-mapped", "midi-controller"].contains(&self.defect)
    }

    /// It has an input for events, and a controller that moves the mode.
    fn is_mapped(&self) -> bool {
        self.is("forgets-mapped") || self.is("midi-controller")
    }

    fn value(&self, id: ParamID) -> Option<&Cell<f64>> {
        match id {
            GAIN => Some(&self.values[0]),
            MODE => Some(&self.values[1]),
            _ => None,
        }
    }
}

impl IPluginBaseTrait for Bad {
    unsafe fn initialize(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }

    unsafe fn terminate(&self) -> tresult {
        kResultOk
    }
}

impl IComponentTrait for Bad {
    unsafe fn getControllerClassId(&self, _class: *mut TUID) -> tresult {
        kNotImplemented
    }

    unsafe fn setIoMode(&self, _mode: IoMode) -> tresult {
        kNotImplemented
    }

    unsafe fn getBusCount(&self, media: MediaType, direction: BusDirection) -> int32 {
        let events = self.is_mapped() && direction == BusDirections_::kInput as BusDirection;
        i32::from(media == MediaTypes_::kAudio as MediaType || events)
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        info: *mut BusInfo,
    ) -> tresult {
        // SAFETY: no pointers.
        if index != 0 || unsafe { self.getBusCount(media, direction) } == 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        (info.mediaType, info.direction) = (media, direction);
        let audio = media == MediaTypes_::kAudio as MediaType;
        info.channelCount = if audio { self.channels.get() } else { 16 };
        info.busType = BusTypes_::kMain as BusType;
        info.flags = BusInfo_::BusFlags_::kDefaultActive as uint32;
        wide("Audio", &mut info.name);
        kResultOk
    }

    unsafe fn getRoutingInfo(&self, _in: *mut RoutingInfo, _out: *mut RoutingInfo) -> tresult {
        kNotImplemented
    }

    unsafe fn activateBus(&self, _: MediaType, _: BusDirection, _: int32, _: TBool) -> tresult {
        kResultOk
    }

    unsafe fn setActive(&self, _state: TBool) -> tresult {
        kResultOk
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        if self.is("refuses-state") {
            return kResultFalse;
        }
        let (mut bytes, mut read) = ([0_u8; 16], 0);
        // SAFETY: the host passes a stream or null; the buffer is as long as said.
        unsafe {
            let Some(stream) = ComRef::from_raw(state) else { return kInvalidArgument };
            stream.read(bytes.as_mut_ptr().cast(), 16, &mut read);
        }
        let number = |at: usize| f64::from_le_bytes(bytes[at..at + 8].try_into().unwrap_or_default());
        let values = [number(0), number(8)];
        if read != 16 || values.iter().any(|value| !(0.0..=1.0).contains(value)) {
            if self.is("crashes-on-garbage") {
                std::process::abort();
            }
            return kResultFalse;
        }
        self.values[0].set(values[0]);
        if !self.forgets() {
            self.values[1].set(values[1]);
        }
        kResultOk
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        let [gain, mode] = self.values.each_ref().map(Cell::get);
        let mode = if self.is("midi-controller") { 0.0 } else { mode };
        let mut bytes = [gain, mode].map(f64::to_le_bytes).concat();
        // SAFETY: the host passes a stream or null; the buffer is as long as said.
        unsafe {
            let Some(stream) = ComRef::from_raw(state) else { return kInvalidArgument };
            stream.write(bytes.as_mut_ptr().cast(), bytes.len() as int32, std::ptr::null_mut())
        }
    }
}

impl IAudioProcessorTrait for Bad {
    unsafe fn setBusArrangements(
        &self,
        inputs: *mut SpeakerArrangement,
        num_inputs: int32,
        outputs: *mut SpeakerArrangement,
        num_outputs: int32,
    ) -> tresult {
        if num_inputs != 1 || num_outputs != 1 {
            return kResultFalse;
        }
        // SAFETY: the host passes one arrangement each.
        let (input, output) = unsafe { (*inputs, *outputs) };
        if self.is("arrangement") {
            return kResultTrue;
        }
        if input != output || !(1..=2).contains(&input.count_ones()) {
            return kResultFalse;
        }
        self.channels.set(input.count_ones() as i32);
        kResultTrue
    }

    unsafe fn getBusArrangement(
        &self,
        _direction: BusDirection,
        index: int32,
        arrangement: *mut SpeakerArrangement,
    ) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        let mono = self.channels.get() == 1;
        // SAFETY: the host passes a variable.
        unsafe { *arrangement = if mono { SpeakerArr::kMono } else { SpeakerArr::kStereo } };
        kResultOk
    }

    unsafe fn canProcessSampleSize(&self, size: int32) -> tresult {
        if size == SymbolicSampleSizes_::kSample32 as int32 { kResultTrue } else { kResultFalse }
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        if self.is("latency") { 64 } else { 0 }
    }

    unsafe fn setupProcessing(&self, _setup: *mut ProcessSetup) -> tresult {
        kResultOk
    }

    unsafe fn setProcessing(&self, _state: TBool) -> tresult {
        kResultOk
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        // SAFETY: the host keeps to the interface: everything in `data` is valid for its counts.
        unsafe {
            let data = &mut *data;
            if let Some(changes) = ComRef::from_raw(data.inputParameterChanges) {
                for at in 0..changes.getParameterCount() {
                    let Some(queue) = ComRef::from_raw(changes.getParameterData(at)) else { continue };
                    let (mut offset, mut value) = (0, 0.0);
                    if queue.getPointCount() > 0
                        && queue.getPoint(queue.getPointCount() - 1, &mut offset, &mut value) == kResultOk
                        && let Some(cell) = self.value(queue.getParameterId())
                    {
                        cell.set(value);
                    }
                }
            }
            if data.numSamples == 0 {
                return if self.is("refuses-flush") { kInternalError } else { kResultOk };
            }
            if self.is("allocates") {
                drop(std::hint::black_box(vec![0_u8; 1000]));
            }
            let (input, output) = (&*data.inputs, &*data.outputs);
            for channel in 0..input.numChannels.min(output.numChannels) as usize {
                let from = *input.__field0.channelBuffers32.add(channel);
                let to = *output.__field0.channelBuffers32.add(channel);
                for frame in 0..data.numSamples as usize {
                    if self.is("in-place") {
                        *to.add(frame) = 0.0;
                    }
                    *to.add(frame) = *from.add(frame) * self.values[0].get() as f32;
                }
            }
        }
        kResultOk
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        kNoTail
    }
}

impl IEditControllerTrait for Bad {
    unsafe fn setComponentState(&self, _state: *mut IBStream) -> tresult {
        kResultOk
    }

    unsafe fn setState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn getState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn getParameterCount(&self) -> int32 {
        2
    }

    unsafe fn getParameterInfo(&self, at: int32, info: *mut ParameterInfo) -> tresult {
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        let (id, title) = match at {
            0 => (GAIN, "Gain"),
            1 if self.is("duplicate-id") => (GAIN, "Mode"),
            1 => (MODE, "Mode"),
            _ => return kInvalidArgument,
        };
        info.id = id;
        wide(title, &mut info.title);
        wide(title, &mut info.shortTitle);
        wide("", &mut info.units);
        info.stepCount = 0;
        info.defaultNormalizedValue = match at {
            0 => 1.0,
            _ if self.is("default-outside") => 5.0,
            _ => 0.0,
        };
        info.unitId = if self.is("unit") { 77 } else { kRootUnitId };
        let hidden = at == 1 && (self.is("forgets-hidden") || self.is("midi-controller"));
        info.flags = if hidden {
            ParameterInfo_::ParameterFlags_::kIsHidden
        } else {
            ParameterInfo_::ParameterFlags_::kCanAutomate
        };
        kResultOk
    }

    unsafe fn getParamStringByValue(
        &self,
        _id: ParamID,
        value: ParamValue,
        text: *mut String128,
    ) -> tresult {
        // SAFETY: the host passes a field.
        wide(&format!("{value:.3}"), unsafe { &mut *text });
        kResultOk
    }

    unsafe fn getParamValueByString(
        &self,
        _id: ParamID,
        text: *mut TChar,
        value: *mut ParamValue,
    ) -> tresult {
        // SAFETY: the host passes a terminated text and a variable.
        unsafe {
            let len = (0..128).take_while(|at| *text.add(*at) != 0).count();
            let words = String::from_utf16_lossy(std::slice::from_raw_parts(text, len));
            match words.parse() {
                Ok(number) => *value = number,
                Err(_) => return kResultFalse,
            }
        }
        kResultOk
    }

    unsafe fn normalizedParamToPlain(&self, _id: ParamID, value: ParamValue) -> ParamValue {
        value * 10.0
    }

    unsafe fn plainParamToNormalized(&self, _id: ParamID, value: ParamValue) -> ParamValue {
        if self.is("conversion") { value / 7.0 } else { value / 10.0 }
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        self.value(id).map_or(0.0, Cell::get)
    }

    unsafe fn setParamNormalized(&self, id: ParamID, value: ParamValue) -> tresult {
        let Some(cell) = self.value(id) else { return kInvalidArgument };
        cell.set(value);
        kResultOk
    }

    unsafe fn setComponentHandler(&self, _handler: *mut IComponentHandler) -> tresult {
        kResultOk
    }

    unsafe fn createView(&self, _name: FIDString) -> *mut IPlugView {
        std::ptr::null_mut()
    }
}

impl IMidiMappingTrait for Bad {
    unsafe fn getMidiControllerAssignment(
        &self,
        bus: int32,
        _channel: int16,
        number: CtrlNumber,
        id: *mut ParamID,
    ) -> tresult {
        if !self.is_mapped() || bus != 0 || number != 1 {
            return kResultFalse;
        }
        // SAFETY: the host passes a variable.
        unsafe { *id = MODE };
        kResultOk
    }
}

struct Factory;

impl Class for Factory {
    type Interfaces = (IPluginFactory2,);
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host passes a variable.
        narrow("Fixture maker", unsafe { &mut (*info).vendor });
        kResultOk
    }

    unsafe fn countClasses(&self) -> int32 {
        DEFECTS.len() as int32
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        let Some(name) = usize::try_from(index).ok().and_then(|index| DEFECTS.get(index)) else {
            return kInvalidArgument;
        };
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        info.cid = class_id(index as usize);
        info.cardinality = PClassInfo_::ClassCardinality_::kManyInstances as int32;
        narrow("Audio Module Class", &mut info.category);
        narrow(name, &mut info.name);
        kResultOk
    }

    unsafe fn createInstance(
        &self,
        class: FIDString,
        interface: FIDString,
        object: *mut *mut c_void,
    ) -> tresult {
        // SAFETY: the host passes two ids and a variable.
        unsafe {
            let wanted = *class.cast::<TUID>();
            let Some(at) = (0..DEFECTS.len()).find(|at| class_id(*at) == wanted) else {
                return kInvalidArgument;
            };
            let made = ComWrapper::new(Bad::new(DEFECTS[at])).to_com_ptr::<IComponent>();
            let Some(made) = made else { return kInvalidArgument };
            let pointer = made.as_ptr().cast::<FUnknown>();
            ((*(*pointer).vtbl).queryInterface)(pointer, interface.cast(), object)
        }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        let Some(name) = usize::try_from(index).ok().and_then(|index| DEFECTS.get(index)) else {
            return kInvalidArgument;
        };
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        info.cid = class_id(index as usize);
        narrow("Audio Module Class", &mut info.category);
        narrow(name, &mut info.name);
        narrow("Fx", &mut info.subCategories);
        narrow("Fixture maker", &mut info.vendor);
        narrow("1.0.0", &mut info.version);
        kResultOk
    }
}

/// Gives out the factory.
// SAFETY: the name is VST3's, and no other symbol of the module has it.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut IPluginFactory {
    let factory = ComWrapper::new(Factory).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), ComPtr::into_raw)
}
