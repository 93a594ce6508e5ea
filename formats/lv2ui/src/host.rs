//! What the host offers to an editor. Nothing of it has to be there.

use std::ffi::CString;

use dyad_lv2::features::find;
use dyad_lv2::log::Log;
use dyad_lv2::sys;
use dyad_lv2::urids::{Map, Urids};

/// The host's functions. They live as long as the editor.
#[derive(Clone, Copy)]
pub(crate) struct Host {
    write: sys::LV2UI_Write_Function,
    controller: sys::LV2UI_Controller,
    /// The window to be in.
    pub(crate) parent: Option<u32>,
    /// Where it gives numbers to URIs.
    pub(crate) map: Option<(Map, Urids)>,
    resize: Option<sys::LV2UI_Resize>,
    touch: Option<sys::LV2UI_Touch>,
    request: Option<sys::LV2UI_Request_Value>,
    subscribe: Option<sys::LV2UI_Port_Subscribe>,
    ports: Option<sys::LV2UI_Port_Map>,
    log: Log,
}

/// The protocol of single floats.
pub(crate) const FLOAT: u32 = 0;

impl Host {
    /// # Safety
    /// `features` is null or a null-terminated array of features with the data that LV2 gives them; these
    /// and `controller` live as long as the editor.
    pub(crate) unsafe fn read(
        write: sys::LV2UI_Write_Function,
        controller: sys::LV2UI_Controller,
        features: *const *const sys::LV2_Feature,
    ) -> Self {
        // SAFETY: the caller's contract.
        let data = |uri: &[u8]| unsafe { find(features, uri) };
        // SAFETY: as above.
        let map = unsafe { Map::read(data(sys::LV2_URID__map)) };
        let map = map.and_then(|map| Some((map, Urids::new(&map)?)));
        // A window's number, where other features have a pointer.
        let parent = u32::try_from(data(sys::LV2_UI__parent) as usize).ok().filter(|id| *id != 0);
        // SAFETY: as above; the data are such structs.
        unsafe {
            Self {
                write,
                controller,
                parent,
                map,
                resize: data(sys::LV2_UI__resize).cast::<sys::LV2UI_Resize>().as_ref().copied(),
                touch: data(sys::LV2_UI__touch).cast::<sys::LV2UI_Touch>().as_ref().copied(),
                request: data(sys::LV2_UI__requestValue)
                    .cast::<sys::LV2UI_Request_Value>()
                    .as_ref()
                    .copied(),
                subscribe: data(sys::LV2_UI__portSubscribe)
                    .cast::<sys::LV2UI_Port_Subscribe>()
                    .as_ref()
                    .copied(),
                ports: data(sys::LV2_UI__portMap).cast::<sys::LV2UI_Port_Map>().as_ref().copied(),
                log: map.map_or_else(Log::default, |(map, _)| Log::read(features, &map)),
            }
        }
    }

    /// Whether it follows a wish for another size.
    pub(crate) fn can_resize(&self) -> bool {
        self.resize.is_some_and(|resize| resize.ui_resize.is_some())
    }

    /// Whether it lets the user choose files.
    pub(crate) fn can_request(&self) -> bool {
        self.request.is_some_and(|request| request.request.is_some())
    }

    /// Sets a control port.
    pub(crate) fn set(&self, port: u32, value: f32) {
        self.write(port, FLOAT, &value.to_ne_bytes());
    }

    /// Sends an atom to a port, by the protocol with this number.
    pub(crate) fn send(&self, port: u32, protocol: u32, atom: &[u8]) {
        self.write(port, protocol, atom);
    }

    fn write(&self, port: u32, protocol: u32, bytes: &[u8]) {
        let (Some(write), Ok(size)) = (self.write, u32::try_from(bytes.len())) else { return };
        // Some hosts read what they get as what it is, which wants an address of its alignment.
        let mut words = vec![0u64; bytes.len().div_ceil(8)];
        for (word, bytes) in words.iter_mut().zip(bytes.chunks(8)) {
            let mut whole = [0; 8];
            whole[..bytes.len()].copy_from_slice(bytes);
            *word = u64::from_ne_bytes(whole);
        }
        // SAFETY: the host's function with its controller; it copies the bytes.
        unsafe { write(self.controller, port, size, protocol, words.as_ptr().cast()) };
    }

    /// Says that the user holds a control port, or lets go of it.
    pub(crate) fn touch(&self, port: u32, held: bool) {
        if let Some(sys::LV2UI_Touch { handle, touch: Some(touch) }) = self.touch {
            // SAFETY: the host's function with its handle.
            unsafe { touch(handle, port, held) };
        }
    }

    /// Says how large the editor is or wants to be; whether the host follows.
    pub(crate) fn resize(&self, width: u32, height: u32) -> bool {
        let (Ok(width), Ok(height)) = (width.try_into(), height.try_into()) else { return false };
        let Some(sys::LV2UI_Resize { handle, ui_resize: Some(resize) }) = self.resize else { return false };
        // SAFETY: the host's function with its handle.
        unsafe { resize(handle, width, height) == 0 }
    }

    /// Has the host let the user choose a value of this type for a property; whether it will.
    pub(crate) fn request(&self, property: u32, kind: u32) -> bool {
        let Some(sys::LV2UI_Request_Value { handle, request: Some(request) }) = self.request else {
            return false;
        };
        // SAFETY: the host's function with its handle; no features.
        unsafe { request(handle, property, kind, std::ptr::null()) == 0 }
    }

    /// Has the host tell what a port carries.
    pub(crate) fn subscribe(&self, port: u32, protocol: u32) {
        if let Some(sys::LV2UI_Port_Subscribe { handle, subscribe: Some(subscribe), .. }) = self.subscribe {
            // SAFETY: the host's function with its handle; no features. What it says changes nothing:
            // hosts tell some ports anyway.
            unsafe { subscribe(handle, port, protocol, std::ptr::null()) };
        }
    }

    /// Where the host has the port of this symbol, which should be at `index`: there, if it says nothing, and
    /// nowhere, if what runs is another version, which does not have it yet.
    pub(crate) fn port(&self, index: u32, symbol: &str) -> Option<u32> {
        let Some(sys::LV2UI_Port_Map { handle, port_index: Some(find) }) = self.ports else {
            return Some(index);
        };
        let symbol = CString::new(symbol).ok()?;
        // SAFETY: the host's function with its handle, and a string.
        let found = unsafe { find(handle, symbol.as_ptr()) };
        (found != u32::MAX).then_some(found)
    }

    /// One line for the host's log, or stderr where it has none.
    pub(crate) fn log(&self, line: &str) {
        self.log.error(line);
    }
}
