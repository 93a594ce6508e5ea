//! One LV2 instance and the functions that a host calls on it.

use std::cell::UnsafeCell;
use std::ffi::{c_char, c_void};
use std::sync::Arc;

use dyad_core::guard::{self, guard};
use dyad_core::param::number;
use dyad_core::task::{Poll, Request, Run, Service, Worker};
use dyad_core::{Block, Description, Engine, Mode, Plugin, SampleFormat, Setup, Shared as CoreShared};
use dyad_ttl::PortTable;

use crate::descriptor::Exported;
use crate::features::Features;
use crate::home::Home;
use crate::log::Log;
use crate::messages::Carrier;
use crate::object::Object;
use crate::options::{self, Options};
use crate::patch::Patch;
use crate::played::Player;
use crate::ports::Ports;
use crate::position::Clock;
use crate::request::Requests;
use crate::urids::Urids;
use crate::visits::Visits;
use crate::writer::Writer;
use crate::{output, pin, sys};

/// What a handle points to.
pub(crate) struct Lv2Instance<P: Plugin> {
    /// For `save`, `restore` and `work`, which may run beside `run`.
    pub(crate) shared: Shared,
    /// As above: it has locks of its own, which `run` never takes in real time.
    pub(crate) home: Arc<Home<P>>,
    /// What goes on between the audio thread and the host's worker. May be looked at when all else is
    /// gone; see `cleanup`.
    pub(crate) visits: Visits,
    /// For everything else. LV2 lets none of it run at the same time.
    body: UnsafeCell<Body<P>>,
}

/// Seen by every thread, and never changed.
pub(crate) struct Shared {
    pub(crate) description: &'static Description,
    pub(crate) urids: Urids,
    pub(crate) log: Log,
}

struct Body<P: Plugin> {
    seen: Arc<CoreShared>,
    engine: Option<Engine<P>>,
    /// While active: the service thread does what no worker of the host's does. A trait object, so that
    /// plugins without properties do not carry its code.
    service: Option<Box<dyn Send>>,
    ports: Ports,
    setup: Setup,
    options: Options,
    clock: Clock,
    requests: Requests,
    /// Only for plugins with properties.
    patch: Option<Box<Patch>>,
    /// Only for plugins with messages.
    messages: Option<Box<Carrier>>,
    /// Only for plugins that take notes.
    player: Option<Box<Player>>,
    /// Events that found no room in the host's buffer.
    lost: u64,
    /// For how much of all that was ever sent the host's worker was asked, and frames since then.
    asked: usize,
    unanswered: usize,
}

/// Seconds after which a worker that was asked is asked again.
const PATIENCE: f64 = 0.1;

impl<P: Plugin> Lv2Instance<P> {
    fn new(description: &'static Description, table: &PortTable, rate: f64, features: &Features) -> Self {
        let urids = features.urids;
        let (home, patch) = Home::<P>::new(description, &table.uri, &urids, &features.map);
        let setup = Setup {
            sample_rate: rate,
            max_frames: features.options.max_frames(),
            layout: table.layout,
            format: SampleFormat::F32,
        };
        let messages = (P::MESSAGES > 0)
            .then(|| Carrier::new(&home.instance.shared().messages, rate, &features.map))
            .flatten()
            .map(Box::new);
        let player =
            P::EVENTS.input.then(|| Player::new(&home.instance.shared().notes, rate, &features.map));
        let body = Body {
            seen: Arc::clone(home.instance.shared()),
            engine: None,
            service: None,
            ports: Ports::new(table, description),
            setup,
            options: features.options.with_rate(rate),
            clock: Clock::new(rate),
            requests: features.requests,
            patch,
            messages,
            player: player.flatten().map(Box::new),
            lost: 0,
            asked: 0,
            unanswered: 0,
        };
        let shared = Shared { description, urids, log: features.log };
        Self { shared, home: Arc::new(home), visits: Visits::default(), body: UnsafeCell::new(body) }
    }
}

