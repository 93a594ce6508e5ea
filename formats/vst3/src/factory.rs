//! The module's factory: which classes there are, and making them.

use std::ffi::c_void;
#[expect(
    clippy::disallowed_types,
    reason = "never taken on the audio thread, nor held while a host is called"
)]
use std::sync::Mutex;
use std::sync::{Arc, OnceLock, PoisonError};

use dyad_core::guard::{guard, log};
use dyad_core::identity::vst3_class_words;
use dyad_core::{Bundle, Description, Plugin, Visitor};
use dyad_vst3_view::{Context, Safe};
use vst3::Steinberg::PClassInfo_::ClassCardinality_::kManyInstances;
use vst3::Steinberg::PFactoryInfo_::FactoryFlags_::kUnicode;
use vst3::Steinberg::{
    FIDString, FUnknown, IPluginFactory, IPluginFactory2Trait, IPluginFactory3, IPluginFactory3Trait,
    IPluginFactoryTrait, PClassInfo, PClassInfo2, PClassInfoW, PFactoryInfo, TUID, int32, kInvalidArgument,
    kNoInterface, kResultOk, tresult,
};
use vst3::{Class, ComPtr, ComRef, ComWrapper, uid};

use crate::component::Component;
use crate::text::{write_bytes, write_utf16};
use crate::units::Units;

/// The category of every class we make.
const CATEGORY: &str = "Audio Module Class";

/// The class id of a plugin.
#[must_use]
pub fn class_id(plugin_id: &str) -> TUID {
    let [a, b, c, d] = vst3_class_words(plugin_id);
    uid(a, b, c, d)
}

/// One class.
struct Exported {
    id: TUID,
    description: &'static Description,
    units: &'static Units,
    create: fn(&'static Description, &'static Units, Option<Context>) -> ComPtr<FUnknown>,
}

/// All classes of a module, found when the host first asks.
pub struct Exports(OnceLock<Box<[Exported]>>);

impl Exports {
    /// Nothing yet.
    #[must_use]
    #[expect(clippy::new_without_default, reason = "made in a static by the entry macro only")]
    pub const fn new() -> Self {
        Self(OnceLock::new())
    }

    /// A factory for the bundle; the caller owns one reference. `[main-thread]`
    pub fn factory<B: Bundle>(&'static self) -> *mut IPluginFactory {
        guard("GetPluginFactory", std::ptr::null_mut(), || {
            let classes = self.0.get_or_init(list::<B>);
            #[expect(clippy::disallowed_types, reason = "as above")]
            let factory = ComWrapper::new(Factory { classes, context: Mutex::new(None) });
            factory.to_com_ptr::<IPluginFactory>().map_or(std::ptr::null_mut(), ComPtr::into_raw)
        })
    }
}

fn list<B: Bundle>() -> Box<[Exported]> {
    struct List(Vec<Exported>);
    impl Visitor for List {
        fn plugin<P: Plugin>(&mut self, lock: &'static str) {
            match Description::load::<P>(lock) {
                Ok(description) => self.0.push(Exported {
                    id: class_id(P::INFO.id),
                    // Both live as long as the module; hosts may unload it, and then they are lost once.
                    units: Box::leak(Box::new(Units::of(&description))),
                    description: Box::leak(Box::new(description)),
                    create: Component::create::<P>,
                }),
                Err(error) => log(&format!("a plugin is left out: {error}")),
            }
        }
    }
    let mut list = List(Vec::new());
    B::visit(&mut list);
    list.0.into()
}

struct Factory {
    classes: &'static [Exported],
    /// What the host gave us, for its run loop.
    #[expect(clippy::disallowed_types, reason = "as above")]
    context: Mutex<Option<Context>>,
}

impl Class for Factory {
    type Interfaces = Safe<(IPluginFactory3,)>;
}

impl Factory {
    /// The trampoline of the class queries: a bad index or a null pointer is refused.
    fn describe<T>(&self, index: int32, info: *mut T, fill: impl FnOnce(&mut T, &Exported)) -> tresult {
        guard("IPluginFactory", kInvalidArgument, || {
            let class = usize::try_from(index).ok().and_then(|index| self.classes.get(index));
            // SAFETY: null, or a place that the host gives for the answer; plain numbers and text.
            let (Some(class), Some(info)) = (class, unsafe { info.as_mut() }) else {
                return kInvalidArgument;
            };
            fill(info, class);
            kResultOk
        })
    }
}

