//! An instance with all its ports connected.

use std::ffi::c_void;

use dyad_core::Description;
use dyad_ttl::{PortKind, PortTable};

use super::{Host, Module, Offers, room, sequence, sys};
use crate::memory::{Guarded, Samples};
use crate::{gain, probe};

/// Room in the notify port.
const NOTIFY: u32 = 256;

/// An instance of a plugin, with a buffer for each port that ends where memory ends.
#[derive(Debug)]
pub struct Rig {
    /// What it was made with.
    pub host: Box<Host>,
    /// What it was made from.
    pub descriptor: &'static sys::LV2_Descriptor,
    /// The instance.
    pub handle: sys::LV2_Handle,
    /// Its ports.
    pub table: PortTable,
    /// One place for each port that carries a single number, by port index.
    pub numbers: Box<[f32]>,
    /// Audio inputs.
    pub ins: Vec<Samples>,
    /// Audio outputs.
    pub outs: Vec<Samples>,
    /// The control port's sequence.
    pub control: Guarded,
    /// The notify port's room.
    pub notify: Guarded,
}

impl Rig {
    /// An instance of a layout of gain (`stereo`, `mono`) at [`gain::RATE`], connected, with room for
    /// `frames` frames, and active.
    #[must_use]
    pub fn active(layout: &str, frames: usize) -> Self {
        let rig = Self::new(layout, gain::RATE, None, frames);
        rig.activate();
        rig
    }

    /// An instance of gain, connected, not yet active.
    ///
    /// # Panics
    /// Where the plugin refuses.
    #[must_use]
    pub fn new(layout: &str, rate: f64, longest: Option<i32>, frames: usize) -> Self {
        // SAFETY: this module is never unloaded.
        unsafe { Self::of(Module::gain(), layout, rate, longest, frames) }
    }

    /// The same of a module that may be unloaded.
    ///
    /// # Panics
    /// Where the plugin refuses.
    ///
    /// # Safety
    /// The module outlives the instance.
    #[must_use]
    pub unsafe fn of(
        module: &Module,
        layout: &str,
        rate: f64,
        longest: Option<i32>,
        frames: usize,
    ) -> Self {
        // SAFETY: the caller's contract.
        unsafe { Self::make(module, &gain::description(), layout, rate, Host::new(longest), frames) }
    }

    /// An instance of the test plugin at [`gain::RATE`], connected, not yet active.
    ///
    /// # Panics
    /// As [`Rig::new`].
    #[must_use]
    pub fn probe(layout: &str, offers: Offers, frames: usize) -> Self {
        let host = Host::offering(None, offers);
        // SAFETY: this module is never unloaded.
        unsafe { Self::make(Module::probe(), &probe::description(), layout, gain::RATE, host, frames) }
    }

    /// The same of the instrument that is in its bundle.
    ///
    /// # Panics
    /// As [`Rig::new`].
    #[must_use]
    pub fn tone(offers: Offers, frames: usize) -> Self {
        let (host, description) = (Host::offering(None, offers), probe::tone_description());
        // SAFETY: this module is never unloaded.
        unsafe { Self::make(Module::probe(), &description, "stereo", gain::RATE, host, frames) }
    }

    /// An instance of any plugin, connected, not yet active.
    ///
    /// # Panics
    /// As [`Rig::new`].
    ///
    /// # Safety
    /// As for [`Rig::of`].
    #[must_use]
    pub unsafe fn any(
        module: &Module,
        description: &Description,
        layout: &str,
        rate: f64,
        frames: usize,
    ) -> Self {
        // SAFETY: the caller's contract.
        unsafe { Self::make(module, description, layout, rate, Host::new(None), frames) }
    }

