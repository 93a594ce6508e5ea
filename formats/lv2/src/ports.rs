//! The host's port buffers, sorted by what the audio cycle does with them.

use std::ffi::c_void;
use std::marker::PhantomData;

use dyad_core::event::{Change, Incoming, Sink, Source, midi};
use dyad_core::param::Role;
use dyad_core::{Description, Plugin, Store};
use dyad_ttl::{PortKind, PortTable};

use crate::atom::Events;
use crate::object::Object;
use crate::position::{Clock, Position};
use crate::urids::Urids;

/// A control input and the value it had last.
#[derive(Debug)]
struct Control {
    port: *const f32,
    seen: u32,
    param: usize,
    /// The enabled port is the bypass parameter turned round.
    inverted: bool,
    /// It counts when it goes up, and a run that begins with it up is no press.
    trigger: bool,
}

/// A bit pattern that no control value has before the first run: a NaN, which the cycle refuses.
const UNSEEN: u32 = 0xffff_ffff;

#[derive(Debug)]
struct Meter {
    port: *mut f32,
    param: usize,
}

/// Where `connect_port` puts a pointer.
#[derive(Clone, Copy, Debug)]
enum Slot {
    Input(usize),
    Output(usize),
    Control(usize),
    Meter(usize),
    EventsIn,
    EventsOut,
    Latency,
    Freewheel,
    /// A removed meter: the host reads 0.
    Removed(usize),
}

/// All ports of an instance.
#[derive(Debug)]
pub(crate) struct Ports {
    slots: Box<[Slot]>,
    pub(crate) inputs: Box<[*const f32]>,
    pub(crate) outputs: Box<[*mut f32]>,
    controls: Box<[Control]>,
    /// The port index of each parameter of the description that has a control input, and whether it is
    /// inverted.
    control_of: Box<[Option<(u32, bool)>]>,
    meters: Box<[Meter]>,
    removed: Box<[*mut f32]>,
    pub(crate) events_in: *const c_void,
    pub(crate) events_out: *mut c_void,
    latency: *mut f32,
    freewheel: *const f32,
    /// Whether an audio port was connected since the last run.
    moved: bool,
}

impl Ports {
    pub(crate) fn new(table: &PortTable, description: &Description) -> Self {
        let (mut controls, mut meters, mut removed) = (Vec::new(), Vec::new(), Vec::new());
        let mut control_of = vec![None; description.params.len()];
        let slots = (0..).zip(&table.ports).map(|(index, port)| match port.kind {
            PortKind::AudioIn { channel } => Slot::Input(channel),
            PortKind::AudioOut { channel } => Slot::Output(channel),
            PortKind::EventsIn => Slot::EventsIn,
            PortKind::EventsOut => Slot::EventsOut,
            PortKind::Latency => Slot::Latency,
            PortKind::Freewheel => Slot::Freewheel,
            PortKind::Param { param } | PortKind::Enabled { param } | PortKind::RemovedParam { param } => {
                let inverted = description.params[param].info.role == Role::Bypass;
                let trigger = description.params[param].info.role == Role::Trigger;
                controls.push(Control { port: std::ptr::null(), seen: UNSEEN, param, inverted, trigger });
                control_of[param] = Some((index, inverted));
                Slot::Control(controls.len() - 1)
            }
            PortKind::Meter { param } => {
                meters.push(Meter { port: std::ptr::null_mut(), param });
                Slot::Meter(meters.len() - 1)
            }
            PortKind::RemovedMeter { .. } => {
                removed.push(std::ptr::null_mut());
                Slot::Removed(removed.len() - 1)
            }
        });
        let slots = slots.collect();
        Self {
            slots,
            inputs: vec![std::ptr::null(); table.layout.input_channels()].into(),
            outputs: vec![std::ptr::null_mut(); table.layout.output_channels()].into(),
            controls: controls.into(),
            control_of: control_of.into(),
            meters: meters.into(),
            removed: removed.into(),
            events_in: std::ptr::null(),
            events_out: std::ptr::null_mut(),
            latency: std::ptr::null_mut(),
            freewheel: std::ptr::null(),
            moved: true,
        }
    }

    /// Takes a pointer for a port; an index that does not exist is ignored. `[audio-thread]`
    pub(crate) fn connect(&mut self, port: u32, data: *mut c_void) {
        let Some(slot) = self.slots.get(port as usize) else { return };
        match *slot {
            Slot::Input(channel) => {
                self.moved |= !std::ptr::eq(self.inputs[channel], data.cast());
                self.inputs[channel] = data.cast();
            }
            Slot::Output(channel) => {
                self.moved |= !std::ptr::eq(self.outputs[channel], data.cast());
                self.outputs[channel] = data.cast();
            }
            Slot::Control(n) => self.controls[n].port = data.cast(),
            Slot::Meter(n) => self.meters[n].port = data.cast(),
            Slot::EventsIn => self.events_in = data,
            Slot::EventsOut => self.events_out = data,
            Slot::Latency => self.latency = data.cast(),
            Slot::Freewheel => self.freewheel = data.cast(),
            Slot::Removed(n) => self.removed[n] = data.cast(),
        }
    }

    /// Makes every control and buffer count as new in the next run. `[main-thread & !active]`
    pub(crate) fn forget(&mut self) {
        self.moved = true;
        self.controls.iter_mut().for_each(|control| control.seen = UNSEEN);
    }

    /// The control input of a parameter, and what it would hold at a plain value. `[audio-thread]`
    pub(crate) fn control_of(&self, param: usize, plain: f64) -> Option<(u32, f32)> {
        let (port, inverted) = (*self.control_of.get(param)?)?;
        Some((port, if inverted { f32::from(u8::from(plain <= 0.0)) } else { plain as f32 }))
    }