/// Whether it has anything for a host's worker to do.
pub(crate) const fn has_worker<P: Plugin>() -> bool {
    P::TASKS || !P::PROPERTIES.is_empty()
}

impl<P: Plugin> Body<P> {
    /// Begins a run. `[main-thread & !active]`
    fn start(&mut self, instance: &Lv2Instance<P>) {
        // A host may activate twice.
        self.stop(instance);
        (self.asked, self.unanswered) = (0, 0);
        self.ports.forget();
        self.clock.restart();
        let worker = if P::TASKS && self.requests.has_worker() { Worker::Host } else { Worker::Service };
        let mut engine = instance.home.instance.activate(self.setup, worker);
        engine.reset();
        self.engine = Some(engine);
    }

    /// Ends a run, where there is one: what waits is done, what was lost is said. `[main-thread & !active]`
    fn stop(&mut self, instance: &Lv2Instance<P>) {
        let (home, log) = (&instance.home, &instance.shared.log);
        if let Some(engine) = self.engine.take() {
            let id = P::INFO.id;
            engine.log_losses(id, &|line| log.warn(line));
            self.log_losses(id, log);
        }
        if has_worker::<P>() {
            instance.visits.settle();
        }
        home.poll();
        home.instance.deactivate();
    }

    /// Does what the host's options ask for. A running instance takes longer blocks with its next run, and is
    /// cutting them until then; at another rate it begins a new run. `[main-thread, not beside run]`
    fn follow_options(&mut self, instance: &Lv2Instance<P>) {
        self.setup.max_frames = self.options.max_frames();
        let rate = self.options.rate();
        if rate != self.setup.sample_rate as f32 {
            self.setup.sample_rate = f64::from(rate);
            self.clock.set_rate(self.setup.sample_rate);
            if let Some(messages) = &mut self.messages {
                messages.set_rate(self.setup.sample_rate);
            }
            if let Some(player) = &mut self.player {
                player.set_rate(self.setup.sample_rate);
            }
            if self.engine.is_some() {
                self.start(instance);
            }
        }
    }

