//! Built-in plugins that work: `__through__` copies its input to its output, and `__parameters_100__` has a
//! hundred parameters besides, which it takes and never reports. They are what plugins are measured beside.
//!
//! `__faulty__` turns the sign of its input and multiplies it by 1 + its one parameter, so that its sound tells
//! it from what passes dry, and its state from none; a program change makes it fail in a way of its own
//! ([`fault`](super::fault)). `__counting__` gives out in each sample how often the audio thread has called the
//! allocator since its first block, between the blocks too, and sends all events back; it fails in the same ways.
#![allow(unsafe_code)]

use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::{Activation, Arguments, Block, Hosted, Output, Processor, Room};
use crate::count::{self, Counts};
use crate::gui::{EditorSetup, NoView, Refusal, View, Window};
use crate::info::{
    Bus, BusKind, Format, Parameter, ParameterFlags, ParameterValue, PluginInfo, PluginSummary, Tail,
    Timing,
};
use crate::protocol::Mode;
use crate::shared::{Direction, Memory, Status};
use crate::state::{PluginState, Property};
use crate::step::Step;

const ID: &str = "urn:dyad:through";
const NAME: &str = "Through";
const CHANNELS: u32 = 2;
const TIMING: Timing = Timing { latency: 0, tail: Tail::Frames(0) };

/// The one of this name, without the underscores around it, if there is one.
pub(super) fn open(name: &str) -> Option<Box<dyn Room>> {
    let parameters = match name {
        "faulty" => return Some(Box::new(Through { parameters: 1, way: Way::Faulty })),
        "counting" => return Some(Box::new(Through { parameters: 1, way: Way::Counting })),
        "through" => 0,
        _ => name.strip_prefix("parameters_")?.parse().ok().filter(|count| (1..=1000).contains(count))?,
    };
    Some(Box::new(Through { parameters, way: Way::Plain }))
}

/// What it does with its input.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Plain,
    Faulty,
    Counting,
}

struct Through {
    parameters: usize,
    way: Way,
}

impl Room for Through {
    fn scan(&self) -> Result<Vec<PluginSummary>, String> {
        Ok(vec![PluginSummary {
            id: ID.into(),
            name: NAME.into(),
            main_inputs: Some(CHANNELS),
            main_outputs: Some(CHANNELS),
            sidechains: Some(0),
        }])
    }

    fn load(&self, _id: Option<&str>, _arguments: &Arguments) -> Result<Box<dyn Hosted>, String> {
        let values = (0..self.parameters).map(|_| AtomicU64::new(0)).collect();
        Ok(Box::new(Loaded { values, way: self.way, properties: vec![] }))
    }
}

/// The values' bits; the audio side writes them.
type Values = Arc<[AtomicU64]>;

struct Loaded {
    values: Values,
    way: Way,
    /// Of the last state, for the next one.
    properties: Vec<Property>,
}

fn stereo() -> Vec<Bus> {
    vec![Bus { name: "Main".into(), kind: BusKind::Main, channels: CHANNELS }]
}

fn parameter(number: usize) -> Parameter {
    Parameter {
        id: format!("p{number}"),
        number: None,
        name: format!("Parameter {number}"),
        unit: String::new(),
        min: 0.0,
        max: 1.0,
        default: 0.0,
        value: 0.0,
        text: "0".into(),
        points: vec![],
        flags: ParameterFlags { automatable: true, ..ParameterFlags::default() },
    }
}

impl Hosted for Loaded {
    fn parameter_count(&self) -> usize {
        self.values.len()
    }

    fn info(&mut self) -> PluginInfo {
        PluginInfo {
            format: Format::Lv2,
            id: ID.into(),
            name: NAME.into(),
            vendor: String::new(),
            version: String::new(),
            category: String::new(),
            inputs: stereo(),
            outputs: stereo(),
            event_inputs: vec!["Events".into()],
            event_outputs: vec![],
            parameters: (0..self.values.len()).map(parameter).collect(),
            timing: TIMING,
        }
    }

    fn native(&mut self, _index: u32, plain: f64) -> Result<f64, String> {
        Ok(plain)
    }

    fn step(&mut self, _index: u32, _plain: f64) -> Result<Step, String> {
        Ok(Step::Free)
    }

    fn parse_text(&mut self, _index: u32, text: &str) -> Option<f64> {
        text.parse().ok()
    }

