//! A VST3 module that the host's tests load: component and controller are two classes which only
//! work when the host has connected them both ways and passed the component's state on.
//!
//! The component scales by a gain that moves on the exact frame, delays by a latency that it
//! reports, refuses states that are not its own, and adapts to mono and stereo. A note puts its
//! velocity on its frame and comes out again; MIDI's volume controller moves the gain. It runs
//! offline only, or only live where `DYAD_FIXTURE_LIVE` is set. A second class refuses to be
//! initialised.
#![allow(unsafe_code, non_snake_case)]

use std::cell::{Cell, RefCell};
use std::ffi::{CStr, c_char, c_void};

use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComRef, ComWrapper, uid};

const COMPONENT: TUID = uid(0xD7AD_0001, 0x1111_2222, 0x3333_4444, 0x5555_6666);
const CONTROLLER: TUID = uid(0xD7AD_0002, 0x1111_2222, 0x3333_4444, 0x5555_6666);
const REFUSING: TUID = uid(0xD7AD_0003, 0x1111_2222, 0x3333_4444, 0x5555_6666);

const GAIN: ParamID = 100;
/// What Dyad makes of the id "shape".
const SHAPE: ParamID = fnv("shape");
const BYPASS: ParamID = 3;
const DELAY: ParamID = 4;
const LEVEL: ParamID = 5;
const IDS: [ParamID; 5] = [GAIN, SHAPE, BYPASS, DELAY, LEVEL];
const MAX_DELAY: f64 = 1000.0;
const STATE_MAGIC: &[u8; 8] = b"fixture1";

const fn fnv(id: &str) -> u32 {
    let bytes = id.as_bytes();
    let (mut hash, mut at) = (0x811c_9dc5_u32, 0);
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash & 0x3fff_ffff
}

fn index(id: ParamID) -> Option<usize> {
    IDS.iter().position(|other| *other == id)
}

fn plain(id: ParamID, normalized: f64) -> f64 {
    match id {
        GAIN => normalized * 66.0 - 60.0,
        SHAPE => (normalized * 2.0).round(),
        DELAY => (normalized * MAX_DELAY).round(),
        _ => normalized,
    }
}

const DEFAULTS: [f64; 5] = [60.0 / 66.0, 0.0, 0.0, 0.0, 0.0];

fn wide(text: &str, field: &mut [TChar]) {
    field.fill(0);
    let room = field.len() - 1;
    for (slot, unit) in field[..room].iter_mut().zip(text.encode_utf16()) {
        *slot = unit;
    }
}

fn narrow(text: &str, field: &mut [c_char]) {
    for (slot, byte) in field.iter_mut().zip(text.bytes()) {
        *slot = byte as c_char;
    }
}

/// The whole of a stream.
unsafe fn read_all(stream: *mut IBStream) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut chunk = [0_u8; 64];
    // SAFETY: the host passes a stream or null; the buffer is as long as said.
    unsafe {
        let Some(stream) = ComRef::from_raw(stream) else { return bytes };
        loop {
            let mut read = 0;
            stream.read(chunk.as_mut_ptr().cast(), 64, &mut read);
            if read <= 0 {
                return bytes;
            }
            bytes.extend_from_slice(&chunk[..read as usize]);
        }
    }
}

fn values_of(state: &[u8]) -> Option<[f64; 5]> {
    let body = state.strip_prefix(STATE_MAGIC)?;
    let mut values = [0.0; 5];
    if body.len() != 40 {
        return None;
    }
    for (value, bytes) in values.iter_mut().zip(body.chunks(8)) {
        *value = f64::from_le_bytes(bytes.try_into().ok()?);
    }
    Some(values)
}

/// Sends the peer a message that holds a number.
unsafe fn greet(context: &Option<ComPtr<IHostApplication>>, peer: *mut IConnectionPoint) {
    let Some(host) = context else { return };
    let (mut class, mut object) = (IMessage_iid, std::ptr::null_mut::<c_void>());
    let mut interface = class;
    // SAFETY: the host makes a message that belongs to us; the peer is what it connected us to.
    unsafe {
        if host.createInstance(&mut class, &mut interface, &mut object) != kResultOk {
            return;
        }
        let (Some(message), Some(peer)) =
            (ComPtr::<IMessage>::from_raw(object.cast()), ComRef::from_raw(peer))
        else {
            return;
        };
        message.setMessageID(c"hello".as_ptr());
        if let Some(attributes) = ComRef::from_raw(message.getAttributes()) {
            attributes.setInt(c"answer".as_ptr(), 42);
        }
        peer.notify(message.as_ptr());
    }
}

