//! The object that is component, processor and controller in one, and its component side.

#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, PoisonError};

use dyad_core::guard::{guard, log};
use dyad_core::task::here;
use dyad_core::{Bus, Description, Layout, Plugin, SampleFormat, Setup, Shared};
use dyad_vst3_view::{Context, Editors, Safe};
use vst3::Steinberg::Linux::IRunLoop;
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::BusInfo_::BusFlags_::kDefaultActive;
use vst3::Steinberg::Vst::BusTypes_::{kAux, kMain};
use vst3::Steinberg::Vst::ChannelContext::IInfoListener;
use vst3::Steinberg::Vst::MediaTypes_::{kAudio, kEvent};
use vst3::Steinberg::Vst::{
    BusDirection, BusInfo, IAudioPresentationLatency, IAudioProcessor, IComponent, IComponentTrait,
    IEditController, IEditController2, IEditControllerHostEditing, IMidiMapping, IMidiMapping2,
    INoteExpressionController, INoteExpressionPhysicalUIMapping, IPrefetchableSupport,
    IProcessContextRequirements, IRemapParamID, IUnitInfo, IoMode, MediaType, RoutingInfo,
};
use vst3::Steinberg::{
    FUnknown, IBStream, IPluginBaseTrait, TBool, TUID, int32, kInternalError, kInvalidArgument,
    kNotImplemented, kResultFalse, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper};

use crate::beat::Beat;
use crate::controllers::Controllers;
use crate::exclusive::Exclusive;
use crate::half::{Half, Typed};
use crate::notices::Notices;
use crate::programs::Programs;
use crate::stream;
use crate::text::write_utf16;
use crate::units::Units;

/// One instance.
pub(crate) struct Component {
    pub(crate) description: &'static Description,
    pub(crate) units: &'static Units,
    pub(crate) half: Arc<dyn Half>,
    pub(crate) shared: Arc<Shared>,
    /// What only the main thread uses.
    pub(crate) main: Exclusive<Main>,
    /// Whether the audio thread may process.
    pub(crate) active: AtomicBool,
    /// Index of the layout in use, for hosts that ask from anywhere.
    pub(crate) layout: AtomicUsize,
    /// The MIDI controllers that are hidden parameters.
    pub(crate) controllers: Controllers,
    /// Their positions, as the host last set them: bits of an `f64`.
    pub(crate) positions: Box<[AtomicU64]>,
    pub(crate) programs: Arc<Programs>,
    /// The mark of the thread that made or initialised us, which is the host's main one.
    main_thread: AtomicUsize,
    pub(crate) notices: Arc<Notices>,
    pub(crate) editors: Editors,
    /// What the host gave to the factory.
    factory_context: Option<Context>,
    /// While active, where the host has a run loop.
    #[expect(
        clippy::disallowed_types,
        reason = "never taken on the audio thread, nor held while a host is called"
    )]
    beat: Mutex<Option<Beat>>,
}

/// What only the main thread uses.
pub(crate) struct Main {
    pub(crate) setup: Setup,
}

impl Class for Component {
    type Interfaces = Safe<(
        IComponent,
        IAudioProcessor,
        IEditController,
        IProcessContextRequirements,
        IMidiMapping,
        IUnitInfo,
        INoteExpressionController,
        INoteExpressionPhysicalUIMapping,
        IMidiMapping2,
        IEditController2,
        IEditControllerHostEditing,
        IInfoListener,
        IRemapParamID,
        IAudioPresentationLatency,
        IPrefetchableSupport,
    )>;
}

impl Component {
    /// A new instance of a plugin, with one reference. `[main-thread]`
    pub(crate) fn create<P: Plugin>(
        description: &'static Description,
        units: &'static Units,
        factory_context: Option<Context>,
    ) -> ComPtr<FUnknown> {
        let (half, shared) = Typed::<P>::create(description);
        Self::make(description, units, half, shared, factory_context)
    }

    fn make(
        description: &'static Description,
        units: &'static Units,
        half: Arc<dyn Half>,
        shared: Arc<Shared>,
        factory_context: Option<Context>,
    ) -> ComPtr<FUnknown> {
        let layout = description.layouts[0];
        // Until setupProcessing says more; some hosts activate without it.
        let format = SampleFormat::F32;
        let setup = Setup { sample_rate: 48_000.0, max_frames: 1024, layout, format };
        let controllers = Controllers::of(description.events);
        let at_rest = (0..controllers.params()).filter_map(|n| controllers.nth(n));
        let programs = Arc::new(Programs::new(&half));
        let component = ComWrapper::new(Self {
            description,
            units,
            positions: at_rest.map(|controller| AtomicU64::new(controller.rest().to_bits())).collect(),
            controllers,
            notices: Notices::new(&shared, &programs),
            programs,
            main_thread: AtomicUsize::new(here()),
            half,
            shared,
            editors: Editors::default(),
            factory_context,
            #[expect(clippy::disallowed_types, reason = "as above")]
            beat: Mutex::new(None),
            main: Exclusive::new(Main { setup }),
            active: AtomicBool::new(false),
            layout: AtomicUsize::new(0),
        });
        // Every object is an FUnknown, so this can't fail.
        component.to_com_ptr::<FUnknown>().unwrap_or_else(|| unreachable!())
    }

