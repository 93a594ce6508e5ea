//! A plugin's objects, bare.
#![allow(unsafe_code)]

use vst3::Steinberg::Vst::ProcessModes_::kRealtime;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use crate::check::Trial;
use crate::vst3::Module;
use crate::vst3::buses::Buses;
use crate::vst3::component::Component;

pub(super) const RATE: f64 = 48_000.0;
pub(super) const BLOCK: usize = 256;

/// Component and controller, and the module that they need.
pub(super) struct Peer {
    pub(super) made: Component,
    pub(super) module: Module,
}

impl Peer {
    pub(super) fn new(trial: &mut Trial) -> Result<Self, String> {
        trial.step("opening the module");
        let module = Module::open(&trial.subject.plugin)?;
        trial.step("instantiating");
        let class = module.choose(trial.subject.class.as_deref())?;
        let made = Component::new(module.factory()?, &class)?;
        Ok(Self { made, module })
    }

    /// Sets it up for samples of a size, and activates it with its buses.
    pub(super) fn activate(&self, trial: &mut Trial, sample_size: u32) -> Result<(), String> {
        let Component { component, processor, .. } = &self.made;
        let mut setup = ProcessSetup {
            processMode: kRealtime as int32,
            symbolicSampleSize: sample_size as int32,
            maxSamplesPerBlock: BLOCK as int32,
            sampleRate: RATE,
        };
        trial.step("activating");
        // SAFETY: the setup is a local variable; the order is that of VST3's state diagram.
        let result = unsafe { processor.setupProcessing(&mut setup) };
        if result != kResultOk && result != kNotImplemented {
            return Err(format!("the plugin refused setupProcessing (result {result})"));
        }
        Buses::read(component).activate(component, true);
        // SAFETY: no pointers.
        let result = unsafe { component.setActive(1) };
        if result != kResultOk && result != kNotImplemented {
            return Err(format!("the plugin refused setActive (result {result})"));
        }
        // SAFETY: no pointers. Many plugins leave it out.
        unsafe { processor.setProcessing(1) };
        Ok(())
    }

    /// Ends processing.
    pub(super) fn deactivate(&self, trial: &mut Trial) {
        trial.step("deactivating");
        // SAFETY: no pointers.
        unsafe {
            self.made.processor.setProcessing(0);
            self.made.component.setActive(0);
        }
    }
}
