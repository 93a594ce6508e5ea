//! What the rest of the child knows of a plugin, whatever its format.

use std::rc::Rc;
use std::sync::Arc;

use super::Arguments;
use crate::gui::{EditorSetup, NoView, View, Window};
use crate::info::{Bus, ParameterValue, PluginInfo, PluginSummary, Timing};
use crate::shared::{Change, Memory, Midi, Status, Transport};
use crate::state::PluginState;
use crate::step::Step;

/// A place where plugins lie: an LV2 bundle or world, a VST3 module.
pub(crate) trait Room {
    /// The plugins there.
    fn scan(&self) -> Result<Vec<PluginSummary>, String>;

    /// Instantiates one; without an id the only one.
    fn load(&self, id: Option<&str>, arguments: &Arguments) -> Result<Box<dyn Hosted>, String>;
}

/// A plugin's main-thread side. Never called while the audio thread is in a block.
pub(crate) trait Hosted {
    /// Its description, with the values of this moment.
    fn info(&mut self) -> PluginInfo;

    /// The format's own number for a plain value.
    fn native(&mut self, index: u32, plain: f64) -> Result<f64, String>;

    /// Where a plain value lies among those that the parameter takes.
    fn step(&mut self, index: u32, plain: f64) -> Result<Step, String>;

    /// The plain value of a text, where the plugin understands it.
    fn parse_text(&mut self, index: u32, text: &str) -> Option<f64>;

    /// All parameters as they are now.
    fn values(&mut self) -> Vec<ParameterValue>;

    /// Takes note of native values that the audio side gets as changes.
    fn set(&mut self, values: &[(u32, f64)]);

    /// Gets ready to process in `memory`; the main input gets `inputs` channels where possible.
    fn activate(
        &mut self,
        inputs: Option<u32>,
        memory: &Arc<Memory>,
        mode: Mode,
    ) -> Result<Activation, String>;

    /// Latency and tail as they are now, where they can be.
    fn timing(&mut self) -> Result<Timing, String>;

    /// Ends processing.
    fn deactivate(&mut self, processor: Box<dyn Processor>);

    /// Opens the plugin's editor in a window and gives the window its size. The audio thread may be
    /// running, and what it gets from the editor goes through the view alone.
    fn view<'a>(
        &'a mut self,
        window: &Rc<Window>,
        setup: &EditorSetup,
    ) -> Result<Box<dyn View + 'a>, NoView>;

    /// Gives out the state.
    fn save_state(&mut self) -> Result<PluginState, String>;

    /// Takes a state in; on error the plugin keeps the one it had.
    fn load_state(&mut self, state: PluginState) -> Result<(), String>;
}

/// How a plugin is run.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    /// As fast as it goes, with nobody listening.
    Offline,
    /// In time with the clock.
    Live,
}

/// A plugin ready to process.
pub(crate) struct Activation {
    pub(crate) inputs: Vec<Bus>,
    pub(crate) outputs: Vec<Bus>,
    pub(crate) timing: Timing,
    pub(crate) processor: Box<dyn Processor>,
}

/// A plugin's audio-thread side. It reads and writes its channels in the shared memory.
pub(crate) trait Processor: Send {
    /// Runs one block.
    fn process(&mut self, block: &Block<'_>, output: &mut Output) -> Status;
}

/// One block to run.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Block<'a> {
    pub(crate) frames: u32,
    pub(crate) transport: Transport,
    /// In order of their offsets, all below `frames`.
    pub(crate) changes: &'a [Change],
    /// In order of their offsets, all below `frames`.
    pub(crate) midi: &'a [Midi],
}

/// The events that a block gave out.
#[derive(Debug, Default)]
pub(crate) struct Output {
    pub(crate) changes: Vec<Change>,
    pub(crate) midi: Vec<Midi>,
}