    /// Runs `body` with what the main thread owns.
    pub(crate) fn on_main(&self, entry: &str, body: impl FnOnce(&mut Main) -> tresult) -> tresult {
        guard(entry, kInternalError, || self.main.with(body).unwrap_or(kResultFalse))
    }

    /// Whether this is the thread on which we were made or initialised.
    pub(crate) fn is_on_main(&self) -> bool {
        // Relaxed: a number by itself.
        self.main_thread.load(Ordering::Relaxed) == here()
    }

    /// Runs `body`, a controller call of the host's, and then does what waited for such a call. Hosts
    /// make these on their main thread. `[main-thread]`
    pub(crate) fn in_controller(&self, entry: &str, body: impl FnOnce() -> tresult) -> tresult {
        guard(entry, kInternalError, || {
            // Before: what the host sets now is newer. Not on whatever thread sets a parameter.
            if self.is_on_main() {
                self.programs.settle();
            }
            let result = body();
            self.half.poll_main();
            self.notices.tell();
            result
        })
    }

    /// Makes a new audio half and lets the audio thread at it.
    pub(crate) fn start(&self, main: &mut Main) {
        self.stop();
        let (latency, tail) = self.half.start(&main.setup);
        self.notices.start(latency, tail);
        // Release, paired with the Acquire in `process`: who sees it active sees the engine.
        self.active.store(true, Ordering::Release);
    }

    /// Takes the audio half away from the audio thread and drops it here.
    pub(crate) fn stop(&self) {
        self.active.store(false, Ordering::Release);
        self.notices.stop();
        self.half.stop();
    }

    /// Enters the host's run loop while the instance is active, and leaves it when it is not any more. Not while
    /// anything of ours is held: both are calls of the host's. `[main-thread]`
    fn keep_beat(&self) {
        let active = self.active.load(Ordering::Acquire);
        let place = || self.beat.lock().unwrap_or_else(PoisonError::into_inner);
        if active == place().is_some() {
            return;
        }
        let run_loop = if active { self.editors.run_loop() } else { None };
        let new = run_loop.and_then(|run_loop| Beat::new(run_loop, &self.half, &self.notices));
        self.notices.rely_on_run_loop(new.is_some());
        let old = std::mem::replace(&mut *place(), new);
        drop(old);
        if active && !self.active.load(Ordering::Acquire) {
            // The host has come back from within and ended the run.
            self.notices.rely_on_run_loop(false);
            let ours = place().take();
            drop(ours);
        }
    }

    /// The layout in use.
    pub(crate) fn layout(&self) -> Layout {
        // Relaxed: the layouts themselves never change.
        self.description.layouts[self.layout.load(Ordering::Relaxed)]
    }

    /// The buses of a direction, `None` for a direction that does not exist.
    pub(crate) fn buses(layout: &Layout, direction: BusDirection) -> Option<&'static [Bus]> {
        match direction {
            direction if direction == kInput as BusDirection => Some(layout.inputs),
            direction if direction == kOutput as BusDirection => Some(layout.outputs),
            _ => None,
        }
    }

    fn has_event_bus(&self, direction: BusDirection) -> bool {
        match direction {
            direction if direction == kInput as BusDirection => self.description.events.input,
            direction if direction == kOutput as BusDirection => self.description.events.output,
            _ => false,
        }
    }

    fn bus_count(&self, media: MediaType, direction: BusDirection) -> usize {
        if media == kAudio as MediaType {
            Self::buses(&self.layout(), direction).map_or(0, <[Bus]>::len)
        } else {
            usize::from(media == kEvent as MediaType && self.has_event_bus(direction))
        }
    }
}

impl Drop for Component {
    fn drop(&mut self) {
        // Where the host lets go of it without `terminate`.
        guard("release", (), || {
            self.notices.stop();
            self.active.store(false, Ordering::Release);
            self.keep_beat();
            drop(self.notices.set_handler(None));
        });
    }
}

