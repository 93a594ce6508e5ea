//! What an LV2 editor calls: the host's side of its features and of its write function.
#![allow(unsafe_code)]
#![allow(clippy::disallowed_types, reason = "editors may call from any thread; no audio thread comes here")]

use std::ffi::{CStr, c_char, c_int, c_void};
use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Mutex, PoisonError};

use lv2_sys::{
    LV2_Feature, LV2UI_Request_Value_Status, LV2UI_Request_Value_Status_LV2UI_REQUEST_VALUE_ERR_UNSUPPORTED,
};

use crate::gui::{Deed, Edit, EditStep, MAX_SIDE};
use crate::lv2::controls::Controls;
use crate::lv2::describe;
use crate::lv2::letters::{Letter, Outbox};
use crate::lv2::ports::{Kind, Port};

/// Deeds that wait for the main thread; an editor that does more in one tick loses some.
const DEEDS: usize = 65_536;

/// One per editor, at a place that stays.
pub(in crate::lv2) struct Controller {
    ports: Vec<Known>,
    controls: Controls,
    event_transfer: u32,
    float_protocol: u32,
    /// What the editor last heard or said of each port, as bits; NaN for nothing.
    told: Vec<AtomicU32>,
    deeds: Mutex<Vec<Deed>>,
    /// To the running plugin.
    outbox: Mutex<Option<Outbox>>,
}

struct Known {
    index: u32,
    symbol: String,
    input: bool,
    control: bool,
    atoms: bool,
    /// Its number among the parameters.
    parameter: Option<u32>,
}

impl Controller {
    pub(in crate::lv2) fn new(
        ports: &[Port],
        controls: &Controls,
        [event_transfer, float_protocol]: [u32; 2],
        outbox: Option<Outbox>,
    ) -> Self {
        let known = |port: &Port| Known {
            index: port.index,
            symbol: port.symbol.clone(),
            input: port.input,
            control: matches!(port.kind, Kind::Control(_)),
            atoms: matches!(port.kind, Kind::Atom { .. }),
            parameter: describe::parameter_ports(ports)
                .position(|(other, _)| other.index == port.index)
                .and_then(|at| u32::try_from(at).ok()),
        };
        let count = ports.iter().map(|port| port.index as usize + 1).max().unwrap_or(0);
        Self {
            ports: ports.iter().map(known).collect(),
            controls: controls.clone(),
            event_transfer,
            float_protocol,
            told: (0..count).map(|_| AtomicU32::new(f32::NAN.to_bits())).collect(),
            deeds: Mutex::default(),
            outbox: Mutex::new(outbox),
        }
    }

    /// As the editor knows it.
    pub(super) fn as_ptr(&self) -> *mut c_void {
        std::ptr::from_ref(self).cast_mut().cast()
    }

    /// Control ports whose value the editor does not know yet. From now on it does.
    pub(super) fn news(&self) -> Vec<(u32, f32)> {
        let news = |port: &Known| {
            let value = self.controls.get(port.index);
            let old = self.told[port.index as usize].swap(value.to_bits(), Ordering::Relaxed);
            (old != value.to_bits()).then_some((port.index, value))
        };
        self.ports.iter().filter(|port| port.control).filter_map(news).collect()
    }

    /// What the editor has done since the last time.
    pub(super) fn deeds(&self) -> Vec<Deed> {
        std::mem::take(&mut self.deeds.lock().unwrap_or_else(PoisonError::into_inner))
    }

    fn tell(&self, deed: Deed) {
        let mut deeds = self.deeds.lock().unwrap_or_else(PoisonError::into_inner);
        if deeds.len() < DEEDS {
            deeds.push(deed);
        }
    }

    /// Tells a step of a gesture; what is no parameter is no more than a detail.
    fn edit(&self, port: &Known, step: EditStep, word: &str) {
        let text = format!("{} {word}", port.symbol);
        self.tell(match port.parameter {
            Some(index) => Deed::Edit(Edit { index, step, text }),
            None => Deed::Detail(format!("edit {text}")),
        });
    }

    /// Takes the way to the running plugin.
    pub(super) fn take_outbox(&self) -> Option<Outbox> {
        self.outbox.lock().unwrap_or_else(PoisonError::into_inner).take()
    }

    fn complain(&self, text: String) {
        self.tell(Deed::Detail(format!("the editor {text}")));
    }

    fn port(&self, index: u32) -> Option<&Known> {
        self.ports.iter().find(|port| port.index == index)
    }

    fn write_float(&self, port: &Known, bytes: &[u8]) {
        let Ok(bytes) = <[u8; 4]>::try_from(bytes) else {
            return self.complain(format!("wrote {} bytes to the port {}", bytes.len(), port.symbol));
        };
        let value = f32::from_ne_bytes(bytes);
        if !port.control || !port.input || !value.is_finite() {
            return self.complain(format!("wrote {value} to the port {}", port.symbol));
        }
        self.controls.set(port.index, value);
        self.told[port.index as usize].store(value.to_bits(), Ordering::Relaxed);
        self.edit(port, EditStep::Value(value.into()), &format!("value {value}"));
    }

