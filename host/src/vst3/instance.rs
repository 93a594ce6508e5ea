//! One VST3 plugin's main-thread side.
#![allow(unsafe_code)]

use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use vst3::Steinberg::Vst::ProcessModes_::{kOffline, kRealtime};
use vst3::Steinberg::Vst::RestartFlags_::*;
use vst3::Steinberg::Vst::SymbolicSampleSizes_::kSample32;
use vst3::Steinberg::Vst::*;
use vst3::Steinberg::*;

use super::buses::{self, Buses};
use super::component::Component;
use super::factory::PluginClass;
use super::host::Told;
use super::module::Opened;
use super::parameters::Parameters;
use super::processor::{CONTROLLERS, ControllerMap, VstProcessor, Wiring};
use super::stream::Stream;
use super::turns::Turns;
use super::view::VstView;
use crate::child::{Activation, Arguments, Hosted, Processor};
use crate::gui::{Deed, Edit, EditStep, EditorSetup, NoView, View, Window};
use crate::info::{Format, ParameterValue, PluginInfo, Tail, Timing};
use crate::protocol::Mode;
use crate::shared::Memory;
use crate::state::{Bytes, PluginState};
use crate::step::Step;

/// A loaded plugin. The fields go in this order: objects before the module they came from.
pub(super) struct Instance {
    pub(super) parameters: Parameters,
    pub(super) component: Component,
    buses: Buses,
    class: PluginClass,
    rate: u32,
    max_block: u32,
    module: Rc<Opened>,
}

impl Instance {
    pub(super) fn new(
        module: Rc<Opened>,
        class: PluginClass,
        arguments: &Arguments,
    ) -> Result<Self, String> {
        let component = Component::new(module.factory()?, &class)?;
        let parameters = Parameters::read(component.controller.as_ref());
        let buses = Buses::read(&component.component);
        let (rate, max_block) = (arguments.rate, arguments.max_block);
        let loaded = Self { parameters, component, buses, class, rate, max_block, module };
        // Some plugins divide by the sample rate as soon as they get a state (LSP), so it is told
        // early. A refusal counts when the plugin is activated.
        let _ = loaded.set_up(Mode::Offline);
        Ok(loaded)
    }

    fn set_up(&self, mode: Mode) -> Result<(), String> {
        let processor = &self.component.processor;
        // SAFETY: no pointers.
        if unsafe { processor.canProcessSampleSize(kSample32 as int32) } != kResultTrue {
            return Err("the plugin can't process 32-bit samples".into());
        }
        let mut setup = ProcessSetup {
            processMode: process_mode(mode),
            symbolicSampleSize: kSample32 as int32,
            maxSamplesPerBlock: self.max_block as int32,
            sampleRate: f64::from(self.rate),
        };
        // SAFETY: the setup is a local variable.
        accepted("setupProcessing", unsafe { processor.setupProcessing(&mut setup) })
    }

    /// Asks the controller which parameter each MIDI controller moves.
    fn controllers(&self) -> ControllerMap {
        let mapping = self.component.controller.as_ref().and_then(|c| c.cast::<IMidiMapping>());
        let Some(mapping) = mapping.filter(|_| !self.buses.event_inputs.is_empty()) else {
            return vec![];
        };
        let of = |at: usize| {
            let (channel, number) = ((at / CONTROLLERS) as int16, (at % CONTROLLERS) as CtrlNumber);
            let mut id = 0;
            // SAFETY: the id is a local variable.
            let result = unsafe { mapping.getMidiControllerAssignment(0, channel, number, &mut id) };
            (result == kResultTrue).then_some(id)
        };
        (0..16 * CONTROLLERS).map(of).collect()
    }

    /// What the module's run loop serves.
    fn turns(&self) -> Option<Rc<Turns>> {
        Some(Rc::clone(&self.module.factory().ok()?.turns))
    }

    /// What the controller has done since the last time.
    pub(super) fn deeds(&mut self) -> Vec<Deed> {
        let told: Vec<_> = self.component.edits.try_iter().collect();
        told.into_iter().flat_map(|told| self.deeds_of(told)).collect()
    }

