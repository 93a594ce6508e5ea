//! The main thread: takes requests one by one and answers each.

use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::sync::Arc;
use std::sync::mpsc::Receiver;

use super::audio::AudioThread;
use super::start::Failure;
use super::{Arguments, Exit, Hosted, Mode, Room, probe};
use crate::bench;
use crate::gui::{self, EditorSetup, Event};
use crate::info::Format;
use crate::protocol::{Reply, Request, frame};
use crate::shared::Memory;
use crate::{lv2, vst3};

/// The ways to the parent.
pub(super) struct Parent {
    pub(super) control: UnixStream,
    pub(super) memory: Arc<Memory>,
    pub(super) wake: OwnedFd,
    pub(super) done: OwnedFd,
}

pub(super) fn run(
    arguments: &Arguments,
    requests: &Receiver<Request>,
    parent: Parent,
) -> Result<(), Failure> {
    let mut served = Served { arguments, parent, audio: None, plugin: None, room: None };
    loop {
        // The control thread never ends before the process without a last request.
        let Ok(request) = requests.recv() else { return Ok(()) };
        if request == Request::CloseEditor {
            // It came as the editor closed by itself; nobody waits for an answer.
            continue;
        }
        let last = request == Request::Shutdown;
        let loading = matches!(request, Request::Load { .. });
        let answer = match request {
            Request::OpenEditor { setup } => served.editor(&setup, requests),
            request => served.answer(request),
        };
        let reply = answer.unwrap_or_else(Reply::Failed);
        frame::write(&mut served.parent.control, &reply)
            .map_err(|e| (Exit::Protocol, format!("cannot answer the parent: {e}")))?;
        match reply {
            Reply::Failed(reason) if loading => return Err((Exit::Load, reason)),
            Reply::Loaded(_) => eprintln!("dyad-host child: ready"),
            _ if last => return Ok(()),
            _ => {}
        }
    }
}

/// Fields drop in this order: audio before the plugin, the plugin before the room it came from.
struct Served<'a> {
    arguments: &'a Arguments,
    parent: Parent,
    audio: Option<AudioThread>,
    plugin: Option<Box<dyn Hosted>>,
    room: Option<Box<dyn Room>>,
}

impl Served<'_> {
    fn answer(&mut self, request: Request) -> Result<Reply, String> {
        match request {
            Request::Scan => return Ok(Reply::Listing(self.room()?.scan()?)),
            Request::Load { id } => {
                if self.plugin.is_some() {
                    return Err("a plugin is loaded already".into());
                }
                let arguments = self.arguments;
                let mut plugin = self.room()?.load(id.as_deref(), arguments)?;
                let info = plugin.info();
                self.plugin = Some(plugin);
                return Ok(Reply::Loaded(Box::new(info)));
            }
            Request::Activate { inputs } => return self.activate(inputs),
            Request::Deactivate => {
                self.deactivate();
                return Ok(Reply::Done);
            }
            Request::Shutdown => {
                self.deactivate();
                self.plugin = None;
                self.room = None;
                return Ok(Reply::Done);
            }
            _ => {}
        }
        let plugin = self.plugin.as_deref_mut().ok_or("no plugin is loaded")?;
        Ok(match request {
            Request::Measure { .. } if self.audio.is_some() => {
                return Err("the plugin is active already".into());
            }
            Request::Measure { load, inputs, time } => {
                Reply::Measured(bench::measure(plugin, &self.parent.memory, load, inputs, time)?)
            }
            Request::Native { index, plain } => Reply::Number(plugin.native(index, plain)?),
            Request::Step { index, plain } => Reply::Step(plugin.step(index, plain)?),
            Request::ParseText { index, text } => Reply::Plain(plugin.parse_text(index, &text)),
            Request::Values => Reply::Values(plugin.values()),
            Request::Set { values } => {
                plugin.set(&values);
                Reply::Done
            }
            Request::Timing => Reply::Timing(plugin.timing()?),
            Request::SaveState => Reply::State(plugin.save_state()?),
            Request::LoadState { state } => {
                plugin.load_state(state)?;
                Reply::Done
            }
            _ => Reply::Done,
        })
    }

    fn room(&mut self) -> Result<&dyn Room, String> {
        let room = match self.room.take() {
            Some(room) => room,
            None => open(self.arguments)?,
        };
        Ok(&**self.room.insert(room))
    }

    fn activate(&mut self, inputs: Option<u32>) -> Result<Reply, String> {
        if self.audio.is_some() {
            return Err("the plugin is active already".into());
        }
        let plugin = self.plugin.as_deref_mut().ok_or("no plugin is loaded")?;
        let active = plugin.activate(inputs, &self.parent.memory, Mode::Offline)?;
        let audio = AudioThread::start(
            Arc::clone(&self.parent.memory),
            active.processor,
            &self.parent.wake,
            &self.parent.done,
        )
        .map_err(|e| format!("cannot start the audio thread: {e}"))?;
        self.audio = Some(audio);
        let (inputs, outputs, timing) = (active.inputs, active.outputs, active.timing);
        Ok(Reply::Activated { inputs, outputs, timing })
    }

    /// Shows the editor until it is closed; the parent hears everything while it happens.
    fn editor(&mut self, setup: &EditorSetup, requests: &Receiver<Request>) -> Result<Reply, String> {
        if self.audio.is_some() {
            return Err("the plugin is active already".into());
        }
        let plugin = self.plugin.as_deref_mut().ok_or("no plugin is loaded")?;
        let control = &mut self.parent.control;
        let mut tell = |event| frame::write(control, &Reply::Editor(event)).is_ok();
        let around = gui::Surroundings {
            memory: &self.parent.memory,
            rate: self.arguments.rate,
            max_block: self.arguments.max_block,
            requests,
            tell: &mut tell,
        };
        Ok(Reply::Editor(match gui::run(plugin, setup, around) {
            Ok(()) => Event::Closed,
            Err(reason) => Event::Refused(reason),
        }))
    }

    fn deactivate(&mut self) {
        if let (Some(audio), Some(plugin)) = (self.audio.take(), self.plugin.as_deref_mut()) {
            plugin.deactivate(audio.stop());
        }
    }
}

fn open(arguments: &Arguments) -> Result<Box<dyn Room>, String> {
    if let Some(room) = probe::open(&arguments.plugin) {
        return Ok(room);
    }
    Ok(match arguments.format {
        Format::Lv2 => Box::new(lv2::Bundle::open(&arguments.plugin)?),
        Format::Vst3 => Box::new(vst3::Module::open(&arguments.plugin)?),
    })
}
