//! An instance.

use vst3::ComPtr;
use vst3::Steinberg::Vst::BusDirections_::{kInput, kOutput};
use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::{
    IAudioProcessor, IAudioProcessorTrait, IComponent, IComponentTrait, IEditController,
    IEditControllerTrait, ProcessSetup, SpeakerArr::kMono, SpeakerArrangement,
};
use vst3::Steinberg::{FUnknown, IPluginBaseTrait, kResultOk, tresult};

use super::{Call, Module, Stream};
use crate::gain;
use crate::memory::Samples;

/// An instance of the gain plugin; dropped as hosts drop one.
pub struct Plugin {
    /// Its component side.
    pub component: ComPtr<IComponent>,
    /// Its processor side.
    pub processor: ComPtr<IAudioProcessor>,
    /// Its controller side.
    pub controller: ComPtr<IEditController>,
}

impl Plugin {
    /// A new instance of a module, initialised and nothing more.
    ///
    /// # Panics
    /// Where an interface is missing.
    #[must_use]
    pub fn of(module: &Module) -> Self {
        Self::within(module, std::ptr::null_mut())
    }

    /// The same with something of the host's.
    ///
    /// # Panics
    /// As [`Plugin::of`].
    #[must_use]
    pub fn within(module: &Module, context: *mut FUnknown) -> Self {
        let object = module.create();
        let component = object.cast::<IComponent>().expect("IComponent");
        let processor = object.cast::<IAudioProcessor>().expect("IAudioProcessor");
        let controller = object.cast::<IEditController>().expect("IEditController");
        // SAFETY: valid; null is allowed for the context.
        assert_eq!(unsafe { component.initialize(context) }, kResultOk);
        Self { component, processor, controller }
    }

    /// A new instance of the gain plugin, initialised and nothing more.
    #[must_use]
    pub fn new() -> Self {
        Self::of(Module::gain())
    }

    /// A new instance of the probe plugin, initialised and nothing more.
    #[must_use]
    pub fn probe() -> Self {
        Self::of(Module::probe())
    }

    /// A probe that is ready to process blocks of stereo.
    ///
    /// # Panics
    /// Where the plugin refuses.
    #[must_use]
    pub fn ready_probe(longest: usize) -> Self {
        let plugin = Self::probe();
        assert_eq!(plugin.set_up(gain::RATE, longest), kResultOk);
        plugin.start();
        plugin
    }

    /// The plain value of a parameter, as the controller shows it.
    #[must_use]
    pub fn plain(&self, param: &str) -> f64 {
        // SAFETY: any id is allowed.
        unsafe { self.controller.normalizedParamToPlain(gain::id(param), self.value(param)) }
    }

    /// An instance that is ready to process.
    #[must_use]
    pub fn ready(rate: f64, longest: usize) -> Self {
        let plugin = Self::new();
        assert_eq!(plugin.set_up(rate, longest), kResultOk);
        plugin.start();
        plugin
    }

    /// The same with a mono arrangement.
    #[must_use]
    pub fn ready_mono(longest: usize) -> Self {
        let plugin = Self::new();
        assert_eq!(plugin.arrange(&[kMono], &[kMono]), kResultOk);
        assert_eq!(plugin.set_up(gain::RATE, longest), kResultOk);
        plugin.start();
        plugin
    }

    /// `setupProcessing`.
    pub fn set_up(&self, rate: f64, longest: usize) -> tresult {
        self.set_up_for(kSample32 as i32, rate, longest)
    }

    /// The same with a size of samples.
    pub fn set_up_for(&self, size: i32, rate: f64, longest: usize) -> tresult {
        let mut setup = ProcessSetup {
            processMode: kRealtime as i32,
            symbolicSampleSize: size,
            maxSamplesPerBlock: longest as i32,
            sampleRate: rate,
        };
        // SAFETY: valid.
        unsafe { self.processor.setupProcessing(&mut setup) }
    }

