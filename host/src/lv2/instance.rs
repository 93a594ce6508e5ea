//! One LV2 plugin's main-thread side.
#![allow(unsafe_code)]

use std::rc::Rc;
use std::sync::Arc;

use lilv::World;
use lilv::plugin::Plugin;
use lv2_raw::{LV2Descriptor, LV2Handle};

use super::controls::Controls;
use super::describe::{self, Buses};
use super::features::Features;
use super::letters::{self, Inbox, Outbox};
use super::ports::{Control, Kind, Port};
use super::processor::{LvProcessor, Wiring};
use super::ui::{self, Controller, LvEditor, LvView, Opening, Ui};
use super::worker::WorkerRunner;
use super::{state, timing, uris};
use crate::child::{Activation, Arguments, Hosted, Processor};
use crate::gui::{EditorSetup, NoView, View, Window};
use crate::info::{ParameterValue, PluginInfo, Tail, Timing};
use crate::protocol::Mode;
use crate::shared::Memory;
use crate::state::PluginState;
use crate::step::Step;

/// What the bundle has put together.
pub(super) struct Parts<'a> {
    pub(super) world: &'a World,
    pub(super) plugin: &'a Plugin,
    pub(super) ports: Vec<Port>,
    pub(super) instance: lilv::instance::Instance,
    pub(super) features: Features,
}

/// A loaded plugin. The instance comes first: it must go before what its pointers lead to.
pub(super) struct Instance {
    instance: lilv::instance::Instance,
    features: Features,
    ports: Vec<Port>,
    buses: Buses,
    controls: Controls,
    info: PluginInfo,
    rate: f64,
    active: bool,
    uis: Vec<Ui>,
    /// The editor's ends of the ways to and from the running plugin, while none is open.
    pub(super) letters: Option<(Outbox, Inbox)>,
    /// Whether a state may be taken in while the plugin runs.
    safe_restore: bool,
}

/// The plugin's functions and its handle.
#[derive(Clone, Copy)]
pub(super) struct Raw {
    pub(super) handle: LV2Handle,
    pub(super) connect_port: extern "C" fn(LV2Handle, u32, *mut std::ffi::c_void),
    pub(super) run: extern "C" fn(LV2Handle, u32),
    pub(super) activate: Option<extern "C" fn(LV2Handle)>,
    pub(super) deactivate: Option<extern "C" fn(LV2Handle)>,
}

impl Raw {
    pub(super) fn new(instance: &lilv::instance::Instance) -> Result<Self, String> {
        let descriptor: &LV2Descriptor = instance.descriptor().ok_or("the plugin has no descriptor")?;
        Ok(Self {
            handle: instance.handle(),
            connect_port: descriptor.connect_port,
            run: descriptor.run,
            activate: descriptor.activate,
            deactivate: descriptor.deactivate,
        })
    }
}

impl Instance {
    pub(super) fn new(parts: Parts<'_>, arguments: &Arguments) -> Result<Self, String> {
        let Parts { world, plugin, ports, instance, features } = parts;
        if let Some(port) = ports.iter().find(|p| matches!(p.kind, Kind::Other) && !p.optional) {
            return Err(format!("its port {} is of a type this host does not know", port.symbol));
        }
        let count = ports.iter().map(|p| p.index as usize + 1).max().unwrap_or(0);
        let controls = Controls::new(count);
        for port in &ports {
            if let Kind::Control(control) = &port.kind {
                controls.set(port.index, control.default as f32);
            }
        }
        let buses = Buses::new(world, plugin, &ports);
        let info = describe::info(world, plugin, &ports, &buses, &controls);
        let rate = f64::from(arguments.rate);
        let uis = ui::read(world, plugin);
        let (active, letters) = (false, None);
        let safe_restore = plugin.has_feature(&world.new_uri(uris::THREAD_SAFE_RESTORE));
        let loaded = Self {
            instance,
            features,
            ports,
            buses,
            controls,
            info,
            rate,
            active,
            uis,
            letters,
            safe_restore,
        };
        state::load_default(world, plugin, &loaded.access());
        Ok(loaded)
    }

    /// What saving and restoring need.
    fn access(&self) -> state::Access<'_> {
        state::Access {
            instance: &self.instance,
            features: &self.features,
            ports: &self.ports,
            controls: &self.controls,
        }
    }

    fn parameter(&self, index: u32) -> Result<(&Port, &Control), String> {
        describe::parameter_ports(&self.ports)
            .nth(index as usize)
            .ok_or_else(|| format!("no parameter has the index {index}"))
    }

    fn worker(&self, raw: Raw, mode: Mode) -> Option<WorkerRunner> {
        // SAFETY: asking for extension data is allowed at any time; what comes back under this URI
        // is a worker interface by the extension's contract, and it lives as long as the library. The
        // processor that has the runner goes before the instance.
        unsafe {
            let interface =
                self.instance.extension_data::<lv2_sys::LV2_Worker_Interface>(uris::WORKER_INTERFACE)?;
            let worker = Arc::clone(&self.features.worker);
            WorkerRunner::new(worker, *interface.as_ref(), raw.handle, mode)
        }
    }
}

impl Hosted for Instance {
    fn parameter_count(&self) -> usize {
        self.info.parameters.len()
    }

    fn info(&mut self) -> PluginInfo {
        let mut info = self.info.clone();
        for (parameter, value) in info.parameters.iter_mut().zip(self.values()) {
            parameter.value = value.plain;
            parameter.text = value.text;
        }
        // Before its first `run` a plugin need not have told its latency.
        info.timing = self.timing().unwrap_or(info.timing);
        info
    }

    fn native(&mut self, index: u32, plain: f64) -> Result<f64, String> {
        self.parameter(index).map(|_| plain)
    }

