//! A loaded plugin, seen from the parent.

use super::Setup;
use super::link::{Broken, Link, OutputBus};
use super::process::Process;
use super::requests::requests;
use crate::child::Priority;
use crate::error::{Error, Result};
use crate::info::{self, Bus, PluginInfo, Timing};
use crate::planar::Planar;
use crate::protocol::{Mode, Ports, Reply, Request};
use crate::shared::{Change, EVENTS, Midi, Status, Transport};
use crate::state::PluginState;

/// A plugin in its child process.
///
/// Dropping it kills the child; [`close`](Instance::close) lets the plugin go properly.
pub struct Instance {
    pub(super) process: Process,
    info: PluginInfo,
    setup: Setup,
    active: Option<Active>,
    link: Option<Link>,
    outgoing: Vec<Change>,
    midi_out: Vec<Midi>,
}

/// The buses and times of an active plugin.
#[derive(Clone, Debug, PartialEq)]
pub struct Active {
    /// Audio and CV inputs.
    pub inputs: Vec<Bus>,
    /// Audio and CV outputs.
    pub outputs: Vec<Bus>,
    /// Latency and tail.
    pub timing: Timing,
    /// What priority a live plugin's audio thread got.
    pub priority: Option<Priority>,
}

/// One block to process.
#[derive(Clone, Copy, Debug)]
pub struct Block<'a> {
    /// How many frames: 1 to the largest block of the [`Setup`].
    pub frames: u32,
    /// Where the song is.
    pub transport: Transport,
    /// The main input's channels; further ones are silent.
    pub input: &'a Planar,
    /// The other inputs, such as sidechains, in the plugin's order; those that are missing are silent.
    pub aux: &'a [&'a Planar],
    /// Parameter changes in order of their offsets.
    pub changes: &'a [Change],
    /// MIDI messages in order of their offsets.
    pub midi: &'a [Midi],
}

impl Instance {
    pub(super) fn new(process: Process, info: PluginInfo, setup: Setup) -> Self {
        let (outgoing, midi_out) = (Vec::with_capacity(EVENTS), Vec::with_capacity(EVENTS));
        Self { process, info, setup, active: None, link: None, outgoing, midi_out }
    }

    /// The plugin's description, made when it was loaded.
    #[must_use]
    pub fn info(&self) -> &PluginInfo {
        &self.info
    }

    /// How it is run.
    #[must_use]
    pub fn setup(&self) -> Setup {
        self.setup
    }

    /// The plugin as the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        self.process.name()
    }

    /// Gets ready to process; the main input gets `inputs` channels where the plugin can.
    ///
    /// # Errors
    /// Where the plugin refuses, or the child fails.
    pub fn activate(&mut self, inputs: Option<u32>) -> Result<&Active> {
        let request = Request::Activate { inputs, mode: Mode::Offline, spin: false };
        let active = activated(&mut self.process, &request)?;
        let parameters = self.info.parameters.len() as u32;
        self.link = Some(Link::new(self.process.memory(), &active, parameters, false));
        Ok(self.active.insert(active))
    }

    /// Runs one block; the main output's channels go to `output`.
    ///
    /// # Errors
    /// Where the plugin is not active or fails, or the block is out of bounds.
    pub fn process(&mut self, block: &Block<'_>, output: &mut Planar) -> Result<()> {
        let Some(link) = &mut self.link else {
            return Err(Error::Usage("the plugin must be activated before it can process".into()));
        };
        if block.frames == 0 || block.frames > self.setup.max_block {
            return Err(Error::Usage(format!(
                "a block of {} frames: expected 1 to {}",
                block.frames, self.setup.max_block
            )));
        }
        if block.changes.len() > EVENTS || block.midi.len() > EVENTS {
            return Err(Error::Usage(format!("more than {EVENTS} events in one block")));
        }
        link.send(block, block.changes, block.midi);
        let position = block.transport.position;
        let doing = || format!("processing at frame {position}");
        self.process.await_block(link, doing)?;
        self.outgoing.clear();
        self.midi_out.clear();
        let status = match link.take(&mut self.outgoing, &mut self.midi_out) {
            Ok(Some(taken)) => taken.status,
            Ok(None) | Err(Broken) => {
                return Err(self.process.protocol(format!("it wrote nonsense while {}", doing())));
            }
        };
        match status {
            Status::Ok => {}
            Status::Refused => {
                return Err(Error::Plugin {
                    plugin: self.process.name().to_owned(),
                    reason: format!("the plugin returned an error while {}", doing()),
                });
            }
            Status::BadBlock | Status::Paused => {
                return Err(self.process.protocol(format!("it refused a block while {}", doing())));
            }
        }
        link.read(OutputBus::Main, output);
        Ok(())
    }

    /// Copies any output of the last block, by its place in [`Active::outputs`].
    pub fn read_output(&self, bus: usize, output: &mut Planar) {
        match &self.link {
            Some(link) => link.read(OutputBus::Number(bus), output),
            None => output.clear(),
        }
    }

    /// Parameter changes that the last block gave out.
    #[must_use]
    pub fn changes_out(&self) -> &[Change] {
        &self.outgoing
    }

    /// MIDI messages that the last block gave out.
    #[must_use]
    pub fn midi_out(&self) -> &[Midi] {
        &self.midi_out
    }

    /// Ends processing.
    ///
    /// # Errors
    /// Where the child fails.
    pub fn deactivate(&mut self) -> Result<()> {
        (self.active, self.link) = (None, None);
        self.done(Request::Deactivate)
    }

    /// Gives out the plugin's state.
    ///
    /// # Errors
    /// Where the plugin refuses, or the child fails.
    pub fn save_state(&mut self) -> Result<PluginState> {
        match self.process.ask(&Request::SaveState)? {
            Reply::State(state) => {
                if let Some(files) = self.process.files() {
                    files.give_out(&state);
                }
                Ok(state)
            }
            other => Err(self.process.unexpected(&other)),
        }
    }

    /// Hands a state to the plugin; where it refuses, it keeps the one it had.
    ///
    /// # Errors
    /// Where the plugin refuses, or the child fails.
    pub fn load_state(&mut self, state: PluginState) -> Result<()> {
        self.done(Request::LoadState { state })
    }

    /// Lets the plugin go and waits for its process to end.
    ///
    /// # Errors
    /// Where the plugin crashes or hangs on the way.
    pub fn close(mut self) -> Result<()> {
        self.process.shut_down()
    }

    fn ask(&mut self, request: Request) -> Result<Reply> {
        self.process.ask(&request)
    }

    fn unexpected(&mut self, reply: &Reply) -> Error {
        self.process.unexpected(reply)
    }
}

requests!(Instance);

/// Activates a plugin and checks what it claims.
pub(super) fn activated(process: &mut Process, request: &Request) -> Result<Active> {
    match process.ask(request)? {
        Reply::Activated { ports, priority } => checked(process, ports, priority),
        other => Err(process.unexpected(&other)),
    }
}

/// The buses of an active plugin, where the shared memory has room for them.
pub(super) fn checked(process: &mut Process, ports: Ports, priority: Option<Priority>) -> Result<Active> {
    let Ports { inputs, outputs, timing } = ports;
    let sizes = process.memory().sizes();
    if info::all_channels(&inputs) > sizes.inputs || info::all_channels(&outputs) > sizes.outputs {
        return Err(process.protocol("it claims more channels than there are".into()));
    }
    Ok(Active { inputs, outputs, timing, priority })
}
