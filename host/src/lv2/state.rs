//! Saving and restoring an LV2 plugin.
//!
//! Properties go through the plugin's own `state:interface`: lilv keeps those of its snapshots to
//! itself, and the state file wants them one by one. A default state, which lies in the plugin's
//! Turtle, is lilv's to read.
#![allow(unsafe_code)]

use std::collections::BTreeMap;
use std::ffi::c_void;

use lilv::World;
use lilv::plugin::Plugin;
use lv2_raw::LV2Feature;
use lv2_sys::{
    LV2_State_Flags, LV2_State_Interface, LV2_State_Status, LV2_State_Status_LV2_STATE_ERR_NO_PROPERTY,
    LV2_State_Status_LV2_STATE_ERR_UNKNOWN, LV2_State_Status_LV2_STATE_SUCCESS,
};

use super::controls::Controls;
use super::features::Features;
use super::ports::{Kind, Port};
use super::urid::Urids;
use super::uris;
use crate::state::{Bytes, PluginState, Property};

/// The parts of an instance that saving and restoring need.
pub(super) struct Access<'a> {
    pub(super) instance: &'a lilv::instance::Instance,
    pub(super) features: &'a Features,
    pub(super) ports: &'a [Port],
    pub(super) controls: &'a Controls,
}

impl Access<'_> {
    fn interface(&self) -> Option<LV2_State_Interface> {
        // SAFETY: asking for extension data is allowed at any time; what comes back under this URI
        // is a state interface by the extension's contract.
        let found = unsafe { self.instance.extension_data(uris::STATE_INTERFACE) }?;
        // SAFETY: as above; it is a table of functions that lives as long as the library.
        Some(unsafe { *found.as_ref() })
    }

    fn set_port(&self, symbol: &str, value: f32) {
        let port = self.ports.iter().find(|p| p.symbol == symbol);
        if let Some(port) = port.filter(|p| settable(p) && value.is_finite()) {
            self.controls.set(port.index, value);
        }
    }

    fn port_values(&self) -> BTreeMap<String, f32> {
        let ports = self.ports.iter().filter(|port| settable(port));
        ports.map(|port| (port.symbol.clone(), self.controls.get(port.index))).collect()
    }
}

fn settable(port: &Port) -> bool {
    port.input && matches!(port.kind, Kind::Control(_)) && !port.served_by_host()
}

/// The state as it is now.
pub(super) fn save(access: &Access<'_>) -> Result<PluginState, String> {
    let mut store = Store { urids: &access.features.urids, properties: vec![], failed: None };
    if let Some(save) = access.interface().and_then(|interface| interface.save) {
        let features = terminated(access.features.state());
        // SAFETY: the interface belongs to this instance, no `run` is going on, and `store` and
        // the features outlive the call.
        let status = unsafe {
            save(
                access.instance.handle(),
                Some(store_callback),
                std::ptr::from_mut(&mut store).cast(),
                LV2_State_Flags::LV2_STATE_IS_POD.0 | LV2_State_Flags::LV2_STATE_IS_PORTABLE.0,
                features.as_ptr().cast(),
            )
        };
        // Some say so when they have nothing to save (a-fluidsynth without a sound font).
        if status != LV2_State_Status_LV2_STATE_ERR_NO_PROPERTY {
            check("save", status)?;
        }
        if let Some(reason) = store.failed {
            return Err(reason);
        }
    }
    Ok(PluginState::Lv2 { ports: access.port_values(), properties: store.properties })
}

/// Takes a state in: first the ports, then the plugin's own properties, as hosts do.
pub(super) fn load(
    access: &Access<'_>,
    ports: &BTreeMap<String, f32>,
    properties: &[Property],
) -> Result<(), String> {
    let before = access.port_values();
    for (symbol, value) in ports {
        access.set_port(symbol, *value);
    }
    // Nothing saved is nothing to restore: plugins complain about what they never stored.
    let interface = access.interface().filter(|_| !properties.is_empty());
    let Some(restore) = interface.and_then(|interface| interface.restore) else {
        return Ok(());
    };
    let retrieve = Retrieve::new(&access.features.urids, properties);
    let features = terminated(access.features.state());
    // SAFETY: the interface belongs to this instance, no `run` is going on, and `retrieve` and the
    // features outlive the call.
    let status = unsafe {
        restore(
            access.instance.handle(),
            Some(retrieve_callback),
            std::ptr::from_ref(&retrieve).cast_mut().cast(),
            0,
            features.as_ptr().cast(),
        )
    };
    check("restore", status).inspect_err(|_| {
        for (symbol, value) in &before {
            access.set_port(symbol, *value);
        }
    })
}