    /// # Safety
    /// As for [`Rig::of`].
    unsafe fn make(
        module: &Module,
        description: &Description,
        layout: &str,
        rate: f64,
        host: Box<Host>,
        frames: usize,
    ) -> Self {
        let layout = description.layouts.iter().find(|l| l.id == layout).expect("a layout of the plugin");
        let table = PortTable::new(description, layout);
        // SAFETY: a descriptor lives as long as its module, and that outlives the instance.
        let descriptor = unsafe { &*std::ptr::from_ref(module.find(&table.uri)) };
        let instantiate = descriptor.instantiate.expect("instantiate is there");
        // SAFETY: a descriptor of the binary, a path, and features that live in the rig.
        let handle = unsafe { instantiate(descriptor, rate, c"/".as_ptr(), host.features()) };
        assert!(!handle.is_null(), "the plugin was made");
        let kind = |uri| host.urid(uri);
        let control = sequence(kind("http://lv2plug.in/ns/ext/atom#Sequence"), &[]);
        let notify = room(kind("http://lv2plug.in/ns/ext/atom#Chunk"), NOTIFY);
        let numbers = table.ports.iter().map(|port| match port.kind {
            PortKind::Enabled { .. } => 1.0,
            PortKind::Param { param } => description.params[param].info.default as f32,
            PortKind::Meter { .. } | PortKind::Latency => f32::NAN,
            _ => 0.0,
        });
        let mut rig = Self {
            descriptor,
            handle,
            numbers: numbers.collect(),
            ins: (0..layout.input_channels()).map(|_| Samples::of(&vec![0.0; frames])).collect(),
            outs: (0..layout.output_channels()).map(|_| Samples::unwritten(frames)).collect(),
            control: Guarded::aligned(&control, 0),
            notify: Guarded::aligned(&notify, 0),
            table,
            host,
        };
        rig.connect_all();
        rig
    }

    /// The index of a port.
    ///
    /// # Panics
    /// Where there is none of that symbol.
    #[must_use]
    pub fn index(&self, symbol: &str) -> usize {
        let at = self.table.ports.iter().position(|port| port.symbol == symbol);
        at.unwrap_or_else(|| panic!("there is no port {symbol}"))
    }

    /// Sets a control port.
    pub fn set(&mut self, symbol: &str, value: f32) {
        let index = self.index(symbol);
        self.numbers[index] = value;
    }

    /// What a control port holds.
    #[must_use]
    pub fn get(&self, symbol: &str) -> f32 {
        self.numbers[self.index(symbol)]
    }

    /// Connects every port to its own buffer.
    pub fn connect_all(&mut self) {
        for index in 0..self.table.ports.len() {
            let data = match self.table.ports[index].kind {
                PortKind::AudioIn { channel } => self.ins[channel].ptr().cast(),
                PortKind::AudioOut { channel } => self.outs[channel].ptr().cast(),
                PortKind::EventsIn => self.control.ptr(),
                PortKind::EventsOut => self.notify.ptr(),
                _ => (&raw mut self.numbers[index]).cast(),
            };
            self.connect(index as u32, data);
        }
    }

    /// Connects a port by its index.
    pub fn connect(&self, index: u32, data: *mut c_void) {
        // SAFETY: the instance; buffers live in the rig or with the caller.
        unsafe { self.descriptor.connect_port.expect("connect_port is there")(self.handle, index, data) };
    }

    /// Connects a port by its symbol.
    pub fn wire(&self, symbol: &str, data: *mut c_void) {
        self.connect(self.index(symbol) as u32, data);
    }

    /// Activates.
    pub fn activate(&self) {
        // SAFETY: the instance.
        unsafe { self.descriptor.activate.expect("activate is there")(self.handle) };
    }

    /// Deactivates.
    pub fn deactivate(&self) {
        // SAFETY: the instance.
        unsafe { self.descriptor.deactivate.expect("deactivate is there")(self.handle) };
    }

    /// Runs a block with what is connected.
    pub fn run(&self, frames: usize) {
        // SAFETY: the instance; connected buffers have room for as many frames.
        unsafe { self.descriptor.run.expect("run is there")(self.handle, frames as u32) };
    }

    /// Puts a sound into every input, runs, and gives the first output; all others must be equal.
    ///
    /// # Panics
    /// Where outputs differ.
    pub fn play(&mut self, sound: &[f32]) -> Vec<f32> {
        for input in &mut self.ins {
            input[..sound.len()].copy_from_slice(sound);
        }
        for output in &mut self.outs {
            output.fill(f32::NAN);
        }
        self.run(sound.len());
        let first = &self.outs[0][..sound.len()];
        for other in &self.outs[1..] {
            assert_eq!(bits(&other[..sound.len()]), bits(first), "all channels sound alike");
        }
        first.to_vec()
    }

    /// The state interface.
    #[must_use]
    pub fn state(&self) -> &'static sys::LV2_State_Interface {
        Module::state(self.descriptor)
    }
}

impl Drop for Rig {
    fn drop(&mut self) {
        // SAFETY: the instance, given back once.
        unsafe { self.descriptor.cleanup.expect("cleanup is there")(self.handle) };
    }
}

fn bits(samples: &[f32]) -> Vec<u32> {
    samples.iter().map(|sample| sample.to_bits()).collect()
}