unsafe fn is_greeting(message: *mut IMessage) -> bool {
    // SAFETY: the host passes a message or null.
    unsafe {
        let Some(message) = ComRef::from_raw(message) else { return false };
        let Some(attributes) = ComRef::from_raw(message.getAttributes()) else { return false };
        let mut answer = 0;
        CStr::from_ptr(message.getMessageID()) == c"hello"
            && attributes.getInt(c"answer".as_ptr(), &mut answer) == kResultOk
            && answer == 42
    }
}

unsafe fn context_of(context: *mut FUnknown) -> Option<ComPtr<IHostApplication>> {
    // SAFETY: the host passes its context or null.
    unsafe { ComRef::from_raw(context) }?.cast()
}

struct Component {
    refuses: bool,
    context: RefCell<Option<ComPtr<IHostApplication>>>,
    values: Cell<[f64; 5]>,
    channels: Cell<i32>,
    greeted: Cell<bool>,
    active: Cell<bool>,
    lines: RefCell<Vec<Vec<f32>>>,
}

impl Class for Component {
    type Interfaces = (IComponent, IAudioProcessor, IConnectionPoint);
}

impl Component {
    fn new(refuses: bool) -> Self {
        Self {
            refuses,
            context: RefCell::new(None),
            values: Cell::new(DEFAULTS),
            channels: Cell::new(2),
            greeted: Cell::new(false),
            active: Cell::new(false),
            lines: RefCell::new(vec![vec![]; 2]),
        }
    }

    fn value(&self, id: ParamID) -> f64 {
        index(id).map_or(0.0, |index| plain(id, self.values.get()[index]))
    }

    fn set(&self, id: ParamID, normalized: f64) {
        if let Some(index) = index(id) {
            let mut values = self.values.get();
            values[index] = normalized;
            self.values.set(values);
        }
    }
}

impl IPluginBaseTrait for Component {
    unsafe fn initialize(&self, context: *mut FUnknown) -> tresult {
        // SAFETY: the host passes its context or null.
        self.context.replace(unsafe { context_of(context) });
        if self.refuses { kInternalError } else { kResultOk }
    }

    unsafe fn terminate(&self) -> tresult {
        self.context.replace(None);
        kResultOk
    }
}

impl IComponentTrait for Component {
    unsafe fn getControllerClassId(&self, class: *mut TUID) -> tresult {
        // SAFETY: the host passes a variable.
        unsafe { *class = CONTROLLER };
        kResultOk
    }

    unsafe fn setIoMode(&self, _mode: IoMode) -> tresult {
        kNotImplemented
    }

