//! An LV2 plugin in the least of hosts.

use std::ffi::c_void;
use std::path::Path;

use dyad_tests::lv2::{Host, Module, StateStore, room, sequence, sys};
use dyad_tests::{bundle, gain};
use dyad_ttl::{PortKind, PortTable};

use crate::measure::Case;
use crate::sound::{FRAMES, RATE, Sound};

/// The gain's values in decibels, which take turns where it is automated.
const VALUES: [f32; 2] = [-6.0, -12.0];

/// An active instance with everything connected.
pub(crate) struct Lv2 {
    descriptor: &'static sys::LV2_Descriptor,
    handle: sys::LV2_Handle,
    host: Box<Host>,
    _sound: Sound,
    numbers: Box<[f32]>,
    gain: usize,
    /// Whether the gain changes with every run.
    pub(crate) automated: bool,
    _control: Vec<u64>,
    notify: Vec<u64>,
}

/// Atoms at an address that suits them.
fn atoms(bytes: &[u8]) -> Vec<u64> {
    let whole = bytes.chunks(8).map(|part| {
        let mut word = [0; 8];
        word[..part.len()].copy_from_slice(part);
        u64::from_ne_bytes(word)
    });
    whole.collect()
}

impl Lv2 {
    /// The built gain.
    pub(crate) fn ours() -> Self {
        let description = gain::description();
        let layout = description.layouts.iter().find(|layout| layout.id == "stereo").expect("stereo");
        let table = PortTable::new(&description, layout);
        let kinds = table.ports.iter().map(|port| match port.kind {
            PortKind::AudioIn { channel } => Port::Audio(channel),
            PortKind::AudioOut { channel } => Port::Audio(2 + channel),
            PortKind::EventsIn => Port::Control,
            PortKind::EventsOut => Port::Notify,
            PortKind::Enabled { .. } => Port::Number(1.0),
            _ if port.symbol == "gain" => Port::Gain,
            _ => Port::Number(0.0),
        });
        Self::new(&bundle::lv2_binary(), &table.uri, &kinds.collect::<Vec<_>>())
    }

    /// One of the hand-written ones: `bare` or `same`.
    pub(crate) fn floor(path: &Path, name: &str) -> Self {
        let audio = (0..4).map(Port::Audio);
        let ports = audio.chain([Port::Gain, Port::Number(0.0), Port::Number(0.0)]);
        Self::new(path, &format!("urn:dyad:floor#{name}"), &ports.collect::<Vec<_>>())
    }

    fn new(path: &Path, uri: &str, ports: &[Port]) -> Self {
        // For good: every instance needs it, and the bench makes many.
        let module: &'static Module = Box::leak(Box::new(Module::load(path)));
        let host = Host::new(Some(FRAMES as i32));
        let kind = |name: &str| host.urid(&format!("http://lv2plug.in/ns/ext/atom#{name}"));
        let control = atoms(&sequence(kind("Sequence"), &[]));
        let notify = atoms(&room(kind("Chunk"), 256));
        let numbers = ports.iter().map(|port| if let Port::Number(n) = port { *n } else { VALUES[0] });
        let mut new = Self {
            descriptor: module.find(uri),
            handle: std::ptr::null_mut(),
            host,
            _sound: Sound::new(),
            numbers: numbers.collect(),
            gain: ports.iter().position(|port| matches!(port, Port::Gain)).expect("a gain"),
            automated: false,
            _control: control,
            notify,
        };
        let sound = new._sound.pointers();
        new.handle = new.make();
        let (handle, connect) = (new.handle, new.descriptor.connect_port.expect("connect_port"));
        for (index, port) in ports.iter().enumerate() {
            let data: *mut c_void = match *port {
                Port::Audio(channel) => sound[channel].cast(),
                Port::Control => new._control.as_mut_ptr().cast(),
                Port::Notify => new.notify.as_mut_ptr().cast(),
                Port::Gain | Port::Number(_) => (&raw mut new.numbers[index]).cast(),
            };
            // SAFETY: an instance of this descriptor; the buffers live as long as it.
            unsafe { connect(handle, index as u32, data) };
        }
        new.activate(handle);
        new
    }

    /// Another instance, connected to nothing.
    fn make(&self) -> sys::LV2_Handle {
        let instantiate = self.descriptor.instantiate.expect("instantiate");
        // SAFETY: a path, and features that live as long as the host.
        let handle = unsafe { instantiate(self.descriptor, RATE, c"/".as_ptr(), self.host.features()) };
        assert!(!handle.is_null(), "the plugin can be made");
        handle
    }

    fn activate(&self, handle: sys::LV2_Handle) {
        if let Some(activate) = self.descriptor.activate {
            // SAFETY: an instance of this descriptor.
            unsafe { activate(handle) };
        }
    }

    /// Another instance, active, for as long as what this gives lives.
    pub(crate) fn another(&self) -> Instance<'_> {
        let handle = self.make();
        self.activate(handle);
        Instance { of: self, handle }
    }

    /// What it saves.
    pub(crate) fn save(&self) -> StateStore {
        StateStore::save(Module::state(self.descriptor), self.handle).expect("it saves")
    }

    /// Loads what it saved.
    pub(crate) fn load(&self, state: &StateStore) {
        let status = state.restore(Module::state(self.descriptor), self.handle, self.host.features());
        assert_eq!(status, sys::LV2_State_Status_LV2_STATE_SUCCESS);
    }
}

impl Case for Lv2 {
    fn call(&mut self, times: u32) {
        let run = self.descriptor.run.expect("run");
        for n in 0..times as usize {
            if self.automated {
                self.numbers[self.gain] = VALUES[n % 2];
            }
            // The room in the port, as hosts say it anew for every run.
            if let Some(size) = self.notify.first_mut() {
                *size = *size & !0xffff_ffff | 256;
            }
            // SAFETY: an active instance, with buffers of as many frames.
            unsafe { run(self.handle, FRAMES as u32) };
        }
    }
}

impl Drop for Lv2 {
    fn drop(&mut self) {
        drop(Instance { of: self, handle: self.handle });
    }
}

/// An active instance.
pub(crate) struct Instance<'a> {
    of: &'a Lv2,
    handle: sys::LV2_Handle,
}

impl Drop for Instance<'_> {
    fn drop(&mut self) {
        // SAFETY: an active instance, given back once.
        unsafe {
            if let Some(deactivate) = self.of.descriptor.deactivate {
                deactivate(self.handle);
            }
            self.of.descriptor.cleanup.expect("cleanup")(self.handle);
        }
    }
}

/// What a port is connected to.
enum Port {
    /// Left and right input, left and right output.
    Audio(usize),
    Control,
    Notify,
    Gain,
    Number(f32),
}