    fn deeds_of(&self, told: Told) -> Vec<Deed> {
        let parameters = &self.parameters;
        let step = |id, step, word: &str| {
            let (index, name, _) = parameters.show(id, 0.0)?;
            Some(vec![Deed::Edit(Edit { index, step, text: format!("{name} {word}") })])
        };
        let deeds = match told {
            Told::Begin(id) => step(id, EditStep::Begin, "begin"),
            Told::End(id) => step(id, EditStep::End, "end"),
            Told::Value(id, native) => parameters.show(id, native).map(|(index, name, plain)| {
                parameters.keep(index, native);
                let text = format!("{name} value {}", plain as f32);
                vec![
                    Deed::Change { index, native },
                    Deed::Edit(Edit { index, step: EditStep::Value(native), text }),
                ]
            }),
            Told::Restart(flags) => {
                let mut deeds = vec![Deed::Detail(format!("restart {}", restart(flags)))];
                if flags & (kReloadComponent | kIoChanged | kLatencyChanged) != 0 {
                    deeds.push(Deed::Restart);
                }
                if flags & kParamValuesChanged != 0 {
                    deeds.push(Deed::Values);
                }
                Some(deeds)
            }
        };
        deeds.unwrap_or_else(|| vec![Deed::Detail("an edit of a parameter that is none".into())])
    }

    /// Latency and tail.
    fn times(&self) -> Timing {
        let processor = &self.component.processor;
        // SAFETY: no pointers.
        let (latency, tail) = unsafe { (processor.getLatencySamples(), processor.getTailSamples()) };
        let tail = if tail == kInfiniteTail { Tail::Infinite } else { Tail::Frames(tail) };
        Timing { latency, tail }
    }
}

/// What a restart is for, in words.
fn restart(flags: i32) -> String {
    let names = [
        (kReloadComponent, "component"),
        (kIoChanged, "buses"),
        (kParamValuesChanged, "values"),
        (kLatencyChanged, "latency"),
        (kParamTitlesChanged, "titles"),
    ];
    let told = names.iter().filter(|(flag, _)| flags & *flag != 0);
    let words: Vec<_> = told.map(|(_, name)| *name).collect();
    if words.is_empty() { format!("{flags:#x}") } else { words.join(" ") }
}

/// The mode as VST3 counts it.
pub(super) fn process_mode(mode: Mode) -> int32 {
    match mode {
        Mode::Offline => kOffline as int32,
        Mode::Live => kRealtime as int32,
    }
}

/// The value that an edit sets.
fn value(told: Told) -> Option<(ParamID, ParamValue)> {
    match told {
        Told::Value(id, value) => Some((id, value)),
        Told::Begin(_) | Told::End(_) | Told::Restart(_) => None,
    }
}

/// Whether a call that a plugin may leave out went well.
fn accepted(call: &str, result: tresult) -> Result<(), String> {
    if result == kResultOk || result == kNotImplemented {
        Ok(())
    } else {
        Err(format!("the plugin refused {call} (result {result})"))
    }
}

impl Hosted for Instance {
    fn parameter_count(&self) -> usize {
        self.parameters.ids().count()
    }

    fn info(&mut self) -> PluginInfo {
        let mut mapped: Vec<_> = self.controllers().into_iter().flatten().collect();
        mapped.sort_unstable();
        PluginInfo {
            format: Format::Vst3,
            id: self.class.id_text(),
            name: self.class.name.clone(),
            vendor: self.class.vendor.clone(),
            version: self.class.version.clone(),
            category: self.class.category.clone(),
            inputs: self.buses.input_list(),
            outputs: self.buses.output_list(),
            event_inputs: self.buses.event_inputs.clone(),
            event_outputs: self.buses.event_outputs.clone(),
            parameters: self.parameters.describe(&mapped),
            timing: self.times(),
        }
    }

    fn native(&mut self, index: u32, plain: f64) -> Result<f64, String> {
        self.parameters.normalized(index, plain)
    }

    fn step(&mut self, index: u32, plain: f64) -> Result<Step, String> {
        self.parameters.step(index, plain)
    }

    fn parse_text(&mut self, index: u32, text: &str) -> Option<f64> {
        self.parameters.parse(index, text)
    }

    fn values(&mut self) -> Vec<ParameterValue> {
        (0..self.parameters.ids().count() as u32).map(|i| self.parameters.value(i)).collect()
    }

    fn set(&mut self, values: &[(u32, f64)]) {
        for (index, normalized) in values {
            self.parameters.set(*index, normalized.clamp(0.0, 1.0));
        }
    }