    unsafe fn getBusCount(&self, _media: MediaType, _direction: BusDirection) -> int32 {
        1
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        info: *mut BusInfo,
    ) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        (info.mediaType, info.direction) = (media, direction);
        let audio = media == MediaTypes_::kAudio as MediaType;
        info.channelCount = if audio { self.channels.get() } else { 16 };
        info.busType = BusTypes_::kMain as BusType;
        info.flags = BusInfo_::BusFlags_::kDefaultActive as uint32;
        wide(if audio { "Audio" } else { "Notes" }, &mut info.name);
        kResultOk
    }

    unsafe fn getRoutingInfo(&self, _in: *mut RoutingInfo, _out: *mut RoutingInfo) -> tresult {
        kNotImplemented
    }

    unsafe fn activateBus(&self, _: MediaType, _: BusDirection, _: int32, _: TBool) -> tresult {
        kResultOk
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        self.active.set(state != 0);
        for line in self.lines.borrow_mut().iter_mut() {
            line.clear();
        }
        kResultOk
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        // SAFETY: the host passes a stream or null.
        match values_of(&unsafe { read_all(state) }) {
            Some(values) => {
                self.values.set(values);
                kResultOk
            }
            None => kResultFalse,
        }
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        let mut bytes = STATE_MAGIC.to_vec();
        for value in self.values.get() {
            bytes.extend_from_slice(&value.to_le_bytes());
        }
        // SAFETY: the host passes a stream or null.
        let Some(stream) = (unsafe { ComRef::from_raw(state) }) else { return kInvalidArgument };
        // SAFETY: the buffer is as long as said.
        unsafe { stream.write(bytes.as_mut_ptr().cast(), bytes.len() as int32, std::ptr::null_mut()) }
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
        if num_inputs != 1 || num_outputs != 1 || self.active.get() {
            return kResultFalse;
        }
        // SAFETY: the host passes one arrangement each.
        let (input, output) = unsafe { (*inputs, *outputs) };
        if input != output || !(1..=2).contains(&input.count_ones()) {
            return kResultFalse;
        }
        self.channels.set(input.count_ones() as i32);
        kResultTrue
    }

    unsafe fn getBusArrangement(
        &self,
        _direction: BusDirection,
        _index: int32,
        arrangement: *mut SpeakerArrangement,
    ) -> tresult {
        let mono = self.channels.get() == 1;
        // SAFETY: the host passes a variable.
        unsafe { *arrangement = if mono { SpeakerArr::kMono } else { SpeakerArr::kStereo } };
        kResultOk
    }

    unsafe fn canProcessSampleSize(&self, size: int32) -> tresult {
        let single = size == SymbolicSampleSizes_::kSample32 as int32;
        if single { kResultTrue } else { kResultFalse }
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        self.value(DELAY) as uint32
    }

    unsafe fn setupProcessing(&self, setup: *mut ProcessSetup) -> tresult {
        let live = std::env::var_os("DYAD_FIXTURE_LIVE").is_some();
        let mode = if live { ProcessModes_::kRealtime } else { ProcessModes_::kOffline };
        // SAFETY: the host passes a variable.
        let good = unsafe { (*setup).processMode } == mode as int32;
        if good && !self.active.get() { kResultOk } else { kResultFalse }
    }

    unsafe fn setProcessing(&self, _state: TBool) -> tresult {
        kNotImplemented
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        if !self.greeted.get() || !self.active.get() {
            return kInternalError;
        }
        // SAFETY: the host keeps to the interface: everything in `data` is valid for its counts.
        unsafe {
            let data = &mut *data;
            let mut points = Vec::new();
            if let Some(changes) = ComRef::from_raw(data.inputParameterChanges) {
                for at in 0..changes.getParameterCount() {
                    let Some(queue) = ComRef::from_raw(changes.getParameterData(at)) else {
                        return kInternalError;
                    };
                    for point in 0..queue.getPointCount() {
                        let (mut offset, mut value) = (0, 0.0);
                        if queue.getPoint(point, &mut offset, &mut value) != kResultOk {
                            return kInternalError;
                        }
                        points.push((offset, queue.getParameterId(), value));
                    }
                }
            }
            points.sort_by_key(|(offset, ..)| *offset);
            let (input, output) = (&*data.inputs, &*data.outputs);
            let mut peak = 0.0_f32;
            let mut next = 0;
            for frame in 0..data.numSamples {
                while let Some((_, id, value)) = points.get(next).filter(|p| p.0 <= frame) {
                    self.set(*id, *value);
                    next += 1;
                }
                let gain = 10_f64.powf(self.value(GAIN) / 20.0) as f32;
                let gain = if self.value(BYPASS) > 0.5 { 1.0 } else { gain };
                let delay = self.value(DELAY) as usize;
                for channel in 0..input.numChannels as usize {
                    let from = *input.__field0.channelBuffers32.add(channel);
                    let to = *output.__field0.channelBuffers32.add(channel);
                    let line = &mut self.lines.borrow_mut()[channel];
                    line.push(*from.add(frame as usize));
                    let late = if line.len() > delay { line.remove(0) } else { 0.0 };
                    *to.add(frame as usize) = late * gain;
                    peak = peak.max((late * gain).abs());
                }
            }
            if let (Some(from), Some(to)) =
                (ComRef::from_raw(data.inputEvents), ComRef::from_raw(data.outputEvents))
            {
                for at in 0..from.getEventCount() {
                    let mut event = std::mem::zeroed::<Event>();
                    if from.getEvent(at, &mut event) != kResultOk {
                        return kInternalError;
                    }
                    if u32::from(event.r#type) == Event_::EventTypes_::kNoteOnEvent {
                        let left = *output.__field0.channelBuffers32;
                        *left.add(event.sampleOffset as usize) = event.__field0.noteOn.velocity;
                    }
                    to.addEvent(&mut event);
                }
            }
            if let Some(changes) = ComRef::from_raw(data.outputParameterChanges) {
                let (id, mut at) = (LEVEL, 0);
                if let Some(queue) = ComRef::from_raw(changes.addParameterData(&id, &mut at)) {
                    queue.addPoint(data.numSamples - 1, peak.min(1.0).into(), &mut at);
                }
            }
        }
        kResultOk
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        kNoTail
    }
}

