//! A VST3 module with editors for X11: one object is component, controller and view's owner. `Good` shows
//! its only parameter as a bar, turns its strip green at the first timer of the run loop, and wishes to be
//! larger at a right click; it uses the key A; what its sound has heard is what it saves, and what its output
//! gives; it takes any size in steps of ten; each timer goes through the gate `editor`, and saving through the
//! gate `state`. `Viewless` has no view, `Foreign` one that is not for X11, `Refusing` one that does not attach,
//! `Crashing` one that dies at its first timer, `Careless` one that closes a socket which the run loop still has.
#![allow(unsafe_code, non_snake_case)]

#[path = "gate/mod.rs"]
mod gate;
#[path = "paint/mod.rs"]
mod paint;

use std::cell::{Cell, RefCell};
use std::ffi::{c_char, c_void};
use std::rc::Rc;

use paint::{Act, Painting};
use vst3::Steinberg::Linux::*;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;
use vst3::{Class, ComPtr, ComRef, ComWrapper, uid};

const NAMES: [&str; 6] = ["Good", "Viewless", "Foreign", "Refusing", "Crashing", "Careless"];
const LEVEL: ParamID = 7;
const LARGER: [u16; 2] = [480, 300];

fn id_of(kind: usize) -> TUID {
    uid(0xD7AD_0010 + kind as u32, 0x1111_2222, 0x3333_4444, 0x5555_6666)
}

fn wide(text: &str, field: &mut [TChar]) {
    for (slot, unit) in field.iter_mut().zip(text.encode_utf16().chain([0])) {
        *slot = unit;
    }
}

fn narrow(text: &str, field: &mut [c_char]) {
    for (slot, byte) in field.iter_mut().zip(text.bytes().chain([0])) {
        *slot = byte as c_char;
    }
}

/// What the plugin and its view have in common.
struct Common {
    kind: usize,
    level: Cell<f64>,
    /// What the sound has, which is also what is saved.
    heard: Cell<f64>,
    active: Cell<bool>,
    handler: RefCell<Option<ComPtr<IComponentHandler>>>,
}

struct Plugin(Rc<Common>);

impl Class for Plugin {
    type Interfaces = (IComponent, IAudioProcessor, IEditController);
}

impl IPluginBaseTrait for Plugin {
    unsafe fn initialize(&self, _context: *mut FUnknown) -> tresult {
        kResultOk
    }

    unsafe fn terminate(&self) -> tresult {
        kResultOk
    }
}

impl IComponentTrait for Plugin {
    unsafe fn getControllerClassId(&self, _class: *mut TUID) -> tresult {
        kNotImplemented
    }

    unsafe fn setIoMode(&self, _mode: IoMode) -> tresult {
        kNotImplemented
    }

    unsafe fn getBusCount(&self, media: MediaType, direction: BusDirection) -> int32 {
        let output = direction == BusDirections_::kOutput as BusDirection;
        int32::from(output && media == MediaTypes_::kAudio as MediaType)
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        _index: int32,
        info: *mut BusInfo,
    ) -> tresult {
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        (info.mediaType, info.direction, info.channelCount) = (media, direction, 2);
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

    unsafe fn setActive(&self, state: TBool) -> tresult {
        // Each comes once.
        if self.0.active.replace(state != 0) == (state != 0) { kInternalError } else { kResultOk }
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        let mut bytes = [0; 8];
        // SAFETY: the host passes a stream or null; the buffer is as long as said.
        unsafe {
            let Some(stream) = ComRef::from_raw(state) else { return kInvalidArgument };
            stream.read(bytes.as_mut_ptr().cast(), 8, std::ptr::null_mut());
        }
        self.0.heard.set(f64::from_le_bytes(bytes));
        self.0.level.set(f64::from_le_bytes(bytes));
        kResultOk
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        gate::pass("state");
        let mut bytes = self.0.heard.get().to_le_bytes();
        // SAFETY: the host passes a stream or null; the buffer is as long as said.
        unsafe {
            let Some(stream) = ComRef::from_raw(state) else { return kInvalidArgument };
            stream.write(bytes.as_mut_ptr().cast(), 8, std::ptr::null_mut())
        }
    }
}

impl IAudioProcessorTrait for Plugin {
    unsafe fn setBusArrangements(
        &self,
        _inputs: *mut SpeakerArrangement,
        _num_inputs: int32,
        _outputs: *mut SpeakerArrangement,
        _num_outputs: int32,
    ) -> tresult {
        kResultFalse
    }

