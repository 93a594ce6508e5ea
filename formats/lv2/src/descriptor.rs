//! The descriptors of a bundle: one for each layout of each plugin.

use std::ffi::{CString, c_char, c_void};
use std::sync::OnceLock;

use dyad_core::guard::{guard, log};
use dyad_core::{Bundle, Description, Plugin, Visitor};
use dyad_ttl::PortTable;

use crate::features::same;
use crate::{instance, midnam, options, state, sys, worker};

/// A descriptor with what belongs to it. Hosts get a pointer to the first field and give it back.
#[repr(C)]
pub(crate) struct Exported {
    descriptor: sys::LV2_Descriptor,
    /// Tells our descriptors from a host's copy of one.
    tag: &'static u8,
    uri: CString,
    pub(crate) table: PortTable,
    pub(crate) description: &'static Description,
    text: OnceLock<CString>,
}

static TAG: u8 = 0;

// SAFETY: never changed after it was made, but for `text`, which is a `OnceLock`; the descriptor's
// pointers are to functions and to `uri`.
unsafe impl Send for Exported {}
// SAFETY: as above.
unsafe impl Sync for Exported {}

impl Exported {
    fn new<P: Plugin>(description: &'static Description, table: PortTable) -> Option<Self> {
        let uri = CString::new(table.uri.clone()).ok()?;
        Some(Self {
            descriptor: sys::LV2_Descriptor {
                URI: uri.as_ptr(),
                instantiate: Some(instance::instantiate::<P>),
                connect_port: Some(instance::connect_port::<P>),
                activate: Some(instance::activate::<P>),
                run: Some(instance::run::<P>),
                deactivate: Some(instance::deactivate::<P>),
                cleanup: Some(instance::cleanup::<P>),
                extension_data: Some(extension_data::<P>),
            },
            tag: &TAG,
            uri,
            table,
            description,
            text: OnceLock::new(),
        })
    }

    /// What belongs to a descriptor.
    ///
    /// # Safety
    /// `descriptor` is null or came from [`Exports::descriptor`].
    pub(crate) unsafe fn of(descriptor: *const sys::LV2_Descriptor) -> Option<&'static Self> {
        // SAFETY: the descriptor is the first field of an `Exported`, which lives for ever.
        let exported = unsafe { descriptor.cast::<Self>().as_ref() }?;
        let whole =
            std::ptr::eq(exported.tag, &raw const TAG) && exported.uri.as_ptr() == exported.descriptor.URI;
        whole.then_some(exported)
    }
}

/// All descriptors of a module, made when the host first asks.
pub struct Exports(OnceLock<Box<[Exported]>>);

impl Exports {
    /// Nothing yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made in a static by the entry macro only")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// The descriptor at an index, null beyond the last. `[main-thread]`
    pub fn descriptor<B: Bundle>(&'static self, index: u32) -> *const sys::LV2_Descriptor {
        guard("lv2_descriptor", std::ptr::null(), || {
            let list = self.0.get_or_init(list::<B>);
            list.get(index as usize).map_or(std::ptr::null(), |exported| &raw const exported.descriptor)
        })
    }
}

fn list<B: Bundle>() -> Box<[Exported]> {
    struct List(Vec<Exported>);
    impl Visitor for List {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            match Description::load::<P>(lock) {
                Ok(description) => {
                    // Lives as long as the module; hosts may unload it, and then it is lost once.
                    let description: &'static _ = Box::leak(Box::new(description));
                    let tables = description.layouts.iter().map(|l| PortTable::new(description, l));
                    self.0.extend(tables.filter_map(|table| Exported::new::<P>(description, table)));
                }
                Err(error) => log(&format!("a plugin is left out: {error}")),
            }
        }
    }
    let mut list = List(Vec::new());
    B::visit(&mut list);
    list.0.into()
}

/// What `extension_data` of [`dyad_ttl::TAIL_INTERFACE`] points to.
#[repr(C)]
pub struct TailInterface {
    /// How many frames an active instance sounds on after its input fell silent; `u32::MAX` for ever,
    /// 0 where it is not active. Not beside `run`. `[audio-thread]`
    pub frames: unsafe extern "C" fn(instance: sys::LV2_Handle) -> u32,
}

/// What `extension_data` of [`dyad_ttl::SELF_DESCRIPTION`] points to.
#[repr(C)]
pub struct SelfDescription {
    /// The port table of a descriptor as text, null where the descriptor is not ours; valid while
    /// the module is loaded. `[main-thread]`
    pub text: unsafe extern "C" fn(descriptor: *const sys::LV2_Descriptor) -> *const c_char,
}

static SELF_DESCRIPTION: SelfDescription = SelfDescription { text: self_description };

unsafe extern "C" fn self_description(descriptor: *const sys::LV2_Descriptor) -> *const c_char {
    guard("self description", std::ptr::null(), || {
        // SAFETY: the caller gives a descriptor that it got from us.
        let Some(exported) = (unsafe { Exported::of(descriptor) }) else { return std::ptr::null() };
        let text = exported
            .text
            .get_or_init(|| CString::new(exported.table.to_text(exported.description)).unwrap_or_default());
        text.as_ptr()
    })
}

unsafe extern "C" fn extension_data<P: Plugin>(uri: *const c_char) -> *const c_void {
    guard("extension_data", std::ptr::null(), || {
        // SAFETY: null or a C string.
        if unsafe { same(uri, sys::LV2_STATE__interface) } {
            return (&raw const *state::interface::<P>()).cast();
        }
        // SAFETY: as above.
        if unsafe { same(uri, sys::LV2_OPTIONS__interface) } {
            return (&raw const *options::interface::<P>()).cast();
        }
        // SAFETY: as above.
        if instance::has_worker::<P>() && unsafe { same(uri, sys::LV2_WORKER__interface) } {
            return (&raw const *worker::interface::<P>()).cast();
        }
        let is = |own: &str| {
            let own = CString::new(own).unwrap_or_default();
            // SAFETY: as above.
            unsafe { same(uri, own.as_bytes_with_nul()) }
        };
        if !P::EVENTS.note_names.is_empty() && is(dyad_ttl::MIDNAM_INTERFACE) {
            return (&raw const *midnam::interface::<P>()).cast();
        }
        if is(dyad_ttl::SELF_DESCRIPTION) {
            return (&raw const SELF_DESCRIPTION).cast();
        }
        if is(dyad_ttl::TAIL_INTERFACE) {
            return (&raw const *const { &TailInterface { frames: instance::tail::<P> } }).cast();
        }
        std::ptr::null()
    })
}