impl IPluginBaseTrait for Component {
    unsafe fn initialize(&self, context: *mut FUnknown) -> tresult {
        guard("initialize", kInternalError, || {
            // SAFETY: null or a valid object, of which we keep a reference of our own.
            let context = unsafe { ComRef::from_raw(context) }.map(|context| context.to_com_ptr());
            // Relaxed: a number by itself.
            self.main_thread.store(here(), Ordering::Relaxed);
            // Some hosts initialise the controller too, which is this object, and have no context there: then the one
            // before stays.
            let has_run_loop = match &context {
                Some(context) => context.cast::<IRunLoop>().is_some(),
                None => self.editors.run_loop().is_some(),
            };
            let of_factory = self.factory_context.as_deref().filter(|_| !has_run_loop).cloned();
            if let Some(best) = of_factory.or(context) {
                drop(self.editors.set_context(Some(best)));
            }
            kResultOk
        })
    }

    unsafe fn terminate(&self) -> tresult {
        let result = self.on_main("terminate", |_| {
            self.stop();
            kResultOk
        });
        guard("release", (), || self.keep_beat());
        let handler = self.notices.set_handler(None);
        let context = self.editors.set_context(None);
        // Released only now, because it calls the host.
        guard("release", (), || drop((handler, context)));
        result
    }
}

impl IComponentTrait for Component {
    unsafe fn getControllerClassId(&self, _class_id: *mut TUID) -> tresult {
        // The controller is this object; hosts ask it for IEditController.
        kNotImplemented
    }

    unsafe fn setIoMode(&self, _mode: IoMode) -> tresult {
        kNotImplemented
    }

    unsafe fn getBusCount(&self, media: MediaType, direction: BusDirection) -> int32 {
        guard("getBusCount", 0, || self.bus_count(media, direction) as int32)
    }

    unsafe fn getBusInfo(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        info: *mut BusInfo,
    ) -> tresult {
        guard("getBusInfo", kInvalidArgument, || {
            // SAFETY: null, or a place that the host gives for the answer.
            let Some(info) = (unsafe { info.as_mut() }) else { return kInvalidArgument };
            let Ok(index) = usize::try_from(index) else { return kInvalidArgument };
            if index >= self.bus_count(media, direction) {
                return kInvalidArgument;
            }
            info.mediaType = media;
            info.direction = direction;
            info.flags = kDefaultActive as u32;
            info.busType = kMain as i32;
            if media == kEvent as MediaType {
                info.channelCount = 16;
                write_utf16(&mut info.name, "MIDI");
                return kResultOk;
            }
            let layout = self.layout();
            let Some(bus) = Self::buses(&layout, direction).and_then(|buses| buses.get(index)) else {
                return kInvalidArgument;
            };
            info.channelCount = bus.channels as int32;
            write_utf16(&mut info.name, bus.name);
            if !bus.main {
                info.busType = kAux as i32;
                info.flags = 0;
            }
            kResultOk
        })
    }

    unsafe fn getRoutingInfo(&self, _input: *mut RoutingInfo, _output: *mut RoutingInfo) -> tresult {
        kNotImplemented
    }

    unsafe fn activateBus(
        &self,
        media: MediaType,
        direction: BusDirection,
        index: int32,
        _state: TBool,
    ) -> tresult {
        guard("activateBus", kInvalidArgument, || {
            // An inactive bus comes without buffers, which the cycle takes for silence.
            let known = usize::try_from(index).is_ok_and(|n| n < self.bus_count(media, direction));
            if known { kResultOk } else { kInvalidArgument }
        })
    }

    unsafe fn setActive(&self, state: TBool) -> tresult {
        let result = self.on_main("setActive", |main| {
            match (state != 0, self.active.load(Ordering::Acquire)) {
                (true, false) => self.start(main),
                (false, _) => self.stop(),
                (true, true) => {}
            }
            kResultOk
        });
        guard("setActive", (), || self.keep_beat());
        result
    }

    unsafe fn setState(&self, state: *mut IBStream) -> tresult {
        self.in_controller("setState", || {
            // SAFETY: null or a valid stream.
            let Some(state) = (unsafe { ComRef::from_raw(state) }) else { return kInvalidArgument };
            // SAFETY: valid.
            let Some(bytes) = (unsafe { stream::read_all(state) }) else { return kResultFalse };
            match self.half.load(&bytes) {
                Ok(refused) => {
                    self.programs.restored();
                    self.half.log_refused(&refused);
                    kResultOk
                }
                Err(error) => {
                    log(&format!("{}: nothing loaded: {error}", self.description.info.id));
                    kResultFalse
                }
            }
        })
    }

    unsafe fn getState(&self, state: *mut IBStream) -> tresult {
        guard("getState", kInternalError, || {
            // SAFETY: null or a valid stream.
            let Some(state) = (unsafe { ComRef::from_raw(state) }) else { return kInvalidArgument };
            self.programs.settle();
            let document = self.half.save();
            // SAFETY: valid.
            if unsafe { stream::write_all(state, &document) } { kResultOk } else { kResultFalse }
        })
    }
}