    unsafe fn getBusArrangement(
        &self,
        _direction: BusDirection,
        _index: int32,
        arrangement: *mut SpeakerArrangement,
    ) -> tresult {
        // SAFETY: the host passes a variable.
        unsafe { *arrangement = SpeakerArr::kStereo };
        kResultOk
    }

    unsafe fn canProcessSampleSize(&self, _size: int32) -> tresult {
        kResultTrue
    }

    unsafe fn getLatencySamples(&self) -> uint32 {
        0
    }

    unsafe fn setupProcessing(&self, _setup: *mut ProcessSetup) -> tresult {
        kResultOk
    }

    unsafe fn setProcessing(&self, _state: TBool) -> tresult {
        kResultOk
    }

    unsafe fn process(&self, data: *mut ProcessData) -> tresult {
        // SAFETY: the host keeps to the interface.
        unsafe {
            let changes = ComRef::from_raw((*data).inputParameterChanges);
            let queue = changes.and_then(|changes| ComRef::from_raw(changes.getParameterData(0)));
            if let Some(queue) = queue {
                let (mut offset, mut value) = (0, 0.0);
                queue.getPoint(queue.getPointCount() - 1, &mut offset, &mut value);
                self.0.heard.set(value);
            }
            for channel in 0..2 {
                let output = *(*(*data).outputs).__field0.channelBuffers32.add(channel);
                let samples = std::slice::from_raw_parts_mut(output, (*data).numSamples as usize);
                samples.fill(self.0.heard.get() as f32);
            }
            let live = (*data).processMode == ProcessModes_::kRealtime as int32;
            if live { kResultOk } else { kInternalError }
        }
    }

    unsafe fn getTailSamples(&self) -> uint32 {
        0
    }
}

impl IEditControllerTrait for Plugin {
    unsafe fn setComponentState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn setState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn getState(&self, _state: *mut IBStream) -> tresult {
        kNotImplemented
    }

    unsafe fn getParameterCount(&self) -> int32 {
        1
    }

    unsafe fn getParameterInfo(&self, index: int32, info: *mut ParameterInfo) -> tresult {
        if index != 0 {
            return kInvalidArgument;
        }
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        (info.id, info.flags) = (LEVEL, ParameterInfo_::ParameterFlags_::kCanAutomate);
        info.defaultNormalizedValue = 0.25;
        wide("Level", &mut info.title);
        kResultOk
    }

    unsafe fn getParamStringByValue(&self, _: ParamID, value: ParamValue, text: *mut String128) -> tresult {
        // SAFETY: the host passes a field.
        wide(&format!("{value:.2}"), unsafe { &mut *text });
        kResultOk
    }

    unsafe fn getParamValueByString(&self, _: ParamID, _: *mut TChar, _: *mut ParamValue) -> tresult {
        kResultFalse
    }

    unsafe fn normalizedParamToPlain(&self, _id: ParamID, value: ParamValue) -> ParamValue {
        value
    }

    unsafe fn plainParamToNormalized(&self, _id: ParamID, value: ParamValue) -> ParamValue {
        value
    }

    unsafe fn getParamNormalized(&self, _id: ParamID) -> ParamValue {
        self.0.level.get()
    }

    unsafe fn setParamNormalized(&self, _id: ParamID, value: ParamValue) -> tresult {
        self.0.level.set(value);
        kResultOk
    }

    unsafe fn setComponentHandler(&self, handler: *mut IComponentHandler) -> tresult {
        // SAFETY: the host passes an object or null.
        self.0.handler.replace(unsafe { ComRef::from_raw(handler) }.map(|handler| handler.to_com_ptr()));
        kResultOk
    }