    fn activate(
        &mut self,
        inputs: Option<u32>,
        memory: &Arc<Memory>,
        mode: Mode,
    ) -> Result<Activation, String> {
        self.set_up(mode)?;
        let Component { component, processor, edits, .. } = &self.component;
        if let Some(channels) = inputs {
            self.buses = buses::arrange(component, processor, channels);
        }
        let wiring = Wiring {
            processor,
            buses: &self.buses,
            ids: self.parameters.ids().collect(),
            by_id: self.parameters.by_id(),
            controllers: self.controllers(),
            edits: edits.try_iter().filter_map(value).collect(),
            mode: process_mode(mode),
            rate: f64::from(self.rate),
        };
        let ready = VstProcessor::new(wiring, memory)?;
        self.buses.activate(component, true);
        // SAFETY: no pointers; the calls follow the order of VST3's state diagram.
        unsafe {
            accepted("setActive", component.setActive(1))?;
            // Many plugins leave this out, so its answer says nothing.
            processor.setProcessing(1);
        }
        Ok(Activation {
            inputs: self.buses.input_list(),
            outputs: self.buses.output_list(),
            timing: self.times(),
            processor: Box::new(ready),
        })
    }

    fn timing(&mut self) -> Result<Timing, String> {
        Ok(self.times())
    }

    fn deactivate(&mut self, processor: Box<dyn Processor>) {
        // SAFETY: no pointers; the reverse of `activate`, after the last block.
        unsafe {
            self.component.processor.setProcessing(0);
            self.component.component.setActive(0);
        }
        self.buses.activate(&self.component.component, false);
        drop(processor);
    }

    fn heard(&mut self, index: u32, native: f64) {
        self.parameters.keep(index, native.clamp(0.0, 1.0));
    }

    fn sockets(&self) -> Vec<RawFd> {
        self.turns().map_or(vec![], |turns| turns.sockets())
    }

    fn lose(&mut self, socket: RawFd) {
        if let Some(turns) = self.turns() {
            turns.lose(socket);
        }
    }

    fn due(&self) -> Option<Duration> {
        self.turns()?.due()
    }

    fn serve(&mut self, ready: &[RawFd]) -> Vec<Deed> {
        if let Some(turns) = self.turns() {
            turns.serve(ready);
        }
        self.deeds()
    }

    fn view<'a>(
        &'a mut self,
        window: &Rc<Window>,
        setup: &EditorSetup,
    ) -> Result<Box<dyn View + 'a>, NoView> {
        let factory = self.module.factory().map_err(NoView::broken)?;
        let turns = Rc::clone(&factory.turns);
        Ok(Box::new(VstView::open(self, turns, window, setup)?))
    }

    fn save_state(&mut self) -> Result<PluginState, String> {
        let component = self.component.component_state().ok_or("the plugin could not save its state")?;
        let controller = self.component.controller.as_ref().and_then(|controller| {
            let stream = Stream::new(vec![])?;
            // SAFETY: the stream lives through the call.
            let result = unsafe { controller.getState(stream.as_ptr()) };
            (result == kResultOk).then(|| stream.bytes()).filter(|bytes| !bytes.is_empty())
        });
        // One object with one state gives the same bytes twice.
        let controller = controller.filter(|bytes| *bytes != component);
        Ok(PluginState::Vst3 { component: Bytes(component), controller: controller.map(Bytes) })
    }

    fn load_state(&mut self, state: PluginState) -> Result<(), String> {
        let PluginState::Vst3 { component: Bytes(component), controller } = state else {
            return Err("the state is not one of a VST3 plugin".into());
        };
        let none = "the stream could not be made";
        // Nothing to save is nothing to load: plugins refuse what they never wrote (DPF).
        if !component.is_empty() {
            let stream = Stream::new(component.clone()).ok_or(none)?;
            // SAFETY: the stream lives through the call.
            let result = unsafe { self.component.component.setState(stream.as_ptr()) };
            if result != kResultOk {
                return Err(format!("the plugin refused the state (result {result})"));
            }
            self.component.tell_controller(Some(&component));
        }
        if let (Some(Bytes(bytes)), Some(controller)) = (controller, &self.component.controller) {
            let stream = Stream::new(bytes).ok_or(none)?;
            // SAFETY: the stream lives through the call. A controller without a state of its own
            // says so, which is no error.
            unsafe { controller.setState(stream.as_ptr()) };
        }
        Ok(())
    }
}
