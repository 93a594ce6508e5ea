//! A live plugin, for everything but audio. `[main-thread]`
#![allow(clippy::disallowed_types, reason = "nothing of it runs on an audio thread")]

use std::os::fd::OwnedFd;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel, sync_channel};
use std::thread::JoinHandle;
use std::time::Duration;

use rtrb::RingBuffer;
use rustix::event::EventfdFlags;

use super::audio::{Audio, Manner};
use super::shared::Shared;
use super::start::Recipe;
use super::supervisor::{Command, Supervisor, Ways};
use super::{Counters, LiveEvent, Options};
use crate::error::{Error, Result};
use crate::gui::EditorSetup;
use crate::info::PluginInfo;
use crate::parent::Host;
use crate::parent::instance::Active;
use crate::parent::requests::requests;
use crate::protocol::{Reply, Request};
use crate::state::PluginState;
use crate::target::Target;

/// What the supervisor and the audio end may have for each other at one time.
const FRESH: usize = 64;
/// Events that are kept for a user who does not listen; the newest are left out then.
const EVENTS: usize = 16_384;

/// A live plugin, for everything but audio. Every function may wait for the plugin's main thread, none for
/// its audio. Dropping it ends the plugin's process; [`close`](Self::close) lets the plugin go properly.
pub struct Live {
    name: String,
    info: PluginInfo,
    active: Option<Active>,
    options: Options,
    shared: Arc<Shared>,
    commands: Option<Sender<Command>>,
    bell: Arc<OwnedFd>,
    events: Receiver<LiveEvent>,
    thread: Option<JoinHandle<()>>,
}

/// Where an editor is to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct EditorPlace {
    /// The window's title; the plugin's name otherwise.
    pub title: Option<String>,
    /// An X11 window to be inside; otherwise the editor has one of its own.
    pub parent: Option<u32>,
    /// Its size in pixels, for editors that take one.
    pub size: Option<[u32; 2]>,
    /// Physical pixels for each logical one, for editors that ask.
    pub scale: Option<f32>,
    /// Closes it after its picture, which comes as [`LiveEvent::Picture`].
    pub picture: bool,
    /// Closes it after so long.
    pub time: Option<Duration>,
}

impl Live {
    pub(in crate::parent) fn start(host: Host, target: Target, options: Options) -> Result<(Self, Audio)> {
        if !(options.patience > 0.0 && options.patience <= 1000.0) {
            return Err(Error::Usage(format!(
                "a patience of {}: expected the part of a block's length, above 0",
                options.patience
            )));
        }
        let (name, limit) = (target.spec().to_owned(), host.limit_of());
        let flags = EventfdFlags::CLOEXEC | EventfdFlags::NONBLOCK;
        let bell = rustix::event::eventfd(0, flags).map_err(Error::events("make an event descriptor"))?;
        let bell = Arc::new(bell);
        let (commands, told) = channel();
        let (tell, events) = sync_channel(EVENTS);
        let (fresh, to_audio) = RingBuffer::new(FRESH);
        let (from_audio, old) = RingBuffer::new(4 * FRESH);
        let (ready, up) = channel();
        let recipe = Recipe { host, target, options: options.clone() };
        let bell_too = Arc::clone(&bell);
        // The child is started by the thread that supervises it.
        let work = move || {
            let up = match recipe.bring_up(recipe.options.state.as_ref(), &[]) {
                Ok(up) => up,
                Err(error) => {
                    let _ = ready.send(Err(error));
                    return;
                }
            };
            let shared = Arc::new(Shared::new(&up.info));
            let active = up.active.as_ref().map(|(active, _)| active.clone());
            let told_of = (Arc::clone(&shared), up.info.clone(), active);
            let ways = Ways { shared, fresh, old, commands: told, bell: bell_too, events: tell };
            let supervisor = Supervisor::new(recipe, ways, up);
            // Only now: the audio end has its child, so that the very first block reaches the plugin.
            let _ = ready.send(Ok(told_of));
            supervisor.run();
        };
        let thread = std::thread::Builder::new()
            .name("dyad-supervisor".into())
            .spawn(work)
            .map_err(Error::system("start a thread"))?;
        let (shared, info, active) = match up.recv() {
            Ok(up) => up?,
            // It has panicked.
            Err(_) => return Err(gone(&name)),
        };
        let manner = Manner {
            mode: options.mode,
            patience: options.patience,
            rate: options.setup.sample_rate,
            limit: options.stall().max(limit),
        };
        let audio = Audio::new(Arc::clone(&shared), to_audio, from_audio, manner);
        let (commands, thread) = (Some(commands), Some(thread));
        Ok((Self { name, info, active, options, shared, commands, bell, events, thread }, audio))
    }

