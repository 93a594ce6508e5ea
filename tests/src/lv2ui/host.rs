//! What a host offers to an editor, and what the editor did with it.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_int, c_void};

use super::sys;
use crate::lv2::{Host, log};

/// What a host offers beside a function to write with.
#[derive(Clone, Debug, Default)]
pub struct UiOffers {
    /// `ui:parent`.
    pub parent: Option<u32>,
    /// `urid:map`, without which there are no options and no atoms.
    pub map: bool,
    /// `ui:resize`.
    pub resize: bool,
    /// `ui:touch`.
    pub touch: bool,
    /// `ui:requestValue`.
    pub request: bool,
    /// `ui:portSubscribe`.
    pub subscribe: bool,
    /// `ui:portMap`, of a plugin with these symbols.
    pub port_map: Option<Vec<String>>,
    /// `log:log`.
    pub log: bool,
    /// `opts:options`: keys and types without their prefixes, and bytes.
    pub options: Vec<(&'static str, &'static str, Vec<u8>)>,
}

impl UiOffers {
    /// Everything that there is, in this window.
    #[must_use]
    pub fn all(parent: u32) -> Self {
        let parent = Some(parent);
        let options = vec![
            ("ui#scaleFactor", "atom#Float", 1f32.to_ne_bytes().to_vec()),
            ("ui#updateRate", "atom#Float", 30f32.to_ne_bytes().to_vec()),
        ];
        let (map, resize, touch, request, subscribe, log) = (true, true, true, true, true, true);
        Self { parent, map, resize, touch, request, subscribe, log, options, port_map: None }
    }
}

/// What an editor asked for.
#[derive(Clone, Debug, PartialEq)]
pub enum Call {
    /// It set a control port.
    Set(u32, f32),
    /// It wrote to a port by another protocol: the port, the protocol's number, the bytes.
    Write(u32, u32, Vec<u8>),
    /// It holds a port, or lets go of it.
    Touch(u32, bool),
    /// It told its size or asked for one.
    Resize(i32, i32),
    /// It wants the user to choose a value: the numbers of the property and the type.
    Request(u32, u32),
    /// It wants to be told a port by a protocol.
    Subscribe(u32, u32),
    /// It logged a line.
    Log(String),
}

/// A host. Features point into it, so it lives in a box and does not move.
pub struct UiHost {
    /// Its numbers for URIs, which may be a plugin's too.
    uris: *const Host,
    _own: Option<Box<Host>>,
    calls: RefCell<Vec<Call>>,
    resize: sys::LV2UI_Resize,
    touch: sys::LV2UI_Touch,
    request: sys::LV2UI_Request_Value,
    subscribe: sys::LV2UI_Port_Subscribe,
    log: sys::LV2_Log_Log,
    port_map: sys::LV2UI_Port_Map,
    ports: Vec<CString>,
    _values: Vec<Vec<u8>>,
    options: Vec<sys::LV2_Options_Option>,
    features: Vec<sys::LV2_Feature>,
    list: Vec<*const sys::LV2_Feature>,
}

fn host<'a>(handle: *mut c_void) -> &'a UiHost {
    // SAFETY: every handle and controller is the `UiHost` below.
    unsafe { &*handle.cast::<UiHost>() }
}

pub(super) unsafe extern "C" fn write(
    controller: *mut c_void,
    port: u32,
    size: u32,
    protocol: u32,
    data: *const c_void,
) {
    assert!(!data.is_null() && data.cast::<u32>().is_aligned(), "hosts read what is there as what it is");
    // SAFETY: the editor gives so many bytes.
    let bytes = unsafe { std::slice::from_raw_parts(data.cast::<u8>(), size as usize) };
    host(controller).say(match (protocol, bytes.try_into()) {
        (0, Ok(bytes)) => Call::Set(port, f32::from_ne_bytes(bytes)),
        _ => Call::Write(port, protocol, bytes.to_vec()),
    });
}

unsafe extern "C" fn ui_resize(handle: *mut c_void, width: c_int, height: c_int) -> c_int {
    host(handle).say(Call::Resize(width, height));
    0
}

unsafe extern "C" fn touch(handle: *mut c_void, port: u32, held: bool) {
    host(handle).say(Call::Touch(port, held));
}

unsafe extern "C" fn request(
    handle: *mut c_void,
    key: u32,
    kind: u32,
    _features: *const *const sys::LV2_Feature,
) -> u32 {
    host(handle).say(Call::Request(key, kind));
    0
}

unsafe extern "C" fn subscribe(
    handle: *mut c_void,
    port: u32,
    protocol: u32,
    _features: *const *const sys::LV2_Feature,
) -> u32 {
    host(handle).say(Call::Subscribe(port, protocol));
    0
}

unsafe extern "C" fn port_index(handle: *mut c_void, symbol: *const c_char) -> u32 {
    // SAFETY: a string.
    let symbol = unsafe { CStr::from_ptr(symbol) };
    let at = host(handle).ports.iter().position(|port| port.as_c_str() == symbol);
    at.map_or(u32::MAX, |at| at as u32)
}

unsafe extern "C" fn printf(
    handle: *mut c_void,
    _kind: u32,
    format: *const c_char,
    text: *const c_char,
) -> c_int {
    // SAFETY: two strings.
    host(handle).say(Call::Log(unsafe { log::line(format, text) }));
    0
}