/// Restores the state that the plugin's Turtle gives as its default, where it gives one.
pub(super) fn load_default(world: &World, plugin: &Plugin, access: &Access<'_>) {
    let uri = plugin.uri();
    if !world.ask(Some(&uri), Some(&world.new_uri(uris::STATE)), None) {
        return;
    }
    let mut map = lv2_raw::LV2UridMap { handle: access.features.map.handle, map: Urids::map_callback };
    let Some(state) = world.new_state(&mut map, &uri) else { return };
    let mut ports = DefaultPorts { access };
    let flags = LV2_State_Flags::LV2_STATE_IS_POD;
    state.restore(access.instance, Some(&mut ports), flags, access.features.state());
}

struct DefaultPorts<'a> {
    access: &'a Access<'a>,
}

impl lilv::state::SetPortValue for DefaultPorts<'_> {
    fn set_port_value(&mut self, symbol: &str, value: *const c_void, size: u32, kind: u32) {
        if size == 4 && !value.is_null() && kind == self.access.features.urids.map(uris::FLOAT) {
            // SAFETY: lilv passes `size` readable bytes of that type.
            self.access.set_port(symbol, unsafe { value.cast::<f32>().read_unaligned() });
        }
    }
}

fn check(what: &str, status: LV2_State_Status) -> Result<(), String> {
    if status == LV2_State_Status_LV2_STATE_SUCCESS {
        Ok(())
    } else {
        Err(format!("the plugin could not {what} its state (LV2 state status {status})"))
    }
}

/// The list of features as C wants it, ended by a null.
fn terminated(features: &[LV2Feature]) -> Vec<*const LV2Feature> {
    features.iter().map(std::ptr::from_ref).chain([std::ptr::null()]).collect()
}

struct Store<'a> {
    urids: &'a Urids,
    properties: Vec<Property>,
    failed: Option<String>,
}

unsafe extern "C" fn store_callback(
    handle: *mut c_void,
    key: u32,
    value: *const c_void,
    size: usize,
    kind: u32,
    flags: u32,
) -> LV2_State_Status {
    // SAFETY: the handle is the `Store` of the `save` that is going on, and nothing else uses it.
    let store = unsafe { &mut *handle.cast::<Store<'_>>() };
    let (Some(key), Some(kind)) = (store.urids.unmap(key), store.urids.unmap(kind)) else {
        store.failed = Some("the plugin stored a property under an unmapped number".into());
        return LV2_State_Status_LV2_STATE_ERR_UNKNOWN;
    };
    if (value.is_null() && size > 0) || size > crate::protocol::frame::MAX_LEN as usize {
        store.failed = Some(format!("the plugin stored {size} impossible bytes under {key}"));
        return LV2_State_Status_LV2_STATE_ERR_UNKNOWN;
    }
    let bytes = if size == 0 {
        vec![]
    } else {
        // SAFETY: the plugin passes `size` readable bytes by the extension's contract.
        unsafe { std::slice::from_raw_parts(value.cast::<u8>(), size) }.to_vec()
    };
    // A second value under the same key replaces the first.
    store.properties.retain(|property| property.key != key);
    store.properties.push(Property { key, kind, flags, value: Bytes(bytes) });
    LV2_State_Status_LV2_STATE_SUCCESS
}

/// The properties with their numbers, in memory aligned for any atom.
struct Retrieve {
    properties: Vec<(u32, u32, u32, usize, Vec<u64>)>,
}

impl Retrieve {
    fn new(urids: &Urids, properties: &[Property]) -> Self {
        let aligned = |bytes: &[u8]| {
            let mut words = vec![0_u64; bytes.len().div_ceil(8).max(1)];
            for (word, chunk) in words.iter_mut().zip(bytes.chunks(8)) {
                let mut full = [0; 8];
                full[..chunk.len()].copy_from_slice(chunk);
                *word = u64::from_ne_bytes(full);
            }
            words
        };
        let properties = properties.iter().map(|p| {
            let Bytes(bytes) = &p.value;
            (urids.map(&p.key), urids.map(&p.kind), p.flags, bytes.len(), aligned(bytes))
        });
        Self { properties: properties.collect() }
    }
}

unsafe extern "C" fn retrieve_callback(
    handle: *mut c_void,
    wanted: u32,
    size: *mut usize,
    kind: *mut u32,
    flags: *mut u32,
) -> *const c_void {
    // SAFETY: the handle is the `Retrieve` of the `restore` that is going on.
    let retrieve = unsafe { &*handle.cast::<Retrieve>() };
    let found = retrieve.properties.iter().find(|(key, ..)| *key == wanted);
    let (found_size, found_kind, found_flags, value) = match found {
        Some((_, kind, flags, size, words)) => (*size, *kind, *flags, words.as_ptr().cast()),
        None => (0, 0, 0, std::ptr::null()),
    };
    // SAFETY: each is null or points to a variable of the caller, by the extension's contract.
    unsafe {
        if let Some(size) = size.as_mut() {
            *size = found_size;
        }
        if let Some(kind) = kind.as_mut() {
            *kind = found_kind;
        }
        if let Some(flags) = flags.as_mut() {
            *flags = found_flags;
        }
    }
    value
}