    unsafe fn createView(&self, _name: FIDString) -> *mut IPlugView {
        if NAMES[self.0.kind] == "Viewless" {
            return std::ptr::null_mut();
        }
        let inside = Rc::new(Inside {
            common: Rc::clone(&self.0),
            painting: RefCell::default(),
            frame: RefCell::default(),
            size: Cell::new([320, 200]),
            view: Cell::new(std::ptr::null_mut()),
        });
        let view = ComWrapper::new(View(Rc::clone(&inside))).to_com_ptr();
        inside.view.set(view.map_or(std::ptr::null_mut(), ComPtr::into_raw));
        inside.view.get()
    }
}

/// What the view and its handlers have in common.
struct Inside {
    common: Rc<Common>,
    painting: RefCell<Option<Painting>>,
    frame: RefCell<Option<ComPtr<IPlugFrame>>>,
    size: Cell<[u16; 2]>,
    /// The view itself, which a wish for a size names.
    view: Cell<*mut IPlugView>,
}

struct View(Rc<Inside>);

/// Serves socket and timer.
struct Turns(Rc<Inside>);

impl Class for View {
    type Interfaces = (IPlugView, IPlugViewContentScaleSupport);
}

impl Class for Turns {
    type Interfaces = (IEventHandler, ITimerHandler);
}

thread_local! {
    /// The handlers of the only view.
    static TURNS: RefCell<Option<ComWrapper<Turns>>> = const { RefCell::new(None) };
}

impl IEventHandlerTrait for Turns {
    unsafe fn onFDIsSet(&self, _fd: FileDescriptor) {
        let acts = self.0.painting.borrow_mut().as_mut().map(Painting::acts).unwrap_or_default();
        let handler = self.0.common.handler.borrow().clone();
        let Some(handler) = handler else { return };
        for act in acts {
            // SAFETY: the host's objects live as long as the view.
            unsafe {
                match act {
                    Act::Press => handler.beginEdit(LEVEL),
                    Act::Move(value) => {
                        self.0.common.level.set(value.into());
                        handler.performEdit(LEVEL, value.into())
                    }
                    Act::Release => handler.endEdit(LEVEL),
                    Act::Middle => handler.restartComponent(RestartFlags_::kLatencyChanged),
                    Act::Close => kResultOk,
                    Act::Wish => {
                        let [right, bottom] = LARGER.map(int32::from);
                        let mut rect = ViewRect { left: 0, top: 0, right, bottom };
                        let frame = self.0.frame.borrow().clone();
                        frame.map_or(kResultFalse, |frame| frame.resizeView(self.0.view.get(), &mut rect))
                    }
                };
            }
        }
    }
}

impl ITimerHandlerTrait for Turns {
    unsafe fn onTimer(&self) {
        if NAMES[self.0.common.kind] == "Crashing" {
            std::process::abort();
        }
        gate::pass("editor");
        if let Some(painting) = self.0.painting.borrow_mut().as_mut() {
            let value = self.0.common.level.get() as f32;
            if !painting.told || painting.value != value {
                (painting.told, painting.value) = (true, value);
                painting.draw();
            }
        }
        // What came while something else was asked of the server is found here.
        // SAFETY: as the caller promises.
        unsafe { self.onFDIsSet(-1) };
    }
}

impl View {
    fn run_loop(&self) -> Option<ComPtr<IRunLoop>> {
        self.0.frame.borrow().as_ref()?.cast()
    }
}

impl IPlugViewTrait for View {
    unsafe fn isPlatformTypeSupported(&self, _kind: FIDString) -> tresult {
        if NAMES[self.0.common.kind] == "Foreign" { kResultFalse } else { kResultTrue }
    }

    unsafe fn attached(&self, parent: *mut c_void, _kind: FIDString) -> tresult {
        if NAMES[self.0.common.kind] == "Refusing" {
            return kResultFalse;
        }
        let Some(turns) = self.run_loop() else { return kResultFalse };
        let Some(painting) = Painting::open(parent as usize as u32, self.0.size.get()) else {
            return kResultFalse;
        };
        let socket = painting.socket();
        self.0.painting.replace(Some(painting));
        let mine = ComWrapper::new(Turns(Rc::clone(&self.0)));
        // SAFETY: the loop keeps what it is given.
        unsafe {
            if let (Some(events), Some(timer)) =
                (mine.to_com_ptr::<IEventHandler>(), mine.to_com_ptr::<ITimerHandler>())
            {
                turns.registerEventHandler(events.as_ptr(), socket);
                turns.registerTimer(timer.as_ptr(), 20);
                if NAMES[self.0.common.kind] == "Careless" {
                    let socket = libc::dup(socket);
                    turns.registerEventHandler(events.as_ptr(), socket);
                    libc::close(socket);
                }
            }
        }
        TURNS.with(|slot| slot.replace(Some(mine)));
        kResultOk
    }