impl UiHost {
    /// A host with URIs of its own.
    #[must_use]
    pub fn new(offers: &UiOffers) -> Box<Self> {
        let own = Host::new(None);
        Self::make(&raw const *own, Some(own), offers)
    }

    /// A host with the URIs of a plugin's.
    ///
    /// # Safety
    /// `uris` outlives it.
    #[must_use]
    pub unsafe fn with(uris: &Host, offers: &UiOffers) -> Box<Self> {
        Self::make(uris, None, offers)
    }

    fn make(uris: *const Host, own: Option<Box<Host>>, offers: &UiOffers) -> Box<Self> {
        let null: *mut c_void = std::ptr::null_mut();
        let mut new = Box::new(Self {
            uris,
            _own: own,
            calls: RefCell::default(),
            resize: sys::LV2UI_Resize { handle: null, ui_resize: Some(ui_resize) },
            touch: sys::LV2UI_Touch { handle: null, touch: Some(touch) },
            request: sys::LV2UI_Request_Value { handle: null, request: Some(request) },
            subscribe: sys::LV2UI_Port_Subscribe {
                handle: null,
                subscribe: Some(subscribe),
                unsubscribe: None,
            },
            log: sys::LV2_Log_Log { handle: null, printf: Some(log::variadic(printf)), vprintf: None },
            port_map: sys::LV2UI_Port_Map { handle: null, port_index: Some(port_index) },
            ports: Vec::new(),
            _values: Vec::new(),
            options: Vec::new(),
            features: Vec::new(),
            list: Vec::new(),
        });
        new.fill(offers);
        new
    }

    fn fill(&mut self, offers: &UiOffers) {
        let this: *mut c_void = std::ptr::from_mut(self).cast();
        (self.resize.handle, self.touch.handle, self.request.handle) = (this, this, this);
        (self.subscribe.handle, self.log.handle, self.port_map.handle) = (this, this, this);
        self.ports = offers.port_map.iter().flatten().map(|symbol| text(symbol)).collect();
        let mut add = |offered: bool, uri: &'static [u8], data: *mut c_void| {
            if offered {
                self.features.push(sys::LV2_Feature { URI: uri.as_ptr().cast(), data });
            }
        };
        add(true, b"urn:example:feature\0", std::ptr::null_mut());
        let parent = offers.parent.unwrap_or(0) as usize as *mut c_void;
        add(offers.parent.is_some(), sys::LV2_UI__parent, parent);
        add(offers.resize, sys::LV2_UI__resize, (&raw mut self.resize).cast());
        add(offers.touch, sys::LV2_UI__touch, (&raw mut self.touch).cast());
        add(offers.request, sys::LV2_UI__requestValue, (&raw mut self.request).cast());
        add(offers.subscribe, sys::LV2_UI__portSubscribe, (&raw mut self.subscribe).cast());
        add(offers.port_map.is_some(), sys::LV2_UI__portMap, (&raw mut self.port_map).cast());
        add(offers.log, sys::LV2_LOG__log, (&raw mut self.log).cast());
        if offers.map {
            self.features.push(self.host().map_feature());
        }
        self._values = offers.options.iter().map(|(.., bytes)| bytes.clone()).collect();
        let number = |name: &str| {
            let folder = if name.starts_with("ui#") { "extensions" } else { "ext" };
            self.host().urid(&format!("http://lv2plug.in/ns/{folder}/{name}"))
        };
        let option = |key, kind, bytes: &[u8]| sys::LV2_Options_Option {
            context: 0,
            subject: 0,
            key,
            size: bytes.len() as u32,
            type_: kind,
            value: bytes.as_ptr().cast(),
        };
        let options = offers.options.iter().zip(&self._values);
        let mut options: Vec<_> =
            options.map(|((key, kind, _), bytes)| option(number(key), number(kind), bytes)).collect();
        options.push(sys::LV2_Options_Option { value: std::ptr::null(), ..option(0, 0, &[]) });
        self.options = options;
        let data: *mut c_void = self.options.as_mut_ptr().cast();
        self.features.push(sys::LV2_Feature { URI: sys::LV2_OPTIONS__options.as_ptr().cast(), data });
        self.list = self.features.iter().map(|feature| &raw const *feature).collect();
        self.list.push(std::ptr::null());
    }

    fn host(&self) -> &Host {
        // SAFETY: its own, or one that outlives it.
        unsafe { &*self.uris }
    }

    /// The number of a URI.
    #[must_use]
    pub fn urid(&self, uri: &str) -> u32 {
        self.host().urid(uri)
    }

    /// The features, as `instantiate` wants them.
    #[must_use]
    pub fn features(&self) -> *const *const sys::LV2_Feature {
        self.list.as_ptr()
    }

    fn say(&self, call: Call) {
        self.calls.borrow_mut().push(call);
    }

    /// What the editor asked for since this was last asked.
    #[must_use]
    pub fn take(&self) -> Vec<Call> {
        self.calls.take()
    }

    /// The controller that `instantiate` wants.
    #[must_use]
    pub fn controller(&self) -> *mut c_void {
        std::ptr::from_ref(self).cast_mut().cast()
    }
}

/// A string for C.
pub(super) fn text(text: &str) -> CString {
    CString::new(text).expect("no 0 in it")
}
