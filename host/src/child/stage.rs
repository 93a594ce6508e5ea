//! The plugin's life on the main thread, apart from the plugin itself: its audio thread, and what the parent
//! is told.

use std::sync::Arc;

use super::audio::{AudioThread, Manner};
use super::priority::{self, Priority, USUAL};
use super::telling::Telling;
use super::{Activation, Hosted};
use crate::bench;
use crate::gui::{Deed, Event};
use crate::info::Timing;
use crate::protocol::{Mode, Notice, Ports, Reply, Request};
use crate::shared::{Memory, Values};

/// What the plugin is surrounded by.
pub(super) struct Stage {
    memory: Arc<Memory>,
    telling: Telling,
    audio: Option<Audio>,
    running: Option<Running>,
    /// Edits of a plugin that is not active; it gets them when it is.
    edits: Vec<(u32, f64)>,
    /// The priority that a live audio thread is to have.
    realtime: u8,
}

struct Audio {
    thread: AudioThread,
    manner: Manner,
    values: Arc<Values>,
    priority: Option<Priority>,
}

/// How the active plugin was activated.
struct Running {
    inputs: Option<u32>,
    /// Channels of all outputs.
    outputs: u32,
    mode: Mode,
    timing: Timing,
}

/// More edits of an inactive plugin than anyone makes.
const EDITS: usize = 65_536;

impl Stage {
    pub(super) fn new(memory: Arc<Memory>, telling: Telling, realtime: Option<u8>) -> Self {
        let realtime = realtime.unwrap_or(USUAL);
        Self { memory, telling, audio: None, running: None, edits: vec![], realtime }
    }

    /// Whether the plugin wants its turn now and then.
    pub(super) fn is_live(&self) -> bool {
        self.running.as_ref().is_some_and(|running| running.mode == Mode::Live)
    }

    pub(super) fn telling(&self) -> &Telling {
        &self.telling
    }

    /// What a request to the loaded plugin is answered with.
    pub(super) fn answer(&mut self, plugin: &mut dyn Hosted, request: Request) -> Reply {
        self.try_answer(plugin, request).unwrap_or_else(Reply::Failed)
    }

    fn try_answer(&mut self, plugin: &mut dyn Hosted, request: Request) -> Result<Reply, String> {
        Ok(match request {
            Request::Native { index, plain } => Reply::Number(plugin.native(index, plain)?),
            Request::Step { index, plain } => Reply::Step(plugin.step(index, plain)?),
            Request::ParseText { index, text } => Reply::Plain(plugin.parse_text(index, &text)),
            Request::Values => {
                self.hear(plugin);
                Reply::Values(plugin.values())
            }
            Request::Set { values } => {
                plugin.set(&values);
                Reply::Done
            }
            Request::Activate { inputs, mode, spin } => {
                let manner = Manner { spin, notes: mode == Mode::Live };
                self.activate(plugin, inputs, mode, manner)?
            }
            Request::Deactivate => {
                self.deactivate(plugin);
                Reply::Done
            }
            Request::Measure { .. } if self.running.is_some() => {
                return Err("the plugin is active already".into());
            }
            Request::Measure { load, values, inputs, time } => {
                Reply::Measured(bench::measure(plugin, &self.memory, load, &values, inputs, time)?)
            }
            Request::Timing => Reply::Timing(plugin.timing()?),
            Request::SaveState => {
                self.hear(plugin);
                Reply::State(plugin.save_state()?)
            }
            Request::LoadState { state } => {
                self.paused(plugin, |plugin| plugin.load_state(state))?;
                Reply::Done
            }
            _ => return Err("asked out of turn".into()),
        })
    }

    fn activate(
        &mut self,
        plugin: &mut dyn Hosted,
        inputs: Option<u32>,
        mode: Mode,
        manner: Manner,
    ) -> Result<Reply, String> {
        if self.running.is_some() {
            return Err("the plugin is active already".into());
        }
        if self.audio.as_ref().is_none_or(|audio| audio.manner != manner) {
            self.audio = None;
            self.audio = Some(self.start_audio(plugin, mode, manner)?);
        }
        let active = plugin.activate(inputs, &self.memory, mode)?;
        let ports = self.run(active, inputs, mode);
        let priority = self.audio.as_ref().and_then(|audio| audio.priority.clone());
        Ok(Reply::Activated { ports, priority })
    }