    fn run(&mut self, frames: usize, instance: &Lv2Instance<P>) {
        let urids = &instance.shared.urids;
        // SAFETY: the host keeps connected ports valid while `run` is at work.
        let offline = unsafe { self.ports.is_offline() };
        let events_out = self.ports.events_out;
        let start = self.clock.begin();
        let (patch, messages, player) = (&mut self.patch, &mut self.messages, &mut self.player);
        if P::EVENTS.input
            && let Some(player) = player
        {
            player.pass(frames);
        }
        let mut hear = |object: &Object<'_>| {
            if !P::PROPERTIES.is_empty()
                && let Some(patch) = patch
            {
                patch.hear(object, urids);
            }
            if P::MESSAGES > 0
                && let Some(messages) = messages
            {
                messages.hear(object, urids);
            }
            if P::EVENTS.input
                && let Some(player) = player
            {
                player.hear(object, urids);
            }
        };
        // SAFETY: as above.
        let (mut events, lanes) =
            unsafe { self.ports.events::<P>(frames, urids, &mut self.clock, &mut hear) };
        let mode = if offline { Mode::Offline } else { Mode::Realtime };
        let block = Block::new(frames, lanes.inputs, lanes.outputs);
        let block = Block { moved: lanes.moved, mode, transport: start.as_ref(), ..block };
        let mut latency = 0;
        if let Some(engine) = &mut self.engine {
            // SAFETY: as above, for `frames` frames.
            unsafe { engine.run(&block, &mut events) };
            latency = engine.latency();
            self.clock.pass(frames);
        } else {
            // Not active: LV2 has no way to say so, and the host plays whatever is in the buffers.
            // SAFETY: as above.
            unsafe { block.silence() };
        }
        // SAFETY: as above. After the events were read: a host may use one buffer for both ports.
        let mut writer = unsafe { Writer::begin(events_out, urids.sequence) };
        if self.engine.is_some() {
            self.tell(&mut writer, frames, urids);
            if has_worker::<P>() {
                self.serve(instance, frames, offline);
            }
        }
        // SAFETY: as above.
        unsafe { self.ports.write_outputs(&self.seen.store, latency) };
    }

    /// Tells the host what has happened in a block: MIDI first, which must not be late; the rest at the
    /// last frame, where it finds room, and else with a later block.
    fn tell(&mut self, writer: &mut Writer<'_>, frames: usize, urids: &Urids) {
        let last = (frames as u32).saturating_sub(1);
        let Some(engine) = &self.engine else { return };
        if P::EVENTS.output {
            self.lost += output::write(engine.output_events(), writer, urids.midi_event);
        }
        for edit in engine.edits() {
            if let Some((port, value)) = self.ports.control_of(edit.index, edit.plain) {
                self.requests.change(port, value);
            }
        }
        if !P::PROPERTIES.is_empty()
            && let Some(patch) = &mut self.patch
        {
            patch.write(writer, last, urids);
        }
        if P::MESSAGES > 0
            && let Some(messages) = &mut self.messages
        {
            messages.write(writer, last, frames, urids);
        }
        // The others are seen in LV2 without a word.
        if self.seen.requests.peek().has(Request::StateDirty) {
            let mut object = [0; 8];
            object[4..].copy_from_slice(&urids.state_changed.to_ne_bytes());
            if !writer.is_connected() || writer.event(last, urids.object, &[&object]) {
                self.seen.requests.take();
            }
        }
    }

    /// Has done what is no work for the audio thread.
    fn serve(&mut self, instance: &Lv2Instance<P>, frames: usize, offline: bool) {
        let Some(engine) = &self.engine else { return };
        let home = &instance.home;
        let of_tasks =
            |tasks: &Arc<dyn Run>| tasks.pending_main() + if P::TASKS { tasks.pending() } else { 0 };
        let waiting = home.waiting() + engine.tasks().map_or(0, of_tasks);
        if waiting == 0 {
            self.unanswered = 0;
        } else if offline {
            // An export must not depend on how fast other threads are.
            home.poll();
        } else if self.requests.has_worker() {
            self.unanswered += frames;
            // Once for what is new, whatever else is done meanwhile; and again where a host seems to have lost what it
            // was asked.
            let letters = self.patch.as_ref().map_or(0, |patch| patch.sent());
            let sent = letters.wrapping_add(engine.tasks().map_or(0, |tasks| tasks.sent()));
            let lost = self.unanswered as f64 >= self.setup.sample_rate * PATIENCE;
            if (sent != self.asked || lost) && instance.visits.ask(|| self.requests.schedule()) {
                (self.asked, self.unanswered) = (sent, 0);
            }
        }
    }

    /// After a run. `[main-thread & !active]`
    fn log_losses(&mut self, id: &str, log: &Log) {
        let lost = std::mem::take(&mut self.lost);
        if P::EVENTS.output && lost > 0 {
            log.warn(&format!("{id}: {lost} events found no room in the host's buffer and were dropped"));
        }
        if !P::PROPERTIES.is_empty() {
            let lost = self.patch.as_mut().map_or(0, |patch| patch.take_lost());
            if lost > 0 {
                log.warn(&format!(
                    "{id}: {lost} of the host's texts were too long or too many, and were dropped"
                ));
            }
        }
    }
}

/// The trampoline of every function on an instance: a null handle does nothing, a panic stops here.
fn enter<P: Plugin>(entry: &str, handle: *mut c_void, body: impl FnOnce(&mut Body<P>, &Lv2Instance<P>)) {
    guard(entry, (), || {
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type.
        let Some(instance) = (unsafe { handle.cast::<Lv2Instance<P>>().as_ref() }) else { return };
        // SAFETY: LV2 runs these functions one at a time; `save` and `restore` don't come here.
        body(unsafe { &mut *instance.body.get() }, instance);
    });
}

