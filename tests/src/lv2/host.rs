//! The features that a host offers.

use std::cell::RefCell;
use std::ffi::{CStr, CString, c_char, c_void};

use super::offers::{self, Asked, Offers};
use super::sys;

/// A host with `urid:map` and, where asked for, the options that say how long blocks may be.
///
/// Features point into it, so it lives in a box and does not move.
#[derive(Debug)]
pub struct Host {
    uris: RefCell<Vec<CString>>,
    map: sys::LV2_URID_Map,
    longest: i32,
    options: Vec<sys::LV2_Options_Option>,
    asked: Box<Asked>,
    features: Vec<sys::LV2_Feature>,
    list: Vec<*const sys::LV2_Feature>,
}

const PORT_CHANGES: &[u8] = b"http://kx.studio/ns/lv2ext/control-input-port-change-request\0";

unsafe extern "C" fn map_uri(handle: sys::LV2_URID_Map_Handle, uri: *const c_char) -> u32 {
    // SAFETY: the handle is the `Host` below, and the plugin gives a string.
    let (host, uri) = unsafe { (&*handle.cast::<Host>(), CStr::from_ptr(uri)) };
    host.number(uri)
}

impl Host {
    /// A host that promises blocks of at most `longest` frames, if anything.
    #[must_use]
    pub fn new(longest: Option<i32>) -> Box<Self> {
        Self::offering(longest, Offers::default())
    }

    /// The same with more features.
    #[must_use]
    pub fn offering(longest: Option<i32>, offers: Offers) -> Box<Self> {
        let mut host = Box::new(Self {
            uris: RefCell::default(),
            map: sys::LV2_URID_Map { handle: std::ptr::null_mut(), map: Some(map_uri) },
            longest: longest.unwrap_or(0),
            options: Vec::new(),
            asked: Asked::new(),
            features: Vec::new(),
            list: Vec::new(),
        });
        // Numbers that nobody can guess, as in hosts that have been running for a while.
        for n in 0..100 {
            host.urid(&format!("urn:example:{n}"));
        }
        host.map.handle = (&raw mut *host).cast();
        let map: *mut c_void = (&raw mut host.map).cast();
        host.features.push(feature(sys::LV2_URID__map, map));
        // A feature that nobody knows, which must be passed over.
        host.features.push(feature(b"urn:example:feature\0", std::ptr::null_mut()));
        if longest.is_some() {
            let end = sys::LV2_Options_Option {
                context: 0,
                subject: 0,
                key: 0,
                size: 0,
                type_: 0,
                value: std::ptr::null(),
            };
            let length = sys::LV2_Options_Option {
                key: host.number(text(sys::LV2_BUF_SIZE__maxBlockLength)),
                type_: host.number(text(sys::LV2_ATOM__Int)),
                size: 4,
                value: (&raw const host.longest).cast(),
                ..end
            };
            host.options = vec![length, end];
            let options: *mut c_void = host.options.as_mut_ptr().cast();
            host.features.push(feature(sys::LV2_OPTIONS__options, options));
        }
        if offers.worker {
            let schedule: *mut c_void = (&raw mut host.asked.schedule).cast();
            host.features.push(feature(sys::LV2_WORKER__schedule, schedule));
        }
        if offers.port_changes {
            let changes: *mut c_void = (&raw mut host.asked.port_changes).cast();
            host.features.push(feature(PORT_CHANGES, changes));
        }
        if offers.log {
            let log: *mut c_void = (&raw mut host.asked.log.data).cast();
            host.features.push(feature(sys::LV2_LOG__log, log));
        }
        host.list = host.features.iter().map(|feature| &raw const *feature).collect();
        host.list.push(std::ptr::null());
        host
    }

    /// The features, as `instantiate` wants them.
    #[must_use]
    pub fn features(&self) -> *const *const sys::LV2_Feature {
        self.list.as_ptr()
    }

    /// `urid:map` alone, for an editor beside the plugin.
    #[must_use]
    pub fn map_feature(&self) -> sys::LV2_Feature {
        feature(sys::LV2_URID__map, (&raw const self.map).cast_mut().cast())
    }

    /// The number of a URI.
    ///
    /// # Panics
    /// Where it has a 0 in it.
    pub fn urid(&self, uri: &str) -> u32 {
        self.number(&CString::new(uri).expect("a URI"))
    }

    /// Loses the next jobs, though it says that it has taken them.
    pub fn lose_jobs(&self, count: usize) {
        self.asked.lose.set(count);
    }

    /// From now on this instance's jobs are done as soon as they are scheduled.
    pub fn work_at_once(&self, descriptor: &sys::LV2_Descriptor, handle: sys::LV2_Handle) {
        self.asked.at_once.set(Some((offers::worker(descriptor), handle)));
    }

    /// The jobs that the plugin has scheduled.
    pub(super) fn take_jobs(&self) -> Vec<u32> {
        self.asked.jobs.borrow_mut().drain(..).collect()
    }

    /// What the plugin has logged since this was last asked: the kinds, as their URIs, and the lines.
    ///
    /// # Panics
    /// Where a kind is no URI's number.
    #[must_use]
    pub fn logged(&self) -> Vec<(String, String)> {
        let lines = self.asked.log.lines.take();
        let uri = |kind: u32| self.uris.borrow()[kind as usize - 1].to_string_lossy().into_owned();
        lines.into_iter().map(|(kind, line)| (uri(kind), line)).collect()
    }

    /// The port changes that the plugin has asked for.
    pub(super) fn take_port_changes(&self) -> Vec<(u32, f32)> {
        self.asked.changes.borrow_mut().drain(..).collect()
    }

    fn number(&self, uri: &CStr) -> u32 {
        let mut uris = self.uris.borrow_mut();
        let known = uris.iter().position(|known| known.as_c_str() == uri);
        let at = known.unwrap_or_else(|| {
            uris.push(uri.to_owned());
            uris.len() - 1
        });
        u32::try_from(at + 1).expect("fewer than 2³² URIs")
    }
}

pub(super) fn feature(uri: &'static [u8], data: *mut c_void) -> sys::LV2_Feature {
    sys::LV2_Feature { URI: uri.as_ptr().cast(), data }
}

fn text(uri: &'static [u8]) -> &'static CStr {
    CStr::from_bytes_until_nul(uri).expect("LV2's own URIs end with 0")
}