impl IPluginFactoryTrait for Factory {
    unsafe fn getFactoryInfo(&self, info: *mut PFactoryInfo) -> tresult {
        guard("getFactoryInfo", kInvalidArgument, || {
            // SAFETY: null, or a place for the answer.
            let Some(info) = (unsafe { info.as_mut() }) else { return kInvalidArgument };
            let about = self.classes.first().map(|class| class.description.info);
            write_bytes(&mut info.vendor, about.map_or("", |about| about.vendor));
            write_bytes(&mut info.url, about.map_or("", |about| about.url));
            write_bytes(&mut info.email, about.map_or("", |about| about.email));
            info.flags = kUnicode as int32;
            kResultOk
        })
    }

    unsafe fn countClasses(&self) -> int32 {
        self.classes.len() as int32
    }

    unsafe fn getClassInfo(&self, index: int32, info: *mut PClassInfo) -> tresult {
        self.describe(index, info, |info, class| {
            info.cid = class.id;
            info.cardinality = kManyInstances as int32;
            write_bytes(&mut info.category, CATEGORY);
            write_bytes(&mut info.name, class.description.info.name);
        })
    }

    unsafe fn createInstance(&self, cid: FIDString, iid: FIDString, object: *mut *mut c_void) -> tresult {
        guard("createInstance", kInvalidArgument, || {
            if object.is_null() {
                return kInvalidArgument;
            }
            // SAFETY: not null: the host's place for the answer.
            unsafe { object.write_unaligned(std::ptr::null_mut()) };
            if cid.is_null() || iid.is_null() {
                return kInvalidArgument;
            }
            // SAFETY: not null: ids have 16 bytes, of any alignment.
            let id = unsafe { cid.cast::<TUID>().read_unaligned() };
            let Some(class) = self.classes.iter().find(|class| class.id == id) else {
                return kNoInterface;
            };
            let context = self.context.lock().unwrap_or_else(PoisonError::into_inner).clone();
            let instance = (class.create)(class.description, class.units, context);
            // SAFETY: a valid object, asked with checked arguments; it adds its own reference.
            unsafe {
                let unknown = instance.as_ptr();
                ((*(*unknown).vtbl).queryInterface)(unknown, iid.cast(), object)
            }
        })
    }
}

impl IPluginFactory2Trait for Factory {
    unsafe fn getClassInfo2(&self, index: int32, info: *mut PClassInfo2) -> tresult {
        self.describe(index, info, |info, class| {
            let about = &class.description.info;
            info.cid = class.id;
            info.cardinality = kManyInstances as int32;
            write_bytes(&mut info.category, CATEGORY);
            write_bytes(&mut info.name, about.name);
            info.classFlags = 0;
            write_bytes(&mut info.subCategories, dyad_ttl::vst3_subcategories(about.category));
            write_bytes(&mut info.vendor, about.vendor);
            write_bytes(&mut info.version, about.version);
            write_bytes(&mut info.sdkVersion, dyad_ttl::VST3_SDK_VERSION);
        })
    }
}

impl IPluginFactory3Trait for Factory {
    unsafe fn getClassInfoUnicode(&self, index: int32, info: *mut PClassInfoW) -> tresult {
        self.describe(index, info, |info, class| {
            let about = &class.description.info;
            info.cid = class.id;
            info.cardinality = kManyInstances as int32;
            write_bytes(&mut info.category, CATEGORY);
            write_utf16(&mut info.name, about.name);
            info.classFlags = 0;
            write_bytes(&mut info.subCategories, dyad_ttl::vst3_subcategories(about.category));
            write_utf16(&mut info.vendor, about.vendor);
            write_utf16(&mut info.version, about.version);
            write_utf16(&mut info.sdkVersion, dyad_ttl::VST3_SDK_VERSION);
        })
    }

    unsafe fn setHostContext(&self, context: *mut FUnknown) -> tresult {
        guard("setHostContext", kInvalidArgument, || {
            // SAFETY: null or a valid object, of which we keep a reference of our own.
            let new = unsafe { ComRef::from_raw(context) }.map(|context| Arc::new(context.to_com_ptr()));
            let old =
                std::mem::replace(&mut *self.context.lock().unwrap_or_else(PoisonError::into_inner), new);
            // Released only here, because that calls the host.
            drop(old);
            kResultOk
        })
    }
}
