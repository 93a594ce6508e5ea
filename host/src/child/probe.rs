//! Built-in plugins, most of which misbehave on purpose, so that the parent's supervision can be tested.
//!
//! `__test__` only writes to the shared memory; `__crash__` and `__hang__` do so while loading,
//! `__crash_process__`, `__hang_state__` and so on at the place they name. `__alloc__` and its like take
//! all the memory that they can get.

mod fault;
mod through;

use std::rc::Rc;
use std::sync::Arc;

use rustix::process::Signal;

use super::{Activation, Arguments, Block, Hosted, Output, Processor, Room};
use crate::gui::{EditorSetup, NoView, Refusal, View, Window};
use crate::info::{Bus, BusKind, Format, ParameterValue, PluginInfo, PluginSummary, Tail, Timing};
use crate::protocol::Mode;
use crate::shared::{Memory, Status};
use crate::state::PluginState;
use crate::step::Step;

/// The probe that writes [`SELF_TEST`](crate::shared::SELF_TEST) and ends.
pub(super) const SELF_TEST_NAME: &str = "__test__";

/// The probe that says which priority an audio thread would get.
pub(super) const PRIORITY_NAME: &str = "__priority__";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Fault {
    Crash,
    Hang,
    Alloc,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Load,
    Process,
    State,
    Editor,
    Unload,
}

#[derive(Clone, Copy)]
struct Probe {
    fault: Fault,
    place: Place,
}

/// Whether a name stands for a built-in plugin instead of a path or URI.
pub(crate) fn is_probe(name: &str) -> bool {
    name == SELF_TEST_NAME || open(name).is_some()
}

/// The probe of this name, if there is one.
pub(super) fn open(name: &str) -> Option<Box<dyn Room>> {
    let inner = name.strip_prefix("__")?.strip_suffix("__")?;
    if let Some(room) = through::open(inner) {
        return Some(room);
    }
    let (fault, place) = inner.split_once('_').unwrap_or((inner, "load"));
    let fault = match fault {
        "crash" => Fault::Crash,
        "hang" => Fault::Hang,
        "alloc" => Fault::Alloc,
        _ => return None,
    };
    let place = match place {
        "load" => Place::Load,
        "process" => Place::Process,
        "state" => Place::State,
        "editor" => Place::Editor,
        "unload" => Place::Unload,
        _ => return None,
    };
    Some(Box::new(Probe { fault, place }))
}

impl Probe {
    fn reach(self, place: Place) {
        if self.place != place {
            return;
        }
        match self.fault {
            // The first signal may only meet the handler that Rust installs for stack overflows.
            Fault::Crash => loop {
                let _ = rustix::process::kill_process(rustix::process::getpid(), Signal::SEGV);
            },
            #[allow(clippy::disallowed_methods, reason = "to wait for ever is what it is for")]
            Fault::Hang => loop {
                std::thread::park();
            },
            Fault::Alloc => {
                let mut all = vec![];
                loop {
                    // Not zeroes: those are not touched.
                    all.push(std::hint::black_box(vec![1_u8; 1 << 20]));
                }
            }
        }
    }
}

const ID: &str = "urn:dyad:probe";

impl Room for Probe {
    fn scan(&self) -> Result<Vec<PluginSummary>, String> {
        Ok(vec![PluginSummary {
            id: ID.into(),
            name: "Probe".into(),
            main_inputs: Some(2),
            main_outputs: Some(2),
            sidechains: Some(0),
        }])
    }

    fn load(&self, _id: Option<&str>, _arguments: &Arguments) -> Result<Box<dyn Hosted>, String> {
        self.reach(Place::Load);
        Ok(Box::new(*self))
    }
}

fn stereo() -> Vec<Bus> {
    vec![Bus { name: "Main".into(), kind: BusKind::Main, channels: 2 }]
}

const TIMING: Timing = Timing { latency: 0, tail: Tail::Frames(0) };

impl Hosted for Probe {
    fn parameter_count(&self) -> usize {
        0
    }

    fn info(&mut self) -> PluginInfo {
        PluginInfo {
            format: Format::Lv2,
            id: ID.into(),
            name: "Probe".into(),
            vendor: String::new(),
            version: String::new(),
            category: String::new(),
            inputs: stereo(),
            outputs: stereo(),
            event_inputs: vec![],
            event_outputs: vec![],
            parameters: vec![],
            timing: TIMING,
        }
    }

    fn native(&mut self, _index: u32, _plain: f64) -> Result<f64, String> {
        Err("a probe has no parameters".into())
    }

    fn step(&mut self, _index: u32, _plain: f64) -> Result<Step, String> {
        Ok(Step::Free)
    }

    fn parse_text(&mut self, _index: u32, _text: &str) -> Option<f64> {
        None
    }

    fn values(&mut self) -> Vec<ParameterValue> {
        vec![]
    }

    fn set(&mut self, _values: &[(u32, f64)]) {}

    fn activate(
        &mut self,
        _inputs: Option<u32>,
        _memory: &Arc<Memory>,
        _mode: Mode,
    ) -> Result<Activation, String> {
        Ok(Activation { inputs: stereo(), outputs: stereo(), timing: TIMING, processor: Box::new(*self) })
    }

    fn timing(&mut self) -> Result<Timing, String> {
        Ok(TIMING)
    }

    fn deactivate(&mut self, _processor: Box<dyn Processor>) {
        self.reach(Place::Unload);
    }

    fn view<'a>(
        &'a mut self,
        _window: &Rc<Window>,
        _setup: &EditorSetup,
    ) -> Result<Box<dyn View + 'a>, NoView> {
        self.reach(Place::Editor);
        Err(NoView::new(Refusal::None, "a probe has no editor"))
    }

    fn save_state(&mut self) -> Result<PluginState, String> {
        self.reach(Place::State);
        Ok(PluginState::Lv2 { ports: [].into(), properties: vec![] })
    }

    fn load_state(&mut self, _state: PluginState) -> Result<(), String> {
        self.reach(Place::State);
        Ok(())
    }
}

impl Processor for Probe {
    fn process(&mut self, _block: &Block<'_>, _output: &mut Output) -> Status {
        self.reach(Place::Process);
        Status::Ok
    }
}