    fn start_audio(&self, plugin: &mut dyn Hosted, mode: Mode, manner: Manner) -> Result<Audio, String> {
        let values = Arc::new(Values::new(plugin.parameter_count()));
        let (tell, told) = std::sync::mpsc::sync_channel(1);
        let wanted = self.realtime;
        let begin = move || {
            let priority = (mode == Mode::Live).then(|| priority::raise(wanted));
            // Somebody waits for it below.
            let _ = tell.send(priority);
        };
        let thread = AudioThread::start(Arc::clone(&self.memory), Arc::clone(&values), manner, begin)
            .map_err(|e| format!("cannot start the audio thread: {e}"))?;
        let priority = told.recv().ok().flatten();
        Ok(Audio { thread, manner, values, priority })
    }

    /// Hands an active plugin to the audio thread.
    fn run(&mut self, active: Activation, inputs: Option<u32>, mode: Mode) -> Ports {
        let Activation { inputs: buses, outputs, timing, processor } = active;
        let channels = outputs.iter().map(|bus| bus.channels).sum();
        if let Some(audio) = &mut self.audio {
            audio.thread.put(processor, channels);
        }
        self.running = Some(Running { inputs, outputs: channels, mode, timing });
        for (index, native) in std::mem::take(&mut self.edits) {
            self.edit(index, native);
        }
        Ports { inputs: buses, outputs, timing }
    }

    pub(super) fn deactivate(&mut self, plugin: &mut dyn Hosted) {
        if let (Some(_), Some(audio)) = (self.running.take(), &mut self.audio) {
            plugin.deactivate(audio.thread.take());
        }
        self.hear(plugin);
    }

    /// Does something for which the audio thread must be outside the plugin.
    fn paused<T>(&mut self, plugin: &mut dyn Hosted, action: impl FnOnce(&mut dyn Hosted) -> T) -> T {
        match (&self.running, &mut self.audio) {
            (Some(running), Some(audio)) if !plugin.loads_while_running() => {
                let processor = audio.thread.take();
                let result = action(plugin);
                audio.thread.put(processor, running.outputs);
                result
            }
            _ => action(plugin),
        }
    }

    /// What is to be done now and then.
    pub(super) fn turn(&mut self, plugin: &mut dyn Hosted) {
        self.hear(plugin);
        let Some(running) = self.running.as_mut().filter(|running| running.mode == Mode::Live) else {
            return;
        };
        if let Ok(timing) = plugin.timing()
            && timing != running.timing
        {
            running.timing = timing;
            self.telling.tell(Notice::Timing(timing));
        }
    }

    /// Tells the main-thread side the values that the audio side has had.
    fn hear(&self, plugin: &mut dyn Hosted) {
        if let Some(audio) = &self.audio {
            audio.values.take(|index, native| plugin.heard(index, native));
        }
    }

    fn edit(&mut self, index: u32, native: f64) {
        let taken = match (&self.running, &mut self.audio) {
            (Some(_), Some(audio)) => audio.thread.edit(index, native),
            _ => {
                self.edits.retain(|(other, _)| *other != index);
                self.edits.push((index, native));
                self.edits.len() <= EDITS
            }
        };
        if !taken {
            self.tell(Event::Detail("too many changes at once; some are lost".into()));
        }
    }

    /// Takes the plugin through the pause that it has asked for, in which its buses and its latency may
    /// change. One that is not active is told all that is new when it is. A rendering takes no pause: no block of it may
    /// be lost, nor the sound that is in the plugin, and its latency is asked for at the end.
    fn restart(&mut self, plugin: &mut dyn Hosted) {
        if self.running.as_ref().is_some_and(|running| running.mode == Mode::Offline) {
            return;
        }
        let Some(Running { inputs, mode, .. }) = self.running.take() else { return };
        let Some(audio) = &mut self.audio else { return };
        plugin.deactivate(audio.thread.take());
        match plugin.activate(inputs, &self.memory, mode) {
            Ok(active) => {
                let ports = self.run(active, inputs, mode);
                self.telling.tell(Notice::Restarted(ports));
            }
            Err(reason) => self.tell(Event::Remark(format!("the plugin did not start again: {reason}"))),
        }
    }

    /// Follows what the plugin or its editor has done; sizes are the window's business.
    pub(super) fn follow(&mut self, plugin: &mut dyn Hosted, deed: Deed) {
        match deed {
            Deed::Change { index, native } => self.edit(index, native),
            Deed::Edit(edit) => self.tell(Event::Edit(edit)),
            Deed::Restart => self.restart(plugin),
            Deed::Values => self.telling.tell(Notice::Values),
            Deed::Wish([width, height]) => self.tell(Event::Detail(format!("wish {width}x{height}"))),
            Deed::Detail(text) => self.tell(Event::Detail(text)),
        }
    }

    pub(super) fn tell(&self, event: Event) {
        self.telling.tell(Notice::Editor(event));
    }
}