    /// `setActive` and `setProcessing`.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn start(&self) {
        // SAFETY: valid.
        unsafe {
            assert_eq!(self.component.setActive(1), kResultOk);
            assert_eq!(self.processor.setProcessing(1), kResultOk);
        }
    }

    /// The way back.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn stop(&self) {
        // SAFETY: valid.
        unsafe {
            assert_eq!(self.processor.setProcessing(0), kResultOk);
            assert_eq!(self.component.setActive(0), kResultOk);
        }
    }

    /// `setBusArrangements`.
    pub fn arrange(&self, ins: &[SpeakerArrangement], outs: &[SpeakerArrangement]) -> tresult {
        let (mut ins, mut outs) = (ins.to_vec(), outs.to_vec());
        let counts = (ins.len() as i32, outs.len() as i32);
        // SAFETY: as many arrangements as the numbers say.
        unsafe {
            self.processor.setBusArrangements(ins.as_mut_ptr(), counts.0, outs.as_mut_ptr(), counts.1)
        }
    }

    /// The arrangement of the main input and the main output.
    ///
    /// # Panics
    /// Where the plugin refuses to say.
    #[must_use]
    pub fn arrangement(&self) -> [SpeakerArrangement; 2] {
        [kInput, kOutput].map(|direction| {
            let mut answer = 0;
            // SAFETY: a place for the answer.
            let result = unsafe { self.processor.getBusArrangement(direction as i32, 0, &mut answer) };
            assert_eq!(result, kResultOk);
            answer
        })
    }

    /// The position 0…1 of a parameter.
    #[must_use]
    pub fn value(&self, param: &str) -> f64 {
        // SAFETY: any id is allowed.
        unsafe { self.controller.getParamNormalized(gain::id(param)) }
    }

    /// `process`.
    pub fn process(&self, call: &mut Call) -> tresult {
        // SAFETY: what the test makes of it.
        unsafe { self.processor.process(&mut call.data) }
    }

    /// Takes a parameter change without audio.
    ///
    /// # Panics
    /// Where the plugin refuses.
    pub fn flush(&self, param: &str, position: f64) {
        let mut call = Call::flush().with(&[(gain::id(param), &[(0, position)])]);
        assert_eq!(self.process(&mut call), kResultOk);
    }

    /// Puts a sound into both channels, processes, and gives the left one; the right one must be
    /// equal. Changes are `(frame, position 0…1)` of the gain.
    ///
    /// # Panics
    /// Where the plugin refuses, or channels differ.
    pub fn play(&self, sound: &[f32], changes: &[(i32, f64)]) -> Vec<f32> {
        self.play_with(sound, &[(gain::id("gain"), changes)])
    }

    /// The same with changes of any parameter.
    ///
    /// # Panics
    /// As [`Plugin::play`].
    pub fn play_with(&self, sound: &[f32], changes: &[(u32, &[(i32, f64)])]) -> Vec<f32> {
        let ins = [Samples::of(sound), Samples::of(sound)];
        let outs = [Samples::unwritten(sound.len()), Samples::unwritten(sound.len())];
        let mut call = Call::over(sound.len(), &ins, &outs).with(changes);
        assert_eq!(self.process(&mut call), kResultOk);
        let bits = |samples: &[f32]| samples.iter().map(|s| s.to_bits()).collect::<Vec<_>>();
        assert_eq!(bits(&outs[0]), bits(&outs[1]), "both channels sound alike");
        outs[0].to_vec()
    }

    /// The state.
    ///
    /// # Panics
    /// Where the plugin refuses.
    #[must_use]
    pub fn save(&self) -> Vec<u8> {
        let stream = Stream::new(&[], 0, usize::MAX);
        // SAFETY: a valid stream.
        assert_eq!(unsafe { self.component.getState(Stream::pointer(&stream)) }, kResultOk);
        stream.bytes()
    }

    /// Loads a state; gives the plugin's answer.
    #[must_use]
    pub fn load(&self, state: &[u8]) -> tresult {
        let stream = Stream::new(state, 0, usize::MAX);
        // SAFETY: a valid stream.
        unsafe { self.component.setState(Stream::pointer(&stream)) }
    }
}

impl Default for Plugin {
    fn default() -> Self {
        Self::new()
    }
}

impl Drop for Plugin {
    fn drop(&mut self) {
        // SAFETY: valid.
        unsafe {
            self.processor.setProcessing(0);
            self.component.setActive(0);
            self.component.terminate();
        }
    }
}