    unsafe fn removed(&self) -> tresult {
        if let (Some(turns), Some(mine)) = (self.run_loop(), TURNS.with(|slot| slot.take())) {
            // SAFETY: both were registered.
            unsafe {
                if let (Some(events), Some(timer)) =
                    (mine.to_com_ptr::<IEventHandler>(), mine.to_com_ptr::<ITimerHandler>())
                {
                    turns.unregisterEventHandler(events.as_ptr());
                    turns.unregisterTimer(timer.as_ptr());
                }
            }
        }
        self.0.painting.replace(None);
        kResultOk
    }

    unsafe fn onWheel(&self, _distance: f32) -> tresult {
        kResultFalse
    }

    unsafe fn onKeyDown(&self, key: char16, _code: int16, _modifiers: int16) -> tresult {
        if key == 'a' as char16 { kResultTrue } else { kResultFalse }
    }

    unsafe fn onKeyUp(&self, _key: char16, _code: int16, _modifiers: int16) -> tresult {
        kResultFalse
    }

    unsafe fn getSize(&self, size: *mut ViewRect) -> tresult {
        let [right, bottom] = self.0.size.get().map(int32::from);
        // SAFETY: the host passes a variable.
        unsafe { *size = ViewRect { left: 0, top: 0, right, bottom } };
        kResultOk
    }

    unsafe fn onSize(&self, size: *mut ViewRect) -> tresult {
        // SAFETY: the host passes a variable.
        let ViewRect { left, top, right, bottom } = unsafe { *size };
        let size = [(right - left) as u16, (bottom - top) as u16];
        self.0.size.set(size);
        if let Some(painting) = self.0.painting.borrow_mut().as_mut() {
            painting.resize(size);
        }
        kResultOk
    }

    unsafe fn onFocus(&self, _state: TBool) -> tresult {
        kResultOk
    }

    unsafe fn setFrame(&self, frame: *mut IPlugFrame) -> tresult {
        // SAFETY: the host passes an object or null.
        self.0.frame.replace(unsafe { ComRef::from_raw(frame) }.map(|frame| frame.to_com_ptr()));
        kResultOk
    }

    unsafe fn canResize(&self) -> tresult {
        kResultTrue
    }

    unsafe fn checkSizeConstraint(&self, rect: *mut ViewRect) -> tresult {
        // SAFETY: the host passes a variable.
        let rect = unsafe { &mut *rect };
        rect.right = rect.left + (rect.right - rect.left) / 10 * 10;
        rect.bottom = rect.top + (rect.bottom - rect.top) / 10 * 10;
        kResultTrue
    }
}

impl IPlugViewContentScaleSupportTrait for View {
    unsafe fn setContentScaleFactor(&self, factor: f32) -> tresult {
        self.0.size.set([320.0, 200.0].map(|side: f32| (side * factor) as u16));
        kResultOk
    }
}

struct Factory;

impl Class for Factory {
    type Interfaces = (IPluginFactory,);
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        // SAFETY: the host passes a variable.
        narrow("Fixture maker", unsafe { &mut (*info).vendor });
        kResultOk
    }

    unsafe fn countClasses(&self) -> int32 {
        NAMES.len() as int32
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        let kind = index as usize;
        let Some(name) = NAMES.get(kind) else { return kInvalidArgument };
        // SAFETY: the host passes a variable.
        let info = unsafe { &mut *info };
        info.cid = id_of(kind);
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
            let class = *class.cast::<TUID>();
            let Some(kind) = (0..NAMES.len()).find(|kind| id_of(*kind) == class) else {
                return kInvalidArgument;
            };
            let common = Rc::new(Common {
                kind,
                level: Cell::new(0.25),
                heard: Cell::new(0.25),
                active: Cell::new(false),
                handler: RefCell::default(),
            });
            let Some(made) = ComWrapper::new(Plugin(common)).to_com_ptr::<FUnknown>() else {
                return kOutOfMemory;
            };
            let pointer = made.as_ptr();
            ((*(*pointer).vtbl).queryInterface)(pointer, interface.cast(), object)
        }
    }
}

/// Gives out the factory.
// SAFETY: the name is VST3's, and no other symbol of the module has it.
#[unsafe(no_mangle)]
pub extern "system" fn GetPluginFactory() -> *mut IPluginFactory {
    let factory = ComWrapper::new(Factory).to_com_ptr::<IPluginFactory>();
    factory.map_or(std::ptr::null_mut(), ComPtr::into_raw)
}