    fn step(&mut self, index: u32, plain: f64) -> Result<Step, String> {
        let (port, control) = self.parameter(index)?;
        let range = control.max - control.min;
        Ok(if control.toggled || port.designation.as_deref() == Some(uris::ENABLED) {
            Step::among([0.0, 1.0], plain, 1.0)
        } else if control.list && !control.points.is_empty() {
            Step::among(control.points.iter().map(|point| point.value), plain, range)
        } else if control.integer {
            Step::whole(plain)
        } else {
            Step::Free
        })
    }

    fn parse_text(&mut self, index: u32, text: &str) -> Option<f64> {
        let (_, control) = self.parameter(index).ok()?;
        let points = || control.points.iter();
        points()
            .find(|point| point.label == text)
            .or_else(|| points().find(|point| point.symbol.as_deref() == Some(text)))
            .or_else(|| points().find(|point| point.label.eq_ignore_ascii_case(text)))
            .map(|point| point.value)
    }

    fn values(&mut self) -> Vec<ParameterValue> {
        describe::parameter_ports(&self.ports)
            .map(|(port, control)| {
                let plain = f64::from(self.controls.get(port.index));
                ParameterValue { plain, text: describe::value_text(control, plain) }
            })
            .collect()
    }

    fn set(&mut self, values: &[(u32, f64)]) {
        for (index, native) in values {
            if let Ok((port, _)) = self.parameter(*index)
                && port.input
            {
                self.controls.set(port.index, *native as f32);
            }
        }
    }

    fn activate(
        &mut self,
        _inputs: Option<u32>,
        memory: &Arc<Memory>,
        mode: Mode,
    ) -> Result<Activation, String> {
        let raw = Raw::new(&self.instance)?;
        for port in self.ports.iter().filter(|p| p.input && p.served_by_host()) {
            // Rendering is free-wheeling: faster or slower than time, and nobody listens.
            self.controls.set(port.index, if mode == Mode::Offline { 1.0 } else { 0.0 });
        }
        let (letters, theirs) = match mode {
            Mode::Offline => (None, None),
            Mode::Live => {
                let ((to_plugin, plugin_gets), (to_editor, editor_gets)) = (letters::way(), letters::way());
                (Some((to_plugin, editor_gets)), Some((to_editor, plugin_gets)))
            }
        };
        self.letters = letters;
        let wiring = Wiring {
            raw,
            ports: &self.ports,
            buses: &self.buses,
            controls: &self.controls,
            urids: &self.features.urids,
            worker: self.worker(raw, mode),
            letters: theirs,
            rate: self.rate,
        };
        let processor = LvProcessor::new(wiring, memory)?;
        if let Some(activate) = raw.activate {
            activate(raw.handle);
        }
        self.active = true;
        let unsaid = Timing { latency: 0, tail: timing::tail(&self.instance) };
        Ok(Activation {
            inputs: self.buses.inputs.list.clone(),
            outputs: self.buses.outputs.list.clone(),
            timing: self.timing().unwrap_or(unsaid),
            processor: Box::new(processor),
        })
    }

    fn timing(&mut self) -> Result<Timing, String> {
        let port = self.ports.iter().find(|p| !p.input && p.served_by_host());
        let shown = port.map_or(0.0, |port| self.controls.get(port.index));
        let latency = timing::latency(shown)
            .ok_or_else(|| format!("the plugin claims a latency of {shown} frames, which can't be"))?;
        // The tail may hang on what activation fixes, so nobody is asked earlier.
        let tail = if self.active { timing::tail(&self.instance) } else { Tail::Unknown };
        Ok(Timing { latency, tail })
    }

    fn deactivate(&mut self, processor: Box<dyn Processor>) {
        self.active = false;
        if let Ok(Raw { handle, deactivate: Some(deactivate), .. }) = Raw::new(&self.instance) {
            deactivate(handle);
        }
        drop(processor);
    }

    fn view<'a>(
        &'a mut self,
        window: &Rc<Window>,
        setup: &EditorSetup,
    ) -> Result<Box<dyn View + 'a>, NoView> {
        let ui = ui::choose(&self.uis)?;
        let urids = &*self.features.urids;
        let (outbox, mut inbox) = self.letters.take().unzip();
        // What came while no editor was there is old.
        while let Some(_old) = inbox.as_mut().and_then(Inbox::next) {}
        let event_transfer = urids.map(uris::EVENT_TRANSFER);
        let protocols = [event_transfer, urids.map(uris::UI_FLOAT_PROTOCOL)];
        let controller = Controller::new(&self.ports, &self.controls, protocols, outbox);
        let opening = Opening { ui, plugin: &self.info.id, controller, inbox, event_transfer };
        let data_access = self.instance.descriptor().and_then(|descriptor| descriptor.extension_data);
        let ground = |controller: &Controller| {
            ui::Features::new(ui::Ground {
                urids,
                controller,
                instance: self.instance.handle(),
                data: lv2_sys::LV2_Extension_Data_Feature {
                    data_access: data_access.map(|data| data as _),
                },
                window: window.id(),
                rate: self.rate as f32,
                setup,
            })
        };
        let view = LvView::open(opening, window, setup, ground).map_err(|refused| {
            self.letters = refused.letters;
            refused.reason
        })?;
        Ok(Box::new(LvEditor::new(view, self)))
    }

    fn loads_while_running(&self) -> bool {
        self.safe_restore
    }

    fn save_state(&mut self) -> Result<PluginState, String> {
        state::save(&self.access())
    }

    fn load_state(&mut self, state: PluginState) -> Result<(), String> {
        let PluginState::Lv2 { ports, properties } = state else {
            return Err("the state is not one of an LV2 plugin".into());
        };
        state::load(&self.access(), &ports, &properties)
    }
}