    fn values(&mut self) -> Vec<ParameterValue> {
        let value = |bits: &AtomicU64| {
            let plain = f64::from_bits(bits.load(Ordering::Relaxed));
            ParameterValue { plain, text: plain.to_string() }
        };
        self.values.iter().map(value).collect()
    }

    fn set(&mut self, values: &[(u32, f64)]) {
        for (index, value) in values {
            store(&self.values, *index, *value);
        }
    }

    fn activate(
        &mut self,
        _inputs: Option<u32>,
        memory: &Arc<Memory>,
        _mode: Mode,
    ) -> Result<Activation, String> {
        let (memory, values, way) = (Arc::clone(memory), Arc::clone(&self.values), self.way);
        let processor = Copying { memory, values, way, armed: false };
        Ok(Activation {
            inputs: stereo(),
            outputs: stereo(),
            timing: TIMING,
            processor: Box::new(processor),
        })
    }

    fn timing(&mut self) -> Result<Timing, String> {
        Ok(TIMING)
    }

    fn deactivate(&mut self, _processor: Box<dyn Processor>) {}

    fn view<'a>(
        &'a mut self,
        _window: &Rc<Window>,
        _setup: &EditorSetup,
    ) -> Result<Box<dyn View + 'a>, NoView> {
        Err(NoView::new(Refusal::None, "it has no editor"))
    }

    fn save_state(&mut self) -> Result<PluginState, String> {
        let value = |bits: &AtomicU64| f64::from_bits(bits.load(Ordering::Relaxed)) as f32;
        let ports = self.values.iter().enumerate().map(|(at, bits)| (format!("p{at}"), value(bits)));
        Ok(PluginState::Lv2 { ports: ports.collect(), properties: self.properties.clone() })
    }

    fn load_state(&mut self, state: PluginState) -> Result<(), String> {
        let PluginState::Lv2 { ports, properties } = state else {
            return Err("the state is not one of an LV2 plugin".into());
        };
        for (at, slot) in self.values.iter().enumerate() {
            if let Some(value) = ports.get(&format!("p{at}")) {
                slot.store(f64::from(*value).to_bits(), Ordering::Relaxed);
            }
        }
        self.properties = properties;
        Ok(())
    }
}

fn store(values: &Values, index: u32, value: f64) {
    if let Some(slot) = values.get(index as usize) {
        slot.store(value.to_bits(), Ordering::Relaxed);
    }
}

struct Copying {
    memory: Arc<Memory>,
    values: Values,
    way: Way,
    /// Whether it counts already.
    armed: bool,
}

impl Copying {
    /// Sends the events back, and says how often this thread has called the allocator.
    fn count(&mut self, block: &Block<'_>, output: &mut Output) -> f32 {
        if !std::mem::replace(&mut self.armed, true) {
            count::arm();
        }
        output.changes.extend_from_slice(block.changes);
        output.midi.extend_from_slice(block.midi);
        let Counts { taken, freed, .. } = count::so_far();
        (taken + freed) as f32
    }
}

impl Processor for Copying {
    fn process(&mut self, block: &Block<'_>, output: &mut Output) -> Status {
        if self.way != Way::Plain {
            super::fault::follow(block, &self.memory);
        }
        for change in block.changes {
            store(&self.values, change.index, change.native);
        }
        let gain = self.values.first().map_or(0.0, |bits| f64::from_bits(bits.load(Ordering::Relaxed)));
        let [factor, constant] = match self.way {
            Way::Plain => [1.0, 0.0],
            Way::Faulty => [-(1.0 + gain as f32), 0.0],
            Way::Counting => [0.0, self.count(block, output)],
        };
        for channel in 0..CHANNELS {
            let from = self.memory.channel_ptr(block.number, Direction::Input, channel);
            let to = self.memory.channel_ptr(block.number, Direction::Output, channel);
            // SAFETY: both are channels of `max_block` frames, which no block exceeds, and do not overlap.
            // While a block is being processed the parent touches neither.
            unsafe { std::ptr::copy_nonoverlapping(from, to, block.frames as usize) };
            if self.way != Way::Plain {
                for frame in 0..block.frames as usize {
                    // SAFETY: as above.
                    unsafe { *to.add(frame) = *to.add(frame) * factor + constant };
                }
            }
        }
        Status::Ok
    }
}
