//! A plugin with all its ports in memory of the trial's own.
#![allow(unsafe_code)]

use std::ffi::c_void;

use super::*;
use crate::check::Subject;
use crate::check::signal::Signal;
use crate::child::Arguments;
use crate::lv2::bundle::instantiate;
use crate::lv2::features::Features;
use crate::lv2::instance::Raw;
use crate::lv2::ports::{self, Kind, Port};

/// What outputs hold before a run: no plugin computes this NaN.
pub(super) const UNWRITTEN: f32 = f32::from_bits(0x7fc0_dead);
/// Frames, or words, behind a buffer that are watched.
const GUARD: usize = 64;
const RATE: u32 = 48_000;

/// A running instance.
pub(super) struct Bench {
    raw: Raw,
    pub(super) instance: lilv::instance::Instance,
    pub(super) features: Features,
    pub(super) ports: Vec<Port>,
    /// One for each port, in the same order.
    pub(super) buffers: Vec<Buffer>,
    frames: usize,
    active: bool,
    /// Has the library open.
    _bundle: Bundle,
}

/// One port's memory.
pub(super) enum Buffer {
    /// Frames of sound, or one number.
    Floats(Vec<f32>),
    /// An atom, in words.
    Atom { words: Vec<u64>, capacity: usize },
    /// Nothing is connected.
    None,
}

impl Bench {
    /// Instantiates the plugin, with this host's features or with none.
    pub(super) fn new(subject: &Subject, frames: usize, featured: bool) -> Result<Self, String> {
        let bundle = Bundle::open(&subject.plugin)?;
        let plugin = bundle.choose(subject.class.as_deref())?;
        let arguments = Arguments {
            format: subject.format,
            plugin: Some(subject.plugin.clone()),
            realtime: None,
            confines: crate::child::Confines::default(),
            rate: RATE,
            max_block: frames as u32,
            files: None,
        };
        let features = Features::new(&arguments);
        let ports = ports::read(&bundle.world, plugin, f64::from(RATE))?;
        let list = if featured { features.instance() } else { &[] };
        // SAFETY: the features live as long as the instance, which owns them from here on.
        let instance = unsafe { instantiate(plugin, f64::from(RATE), list) }?;
        let raw = Raw::new(&instance)?;
        let buffers = vec![];
        let mut bench =
            Self { raw, instance, features, ports, buffers, frames, active: false, _bundle: bundle };
        bench.buffers = bench.ports.iter().map(|port| bench.buffer(port, None)).collect();
        bench.connect_all();
        Ok(bench)
    }

    /// Memory for a port; `atom` is the room for what comes out of atom ports.
    pub(super) fn buffer(&self, port: &Port, atom: Option<usize>) -> Buffer {
        match &port.kind {
            Kind::Audio { .. } | Kind::Cv => Buffer::Floats(vec![UNWRITTEN; self.frames + GUARD]),
            Kind::Control(_) => Buffer::Floats(vec![0.0]),
            Kind::Atom { capacity, .. } => {
                let capacity = if port.input { *capacity } else { atom.unwrap_or(*capacity) };
                let words = vec![u64::MAX; capacity.div_ceil(8) + GUARD];
                Buffer::Atom { words, capacity }
            }
            Kind::Other => Buffer::None,
        }
    }

    /// Connects a port to its memory.
    pub(super) fn connect(&mut self, at: usize) {
        let data: *mut c_void = match &mut self.buffers[at] {
            Buffer::Floats(floats) => floats.as_mut_ptr().cast(),
            Buffer::Atom { words, .. } => words.as_mut_ptr().cast(),
            Buffer::None => std::ptr::null_mut(),
        };
        (self.raw.connect_port)(self.raw.handle, self.ports[at].index, data);
    }

    fn connect_all(&mut self) {
        (0..self.ports.len()).for_each(|at| self.connect(at));
    }

    /// Connects an output to the memory of an input.
    pub(super) fn connect_in_place(&mut self, input: usize, output: usize) {
        if let Buffer::Floats(floats) = &mut self.buffers[input] {
            let data = floats.as_mut_ptr().cast();
            (self.raw.connect_port)(self.raw.handle, self.ports[output].index, data);
        }
    }