pub(crate) unsafe extern "C" fn instantiate<P: Plugin>(
    descriptor: *const sys::LV2_Descriptor,
    sample_rate: f64,
    _bundle_path: *const c_char,
    features: *const *const sys::LV2_Feature,
) -> sys::LV2_Handle {
    guard("instantiate", std::ptr::null_mut(), || {
        // SAFETY: the host gives back a descriptor that it got from us.
        let Some(exported) = (unsafe { Exported::of(descriptor) }) else { return std::ptr::null_mut() };
        let uri = &exported.table.uri;
        // SAFETY: the host gives an array as LV2 has it.
        let Some(features) = (unsafe { Features::read(features) }) else {
            guard::log(&format!("{uri} needs a host with the feature urid:map"));
            return std::ptr::null_mut();
        };
        if !(sample_rate.is_finite() && sample_rate > 0.0) {
            let rate = number::fixed(sample_rate, 3);
            features.log.error(&format!("{uri} can't run at a sample rate of {rate}"));
            return std::ptr::null_mut();
        }
        let instance = Lv2Instance::<P>::new(exported.description, &exported.table, sample_rate, &features);
        Box::into_raw(Box::new(instance)).cast()
    })
}

/// Lets a host read and set options. `[main-thread, not beside run]`
pub(crate) fn with_options<P: Plugin>(
    handle: sys::LV2_Handle,
    body: impl FnOnce(&mut Options, &Urids) -> u32,
) -> u32 {
    let mut status = options::UNKNOWN;
    enter::<P>("options", handle, |inner, instance| {
        status = body(&mut inner.options, &instance.shared.urids);
        inner.follow_options(instance);
    });
    status
}

pub(crate) unsafe extern "C" fn connect_port<P: Plugin>(
    handle: sys::LV2_Handle,
    port: u32,
    data: *mut c_void,
) {
    enter::<P>("connect_port", handle, |body, _| body.ports.connect(port, data));
}

pub(crate) unsafe extern "C" fn activate<P: Plugin>(handle: sys::LV2_Handle) {
    enter::<P>("activate", handle, |body, instance| {
        body.service = None;
        body.start(instance);
        if !P::PROPERTIES.is_empty() {
            let home: Arc<dyn Poll> = Arc::<Home<P>>::clone(&instance.home);
            body.service = Some(Box::new(Service::shared().register(home)));
        }
    });
}

pub(crate) unsafe extern "C" fn run<P: Plugin>(handle: sys::LV2_Handle, frames: u32) {
    enter::<P>("run", handle, |body, instance| body.run(frames as usize, instance));
}

pub(crate) unsafe extern "C" fn tail<P: Plugin>(handle: sys::LV2_Handle) -> u32 {
    let mut frames = 0;
    enter::<P>("tail", handle, |body, _| {
        frames = body.engine.as_ref().map_or(0, |engine| engine.tail().frames());
    });
    frames
}

pub(crate) unsafe extern "C" fn deactivate<P: Plugin>(handle: sys::LV2_Handle) {
    enter::<P>("deactivate", handle, |body, instance| {
        body.service = None;
        body.stop(instance);
    });
}

pub(crate) unsafe extern "C" fn cleanup<P: Plugin>(handle: sys::LV2_Handle) {
    guard("cleanup", (), || {
        let handle = handle.cast::<Lv2Instance<P>>();
        // SAFETY: a non-null handle comes from `instantiate` of the same plugin type, and is still there.
        let Some(instance) = (unsafe { handle.as_ref() }) else { return };
        // Hosts that never deactivate, and those whose worker is still there: it sees the instance, so the instance is
        // nobody's own before that is over.
        if instance.visits.close() {
            // SAFETY: made by `instantiate`, and given back once.
            drop(unsafe { Box::from_raw(handle) });
            return;
        }
        instance.shared.log.warn(&format!(
            "{}: the host's worker has not come for what it was asked; the plugin's code stays loaded for it",
            P::INFO.id
        ));
        // Before anything goes, which may panic.
        pin::module();
        // What the worker looks at stays, see `work`; nobody knows when to free it. All else goes.
        // SAFETY: as above. No visit looks at these any more, and they are dropped once.
        unsafe {
            (&raw mut (*handle).home).drop_in_place();
            (&raw mut (*handle).body).drop_in_place();
        }
    });
}
