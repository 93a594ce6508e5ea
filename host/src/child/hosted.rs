//! What the rest of the child knows of a plugin, whatever its format.

use std::os::fd::RawFd;
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

use super::Arguments;
use crate::gui::{Deed, EditorSetup, NoView, View, Window};
use crate::info::{Bus, ParameterValue, PluginInfo, PluginSummary, Timing};
use crate::protocol::Mode;
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

/// A plugin's main-thread side. The audio thread may be in a block meanwhile, but for `activate`,
/// `deactivate`, and `load_state` where `loads_while_running` says no.
pub(crate) trait Hosted {
    /// How many parameters it has.
    fn parameter_count(&self) -> usize;

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

    /// Takes note of a value that the audio side has, from the host or from the plugin itself.
    fn heard(&mut self, _index: u32, _native: f64) {}

    /// Whether `load_state` may be called while the audio thread is in a block.
    fn loads_while_running(&self) -> bool {
        true
    }

    /// Sockets that the plugin wants to have served while no editor is open.
    fn sockets(&self) -> Vec<RawFd> {
        vec![]
    }

    /// A socket among them is no open one any more.
    fn lose(&mut self, _socket: RawFd) {}

    /// When the plugin wants its turn while no editor is open, from now; none for whenever.
    fn due(&self) -> Option<Duration> {
        None
    }

    /// The plugin's turn while no editor is open: its timers, the sockets in `ready`, and what it has done by
    /// itself.
    fn serve(&mut self, _ready: &[RawFd]) -> Vec<Deed> {
        vec![]
    }

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
    /// Says in which slot of the shared memory its audio is.
    pub(crate) number: u32,
    pub(crate) frames: u32,
    pub(crate) transport: Transport,
    /// Input buses that carry a signal, one bit each; the others are silent.
    pub(crate) fed: u64,
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