    /// Whether the host is free-wheeling. `[audio-thread]`
    ///
    /// # Safety
    /// Connected ports are valid.
    pub(crate) unsafe fn is_offline(&self) -> bool {
        // SAFETY: null or connected.
        unsafe { self.freewheel.as_ref() }.is_some_and(|value| *value > 0.0)
    }

    /// Writes what hosts show. `[audio-thread]`
    ///
    /// # Safety
    /// Connected ports are valid.
    pub(crate) unsafe fn write_outputs(&self, store: &Store, latency: u32) {
        for meter in &self.meters {
            if !meter.port.is_null() {
                // SAFETY: connected.
                unsafe { meter.port.write(store.shown(meter.param) as f32) };
            }
        }
        for port in self.removed.iter().filter(|port| !port.is_null()) {
            // SAFETY: connected.
            unsafe { port.write(0.0) };
        }
        if !self.latency.is_null() {
            // SAFETY: connected.
            unsafe { self.latency.write(latency as f32) };
        }
    }

    /// The events of a block of so many frames, with the audio pointers beside it. `[audio-thread]`
    ///
    /// # Safety
    /// Connected ports are valid until the source is dropped.
    pub(crate) unsafe fn events<'a, P: Plugin>(
        &'a mut self,
        frames: usize,
        urids: &'a Urids,
        clock: &'a mut Clock,
        hear: Hear<'a>,
    ) -> (PortEvents<'a, P>, Lanes<'a>) {
        // SAFETY: null or connected.
        let events = unsafe { Events::at(self.events_in, urids.sequence) };
        let source = PortEvents {
            controls: &mut self.controls,
            controls_done: false,
            midi: events,
            next: None,
            // Where nobody would listen, nothing is read.
            objects: if listens::<P>() { events } else { Events::default() },
            position: None,
            last: (frames as u32).saturating_sub(1),
            now: 0,
            clock,
            hear,
            urids,
            plugin: PhantomData,
        };
        let moved = std::mem::take(&mut self.moved);
        (source, Lanes { inputs: &self.inputs, outputs: &self.outputs, moved })
    }
}

/// The audio ports.
pub(crate) struct Lanes<'a> {
    pub(crate) inputs: &'a [*const f32],
    pub(crate) outputs: &'a [*mut f32],
    /// Whether any differs from the last run's.
    pub(crate) moved: bool,
}

/// The events of one run: changed control ports at frame 0, the transport and MIDI at their frames.
pub(crate) struct PortEvents<'a, P> {
    controls: &'a mut [Control],
    controls_done: bool,
    midi: Events<'a>,
    /// Read from the sequence, and not due yet.
    next: Option<Incoming<'a>>,
    /// The same sequence once more, for all that is not MIDI.
    objects: Events<'a>,
    /// As `next`.
    position: Option<(u32, Position)>,
    /// The block's last frame.
    last: u32,
    /// The frame of the last object.
    now: u32,
    clock: &'a mut Clock,
    hear: Hear<'a>,
    urids: &'a Urids,
    plugin: PhantomData<fn() -> P>,
}

/// Whether it has a use for anything but MIDI.
const fn listens<P: Plugin>() -> bool {
    P::TRANSPORT || P::MESSAGES > 0 || !P::PROPERTIES.is_empty() || P::EVENTS.input
}

/// Hears all objects that are no position.
type Hear<'a> = &'a mut dyn FnMut(&Object<'_>);

impl<P: Plugin> PortEvents<'_, P> {
    /// The next message of the transport, and its frame: within the block, and never before the last
    /// one's.
    fn next_position(&mut self) -> Option<(u32, Position)> {
        loop {
            let event = self.objects.next()?;
            let Some(object) = Object::read(&event, self.urids) else { continue };
            self.now = (event.frame.clamp(0, i64::from(self.last)) as u32).max(self.now);
            if P::TRANSPORT
                && let Some(position) = Position::read(&object, self.urids)
            {
                return Some((self.now, position));
            }
            (self.hear)(&object);
        }
    }
}

impl<P: Plugin> Source for PortEvents<'_, P> {
    #[inline]
    fn changes(&mut self, frame: u32, sink: &mut impl Sink) -> Option<u32> {
        if !std::mem::replace(&mut self.controls_done, true) {
            for control in self.controls.iter_mut() {
                // SAFETY: null or connected; see `Ports::events`.
                let Some(value) = (unsafe { control.port.as_ref() }) else { continue };
                let bits = value.to_bits();
                if bits != control.seen {
                    let first = std::mem::replace(&mut control.seen, bits) == UNSEEN;
                    if first && control.trigger {
                        continue;
                    }
                    let plain = f64::from(*value);
                    let plain = if control.inverted { f64::from(u8::from(plain <= 0.0)) } else { plain };
                    sink.change(Change::plain(control.param, plain));
                }
            }
        }
        // Most blocks bring no message at all.
        if !listens::<P>() || self.position.is_none() && self.objects.is_empty() {
            return None;
        }
        loop {
            let (at, position) = self.position.take().or_else(|| self.next_position())?;
            if at > frame {
                self.position = Some((at, position));
                return Some(at);
            }
            sink.transport(at, &self.clock.hear(at, &position));
        }
    }

    fn events(&mut self, frame: u32, take: &mut impl FnMut(Incoming<'_>)) {
        loop {
            if let Some(event) = self.next {
                if event.frame() > frame {
                    return;
                }
                take(event);
            }
            self.next = None;
            let Some(event) = self.midi.find(|event| event.kind == self.urids.midi_event) else { return };
            let frame = event.frame.max(0).min(i64::from(u32::MAX)) as u32;
            self.next = midi::parse(frame, event.body);
        }
    }
}