impl IConnectionPointTrait for Component {
    unsafe fn connect(&self, other: *mut IConnectionPoint) -> tresult {
        // SAFETY: the host passes the controller.
        unsafe { greet(&self.context.borrow(), other) };
        kResultOk
    }

    unsafe fn disconnect(&self, _other: *mut IConnectionPoint) -> tresult {
        kResultOk
    }

    unsafe fn notify(&self, message: *mut IMessage) -> tresult {
        // SAFETY: the host passes a message or null.
        self.greeted.set(unsafe { is_greeting(message) });
        kResultOk
    }
}

struct Controller {
    context: RefCell<Option<ComPtr<IHostApplication>>>,
    values: Cell<[f64; 5]>,
    greeted: Cell<bool>,
    told: Cell<bool>,
}

impl Class for Controller {
    type Interfaces = (IEditController, IConnectionPoint, IMidiMapping);
}

impl IMidiMappingTrait for Controller {
    unsafe fn getMidiControllerAssignment(
        &self,
        bus: int32,
        channel: int16,
        controller: CtrlNumber,
        id: *mut ParamID,
    ) -> tresult {
        if (bus, channel, controller) != (0, 2, 7) {
            return kResultFalse;
        }
        // SAFETY: the host passes a variable.
        unsafe { *id = GAIN };
        kResultTrue
    }
}

impl IPluginBaseTrait for Controller {
    unsafe fn initialize(&self, context: *mut FUnknown) -> tresult {
        // SAFETY: the host passes its context or null.
        self.context.replace(unsafe { context_of(context) });
        kResultOk
    }

    unsafe fn terminate(&self) -> tresult {
        self.context.replace(None);
        kResultOk
    }
}

impl IEditControllerTrait for Controller {
    unsafe fn setComponentState(&self, state: *mut IBStream) -> tresult {
        // SAFETY: the host passes a stream or null.
        let Some(values) = values_of(&unsafe { read_all(state) }) else { return kResultFalse };
        self.values.set(values);
        self.told.set(true);
        kResultOk
    }

    unsafe fn setState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn getState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn getParameterCount(&self) -> int32 {
        // Only a controller that was brought up properly has something to show.
        if self.greeted.get() && self.told.get() { IDS.len() as int32 } else { 0 }
    }

    unsafe fn getParameterInfo(&self, at: int32, info: *mut ParameterInfo) -> tresult {
        use ParameterInfo_::ParameterFlags_::*;
        let Some(id) = usize::try_from(at).ok().and_then(|at| IDS.get(at)) else {
            return kInvalidArgument;
        };
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        let (title, units, steps, flags) = match *id {
            GAIN => ("Output Gain", "dB", 0, kCanAutomate),
            SHAPE => ("Curve", "", 2, kCanAutomate | kIsList),
            BYPASS => ("Off", "", 1, kCanAutomate | kIsBypass),
            DELAY => ("Delay", "frames", MAX_DELAY as int32, 0),
            _ => ("Level", "", 0, kIsReadOnly),
        };
        info.id = *id;
        wide(title, &mut info.title);
        wide(title, &mut info.shortTitle);
        wide(units, &mut info.units);
        info.stepCount = steps;
        info.defaultNormalizedValue = DEFAULTS[at as usize];
        info.unitId = kRootUnitId;
        info.flags = flags;
        kResultOk
    }

    unsafe fn getParamStringByValue(
        &self,
        id: ParamID,
        value: ParamValue,
        string: *mut String128,
    ) -> tresult {
        let value = plain(id, value);
        let text = match id {
            SHAPE => ["Soft", "Medium", "Hard"][value as usize].to_owned(),
            _ => format!("{value:.1}"),
        };
        // SAFETY: the host passes a field.
        wide(&text, unsafe { &mut *string });
        kResultOk
    }

    unsafe fn getParamValueByString(
        &self,
        id: ParamID,
        string: *mut TChar,
        value: *mut ParamValue,
    ) -> tresult {
        let mut text = Vec::new();
        // SAFETY: the host passes a terminated string.
        unsafe {
            while *string.add(text.len()) != 0 {
                text.push(*string.add(text.len()));
            }
        }
        let step =
            ["Soft", "Medium", "Hard"].iter().position(|name| name.encode_utf16().eq(text.iter().copied()));
        match step.filter(|_| id == SHAPE) {
            Some(step) => {
                // SAFETY: the host passes a variable.
                unsafe { *value = step as f64 / 2.0 };
                kResultOk
            }
            None => kResultFalse,
        }
    }