    fn write_atom(&self, port: &Known, bytes: &[u8]) {
        let head = bytes.split_first_chunk::<4>().and_then(|(size, rest)| {
            let (kind, body) = rest.split_first_chunk::<4>()?;
            let body = body.get(..u32::from_ne_bytes(*size) as usize)?;
            Some((u32::from_ne_bytes(*kind), body))
        });
        let Some((kind, body)) = head.filter(|_| port.atoms && port.input) else {
            return self.complain(format!("wrote no atom to the port {}", port.symbol));
        };
        let letter = Letter { port: port.index, kind, body };
        let mut outbox = self.outbox.lock().unwrap_or_else(PoisonError::into_inner);
        let text = match outbox.as_mut().map(|outbox| outbox.send(letter)) {
            Some(true) => format!("atom {} {} bytes", port.symbol, body.len()),
            Some(false) => format!("atom {} lost: the plugin has not taken those before", port.symbol),
            None => format!("atom {} lost: the plugin is stopped", port.symbol),
        };
        self.tell(Deed::Detail(text));
    }

    /// The controller behind a handle.
    unsafe fn from<'a>(handle: *mut c_void) -> Option<&'a Self> {
        // SAFETY: the handle is null or what `as_ptr` gave out, and it outlives the editor.
        unsafe { handle.cast::<Self>().as_ref() }
    }

    pub(super) unsafe extern "C" fn write(
        handle: *mut c_void,
        port: u32,
        size: u32,
        protocol: u32,
        buffer: *const c_void,
    ) {
        // SAFETY: as for `from`.
        let Some(this) = (unsafe { Self::from(handle) }) else { return };
        let Some(known) = this.port(port).filter(|_| !buffer.is_null()) else {
            return this.complain(format!("wrote to the port {port}, which is none"));
        };
        // SAFETY: the editor gives `size` readable bytes, by the interface's contract.
        let bytes = unsafe { std::slice::from_raw_parts(buffer.cast::<u8>(), size as usize) };
        if protocol == 0 || protocol == this.float_protocol {
            this.write_float(known, bytes);
        } else if protocol == this.event_transfer {
            this.write_atom(known, bytes);
        } else {
            this.complain(format!("wrote to the port {} by an unknown protocol", known.symbol));
        }
    }

    pub(super) unsafe extern "C" fn resize(handle: *mut c_void, width: c_int, height: c_int) -> c_int {
        // SAFETY: as for `from`.
        let Some(this) = (unsafe { Self::from(handle) }) else { return 1 };
        let side = |side: c_int| u32::try_from(side).ok().filter(|side| (1..=MAX_SIDE).contains(side));
        match (side(width), side(height)) {
            (Some(width), Some(height)) => {
                this.tell(Deed::Wish([width, height]));
                0
            }
            _ => {
                this.complain(format!("wants to be {width}x{height}"));
                1
            }
        }
    }

    pub(super) unsafe extern "C" fn touch(handle: *mut c_void, port: u32, grabbed: bool) {
        // SAFETY: as for `from`.
        let Some(this) = (unsafe { Self::from(handle) }) else { return };
        match this.port(port) {
            Some(known) => {
                let (step, word) =
                    if grabbed { (EditStep::Begin, "begin") } else { (EditStep::End, "end") };
                this.edit(known, step, word);
            }
            None => this.complain(format!("touched the port {port}, which is none")),
        }
    }

    pub(super) unsafe extern "C" fn port_index(handle: *mut c_void, symbol: *const c_char) -> u32 {
        if symbol.is_null() {
            return u32::MAX;
        }
        // SAFETY: as for `from`; the editor passes a terminated string.
        let (this, symbol) = unsafe { (Self::from(handle), CStr::from_ptr(symbol)) };
        let found = this
            .and_then(|this| this.ports.iter().find(|port| port.symbol.as_bytes() == symbol.to_bytes()));
        found.map_or(u32::MAX, |port| port.index)
    }

    /// Subscribing and the opposite: every control port and every event is told anyway, and nothing else.
    pub(super) unsafe extern "C" fn subscribe(
        handle: *mut c_void,
        port: u32,
        protocol: u32,
        _features: *const *const LV2_Feature,
    ) -> u32 {
        // SAFETY: as for `from`.
        let Some(this) = (unsafe { Self::from(handle) }) else { return 1 };
        let told = this.port(port).is_some_and(|port| {
            let float = protocol == 0 || protocol == this.float_protocol;
            (float && port.control) || (protocol == this.event_transfer && port.atoms && !port.input)
        });
        u32::from(!told)
    }

    /// There is nobody here to ask for a value.
    pub(super) unsafe extern "C" fn request_value(
        handle: *mut c_void,
        key: u32,
        _kind: u32,
        _features: *const *const LV2_Feature,
    ) -> LV2UI_Request_Value_Status {
        // SAFETY: as for `from`.
        if let Some(this) = unsafe { Self::from(handle) } {
            this.complain(format!("asked for a value of the key {key}, which this host has no dialog for"));
        }
        LV2UI_Request_Value_Status_LV2UI_REQUEST_VALUE_ERR_UNSUPPORTED
    }
}