    /// Gets ready to run.
    pub(super) fn activate(&mut self) {
        if let Some(activate) = self.raw.activate {
            activate(self.raw.handle);
        }
        self.active = true;
    }

    /// Ends running.
    pub(super) fn deactivate(&mut self) {
        if let Some(deactivate) = self.raw.deactivate.filter(|_| self.active) {
            deactivate(self.raw.handle);
        }
        self.active = false;
    }

    /// Puts input in place and marks the outputs.
    pub(super) fn fill(&mut self, seed: u32) {
        let urids = &self.features.urids;
        let (sequence, chunk) = (urids.map(uris::SEQUENCE), urids.map(uris::CHUNK));
        for (port, buffer) in self.ports.iter().zip(&mut self.buffers) {
            match (buffer, &port.kind) {
                (Buffer::Floats(floats), Kind::Control(control)) => {
                    floats[0] = if port.input { control.default as f32 } else { UNWRITTEN };
                }
                (Buffer::Floats(floats), kind) => {
                    floats.fill(UNWRITTEN);
                    if port.input {
                        let noise = matches!(kind, Kind::Audio { .. });
                        let signal = if noise { Signal::Noise } else { Signal::Silence };
                        let samples = signal.make(port.index + seed + 1, self.frames);
                        let samples = samples.last().map(Vec::as_slice).unwrap_or_default();
                        floats[..self.frames].copy_from_slice(samples);
                    }
                }
                (Buffer::Atom { words, capacity }, _) => {
                    words.fill(u64::MAX);
                    let (size, kind) =
                        if port.input { (8, sequence) } else { (*capacity as u32 - 8, chunk) };
                    words[0] = pair(size, kind);
                    words[1] = 0;
                }
                (Buffer::None, _) => {}
            }
        }
    }

    /// Runs so many frames.
    pub(super) fn run(&mut self, frames: u32) {
        (self.raw.run)(self.raw.handle, frames);
    }

    /// What a port's memory holds.
    pub(super) fn floats(&self, at: usize) -> &[f32] {
        match &self.buffers[at] {
            Buffer::Floats(floats) => floats,
            Buffer::Atom { .. } | Buffer::None => &[],
        }
    }

    /// The places of all sound ports in one direction.
    pub(super) fn sound(&self, input: bool) -> Vec<usize> {
        let wanted = |port: &Port| port.input == input && matches!(port.kind, Kind::Audio { .. });
        (0..self.ports.len()).filter(|at| wanted(&self.ports[*at])).collect()
    }
}

impl Drop for Bench {
    fn drop(&mut self) {
        self.deactivate();
    }
}

impl Clone for Buffer {
    fn clone(&self) -> Self {
        match self {
            Buffer::Floats(floats) => Buffer::Floats(floats.clone()),
            Buffer::Atom { words, capacity } => Buffer::Atom { words: words.clone(), capacity: *capacity },
            Buffer::None => Buffer::None,
        }
    }
}

impl Buffer {
    /// Whether two hold the same bits.
    pub(super) fn same(&self, other: &Self) -> bool {
        match (self, other) {
            (Buffer::Floats(a), Buffer::Floats(b)) => {
                a.iter().map(|x| x.to_bits()).eq(b.iter().map(|x| x.to_bits()))
            }
            (Buffer::Atom { words: a, .. }, Buffer::Atom { words: b, .. }) => a == b,
            _ => true,
        }
    }

    /// The first byte behind an atom's room that was written.
    pub(super) fn overrun(&self) -> Option<usize> {
        let Buffer::Atom { words, capacity } = self else { return None };
        let first = capacity.div_ceil(8);
        words[first..].iter().position(|word| *word != u64::MAX).map(|at| at * 8)
    }
}

fn pair(low: u32, high: u32) -> u64 {
    let mut bytes = [0; 8];
    bytes[..4].copy_from_slice(&low.to_ne_bytes());
    bytes[4..].copy_from_slice(&high.to_ne_bytes());
    u64::from_ne_bytes(bytes)
}