    unsafe fn normalizedParamToPlain(&self, id: ParamID, value: ParamValue) -> ParamValue {
        plain(id, value)
    }

    unsafe fn plainParamToNormalized(&self, id: ParamID, value: ParamValue) -> ParamValue {
        match id {
            GAIN => (value + 60.0) / 66.0,
            SHAPE => value / 2.0,
            DELAY => value / MAX_DELAY,
            _ => value,
        }
    }

    unsafe fn getParamNormalized(&self, id: ParamID) -> ParamValue {
        index(id).map_or(0.0, |index| self.values.get()[index])
    }

    unsafe fn setParamNormalized(&self, id: ParamID, value: ParamValue) -> tresult {
        let Some(index) = index(id) else { return kInvalidArgument };
        let mut values = self.values.get();
        values[index] = value;
        self.values.set(values);
        kResultOk
    }

    unsafe fn setComponentHandler(&self, _handler: *mut IComponentHandler) -> tresult {
        kResultOk
    }

    unsafe fn createView(&self, _name: FIDString) -> *mut IPlugView {
        std::ptr::null_mut()
    }
}

impl IConnectionPointTrait for Controller {
    unsafe fn connect(&self, other: *mut IConnectionPoint) -> tresult {
        // SAFETY: the host passes the component.
        unsafe { greet(&self.context.borrow(), other) };
        kResultOk
    }

    unsafe fn disconnect(&self, _other: *mut IConnectionPoint) -> tresult {
        kResultOk
    }

    unsafe fn notify(&self, message: *mut IMessage) -> tresult {
        // SAFETY: the host passes a message or null.
        self.greeted.set(unsafe { is_greeting(message) });
        kResultOk
    }
}

struct Factory;

impl Class for Factory {
    type Interfaces = (IPluginFactory2,);
}

const CLASSES: [(TUID, &str, &str); 3] = [
    (COMPONENT, "Audio Module Class", "Fixture"),
    (REFUSING, "Audio Module Class", "Refusing"),
    (CONTROLLER, "Component Controller Class", "Fixture"),
];

fn class(index: int32) -> Option<(TUID, &'static str, &'static str)> {
    CLASSES.get(usize::try_from(index).ok()?).copied()
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host passes a variable.
        narrow("Fixture maker", unsafe { &mut (*info).vendor });
        kResultOk
    }

    unsafe fn countClasses(&self) -> int32 {
        CLASSES.len() as int32
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        let Some((id, category, name)) = class(index) else { return kInvalidArgument };
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        info.cid = id;
        info.cardinality = PClassInfo_::ClassCardinality_::kManyInstances as int32;
        narrow(category, &mut info.category);
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
            let made = match *class.cast::<TUID>() {
                COMPONENT => ComWrapper::new(Component::new(false)).to_com_ptr::<FUnknown>(),
                REFUSING => ComWrapper::new(Component::new(true)).to_com_ptr::<FUnknown>(),
                CONTROLLER => ComWrapper::new(Controller {
                    context: RefCell::new(None),
                    values: Cell::new([0.0; 5]),
                    greeted: Cell::new(false),
                    told: Cell::new(false),
                })
                .to_com_ptr::<FUnknown>(),
                _ => None,
            };
            let Some(made) = made else { return kInvalidArgument };
            let pointer = made.as_ptr();
            ((*(*pointer).vtbl).queryInterface)(pointer, interface.cast(), object)
        }
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        let Some((id, category, name)) = class(index) else { return kInvalidArgument };
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        info.cid = id;
        narrow(category, &mut info.category);
        narrow(name, &mut info.name);
        narrow("Fx|Fixture", &mut info.subCategories);
        narrow("Fixture maker", &mut info.vendor);
        narrow("1.2.3", &mut info.version);
        kResultOk
    }
}

/// Called when the module is opened. What it prints must not disturb the host.
// SAFETY: the name is VST3's, and no other symbol of the module has it.
#[unsafe(no_mangle)]
pub extern "system" fn ModuleEntry(_handle: *mut c_void) -> bool {
    println!("noise on standard output");
    eprintln!("noise on standard error");
    true
}

/// Called before the module is closed.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "system" fn ModuleExit() -> bool {
    true
}

/// Gives out the factory.
// SAFETY: as above.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut IPluginFactory {
    let factory = ComWrapper::new(Factory).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), ComPtr::into_raw)
}
