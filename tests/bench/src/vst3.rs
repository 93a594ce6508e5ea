//! A VST3 plugin in the least of hosts.

use std::ffi::c_void;
use std::path::Path;

use dyad_core::identity::{vst3_class_words, vst3_param_id};
use dyad_tests::bundle;
use libloading::os::unix::{Library, RTLD_LOCAL, RTLD_NOW};
use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    AudioBusBuffers, AudioBusBuffers__type0, IAudioProcessor, IAudioProcessorTrait, IComponent,
    IComponentTrait, ProcessData, ProcessSetup,
};
use vst3::Steinberg::{FUnknown, IPluginBaseTrait, IPluginFactory, IPluginFactoryTrait, TUID, kResultOk};
use vst3::{ComPtr, ComWrapper, Interface, uid};

use crate::host::{Changes, Stream};
use crate::measure::Case;
use crate::sound::{FRAMES, RATE, Sound};

/// A loaded module; it is never unloaded.
pub(crate) fn load(path: &Path) -> ComPtr<IPluginFactory> {
    // SAFETY: a plugin, which runs no code when it is loaded; the types are VST3's.
    unsafe {
        let library = Library::open(Some(path), RTLD_NOW | RTLD_LOCAL);
        let library = library.unwrap_or_else(|error| panic!("can't load {}: {error}", path.display()));
        if let Ok(entry) = library.get::<unsafe extern "system" fn(*mut c_void) -> bool>(b"ModuleEntry\0") {
            assert!(entry(std::ptr::null_mut()));
        }
        let get = library.get::<unsafe extern "system" fn() -> *mut IPluginFactory>(b"GetPluginFactory\0");
        let factory = ComPtr::from_raw(get.expect("GetPluginFactory")()).expect("a factory");
        std::mem::forget(library);
        factory
    }
}

/// An instance that is ready to process.
pub(crate) struct Instance {
    component: ComPtr<IComponent>,
    processor: ComPtr<IAudioProcessor>,
}

impl Instance {
    pub(crate) fn new(factory: &ComPtr<IPluginFactory>, class: TUID) -> Self {
        let mut object = std::ptr::null_mut();
        // SAFETY: calls in VST3's order, with places for the answers.
        unsafe {
            let made = factory.createInstance(class.as_ptr(), FUnknown::IID.as_ptr().cast(), &mut object);
            assert_eq!(made, kResultOk, "the factory makes an instance");
            let object = ComPtr::<FUnknown>::from_raw(object.cast()).expect("and gives it");
            let component = object.cast::<IComponent>().expect("IComponent");
            let processor = object.cast::<IAudioProcessor>().expect("IAudioProcessor");
            let mut setup = ProcessSetup {
                processMode: kRealtime as i32,
                symbolicSampleSize: kSample32 as i32,
                maxSamplesPerBlock: FRAMES as i32,
                sampleRate: RATE,
            };
            assert_eq!(component.initialize(std::ptr::null_mut()), kResultOk);
            assert_eq!(processor.setupProcessing(&mut setup), kResultOk);
            assert_eq!(component.setActive(1), kResultOk);
            assert_eq!(processor.setProcessing(1), kResultOk);
            Self { component, processor }
        }
    }

    pub(crate) fn save(&self, stream: &ComWrapper<Stream>) {
        // SAFETY: a stream.
        assert_eq!(unsafe { self.component.getState(Stream::pointer(stream, true)) }, kResultOk);
    }

    pub(crate) fn load(&self, stream: &ComWrapper<Stream>) {
        // SAFETY: a stream.
        assert_eq!(unsafe { self.component.setState(Stream::pointer(stream, false)) }, kResultOk);
    }
}

impl Drop for Instance {
    fn drop(&mut self) {
        // SAFETY: the way back, in VST3's order.
        unsafe {
            self.processor.setProcessing(0);
            self.component.setActive(0);
            self.component.terminate();
        }
    }
}

/// The class of the built gain.
pub(crate) fn class() -> TUID {
    let [a, b, c, d] = vst3_class_words("urn:dyad:gain");
    uid(a, b, c, d)
}

/// An instance with its block.
pub(crate) struct Vst3 {
    /// The instance.
    pub(crate) instance: Instance,
    data: ProcessData,
    _sound: Sound,
    _channels: Box<[*mut f32; 4]>,
    _buses: Box<[AudioBusBuffers; 2]>,
    /// Two blocks' changes, which take turns; none where nothing happens.
    changes: Option<[ComWrapper<Changes>; 2]>,
}

impl Vst3 {
    /// The built gain.
    pub(crate) fn ours() -> Self {
        Self::new(&bundle::vst3_binary(), class())
    }

    /// One of the hand-written ones: 1 is bare, 2 does the same work.
    pub(crate) fn floor(path: &Path, class: u32) -> Self {
        Self::new(path, uid(0, 0, 0, class))
    }

    fn new(path: &Path, class: TUID) -> Self {
        let mut sound = Sound::new();
        let mut channels = Box::new(sound.pointers());
        let base = channels.as_mut_ptr();
        let mut buses = Box::new([0, 2].map(|first| AudioBusBuffers {
            numChannels: 2,
            silenceFlags: 0,
            // SAFETY: there are four.
            __field0: AudioBusBuffers__type0 { channelBuffers32: unsafe { base.add(first) } },
        }));
        let bus = buses.as_mut_ptr();
        let data = ProcessData {
            processMode: kRealtime as i32,
            symbolicSampleSize: kSample32 as i32,
            numSamples: FRAMES as i32,
            numInputs: 1,
            numOutputs: 1,
            inputs: bus,
            // SAFETY: there are two.
            outputs: unsafe { bus.add(1) },
            inputParameterChanges: std::ptr::null_mut(),
            outputParameterChanges: std::ptr::null_mut(),
            inputEvents: std::ptr::null_mut(),
            outputEvents: std::ptr::null_mut(),
            processContext: std::ptr::null_mut(),
        };
        let instance = Instance::new(&load(path), class);
        Self { instance, data, _sound: sound, _channels: channels, _buses: buses, changes: None }
    }

    /// Points of the gain in every block from now on, spread over it.
    pub(crate) fn automate(&mut self, points: usize) {
        let at = |n: usize| (n * FRAMES / points.max(1)) as i32;
        let block = |turn: usize| {
            let value = |n: usize| if (n + turn).is_multiple_of(2) { 0.6 } else { 0.7 };
            let points = (0..points).map(|n| (at(n), value(n)));
            // An odd count ends on another value than it began with, and so does an even one.
            Changes::new(vst3_param_id("gain"), points.collect())
        };
        self.changes = (points > 0).then(|| [block(0), block(1)]);
        self.data.inputParameterChanges = std::ptr::null_mut();
    }
}

impl Case for Vst3 {
    fn call(&mut self, times: u32) {
        let turns = self.changes.as_ref().map(|both| both.each_ref().map(Changes::pointer));
        for n in 0..times as usize {
            if let Some(turns) = turns {
                self.data.inputParameterChanges = turns[n % 2];
            }
            // SAFETY: an active instance, and a block as VST3 has it.
            unsafe { self.instance.processor.process(&mut self.data) };
        }
    }
}