    /// The plugin as the user named it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The plugin's description, made when it was loaded.
    #[must_use]
    pub fn info(&self) -> &PluginInfo {
        &self.info
    }

    /// Buses, latency and priority at the start; changes come as events. `None` where it was not activated.
    #[must_use]
    pub fn active(&self) -> Option<&Active> {
        self.active.as_ref()
    }

    /// How it is run.
    #[must_use]
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// How blocks got on so far. `[any thread]`
    #[must_use]
    pub fn counters(&self) -> Counters {
        self.shared.counters()
    }

    /// The oldest event that was not taken yet.
    pub fn event(&self) -> Option<LiveEvent> {
        self.events.try_recv().ok()
    }

    /// The next event, awaited for `limit` at most.
    pub fn await_event(&self, limit: Duration) -> Option<LiveEvent> {
        self.events.recv_timeout(limit).ok()
    }

    /// Gives out the plugin's state; audio goes on meanwhile. A replacement of the process begins with it.
    ///
    /// # Errors
    /// Where the plugin refuses, or the child fails.
    pub fn save_state(&mut self) -> Result<PluginState> {
        match self.ask(Request::SaveState)? {
            Reply::State(state) => Ok(state),
            other => Err(self.unexpected(&other)),
        }
    }

    /// Hands a state to the plugin; where it refuses, it keeps the one it had. Audio goes on meanwhile, but for
    /// LV2 plugins that can't take a state while they run: they pass some blocks dry.
    ///
    /// # Errors
    /// Where the plugin refuses, or the child fails.
    pub fn load_state(&mut self, state: PluginState) -> Result<()> {
        self.done(Request::LoadState { state })
    }

    /// Opens the plugin's editor; one that is open already, or hidden, is shown.
    ///
    /// # Errors
    /// Where there is none, or no display, or the child fails.
    pub fn show_editor(&mut self, place: &EditorPlace) -> Result<()> {
        let title = place.title.clone().unwrap_or_else(|| crate::error::one_line(&self.info.name));
        let setup = EditorSetup {
            title,
            size: place.size,
            scale: place.scale,
            picture: place.picture,
            parent: place.parent,
            seconds: place.time.map(|time| time.as_secs_f64()),
        };
        self.done(Request::OpenEditor { setup })
    }

    /// Takes the editor's window from the screen; the editor stays as it is.
    ///
    /// # Errors
    /// Where the child fails.
    pub fn hide_editor(&mut self) -> Result<()> {
        self.done(Request::HideEditor)
    }

    /// Closes the editor.
    ///
    /// # Errors
    /// Where the child fails.
    pub fn close_editor(&mut self) -> Result<()> {
        self.done(Request::CloseEditor)
    }

    /// Replaces the plugin's process by another one with the last state, whatever has become of it.
    ///
    /// # Errors
    /// Where that can't be done; blocks pass dry then.
    pub fn restart(&mut self) -> Result<()> {
        self.command(Command::Restart).map(drop)
    }

    /// Lets the plugin go and waits for its process to end.
    ///
    /// # Errors
    /// Where the plugin crashes or hangs on the way.
    pub fn close(mut self) -> Result<()> {
        self.command(Command::Close).map(drop)
    }

    /// The number of the plugin's process; another one after each replacement, 0 while there is none.
    #[must_use]
    pub fn process_id(&self) -> i32 {
        self.shared.process.load(std::sync::atomic::Ordering::Relaxed)
    }

    fn ask(&mut self, request: Request) -> Result<Reply> {
        self.command(|answer| Command::Ask(request, answer))
    }

    fn command(&mut self, command: impl FnOnce(Sender<Result<Reply>>) -> Command) -> Result<Reply> {
        let (answer, answered) = channel();
        let commands = self.commands.as_ref().ok_or_else(|| gone(&self.name))?;
        commands.send(command(answer)).map_err(|_| gone(&self.name))?;
        self.ring();
        answered.recv().map_err(|_| gone(&self.name))?
    }

    fn ring(&self) {
        // Fails only with the counter full, and then it is readable anyway.
        let _ = rustix::io::write(&*self.bell, &1_u64.to_ne_bytes());
    }

    fn unexpected(&self, reply: &Reply) -> Error {
        let reply: String = format!("{reply:?}").chars().take(60).collect();
        let reason = format!("unexpected answer {}", crate::error::one_line(&reply));
        Error::Protocol { plugin: self.name.clone(), reason }
    }
}

requests!(Live);

fn gone(name: &str) -> Error {
    Error::Protocol { plugin: name.to_owned(), reason: "its supervisor has ended".into() }
}

impl Drop for Live {
    fn drop(&mut self) {
        self.commands = None;
        self.ring();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
